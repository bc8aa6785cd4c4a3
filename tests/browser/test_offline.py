"""Without network: today's edition is there, its texts can be read, and nobody sees what was kept for another."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from aggregator.models import Entry, Feed
from network.models import User
from tests.browser.conftest import signed_in
from tests.reading.roster import a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "async () => (await (await caches.open('plnet-kept')).keys()).map((each) => new URL(each.url).pathname)"
WAIT = f"""async () => {{
  const kept = async () => (await ({KEPT})()).includes("/today/offline/");
  for (let n = 0; n < 100 && !(await kept()); n++) await new Promise((then) => setTimeout(then, 50));
  return kept();
}}"""
TEXT = '<p>A gap card, <img src="https://x.example/a.png" alt="drawn in ink"> and what it is for.</p>'


@pytest.fixture
def ada(transactional_db: None) -> User:
    return with_a_text("ada")


def with_a_text(name: str) -> User:
    user = a_member(name)
    source = a_source(user, a_feed(f"{name}s-shelf", title=f"The shelf of {name}"))
    made = entries(source.feed, [1], html=TEXT, title=f"For {name} alone", words=300)
    Entry.objects.filter(pk=made[0].pk).update(sorted_at=timezone.now())
    Feed.objects.filter(pk=source.feed_id).update(newest_at=timezone.now())
    return user


def look_at_today(page: Page) -> None:
    """Today, as often as it takes until it is kept for later."""
    for _ in range(3):
        page.goto("/today/")
        if page.evaluate(WAIT):
            return
    raise AssertionError("nothing was kept")


def test_the_edition_can_be_read_without_network(ada: User, visit: Any) -> None:
    page = visit(ada, "/today/", worker=True, width=390)
    look_at_today(page)
    entry = Entry.objects.get(title="For ada alone")
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="For ada alone")).to_be_visible()
    expect(page.locator(".prose")).to_contain_text("A gap card, [Picture: drawn in ink] and what it is for.")
    expect(page.get_by_role("status")).to_contain_text("for when there is no network")
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"  # it is set as every page is
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/river/")  # whatever is asked for
    expect(page.get_by_role("heading", name="For ada alone")).to_be_visible()
    page.goto(f"/entries/{entry.pk}/")
    assert page.url.endswith(f"/today/offline/#entry-{entry.pk}")
    page.context.set_offline(False)
    page.goto("/river/")
    expect(page.get_by_role("heading", name="River")).to_be_visible()


def test_what_was_kept_goes_with_its_member(ada: User, visit: Any, live_server: Any) -> None:
    bob = with_a_text("bob")
    page = visit(ada, "/today/", worker=True)
    look_at_today(page)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(KEPT) == ["/whose"]
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="You are off the network")).to_be_visible()
    page.context.set_offline(False)
    page.context.add_cookies([signed_in(bob, live_server.url)])
    look_at_today(page)
    page.context.add_cookies([signed_in(ada, live_server.url)])  # without a word of parting
    page.goto("/river/")
    assert page.evaluate(KEPT) == ["/whose"]
    page.context.set_offline(True)
    page.goto("/today/")
    expect(page.get_by_role("heading", name="You are off the network")).to_be_visible()
    assert "bob" not in page.content()
