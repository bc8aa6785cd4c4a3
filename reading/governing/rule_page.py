"""What the pages of rules show: the rules, one in its form with what it would do, what it did, what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aggregator.models import Entry
from network.models import Source

from .. import doing
from ..models import Rule, RuleAct
from ..shown import Shown, View, shown_of
from ..timeline import with_state
from . import rule_words, rules
from .conditions import Text
from .rule_form import Checked
from .rule_words import Names
from .ruling import Looked

if TYPE_CHECKING:
    from network.models import User

ROWS = 50


@dataclass(frozen=True)
class Line:
    """A rule in the list."""

    rule: Rule
    says: list[str]
    does: list[str]
    trouble: str

    @property
    def called_by_what_it_says(self) -> bool:
        return self.rule.name.casefold() == f"{', '.join(self.says)}: {', '.join(self.does)}".casefold()


@dataclass(frozen=True)
class Row:
    """An entry, why it is here, and what may be done about it."""

    shown: Shown
    words: str
    acts: Sequence[RuleAct] = ()
    rule: Rule | None = None


def all_rules(user: User) -> dict[str, Any]:
    mine = list(rules.of(user))
    names = rules.names_of(user, [each for rule in mine for each in rule.conditions])
    return {
        "lines": [line(rule, names) for rule in mine],
        "most": rules.MOST,
        "told": rules.unseen(user).exists(),
    }


def line(rule: Rule, names: Names) -> Line:
    says, does = rule_words.conditions_said(rule.conditions, names), rule_words.acts_said(rule.acts)
    return Line(rule, says, does, rule_words.gone_said(rule.conditions, names) or rule.trouble)


def form_page(checked: Checked, looked: Looked | None = None) -> dict[str, Any]:
    """The form as it was typed, and what the rule would do."""
    names = checked.names
    options = [(f"{what}-{pk}", name, what) for (what, pk), name in names.items()]
    context = {
        "draft": checked.draft,
        "wrong": checked.wrong,
        "circles": [each for each in options if each[2] == "circle"],
        "groups": [each for each in options if each[2] == "group"],
        "others": [each for each in options if each[2] in ("person", "source")],
        "languages": rule_words.languages(),
        "kinds": [("text", _("To read")), ("audio", _("To hear")), ("video", _("To watch"))],
        "choices": [
            (
                "hide",
                _("Hide them"),
                _("They stand in no list. Each says which rule hid it, and can be shown again."),
            ),
            ("read", _("Mark them read"), ""),
            ("keep", pgettext("entries", "Keep them"), _("What a rule keeps, no rule below hides.")),
            ("skim", _("Put them in Skim"), ""),
            ("notify", _("Tell me"), _("They stand on the page “Rules noticed”.")),
        ],
    }
    return context if looked is None else context | tried(checked.rule, looked)


def tried(rule: Rule, looked: Looked) -> dict[str, Any]:
    """Each entry that fits, and why."""
    fitting = [(fit, entry) for fit in looked.fits for entry in fit.entries]
    hides = any(each["act"] == "hide" for each in rule.acts)
    rows = [
        Row(
            Shown(entry, bool(entry.is_read), entry.kept_at is not None, looked.sources[entry.pk][0]),  # type: ignore[attr-defined]
            why(fit.asks.found(looked.texts.get(entry.pk) or Text("")), entry, hides),
        )
        for fit, entry in fitting[:ROWS]
    ]
    return {"tried": True, "rows": rows, "fitting": len(fitting), "looked_at": len(looked.entries)}


def why(found: Iterable[str], entry: Entry, hides: bool) -> str:
    """What of the text made it fit; where nothing of it was asked, what else was."""
    words = rule_words.quoted(dict.fromkeys(found))
    said = _("It has %(words)s.") % {"words": words} if words else ""
    if hides and entry.kept_at is not None:  # type: ignore[attr-defined]
        kept = _("You kept it, so it would not be hidden.")
        return f"{said} {kept}".strip()
    return said


def did(user: User, rule: Rule, before: int) -> dict[str, Any]:
    """What a rule did, the latest first."""
    acts = rule.done.filter(undone_at=None).order_by("-pk")
    some = list((acts.filter(pk__lt=before) if before else acts)[: ROWS + 1])
    by_entry = doing.touched(some[:ROWS])
    shown = shown_in_order(user, list(by_entry))
    return {
        "rows": [
            Row(each, ", ".join(rule_words.done_said(a.act, a.value) for a in reversed(by_entry[each.entry.pk])))
            for each in shown
        ],
        "older": some[ROWS - 1].pk if len(some) > ROWS else 0,
        "going_through": rule.enabled and rule.upto == 0,
    }


def hidden_page(user: User, before: int) -> dict[str, Any]:
    """What is hidden, the latest to come first."""
    marks = doing.hidden(user).order_by("-entry").select_related("hidden_by")
    some = list((marks.filter(entry__lt=before) if before else marks)[: ROWS + 1])
    rule_of = {mark.entry_id: mark.hidden_by for mark in some[:ROWS]}
    rows = [Row(each, "", rule=rule_of[each.entry.pk]) for each in shown_in_order(user, list(rule_of))]
    return {"rows": rows, "older": some[ROWS - 1].entry_id if len(some) > ROWS else 0}


def noticed_page(user: User, before: int) -> dict[str, Any]:
    """What rules were to tell of, the latest first; what has not been seen stands apart."""
    acts = rules.noticed(user).order_by("-pk").select_related("rule")
    some = list((acts.filter(pk__lt=before) if before else acts)[: ROWS + 1])
    by_entry = doing.touched(some[:ROWS])
    rows = [
        Row(each, "", by_entry[each.entry.pk], by_entry[each.entry.pk][0].rule)
        for each in shown_in_order(user, list(by_entry))
    ]
    return {
        "fresh": [row for row in rows if row.acts[0].seen_at is None],
        "seen": [row for row in rows if row.acts[0].seen_at is not None],
        "top": some[0].pk if some else 0,
        "older": some[ROWS - 1].pk if len(some) > ROWS else 0,
    }


def shown_in_order(user: User, ids: list[int]) -> list[Shown]:
    entries = with_state(Entry.objects.filter(pk__in=ids), user).in_bulk()
    view = View(user, Source.objects.read_by(user))
    return shown_of(view, [entries[pk] for pk in ids if pk in entries])
