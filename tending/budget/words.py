"""The budget in a sentence and a bar."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .roster import Budget

WIDTH = 592  # of the bar, as the page's column
LABEL = 130  # so much room a label takes


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, as long as what a usual week asks for, with a mark at what is given."""

    inside: int
    mark: int
    beyond: int  # where what is too much begins; 0 where nothing is
    end: int

    @property
    def too_much(self) -> int:
        return self.end - self.beyond if self.beyond else 0

    @property
    def anchor(self) -> str:
        """To which side of the mark there is room for its label."""
        return "end" if self.mark > LABEL else "start"

    @property
    def labels_apart(self) -> bool:
        """Whether there is room for both labels side by side."""
        room = 2 * LABEL if self.anchor == "start" else LABEL
        return abs(self.end - self.mark) > room


def span(minutes: float) -> str:
    """ "3 hours 40 minutes", "12 minutes": as exactly as it is worth."""
    whole = round(minutes)
    if whole < 1:
        return _("less than a minute") if minutes > 0 else _("nothing")
    if whole < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", whole) % {"n": whole}
    hours, rest = divmod(5 * round(whole / 5) if whole < 600 else 60 * round(whole / 60), 60)
    said = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    if not rest:
        return said
    return _("%(hours)s %(minutes)s") % {
        "hours": said,
        "minutes": ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest},
    }


def sentence(budget: Budget) -> str:
    """What it asks for, in its busiest week, and what was given."""
    if not budget.by_source:
        return _("Your roster asks for nothing yet.")
    cost = budget.cost
    asks = {"usual": span(cost.usual), "busiest": span(cost.busiest), "given": span(budget.given)}
    if cost.busiest < 1:
        return _("Your roster asks for hardly any time.")
    if not budget.given:
        return _("Your roster asks for about %(usual)s in a usual week, and for %(busiest)s in its busiest.") % asks
    return (
        _(
            "Your roster asks for about %(usual)s in a usual week, and for %(busiest)s in its busiest. "
            "You have given it %(given)s."
        )
        % asks
    )


def notes(budget: Budget) -> list[str]:
    """What else is to be said about the numbers."""
    said = []
    if budget.heard >= 1:
        said.append(_("Of these, %(time)s are to be heard or watched.") % {"time": span(budget.heard)})
    if n := len(budget.estimated):
        words = ngettext(
            "%(n)d source brings only the beginning of its pieces, or no lengths: its minutes are an estimate.",
            "%(n)d sources bring only the beginnings of their pieces, or no lengths: their minutes are estimates.",
            n,
        )
        said.append(words % {"n": n})
    if budget.uncounted:
        words = ngettext(
            "%(n)d source is not counted yet; it will be within the day.",
            "%(n)d sources are not counted yet; they will be within the day.",
            budget.uncounted,
        )
        said.append(words % {"n": budget.uncounted})
    return said


def bar(budget: Budget) -> Bar | None:
    """None where there is nothing to draw."""
    most = max(budget.cost.usual, budget.given)
    if most < 1:
        return None
    end, mark = (round(WIDTH * each / most) for each in (budget.cost.usual, budget.given))
    if not budget.given:
        return Bar(end, 0, 0, end)
    over = end > mark + 1
    return Bar(mark if over else end, mark, mark + 1 if over else 0, end)
