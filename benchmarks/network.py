"""How long the pages of the network take for a member with 2,000 sources among 200 members and 1,000,000 entries.

Asked over HTTP by a member who is signed in, as a browser would: the wall clock of the whole answer. Nothing is
polled meanwhile.
"""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import database, machine, processes, stage
from .pages import TOKEN, Visitor
from .polling import store

SAMPLES = 60
MEDIAN, SLOW = 20.0, 50.0  # milliseconds: the target for half of the answers, and for 95 of 100
OUTLINES, IMPORT = 1200, 3.0  # seconds
BOUNDARY = "plnet-benchmark"
NOT_THERE = (404, 405)


@dataclass(frozen=True)
class Page:
    """One question a member asks."""

    name: str
    path: str
    form: Callable[[int], dict[str, str]] | None = None  # of the n-th time; None: a GET


@dataclass(frozen=True)
class Times:
    """Milliseconds of many answers to it; none where there is no such page yet."""

    page: Page
    milliseconds: list[float]
    size: int = 0  # bytes of the last answer
    cpu: float = 0  # milliseconds of an answer, of all our processes; says more where others use the machine


def pages(ids: dict[str, int]) -> list[Page]:
    group, person, circle = ids["group"], ids["person"], ids["circle"]
    return [
        Page("people", "/people/"),
        Page("people, by last word", "/people/?sort=last"),
        Page("people, by circle", "/people/?sort=circle"),
        Page("people, page 5", "/people/?page=5"),
        Page("a person", f"/people/{person}/"),
        Page("roster table", "/roster/"),
        Page("roster table, trouble first", "/roster/?sort=state"),
        Page("roster table, by last entry", "/roster/?sort=last"),
        Page("roster table, by entries a week", "/roster/?sort=often"),
        Page("roster table, newest first, page 10", "/roster/?sort=added&page=10"),
        Page("roster table, those who sleep", "/roster/?state=sleeping"),
        Page("roster table, of a circle, searched", f"/roster/?circle={circle}&q=ferries"),
        Page("a group", f"/groups/{group}/"),
        Page("a group's roster table", f"/groups/{group}/roster/?sort=state"),
        Page("a group's river", f"/groups/{group}/river/"),
        Page("a circle", f"/circles/{circle}/"),
        Page("circle edit", f"/people/{person}/circles/", lambda n: {"new_circle": f"Circle {n % 40:02}"}),
        Page("adding by address", "/add/", lambda n: {"address": f"https://new{n}.invalid/"}),
        Page("history", "/roster/history/"),
        Page("a past roster", "/roster/past/"),
        Page("who has left", "/roster/left/"),
    ]


def run(kind: str) -> tuple[list[Times], float, dict[str, str]]:
    """Times of all pages, seconds of an import until it is listed, and the machine's facts."""
    with stage.data_dir() as data, crowd(data, kind) as (base, roots, ids):
        visitor = Visitor(http.client.HTTPConnection("127.0.0.1", stage.PORT + 1, timeout=60), {})
        visitor.sign_in()
        with machine.watched(data, base) as facts:
            times = [measure(visitor, page, roots) for page in pages(ids)]
            seconds = bring_in(visitor)
        return times, seconds, facts


@contextmanager
def crowd(
    data: Path, kind: str, then: Callable[[dict[str, str]], None] | None = None
) -> Iterator[tuple[database.Database, list[int], dict[str, int]]]:
    """An instance full of people, running and quiet; `then` puts more into its database before it runs."""
    with store(data, kind, stage.PORT + 2) as url:
        env = stage.environment(data, url)
        stage.manage(env, "migrate", "--verbosity", "0")
        begun = time.monotonic()
        argv = [sys.executable, "-m", "benchmarks.crowd"]
        grown = subprocess.run(argv, cwd=stage.ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
        ids = json.loads(grown.stdout.splitlines()[-1])
        print(f"grown in {time.monotonic() - begun:.0f} s", file=sys.stderr)
        if then:
            then(env)
        base = database.connected(url, data) if url else database.sqlite(data)
        base.hold()
        with stage.site(env) as up:
            stage.wait_for(base.is_drained, 60, "the worker")
            yield base, [up.pid, *([base.pid] if base.pid else [])], ids
        base.connection.close()


def measure(visitor: Visitor, page: Page, roots: Sequence[int]) -> Times:
    """So many answers, after two that are not counted."""
    times: list[float] = []
    token = {"csrfmiddlewaretoken": visitor.cookies.get("csrftoken", "")}
    text, before = "", 0.0
    for n in range(-2, SAMPLES):
        before = before if n else processes.cpu_seconds(roots)
        begun = time.perf_counter()
        status, text = visitor.ask(page.path, None if page.form is None else page.form(n + 2) | token)
        passed = 1000 * (time.perf_counter() - begun)
        if status in NOT_THERE:
            return Times(page, [])
        assert status in (200, 303), f"{page.path} was answered with {status}"
        if n >= 0:
            times.append(passed)
    cpu = 1000 * (processes.cpu_seconds(roots) - before) / SAMPLES
    return Times(page, times, len(text.encode()), cpu)


def bring_in(visitor: Visitor) -> float:
    """Seconds from sending a file of 1,200 outlines until the page that lists them is there."""
    outlines = "".join(
        f'<outline text="Import {n}" xmlUrl="https://import{n}.invalid/feed"/>' for n in range(OUTLINES)
    )
    opml = f'<opml version="2.0"><body><outline text="Brought">{outlines}</outline></body></opml>'
    _status, page = visitor.ask("/add/")
    token = TOKEN.search(page)
    assert token, "the page has no form"
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token[1]}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="list.opml"\r\n'
        f"Content-Type: text/x-opml\r\n\r\n{opml}\r\n--{BOUNDARY}--\r\n"
    )
    begun = time.perf_counter()
    status = visitor.send("/add/list/", body.encode(), f"multipart/form-data; boundary={BOUNDARY}")
    assert status == 303, f"the list was answered with {status}"
    _status, page = visitor.ask("/add/")
    assert "list.opml" in page, "the list is not shown"
    return time.perf_counter() - begun


def table(times: Sequence[Times], seconds: float) -> str:
    """Median and the slowest twentieth beside the targets."""
    lines = [
        "| page | median ms | 95 % under ms | slowest ms | CPU ms | KB | reached |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in times:
        if not each.milliseconds:
            lines.append(f"| {each.page.name} | not there | | | | | |")
            continue
        ordered = sorted(each.milliseconds)
        median, slow = statistics.median(ordered), ordered[len(ordered) * 95 // 100]
        reached = "yes" if median <= MEDIAN and slow <= SLOW else "no"
        cells = (
            f"{median:.1f} | {slow:.1f} | {ordered[-1]:.1f} | {each.cpu:.1f} | {each.size / 1000:.0f} | {reached}"
        )
        lines.append(f"| {each.page.name} | {cells} |")
    lines += [
        "",
        f"Target: median ≤ {MEDIAN:.0f} ms, 95 % under {SLOW:.0f} ms; {SAMPLES} answers each.",
        f"An import of {OUTLINES:,} outlines is listed after {seconds:.1f} s; target ≤ {IMPORT:.0f} s.",
    ]
    return "\n".join(lines)
