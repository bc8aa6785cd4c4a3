"""A rule said in words: what it asks, what it does, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from .conditions import LONGEST_PATTERN, PLACES, TOO_LONG, Condition, words_of

Names = Mapping[tuple[str, int], str]  # what places are called; who is not in it is gone


def conditions_said(conditions: Sequence[Condition], names: Names) -> list[str]:
    """A few words for each."""
    return [said(each, names) for each in conditions]


def said(each: Condition, names: Names) -> str:
    what, value = each["what"], each["value"]
    in_title = each.get("in") == "title"
    match what:
        case "circle" | "group" | "person" | "source":
            return place_said(what, names.get((what, value)))
        case "words":
            words = quoted(words_of(value))
            return words_said(each["how"], in_title) % {"words": words}
        case "pattern":
            words = _("the title fits %(pattern)s") if in_title else _("title or text fits %(pattern)s")
            return words % {"pattern": value}
        case "term":
            return _("filed under “%(term)s”") % {"term": value}
        case "author":
            return _("written by “%(name)s”") % {"name": value}
        case "language":
            return _("in %(language)s") % {"language": language_name(value)}
        case "minutes":
            least = ngettext("%(n)d minute or longer", "%(n)d minutes or longer", value)
            most = ngettext("%(n)d minute or shorter", "%(n)d minutes or shorter", value)
            return (least if each["how"] == "least" else most) % {"n": value}
    return {"text": _("to be read"), "audio": _("to be heard"), "video": _("to be watched")}.get(value, str(value))


def place_said(what: str, name: str | None) -> str:
    if name is None:
        return {
            "circle": _("from a circle that is gone"),
            "group": _("from a group you are not in"),
            "person": _("from somebody you no longer have"),
            "source": _("from a source that is gone"),
        }[what]
    if what == "circle":
        return _("from the circle “%(name)s”") % {"name": name}
    if what == "group":
        return _("from the group “%(name)s”") % {"name": name}
    return _("from %(name)s") % {"name": name}


def words_said(how: str, in_title: bool) -> str:
    if in_title:
        return {
            "any": _("the title has one of %(words)s"),
            "all": _("the title has all of %(words)s"),
            "none": _("the title has none of %(words)s"),
        }[how]
    return {
        "any": _("it has one of %(words)s"),
        "all": _("it has all of %(words)s"),
        "none": _("it has none of %(words)s"),
    }[how]


def quoted(words: Iterable[str]) -> str:
    return ", ".join(_("“{}”").format(word) for word in words)


def acts_said(acts: Sequence[Mapping[str, Any]]) -> list[str]:
    return [act_said(each["act"], each.get("value", "")) for each in acts]


def act_said(act: str, value: str = "") -> str:
    """What is done, as one says it of a piece."""
    return {
        "hide": _("hide it"),
        "read": _("mark it read"),
        "keep": _("keep it"),
        "tag": _("tag it “%(word)s”") % {"word": value},
        "skim": _("put it in Skim"),
        "notify": _("tell me"),
    }.get(act, act)


def done_said(act: str, value: str = "") -> str:
    """The same, when it has been done."""
    return {
        "hide": _("hidden"),
        "read": _("marked read"),
        "keep": _("kept"),
        "tag": _("tagged “%(word)s”") % {"word": value},
        "skim": _("put in Skim"),
        "notify": _("told"),
    }.get(act, act)


def gone_said(conditions: Sequence[Condition], names: Names) -> str:
    """What of its places is gone, in a sentence; empty when all are there."""
    for each in conditions:
        if each["what"] in PLACES and (each["what"], each["value"]) not in names:
            return {
                "circle": _("The circle it asks for is gone, so it does nothing. Choose another, or delete it."),
                "group": _("You are no longer in the group it asks for, so it does nothing."),
                "person": _("Whom it asks for is no longer on your roster, so it does nothing."),
                "source": _("The source it asks for is gone, so it does nothing. Choose another, or delete it."),
            }[each["what"]]
    return ""


def pattern_trouble(why: str) -> str:
    """Why an expression cannot be used."""
    if why == TOO_LONG:
        return _("An expression has room for %(n)d characters.") % {"n": LONGEST_PATTERN}
    if "too large" in why:
        return _("That expression repeats so much that it would be too large. Make the repetitions fewer.")
    return _("That expression cannot be read: %(why)s.") % {"why": why}


def language_name(code: str) -> str:
    return str(get_language_info(code)["name_translated"]) if code in LANG_INFO else code


def languages() -> list[tuple[str, str]]:
    """Codes and names to choose from, by name."""
    codes = [code for code, info in LANG_INFO.items() if "-" not in code and "name" in info]
    return sorted(((code, language_name(code)) for code in codes), key=lambda each: each[1].casefold())
