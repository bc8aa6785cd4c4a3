"""How well novelty finds what was said before, by planted repeats: `python benchmarks/novelty.py DIR`.

For each person some of their later posts stand for what is new, and repeats are made of their earlier ones in seven
ways. The table sets what was found beside what must hold (docs/novelty.md).
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

if not __package__:  # run by its path: the folder's own `network` and `search` must not hide the rooms'
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.posts import Post, posts_in, table
from tending.novelty import judging
from tending.novelty.judging import REUSED_PASSAGES, REUSED_SHARED, Verdict
from tending.novelty.likeness import Likeness, Writing
from tending.novelty.prints import Print, everywhere, print_of, read
from tending.novelty.rarity import Rarity
from tending.novelty.sentences import marks_of

EACH, EARLIER = 6, 170  # repeats of a kind for each person; entries the time is taken with
FEWEST = 30  # posts of a person who is tried
LATEST = 400  # as the job: further back nobody looks
Sentences = list[list[str]]


@dataclass(slots=True)
class Blog:
    """One person's posts as their sentences, their prints, and how like each is to those before it."""

    language: str
    titles: list[str]
    sentences: list[Sentences]
    boilerplate: set[int]
    prints: list[Print] = field(default_factory=list)
    likeness: list[Likeness] = field(default_factory=list)


def run(folder: Path, seed: int = 3) -> str:
    people = [posts for posts in posts_in(folder).values() if len(posts) >= FEWEST]
    blogs, rarity = prepared(people)
    judged = [(blog, at) for blog in blogs for at in range(len(blog.prints)) if is_judged(blog, at)]
    plain = flagged(judged)
    footed = flagged_with_footers(people)
    new = [score(blog.likeness[at]) for blog, at in sampled(judged, 3000, seed)]
    rows, areas, of_kind = [], [], {}
    for kind, make in KINDS.items():
        likes = [like for blog in blogs for like in planted(blog, rarity, make, seed)]
        areas.append(area([score(like) for like in likes], new))
        of_kind[kind] = sum(map(is_flagged, likes)) / max(1, len(likes))
        least = RECALL.get(kind)
        said = f"≥ {least:.2f}" if least else ""
        rows.append(
            (
                f"recall, {kind} ({len(likes)})",
                f"{of_kind[kind]:.3f}",
                said,
                of_kind[kind] >= least if least else None,
            )
        )
        rows.append((f"AUC, {kind}", f"{areas[-1]:.3f}", "", None))
    mean = statistics.fmean(areas)
    milliseconds = taken(blogs, rarity)
    classes = counted(judged)
    rows = [
        ("mean AUC of seven kinds", f"{mean:.3f}", "≥ 0.96", mean >= 0.96),
        *rows,
        (f"flagged of {len(judged)} real posts", f"{plain:.1%}", "≤ 6 %", plain <= 0.06),
        ("the same with a footer under every post", f"{footed:.1%}", "± 1 point", abs(footed - plain) <= 0.01),
        (f"an entry with {EARLIER} earlier ones", f"{milliseconds:.1f} ms CPU", "< 10 ms", milliseconds < 10),
        *((f"said of real posts: {verdict}", f"{share:.1%}", "", None) for verdict, share in classes.items()),
    ]
    return f"{len(blogs)} people, {sum(map(len, people))} posts\n\n{table(rows)}"


# ---- reading


def prepared(people: Sequence[Sequence[Post]], footer: bool = False) -> tuple[list[Blog], Rarity]:
    """Everybody's posts read and printed, and each set against those before it."""
    rarity, blogs = Rarity(), []
    for posts in people:
        said = [read(post.html + (FOOTER if footer else "")) for post in posts]
        boilerplate = everywhere([print_of(sentences).marks for sentences in said])
        blog = Blog(posts[0].lang, [post.title for post in posts], said, boilerplate)
        blog.prints = [print_of(sentences, boilerplate) for sentences in said]
        for each in blog.prints:
            rarity.count(blog.language, each)
        blogs.append(blog)
    for blog in blogs:
        writing = Writing(blog.prints, rarity, blog.language)
        blog.likeness = [writing.like_before(at) for at in range(len(blog.prints))]
    return blogs, rarity


def is_judged(blog: Blog, at: int) -> bool:
    return at >= judging.FEWEST_EARLIER and len(blog.prints[at]) >= judging.FEWEST_WORDS


def is_flagged(like: Likeness) -> bool:
    return like.shared >= REUSED_SHARED or like.passages >= REUSED_PASSAGES


def score(like: Likeness) -> float:
    """One number to put entries in order by: how near the nearest threshold."""
    return max(like.shared / REUSED_SHARED, like.passages / REUSED_PASSAGES, like.whole / judging.FAMILIAR_WHOLE)


def flagged(judged: Sequence[tuple[Blog, int]]) -> float:
    return sum(is_flagged(blog.likeness[at]) for blog, at in judged) / max(1, len(judged))


def flagged_with_footers(people: Sequence[Sequence[Post]]) -> float:
    blogs, _ = prepared(people, footer=True)
    return flagged([(blog, at) for blog in blogs for at in range(len(blog.prints)) if is_judged(blog, at)])


