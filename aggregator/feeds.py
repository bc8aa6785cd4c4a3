"""Feeds as others hold them: known or new by their address, and asked for by a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from .finding.typed import host_of, tidy, with_www
from .models import Feed, FeedAddress
from .schedule import Why, outside

SHORTEST = timedelta(minutes=60)  # between two requests to one feed, whoever asks (MANNERS 8, 9)
MOST_AT_A_HOST = 5000
LONGEST_TTL = timedelta(days=7)
AT_ONCE = 5000  # addresses in one query; SQLite takes 32,766 values

# What a publisher asked for, or its answers oblige us to: no person's wish moves it.
NOT_MOVED = (
    Why.MAX_AGE, Why.TTL, Why.SKIP, Why.RETRY_AFTER, Why.BUSY, Why.HOST, Why.UNAVAILABLE,
    Why.NO_VALIDATOR, Why.MISSING, Why.MISSING_LONG, Why.GONE_ONCE, Why.UNFINISHED,
)  # fmt: skip
ASKED_ABOUT = (
    "state", "lease", "why_then", "next_poll_at", "last_polled_at", "ttl", "not_before",
    "skip_hours", "skip_days",
)  # fmt: skip


def known(url: str) -> Feed | None:
    """The feed at this address, or that used to be there; an http address also knows its https twin."""
    url = tidy(url)
    if feed := Feed.objects.filter(url=url).first():
        return feed
    if moved := FeedAddress.objects.filter(url=url).select_related("feed").first():
        return moved.feed
    if url.startswith("http://"):
        return Feed.objects.filter(url=f"https://{url.removeprefix('http://')}").first()
    return None


def remember(url: str, now: datetime, title: str = "") -> Feed:
    """The feed at this address, made when there is none yet; ValueError for what is no http(s) address.

    A new one is due at once, and is asked for as soon as somebody follows it.
    """
    if feed := known(url):
        return feed
    spelled = tidy(url)
    if not spelled:
        raise ValueError("no address a feed could have")
    feed, _created = Feed.objects.get_or_create(
        url=spelled,
        defaults={
            "host": host_of(spelled),
            "title": title[:500],
            "created_at": now,
            "next_poll_at": now,
            "why_then": Why.NEW,
        },
    )
    return feed


@transaction.atomic
def remember_many(urls: Collection[str], now: datetime) -> dict[str, Feed]:
    """The feeds at these tidy addresses, made where there are none yet; by address, in few queries."""
    feeds: dict[str, Feed] = {}
    for some in in_steps(list(urls)):
        feeds |= _known_many(some)
    missing = [url for url in urls if url not in feeds]
    rows = [Feed(url=url, host=host_of(url), created_at=now, next_poll_at=now, why_then=Why.NEW) for url in missing]
    Feed.objects.bulk_create(rows, ignore_conflicts=True)  # somebody may have added one in this moment
    for some in in_steps(missing):
        feeds |= {feed.url: feed for feed in Feed.objects.filter(url__in=some)}
    return feeds


def in_steps(urls: list[str]) -> Iterator[list[str]]:
    """As many at once as a query can ask for."""
    return (urls[at : at + AT_ONCE] for at in range(0, len(urls), AT_ONCE))


def _known_many(urls: list[str]) -> dict[str, Feed]:
    """As `known`, for many."""
    twins = {url: f"https://{url.removeprefix('http://')}" for url in urls if url.startswith("http://")}
    there = {feed.url: feed for feed in Feed.objects.filter(url__in=[*urls, *twins.values()])}
    moved = FeedAddress.objects.filter(url__in=urls).select_related("feed")
    led = {address.url: address.feed for address in moved}
    found = {url: there.get(url) or led.get(url) or there.get(twins.get(url, "")) for url in urls}
    return {url: feed for url, feed in found.items() if feed}


@transaction.atomic
def due_now(feed_ids: Collection[int], now: datetime) -> dict[int, datetime | None]:
    """Somebody asks for these feeds: they are due now, or as soon as manners allow. When, by feed id.

    None for a feed that is not polled at all (suspended, stopped, gone).
    """
    feeds = Feed.objects.select_for_update().filter(pk__in=feed_ids).order_by("pk")
    when: dict[int, datetime | None] = {}
    moved = []
    for feed in feeds.only(*ASKED_ABOUT):
        earliest = _earliest(feed, now)
        if earliest is not None and earliest != feed.next_poll_at:
            feed.next_poll_at, feed.why_then = earliest, Why.ASKED
            moved.append(feed)
        when[feed.pk] = feed.next_poll_at if feed.state == Feed.State.ACTIVE else None
    Feed.objects.bulk_update(moved, ["next_poll_at", "why_then"], batch_size=200)
    return when


def _earliest(feed: Feed, now: datetime) -> datetime | None:
    """When a person's wish may bring the next poll; None to leave it as it stands."""
    if feed.state != Feed.State.ACTIVE or feed.lease:
        return None
    if feed.next_poll_at and (feed.next_poll_at <= now or feed.why_then in NOT_MOVED):
        return None
    if feed.last_polled_at is None:
        return now
    pause = max(SHORTEST, min(timedelta(seconds=feed.ttl), LONGEST_TTL))
    pause_ends = max(now, feed.last_polled_at + pause, feed.not_before or now)
    earliest = outside(pause_ends, feed.skip_hours, feed.skip_days)
    return min(earliest, feed.next_poll_at) if feed.next_poll_at else earliest


def known_among(urls: Collection[str]) -> set[str]:
    """Those of these tidy addresses that lead to feeds which have answered well: nobody need ask for them."""
    twins = {url: f"https://{url.removeprefix('http://')}" for url in urls if url.startswith("http://")}
    spelled = [*urls, *twins.values()]
    good = Feed.objects.filter(url__in=spelled, state=Feed.State.ACTIVE, last_ok_at__isnull=False)
    there = set(good.values_list("url", flat=True))
    there |= set(FeedAddress.objects.filter(url__in=spelled).values_list("url", flat=True))
    return {url for url in urls if url in there or twins.get(url) in there}


def known_at(url: str) -> set[str]:
    """The addresses of feeds at this address' host that have answered well."""
    good = Feed.objects.filter(host__in=with_www(url), state=Feed.State.ACTIVE, last_ok_at__isnull=False)
    return set(good.values_list("url", flat=True)[:MOST_AT_A_HOST])
