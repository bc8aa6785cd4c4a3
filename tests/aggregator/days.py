"""Days that pass as a test says: a clock that can be moved, and real polls by it against the local web server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

from django.db.models import Min

from aggregator import poll
from aggregator.models import Feed
from aggregator.poll import Tally
from tests.aggregator.feeds import a_feed
from tests.web import Request, Web

ICONS = ("/", "/favicon.ico")
START = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # a Tuesday


class Days:
    """`days.on(hours=3)` moves the clock; `days.poll()` does what is due; `days.live(days=90)` lets time pass."""

    def __init__(self, web: Web) -> None:
        self.now = START
        self.web = web

    def clock(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)

    def poll(self) -> Tally:
        return poll.run(10, clock=self.clock)

    def live(self, **time: float) -> list[datetime]:
        """From due moment to due moment; when requests were made. A second before each, nothing must happen."""
        end = self.now + timedelta(**time)
        asked: list[datetime] = []
        while (due := next_due()) and due <= end:
            if due > self.now + timedelta(seconds=2):
                self.now = due - timedelta(seconds=1)
                asked += self._asked()
            self.now = max(self.now, due)
            asked += self._asked()
            if next_due() == due:  # its host wants to be left alone
                self.on(minutes=1)
        self.now = end
        return asked

    def _asked(self) -> list[datetime]:
        before = len(self.asked)
        self.poll()
        return [self.now] * (len(self.asked) - before)

    @property
    def asked(self) -> list[Request]:
        """All requests but those for the site's icon, which have manners of their own (test_icons.py)."""
        return [request for request in list(self.web.requests) if request.path not in ICONS]

    def feed(self, path: str = "/feed", host: str = "127.0.0.1", **columns: Any) -> Feed:
        """A followed feed at this page, due now."""
        return a_feed(self.web.url(path, host=host), created_at=self.now, next_poll_at=self.now, **columns)

    def date(self, **time: float) -> str:
        """An HTTP date so far from now."""
        return format_datetime(self.now + timedelta(**time), usegmt=True)

    def rss(self, *ages: float, more: str = "") -> str:
        """A document with an entry of each age in days, and `more` in its channel."""
        return document({str(age): self.date(days=-age) for age in ages}, more)

    def hourly(self, more: str = "") -> str:
        """A document with an entry for each of the last forty full hours: it has something new each hour."""
        past = timedelta(minutes=self.now.minute, seconds=self.now.second, microseconds=self.now.microsecond)
        hours = [format_datetime(self.now - past - timedelta(hours=n), usegmt=True) for n in range(40)]
        return document(dict(zip(hours, hours, strict=True)), more)


def document(entries: dict[str, str], more: str) -> str:
    """RSS of entries by uid with their dates."""
    items = "".join(
        f"<item><guid>{uid}</guid><title>Of {uid}</title><pubDate>{date}</pubDate>"
        f"<description>Words of {uid}</description></item>"
        for uid, date in entries.items()
    )
    sy = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    head = f'<?xml version="1.0"?><rss version="2.0" {sy}><channel><title>Ann</title>{more}'
    return f"{head}{items}</channel></rss>"


BUSY = tuple(hour / 24 for hour in range(1, 40))  # entry ages of a feed that publishes hourly
WEEKLY = (1, 8, 15, 22, 29, 36)
MONTHLY = (1, 31, 62, 92)


def next_due() -> datetime | None:
    polled = Feed.objects.filter(state=Feed.State.ACTIVE, subscribers__gt=0)
    due: datetime | None = polled.aggregate(due=Min("next_poll_at"))["due"]
    return due


def gaps(asked: list[datetime]) -> list[float]:
    """Hours between requests."""
    return [(b - a) / timedelta(hours=1) for a, b in pairwise(asked)]