def counted(judged: Sequence[tuple[Blog, int]]) -> dict[str, float]:
    """What would be said of the real posts."""
    said = dict.fromkeys(Verdict, 0)
    for blog, at in judged:
        key = judging.series_key(blog.titles[at])
        earlier = {judging.series_key(title) for title in blog.titles[:at]}
        said[
            judging.judge(len(blog.prints[at]), at, blog.likeness[at], in_series=bool(key) and key in earlier)
        ] += 1
    return {verdict: n / max(1, len(judged)) for verdict, n in said.items() if n}


# ---- planting


def planted(
    blog: Blog, rarity: Rarity, make: Callable[[random.Random, list[Sentences], Sentences], Sentences], seed: int
) -> Iterable[Likeness]:
    """Repeats of one kind, made of the older two thirds, set against these."""
    r = random.Random(f"{seed} {blog.titles[0]}")
    third = len(blog.sentences) * 2 // 3
    long = [said for said in map(own(blog), blog.sentences[:third]) if sum(map(len, said)) >= 120]
    fresh = [said for said in map(own(blog), blog.sentences[third:]) if sum(map(len, said)) >= 120]
    if len(long) < 6 or not fresh:
        return
    for _ in range(EACH):
        entry = print_of(make(r, long, r.choice(fresh)), blog.boilerplate)
        writing = Writing([*blog.prints[:third][-LATEST:], entry], rarity, blog.language)
        yield writing.like_before(len(writing.prints) - 1)


def own(blog: Blog) -> Callable[[Sentences], Sentences]:
    """The sentences of an entry that are no boilerplate."""

    def of(said: Sentences) -> Sentences:
        return [words for words, mark in zip(said, marks_of(said), strict=True) if mark not in blog.boilerplate]

    return of


def repost(r: random.Random, old: list[Sentences], _fresh: Sentences) -> Sentences:
    return r.choice(old)


def update(r: random.Random, old: list[Sentences], fresh: Sentences) -> Sentences:
    """An older one with a fifth of its sentences changed for new ones."""
    return [r.choice(fresh) if r.random() < 0.2 else words for words in r.choice(old)]


def round_up(r: random.Random, old: list[Sentences], fresh: Sentences) -> Sentences:
    """The beginnings of five older ones, each with a new sentence before it."""
    return [words for said in r.sample(old, 5) for words in (r.choice(fresh), *said[:3])]


def quoting(share: float) -> Callable[[random.Random, list[Sentences], Sentences], Sentences]:
    """A new one of which such a share of the words is a passage of an older one."""

    def make(r: random.Random, old: list[Sentences], fresh: Sentences) -> Sentences:
        total = sum(map(len, fresh))
        said = [word for words in r.choice(old) for word in words]
        length = min(len(said), max(8, round(total * share)))
        begin = r.randrange(len(said) - length + 1)
        kept, count = [], 0
        for words in fresh:
            if count < total - length:
                kept.append(words)
                count += len(words)
        at = r.randrange(len(kept) + 1)
        return [*kept[:at], said[begin : begin + length], *kept[at:]]

    return make


def shuffled(r: random.Random, old: list[Sentences], _fresh: Sentences) -> Sentences:
    """The words of every sentence of an older one in another order."""
    return [r.sample(words, len(words)) for words in r.choice(old)]


def reworded(r: random.Random, old: list[Sentences], fresh: Sentences) -> Sentences:
    """An older one in which one word of six is another."""
    others = [word for words in fresh for word in words]
    return [[r.choice(others) if r.random() < 1 / 6 else word for word in words] for words in r.choice(old)]


KINDS = {
    "repost": repost, "update": update, "round-up": round_up, "30 % quoted": quoting(0.3),
    "15 % quoted": quoting(0.15), "reworded": reworded, "shuffled": shuffled,
}  # fmt: skip
RECALL = {"repost": 0.98, "update": 0.98, "round-up": 0.98, "30 % quoted": 0.90}
FOOTER = (
    "<p>Thank you for reading this far. If you would like to hear from me again, put your name in the box below, "
    "and I will write to you whenever there is something new. Everything here may be used by anyone under the same "
    "terms, as long as you say where you have it from. Comments are closed, but letters are always welcome.</p>"
)


# ---- figures


def area(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """How often a repeat stands above what is new (AUC); ties count half."""
    ordered = sorted([(value, 1) for value in positives] + [(value, 0) for value in negatives])
    ranks, at = 0.0, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        ranks += (at + end + 1) / 2 * sum(is_positive for _, is_positive in ordered[at:end])
        at = end
    n, m = len(positives), len(negatives)
    return (ranks - n * (n + 1) / 2) / (n * m) if n and m else float("nan")


def sampled(things: Sequence[tuple[Blog, int]], most: int, seed: int) -> Sequence[tuple[Blog, int]]:
    return random.Random(seed).sample(things, most) if len(things) > most else things


def taken(blogs: Sequence[Blog], rarity: Rarity) -> float:
    """Milliseconds of CPU for one new entry: read, printed, and set against 170 that are loaded for it."""
    pool = [(said, each) for blog in blogs for said, each in zip(blog.sentences, blog.prints, strict=True)]
    r, times = random.Random(5), []
    for _ in range(30):
        some = r.sample(pool, min(EARLIER + 1, len(pool)))
        html = "<p>" + ". ".join(" ".join(words) for words in some[0][0]) + "</p>"
        begun = time.process_time()
        entry = print_of(read(html))
        Writing([*(each for _, each in some[1:]), entry], rarity, blogs[0].language).like_before(len(some) - 1)
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
