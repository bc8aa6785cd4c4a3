"""What a request asks for: whose, which list, how it is shown, and from where on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from network import mutes
from network.models import Circle, Group, Person, Source

from .timeline import EPOCH, Cursor, View

if TYPE_CHECKING:
    from network.models import User

KINDS = ("river", "circle", "group", "person", "source")
SHOWS = ("unread", "all")
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

    @property
    def path(self) -> str:
        match self.kind:
            case "circle":
                return reverse("circle_river", args=[self.id])
            case "group":
                return reverse("group_river", args=[self.id])
            case "person":
                return reverse("person_river", args=[self.id])
            case "source":
                return reverse("source", args=[self.id])
        return reverse("river")

    @property
    def key(self) -> str:
        """The list in one word, as entries' links and forms carry it: "circle-3.unread.cards"."""
        name = f"{self.kind}-{self.id}" if self.id else self.kind
        return f"{name}.{self.show}.{self.density}"

    def link(self, show: str = "", density: str = "", **more: object) -> str:
        """Its address, shown otherwise where that is said, with whatever more it should carry."""
        said: dict[str, object] = {"show": show or self.show, "density": density or self.density}
        usual = dict(zip(said, self.usual, strict=True))
        query = {name: value for name, value in (said | more).items() if value != usual.get(name)}
        return f"{self.path}?{urlencode(query)}" if query else self.path


def where(kind: str, id: int, query: QueryDict, user: User) -> Where:
    """The list a page shows, from its address. A river begins with the unread, a person or a source with all."""
    usual = ("unread" if kind in ("river", "circle", "group") else "all", user.density)
    show, density = query.get("show", usual[0]), query.get("density", usual[1])
    return Where(
        kind,
        id,
        show if show in SHOWS else usual[0],
        density if density in DENSITIES else usual[1],
        usual,
    )


def from_key(key: str, user: User) -> Where:
    """The list a form or an entry's link names; the river when it names none."""
    name, show, density = (*key.split("."), "", "", "")[:3]
    kind, _, id = name.partition("-")
    if kind not in KINDS or (kind != "river" and not (id.isascii() and id.isdigit() and len(id) < 19)):
        kind, id = "river", ""
    query = QueryDict(urlencode({"show": show, "density": density}))
    return where(kind, 0 if kind == "river" else int(id), query, user)


def view_of(there: Where, user: User) -> View:
    """The entries of a list; none for what is neither the member's own nor a group's they are in."""
    match there.kind:
        case "circle":
            circle = {"person__circles": there.id, "person__circles__roster__owner": user}
            sources = Source.objects.of(user).followed().filter(**circle)
        case "group":
            sources = mutes.heard(user, Source.objects.in_group(there.id, user).followed())
        case "person":
            sources = mutes.heard(user, Source.objects.read_by(user).followed().filter(person=there.id))
        case "source":
            sources = Source.objects.read_by(user).filter(pk=there.id)
        case _:
            sources = Source.objects.of(user).followed()
    return View(user, sources, there.show == "unread", name=there.key)


def own_view(there: Where, user: User) -> View:
    """The same, but 404 for what the member may not read."""
    theirs: dict[str, QuerySet[Any]] = {
        "circle": Circle.objects.of(user),
        "group": Group.objects.of(user),
        "person": Person.objects.read_by(user),
        "source": Source.objects.read_by(user),
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
