"""What would happen to an address, and why: everything plnet knows about a feed, without asking anybody outside."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import feeds, health
from .finding.typed import NoAddress, host_of, normalise
from .models import Feed, Host, HubLease, Lookup, Poll
from .retold import retold
from .spans import ahead, how_often, span

POLLS_SHOWN = 5


@dataclass
class Explained:
    """All facts, ready for JSON: moments are ISO 8601, spans seconds; `sentences` says them to a person."""

    address: str
    known: bool = False
    url: str = ""
    title: str = ""
    sentences: list[str] = field(default_factory=list)
    health: str = ""
    next_poll: str = ""
    next_poll_at: str | None = None
    why_then: str = ""
    interval: int | None = None
    subscribers: int | None = None
    validators: dict[str, str] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)
    host: dict[str, Any] = field(default_factory=dict)
    moving_to: str = ""
    old_addresses: list[str] = field(default_factory=list)
    polls: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def explain(address: str, now: datetime) -> Explained:
    """What plnet knows of this address and will do about it."""
    typed = normalise(address)
    if isinstance(typed, NoAddress):
        return Explained(address, sentences=[typed.why])
    feed = feeds.known(typed.url)
    return _known(address, feed, now) if feed else _unknown(address, typed.url, now)


def _unknown(address: str, url: str, now: datetime) -> Explained:
    told = Explained(address, url=url, host=_host(host_of(url), now))
    told.sentences.append(_("No feed is known at this address."))
    lookup = Lookup.objects.filter(address=url).order_by("-asked_at").first()
    if lookup:
        told.sentences.append(_("Somebody asked what is there: %(state)s.") % {"state": lookup.get_state_display()})
    told.sentences.append(_("When somebody adds it, it is fetched once, and what is found can be followed."))
    told.sentences += _host_sentences(told.host)
    return told


def _known(address: str, feed: Feed, now: datetime) -> Explained:
    told = Explained(
        address,
        known=True,
        url=feed.url,
        title=feed.title,
        health=health.sentence(feed, now),
        next_poll=health.next_poll(feed, now),
        next_poll_at=_iso(feed.next_poll_at),
        why_then=feed.why_then,
        interval=feed.interval,
        subscribers=feed.subscribers,
        validators={"etag": feed.etag, "last_modified": feed.last_modified},
        hints={"ttl": feed.ttl, "skip_hours": _bits(feed.skip_hours), "skip_days": _bits(feed.skip_days)},
        host=_host(feed.host, now),
        moving_to=feed.moved_to,
        old_addresses=list(feed.old_addresses.order_by("since").values_list("url", flat=True)),
        polls=[_poll(poll) for poll in Poll.objects.filter(feed=feed).order_by("-at")[:POLLS_SHOWN]],
    )
    told.sentences = _sentences(feed, told, now)
    return told


def _sentences(feed: Feed, told: Explained, now: datetime) -> list[str]:
    """The same for a person, the most important first."""
    lines = [told.health + ".", told.next_poll, health.what_to_do(feed, now), _followers(feed)]
    if feed.last_error:
        lines.append(_("It last failed with: %(error)s") % {"error": retold(feed.last_error)})
    if told.address != feed.url:
        lines.append(_("It is known as %(url)s.") % {"url": feed.url})
    lines += [_rhythm(feed), _validators(feed), *_hints(feed), *_hub(feed, now), *_moving(feed)]
    lines += _host_sentences(told.host)
    return [line for line in lines if line]


def _followers(feed: Feed) -> str:
    n = feed.subscribers
    return ngettext("%(n)d roster follows it.", "%(n)d rosters follow it.", n) % {"n": n}


def _rhythm(feed: Feed) -> str:
    words = {"often": how_often(feed.usual_per_day), "interval": span(timedelta(seconds=feed.interval))}
    if not words["often"]:
        return _("While all is well it is asked every %(interval)s.") % words
    return _("It publishes %(often)s, so while all is well it is asked every %(interval)s.") % words


def _validators(feed: Feed) -> str:
    if feed.etag or feed.last_modified:
        names = [name for name, value in (("ETag", feed.etag), ("Last-Modified", feed.last_modified)) if value]
        return _("It is asked only for what changed (%(names)s).") % {"names": ", ".join(names)}
    return _("Its server gives nothing by which one could ask only for what changed.")


def _hints(feed: Feed) -> list[str]:
    lines = []
    if feed.ttl:
        lines.append(
            _("Its publisher wants %(ttl)s between two visits.") % {"ttl": span(timedelta(seconds=feed.ttl))}
        )
    if feed.skip_hours:
        hours = ", ".join(map(str, _bits(feed.skip_hours)))
        lines.append(_("Its publisher wants to be left alone in these hours (GMT): %(hours)s.") % {"hours": hours})
    if feed.skip_days:
        days = ", ".join(_weekday(day) for day in _bits(feed.skip_days))
        lines.append(_("Its publisher wants to be left alone on these days: %(days)s.") % {"days": days})
    return lines


def _hub(feed: Feed, now: datetime) -> list[str]:
    lease = HubLease.objects.filter(feed=feed).first()
    if lease and lease.state == "live" and lease.until and lease.until > now:
        return [_("Its hub tells us of what is new; the lease ends %(when)s.") % {"when": ahead(lease.until, now)}]
    return [_("It names a hub, which does not tell us anything now.")] if feed.hub_url else []


def _moving(feed: Feed) -> list[str]:
    if not feed.moved_to:
        return []
    words = {"url": feed.moved_to, "n": feed.moved_count}
    return [
        ngettext(
            "It says that it moved to %(url)s, %(n)d time so far; believed after three times on two days.",
            "It says that it moved to %(url)s, %(n)d times so far; believed after three times on two days.",
            feed.moved_count,
        )
        % words
    ]


def _host(name: str, now: datetime) -> dict[str, Any]:
    host = Host.objects.filter(pk=name).first()
    until = host.blocked_until if host and host.blocked_until > now else None
    return {"name": name, "blocked_until": _iso(until), "strikes": host.strikes if host else 0}


def _host_sentences(host: dict[str, Any]) -> list[str]:
    lines = []
    if host["blocked_until"]:
        when = timezone.localtime(datetime.fromisoformat(host["blocked_until"]))
        lines.append(
            _("%(host)s told us to wait: nothing there is asked before %(when)s.")
            % {"host": host["name"], "when": f"{when:%Y-%m-%d %H:%M}"}
        )
    lines.append(_("robots.txt is not asked for: a feed is published for programs to fetch."))
    return lines


def _poll(poll: Poll) -> dict[str, Any]:
    return {
        "at": _iso(poll.at),
        "outcome": poll.outcome,
        "status": poll.status,
        "new": poll.entries_new,
        "changed": poll.entries_changed,
        "bytes": poll.size,
        "milliseconds": poll.milliseconds,
        "error": poll.error,
    }


def _weekday(day: int) -> str:
    return str(WEEKDAYS[day])


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
