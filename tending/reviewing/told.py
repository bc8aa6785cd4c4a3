"""The evidence on a card, in sentences and in numbers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..budget.words import span
from .reasons import Numbers


def sentences(reasons: Collection[str], numbers: Numbers) -> list[str]:
    """One for each reason, in their order."""
    say = {"broken": broken, "unread": unread, "room": room, "reuse": reuse, "copies": copies}
    return [say[code](numbers) for code in reasons if code in say]


def broken(numbers: Numbers) -> str:
    if numbers.gone:
        return _("Its site says that this feed is gone for good.")
    tries = ngettext("%(n)d try", "%(n)d tries", numbers.failures) % {"n": numbers.failures}
    words = ngettext(
        "It has not answered for %(n)d day, in %(tries)s.",
        "It has not answered for %(n)d days, in %(tries)s.",
        numbers.failing_days,
    )
    return words % {"n": numbers.failing_days, "tries": tries}


def unread(numbers: Numbers) -> str:
    counts = {"shown": intcomma(numbers.shown), "opened": intcomma(numbers.opened)}
    if numbers.members:
        return _("In the last half year its pieces stood before members of the group %(shown)s times, and were "
                 "opened %(opened)s times.") % counts  # fmt: skip
    if not numbers.opened:
        return _("Of its pieces %(shown)s stood before you in the last half year; you opened none.") % counts
    return _("Of its pieces %(shown)s stood before you in the last half year; you opened %(opened)s.") % counts


def room(numbers: Numbers) -> str:
    said = {
        "time": span(numbers.minutes),
        "part": percent(numbers.part),
        "opened": percent(numbers.opened_part),
    }
    if numbers.members:
        return _("It asks for about %(time)s a week, %(part)s of the whole roster, and has %(opened)s of the time "
                 "that members give.") % said  # fmt: skip
    return _("It asks for about %(time)s a week, %(part)s of your whole roster, and has %(opened)s of the time you "
             "give.") % said  # fmt: skip


def reuse(numbers: Numbers) -> str:
    return _("Text of earlier pieces comes again and again. %(counts)s") % {"counts": numbers.reuse}


def copies(numbers: Numbers) -> str:
    said = {"copies": numbers.copies, "pieces": numbers.pieces, "name": numbers.copy_of}
    if numbers.members:
        return _("%(copies)d of its %(pieces)d pieces had come already, mostly from %(name)s.") % said
    return _("%(copies)d of its %(pieces)d pieces had reached you already, mostly from %(name)s.") % said


def table(numbers: Numbers) -> list[tuple[str, str]]:
    """All the numbers, with what they are."""
    estimated = _("estimated")
    estimate = f" ({estimated})" if numbers.estimated else ""
    rows = [
        (_("Pieces shown in the last 26 weeks, at least a week ago"), intcomma(numbers.shown)),
        (_("Opened of these, in whatever way"), intcomma(numbers.opened)),
        (_("Minutes a week"), number_format(numbers.minutes, 1) + estimate),
        (_("Part of all minutes asked for"), percent(numbers.part)),
        (_("Part of all minutes that were opened"), percent(numbers.opened_part)),
    ]
    if numbers.pieces:
        rows += [
            (_("Pieces published in the last 26 weeks"), intcomma(numbers.pieces)),
            (_("Of these, first seen elsewhere"), intcomma(numbers.copies)),
        ]
    if numbers.failures:
        rows += [
            (_("Days without an answer"), intcomma(numbers.failing_days)),
            (_("Tries since then"), intcomma(numbers.failures)),
        ]
    return rows


def of_json(stored: dict[str, Any]) -> Numbers:
    """Numbers as a finding keeps them; what an older version did not know stays as it is without it."""
    return Numbers(**{name: value for name, value in stored.items() if name in Numbers.__slots__})


def percent(part: float) -> str:
    return _("%(n)s %%") % {"n": number_format(round(100 * part))}
