"""Claims: one worker a feed, one feed a host, nothing lost when a worker dies."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from aggregator import claim
from aggregator.models import Feed, Host

from .feeds import NOON, a_feed

pytestmark = pytest.mark.django_db


def test_a_due_feed_is_claimed_once():
    a_feed()
    assert len(claim.claim(NOON, 10)) == 1
    assert claim.claim(NOON, 10) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"subscribers": 0},
        {"state": "suspended"},
        {"state": "gone"},
        {"next_poll_at": None},
        {"next_poll_at": NOON + timedelta(seconds=1)},
    ],
)
def test_what_is_not_due_is_not_claimed(columns):
    a_feed(**columns)
    assert claim.claim(NOON, 10) == []
    assert not claim.anything_due(NOON)


def test_of_one_host_one_feed_is_out_at_a_time():
    for n in range(3):
        a_feed(f"https://one.example/{n}")
    assert len(claim.claim(NOON, 10)) == 1
    assert claim.claim(NOON + timedelta(minutes=1), 10) == []


def test_of_one_host_the_next_feed_waits_for_the_hosts_delay(settings):
    settings.HOST_DELAY = 1.0
    a_feed("https://one.example/1", last_polled_at=NOON, next_poll_at=NOON + timedelta(hours=1))
    a_feed("https://one.example/2")
    assert claim.claim(NOON + timedelta(seconds=0.5), 10) == []
    assert len(claim.claim(NOON + timedelta(seconds=1.5), 10)) == 1


def test_a_host_with_many_feeds_does_not_hide_the_others():
    for n in range(30):
        a_feed(f"https://big.example/{n}", next_poll_at=NOON - timedelta(hours=1))
    for n in range(5):
        a_feed(f"https://small{n}.example/")
    assert len({feed.host for feed in claim.claim(NOON, 10)}) == 6


def test_a_blocked_host_is_left_alone():
    a_feed()
    Host.objects.create(name="ann.example", blocked_until=NOON + timedelta(hours=1))
    assert claim.claim(NOON, 10) == [] and not claim.anything_due(NOON)
    assert len(claim.claim(NOON + timedelta(hours=1), 10)) == 1


def test_a_dead_workers_feeds_come_due_again():
    a_feed()
    (first,) = claim.claim(NOON, 10)
    assert claim.claim(NOON + timedelta(seconds=119), 10) == []
    (second,) = claim.claim(NOON + timedelta(seconds=120), 10)
    assert first.lease != second.lease
    assert Feed.objects.get().attempts == 2


def test_three_unfinished_attempts_put_a_feed_aside_for_a_day_and_it_says_so():
    a_feed(attempts=3)
    assert claim.claim(NOON, 10) == []
    feed = Feed.objects.get()
    assert (feed.next_poll_at, feed.attempts, feed.why_then) == (NOON + timedelta(days=1), 0, "unfinished")


def test_what_was_claimed_and_not_begun_is_given_back():
    a_feed()
    claim.release(claim.claim(NOON, 10), NOON)
    feed = Feed.objects.get()
    assert (feed.lease, feed.attempts, feed.next_poll_at) == ("", 0, NOON)


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_claim_each_feed_once():
    for n in range(40):
        a_feed(f"https://h{n % 20}.example/{n}")
    got: list[int] = []

    def work():
        for _ in range(3):
            got.extend(feed.id for feed in claim.claim(NOON, 7))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(got) == len(set(got)) == 20
    assert Feed.objects.exclude(lease="").values("host").distinct().count() == 20


def test_the_number_of_queries_does_not_grow_with_the_feeds(django_assert_max_num_queries):
    for n in range(50):
        a_feed(f"https://h{n}.example/")
    with django_assert_max_num_queries(6):
        assert len(claim.claim(NOON, 50)) == 50
