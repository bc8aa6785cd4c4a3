"""Today's edition as it is kept for times without network: all its texts on one page, pictures left out."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aggregator.models import Beyond, EntryBody

from .editions import Printed, printed
from .opening.setting import with_footnotes
from .shown import Shown

if TYPE_CHECKING:
    from network.models import User

_picture = re.compile(r"<picture>.*?</picture>|<img [^>]*>|<source [^>]*>", re.S)
_alt = re.compile(r' alt="([^"]*)"')
_place = re.compile(r'( id="|href="#)e-')


@dataclass(frozen=True)
class Piece:
    """One text of the page; `html` is safe by definition: cleaned, then only taken from."""

    shown: Shown
    html: SafeString


def edition_page(user: User, now: datetime) -> dict[str, Any]:
    """What the page shows: the edition of the day, with whole texts where somebody had them fetched. Two queries
    more than Today."""
    made = printed(user, now)
    shown = [each for _piece, each in made.shown if each]
    ids = [each.entry.pk for each in shown]
    bodies = dict(EntryBody.objects.filter(entry__in=ids).values_list("entry", "html"))
    whole = Beyond.objects.filter(entry__in=ids, what=Beyond.What.TEXT, came_at__isnull=False)
    bodies |= dict(whole.values_list("entry", "html"))
    pieces = [Piece(each, text_of(each, bodies.get(each.entry.pk, ""))) for each in shown]
    return {"edition": made.edition, "pieces": pieces, "now": now}


def text_of(shown: Shown, html: str) -> SafeString:
    """The text without pictures, whose words stand for them; places in it are told from those of other texts."""
    plain = _picture.sub(_in_words, with_footnotes(html, shown.entry.link))
    return SafeString(_place.sub(rf"\1e{shown.pk}-", plain))


def _in_words(found: re.Match[str]) -> str:
    alt = _alt.search(found.group())
    says = " ".join(alt.group(1).split()) if alt else ""
    picture = _("Picture")
    return f"<small>[{picture}: {says}]</small>" if says else ""


def address_of(made: Printed) -> str:
    """What changes with the edition, and with how it is said, so that it is kept anew; empty for an empty one."""
    if not made.edition.pieces:
        return ""
    said = [str(made.edition.day), get_language(), *(piece["entry"] for piece in made.edition.pieces)]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
