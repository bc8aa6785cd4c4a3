"""What is said of somebody's novelty: one sentence of counts, the pairs that show it, and whether it is a habit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.models import Source
from network.portraying.writing import shown

from ..models import Novelty
from .habits import is_habit
from .verdict import JUDGED, Verdict

LATEST = 12  # entries a sentence speaks of
OFTEN_UNJUDGED = 0.75  # of them; then there is nothing to say


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of somebody's newest entries; `pairs` are those that reuse a passage or copy, newest first."""

    latest: Sequence[Novelty] = ()
    pairs: list[Novelty] = field(default_factory=list)
    reused: int = 0  # of all that were judged lately
    judged: int = 0

    def __bool__(self) -> bool:
        unjudged = sum(each.verdict == Verdict.UNJUDGED for each in self.latest)
        return bool(self.latest) and unjudged <= OFTEN_UNJUDGED * len(self.latest)

    @property
    def is_habit(self) -> bool:
        """Whether using their own text again is a habit of theirs: one of the reasons a review may have."""
        return is_habit(self.reused, self.judged)


def of_sources(sources: Collection[Source]) -> Told:
    """What was found of the entries these sources show, or showed. One query."""
    speaking = shown(list(sources))
    if not speaking:
        return Told()
    entries = Q()
    for source in speaking:
        entries |= Q(entry__feed=source.feed_id, **({"entry__author": source.author} if source.author else {}))
    rows = Novelty.objects.filter(entries).select_related("entry", "like").order_by("-entry__sorted_at", "-entry")
    said = list(rows.defer("terms")[:JUDGED])
    judged = [each for each in said if each.verdict != Verdict.UNJUDGED]
    reused = [each for each in judged if each.verdict in (Verdict.COPY, Verdict.REUSE)]
    latest = said[:LATEST]
    return Told(latest, [each for each in reused if each in latest], len(reused), len(judged))


def sentence(name: str, told: Told) -> str:
    """ "Of Ann’s last 12: 8 new ground, 2 in a running series, 1 reuses a passage from 2023, 1 too short …" """
    counts = Counter(each.verdict for each in told.latest)
    years = sorted({localtime(each.like.sorted_at).year for each in told.pairs if each.like})
    parts = [words(verdict, counts[verdict], years) for verdict in ORDER if counts[verdict]]
    said = {"name": name, "n": len(told.latest), "parts": _(", ").join(parts)}
    return _("Of %(name)s’s last %(n)d: %(parts)s.") % said


ORDER = (Verdict.NEW, Verdict.FAMILIAR, Verdict.SERIES, Verdict.REUSE, Verdict.COPY, Verdict.UNJUDGED)


def words(verdict: str, n: int, years: Sequence[int]) -> str:
    """What is said of so many entries."""
    match verdict:
        case Verdict.NEW:
            return _("%(n)d new ground") % {"n": n}
        case Verdict.FAMILIAR:
            return _("%(n)d on familiar ground") % {"n": n}
        case Verdict.SERIES:
            return _("%(n)d in a running series") % {"n": n}
        case Verdict.REUSE:
            since = from_years(years)
            return ngettext(
                "%(n)d reuses a passage%(since)s", "%(n)d reuse passages%(since)s", n
            ) % {"n": n, "since": since}  # fmt: skip
        case Verdict.COPY:
            return ngettext(
                "%(n)d has the text of an earlier one", "%(n)d have the text of earlier ones", n
            ) % {"n": n}  # fmt: skip
    return _("%(n)d too short, or too early, to judge") % {"n": n}


def from_years(years: Sequence[int]) -> str:
    if not years:
        return ""
    if len(years) == 1:
        return _(" from %(year)d") % {"year": years[0]}
    return _(" from %(first)d to %(last)d") % {"first": years[0], "last": years[-1]}
