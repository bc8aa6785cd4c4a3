"""How well the same story is known again, by planted copies: `python benchmarks/duplicates.py [DIR]`.

Of real posts copies are made as other feeds carry them: a newsletter, an edited text, its first half, the same
address, a short post about it. What is found is set beside what must hold (docs/stories.md), and beside how often
texts of different people are taken for one. Without a folder made-up blogs are measured (benchmarks/blogs.py).
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

if not __package__:  # run by its path: the folder's own `network` and `search` must not hide the rooms'
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from aggregator.cleaning.plain import from_markup
from aggregator.likeness.prints import TEXT, TITLE, Piece, prints
from aggregator.likeness.same import ORDER, common_in, same
from benchmarks import blogs
from benchmarks.posts import Post, posts_in, table

MOST = 5000  # real posts
EACH = 400  # copies of a kind
HOLDERS, TRIES, NEIGHBOURS = 40, 8, 5  # as aggregator/stories.py
WORDS = 120  # of a post that is copied


@dataclass
class Shelf:
    """Posts as the aggregator remembers them; `found` says which of them an entry is one story with."""

    holders: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    of_feed: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    common: dict[int, frozenset[int]] = field(default_factory=dict)

    def add(self, piece: Piece) -> None:
        self.of_feed[piece.feed].append(piece)
        for key in prints(piece):
            self.holders[key].append(piece)

    def found(self, piece: Piece) -> list[Piece]:
        shared: dict[int, list[str]] = defaultdict(list)
        others: dict[int, Piece] = {}
        for key, kind in prints(piece).items():
            holders = self.holders.get(key, [])
            for other in holders if len(holders) < HOLDERS else ():
                if other.feed != piece.feed:
                    shared[other.id].append(kind)
                    others[other.id] = other
        nearest = sorted(shared, key=lambda id: (min(map(ORDER.index, shared[id])), -len(shared[id])))[:TRIES]
        return [others[id] for id in nearest if self.is_same(piece, others[id], shared[id])]

    def is_same(self, one: Piece, other: Piece, by: Sequence[str]) -> bool:
        kind = same(one, other, by)
        if kind not in (TITLE, TEXT):
            return bool(kind)
        return bool(same(one, other, by, self.all_have(one) | self.all_have(other)))

    def all_have(self, piece: Piece) -> frozenset[int]:
        if piece.feed not in self.common:
            near = [each.words for each in self.of_feed[piece.feed][-NEIGHBOURS - 1 :] if each.id != piece.id]
            self.common[piece.feed] = common_in(near)
        return self.common[piece.feed]


def run(folder: Path, seed: int = 4) -> str:
    r = random.Random(seed)
    real = pieces_of(posts_in(folder), r)
    shelf, merged, seconds = Shelf(), list[tuple[Piece, Piece]](), 0.0
    for piece in real:
        begun = time.process_time()
        merged += [(piece, other) for other in shelf.found(piece)]
        seconds += time.process_time() - begun
        shelf.add(fresh(piece))
    rows = [recalled(kind, shelf, real, r) for kind in KINDS]
    people = len({piece.feed for piece in real})
    rows += [
        (f"texts of different people taken for one, of {len(real):,}", str(len(merged)), "0", not merged),
        remarks(shelf, real, r),
        ("an entry", f"{seconds / max(1, len(real)) * 1000:.2f} ms CPU", "< 2 ms", seconds < 0.002 * len(real)),
    ]
    named = "\n".join(f"- {one.link} | {other.link}" for one, other in merged[:20])
    return f"{people} people, {len(real):,} posts\n\n{table(rows)}" + (f"\n\n{named}" if named else "")


def pieces_of(posts: dict[str, list[Post]], r: random.Random) -> list[Piece]:
    """Everybody's posts as entries of a feed of their own, oldest first."""
    every = [(number, post) for number, person in enumerate(sorted(posts)) for post in posts[person]]
    some = r.sample(every, MOST) if len(every) > MOST else every
    some.sort(key=lambda pair: pair[1].published)
    return [
        Piece(id, feed, post.url, post.url, post.title, from_markup(post.html), (), post.published.timestamp())
        for id, (feed, post) in enumerate(some)
    ]


def fresh(piece: Piece, **other: object) -> Piece:
    """The same without what was worked out for it: each is taken anew."""
    return replace(piece, **other)  # type: ignore[arg-type]


