"""What is said of an entry against its author's earlier ones, with the measured constants. Pure.

Only shared text is spoken of: restated ideas no cheap method tells from new ones (docs/novelty.md).
"""

from __future__ import annotations

import re

from .likeness import Likeness
from .verdict import Verdict

FEWEST_WORDS, FEWEST_EARLIER = 50, 20  # below these nothing is judged
COPY_WHOLE, COPY_SHARED = 0.95, 0.9
REUSED_SHARED, REUSED_PASSAGES = 0.10, 0.18
FAMILIAR_WHOLE = 0.44
SHORTEST_KEY = 3  # characters of a title that tell a series

_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:jan(?:eiro)?|fev(?:ereiro)?|mar[çc]o|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)\b"
    r"|\bv?\d[\w.]*|\b[ivxl]+\b|[#№]",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"[\W_]+")
NOTHING = Likeness()


def judge(words: int, earlier: int, like: Likeness, *, in_series: bool) -> Verdict:
    """`words` and `earlier` count the entry's own words and the entries before it."""
    if words < FEWEST_WORDS or earlier < FEWEST_EARLIER:
        return Verdict.UNJUDGED
    if like.whole >= COPY_WHOLE or like.shared >= COPY_SHARED:
        return Verdict.COPY
    if in_series:
        return Verdict.SERIES
    if like.shared >= REUSED_SHARED or like.passages >= REUSED_PASSAGES:
        return Verdict.REUSE
    return Verdict.FAMILIAR if like.whole >= FAMILIAR_WHOLE else Verdict.NEW


def like_whom(verdict: Verdict, like: Likeness) -> int:
    """The place of the earlier entry that shows why; -1 where nothing need be shown."""
    match verdict:
        case Verdict.COPY:
            return like.whole_by if like.whole >= COPY_WHOLE else like.shared_by
        case Verdict.REUSE:
            return like.shared_by if like.shared >= REUSED_SHARED else like.passages_by
        case Verdict.FAMILIAR:
            return like.whole_by
    return -1


def series_key(title: str) -> str:
    """A title without dates, numbers and versions: pieces of one series have the same. Empty for too little."""
    key = " ".join(_NO_LETTER.sub(" ", _DATE.sub(" ", title)).casefold().split())
    return key if len(key) >= SHORTEST_KEY else ""
