"""What happened to a roster, told: a sentence for each act, from the few names that were kept with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.utils.translation import gettext_noop as N_

from ..models import Change
from .history import KINDS

UNDONE = {  # what was taken back, as the end of a sentence
    "came": gettext_lazy("somebody coming"),
    "went": gettext_lazy("somebody going"),
    "states": gettext_lazy("a state"),
    "people": gettext_lazy("what was changed about somebody"),
    "lists": gettext_lazy("what was done to circles and tags"),
    "undone": gettext_lazy("an undo"),
}
WITH_REASON = ("followed", "taken", "retired", "forgotten")  # where `why` is somebody's own words


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an act as words with links, where whom they name is still there."""

    about: Mapping[str, Any]
    there: Collection[int]

    def people(self, how: str | None = None) -> SafeString:
        return self._some("people", how)

    def sources(self) -> SafeString:
        return self._some("sources", None)

    def whose(self) -> SafeString:
        """Whose the sources are."""
        people = {e["person"]: e["whose"] for e in self.about.get("sources", ()) if e.get("whose")}
        return joined([self._person(pk, name) for pk, name in people.items()], 0)

    def owners_before(self) -> SafeString:
        names = dict.fromkeys(e["from"] for e in self.about.get("sources", ()) if e.get("from"))
        return joined([format_html("<bdi>{}</bdi>", name) for name in names], 0)

    def circles(self, key: str = "circles") -> SafeString:
        named = [each["name"] if isinstance(each, dict) else each for each in self.about.get(key, ())]
        more = self.about.get(f"{key}_count", len(named)) - len(named)
        return joined([quoted(name) for name in named], more)

    def was(self, kind: str) -> SafeString:
        return format_html("<bdi>{}</bdi>", next((e["was"] for e in self.about.get(kind, ()) if e.get("was")), ""))

    def many(self, kind: str) -> int:
        return int(self.about.get(f"{kind}_count", 0))

    def are(self, kind: str, how: str) -> bool:
        return any(each.get("is", "") == how for each in self.about.get(kind, ()))

    def _some(self, kind: str, how: str | None) -> SafeString:
        entries = [e for e in self.about.get(kind, ()) if how is None or e.get("is", "") == how]
        more = self.many(kind) - len(self.about.get(kind, ())) if how is None or len(entries) > 2 else 0
        if kind == "people":
            return joined([self._person(e["id"], e["name"]) for e in entries], more)
        return joined([quoted(e["name"]) for e in entries], more)

    def _person(self, pk: int, name: str) -> SafeString:
        if pk in self.there:
            return format_html('<a href="{}"><bdi>{}</bdi></a>', reverse("person", args=[pk]), name)
        return format_html("<bdi>{}</bdi>", name)


def named(change: Change) -> set[int]:
    """The ids of the people a sentence would like to link to."""
    people = {each["id"] for each in change.about.get("people", ())}
    return people | {each["person"] for each in change.about.get("sources", ()) if each.get("person")}


def sentence(change: Change, there: Collection[int]) -> SafeString:
    """An act in a sentence; `there` are the ids of people who can be linked to."""
    return SafeString(TOLD[change.act](change, Names(change.about, there)))


def quoted(name: str) -> SafeString:
    return format_html(_("“{}”"), format_html("<bdi>{}</bdi>", name))


def joined(words: list[SafeString], more: int) -> SafeString:
    """ "A", "A and B", "A, B, C and 4 others"."""
    if more > 0:
        others = ngettext("one other", "%(n)s others", more) % {"n": intcomma(more)}
        return format_html(
            _("{some} and {others}"), some=format_html_join(", ", "{}", ((w,) for w in words)), others=others
        )
    if len(words) > 1:
        some = format_html_join(", ", "{}", ((w,) for w in words[:-1]))
        return format_html(_("{some} and {last}"), some=some, last=words[-1])
    return words[0] if words else SafeString("")


# ---- the sentences


def _came(change: Change, names: Names) -> SafeString:
    if names.are("people", "came"):
        if names.many("people") == 1 and names.many("sources"):
            return format_html(_("{who} came, with {what}."), who=names.people(), what=names.sources())
        return format_html(_("{who} came."), who=names.people("came"))
    if names.are("sources", "came"):
        return format_html(_("{what} came to {who}."), what=names.sources(), who=names.whose())
    if change.about.get("sources"):
        return _back(change, names)
    return _circles(change, names)


def _imported(change: Change, names: Names) -> SafeString:
    if not names.many("people"):
        return format_html(_("The list “{list}” brought circles."), list=change.why)
    return format_html(_("{who} came with “{list}”."), who=names.people(), list=change.why)


def _import_undone(change: Change, names: Names) -> SafeString:
    return format_html(_("“{list}” was taken back: {who} left again."), list=change.why, who=names.people())


def _source_was(words: Any) -> Any:
    """A sentence about sources and whose they are, for one and for many."""

    def told(change: Change, names: Names) -> SafeString:
        until = parse_datetime(change.about.get("until") or "")
        day = date_format(localtime(until), _("j F Y")) if until else ""
        return format_html(words % names.many("sources"), what=names.sources(), who=names.whose(), day=day)

    return told


def _paused(change: Change, names: Names) -> SafeString:
    if change.about.get("until"):
        until = ngettext_lazy("{what} of {who} is paused until {day}.", "{what} of {who} are paused until {day}.")
        return SafeString(_source_was(until)(change, names))
    said = ngettext("{what} of {who} is paused.", "{what} of {who} are paused.", names.many("sources"))
    return format_html(said, what=names.sources(), who=names.whose())


