"""The form of a rule: what was typed, read as far as it can be, and what is wrong with it, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from aggregator.models import Entry
from network.models import Circle, Group, Person, Source

from ..annotating import noting
from ..annotating.noting import CannotKeep
from ..doing import ACTS
from ..models import Rule
from ..opening.entry_page import entries_of, its_source
from ..seeking import scope
from . import rule_words, rules
from .conditions import HOWS, PLACES, BadPattern, compiled, plain, words_of
from .rule_words import Names

if TYPE_CHECKING:
    from network.models import User

LONGEST = 1000  # characters of words
MOST_WORDS = 100
MOST_MINUTES = 10_000
SEVERAL = 20  # of one name, to choose from
LENGTHS = {"name": rules.LONGEST_NAME, "term": 100, "author": 100, "who": 200}
Condition = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A rule as it stands in the form: text in every field."""

    name: str = ""
    where: str = ""  # "circle-3"; empty: everywhere
    who: str = ""  # a name typed instead
    any: str = ""
    all: str = ""
    none: str = ""
    in_title: str = ""
    pattern: str = ""
    term: str = ""
    author: str = ""
    language: str = ""
    least: str = ""
    most: str = ""
    kind: str = ""
    tag: str = ""
    acts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What the form says: a rule, or what is wrong, by field."""

    draft: Draft
    rule: Rule
    names: Names
    wrong: dict[str, str] = field(default_factory=dict)


def typed(form: QueryDict) -> Draft:
    """As it came."""
    said: dict[str, Any] = {
        each.name: form.get(each.name, "").replace("\x00", "").strip() for each in fields(Draft)
    }
    acts = tuple(act for act in ACTS if act in form.getlist("acts"))
    return Draft(**(said | {"acts": acts}))


def draft_of(rule: Rule) -> Draft:
    """A rule that is there, to be changed."""
    said: dict[str, Any] = {"name": rule.name, "acts": tuple(each["act"] for each in rule.acts)}
    said["tag"] = next((each.get("value", "") for each in rule.acts if each["act"] == "tag"), "")
    for each in rule.conditions:
        what, value = each["what"], each["value"]
        if what in PLACES:
            said["where"] = f"{what}-{value}"
        else:
            said[each["how"] if what in HOWS else what] = str(value)
        if each.get("in") == "title":
            said["in_title"] = "1"
    return Draft(**said)


def draft_about(user: User, query: QueryDict) -> Draft:
    """A rule for what a page is about: an entry, source, person, circle or group. 404 for what is not theirs."""
    if entry := number(query.get("entry", "")):
        found: Entry = get_object_or_404(entries_of(user), pk=entry)
        source = its_source(user, found)
        author = found.author if source and plain(found.author) != plain(source.person.name) else ""
        return Draft(where=f"source-{source.pk}" if source else "", author=author, language="")
    theirs: dict[str, QuerySet[Any]] = {
        "source": Source.objects.read_by(user), "person": Person.objects.read_by(user),
        "circle": Circle.objects.of(user), "group": Group.objects.of(user),
    }  # fmt: skip
    for what, rows in theirs.items():
        if pk := number(query.get(what, "")):
            return Draft(where=f"{what}-{get_object_or_404(rows, pk=pk).pk}")
    return Draft()


def number(said: str) -> int:
    """A number of ours; 0 for anything else."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def check(user: User, draft: Draft) -> Checked:
    """The rule that was meant. Nothing is lost where something is wrong: the draft stays as it was typed."""
    wrong: dict[str, str] = {}
    draft, place, names = placed(user, draft, wrong)
    conditions = [*place, *in_words(draft, wrong), *beside(draft, wrong)]
    acts = to_do(user, draft, wrong)
    for name, most in LENGTHS.items():
        if len(getattr(draft, name)) > most:
            wrong.setdefault(name, _("There is room for %(n)d characters here.") % {"n": most})
    if not conditions and not wrong:
        wrong["conditions"] = _("Say which pieces it is for: at least one thing must be asked.")
    name = draft.name or named(conditions, acts, names)
    return Checked(draft, Rule(user=user, name=name, conditions=conditions, acts=acts), names, wrong)


def named(conditions: list[Condition], acts: list[dict[str, str]], names: Names) -> str:
    """A rule without a name is called by what it says."""
    says = ", ".join(rule_words.conditions_said(conditions, names))
    does = ", ".join(rule_words.acts_said(acts))
    said = f"{says}: {does}" if does else says
    said = said[:1].upper() + said[1:]
    return said if len(said) <= rules.LONGEST_NAME else f"{said[: rules.LONGEST_NAME - 1]}…"


# ---- where


