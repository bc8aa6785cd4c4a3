"""How rules come to entries: the newest for a preview, those that have come since, those that were here before.

Each rule knows up to which entry it has looked (`Rule.upto`). Rules that stand at the same place go on together, in
steps of a transaction each. So where nobody has a rule, entries cost nothing; and a rule that is to look at
everything stored begins at 0 and catches up.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from aggregator import arrived
from aggregator.models import Entry, EntryBody
from network.gathering import mutes
from network.models import Source
from network.models import User as Member

from .. import doing
from ..doing import ACTS, Deed
from ..models import Rule
from ..shown import OF_A_SOURCE, View
from ..timeline import IN_A_ROW, facts_of, take
from . import rule_words, rules
from .conditions import Asked, BadPattern, Text, Through, asked
from .rule_words import Names

if TYPE_CHECKING:
    from network.models import User

NEWEST = 500  # entries a preview looks at
STEP = 500  # entries looked at in one transaction
SECONDS = 5.0  # of one round


@dataclass(frozen=True)
class Fit:
    """A rule, and the entries that fit it."""

    rule: Rule
    asks: Asked
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Looked:
    """What rules make of some entries."""

    entries: Sequence[Entry]
    sources: Mapping[int, Sequence[Source]]  # of each entry, those it comes through
    texts: Mapping[int, Text]  # of those that were read
    fits: Sequence[Fit]  # in the order of the rules; those that cannot be asked are not there

    def deeds(self) -> list[Deed]:
        """What is to be done, rule by rule."""
        return [
            Deed(fit.rule, entry, act["act"], act.get("value", ""))
            for fit in self.fits
            for entry in fit.entries
            for act in sorted(fit.rule.acts, key=lambda each: ACTS.index(each["act"]))
        ]


def look(user: User, them: Sequence[Rule], entries: Sequence[Entry], names: Names | None = None) -> Looked:
    """Which of these entries fit which rules. Four queries at most, however many there are of either.

    `names` where it is known already what is there.
    """
    ready = compiled(user, them, names)
    sources = sources_of(user, entries) if ready else {}
    ways = {pk: [way(each) for each in mine] for pk, mine in sources.items()}
    perhaps = [
        Fit(rule, asks, [entry for entry in entries if asks.may_fit(entry, ways[entry.pk])]) for rule, asks in ready
    ]
    texts = texts_of({entry.pk: entry for fit in perhaps if fit.asks.inside for entry in fit.entries})
    fits = [
        replace(fit, entries=[entry for entry in fit.entries if fit.asks.fits(texts[entry.pk])])
        if fit.asks.inside
        else fit
        for fit in perhaps
    ]
    return Looked(entries, sources, texts, fits)


def way(source: Source) -> Through:
    return Through(source.pk, source.person_id, source.roster.group_id)


def compiled(user: User, them: Sequence[Rule], names: Names | None) -> list[tuple[Rule, Asked]]:
    """The rules that can be asked. One that cannot says why, and does nothing."""
    every = [condition for rule in them for condition in rule.conditions]
    names = rules.names_of(user, every) if names is None else names
    circles = rules.circles_in(user, every)
    ready = []
    for rule in them:
        trouble = rule_words.gone_said(rule.conditions, names)
        if not trouble:
            try:
                ready.append((rule, asked(rule.conditions, circles)))
            except BadPattern as why:
                trouble = rule_words.pattern_trouble(str(why))
        if trouble[:300] != rule.trouble and rule.pk:
            rule.trouble = trouble[:300]
            Rule.objects.filter(pk=rule.pk).update(trouble=rule.trouble)
    return ready


def sources_of(user: User, entries: Iterable[Entry]) -> dict[int, list[Source]]:
    """The sources in a member's lists that each entry comes through; those on their own roster first."""
    entries = list(entries)
    found = mutes.all_heard(user).filter(feed__in={entry.feed_id for entry in entries})
    by_feed: dict[int, list[Source]] = {}
    for source in found.select_related("person", "feed", "roster").only(*OF_A_SOURCE, "roster__group"):
        by_feed.setdefault(source.feed_id, []).append(source)
    for some in by_feed.values():
        some.sort(key=lambda each: (each.roster.group_id is not None, each.pk))
    return {
        entry.pk: [each for each in by_feed.get(entry.feed_id, ()) if each.author in ("", entry.author)]
        for entry in entries
    }


