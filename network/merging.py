"""What becomes of sources when two feeds turn out to be one."""

from __future__ import annotations

from copy import deepcopy

from django.db.models import Q
from django.utils import timezone

from aggregator.models import Feed

from .models import Arrival, Proposal, Source
from .remembering import history, pictures
from .remembering.folding import fold_source
from .remembering.pictures import Difference, Picture
from .remembering.repaint import repaint
from .showing import count_subscribers


def merged(old: int, into: int, twins: dict[int, int]) -> None:  # noqa: ARG001
    """Registered in aggregator.merge.when_merged: whoever followed the old feed follows the other.

    A person who had both keeps one source, the livelier, with what was noted on either; two people who share a feed
    keep one each. Every roster this touches hears of it in its history.
    """
    now = timezone.now()  # a door: the aggregator calls
    before = _both(old, into)
    after = deepcopy(before)
    doubles = {each["person_id"]: pk for pk, each in after["sources"].items() if each["feed_id"] == into}
    url = Feed.objects.values_list("url", flat=True).get(pk=into)
    for number in [pk for pk, each in after["sources"].items() if each["feed_id"] == old]:
        own = after["sources"][number]
        if own["person_id"] in doubles:
            fold_source(after, number, doubles[own["person_id"]])
        else:
            own |= {"feed_id": into, "url": url}
    rosters = dict(Source.objects.filter(pk__in=before["sources"]).values_list("pk", "roster"))
    what = pictures.difference(before, after)
    repaint(0, what, now, tell=False)  # whoever keeps reading state hears of the merge itself
    for roster in sorted({rosters[number] for number in what.ids("sources")}):
        history.write(roster, "feeds_joined", _part(what, roster, rosters), now)
    Arrival.objects.filter(feed=old).update(feed=into)
    Proposal.objects.filter(feed=old).update(feed=into)
    count_subscribers([into])


def others_read(old: int, into: int) -> bool:
    """Registered in aggregator.merge.reads_only_the_other."""
    readers = Source.objects.filter(feed=old).values("roster")
    return Source.objects.filter(feed=into).exclude(roster__in=readers).exists()


def _both(old: int, into: int) -> Picture:
    """All sources of two feeds, whoever has them, with what hangs on them."""
    picture: Picture = {"sources": pictures.rows("sources", feed__in=(old, into))}
    pictures.listed("sources", "tags", picture["sources"])
    ids = list(picture["sources"])
    picture["people"] = pictures.rows("people", Q(sources__in=ids))
    picture["notes"] = pictures.rows("notes", source__in=ids)
    for kind in ("mutes", "notices", "arrivals"):
        picture[kind] = pictures.rows(kind, source__in=ids)
    return picture


def _part(what: Difference, roster: int, rosters: dict[int, int]) -> Difference:
    """What of it happened on one roster. What hung on the sources is no part of it: nobody can take this back."""
    part = Difference(known=what.known)
    for number, was, then in what.each("sources"):
        if rosters[number] == roster:
            if was is not None:
                part.went("sources", number, was)
            if then is not None:
                part.came("sources", number, then)
    return part