# ---- planting


def recalled(kind: str, shelf: Shelf, real: Sequence[Piece], r: random.Random) -> tuple[str, str, str, bool | None]:
    make, least = KINDS[kind]
    long = [piece for piece in real if len(piece.words) >= WORDS and piece.link]
    some = r.sample(long, EACH) if len(long) > EACH else long
    found = sum(piece.id in {other.id for other in shelf.found(make(r, piece, real))} for piece in some)
    share = found / max(1, len(some))
    return (
        f"recall, {kind} ({len(some)})",
        f"{share:.3f}",
        f"≥ {least:.2f}" if least else "",
        (share >= least if least else None),
    )


def copied(piece: Piece, text: str, **other: object) -> Piece:
    """In another feed, an hour later, at an address of its own."""
    said: dict[str, object] = {"id": -1, "feed": -1, "uid": "", "link": f"https://letters.example/{piece.id}"}
    return fresh(piece, text=text, title="", at=piece.at + 3600, **said | other)


def newsletter(r: random.Random, piece: Piece, real: Sequence[Piece]) -> Piece:
    """With a greeting before it and a farewell after it."""
    return copied(piece, f"{some_words(r, real, 25)} {piece.text} {some_words(r, real, 40)}")


def edited(r: random.Random, piece: Piece, real: Sequence[Piece]) -> Piece:
    """One word of thirty is another."""
    others = some_words(r, real, 200).split()
    return copied(piece, " ".join(r.choice(others) if r.random() < 1 / 30 else w for w in piece.text.split()))


def half(_r: random.Random, piece: Piece, _real: Sequence[Piece]) -> Piece:
    return copied(piece, piece.text[: len(piece.text) // 2])


def at_its_address(_r: random.Random, piece: Piece, _real: Sequence[Piece]) -> Piece:
    """As a planet carries it: name before the title, tracking behind the address."""
    mark = "&" if "?" in piece.link else "?"
    return copied(piece, piece.text, link=f"{piece.link}{mark}utm_source=planet")


def excerpt(_r: random.Random, piece: Piece, _real: Sequence[Piece]) -> Piece:
    """Its beginning and where to read on."""
    start = " ".join(piece.text.split()[:22])[:150]
    return copied(piece, f"{start} … {piece.link}", links=(piece.link,))


def toot(_r: random.Random, piece: Piece, _real: Sequence[Piece]) -> Piece:
    """Its title and its address."""
    said = piece.title or " ".join(piece.text.split()[:12])[:80]
    return copied(piece, f"New: {said} {piece.link}", links=(piece.link,))


def remarks(shelf: Shelf, real: Sequence[Piece], r: random.Random) -> tuple[str, str, str, bool | None]:
    """What somebody else says of a page and links to it is theirs."""
    long = [piece for piece in real if len(piece.words) >= WORDS and piece.link]
    some = r.sample(long, EACH) if len(long) > EACH else long
    hidden = 0
    for piece in some:
        said, at_link = some_words(r, real, r.choice((12, 25, 150))), r.random() < 0.5
        own = {"link": piece.link} if at_link else {"links": (piece.link,)}
        hidden += bool(shelf.found(copied(piece, said, **own)))
    return f"remarks on a page hidden behind it ({len(some)})", str(hidden), "0", not hidden


def some_words(r: random.Random, real: Sequence[Piece], count: int) -> str:
    """Words of anybody, in pieces too short to be theirs."""
    words: list[str] = []
    while len(words) < count:
        theirs = r.choice(real).words or [b"and"]
        at = r.randrange(len(theirs))
        words += [word.decode() for word in theirs[at : at + 2]]
    return " ".join(words[:count])


Make = Callable[[random.Random, Piece, Sequence[Piece]], Piece]
KINDS: dict[str, tuple[Make, float]] = {
    "newsletter copy": (newsletter, 0.99),
    "edited": (edited, 0.99),
    "first half": (half, 0.93),
    "same address": (at_its_address, 0.99),
    "excerpt with a link": (excerpt, 0),
    "title with a link": (toot, 0),
}


def main(arguments: Iterable[str]) -> None:
    given = next(iter(arguments), "")
    if given:
        print(run(Path(given)))
        return
    with tempfile.TemporaryDirectory() as folder:
        blogs.write(Path(folder), people=40, posts=130, seed=7)
        print(run(Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
