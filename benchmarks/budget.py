"""How well the next four weeks of a feed are foretold from the last 26: `python benchmarks/budget.py [DIR]`.

Every feed is cut at several days: what was published in the 26 weeks before is known, the words of the four weeks
after are foretold and set beside what came (docs/tending.md). Only days count before which the feed wrote once a
week on average and after which something came: of somebody who writes twice a year nothing can be foretold, nor can
an error be a part of nothing. Without a folder made-up blogs are measured (benchmarks/blogs.py), which says little.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from statistics import mean, median

if not __package__:  # run by its path: the folder's own `network` and `search` must not hide the rooms'
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from aggregator.cleaning.plain import from_markup  # noqa: E402  after Django is ready
from benchmarks import blogs  # noqa: E402
from benchmarks.posts import Post, posts_in, table  # noqa: E402
from tending.budget.minutes import WEEK, WEEKS, Piece, Weeks, by_week, filled, foretold, of_piece  # noqa: E402

AHEAD = 4  # weeks
APART = 13  # weeks between two cuts of one feed
HOLD = 0.30
FEEDS = 100
WAYS: dict[str, Callable[[Weeks], float]] = {
    "as the budget does: recent weeks weigh more": foretold,
    "mean of 26 weeks": lambda weeks: mean(filled(weeks)),
    "mean of 8 weeks": lambda weeks: mean(filled(weeks)[:8]),
    "median week": lambda weeks: median(filled(weeks)),
}


def cuts(pieces: Sequence[Piece]) -> Iterator[tuple[Weeks, float]]:
    """What was known on several days, and the minutes a week that came in the four weeks after each."""
    day = pieces[0].at + WEEKS * WEEK
    while day + AHEAD * WEEK <= pieces[-1].at:
        before = [piece for piece in pieces if day - WEEKS * WEEK <= piece.at < day]
        after = sum(of_piece(piece) for piece in pieces if day <= piece.at < day + AHEAD * WEEK)
        if len(before) >= WEEKS and after:
            yield by_week(before, pieces[0].at, day), after / AHEAD
        day += APART * WEEK


def piece_of(post: Post) -> Piece:
    at: datetime = post.published
    return Piece(at, len(from_markup(post.html).split()))


def run(folder: Path) -> str:
    errors: dict[str, list[float]] = {name: [] for name in WAYS}
    feeds = 0
    for posts in posts_in(folder).values():
        known = list(cuts([piece_of(post) for post in posts]))
        feeds += bool(known)
        for name, way in WAYS.items():
            if known:  # every feed counts once, however long it is
                errors[name].append(median(abs(way(weeks) - came) / came for weeks, came in known))
    rows: list[tuple[str, str, str, bool | None]] = []
    for name, some in errors.items():
        ours = name == next(iter(WAYS)) and bool(some)
        figure = f"{100 * median(some):.0f} %" if some else "-"
        hold = f"≤ {100 * HOLD:.0f} %" if ours else ""
        rows.append((f"{name}: median error", figure, hold, median(some) <= HOLD if ours else None))
    rows.append(("feeds that write once a week", str(feeds), f"≥ {FEEDS}", feeds >= FEEDS))
    return table(rows)


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
