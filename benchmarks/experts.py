"""How well "who knows about X" names who wrote it: `python benchmarks/experts.py DIR [--entries 100000]`.

Everybody's newest posts are held out; their titles, categories and questions are asked, and the one who wrote them
should come first or among three. In a database of its own that goes away, SQLite or what DATABASE_URL says.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if not __package__:  # run by its path: the folder's own `network` and `search` must not hide the rooms'
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.posts import Post, posts_in, table

HELD_OUT, FEWEST = 5, 15  # newest posts of each, of who has at least so many
AT_ONCE = 500
ASKED = 300  # questions of a kind


def run(folder: Path, entries: int) -> str:
    people = {name: posts for name, posts in posts_in(folder).items() if len(posts) >= FEWEST}
    with database() as kind:
        member = stored({name: posts[:-HELD_OUT] for name, posts in people.items()})
        rows: list[tuple[str, str, str, bool | None]] = []
        for what, questions in asked(people).items():
            rows += measured(member, what, questions, len(people))
        filled = fill(people, entries)
        slow = taken(member, [text for text, _name in asked(people)["titles"]])
        rows.append((f"a question among {filled:,} entries", f"{slow:.0f} ms", "< 100 ms", slow < 100))
    return f"{kind}: {len(people)} people, {sum(map(len, people.values()))} posts\n\n{table(rows)}"


@contextmanager
def database() -> Iterator[str]:
    """An empty one with our tables; what it is."""
    with tempfile.TemporaryDirectory(prefix="plnet-bench-") as data:
        os.environ["PLNET_DATA_DIR"] = data
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plnet.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection
        from django.test.utils import setup_databases, teardown_databases

        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = (
            f"{data}/bench.sqlite3" if connection.vendor == "sqlite" else "plnet_bench"
        )
        made = setup_databases(verbosity=0, interactive=False)
        try:
            yield connection.vendor
        finally:
            teardown_databases(made, verbosity=0)


def stored(people: dict[str, Sequence[Post]]) -> Any:
    """A member who follows everybody; their feeds are called by their names."""
    from aggregator.models import Feed
    from network.models import Person, Roster, Source, User

    member = User.objects.create_user("reader")
    roster = Roster.objects.create(owner=member)
    for number, (name, posts) in enumerate(people.items()):
        at = posts[0].published
        url = f"https://{number}.example/feed"
        feed = Feed.objects.create(
            url=url, host=f"{number}.example", title=name[:500], created_at=at, subscribers=1
        )
        person = Person.objects.create(roster=roster, name=name[:200], created_at=at)
        Source.objects.create(roster=roster, person=person, feed=feed, created_at=at, changed_at=at)
        write(feed.pk, posts)
    return member


def write(feed: int, posts: Sequence[Post]) -> None:
    """Posts as entries of a feed, findable."""
    from django.db import connection, transaction

    from aggregator import index
    from aggregator.cleaning.plain import from_markup
    from aggregator.models import Entry, EntryBody

    before = Entry.objects.filter(feed=feed).count()
    with transaction.atomic():
        said = [(post, from_markup(post.html)) for post in posts]
        made = Entry.objects.bulk_create(
            Entry(
                feed_id=feed, uid=str(before + n), title=post.title[:500], sorted_at=post.published,
                arrived_at=post.published, words=len(text.split()), gist=text[:300],
            )
            for n, (post, text) in enumerate(said)
        )  # fmt: skip
        bodies = [EntryBody(entry=entry, text=text) for entry, (_, text) in zip(made, said, strict=True)]
        EntryBody.objects.bulk_create(bodies, batch_size=AT_ONCE)
        with connection.cursor() as cursor:
            index.add(cursor, [(e.pk, feed, e.title, text) for e, (_, text) in zip(made, said, strict=True)])


def asked(people: dict[str, list[Post]]) -> dict[str, list[tuple[str, str]]]:
    """By kind: what is asked, and who wrote it."""
    newest = [(post, name) for name, posts in people.items() for post in posts[-HELD_OUT:]]
    titles = [
        (post.title, name) for post, name in newest if len(post.title.split()) >= 2 or not post.title.isascii()
    ]
    kinds = {
        "titles": titles,
        "categories": [(" ".join(post.terms), name) for post, name in newest if post.terms],
        "questions": [(title, name) for title, name in titles if title.rstrip().endswith(("?", "？"))],
    }
    return {kind: random.Random(1).sample(each, min(ASKED, len(each))) for kind, each in kinds.items()}


def measured(
    member: Any, what: str, questions: Sequence[tuple[str, str]], people: int
) -> list[tuple[str, str, str, bool | None]]:
    """How often the writer comes first, among three, and the mean of 1 / their place."""
    from reading.seeking import experts

    if len(questions) < 10:
        return []
    places = []
    for text, name in questions:
        found = [each.person.name for each in experts.who_knows(member, text).experts]
        places.append(found.index(name[:200]) + 1 if name[:200] in found else 0)
    first, three = (sum(0 < place <= n for place in places) / len(places) for n in (1, 3))
    mrr = sum(1 / place for place in places if place) / len(places)
    must = what == "titles" and people >= 30
    return [
        (f"{what} ({len(places)}): hit@1", f"{first:.2f}", "", None),
        (
            f"{what}: hit@3, by chance {3 / people:.2f}",
            f"{three:.2f}",
            "≥ 0.55" if must else "",
            three >= 0.55 if must else None,
        ),
        (f"{what}: MRR", f"{mrr:.2f}", "≥ 0.50" if must else "", mrr >= 0.50 if must else None),
    ]


def fill(people: dict[str, list[Post]], entries: int) -> int:
    """The same posts again until there are so many; how many there are."""
    from django.db import connection

    from aggregator.models import Entry, Feed

    feeds = dict(Feed.objects.values_list("title", "pk"))
    there = Entry.objects.count()
    while there < entries:
        for name, posts in people.items():
            if there < entries:
                write(feeds[name[:500]], posts)
                there += len(posts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return there


def taken(member: Any, questions: Sequence[str]) -> float:
    """Milliseconds of a question, the median."""
    from reading.seeking import experts

    times = []
    for text in questions[:40]:
        begun = time.perf_counter()
        experts.who_knows(member, text)
        times.append(time.perf_counter() - begun)
    return sorted(times)[len(times) // 2] * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entries", type=int, default=100_000)
    told = parser.parse_args()
    print(run(told.folder, told.entries))
