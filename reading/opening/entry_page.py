"""What the page of an entry shows: the text with the member's marks, what comes with it, and what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from aggregator.beyond import AGAIN
from aggregator.models import Beyond, Entry
from network.models import Source

from ..annotating.anchors import Text, find
from ..annotating.annotate import Put, put, text_of
from ..asked import Where, from_key, view_of, where
from ..models import Annotation, EntryTag, Mark
from ..shown import Shown, View, shown_of
from ..timeline import with_state
from . import setting
from .belongings import Belongings, Noted, belongings, moment
from .neighbours import neighbours
from .pictures import through_here

if TYPE_CHECKING:
    from network.models import User

SPEEDS = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5)  # of players
NEARLY_OVER = 20  # seconds before the end; who comes back begins anew
WAITS = timedelta(minutes=3)  # so long a page asks for what a worker is to bring


@dataclass(frozen=True)
class Piece:
    """The text with its marks, and which highlights are in it."""

    html: SafeString  # safe by definition: sanitize.py made it, annotate.py and setting.py added elements of ours
    contents: list[setting.Heading]
    found: frozenset[int]


def entries_of(user: User) -> QuerySet[Entry]:
    """The entries a member may open: of their own sources and their groups', and those they kept or wrote into."""
    mine = Exists(Source.objects.read_by(user).filter(feed=OuterRef("feed")))
    kept = Exists(Mark.objects.filter(user=user, entry=OuterRef("pk"), kept_at__isnull=False))
    noted = Exists(Annotation.objects.filter(user=user, entry=OuterRef("pk")))  # a deletion can be taken back
    tagged = Exists(EntryTag.objects.filter(user=user, entry=OuterRef("pk")))
    return with_state(Entry.objects.filter(Q(mine) | Q(kept) | Q(noted) | Q(tagged)), user)


def entry_page(user: User, entry: Entry, there: Where | None, full: bool, now: datetime) -> dict[str, Any]:
    """The whole context; `there` is the list it was opened from, None when it came from nowhere."""
    source = None if there else its_source(user, entry)
    if source:
        there = where("source", source.pk, QueryDict(), user)
    above, below = neighbours(view_of(there, user), entry) if there else (None, None)
    view = View(user, Source.objects.read_by(user), only=source)
    wanted = [each for each in (entry, above, below) if each]
    shown = {each.entry.pk: each for each in shown_of(view, wanted)}
    return {
        "shown": shown[entry.pk],
        "there": there or from_key("", user),
        "above": shown[above.pk] if above else None,
        "below": shown[below.pk] if below else None,
        "film": setting.film_of(entry.link),
    } | text_context(user, entry, shown[entry.pk], full, now)


def text_context(user: User, entry: Entry, shown: Shown, full: bool, now: datetime) -> dict[str, Any]:
    """What changes when a member writes: the text with its marks, and the list beneath."""
    belongs = belongings(user, entry.pk)
    whole = belongs.beyond.get(Beyond.What.TEXT)
    full = full and whole is not None and bool(whole.came_at)
    html = whole_html(entry) if full else entry.body.html
    words = whole.words if full and whole else entry.words
    piece = piece_of(entry, html, words, belongs.notes, now)
    return {
        "shown": shown,
        "piece": piece,
        "full": full,
        "whole": waited_for(whole, now),
        "chapters": waited_for(belongs.beyond.get(Beyond.What.CHAPTERS), now),
        "belongs": belongs,
        "notes": [(note, note.anchor.quote and note.pk not in piece.found) for note in belongs.notes],
        "resumes": resumes(belongs),
        "speeds": SPEEDS,
        "now": now,
    }


def piece_of(entry: Entry, html: str, words: int, notes: list[Noted], now: datetime) -> Piece:
    """The text as it is shown to one member. A highlight that is not in it is not lost: it stands in the list."""
    is_set = setting.set_text(html, entry.link, words)
    text = Text(text_of(is_set.html)) if any(note.anchor.quote for note in notes) else Text("")
    places = [(note, span) for note in notes if (span := find(text, note.anchor, guess=not note.lost))]
    marks = [
        Put(span, note.shown_id, ' class="theirs"' if not note.mine else "", in_margin(note, now))
        for note, span in places
    ]
    safe = put(is_set.html, marks) if marks else is_set.html
    return Piece(
        SafeString(through_here(safe, entry.pk)), is_set.contents, frozenset(note.pk for note, _ in places)
    )


def in_margin(note: Noted, now: datetime) -> str:
    """The note right after its mark; nothing where there is nothing to say."""
    if note.mine and not note.note and not note.group_name:
        return ""
    return render_to_string("reading/_margin.html", {"note": note, "now": now}).strip()


def with_whole(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Each with the whole text of its own page, where it was fetched."""
    text = Beyond.objects.filter(entry=OuterRef("pk"), what=Beyond.What.TEXT)
    return entries.annotate(whole=Subquery(text.values("html")[:1]))


def whole_html(entry: Entry) -> str:
    """As it came with the entry, else asked for."""
    came_along: str | None = vars(entry).get("whole")
    return came_along or Beyond.objects.values_list("html", flat=True).get(entry=entry, what=Beyond.What.TEXT)


def waited_for(beyond: Any, now: datetime) -> Any:
    """The same, saying whether it is on its way, whether the page asks by itself, whether it may be tried again."""
    if beyond is not None:
        beyond.waits = bool(beyond.due_at)
        beyond.asks_again = beyond.waits and moment(beyond.asked_at) > now - WAITS
        beyond.may_be_asked = moment(beyond.asked_at) <= now - AGAIN
    return beyond


def resumes(belongs: Belongings) -> int:
    """The second to go on at; 0 for the beginning."""
    over = belongs.length and belongs.seconds > belongs.length - NEARLY_OVER
    return 0 if over else int(belongs.seconds)


def its_source(user: User, found: Entry) -> Source | None:
    """The source it came through, on one's own roster if it is there; None when there is none."""
    fits = Q(author="") | Q(author=found.author)
    sources = Source.objects.read_by(user).filter(fits, feed=found.feed_id).select_related("person", "feed")
    return sources.order_by(F("roster__owner_id").asc(nulls_last=True), "pk").first()


def one_shown(user: User, entry: Entry) -> Shown:
    return shown_of(View(user, Source.objects.read_by(user)), [entry])[0]
