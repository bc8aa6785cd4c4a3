"""When two feeds are one, whoever followed either follows the one."""

from __future__ import annotations

import pytest

from aggregator.merge import adopt, merge
from aggregator.models import Feed
from network.arriving import imports
from network.follow import pause, retire
from network.models import Arrival, Person, Source
from network.outlining import opml

from .members import NOW, a_feed, a_member, a_source

pytestmark = pytest.mark.django_db


def test_sources_and_arrivals_follow_the_feed() -> None:
    nora, otto = a_member(), a_member("otto")
    listed = opml.read(b'<opml><outline text="A" xmlUrl="https://old.example/"/></opml>')
    imports.bring_in(nora.roster, listed, "x", NOW)
    old, into = Feed.objects.get(), a_feed()
    a_source(otto, into)
    merge(old, into, NOW)
    assert set(Source.objects.values_list("roster__owner__username", "feed")) == {
        ("nora", into.pk),
        ("otto", into.pk),
    }
    assert Arrival.objects.get().feed == into
    into.refresh_from_db()
    assert into.subscribers == 2


def test_a_redirect_puts_nobodys_entries_before_who_reads_only_the_other_feed() -> None:
    nora, otto = a_member(), a_member("otto")
    false = a_feed(url="https://false.example/feed", moved_to="https://true.example/feed", moved_count=3)
    true = a_feed(url="https://true.example/feed")
    for feed in (false, true):
        a_source(nora, feed)
    a_source(otto, true)
    assert adopt(false, true.url, NOW).pk == false.pk
    assert set(Feed.objects.values_list("url", "moved_count")) == {(false.url, 0), (true.url, 0)}


@pytest.mark.parametrize(
    "old", ["https://www.true.example/feed.xml", "http://true.example/feed", "https://old.example/"]
)
def test_a_redirect_within_a_host_or_before_nobody_else_makes_two_feeds_one(old: str) -> None:
    nora, otto = a_member(), a_member("otto")
    moved, true = a_feed(url=old), a_feed(url="https://true.example/feed")
    for feed in (moved, true):
        a_source(nora, feed)
    a_source(otto, moved if "old" in old else true)
    assert adopt(moved, true.url, NOW).pk == true.pk
    assert Feed.objects.get().subscribers == 2


@pytest.mark.parametrize(
    ("first", "second", "left"), [("retired", "following", "following"), ("paused", "retired", "paused")]
)
def test_a_person_with_both_keeps_one_the_livelier(first: str, second: str, left: str) -> None:
    nora, old, into = a_member(), a_feed(), a_feed()
    one = a_source(nora, old)
    two = a_source(nora, into, person=one.person)
    for source, state in ((one, first), (two, second)):
        if state == "retired":
            retire(source, NOW)
        elif state == "paused":
            pause(source, None, NOW)
    merge(old, into, NOW)
    kept = Source.objects.get()
    into.refresh_from_db()
    assert (kept.feed, kept.state, into.subscribers) == (into, left, int(left == "following"))


def test_two_people_who_share_a_feed_keep_one_each() -> None:
    nora, old, into = a_member(), a_feed(), a_feed()
    a_source(nora, old, name="One")
    a_source(nora, into, name="Two")
    merge(old, into, NOW)
    into.refresh_from_db()
    assert [p.sources.get().feed for p in Person.objects.all()] == [into, into]
    assert into.subscribers == 1