def texts_of(entries: Mapping[int, Entry]) -> dict[int, Text]:
    bodies = EntryBody.objects.filter(pk__in=list(entries)).values_list("pk", "text", "terms") if entries else ()
    texts = {pk: Text(entries[pk].title, text, terms) for pk, text, terms in bodies}
    return {pk: Text(entry.title) for pk, entry in entries.items()} | texts


# ---- before it is saved, and on what is here


def newest(user: User, rule: Rule) -> list[Entry]:
    """The newest entries a member sees of where the rule looks, also those that are hidden from them."""
    places = [Q(**{PLACE[each["what"]]: each["value"]}) for each in rule.conditions if each["what"] in PLACE]
    sources = mutes.all_heard(user).filter(*places)
    view = View(user, Source.objects.filter(pk__in=sources.values("pk")), with_hidden=True)
    return take(view, facts_of(view), None, NEWEST)


PLACE = {"circle": "person__circles", "group": "roster__group", "person": "person", "source": "pk"}


def preview(user: User, rule: Rule, names: Names | None = None) -> Looked:
    """What a rule would have done with the newest entries."""
    return look(user, [rule], newest(user, rule), names)


@transaction.atomic
def apply_again(rule: Rule, now: datetime) -> int:
    """Do it to the newest entries now, and let the bell go through everything that is stored; how many acts.

    A rule that is switched off is asked for these alone.
    """
    there = Rule.objects.select_for_update(of=("self",)).select_related("user").filter(pk=rule.pk).first()
    if there is None:
        return 0
    looked = look(there.user, [there], newest(there.user, there))
    done = doing.do(there.user, looked.deeds(), now)
    Rule.objects.filter(pk=there.pk, enabled=True).update(upto=0)
    return done


# ---- as they come


def apply_new(now: datetime, seconds: float = SECONDS) -> int:
    """Let every rule look at what has come since; how many acts. What is not done in time waits for the next round.

    Members take turns, a step each; those rules first that have least to catch up with.
    """
    if not Rule.objects.filter(enabled=True).exists():
        return 0
    highest, until, done = arrived.upto(now), time.monotonic() + seconds, 0
    while waiting := behind(highest):
        for user, upto in waiting:
            done += step(user, upto, highest, now)
            if time.monotonic() > until:
                return done
    return done


def behind(highest: int) -> list[tuple[int, int]]:
    """Whose rules have not looked at everything, and from where."""
    rules = Rule.objects.filter(enabled=True, upto__lt=highest).order_by("-upto", "user")
    return list(rules.values_list("user", "upto").distinct())


@transaction.atomic
def step(user_id: int, upto: int, highest: int, now: datetime) -> int:
    """One member's rules that stand at one place go on from there; how many acts."""
    held = Rule.objects.select_for_update().filter(user=user_id, enabled=True, upto=upto)
    them = list(held)
    if not them:
        return 0
    user = Member.objects.get(pk=user_id)
    new = Entry.objects.filter(pk__gt=upto, pk__lte=highest, feed__in=mutes.all_heard(user).values("feed"))
    entries = list(new.order_by("pk").only(*IN_A_ROW)[:STEP])
    done = doing.do(user, look(user, them, entries).deeds(), now) if entries else 0
    reached = entries[-1].pk if len(entries) == STEP else highest
    Rule.objects.filter(pk__in=[rule.pk for rule in them]).update(upto=reached)
    return done
