"""What is written at the end of visits: entries once, edits in place, nothing flooding, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator import index
from aggregator.answers import Fetched, NotModified, Refused
from aggregator.finish import finish, first
from aggregator.folding import asked
from aggregator.models import Entry, EntryBody, Expired, Feed, Host, Poll
from aggregator.parsing.hashes import uid_hash
from aggregator.schedule import Outcome
from aggregator.visit import Visited

from .feeds import NOON, a_document, a_feed, an_entry, visited

pytestmark = pytest.mark.django_db


def tell(feed: Feed, *entries, at=NOON, **answer):
    """One visit that finds these entries."""
    answered = Fetched(feed.url, 200, b"", **{"etag": '"1"', **answer})
    return finish([visited(feed, a_document(*entries), at, answered)])[0]


def search(words: str) -> set[int]:
    phrase = index.Phrase(*asked(words))
    with connection.cursor() as cursor:
        cursor.execute(*index.found(index.Wish(((phrase,),)), 100))
        return {row[0] for row in cursor.fetchall()}


def test_every_entry_of_a_first_document_is_stored_with_its_body():
    feed = a_feed()
    done = tell(feed, an_entry("b"), an_entry("a"))
    assert (done.new, done.changed, done.outcome) == (2, 0, Outcome.NEW)
    assert list(Entry.objects.order_by("id").values_list("uid", flat=True)) == ["a", "b"]
    assert EntryBody.objects.count() == 2
    feed.refresh_from_db()
    assert (feed.entry_count, feed.last_entry) == (2, Entry.objects.latest("id").id)
    assert (feed.title, feed.etag, feed.lease, feed.attempts) == ("Ann's notes", '"1"', "", 0)


def test_the_same_document_again_writes_no_entry():
    feed = a_feed()
    tell(feed, an_entry("a"))
    done = tell(feed, an_entry("a"), at=NOON + timedelta(hours=1))
    assert (done.new, done.changed, done.outcome) == (0, 0, Outcome.SAME)
    assert Entry.objects.count() == 1


def test_an_edited_entry_is_updated_in_place_and_says_so():
    feed = a_feed()
    tell(feed, an_entry("a", "Old words."))
    before = Entry.objects.get()
    tell(feed, an_entry("a", "Newer wording."), at=NOON + timedelta(hours=1))
    after = Entry.objects.get()
    assert (after.id, after.arrived_at, after.sorted_at) == (before.id, before.arrived_at, before.sorted_at)
    assert after.edited_at == NOON + timedelta(hours=1)
    assert after.body.text == "Newer wording."
    assert search("newer") == {after.id} and search("old") == set()


def test_an_entry_whose_terms_alone_changed_is_not_called_edited():
    feed = a_feed()
    tell(feed, an_entry("a"))
    done = tell(feed, an_entry("a", digest=5, terms=["x"]), at=NOON + timedelta(hours=1))
    assert done.changed == 1
    assert Entry.objects.get().edited_at is None
    assert EntryBody.objects.get().terms == ["x"]


@pytest.mark.parametrize("keeps", ["digest", "link", "title and date"])
def test_a_feed_that_rewrites_all_its_ids_does_not_flood(keeps):
    feed = a_feed()
    old = [
        an_entry(f"old-{n}", f"Text number {n}", link=f"https://ann.example/{n}", published=1e9 + n)
        for n in range(5)
    ]
    tell(feed, *old)
    ids = set(Entry.objects.values_list("id", flat=True))
    new = []
    for n, entry in enumerate(old):
        fields = {"link": entry.link, "title": entry.title, "published": entry.published, "digest": entry.digest}
        if keeps != "digest":
            fields["digest"] = n
        if keeps == "title and date":
            fields["link"] = "https://ann.example/"
        new.append(an_entry(f"new-{n}", f"Text number {n}", **fields))
    done = tell(feed, *new, at=NOON + timedelta(hours=1))
    assert done.new == 0
    assert set(Entry.objects.values_list("id", flat=True)) == ids
    assert set(Entry.objects.values_list("uid", flat=True)) == {f"new-{n}" for n in range(5)}


def test_two_podcast_episodes_that_share_the_homes_link_are_two():
    feed = a_feed()
    home = "https://ann.example/"
    tell(feed, an_entry("1", "One", link=home), an_entry("2", "Two", link=home))
    done = tell(
        feed, an_entry("3", "Three", link=home), an_entry("2", "Two", link=home), at=NOON + timedelta(hours=1)
    )
    assert done.new == 1 and Entry.objects.count() == 3


def test_an_entry_dropped_and_shown_again_does_not_come_back_as_new():
    feed = a_feed()
    tell(feed, an_entry("a"), an_entry("b"))
    tell(feed, an_entry("b"), at=NOON + timedelta(hours=1))
    done = tell(feed, an_entry("a"), an_entry("b"), at=NOON + timedelta(hours=2))
    assert done.new == 0 and Entry.objects.count() == 2


def test_an_expired_entry_shown_again_does_not_come_back_as_new():
    feed = a_feed()
    tell(feed, an_entry("a"))
    Expired.objects.create(feed=feed, uid_hash=uid_hash("gone"))
    done = tell(feed, an_entry("a"), an_entry("gone"), at=NOON + timedelta(hours=1))
    assert done.new == 0 and Entry.objects.count() == 1


def test_dates_from_the_future_do_not_stand_above_everything():
    feed = a_feed()
    tell(feed, an_entry("a", published=(NOON + timedelta(days=400)).timestamp()))
    entry = Entry.objects.get()
    assert entry.sorted_at == entry.arrived_at == NOON
    assert entry.published_at == NOON + timedelta(days=400)


def test_ids_follow_the_entries_dates():
    feed = a_feed()
    tell(feed, an_entry("new", published=2e9 - 1e9 + 10), an_entry("old", published=1e9))
    assert list(Entry.objects.order_by("id").values_list("uid", flat=True)) == ["old", "new"]


def test_a_visit_whose_lease_was_lost_writes_nothing():
    feed = a_feed()
    visit = visited(feed, a_document(an_entry("a")))
    Feed.objects.update(lease="somebody else")
    assert finish([visit]) == []
    assert Entry.objects.count() == 0 and Poll.objects.count() == 0


def test_a_304_takes_over_only_the_validators_it_states():
    feed = a_feed()
    tell(feed, an_entry("a"), etag='W/"old"', last_modified="yesterday-ish")
    visit = visited(feed, a_document(), NOON + timedelta(hours=1))
    finish([Visited(visit.feed, visit.at, NotModified(feed.url, etag='"new"'), Outcome.NOT_MODIFIED)])
    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified, feed.last_status) == ('"new"', "yesterday-ish", 304)
    assert Entry.objects.count() == 1 and feed.entry_count == 1


def test_a_200_with_a_new_etag_alone_forgets_the_old_last_modified():
    feed = a_feed()
    tell(feed, an_entry("a"), etag='"1"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT")
    tell(feed, an_entry("a"), at=NOON + timedelta(hours=1), etag='"2"')
    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified) == ('"2"', "")


def test_a_body_that_is_refused_leaves_no_validator():
    feed = a_feed()
    visit = visited(feed, a_document())
    refused = Visited(visit.feed, NOON, Fetched(feed.url, 200, b"", etag='"bad"'), Outcome.NOT_A_FEED, "No feed.")
    finish([refused])
    feed.refresh_from_db()
    assert (feed.etag, feed.last_error, feed.failures) == ("", "No feed.", 1)
    assert bytes(feed.body_digest) == b""


def test_a_429_blocks_the_host_until_a_good_answer():
    feed = a_feed()
    visit = visited(feed, a_document())
    finish([Visited(visit.feed, NOON, Refused(feed.url, 429, retry_after=7200), Outcome.BUSY)])
    assert Host.objects.get().blocked_until == NOON + timedelta(hours=2)
    Host.objects.update(strikes=1)
    tell(feed, an_entry("a"), at=NOON + timedelta(hours=3))
    assert Host.objects.count() == 0


def test_each_visit_has_its_line_in_the_poll_log():
    feed = a_feed()
    tell(feed, an_entry("a"))
    poll = Poll.objects.get()
    assert (poll.feed_id, poll.outcome, poll.status, poll.entries_new) == (feed.id, "new", 200, 1)


def test_the_document_that_found_a_feed_is_kept():
    feed = a_feed()
    done = first(feed, Fetched(feed.url, 200, b"<rss/>", etag='"1"'), a_document(an_entry("a")), NOON)
    assert done and done.new == 1
    feed.refresh_from_db()
    assert feed.lease == "" and feed.next_poll_at >= NOON + timedelta(hours=1)


def test_a_group_of_feeds_costs_as_many_statements_as_one_feed():
    counts = []
    for group in (
        [a_feed("https://alone.example/feed")],
        [a_feed(f"https://h{n}.example/feed") for n in range(20)],
    ):
        visits = [visited(feed, a_document(an_entry("a"), an_entry("b"))) for feed in group]
        with CaptureQueriesContext(connection) as queries:
            finish(visits)
        counts.append(len(queries))
    assert Entry.objects.count() == 42
    assert counts[0] == counts[1] <= 18  # four of them asked by the rooms above


def test_words_in_languages_without_spaces_are_found():
    feed = a_feed()
    tell(feed, an_entry("a", "新しい道具を入れる"))
    assert search("道具") == search("具を入") == search("道") == {Entry.objects.get().id}
    assert search("具道") == set()


def test_how_long_an_answer_stays_true_is_remembered_against_everybodys_wishes():
    feed = a_feed()
    tell(feed, an_entry("a"), max_age=5 * 3600)
    assert Feed.objects.get().not_before == NOON + timedelta(hours=5)
    tell(feed, an_entry("a"), max_age=30 * 86400)
    assert Feed.objects.get().not_before == NOON + timedelta(hours=24)
    tell(feed, an_entry("a"))
    assert Feed.objects.get().not_before is None
