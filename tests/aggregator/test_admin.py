"""The administrator's desk: what it shows, what it does, what it costs."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from aggregator.admin import holding
from aggregator.desk import actions as desk_actions
from aggregator.desk import pages as desk
from aggregator.models import Entry, Feed, FeedAddress, Heartbeat, Host, HubLease, Lookup, Poll
from network.models import User
from tests.aggregator.made import NOW, a_feed, ago, an_entry, findable

pytestmark = pytest.mark.django_db
FEEDS = "/admin/aggregator/feed/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin", password="x"))
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, action: str, *feeds: Feed, **more: str) -> Any:
    data = {"action": action, "_selected_action": [feed.pk for feed in feeds], **more}
    return client.post(FEEDS, data, follow=True)


# ---- what it shows


def test_feeds_are_listed_with_their_health_in_words(admin: Client) -> None:
    a_feed(newest_at=timezone.now(), title="Ann <b>")
    a_feed(state="gone", next_poll_at=None)
    shown = page(admin, FEEDS)
    assert "Well. About weekly" in shown
    assert "Gone: the publisher says it will not come back" in shown
    assert "Ann &lt;b&gt;" in shown


@pytest.mark.parametrize("health", ["well", "sleeping", "trouble", "paused", "new"])
def test_feeds_are_filtered_by_health(admin: Client, health: str) -> None:
    now = timezone.now()
    a_feed(title="It is well", newest_at=now)
    a_feed(title="It is sleeping", newest_at=now.replace(year=now.year - 1))
    a_feed(title="It is trouble", failing_since=ago(days=9), failures=9)
    a_feed(title="It is paused", state="suspended")
    a_feed(title="It is new", last_polled_at=None)
    shown = page(admin, f"{FEEDS}?health={health}")
    assert [name for name in ("well", "sleeping", "trouble", "paused", "new") if f"It is {name}" in shown] == [
        health
    ]


def test_feeds_are_found_by_address_title_and_host(admin: Client) -> None:
    a_feed(url="https://ann.example/feed", title="Ann")
    a_feed(url="https://bob.example/feed", title="Bob")
    for words in ("ann.example/feed", "Ann", "ann.example"):
        shown = page(admin, f"{FEEDS}?q={words}")
        assert "Ann" in shown and "Bob" not in shown


def test_a_feeds_page_says_everything_and_leads_to_its_visits_and_entries(admin: Client) -> None:
    feed = a_feed(
        etag='"abc"', last_error="HTTP 404", failing_since=ago(days=9), failures=9, last_outcome="missing"
    )
    FeedAddress.objects.create(url="https://old.example/", feed=feed, since=ago(days=9))
    shown = page(admin, f"{FEEDS}{feed.pk}/change/")
    for words in ("abc", "HTTP 404", "https://old.example/", "the feed may have moved", "answers “not found”"):
        assert words in shown
    assert f"/admin/aggregator/poll/?feed__id__exact={feed.pk}" in shown
    assert f"/admin/aggregator/entry/?feed__id__exact={feed.pk}" in shown
    assert 'name="_save"' not in shown


def test_the_poll_log_is_whole_or_of_one_feed_or_of_one_outcome(admin: Client) -> None:
    one, other = a_feed(title="One"), a_feed(title="Other")
    Poll.objects.create(feed=one, at=NOW, outcome="broken", error="It broke")
    Poll.objects.create(feed=other, at=NOW, outcome="new")
    log = "/admin/aggregator/poll/"
    assert [name in page(admin, log) for name in (">One<", ">Other<")] == [True, True]
    assert [name in page(admin, f"{log}?feed__id__exact={one.pk}") for name in (">One<", ">Other<")] == [
        True,
        False,
    ]
    assert [name in page(admin, f"{log}?outcome=new") for name in (">One<", ">Other<")] == [False, True]


def test_entries_are_found_by_their_words(admin: Client) -> None:
    feed = a_feed()
    an_entry(feed, "apples"), an_entry(feed, "pears")
    shown = page(admin, "/admin/aggregator/entry/?q=words+pears")
    assert "On pears" in shown and "On apples" not in shown
    assert holding('"unbalanced quotes" AND OR (') == []
    assert "On apples" in page(admin, f"/admin/aggregator/entry/{Entry.objects.get(uid='apples').pk}/change/")


def test_the_secret_of_a_hub_lease_is_not_shown(admin: Client) -> None:
    lease = HubLease.objects.create(
        feed=a_feed(), hub="https://hub.example/", topic="t", path="PATH", secret="SECRET"
    )
    shown = page(admin, f"/admin/aggregator/hublease/{lease.pk}/change/") + page(
        admin, "/admin/aggregator/hublease/"
    )
    assert "https://hub.example/" in shown
    assert "PATH" not in shown and "SECRET" not in shown


def test_hosts_lookups_addresses_and_heartbeats_can_be_read(admin: Client) -> None:
    Host.objects.create(name="busy.example", blocked_until=NOW)
    Lookup.objects.create(address="https://asked.example/", asked_at=NOW, feed=a_feed())
    FeedAddress.objects.create(url="https://old.example/", feed=a_feed(), since=NOW)
    Heartbeat.objects.create(name="drain", at=NOW)
    shown = "".join(page(admin, f"/admin/aggregator/{m}/") for m in ("host", "lookup", "feedaddress", "heartbeat"))
    for words in ("busy.example", "https://asked.example/", "https://old.example/", "drain"):
        assert words in shown


def test_nothing_is_edited_by_hand(admin: Client) -> None:
    feed = a_feed()
    for path in (f"{FEEDS}add/", f"{FEEDS}{feed.pk}/delete/", "/admin/aggregator/entry/add/"):
        assert admin.get(path).status_code == 403
    assert admin.post(f"{FEEDS}{feed.pk}/change/", {"title": "Mine"}).status_code == 403


# ---- what it does


def test_poll_now_keeps_the_manners(admin: Client) -> None:
    now = timezone.now()
    soon = a_feed(next_poll_at=now.replace(year=now.year + 1), last_polled_at=ago(days=9))
    late = a_feed(next_poll_at=now.replace(year=now.year + 1), last_polled_at=now)
    gone = a_feed(state="gone", next_poll_at=None)
    shown = act(admin, "poll_now", soon, late, gone).content.decode()
    assert "1 feed is due now. 1 has to wait a little. 1 must be resumed first." in shown
    soon.refresh_from_db(), late.refresh_from_db()
    assert soon.next_poll_at is not None and soon.next_poll_at <= timezone.now()
    assert late.next_poll_at is not None and (late.next_poll_at - now).total_seconds() >= 3600


def test_suspending_ends_a_visit_under_way_and_resuming_is_a_fresh_start(admin: Client) -> None:
    feed = a_feed(lease="somebody", failing_since=ago(days=99), failures=50, gone_at=ago(days=2))
    assert "1 feed is suspended." in act(admin, "suspend", feed).content.decode()
    feed.refresh_from_db()
    assert (feed.state, feed.lease) == ("suspended", "")
    assert "1 feed is resumed." in act(admin, "resume", feed).content.decode()
    feed.refresh_from_db()
    assert (feed.state, feed.failures, feed.failing_since, feed.gone_at) == ("active", 0, None, None)
    assert feed.next_poll_at is not None


def test_two_feeds_are_merged_after_asking_which_one_stays(admin: Client) -> None:
    goes, stays = a_feed(title="Goes"), a_feed(title="Stays")
    an_entry(goes, "a")
    asked = act(admin, "merge_two", goes, stays).content.decode()
    assert "Which one stays?" in asked and "Goes" in asked and "Stays" in asked
    assert Feed.objects.count() == 2
    told = act(admin, "merge_two", goes, stays, stays=str(stays.pk)).content.decode()
    assert f"{stays.url} has taken over {goes.url}." in told
    assert Entry.objects.get().feed == stays == Feed.objects.get()
    assert LogEntry.objects.get().object_id == str(stays.pk)


def test_only_two_feeds_can_be_merged(admin: Client) -> None:
    assert "exactly two" in act(admin, "merge_two", a_feed(), a_feed(), a_feed()).content.decode()
    assert Feed.objects.count() == 3


def test_a_feed_is_forgotten_with_its_entries_after_asking(admin: Client) -> None:
    feed, other = a_feed(entry_count=2), a_feed()
    an_entry(feed), an_entry(feed)
    stays = an_entry(other)
    asked = act(admin, "forget", feed).content.decode()
    assert "2 entries" in asked and Entry.objects.count() == 3
    assert "Forgotten: " in act(admin, "forget", feed, sure="yes").content.decode()
    assert Feed.objects.get() == other
    assert findable() == {stays.pk}


def test_a_feed_with_very_many_entries_goes_in_several_requests(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_actions, "FORGET_SECONDS", 0.0)
    feed = a_feed()
    an_entry(feed)
    assert "press again to go on" in act(admin, "forget", feed, sure="yes").content.decode()
    feed.refresh_from_db()
    assert feed.state == "suspended"
    monkeypatch.setattr(desk_actions, "FORGET_SECONDS", 5.0)
    assert "Forgotten: " in act(admin, "forget", feed, sure="yes").content.decode()


def test_who_may_only_look_may_not_act(client: Client) -> None:
    user = User.objects.create_user("looker", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_feed"))
    client.force_login(user)
    feed = a_feed()
    assert 'value="suspend"' not in page(client, FEEDS)
    act(client, "suspend", feed)
    act(client, "forget", feed, sure="yes")
    feed.refresh_from_db()
    assert feed.state == "active"


def test_who_is_no_staff_sees_nothing(client: Client) -> None:
    client.force_login(User.objects.create_user("ann", password="x"))
    assert client.get(FEEDS).status_code == 302


# ---- what it costs


@pytest.mark.parametrize("table, most", [("feed", 5), ("poll", 5), ("entry", 5), ("lookup", 5), ("host", 5)])
def test_a_list_asks_the_same_however_long_it_is(
    admin: Client, django_assert_max_num_queries: Any, table: str, most: int
) -> None:
    for n in range(30):
        feed = a_feed()
        an_entry(feed)
        Poll.objects.create(feed=feed, at=NOW, outcome="new")
        Lookup.objects.create(address=f"https://asked{n}.example/", asked_at=NOW, feed=feed)
        Host.objects.create(name=f"h{n}.example", blocked_until=NOW)
    with django_assert_max_num_queries(most):
        page(admin, f"/admin/aggregator/{table}/")


def test_lists_count_no_further_than_one_can_page(
    admin: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(desk, "MOST_COUNTED", 3)
    feed = a_feed()
    for _ in range(5):
        an_entry(feed)
    with django_assert_max_num_queries(5) as asked:
        assert "3 entries" in page(admin, "/admin/aggregator/entry/")
    counts = [query["sql"] for query in asked.captured_queries if "COUNT(" in query["sql"]]
    assert counts and all("LIMIT 3" in sql for sql in counts)


def test_lists_read_no_heavy_columns(admin: Client, django_assert_max_num_queries: Any) -> None:
    a_feed()
    with django_assert_max_num_queries(5) as asked:
        page(admin, FEEDS)
    assert not any('"window"' in query["sql"] or "body_digest" in query["sql"] for query in asked.captured_queries)
