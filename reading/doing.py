"""What rules do to entries, and taking it back so that every mark is as it was.

An act is written down only where it changed something, with what it found: so the first of several rules that want
the same has done it, and taking one back touches nothing of another's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from aggregator.models import Entry

from .models import EntryTag, Mark, Rule, RuleAct, Watermark

if TYPE_CHECKING:
    from network.models import User

ACTS = ("keep", "hide", "read", "tag", "skim", "notify")  # in this order, so that what is kept is not hidden
READ, UNREAD, ABOVE, BELOW = "read", "unread", "above", "below"  # what a mark said; without a word, the watermark
AT_ONCE = 500


class Deed(NamedTuple):
    """One act of a rule upon an entry, to be done."""

    rule: Rule
    entry: Entry
    act: str
    value: str = ""


@dataclass
class Desk:
    """The marks and watermarks of some entries of a member, held while they are changed."""

    user: int
    now: datetime
    upto: dict[int, int] = field(default_factory=dict)  # by feed
    marks: dict[int, Mark] = field(default_factory=dict)  # by entry
    before: dict[int, bool] = field(default_factory=dict)  # was it read, of those touched
    kept: set[int] = field(default_factory=set)  # whose keeping changed

    def mark(self, entry: int) -> Mark:
        """The mark of an entry, about to be changed."""
        self.before.setdefault(entry, self.is_read(entry))
        return self.marks[entry]

    def is_read(self, entry: int) -> bool:
        mark = self.marks[entry]
        return entry <= self.upto[mark.feed_id] if mark.read is None else mark.read

    def says(self, entry: int) -> str:
        mark = self.marks[entry]
        if mark.read is None:
            return BELOW if self.is_read(entry) else ABOVE
        return READ if mark.read else UNREAD

    def put_back(self, entry: int, said: str) -> None:
        """As it was; what was unread is unread again, even if the watermark has risen over it."""
        mark = self.marks[entry]
        if said == ABOVE and entry <= self.upto[mark.feed_id]:
            said = UNREAD
        mark.read = {READ: True, UNREAD: False}.get(said)


def take_hold(user: int, entries: Iterable[tuple[int, int]], now: datetime) -> Desk:
    """Hold the watermarks of these feeds, then the entries (as expiry does), and read the marks."""
    feed_of = dict(entries)
    feeds = sorted(set(feed_of.values()))
    Watermark.objects.bulk_create(
        [Watermark(user_id=user, feed_id=feed) for feed in feeds], ignore_conflicts=True, batch_size=200
    )
    held = Watermark.objects.select_for_update().filter(user=user, feed__in=feeds).order_by("feed")
    desk = Desk(user, now, upto=dict(held.values_list("feed", "upto")))
    there = Entry.objects.select_for_update(no_key=True).filter(pk__in=feed_of).order_by("pk")
    for pk in list(there.values_list("pk", flat=True)):
        desk.marks[pk] = Mark(user_id=user, entry_id=pk, feed_id=feed_of[pk], at=now)
    for mark in Mark.objects.filter(user=user, entry__in=list(desk.marks)):
        desk.marks[mark.entry_id] = mark
    return desk


def settle(desk: Desk) -> None:
    """Write the marks that were touched, drop those that say nothing, and count what became read or unread."""
    touched = [desk.marks[entry] for entry in desk.before]
    for mark in touched:
        mark.at = desk.now
    write(touched, ["read", "hidden", "hidden_by", "at"])
    write([desk.marks[entry] for entry in desk.before if entry in desk.kept], ["kept_at", "at"])
    silent = Mark.objects.filter(user=desk.user, read=None, kept_at=None, hidden=False)
    silent.filter(entry__in=list(desk.before)).delete()
    by_feed: Counter[int] = Counter()
    for entry, was in desk.before.items():
        by_feed[desk.marks[entry].feed_id] += desk.is_read(entry) - was
    by_change = defaultdict(list)
    for feed, change in by_feed.items():
        by_change[change].append(feed)
    for change, feeds in by_change.items():
        if change:
            mine = Watermark.objects.filter(user=desk.user, feed__in=feeds)
            mine.update(read_count=F("read_count") + change)


def write(marks: Sequence[Mark], fields: list[str]) -> None:
    """Only these columns: what a member does to the others at this moment stays."""
    copies = [
        Mark(
            user_id=each.user_id, entry_id=each.entry_id, feed_id=each.feed_id, read=each.read, at=each.at,
            kept_at=each.kept_at, hidden=each.hidden, hidden_by_id=each.hidden_by_id,
        )
        for each in marks
    ]  # fmt: skip
    Mark.objects.bulk_create(
        copies, update_conflicts=True, unique_fields=["user", "entry"], update_fields=fields, batch_size=100
    )


# ---- doing


@transaction.atomic
def do(user: User, deeds: Sequence[Deed], now: datetime) -> int:
    """Do them in their order; how many changed something. What was taken back once is not done again."""
    if not deeds:
        return 0
    desk = take_hold(user.pk, {deed.entry.pk: deed.entry.feed_id for deed in deeds}.items(), now)
    entries = list(desk.marks)
    written = RuleAct.objects.filter(rule__user=user, entry__in=entries)
    known = {(a.rule_id, a.entry_id, a.act, a.value) for a in written}
    skimmed = {a.entry_id for a in written if a.act == "skim" and a.undone_at is None}
    tagged = set(EntryTag.objects.filter(user=user, entry__in=entries).values_list("entry", "name"))
    done: list[RuleAct] = []
    for deed in deeds:
        pk = deed.entry.pk
        if pk not in desk.marks or (deed.rule.pk, pk, deed.act, deed.value) in known:
            continue
        before = one(desk, deed, tagged, skimmed)
        if before is not None:
            act = RuleAct(rule=deed.rule, entry_id=pk, act=deed.act, value=deed.value, before=before, at=now)
            done.append(act)
    settle(desk)
    tags = [EntryTag(user=user, entry_id=a.entry_id, name=a.value, at=now) for a in done if a.act == "tag"]
    EntryTag.objects.bulk_create(tags, ignore_conflicts=True, batch_size=200)
    RuleAct.objects.bulk_create(done, ignore_conflicts=True, batch_size=100)
    return len(done)


def one(desk: Desk, deed: Deed, tagged: set[tuple[int, str]], skimmed: set[int]) -> str | None:
    """Do one; what the mark said before, or None where nothing changed."""
    pk = deed.entry.pk
    mark = desk.marks[pk]
    said = desk.says(pk)
    match deed.act:
        case "hide" if not mark.hidden and not mark.kept_at:
            mark = desk.mark(pk)
            mark.hidden, mark.hidden_by, mark.read = True, deed.rule, True
            return said
        case "read" if not desk.is_read(pk):
            desk.mark(pk).read = True
            return said
        case "keep" if not mark.kept_at:
            desk.mark(pk).kept_at = desk.now
            desk.kept.add(pk)
            return ""
        case "tag" if (pk, deed.value) not in tagged:
            tagged.add((pk, deed.value))
            return ""
        case "skim" if pk not in skimmed:
            skimmed.add(pk)
            return ""
        case "notify":
            return ""
    return None


# ---- taking back


def take_back(user: User, acts: QuerySet[RuleAct], now: datetime, *, forget: bool = False) -> int:
    """Take acts back, the latest first, some at a time; how many. With `forget` the rule may do them again."""
    count = 0
    while some := list(acts.filter(undone_at=None).order_by("-pk").select_related("entry")[:AT_ONCE]):
        take_back_some(user, some, now)
        count += len(some)
        if forget:
            RuleAct.objects.filter(pk__in=[act.pk for act in some]).delete()
    return count


@transaction.atomic
def take_back_some(user: User, acts: Sequence[RuleAct], now: datetime) -> None:
    """What was done to these entries since stays: what a member kept, read or tagged themselves is theirs."""
    desk = take_hold(user.pk, {act.entry_id: act.entry.feed_id for act in acts}.items(), now)
    mine = list(RuleAct.objects.select_for_update(of=("self",)).filter(pk__in=[a.pk for a in acts], undone_at=None))
    for act in sorted(mine, key=lambda each: -each.pk):
        if act.entry_id in desk.marks:
            one_back(user, desk, act)
    settle(desk)
    RuleAct.objects.filter(pk__in=[act.pk for act in mine]).update(undone_at=now)


def one_back(user: User, desk: Desk, act: RuleAct) -> None:
    pk, mark = act.entry_id, desk.marks[act.entry_id]
    match act.act:
        case "hide" if mark.hidden and mark.hidden_by_id == act.rule_id:
            desk.mark(pk)
            mark.hidden, mark.hidden_by = False, None
            desk.put_back(pk, act.before)
        case "read" if mark.hidden:  # it stays read while another rule hides it, which then knows what was before
            hiding = RuleAct.objects.filter(rule__user=user, entry=pk, act="hide", undone_at=None)
            hiding.update(before=act.before)
        case "read" if desk.is_read(pk):
            desk.mark(pk)
            desk.put_back(pk, act.before)
        case "keep" if mark.kept_at == act.at:
            desk.mark(pk).kept_at = None
            desk.kept.add(pk)
        case "tag":
            EntryTag.objects.filter(user=user, entry=pk, name=act.value, at=act.at).delete()


def show(user: User, entry: Entry, now: datetime) -> None:
    """A hidden entry is shown again: unread as it was, or unread where the rule is gone that knew."""
    take_back(user, RuleAct.objects.filter(rule__user=user, entry=entry, act="hide"), now)
    if not hidden(user).filter(entry=entry).exists():
        return
    with transaction.atomic():
        desk = take_hold(user.pk, [(entry.pk, entry.feed_id)], now)
        if entry.pk in desk.marks and desk.marks[entry.pk].hidden:
            mark = desk.mark(entry.pk)
            mark.hidden, mark.hidden_by, mark.read = False, None, False
        settle(desk)


def hidden(user: User) -> QuerySet[Mark]:
    """What is hidden from a member, by rules of theirs."""
    return Mark.objects.filter(user=user, hidden=True)


def in_skim(user: User) -> QuerySet[RuleAct, int]:
    """The entries that a member's rules put in Skim."""
    acts = RuleAct.objects.filter(rule__user=user, act="skim", undone_at=None)
    return acts.order_by().values_list("entry", flat=True)


def move(twins: dict[int, int]) -> None:
    """Two feeds become one: what was done to an entry was done to its twin."""
    moved = [
        RuleAct(
            rule_id=act.rule_id, entry_id=twins[act.entry_id], act=act.act, value=act.value, before=act.before,
            at=act.at, undone_at=act.undone_at, seen_at=act.seen_at,
        )
        for act in RuleAct.objects.filter(entry__in=twins)
    ]  # fmt: skip
    RuleAct.objects.bulk_create(moved, ignore_conflicts=True, batch_size=100)


def touched(acts: Collection[RuleAct]) -> dict[int, list[RuleAct]]:
    """By entry, in their order."""
    by_entry: dict[int, list[RuleAct]] = {}
    for act in acts:
        by_entry.setdefault(act.entry_id, []).append(act)
    return by_entry
