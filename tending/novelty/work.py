"""The work behind novelty: whatever feeds brought is printed and compared, once for everybody who reads it.

An entry is compared with earlier ones of the same feed and author: what somebody sends by letter as well is no
repetition but a duplicate. What is compared stays; only what was edited, or what stood like an entry that is gone,
is compared anew, so that running this again changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction

from aggregator import stopping
from aggregator.models import Entry, EntryBody, Feed

from ..models import Compared, EntryPrint, Novelty, Rareness
from . import judging, new_terms
from .likeness import Writing
from .prints import Print, everywhere, print_of, read
from .rarity import Rarity, packed, unpacked
from .sentences import marks_of
from .verdict import JUDGED
from .waiting import waiting

LATEST = 400  # entries of a feed that are looked at: who writes more repeats themselves within these
FEEDS_AT_ONCE, BODIES_AT_ONCE = 20, 50
SECONDS = 5.0  # of one round; polling waits for it


@dataclass(slots=True)
class Row:
    """What is known of an entry before its text is read."""

    pk: int
    author: str
    title: str
    language: str
    edited_at: datetime | None


def run(now: datetime, seconds: float = SECONDS) -> int:
    """Compare what has come since; how many entries were judged. What does not fit goes on in the next round."""
    end, judged, after = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end and not stopping.requested():
        feeds = list(waiting().filter(pk__gt=after).order_by("pk")[:FEEDS_AT_ONCE])
        if not feeds:
            break
        rarity = rarity_now()
        for feed in feeds:
            if time.monotonic() >= end or stopping.requested():
                break
            judged += compare(feed, rarity, now)
            after = feed.pk
        keep_rarity(rarity)
    return judged


def compare(feed: Feed, rarity: Rarity, now: datetime) -> int:
    """Print what is new of one feed, and judge the newest of each author that are not yet judged; how many."""
    rows = rows_of(feed.pk)
    ids = [row.pk for row in rows]
    prints = prints_of(ids)
    made = printed([row for row in rows if row.pk not in prints], prints, rarity)
    prints |= made
    known = set(Novelty.objects.filter(entry__in=ids).values_list("entry", flat=True))
    judged = [each for author in by_author(rows) for each in judge(author, prints, known, rarity, now)]
    write(feed, rows, made, judged)
    return len(judged)


# ---- reading


def rows_of(feed: int) -> list[Row]:
    """A feed's newest entries, oldest first."""
    newest = Entry.objects.filter(feed=feed).order_by("-sorted_at", "-pk")
    columns = newest.values_list("pk", "author", "title", "language", "edited_at")[:LATEST]
    return [Row(pk, author, title, language.lower()[:2], at) for pk, author, title, language, at in columns][::-1]


def prints_of(ids: Collection[int]) -> dict[int, Print]:
    columns = EntryPrint.objects.filter(entry__in=ids).values_list("entry", "words", "ends", "marks")
    return {pk: Print(*(np.frombuffer(each, np.uint32) for each in said)) for pk, *said in columns}


def printed(rows: Sequence[Row], there: dict[int, Print], rarity: Rarity) -> dict[int, Print]:
    """Prints of entries that have none. What stands in every entry is told by all of the feed's that are known."""
    said = dict(texts_of([row.pk for row in rows]))
    marks = [each.marks for each in there.values()]
    marks += [np.array(sorted(set(marks_of(sentences))), np.uint32) for sentences in said.values()]
    boilerplate = everywhere(marks) if said else set()
    made = {row.pk: print_of(said.get(row.pk, []), boilerplate) for row in rows}
    for row in rows:
        rarity.count(row.language, made[row.pk])
    return made


def texts_of(ids: Sequence[int]) -> list[tuple[int, list[list[str]]]]:
    found = []
    for start in range(0, len(ids), BODIES_AT_ONCE):
        some = EntryBody.objects.filter(entry__in=ids[start : start + BODIES_AT_ONCE])
        found += [(pk, read(html)) for pk, html in some.values_list("entry", "html")]
    return found


def by_author(rows: Sequence[Row]) -> list[list[Row]]:
    """The entries of each who writes in the feed, oldest first."""
    authors: dict[str, list[Row]] = {}
    for row in rows:
        authors.setdefault(row.author.casefold(), []).append(row)
    return list(authors.values())


# ---- judging


def judge(
    rows: Sequence[Row], prints: dict[int, Print], known: Collection[int], rarity: Rarity, now: datetime
) -> list[Novelty]:
    """What is to be said of one author's newest entries of which nothing was said yet."""
    open_ones = [at for at in range(max(0, len(rows) - JUDGED), len(rows)) if rows[at].pk not in known]
    if not open_ones:
        return []
    keys = [judging.series_key(row.title) for row in rows]
    writing = Writing([prints[row.pk] for row in rows], rarity, rows[-1].language)
    found = []
    for at in open_ones:
        enough = at >= judging.FEWEST_EARLIER and len(writing.prints[at]) >= judging.FEWEST_WORDS
        like = writing.like_before(at) if enough else judging.NOTHING
        in_series = bool(keys[at]) and keys[at] in keys[:at]
        verdict = judging.judge(len(writing.prints[at]), at, like, in_series=in_series)
        whom = judging.like_whom(verdict, like)
        found.append(
            Novelty(
                entry_id=rows[at].pk,
                verdict=verdict,
                like_id=rows[whom].pk if whom >= 0 else None,
                shared=like.shared,
                passages=like.passages,
                whole=like.whole,
                terms=new_terms.of(rows[at].pk, writing, at) if enough else [],
                at=now,
            )
        )
    return found


# ---- writing


@transaction.atomic
def write(feed: Feed, rows: Sequence[Row], made: dict[int, Print], judged: Sequence[Novelty]) -> None:
    """All of a feed at once. What was edited or went while it was compared is left for the next round."""
    there = Entry.objects.select_for_update().filter(pk__in=[row.pk for row in rows], feed=feed).order_by("pk")
    now = dict(there.values_list("pk", "edited_at"))
    same = {row.pk for row in rows if row.pk in now and now[row.pk] == row.edited_at}
    fresh = [as_row(pk, each) for pk, each in made.items() if pk in same]
    EntryPrint.objects.bulk_create(fresh, batch_size=200, ignore_conflicts=True)
    said = [each for each in judged if each.entry_id in same and (each.like_id is None or each.like_id in same)]
    Novelty.objects.bulk_create(said, batch_size=200, ignore_conflicts=True)
    EntryPrint.objects.filter(entry__feed=feed).exclude(entry__in=[row.pk for row in rows]).delete()
    if len(same) == len(rows):
        Compared.objects.update_or_create(feed=feed, defaults={"upto": feed.last_entry})


def as_row(pk: int, entry: Print) -> EntryPrint:
    return EntryPrint(
        entry_id=pk, words=entry.words.tobytes(), ends=entry.ends.tobytes(), marks=entry.marks.tobytes()
    )


def rarity_now() -> Rarity:
    return Rarity({each.language: unpacked(each.entries, bytes(each.counts)) for each in Rareness.objects.all()})


def keep_rarity(rarity: Rarity) -> None:
    """Languages that were counted; two workers at once may lose one another's count, which only makes it slower."""
    for name in sorted(rarity.changed):
        language = rarity.languages[name]
        counted = {"entries": language.entries, "counts": packed(language)}
        Rareness.objects.update_or_create(language=name, defaults=counted)