def _back(_change: Change, names: Names) -> SafeString:
    said = ngettext(
        "{what} of {who} is followed again.", "{what} of {who} are followed again.", names.many("sources")
    )
    return format_html(said, what=names.sources(), who=names.whose())


def _forgotten(_change: Change, names: Names) -> SafeString:
    if names.are("people", "went"):
        return format_html(_("{who} was taken off, as if they had never come."), who=names.people("went"))
    return format_html(_("{what} of {who} was taken off."), what=names.sources(), who=names.whose())


def _renamed(_change: Change, names: Names) -> SafeString:
    if before := names.was("people"):
        return format_html(_("{before} is called {who} now."), before=before, who=names.people())
    return format_html(_("What is said about {who} was changed."), who=names.people())


def _titled(_change: Change, names: Names) -> SafeString:
    said = _("{before} of {who} is called {what} now.")
    return format_html(said, before=names.was("sources"), what=names.sources(), who=names.whose())


def _placed(change: Change, names: Names) -> SafeString:
    places = change.about.get("places", ())
    if not places:
        return format_html(_("The home page of {who} is known now."), who=names.people())
    theirs = any(each["state"] == "joined" for each in places)
    said = _("{who} is also at {where}.") if theirs else _("{who} is not at {where}.")
    where = places[0]["url"].partition("://")[2].rstrip("/")
    return format_html(said, who=names.people(), where=format_html("<bdi>{}</bdi>", where))


def _moved(_change: Change, names: Names) -> SafeString:
    said = _("{what} belongs to {who} now, no longer to {before}.")
    return format_html(said, what=names.sources(), who=names.whose(), before=names.owners_before())


def _merged(_change: Change, names: Names) -> SafeString:
    said = _("{who} and {other} are one person now.")
    return format_html(said, who=names.people(""), other=names.people("went"))


def _split(_change: Change, names: Names) -> SafeString:
    if names.are("people", "came"):
        said = _("{who} is somebody of their own now, with {what}.")
        return format_html(said, who=names.people("came"), what=names.sources())
    return format_html(_("{what} of {who} was divided."), what=names.sources(), who=names.whose())


def _replaced(_change: Change, names: Names) -> SafeString:
    return format_html(_("{who} is followed at a new address: {what}."), who=names.whose(), what=names.sources())


def _feeds_joined(_change: Change, names: Names) -> SafeString:
    return format_html(
        _("{what} of {who} moved: two addresses are one now."), what=names.sources(), who=names.whose()
    )


def _circles(change: Change, names: Names) -> SafeString:
    who = names.people()
    if change.about.get("into") and change.about.get("out_of"):
        said = _("{who}: into {into}, out of {out}.")
    elif change.about.get("into"):
        said = ngettext("{who} is in {into} now.", "{who} are in {into} now.", names.many("people"))
    elif change.about.get("out_of"):
        said = ngettext("{who} is no longer in {out}.", "{who} are no longer in {out}.", names.many("people"))
    else:
        return format_html(_("Circles of {who} were changed."), who=who)
    return format_html(said, who=who, into=names.circles("into"), out=names.circles("out_of"))


def _tags(change: Change, names: Names) -> SafeString:
    whom = names.sources() if names.many("sources") else names.people()
    if change.about.get("untagged") and not change.about.get("tagged"):
        return format_html(_("{whom}: no longer tagged {tags}."), whom=whom, tags=names.circles("untagged"))
    return format_html(_("{whom}: tagged {tags}."), whom=whom, tags=names.circles("tagged"))


def _circle(words: str) -> Any:
    def told(_change: Change, names: Names) -> SafeString:
        return format_html(_(words), circle=names.circles(), before=names.was("circles"))

    return told


def _undone(change: Change, names: Names) -> SafeString:
    kind = next(kind for kind, acts in KINDS.items() if change.about.get("act") in acts)
    who = names.people() or names.whose() or names.circles()
    if not who:
        return format_html(_("Taken back: {what}."), what=UNDONE[kind])
    return format_html(_("Taken back: {what} ({who})."), what=UNDONE[kind], who=who)


TOLD: dict[str, Any] = {
    "followed": _came,
    "taken": _came,
    "imported": _imported,
    "import_undone": _import_undone,
    "forgotten": _forgotten,
    "retired": _source_was(ngettext_lazy("{what} of {who} was retired.", "{what} of {who} were retired.")),
    "trial_ended": _source_was(
        ngettext_lazy(
            "The trial of {what} of {who} ended, and nobody kept it.", "The trials of {what} of {who} ended."
        )
    ),
    "tried": _source_was(
        ngettext_lazy("{what} of {who} is on trial until {day}.", "{what} of {who} are on trial until {day}.")
    ),
    "kept": _source_was(ngettext_lazy("{what} of {who} was kept after its trial.", "{what} of {who} were kept.")),
    "paused": _paused,
    "pause_ended": _source_was(
        ngettext_lazy("The pause of {what} of {who} is over.", "The pauses of {what} are over.")
    ),
    "back": _back,
    "renamed": _renamed,
    "described": _renamed,
    "titled": _titled,
    "placed": _placed,
    "moved": _moved,
    "merged": _merged,
    "split": _split,
    "replaced": _replaced,
    "feeds_joined": _feeds_joined,
    "circles": _circles,
    "tags": _tags,
    "circle_made": _circle(N_("A circle was made: {circle}.")),
    "circle_renamed": _circle(N_("The circle “{before}” is called {circle} now.")),
    "circle_deleted": _circle(N_("A circle is gone: {circle}. Its people stay.")),
    "circles_ordered": _circle(N_("The circles stand in another order.")),
    "undone": _undone,
}
