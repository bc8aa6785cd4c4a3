"""What a search may look at: whom a member reads, narrowed by the names in the question, and what they kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext as _

from aggregator.folding import folded
from aggregator.models import Entry
from network.gathering import mutes
from network.models import Circle, Group, Person, Source, Tag
from network.models import User as Member
from network.models.person import SourceSet
from plnet.prepared import prepared

from .. import authors, kinds
from ..models import Annotation, Mark
from ..timeline import FAR_AHEAD, LONG_AGO, with_state
from .query import NAMES, Named, Query

if TYPE_CHECKING:
    from network.models import User

FEW = 40  # feeds that the index is asked for by name; of more it is quicker to look at what was found


@dataclass(frozen=True)
class Scope:
    """The sources a question is about, and what could not be found by its name."""

    user: User
    sources: SourceSet  # followed and not muted
    narrowed: SourceSet | None = None  # in any state; None: all of them
    missing: tuple[str, ...] = ()
    nothing: bool = False  # a name is nobody's, so nothing can fit


def scope_of(user: User, query: Query) -> Scope:
    """One query where the question names somebody, else none."""
    sources = mutes.all_heard(user)
    if not query.names:
        return Scope(user, sources)
    found, missing, nothing = resolve(user, query.names)
    narrowed = Source.objects.read_by(user)
    for kind in ("person", "circle", "source", "tag"):
        yes = [q for name, q in found if name.kind == kind and not name.without]
        if yes:
            narrowed = narrowed.filter(any_of(yes))
        for _name, q in ((name, q) for name, q in found if name.kind == kind and name.without):
            narrowed = narrowed.exclude(pk__in=Source.objects.read_by(user).filter(q).values("pk"))
    return Scope(user, sources.filter(pk__in=narrowed.values("pk")), narrowed, tuple(missing), nothing)


def any_of(parts: Iterable[Q]) -> Q:
    all_parts = Q()
    for part in parts:
        all_parts |= part
    return all_parts


# ---- names


def resolve(user: User, names: Iterable[Named]) -> tuple[list[tuple[Named, Q]], list[str], bool]:
    """Which sources each name means; sentences for those that are nobody's; whether that leaves nothing."""
    names = list(names)
    known = names_of(user, {name.kind for name in names})
    found, missing, nothing = [], [], False
    for name in names:
        ids = fitting(known.get(name.kind, []), name.name)
        groups = fitting(known.get("group", []), name.name) if name.kind == "circle" else []
        if ids or groups:
            found.append((name, MEANS[name.kind](ids, groups)))
        else:
            missing.append(NOBODY[name.kind]() % {"name": name.name[:80]})
            nothing = nothing or not name.without
    return found, missing, nothing


def names_of(user: User, kinds: set[str]) -> dict[str, list[tuple[int, str]]]:
    """Everything of these kinds a member could mean: ids and folded names. One query."""
    title = Coalesce(NullIf("title", Value("")), NullIf("feed__title", Value("")), "feed__url")
    every: dict[str, list[tuple[str, QuerySet[Any], Any]]] = {
        "person": [("person", Person.objects.read_by(user), F("name"))],
        "circle": [("circle", Circle.objects.of(user), F("name")), ("group", Group.objects.of(user), F("name"))],
        "source": [("source", Source.objects.read_by(user), title)],
        "tag": [("tag", Tag.objects.of(user), F("name"))],
    }
    parts = [
        rows.order_by()
        .annotate(what=Value(what, CharField()), called=Cast(name, TextField()))
        .values_list("what", "pk", "called")
        for kind in NAMES
        if kind in kinds
        for what, rows, name in every[kind]
    ]
    known: dict[str, list[tuple[int, str]]] = {}
    for what, pk, called in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        known.setdefault(what, []).append((pk, " ".join(folded(called).split())))
    return known


def fitting(known: Iterable[tuple[int, str]], name: str) -> list[int]:
    """Those called exactly so; where nobody is, those whose name has it in it."""
    wanted, known = " ".join(folded(name).split()), list(known)
    if not wanted:
        return []
    return [pk for pk, called in known if called == wanted] or [pk for pk, called in known if wanted in called]


def of_people(ids: list[int], _groups: list[int]) -> Q:
    return Q(person__in=ids)


def of_sources(ids: list[int], _groups: list[int]) -> Q:
    return Q(pk__in=ids)


def in_circles(ids: list[int], groups: list[int]) -> Q:
    people = Circle.people.through.objects.filter(circle__in=ids).values("person")
    return Q(person__in=people) | Q(roster__group__in=groups)


