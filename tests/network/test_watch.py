"""A roster says what needs a look, followers are told once, and lost feeds' sites are asked once a month."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from aggregator import lookups
from aggregator.finding.candidates import Candidate, Why
from aggregator.models import Feed, Lookup
from network import acts, rows, watch
from network.follow import pause, retire
from network.models import Change, Group, Membership, Note, Notice, Offer, Person, Roster, Source, User
from network.remembering import undoing
from network.tasks import keep
from reading.models import Watermark

from .members import NOW, a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def nora() -> User:
    return a_member()


def a_lost_source(user: User, **columns: Any) -> Source:
    """One whose feed has been failing for eight days."""
    failing = {"failing_since": NOW - timedelta(days=8), "failures": 9, "last_outcome": "missing"}
    usual = {"site_url": "https://site.example/", "last_polled_at": NOW, "last_ok_at": NOW - timedelta(days=9)}
    return a_source(user, a_feed(**(failing | usual | columns)), name="Ingrid")


def answered(lookup: Lookup, *candidates: Candidate) -> None:
    """The worker writes down what it found there."""
    lookup.candidates = [asdict(each) for each in candidates]
    lookup.state = Lookup.State.FOUND
    lookup.save()
    for tell in lookups.when_found:
        tell(lookup)


def offered(source: Source, url: str = "https://site.example/new.xml") -> Feed:
    """The site of a lost feed has been asked, and offers another that answers."""
    watch.ask_sites(NOW)
    answered(Lookup.objects.get(), Candidate(url, "New", verified=True))
    return Feed.objects.get(url=url)


def said(user: User) -> list[tuple[str, str]]:
    return [(finding.state, finding.words) for finding in watch.summary(user.roster, NOW).findings]


# ---- at a glance


def test_what_needs_a_look_is_counted_and_what_is_well_is_not_spoken_of(nora: User) -> None:
    well = {"last_polled_at": NOW, "last_ok_at": NOW, "newest_at": NOW - timedelta(days=1), "usual_per_day": 1.0}
    a_source(nora, a_feed(**well))
    for days in (200, 220):
        a_source(nora, a_feed(**(well | {"newest_at": NOW - timedelta(days=days)})))
    a_source(nora, a_feed(**well, per_day=9.0, earlier_per_day=1.0, moved_at=NOW - timedelta(days=3)))
    a_lost_source(nora)
    pause(a_lost_source(nora), None, NOW)
    retire(a_lost_source(nora), NOW)
    assert said(nora) == [
        ("trouble", "one is in trouble"),
        ("sleeping", "2 sleep"),
        ("loud", "one writes far more than before"),
        ("moved", "one moved house lately"),
    ]
    assert watch.summary(nora.roster, NOW).sources == 6


def test_each_sentence_leads_to_those_it_speaks_of(nora: User) -> None:
    a_lost_source(nora)
    page = visit(nora).get("/roster/").content.decode()
    assert '<a href="/roster/?state=trouble">One is in trouble</a>' in page


def test_the_summary_and_the_table_agree(nora: User) -> None:
    a_lost_source(nora)
    trying = a_lost_source(nora)
    Source.objects.filter(pk=trying.pk).update(state="trial", until=LATER)
    table = rows.matching(nora.roster, rows.View(state="trouble"), NOW)
    assert said(nora) == [("trouble", "2 are in trouble")]
    assert {rows.row(source, NOW).state for source in table} == {"trouble"}
    assert len(table) == 2


# ---- told once


def test_followers_of_a_feed_that_is_gone_are_told_once_until_they_have_seen_it(nora: User) -> None:
    source = a_source(nora, name="Ingrid")
    Feed.objects.update(state="gone", gone_at=LATER)
    client = visit(nora)
    assert watch.tell(LATER) == 1
    assert watch.tell(LATER) == 0
    for path in ("/roster/", "/people/"):
        assert "Their feed is gone" in client.get(path).content.decode()
    notice = Notice.objects.get()
    answer = client.post("/notices/seen/", {"notice": notice.pk, "back": "/people/"})
    assert (answer.status_code, answer["Location"]) == (303, "/people/")
    assert "Their feed is gone" not in client.get("/roster/").content.decode()
    assert watch.tell(LATER + timedelta(days=400)) == 0
    assert (notice.source, Notice.objects.count()) == (source, 1)


def test_what_happened_before_somebody_followed_is_no_news(nora: User) -> None:
    for before in ({"state": "gone", "gone_at": NOW - timedelta(days=1)}, {"moved_at": NOW - timedelta(days=1)}):
        a_source(nora, a_feed(**before))
    assert watch.tell(LATER) == 0


def test_a_move_and_a_feed_given_up_are_told_and_what_is_paused_is_not(nora: User) -> None:
    moved, stopped, resting = (a_source(nora) for _ in range(3))
    pause(resting, None, NOW)
    Feed.objects.filter(pk=moved.feed_id).update(moved_at=LATER)
    Feed.objects.filter(pk__in=[stopped.feed_id, resting.feed_id]).update(state="stopped", failing_since=LATER)
    watch.tell(LATER)
    assert set(Notice.objects.values_list("source", "kind")) == {(moved.pk, "moved"), (stopped.pk, "gone")}


def test_of_a_groups_roster_its_curators_are_told(nora: User) -> None:
    otto = a_member("otto")
    group = Group.objects.create(name="G", slug="g", opml_key="k" * 43, made_at=NOW)
    roster = Roster.objects.create(group=group)
    for user, role in ((nora, "curator"), (otto, "member")):
        Membership.objects.create(group=group, user=user, role=role, at=NOW)
    person = Person.objects.create(roster=roster, name="Ingrid", created_at=NOW)
    feed = a_feed(state="gone", gone_at=LATER)
    Source.objects.create(roster=roster, person=person, feed=feed, created_at=NOW, changed_at=NOW)
    watch.tell(LATER)
    assert [notice.user for notice in Notice.objects.all()] == [nora]


def test_nobody_puts_away_what_another_was_told(nora: User) -> None:
    a_source(nora)
    Feed.objects.update(state="gone", gone_at=LATER)
    watch.tell(LATER)
    for back in ("https://evil.example/", "//evil.example/", "nonsense"):
        form = {"notice": [Notice.objects.get().pk, "x", "9" * 30], "back": back}
        assert visit(a_member(f"o{len(back)}")).post("/notices/seen/", form)["Location"] == "/roster/"
    assert Notice.objects.get().seen_at is None


# ---- what stands where a lost feed was


def test_the_site_of_a_lost_feed_is_asked_once_a_month(nora: User) -> None:
    a_lost_source(nora)
    a_lost_source(nora, site_url="", state="stopped", url="https://elsewhere.example/feed")
    a_lost_source(nora, failing_since=NOW - timedelta(days=6))
    retire(a_lost_source(nora), NOW)
    assert watch.ask_sites(NOW) == 2
    assert watch.ask_sites(NOW + timedelta(days=29)) == 1  # the one that has failed for a week only now
    asked = Lookup.objects.order_by("pk").values_list("address", flat=True)[:2]
    assert set(asked) == {"https://site.example/", "https://elsewhere.example"}
    assert watch.ask_sites(NOW + timedelta(days=31)) == 2


def test_another_feed_there_is_offered_and_taken_in_one_step_that_can_be_taken_back(nora: User) -> None:
    source = a_lost_source(nora)
    note = Note.objects.create(user=nora, source=source, text="good on ferries", changed_at=NOW)
    lost = source.feed
    feed = offered(source)
    assert watch.tell(LATER) == 1
    client = visit(nora)
    page = client.get("/roster/").content.decode()
    assert "Their feed is lost, but their site offers another." in page
    assert f'formaction="/sources/{source.pk}/successor/"' in page
    assert client.post(f"/sources/{source.pk}/successor/").status_code == 303
    source.refresh_from_db()
    assert (source.feed, source.person.name, source.state) == (feed, "Ingrid", "following")
    assert list(source.notes.all()) == [note]
    assert list(Feed.objects.order_by("pk").values_list("subscribers", flat=True)) == [0, 1]
    assert Watermark.objects.filter(user=nora, feed=feed).exists()
    undoing.undo(Change.objects.get(act="replaced"), timezone.now(), nora)
    source.refresh_from_db()
    assert source.feed == lost
    assert list(Feed.objects.order_by("pk").values_list("subscribers", flat=True)) == [1, 0]


@pytest.mark.parametrize(
    "candidate",
    [
        Candidate("https://site.example/comments/feed", kind="comments", verified=True),
        Candidate("https://site.example/category/cats/feed", verified=True),
    ],
)
def test_comments_and_parts_are_not_offered(nora: User, candidate: Candidate) -> None:
    a_lost_source(nora)
    watch.ask_sites(NOW)
    answered(Lookup.objects.get(), candidate)
    assert Offer.objects.get().found is None


def test_a_site_that_names_the_lost_feed_itself_offers_nothing(nora: User) -> None:
    source = a_lost_source(nora)
    watch.ask_sites(NOW)
    answered(Lookup.objects.get(), Candidate(source.feed.url, verified=True))
    assert Offer.objects.get().found is None
    assert visit(nora).post(f"/sources/{source.pk}/successor/").status_code == 303
    source.refresh_from_db()
    assert source.feed_id == Feed.objects.get().pk


def test_what_a_page_only_names_is_read_before_it_is_offered(nora: User) -> None:
    a_lost_source(nora)
    watch.ask_sites(NOW)
    named = Candidate("https://feeds.example/ingrid", "Ingrid", why=Why.NAMED)
    answered(Lookup.objects.get(), named)
    assert Offer.objects.get().found is None
    second = Lookup.objects.get(address=named.url)
    answered(second, Candidate(named.url, "Ingrid", why=Why.ITSELF, verified=True))
    assert Offer.objects.get().found == Feed.objects.get(url=named.url)


def test_what_is_on_the_roster_already_is_neither_told_nor_taken_twice(nora: User) -> None:
    source = a_lost_source(nora)
    a_source(nora, offered(source))
    assert watch.tell(LATER) == 0
    done = acts.take_offer(source, nora, LATER)
    assert "on the roster already" in done.words
    assert done.change is None


def test_the_hourly_round_does_all_of_it(nora: User) -> None:
    a_lost_source(nora, state="stopped", failing_since=timezone.now())
    keep()
    assert (Notice.objects.count(), Offer.objects.count()) == (1, 1)
