"""An edition in sentences: what it is, why a piece is in it, what was left out and where that waits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from plnet.templatetags.times import in_minutes

from .edition import LONG_SILENCE
from .models import Edition


def number(n: int) -> str:
    """In words as far as one reads them at a glance."""
    words = (
        _("no"),
        _("one"),
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
    )
    return words[n] if n < len(words) else str(n)


def headline(made: Edition) -> str:
    """ "25 minutes, nine pieces, eight people." """
    pieces, people = len(made.pieces), len({piece["person"] for piece in made.pieces})
    said = _("%(minutes)s, %(pieces)s, %(people)s.") % {
        "minutes": in_minutes(sum(piece["minutes"] for piece in made.pieces)),
        "pieces": ngettext("%(n)s piece", "%(n)s pieces", pieces) % {"n": number(pieces)},
        "people": ngettext("%(n)s person", "%(n)s people", people) % {"n": number(people)},
    }
    return said[:1].upper() + said[1:]


def why(piece: dict[str, Any], on_cover: bool) -> str:
    """Why a piece is there, where that needs a word; on the cover always."""
    if piece["why"] == "alone":
        return _("Longer than your minutes, and alone for it: nothing shorter was there.")
    if piece["why"] == "second":
        return _("A further one, since everyone has had a first.")
    if piece["silence"] >= LONG_SILENCE:
        return _("The first in %(weeks)s weeks.") % {"weeks": number(round(piece["silence"] / 7))}
    return _("On the cover because of all in this edition they were silent longest.") if on_cover else ""


def waiting(made: Edition) -> str:
    """ "12 more from five people wait in the river." Empty when nothing does."""
    n, people = made.left_out.get("river", 0), made.left_out.get("people", 0)
    if not n:
        return ""
    who = npgettext("from whom", "%(n)s person", "%(n)s people", people) % {"n": number(people)}
    more = ngettext("One more from %(who)s waits in", "%(n)s more from %(who)s wait in", n)
    said = more % {"n": number(n), "who": who}
    return said[:1].upper() + said[1:]


def reasons(made: Edition, hears: bool) -> list[str]:
    """By which rules it was chosen, and what they left out."""
    said = [
        _("One piece from each person before a second from any; the longest silence first; for your minutes."),
    ]
    if n := made.left_out.get("long", 0):
        short = ngettext(
            "A piece longer than that waits in the river.", "%(n)s pieces longer than that wait in the river.", n
        )
        said.append((short % {"n": number(n)})[:1].upper() + (short % {"n": number(n)})[1:])
    if made.left_out.get("heard") and not hears:
        said.append(_("Podcasts and films are left to Listen and Watch."))
    said.append(_("Short posts without a title are left to Skim."))
    return said
