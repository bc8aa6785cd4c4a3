"""How a feed is, in words: its state, when it is asked next and why, and what a person can do. No query in here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Feed
from .schedule import Outcome, Why
from .spans import ahead, before, how_often, span

State = Literal["well", "sleeping", "paused", "trouble", "new"]

NEEDS = (
    "state", "subscribers", "next_poll_at", "why_then", "lease", "ttl", "last_polled_at", "last_ok_at",
    "last_outcome", "failing_since", "failures", "gone_at", "moved_at", "newest_at", "per_day", "usual_per_day",
    "earlier_per_day",
)  # fmt: skip
"""The columns of Feed this module reads: `Feed.objects.only(*health.NEEDS)` is enough for two thousand rows."""

SHORTEST_SLEEP = timedelta(days=21)
GAPS_OF_SLEEP = 5  # a feed sleeps when it is silent for so many of its own gaps
UNKNOWN_SLEEP = timedelta(days=180)  # where it has no rhythm yet
MANY_FAILURES = 3
LONG_FAILURE = timedelta(days=1)
MOVE_IS_NEWS = timedelta(days=90)
LOUD = 1.0  # entries a day; fewer are never too many
LOUDER = 3  # so many times what it wrote before


def state(feed: Feed, now: datetime) -> State:
    """The one word for the row's colour."""
    if feed.state in (Feed.State.GONE, Feed.State.STOPPED):
        return "trouble"
    if feed.state == Feed.State.SUSPENDED or feed.subscribers == 0:
        return "paused"
    if feed.last_polled_at is None and not feed.failures:
        return "new"
    if _in_trouble(feed, now):
        return "trouble"
    return "sleeping" if _sleeps(feed, now) else "well"


def sentence(feed: Feed, now: datetime) -> str:
    """In words: "Well. About weekly", "Sleeping for 7 months; before, about weekly", "In trouble for 9 days: …"."""
    match state(feed, now):
        case "new":
            return _("Waiting its turn")
        case "paused":
            return _at_rest(feed)
        case "trouble":
            return _trouble(feed, now)
        case "sleeping":
            return _with_move(feed, now, _sleeping(feed, now))
        case "well":
            return _with_move(feed, now, _loud(feed) if is_loud(feed) else _well(feed))


def next_poll(feed: Feed, now: datetime) -> str:
    """Why it is asked next when it is, in one sentence."""
    if feed.state != Feed.State.ACTIVE:
        return str(NOT_ASKED[feed.state])
    if feed.subscribers == 0:
        return _("Not asked while nobody follows it.")
    if feed.next_poll_at is None:
        return _("Not planned yet.")
    if feed.lease and feed.next_poll_at > now:
        return _("Being asked right now.")
    if feed.next_poll_at <= now:
        return _("Due now; it waits its turn.")
    why = Why.RHYTHM if feed.why_then not in NEXT else feed.why_then
    if why == Why.RHYTHM and not feed.usual_per_day:
        why = LEARNING
    return str(NEXT[why]) % {
        "when": ahead(feed.next_poll_at, now),
        "rhythm": how_often(feed.usual_per_day),
        "silence": span(_silence(feed, now)),
        "ttl": span(timedelta(seconds=feed.ttl)),
    }


def what_to_do(feed: Feed, now: datetime) -> str:
    """What a person can do about it; empty when there is nothing to be done."""
    if feed.state != Feed.State.ACTIVE:
        return str(REMEDY_OF_STATE[feed.state])
    match state(feed, now):
        case "trouble":
            return str(REMEDY.get(feed.last_outcome, REMEDY[Outcome.BROKEN]))
        case "sleeping":
            return _("Nothing: should it wake, you will see it. Retire it if you no longer wait for it.")
    return ""


def came_of(outcome: str) -> str:
    """What a visit brought."""
    return str(BROUGHT.get(outcome) or TROUBLE.get(outcome, TROUBLE[Outcome.BROKEN]))


def is_loud(feed: Feed) -> bool:
    """Whether it writes far more than it used to."""
    return feed.per_day >= LOUD and feed.per_day >= LOUDER * feed.earlier_per_day > 0


def moved_lately(feed: Feed, now: datetime) -> bool:
    """Whether its address has changed, and that is still news."""
    return feed.moved_at is not None and now - feed.moved_at <= MOVE_IS_NEWS


# ---- the sentences


