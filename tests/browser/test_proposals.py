"""A group that reads together, in a real browser: proposals, muting, its river, its public page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from aggregator import lookups
from aggregator.models import Lookup
from network import follow
from network.gathering import groups, mutes, proposals
from network.models import Group, Mute, Proposal, Source, User
from tests.browser.hindrances import on_all
from tests.reading.roster import a_feed, a_member, entries

pytestmark = pytest.mark.django_db(transaction=True)
A_FEED = {"kind": "blog", "count": 3, "newest": "", "why": "named"}
FOUND = [A_FEED | {"url": f"https://two.example/{name}", "title": name} for name in ("essays", "links")]


@pytest.fixture
def group(nora: User) -> Group:
    """Nora's group, with Ed in it, sources on its roster, and proposals in every stage."""
    now, ed = timezone.now(), a_member("ed")
    group = groups.make(nora, "Rural Library Circle", now, about="We read *around*.", public=True)
    groups.enter(group, ed, now)
    for name in ("halima", "wim"):
        feed = a_feed(name, site_url=f"https://{name}.example/")
        entries(feed, [0.5, 1])
        follow.follow(group.roster, feed, now, name=name.title(), circles=["Close"])
    asked = {
        name: proposals.propose(group, ed, now, address=f"{name}.example", why=f"Because of {name}.")
        for name in ("ragna", "two", "nothing", "waits", "declined", "accepted")
    }
    for name in ("ragna", "declined", "accepted"):
        asked[name].feed = a_feed(name, last_ok_at=now)
        asked[name].save()
    proposals.decline(asked["declined"], nora, now, "Too loud.")
    proposals.accept(asked["accepted"], nora, now - timedelta(days=1), name="Marek", circle="", word="Gladly.")
    Lookup.objects.filter(address="two.example").update(state="found", candidates=FOUND, title="Two", due_at=None)
    Lookup.objects.filter(address="nothing.example").update(state="nothing", error="Nothing is there.", due_at=None)
    return group


def pages(group: Group) -> list[str]:
    source = Source.objects.filter(roster=group.roster)[0]
    return [
        f"/groups/{group.pk}/proposals/",
        f"/groups/{group.pk}/river/",
        f"/sources/{source.pk}/",
        f"/people/{source.person_id}/river/",
        f"/g/{group.slug}/",
    ]


def test_nothing_hinders_anybody_who_reads_in_a_group(nora: User, group: Group, visit: Any) -> None:
    ed = User.objects.get(username="ed")
    mutes.mute(ed, Source.objects.filter(roster=group.roster)[0], timezone.now())
    found = [fault for who in (nora, ed) for fault in on_all(visit(who, "/more/"), pages(group))]
    assert not found, "\n".join(found)


def test_what_one_proposes_is_found_while_one_waits_and_accepted_and_heard(
    nora: User, group: Group, visit: Any
) -> None:
    ed = visit(User.objects.get(username="ed"), f"/groups/{group.pk}/proposals/")
    ed.get_by_label("Its address").fill("zoe.example")
    ed.get_by_label("Because …").fill("She draws maps of reading rooms.")
    ed.get_by_role("button", name="Propose it").click()
    proposal = Proposal.objects.get(address="zoe.example")
    line = ed.locator(f"#proposal-{proposal.pk}")
    expect(line).to_contain_text("looking for its feed")
    lookup = proposal.lookup
    assert lookup
    lookup.state, lookup.feed, lookup.candidates = Lookup.State.FOUND, a_feed("zoe", title="Maps"), FOUND[:1]
    lookup.due_at = None
    lookup.save()
    for tell in lookups.when_found:
        tell(lookup)
    expect(line).to_contain_text("Maps")
    curator = visit(nora, f"/groups/{group.pk}/proposals/")
    curator.on("dialog", lambda dialog: dialog.dismiss())
    answer = curator.locator(f"#proposal-{proposal.pk}")
    answer.get_by_label("A word about it").fill("Gladly.")
    curator.wait_for_timeout(2500)  # the lines renew themselves meanwhile, and what was typed stays
    expect(answer.get_by_label("A word about it")).to_have_value("Gladly.")
    answer.get_by_role("button", name="Accept").click()
    expect(curator.locator(f"#proposal-{proposal.pk}")).to_contain_text("accepted it")
    with ed.expect_response("**/heard/"):
        ed.reload()
    expect(ed.get_by_role("heading", name="Answered since you last looked")).to_be_visible()
    ed.reload()
    expect(ed.get_by_role("heading", name="Answered since you last looked")).to_have_count(0)


def test_muting_says_so_in_place_and_is_taken_back_where_it_was_made(nora: User, group: Group, visit: Any) -> None:
    source = Source.objects.filter(roster=group.roster)[0]
    page = visit(nora, f"/sources/{source.pk}/")
    page.get_by_role("button", name="Mute for me").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Show it to me again")).to_be_focused()
    assert Mute.objects.filter(user=nora, source=source).exists()
    page.goto(f"/groups/{group.pk}/river/")
    expect(page.locator("#list")).not_to_contain_text("Halima")
    page.get_by_text("What you do not see here").click()
    page.get_by_role("button", name="Show it to me again").click()
    expect(page.get_by_role("button", name="Mute for me")).to_be_visible()
    page.reload()
    expect(page.locator("#list")).to_contain_text("Halima")


def test_all_of_it_works_without_scripts(nora: User, group: Group, visit: Any) -> None:
    page = visit(nora, f"/groups/{group.pk}/proposals/", script=False)
    page.get_by_role("link", name="Look how far it is").click()
    two = page.locator(f"#proposal-{Proposal.objects.get(address='two.example').pk}")
    two.get_by_label("links").check()
    two.get_by_role("button", name="This one is meant").click()
    two.get_by_role("button", name="Decline").click()
    expect(two).to_contain_text("Say a word about why not")
    two.get_by_role("button", name="Accept").click()
    expect(two).to_contain_text("accepted it")
    two.get_by_role("link").first.click()
    page.get_by_role("button", name="Mute for me").click()
    expect(page.get_by_role("button", name="Show it to me again")).to_be_visible()
