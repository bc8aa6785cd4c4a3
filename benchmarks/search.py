"""How long a search takes for a member with 2,000 sources among 1,000,000 entries of a hundred words each.

The instance of benchmarks/crowd.py with a text in every entry and all of them in the search index. Asked over HTTP
by a member who is signed in: the wall clock of the whole answer. `python -m benchmarks.search` alone writes the
words, in a program of its own, so that Django knows which database is meant.
"""

from __future__ import annotations

import http.client
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from urllib.parse import quote_plus

from . import machine, network, stage
from .network import Page, Times, measure
from .pages import Visitor
from .words import Words

WORDS_EACH, AT_ONCE = 100, 5000
COMMON, OFTEN, SOMETIMES = "the", "kitchen", "garden"  # in nearly all entries, in every sixth, in every fifth
RARE_EVERY = 1000  # entries that share one rare word: rare0, rare1 …
RARE, COMMON_MS = 20.0, 45.0  # milliseconds: the targets
CIRCLE = "Circle 07"


def questions() -> list[Page]:
    """What is asked, by its name in the table."""
    asked = {
        "rare word": "rare77",
        "common word": OFTEN,
        "word in nearly all": COMMON,
        "common word, newest first": f"{OFTEN}&order=newest",
        "common word, second page": f"{OFTEN}&place=0-30",
        "two common words": f"{OFTEN} {SOMETIMES}",
        "either of two": f"{OFTEN} OR {SOMETIMES}",
        "phrase": '"in the"',
        "without another": f"{OFTEN} -{SOMETIMES}",
        "beginning of a word": f"{OFTEN[:4]}*",
        "in the title": f"title:{OFTEN}",
        "of a circle": f'{OFTEN} circle:"{CIRCLE}"',
        "unread": f"{OFTEN} is:unread",
        "of a year": f"{OFTEN} before:2026-06",
        "no words: unread of a circle": f'is:unread circle:"{CIRCLE}"',
        "nothing": "zeppelinesque",
    }
    return [
        Page(name, "/search/?q=" + "&".join([quote_plus(words.partition("&")[0]), *words.split("&")[1:]]))
        for name, words in asked.items()
    ]


def target(page: Page) -> float:
    """Milliseconds the half of the answers may take."""
    return RARE if page.name in ("rare word", "nothing") else COMMON_MS


def run(kind: str) -> tuple[list[Times], dict[str, str]]:
    """Times of all questions, and the machine's facts."""
    with stage.data_dir() as data, network.crowd(data, kind, fill) as (base, roots, _ids):
        visitor = Visitor(http.client.HTTPConnection("127.0.0.1", stage.PORT + 1, timeout=60), {})
        visitor.sign_in()
        with machine.watched(data, base) as facts:
            times = [measure(visitor, page, roots) for page in questions()]
        return times, facts


def fill(env: dict[str, str]) -> None:
    """Write the texts and the index; before anything runs."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "benchmarks.search"], cwd=stage.ROOT, env=env, check=True)
    print(f"words written in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def table(times: Sequence[Times]) -> str:
    """Median and the slowest twentieth beside the targets."""
    lines = [
        "| question | median ms | 95 % under ms | slowest ms | CPU ms | KB | target | reached |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in times:
        ordered = sorted(each.milliseconds)
        median, slow = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
        reached = "yes" if median <= target(each.page) else "no"
        lines.append(
            f"| {each.page.name} | {median:.1f} | {slow:.1f} | {ordered[-1]:.1f} | {each.cpu:.1f} "
            f"| {each.size / 1000:.0f} | ≤ {target(each.page):.0f} | {reached} |"
        )
    return "\n".join(lines)


def write_words() -> None:
    """A hundred words for each entry, in its body and in the index."""
    import django

    django.setup()
    from django.db import connection, transaction

    from aggregator import index
    from aggregator.models import Entry

    r, words = random.Random(stage.SEED), Words(stage.SEED)
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if not lite:
            cursor.execute("DROP INDEX aggregator_search_words")
    last = 0
    while True:
        some = list(Entry.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "feed_id")[:AT_ONCE])
        if not some:
            break
        rows = [(pk, feed, *text_of(r, words, pk)) for pk, feed in some]
        with transaction.atomic(), connection.cursor() as cursor:
            write(cursor, rows, lite=lite)
            index.add(cursor, rows)
        last = some[-1][0]
    with connection.cursor() as cursor:
        if not lite:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(
                "CREATE INDEX aggregator_search_words ON aggregator_search USING gin (words) "
                "WITH (fastupdate = on, gin_pending_list_limit = 131072)"
            )
        cursor.execute("ANALYZE")


def text_of(r: random.Random, words: Words, pk: int) -> tuple[str, str]:
    """Title and text."""
    said = words.some(r, WORDS_EACH)
    rare = f" rare{pk // RARE_EVERY}" if pk % RARE_EVERY == 0 else ""
    return " ".join(said[:7]).capitalize(), " ".join(said) + rare


def write(cursor: object, rows: Sequence[tuple[int, int, str, str]], *, lite: bool) -> None:
    """Titles and texts into the entries' own tables."""
    entries = [(title, text[:280], pk) for pk, _feed, title, text in rows]
    bodies = [(text, f"<p>{text}</p>", pk) for pk, _feed, _title, text in rows]
    if lite:
        cursor.executemany("UPDATE aggregator_entry SET title = %s, gist = %s WHERE id = %s", entries)  # type: ignore[attr-defined]
        cursor.executemany("UPDATE aggregator_entrybody SET text = %s, html = %s WHERE entry_id = %s", bodies)  # type: ignore[attr-defined]
        return
    for table, key, columns, values in (
        ("aggregator_entry", "id", ("title", "gist"), entries),
        ("aggregator_entrybody", "entry_id", ("text", "html"), bodies),
    ):
        one, other = columns
        cursor.execute(  # type: ignore[attr-defined]
            f"UPDATE {table} SET {one} = new.one, {other} = new.two "
            f"FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS new(one, two, id) WHERE {table}.{key} = new.id",
            [list(column) for column in zip(*values, strict=True)],
        )


if __name__ == "__main__":
    write_words()
