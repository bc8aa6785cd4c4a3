"""Readers in the crowd: one of 1,000 sources with 100,000 unread entries, and one who has read nearly everything.

A program of its own (`python -m benchmarks.reader`), after crowd.py, so that Django knows which database is meant.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import django

READER, ALMOST_DONE = "member1", "member2"  # of crowd.py's members
SOURCES, UNREAD_EACH, IN_A_CIRCLE = 1000, 100, 50
LEFT = 12  # unread entries of who has read nearly everything
IN_THE_MIDDLE, TEN_THOUSAND = 500, 10_000  # in the river: the entry that is opened; all above is marked read
SHORT_EVERY, HEARD_EVERY = 9, 50  # feeds of short posts without a title, and of what is heard


def main() -> None:
    django.setup()
    print(json.dumps(settle_in(datetime.now(UTC))))


def settle_in(now: datetime) -> dict[str, Any]:
    """Rosters, circles and watermarks of both; the ids of what pages are asked about."""
    from aggregator.models import Feed
    from network.models import Group, User

    from .crowd import analyse

    feeds = list(Feed.objects.order_by("pk").only("pk", "title", "site_url", "url")[: 2 * SOURCES : 2])
    vary_kinds(feeds)
    reader, other = (User.objects.get(username=name) for name in (READER, ALMOST_DONE))
    for user in (reader, other):
        follow_all(user, feeds, now)
    read_all_but(reader, UNREAD_EACH)
    read_all_but(other, 0)
    leave_unread(other, LEFT)
    analyse()
    return {"group": Group.objects.get(slug="everybody").pk, **asked_about(reader)}


def vary_kinds(feeds: Sequence[Any]) -> None:
    """Some feeds bring short posts, some bring talk, so that Skim and Listen have something."""
    from aggregator.models import Entry

    short = Entry.objects.filter(feed__in=[feed.pk for feed in feeds[::SHORT_EVERY]])
    short.update(title="", words=40)
    heard = Entry.objects.filter(feed__in=[feed.pk for feed in feeds[1::HEARD_EVERY]])
    heard.update(medium="audio", duration=1800)


def follow_all(user: Any, feeds: Sequence[Any], now: datetime) -> None:
    """Everybody in a circle with forty-nine others."""
    from network import follow

    wishes = [
        follow.Wish(feed, name=f"Writer {n:04}", who=str(n), circles=(f"Circle {n // IN_A_CIRCLE:02}",))
        for n, feed in enumerate(feeds)
    ]
    follow.follow_many(user.roster, wishes, now)


def read_all_but(user: Any, count: int) -> None:
    """Everything is read but so many of the newest entries of each feed."""
    from django.db.models import F, OuterRef, Subquery, Value
    from django.db.models.functions import Coalesce

    from aggregator.models import Entry
    from reading.models import Watermark
    from reading.watermarks import recount

    newest = Entry.objects.filter(feed=OuterRef("feed")).order_by("-pk").values("pk")
    marks = Watermark.objects.filter(user=user)
    marks.update(upto=Coalesce(Subquery(newest[count : count + 1]), Value(0)) if count else F("upto"))
    if not count:
        marks.update(upto=Subquery(newest[:1]))
    recount(marks)


def leave_unread(user: Any, count: int) -> None:
    """So many feeds have one unread entry again."""
    from django.db.models import F

    from reading.models import Watermark

    some = list(Watermark.objects.filter(user=user).order_by("feed")[: 50 * count : 50])
    for each in some:
        Watermark.objects.filter(pk=each.pk).update(upto=F("upto") - 1, read_count=F("read_count") - 1)


def asked_about(reader: Any) -> dict[str, Any]:
    """A person and their source, a circle of fifty, an entry with neighbours on both sides."""
    from network.models import Circle, Source
    from reading.shown import place_text

    source = Source.objects.of(reader).select_related("person").order_by("pk")[101]
    circle = Circle.objects.of(reader).get(name="Circle 07")
    waiting = unread(reader)
    return {
        "person": source.person_id,
        "source": source.pk,
        "circle": circle.pk,
        "entry": waiting[IN_THE_MIDDLE][0],
        "top": max(pk for pk, _at in waiting),
        "unread": len(waiting),
        "page 100": place_text(*waiting[100 * 30 - 31][::-1]),
        "ten thousandth": place_text(*waiting[TEN_THOUSAND - 1][::-1]),
    }


def unread(reader: Any) -> list[tuple[int, datetime]]:
    """The ids of all that the reader's river has unread, newest first."""
    from aggregator.models import Entry
    from network.models import Source
    from reading.timeline import with_state

    feeds = Source.objects.of(reader).followed().values("feed")
    found = with_state(Entry.objects.filter(feed__in=feeds), reader, only_unread=True)
    return list(found.order_by("-sorted_at", "-pk").values_list("pk", "sorted_at"))


if __name__ == "__main__":
    main()
