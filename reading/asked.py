"""What a request asks for: whose, which list, how it is shown, and from where on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from network.gathering import mutes
from network.models import Circle, Group, Person, Roster, Source, Tag

from . import doing, kinds
from .models import Edition
from .timeline import EPOCH, Cursor, View

if TYPE_CHECKING:
    from network.models import User

WHOLE = ("river", "skim", "listen", "watch", "today")  # lists of which everybody has one
KINDS = (*WHOLE, "circle", "group", "person", "source", "tag")
OF_ONE = ("person", "source", "today")  # no lists of many people: not shown by person, and with what is read
SHOWS = ("unread", "all")
ORDERS = ("time", "person")
DENSITIES = ("titles", "cards", "full")


class Asked(HttpRequest):
    """A request of a member: what login_required leaves."""

    user: User


@dataclass(frozen=True)
class Where:
    """A list and how it is shown: what its links carry on."""

    kind: str
    id: int = 0
    show: str = "unread"
    density: str = "cards"
    usual: tuple[str, str] = ("unread", "cards")  # what is so without saying
    by: str = "time"  # or "person": one row for each
    original: bool = False  # titles lead to the sites

    @property
    def path(self) -> str:
        match self.kind:
            case "circle" | "group" | "person" | "tag":
                return reverse(f"{self.kind}_river", args=[self.id])
            case "source":
                return reverse("source", args=[self.id])
        return reverse(self.kind)

    @property
    def key(self) -> str:
        """The list in one word, as entries' links and forms carry it: "circle-3.unread.cards"."""
        name = f"{self.kind}-{self.id}" if self.id else self.kind
        return f"{name}.{self.show}.{self.density}" + (".person" if self.by == "person" else "")

    @property
    def by_either(self) -> bool:
        """Whether it can be shown by person as well."""
        return self.kind not in OF_ONE

    def link(self, show: str = "", density: str = "", by: str = "", **more: object) -> str:
        """Its address, shown otherwise where that is said, with whatever more it should carry."""
        said: dict[str, object] = {"show": show or self.show, "density": density or self.density}
        usual = dict(zip(said, self.usual, strict=True)) | {"by": "time"}
        said["by"] = by or self.by
        query = {name: value for name, value in (said | more).items() if value != usual.get(name)}
        return f"{self.path}?{urlencode(query)}" if query else self.path


def where(kind: str, id: int, query: QueryDict, user: User) -> Where:
    """The list a page shows, from its address. A river begins with the unread, a person or a source with all."""
    usual = ("all" if kind in OF_ONE else "unread", user.density)
    show, density, by = query.get("show", usual[0]), query.get("density", usual[1]), query.get("by", "")
    return Where(
        kind,
        id,
        show if show in SHOWS else usual[0],
        density if density in DENSITIES else usual[1],
        usual,
        by if by in ORDERS and kind not in OF_ONE else "time",
        user.opens_original,
    )


def from_key(key: str, user: User) -> Where:
    """The list a form or an entry's link names; the river when it names none."""
    name, show, density, by = (*key.split("."), "", "", "", "")[:4]
    kind, _, id = name.partition("-")
    if kind not in KINDS or (kind not in WHOLE and not (id.isascii() and id.isdigit() and len(id) < 19)):
        kind, id = "river", ""
    query = QueryDict(urlencode({"show": show, "density": density, "by": by}))
    return where(kind, 0 if kind in WHOLE else int(id), query, user)


def view_of(there: Where, user: User) -> View:
    """The entries of a list; none for what is neither the member's own nor a group's they are in."""
    kind, ruled = "", None
    match there.kind:
        case "circle":
            circle = {"person__circles": there.id, "person__circles__roster__owner": user}
            sources = Source.objects.of(user).followed().filter(**circle)
        case "group":
            sources = mutes.heard(user, Source.objects.in_group(there.id, user).followed())
        case "person":
            sources = mutes.heard(user, Source.objects.read_by(user).followed().filter(person=there.id))
        case "tag":
            sources = mutes.heard(user, Source.objects.read_by(user).followed().filter(tagged([there.id])))
        case "source":
            sources = Source.objects.read_by(user).filter(pk=there.id)
        case "skim" | "listen" | "watch":
            kind, mine = there.kind, Source.objects.of(user).followed()
            ruled = user if kind == "skim" and doing.in_skim(user).exists() else None
            sources = kinds.bringing(kind, mine, ruled)
        case "today":
            return View(user, Source.objects.none(), among=in_the_edition(user))
        case _:
            sources = Source.objects.of(user).followed()
    return View(user, sources, there.show == "unread", name=there.key, kind=kind, ruled=ruled)


def tagged(tags: list[int]) -> Q:
    """Sources that have one of these tags, or whose person has."""
    people = Tag.people.through.objects.filter(tag__in=tags).values("person")
    return Q(person__in=people) | Q(pk__in=Tag.sources.through.objects.filter(tag__in=tags).values("source"))


def tags_of(user: User) -> QuerySet[Tag]:
    """The tags whose entries a member may read: their own, and those of their groups."""
    return Tag.objects.filter(roster__in=Roster.objects.read_by(user).values("pk"))


def in_the_edition(user: User) -> tuple[int, ...]:
    """The entries of the member's latest edition, in its order."""
    pieces = Edition.objects.filter(user=user).order_by("-day").values_list("pieces", flat=True).first()
    return tuple(piece["entry"] for piece in pieces or ())


def own_view(there: Where, user: User) -> View:
    """The same, but 404 for what the member may not read."""
    theirs: dict[str, QuerySet[Any]] = {
        "circle": Circle.objects.of(user),
        "group": Group.objects.of(user),
        "person": Person.objects.read_by(user),
        "source": Source.objects.read_by(user),
        "tag": tags_of(user),
    }
    if there.kind in theirs:
        get_object_or_404(theirs[there.kind], pk=there.id)
    return view_of(there, user)


def read_cursor(text: str) -> Cursor | None:
    """A place in a list from an address; None without one, 404 for nonsense."""
    if not text:
        return None
    at, _, id = text.partition("-")
    if not (at.isascii() and at.isdigit() and len(at) < 18 and id.isascii() and id.isdigit() and len(id) < 19):
        raise Http404
    return Cursor(EPOCH + timedelta(microseconds=int(at)), int(id))