def placed(user: User, draft: Draft, wrong: dict[str, str]) -> tuple[Draft, list[Condition], Names]:
    """The place it is for, by choice or by name."""
    found = called(user, draft.who) if draft.who and len(draft.who) <= LENGTHS["who"] else []
    if len(found) == 1:
        draft = replace(draft, where=f"{found[0]['what']}-{found[0]['value']}", who="")
    chosen = place_of(draft.where)
    names = rules.names_of(user, [*found, *chosen], to_choose=True)
    if draft.who and not found:
        wrong["who"] = _("Nobody you read and none of your sources is called so.")
    elif len(found) > 1:
        wrong["who"] = _("Several are called so. Choose one above.")
    elif draft.where and not chosen:
        draft = replace(draft, where="")
    elif gone := rule_words.gone_said(chosen, names):
        wrong["where"] = gone
    return draft, chosen, names


def called(user: User, name: str) -> list[Condition]:
    """Whom a name means: everybody and every source that is called exactly so, else those that have it in them."""
    known = scope.names_of(user, {"person", "source"})
    exact = plain(name)
    every = [(what, pk, said) for what in ("person", "source") for pk, said in known.get(what, [])]
    found = [(what, pk) for what, pk, said in every if said == exact]
    found = found or [(what, pk) for what, pk, said in every if exact and exact in said]
    if [what for what, _pk in found].count("person") == 1:
        found = [each for each in found if each[0] == "person"]  # who and their one source: the person is meant
    return [{"what": what, "how": "in", "value": pk} for what, pk in found[:SEVERAL]]


def place_of(where: str) -> list[Condition]:
    what, _dash, pk = where.partition("-")
    if what not in PLACES or not number(pk):
        return []
    return [{"what": what, "how": "in", "value": number(pk)}]


# ---- what


def in_words(draft: Draft, wrong: dict[str, str]) -> list[Condition]:
    """Words and an expression."""
    where = {"in": "title"} if draft.in_title else {}
    found: list[Condition] = []
    for how in HOWS["words"]:
        said = getattr(draft, how)
        words = words_of(said[:LONGEST])
        if len(said) > LONGEST or len(words) > MOST_WORDS:
            wrong[how] = _("There is room for %(n)d words.") % {"n": MOST_WORDS}
        elif said and not words:
            wrong[how] = _("There is no word in it that a text could have.")
        elif said:
            found.append({"what": "words", "how": how, "value": said} | where)
    if draft.pattern:
        try:
            compiled(draft.pattern)
        except BadPattern as why:
            wrong["pattern"] = rule_words.pattern_trouble(str(why))
        found.append({"what": "pattern", "how": "fits", "value": draft.pattern} | where)
    return found


def beside(draft: Draft, wrong: dict[str, str]) -> list[Condition]:
    """Category, author, language, length and kind."""
    found: list[Condition] = []
    for what in ("term", "author"):
        said = getattr(draft, what)
        if said and not plain(said):
            wrong[what] = _("There is no word in it.")
        elif said:
            found.append({"what": what, "how": "is", "value": said})
    if draft.language in dict(rule_words.languages()):
        found.append({"what": "language", "how": "is", "value": draft.language})
    for how in HOWS["minutes"]:
        said = getattr(draft, how)
        minutes = number(said)
        if said and not 0 < minutes <= MOST_MINUTES:
            wrong[how] = _("A number of minutes, please, from 1 to %(n)d.") % {"n": MOST_MINUTES}
        elif said:
            found.append({"what": "minutes", "how": how, "value": minutes})
    if draft.kind in Entry.Medium.values:
        found.append({"what": "kind", "how": "is", "value": draft.kind})
    return found


# ---- then


def to_do(user: User, draft: Draft, wrong: dict[str, str]) -> list[dict[str, str]]:
    """What is to be done."""
    if not draft.acts:
        wrong["acts"] = _("Say what is to be done with them.")
    if "hide" in draft.acts and "keep" in draft.acts:
        wrong["acts"] = _("What is kept is not hidden: choose one of the two.")
    return [
        {"act": act} | ({"value": tag_of(user, draft.tag, wrong)} if act == "tag" else {}) for act in draft.acts
    ]


def tag_of(user: User, said: str, wrong: dict[str, str]) -> str:
    """One word, written as the member has written it before."""
    try:
        words = noting.tags_of(said)
    except CannotKeep as why:
        wrong["tag"] = str(why)
        return ""
    if len(words) != 1:
        wrong["tag"] = _("One word to tag them with, please.")
        return ""
    known: Mapping[str, str] = {name.casefold(): name for name in noting.names_of(user)}
    return known.get(words[0].casefold(), words[0])
