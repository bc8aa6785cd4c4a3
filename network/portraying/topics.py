"""What somebody writes about: their own categories, and the words that come back in their titles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from aggregator.models import Entry

from .words import of

COMMON, NO_SUBJECT = of("common"), of("no_subject")
MOSTLY, LATELY, WORDS = 3, 2, 5  # how many are named
LONGEST = 40  # characters of a category that is still one
OFTEN = 2  # entries; what stands in fewer is no habit
WORD = re.compile(r"[^\W\d_][^\W\d_’'-]{2,30}[^\W\d_]")
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Topics:
    """All of it as they spell it."""

    mostly: list[str]
    lately: list[str]  # what is new among it
    before: list[str]  # what they seem to have left
    words: list[str]

    def __bool__(self) -> bool:
        return bool(self.mostly or self.words)


def topics(entries: Sequence[Entry], names: Iterable[str]) -> Topics:
    """From a sample, newest first. `names` are those of the person and the sources, which every title may bear."""
    third = max(1, len(entries) // 3)
    own = {word for name in names for word in _words(name)} | {_plain(name) for name in names}
    spelt: dict[str, str] = {}
    all_of_it, new, old = Counter[str](), Counter[str](), Counter[str]()
    for n, entry in enumerate(entries):
        subjects = _subjects(entry, own, spelt)
        all_of_it.update(subjects)
        (new if n < third else old).update(subjects)
    often = [subject for subject, n in all_of_it.most_common() if n >= OFTEN] or list(all_of_it)
    lately = [s for s, n in new.most_common() if n >= OFTEN and not old[s]][:LATELY]
    gone = [s for s, n in old.most_common() if n >= 2 * OFTEN and not new[s]]
    mostly = [s for s in often if s not in lately and s not in gone][:MOSTLY]
    if not mostly:
        mostly, lately, gone = (lately, [], gone) if lately else (gone[:MOSTLY], [], [])
    words = _come_back(entries, own | set(all_of_it))
    said = [[spelt[s] for s in subjects] for subjects in (mostly, lately, gone[:1])]
    return Topics(said[0], said[1], said[2], words)


def _subjects(entry: Entry, own: Collection[str], spelt: dict[str, str]) -> list[str]:
    """The categories of an entry that say something, each once and in one spelling, in their order."""
    found: dict[str, None] = {}
    body = getattr(entry, "body", None)
    for term in body.terms if body else ():
        written = " ".join(str(term).lstrip("#").split())
        plain = _plain(written)
        if 1 < len(written) <= LONGEST and plain not in NO_SUBJECT and plain not in own:
            spelt.setdefault(plain, written)
            found[plain] = None
    return list(found)


def _come_back(entries: Sequence[Entry], but: Collection[str]) -> list[str]:
    """Words of titles, or of first words where there is none, that stand in several entries."""
    spelt: dict[str, str] = {}
    times = Counter[str]()
    named = {word for subject in but for word in _words(subject)}
    for entry in entries:
        said = entry.title or entry.gist[:80]
        if UNSPACED.search(said):
            continue
        here: dict[str, str] = {}
        for word in WORD.findall(said):
            here.setdefault(_plain(word), word)
        for plain, word in here.items():
            spelt[plain] = word if word.islower() else spelt.get(plain, word)
        times.update(word for word in here if word not in COMMON and word not in named and word not in but)
    enough = max(OFTEN, len(entries) // 15)
    return [spelt[word] for word, n in times.most_common(WORDS) if n >= enough]


def _words(text: str) -> set[str]:
    return {_plain(word) for word in WORD.findall(text)}


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'").removesuffix("'s")