def tagged(ids: list[int], _groups: list[int]) -> Q:
    people = Tag.people.through.objects.filter(tag__in=ids).values("person")
    return Q(person__in=people) | Q(pk__in=Tag.sources.through.objects.filter(tag__in=ids).values("source"))


MEANS: dict[str, Callable[[list[int], list[int]], Q]] = {
    "person": of_people, "circle": in_circles, "source": of_sources, "tag": tagged,
}  # fmt: skip
NOBODY: dict[str, Callable[[], str]] = {
    "person": lambda: _("Nobody you read is called “%(name)s”."),
    "circle": lambda: _("You have no circle or group called “%(name)s”; perhaps it was renamed or is gone."),
    "source": lambda: _("None of your sources is called “%(name)s”."),
    "tag": lambda: _("You have no tag called “%(name)s”; perhaps it was renamed or is gone."),
}


# ---- entries


def kept_by(user: User) -> QuerySet[Any]:
    return Mark.objects.filter(user=user, kept_at__isnull=False).values("entry")


def noted_by(user: User) -> QuerySet[Any]:
    return Annotation.objects.of(user).values("entry")


def few_feeds(scope: Scope) -> tuple[tuple[int, ...], bool]:
    """The feeds entries can come from, none when there are more than a few; whether some source shows one author
    only. One query."""
    rows = feeds_of_all(scope.user.pk) if scope.narrowed is None else list(feeds_in(scope.user, scope.sources))
    feeds = tuple(sorted(row[0] for row in rows))
    return (() if len(rows) > FEW else feeds), any(bool(is_narrow) for _feed, is_narrow in rows)


@prepared
def feeds_of_all(member: int) -> QuerySet[Any, Any]:
    user = Member(pk=member)
    return feeds_in(user, mutes.all_heard(user))


def feeds_in(user: User, sources: SourceSet) -> QuerySet[Any, Any]:
    """One more than a few of them at most, each with whether some source is narrow."""
    narrow = Exists(sources.exclude(author=""))
    own = sources.order_by().annotate(narrow=narrow).values_list("feed", "narrow")
    kept = Mark.objects.filter(user=user, kept_at__isnull=False).order_by().annotate(narrow=narrow)
    noted = Annotation.objects.of(user).order_by().annotate(narrow=narrow)
    return own.union(kept.values_list("feed", "narrow"), noted.values_list("entry__feed", "narrow"))[: FEW + 1]


def entries_in(scope: Scope, query: Query, *, narrow: bool) -> QuerySet[Entry]:
    """The entries the question may be answered with, words aside."""
    shown = Q(authors.shown_by(scope.sources)) if narrow else Q(feed__in=scope.sources.values("feed"))
    theirs = Q(feed__in=scope.narrowed.values("feed")) if scope.narrowed is not None else Q()
    held = Q(pk__in=kept_by(scope.user)) | Q(pk__in=noted_by(scope.user))
    states = dict(query.states)
    entries = Entry.objects.filter(shown | (theirs & held), dates(query), languages(query))
    for state, those in (("kept", kept_by), ("noted", noted_by)):
        if state in states:
            which = Q(pk__in=those(scope.user))
            entries = entries.filter(which if states[state] else ~which)
    for kind in kinds.KINDS:
        if kind in states:
            fits = kinds.fits(kind, ruled=scope.user)
            entries = entries.filter(fits if states[kind] else ~fits)
    if states.get("read") is False:
        return with_state(entries, scope.user, only_unread=True)
    if states.get("read"):
        return with_state(entries, scope.user).filter(Q(is_read=True))
    return entries


def dates(query: Query) -> Q:
    wanted = Q()
    if query.after:
        wanted &= Q(sorted_at__gte=moment(query.after))
    if query.before:
        wanted &= Q(sorted_at__lt=moment(query.before))
    return wanted


def moment(day: date) -> datetime:
    """When a day begins where the member is; within what a database can hold."""
    day = min(max(day, LONG_AGO.date()), FAR_AHEAD.date())
    return datetime.combine(day, time(), timezone.get_current_timezone())


def languages(query: Query) -> Q:
    """English is also that of America, Portuguese also that of Brazil; not the other way round."""
    wanted = any_of(spoken(code) for code in query.languages)
    for code in query.other_languages:
        wanted &= ~spoken(code)
    return wanted


def spoken(code: str) -> Q:
    return Q(language__iexact=code) | Q(language__istartswith=f"{code}-")
