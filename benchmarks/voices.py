"""How well people nobody follows yet are found by whom others point to: `python benchmarks/voices.py DIR`.

A third of the writers is hidden at a time, as if nobody followed them; the links of the others are ranked, and the
hidden ones should be among the first thirty, with fewer citers than a plain count of citers needs.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

if not __package__:  # run by its path: the folder's own `network` and `search` must not hide the rooms'
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.posts import Post, posts_in, table
from tending.voices.houses import house_of
from tending.voices.scoring import Candidate, Citation, candidates
from tending.voices.sentence import sentence_with

ROUNDS, HIDDEN = 12, 1 / 3
FIRST, TOP = 30, 50
_A = re.compile(r"<a\b[^>]*\bhref=[\"']([^\"']*)[\"'][^>]*>(.*?)</a>", re.I | re.S)
_TAG = re.compile(r"<[^>]*>")


def run(folder: Path, seed: int = 5) -> str:
    people = posts_in(folder)
    names = list(people)
    homes = {name: home_of(posts) for name, posts in people.items()}
    cited = {n: list(citations_of(n, people[name], homes[name])) for n, name in enumerate(names)}
    circles = circles_of([people[name] for name in names])
    ours: list[list[float]] = []
    plain: list[list[float]] = []
    personal, shown, found = [], 0, 0
    for turn in range(ROUNDS):
        hidden = set(random.Random(f"{seed} {turn}").sample(range(len(names)), max(1, round(len(names) * HIDDEN))))
        followed = {homes[names[n]] for n in range(len(names)) if n not in hidden}
        citations = [each for n in cited if n not in hidden for each in cited[n] if each.house not in followed]
        ranked = candidates(citations, circles, len(names) - len(hidden))
        wanted = {homes[names[n]] for n in hidden} & {each.house for each in ranked}
        ours.append(recall(ranked, wanted))
        plain.append(recall(sorted(ranked, key=lambda each: (-len(each.citers), each.house)), wanted))
        known = set(homes.values())
        personal.append(statistics.fmean(each.house in known for each in ranked[:TOP]) if ranked else 0.0)
        for each in ranked[:FIRST]:
            found += 1
            shown += has_sentence(each, people, names)
    rows = rows_of(ours, plain, personal, shown / max(1, found))
    return f"{len(names)} people, {sum(map(len, people.values()))} posts\n\n{table(rows)}"


def rows_of(
    ours: Sequence[Sequence[float]], plain: Sequence[Sequence[float]], personal: Sequence[float], shown: float
) -> list[tuple[str, str, str, bool | None]]:
    mine, theirs = statistics.fmean(each[0] for each in ours), statistics.fmean(each[0] for each in plain)
    few, many = statistics.fmean(each[1] for each in ours), statistics.fmean(each[1] for each in plain)
    share, part = statistics.fmean(personal), few / many if many else 0.0
    least = theirs - 0.02
    return [
        (f"recall@{FIRST} of hidden voices", f"{mine:.3f}", f"≥ plain − .02 = {least:.3f}", mine >= least),
        ("citers of the first, against plain", f"{few:.1f} / {many:.1f} = {part:.0%}", "≤ 80 %", part <= 0.8),
        (f"of the first {TOP} known personal sites", f"{share:.0%}", "≥ 25 %", share >= 0.25),
        ("proposals whose sentence can be shown", f"{shown:.0%}", "100 %", shown == 1.0),
    ]  # fmt: skip


def recall(ranked: Sequence[Candidate], wanted: set[str]) -> list[float]:
    """Of the hidden ones that anybody points to, how many are among the first thirty; and their usual citers."""
    first = ranked[:FIRST]
    citers = statistics.fmean(len(each.citers) for each in first) if first else 0.0
    return [sum(each.house in wanted for each in first) / max(1, len(wanted)), citers]


def home_of(posts: Sequence[Post]) -> str:
    houses = Counter(house for post in posts if (house := house_of(post.url)))
    return houses.most_common(1)[0][0] if houses else ""


def citations_of(citer: int, posts: Sequence[Post], home: str) -> Iterator[Citation]:
    """Each house once a post; `entry` is the post's place among its writer's."""
    for n, post in enumerate(posts):
        seen = {home}
        for url, inside in _A.findall(post.html):
            url = url.replace("&amp;", "&")
            house = house_of(url)
            if house and house not in seen:
                seen.add(house)
                month = post.published.year * 12 + post.published.month
                yield Citation(house, citer, n, month, url, " ".join(_TAG.sub("", inside).split()))


def circles_of(people: Sequence[Sequence[Post]]) -> dict[int, list[int]]:
    """By their commonest category, for want of anybody's own circles."""
    names: dict[str, int] = {}
    found: dict[int, list[int]] = {}
    for n, posts in enumerate(people):
        terms = Counter(term for post in posts for term in post.terms)
        found[n] = [names.setdefault(term, len(names)) for term, _ in terms.most_common(1)]
    return found


def has_sentence(candidate: Candidate, people: dict[str, list[Post]], names: Sequence[str]) -> bool:
    """Whether one of its citations can be shown: the words around the link."""
    return any(
        sentence_with(people[names[each.citer]][each.entry].html, candidate.house)[0]
        for each in candidate.citations
    )


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