def _well(feed: Feed) -> str:
    rhythm = capfirst(how_often(feed.usual_per_day))
    words = _("Well. %(rhythm)s") % {"rhythm": rhythm} if rhythm else _("Well")
    if feed.failing_since:
        return _("%(well)s. The last visit failed; it is asked again soon") % {"well": words}
    return words


def _loud(feed: Feed) -> str:
    lately, before = round(7 * feed.per_day), max(1, round(7 * feed.earlier_per_day))
    return _("Well, and loud: %(lately)d entries a week; before, %(before)d") % {"lately": lately, "before": before}


def _sleeping(feed: Feed, now: datetime) -> str:
    words = {"silence": span(_silence(feed, now)), "rhythm": how_often(feed.usual_per_day)}
    if words["rhythm"]:
        return _("Sleeping for %(silence)s; before, %(rhythm)s") % words
    return _("Sleeping for %(silence)s") % words


def _at_rest(feed: Feed) -> str:
    if feed.state == Feed.State.SUSPENDED:
        return _("Suspended by the administrator")
    return _("At rest: nobody follows it")


def _trouble(feed: Feed, now: datetime) -> str:
    if feed.state == Feed.State.GONE:
        return _("Gone: the publisher says it will not come back")
    what = TROUBLE.get(feed.last_outcome, TROUBLE[Outcome.BROKEN])
    lasts = now - (feed.failing_since or now)
    words = {"what": what, "span": span(lasts)}
    if feed.state == Feed.State.STOPPED:
        return _("Given up after %(span)s: %(what)s") % words
    if lasts < timedelta(hours=1):
        return _("In trouble: %(what)s") % words
    return _("In trouble for %(span)s: %(what)s") % words


def _with_move(feed: Feed, now: datetime, words: str) -> str:
    """A move is worth a word for some months."""
    if feed.moved_at is None or not moved_lately(feed, now):
        return words
    return _("%(words)s. Moved house %(when)s; we followed") % {"words": words, "when": before(feed.moved_at, now)}


# ---- the judgements


def _in_trouble(feed: Feed, now: datetime) -> bool:
    """One failure is no trouble, unless nothing ever came, or it was a plain word."""
    if feed.failing_since is None:
        return False
    return (
        feed.last_ok_at is None
        or feed.failures >= MANY_FAILURES
        or now - feed.failing_since >= LONG_FAILURE
        or feed.gone_at is not None
        or feed.last_outcome == Outcome.UNFINISHED
    )


def _sleeps(feed: Feed, now: datetime) -> bool:
    """Silent for long by its own measure."""
    if feed.newest_at is None:
        return False
    if feed.usual_per_day <= 0:
        return _silence(feed, now) > UNKNOWN_SLEEP
    gap = timedelta(days=min(1 / feed.usual_per_day, 3650))
    return _silence(feed, now) > max(GAPS_OF_SLEEP * gap, SHORTEST_SLEEP)


def _silence(feed: Feed, now: datetime) -> timedelta:
    return max(now - feed.newest_at, timedelta(0)) if feed.newest_at else timedelta(0)


# ---- the words

