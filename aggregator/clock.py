"""What was written while this machine's clock was ahead is put right, once the clock has been set back.

Times that lie in the future would else keep feeds unasked, hosts blocked and entries on top until they have passed.
A clock that was behind needs nothing: what it wrote is merely old.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from .claim import LEASE
from .models import Entry, Feed, Heartbeat, Host, HubLease, Icon, Lookup, Poll, Profile

NOTICED = timedelta(hours=1)  # clocks of several machines may differ by less
FARTHEST = timedelta(days=8)  # nobody is told to wait for longer
LONGEST_LEASE = timedelta(days=91)  # of a hub
WRITTEN = (
    "created_at", "last_polled_at", "last_ok_at", "last_changed_at", "failing_since", "gone_at", "moved_since",
    "moved_at", "newest_at",
)  # fmt: skip


def put_right(now: datetime) -> None:
    """Look whether polling was last alive in what is the future; if so, move all that was written then."""
    last = Heartbeat.objects.filter(name="drain", at__gt=now + NOTICED).first()
    if last is None:
        return
    with transaction.atomic():
        ahead = last.at - now
        move_feeds(now, ahead)
        move_entries(now, ahead)
        Poll.objects.filter(at__gt=now).update(at=F("at") - ahead)
        free_what_waits(now, ahead)
        Heartbeat.objects.filter(at__gt=now).update(at=now)


def move_feeds(now: datetime, ahead: timedelta) -> None:
    """A feed that was polled then was polled so much earlier; what it was to wait from there on, it waits."""
    written = Feed.objects.filter(last_polled_at__gt=now) | Feed.objects.filter(created_at__gt=now)
    feeds = list(written.only("next_poll_at", "not_before", *WRITTEN))
    for feed in feeds:
        back = max(ahead, (feed.last_polled_at or now) - now)  # never polled later than now
        for name in WRITTEN:
            at = getattr(feed, name)
            if at is not None and at > now:
                setattr(feed, name, min(at - back, now))
        feed.next_poll_at = feed.next_poll_at and feed.next_poll_at - back
        feed.not_before = feed.not_before and feed.not_before - back
    Feed.objects.bulk_update(feeds, ["next_poll_at", "not_before", *WRITTEN], batch_size=200)
    leased = Feed.objects.exclude(lease="").filter(next_poll_at__gt=now + LEASE)
    leased.update(next_poll_at=now + LEASE)


def move_entries(now: datetime, ahead: timedelta) -> None:
    """Entries that arrived then, and those dated then since the publisher gave no date."""
    for name in ("arrived_at", "sorted_at", "edited_at"):
        later = Entry.objects.filter(**{f"{name}__gt": now})
        later.update(**{name: F(name) - ahead})
        later.update(**{name: now})  # the clock had been set back a little before


def free_what_waits(now: datetime, ahead: timedelta) -> None:
    """Hosts, lookups, icons and hubs that wait for longer than anything may."""
    Lookup.objects.filter(due_at__gt=now + NOTICED).update(due_at=now)
    Icon.objects.filter(asked_at__gt=now).update(asked_at=now, due_at=F("due_at") - ahead)
    Profile.objects.filter(looked_at__gt=now).update(looked_at=now, due_at=F("due_at") - ahead)
    waiting: list[tuple[QuerySet[Host] | QuerySet[HubLease], str, timedelta]] = [
        (Host.objects.all(), "blocked_until", FARTHEST),
        (HubLease.objects.all(), "until", LONGEST_LEASE),
        (HubLease.objects.all(), "due_at", LONGEST_LEASE),
    ]
    for rows, name, farthest in waiting:
        rows.filter(**{f"{name}__gt": now + farthest}).update(**{name: F(name) - ahead})