BROUGHT: dict[str, Promise] = {
    Outcome.NEW: gettext_lazy("something new"),
    Outcome.SAME: gettext_lazy("nothing new"),
    Outcome.NOT_MODIFIED: gettext_lazy("nothing new, says its server"),
}
TROUBLE: dict[str, Promise] = {
    Outcome.MISSING: gettext_lazy("its address answers “not found”"),
    Outcome.FORBIDDEN: gettext_lazy("its server lets nobody in"),
    Outcome.GONE: gettext_lazy("its publisher says it is gone; it is asked once more to be sure"),
    Outcome.BUSY: gettext_lazy("its server says we ask too often, so we wait"),
    Outcome.UNAVAILABLE: gettext_lazy("its server is not available"),
    Outcome.NOT_A_FEED: gettext_lazy("what stands at its address is no feed"),
    Outcome.TOO_LARGE: gettext_lazy("it is too large to be read"),
    Outcome.CUT_SHORT: gettext_lazy("it arrives cut short"),
    Outcome.UNSAFE: gettext_lazy("its address leads where one must not go"),
    Outcome.UNFINISHED: gettext_lazy("reading it does not end, so it was put aside for a day"),
    Outcome.BROKEN: gettext_lazy("its server does not answer as it should"),
}
REMEDY: dict[str, Promise] = {
    Outcome.MISSING: gettext_lazy(
        "Look at the site: the feed may have moved. Add its new address, then retire this one."
    ),
    Outcome.FORBIDDEN: gettext_lazy(
        "Ask its author whether feed readers may come in, or look on the site for another address."
    ),
    Outcome.GONE: gettext_lazy("Look at the site for where it goes on, or retire it. What you kept stays."),
    Outcome.BUSY: gettext_lazy("Nothing: it is asked again when its server has had its rest."),
    Outcome.UNAVAILABLE: gettext_lazy("Nothing for now: it is asked again by itself."),
    Outcome.NOT_A_FEED: gettext_lazy(
        "Open its address in a browser. If a page stands there, add the site anew, so that its feed is found."
    ),
    Outcome.TOO_LARGE: gettext_lazy("An administrator can raise the limit (PLNET_MAX_FEED_BYTES)."),
    Outcome.CUT_SHORT: gettext_lazy("Nothing for now: it is asked again by itself. If it lasts, tell its author."),
    Outcome.UNSAFE: gettext_lazy(
        "Check the address. If it is meant to be in your own network, an administrator can allow that "
        "(PLNET_ALLOW_PRIVATE_ADDRESSES)."
    ),
    Outcome.UNFINISHED: gettext_lazy("Nothing for now. If it happens again, tell the administrator."),
    Outcome.BROKEN: gettext_lazy(
        "Nothing for now: it is asked again by itself. If it lasts, look whether the site is still there."
    ),
}
REMEDY_OF_STATE: dict[str, Promise] = {
    Feed.State.GONE: gettext_lazy("Look at the site for where it goes on, or retire it. What you kept stays."),
    Feed.State.STOPPED: gettext_lazy(
        "Look at the site: add its new address if it moved, ask for it once more, or retire it."
    ),
    Feed.State.SUSPENDED: gettext_lazy("Ask the administrator why it was suspended."),
}
NOT_ASKED: dict[str, Promise] = {
    Feed.State.GONE: gettext_lazy("Not asked any more: the publisher says it will not come back."),
    Feed.State.STOPPED: gettext_lazy("Not asked any more: it has failed for too long."),
    Feed.State.SUSPENDED: gettext_lazy("Not asked while the administrator has it suspended."),
}
LEARNING = "learning"
NEXT: dict[str, Promise] = {
    LEARNING: gettext_lazy("Asked again %(when)s, while its rhythm is being learnt."),
    Why.NEW: gettext_lazy("Asked for the first time %(when)s."),
    Why.ASKED: gettext_lazy("Asked again %(when)s, since somebody wants to know."),
    Why.RHYTHM: gettext_lazy("Asked again %(when)s: it publishes %(rhythm)s."),
    Why.SLEEPING: gettext_lazy("Asked again %(when)s: it has been silent for %(silence)s."),
    Why.NO_VALIDATOR: gettext_lazy(
        "Asked again %(when)s: it seldom changes, and cannot say “nothing new” without sending everything."
    ),
    Why.MAX_AGE: gettext_lazy("Asked again %(when)s: its server says nothing new comes before."),
    Why.TTL: gettext_lazy("Asked again %(when)s: its publisher wants %(ttl)s between two visits."),
    Why.SKIP: gettext_lazy("Asked again %(when)s: its publisher wants to be left alone until then."),
    Why.HUB: gettext_lazy("Asked again %(when)s: its hub tells us sooner if there is something new."),
    Why.RETRY_AFTER: gettext_lazy("Asked again %(when)s: its server told us to wait so long."),
    Why.BUSY: gettext_lazy("Asked again %(when)s: its server says we ask too often."),
    Why.HOST: gettext_lazy("Asked again %(when)s: its host told us to wait so long."),
    Why.UNAVAILABLE: gettext_lazy("Asked again %(when)s: its server was not available."),
    Why.BROKEN: gettext_lazy("Asked again %(when)s: the last visit failed, and we wait longer after each failure."),
    Why.MISSING: gettext_lazy("Asked again %(when)s: a feed that cannot be had is asked once a day."),
    Why.MISSING_LONG: gettext_lazy(
        "Asked again %(when)s: a feed that could not be had for two weeks is asked once a week."
    ),
    Why.UNFINISHED: gettext_lazy("Asked again %(when)s: reading it did not end, so it rests for a day."),
    Why.GONE_ONCE: gettext_lazy("Asked again %(when)s, once, to be sure that it is gone."),
}
