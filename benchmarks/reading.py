"""How long reading and searching take: a member of 1,000 sources with 100,000 unread, of 1,000,000 entries.

The instance of crowd.py with the words of search.py and the readers of reader.py. Asked over HTTP of `manage.py up`
by somebody who is signed in: the wall clock of the whole answer at one client, answers a second at sixteen.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import browsing, machine, network, processes, search, stage
from .pages import Visitor
from .reader import ALMOST_DONE, READER

SAMPLES, FEWER = 60, 8  # answers of a page; of an act upon ten thousand
CLIENTS, SECONDS = 16, 10.0
SLOW, SLOWER_ON_POSTGRES = 50.0, 8.0  # milliseconds
UNDO = re.compile(r"/marks/undo/(\d+)/")
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    name: str
    milliseconds: list[float]
    cpu: float  # of all our processes, an answer
    size: int
    target: float  # median, milliseconds

    def row(self) -> dict[str, Any]:
        ordered = sorted(self.milliseconds)
        median, slow = statistics.median(ordered), ordered[len(ordered) * 95 // 100]
        return {
            "line": self.name, "p50": round(median, 1), "p95": round(slow, 1), "cpu": round(self.cpu, 1),
            "kb": self.size // 1000, "target": self.target,
            "reached": median <= self.target and slow <= max(SLOW, self.target),
        }  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """Whoever asks, and the processes that answer."""

    visitor: Visitor
    roots: Sequence[int]
    more: float = 0.0  # milliseconds the targets are higher by

    def line(self, name: str, path: str, target: float = 20.0) -> Line:
        return self.measured(name, lambda _n: self.get(path), target + self.more, SAMPLES)

    def measured(self, name: str, ask: Any, target: float, samples: int) -> Line:
        """So many answers, after two that are not counted."""
        times, text, before = list[float](), "", 0.0
        for n in range(-2, samples):
            before = before if n else processes.cpu_seconds(self.roots)
            begun = time.perf_counter()
            text = ask(n + 2)
            times.append(1000 * (time.perf_counter() - begun))
        cpu = 1000 * (processes.cpu_seconds(self.roots) - before) / samples
        return Line(name, times[2:], cpu, len(text.encode()), target)

    def get(self, path: str) -> str:
        status, text = self.visitor.ask(path)
        assert status == 200, f"{path} was answered with {status}"
        return text

    def post(self, path: str, **form: str) -> str:
        token = {"csrfmiddlewaretoken": self.visitor.cookies.get("csrftoken", "")}
        status, text = self.visitor.ask(path, form | token, **HTMX)
        assert status == 200, f"{path} was answered with {status}"
        return text


def lists(ids: dict[str, Any]) -> list[tuple[str, str]]:
    """What is asked of the reader's pages, by its name in the table."""
    group, person, circle, entry = ids["group"], ids["person"], ids["circle"], ids["entry"]
    return [
        ("river", "/river/"),
        ("river, page 100", f"/river/?before={ids['page 100']}"),
        ("river, all", "/river/?show=all"),
        ("river by person", "/river/?by=person"),
        ("a person", f"/people/{person}/river/"),
        ("a source", f"/sources/{ids['source']}/"),
        ("a circle of 50", f"/circles/{circle}/river/"),
        ("a circle of 50, by person", f"/circles/{circle}/river/?by=person"),
        ("a group of 300 sources", f"/groups/{group}/river/"),
        ("an entry with its neighbours", f"/entries/{entry}/?in=river.unread.cards"),
        ("an entry by itself", f"/entries/{entry}/"),
        ("Skim", "/skim/"),
        ("Skim by person", "/skim/?by=person"),
        ("Listen", "/listen/"),
        ("Kept", "/kept/"),
        ("Today, not kept yet", "/today/"),
        ("the rail and its frame", "/more/"),
    ]


def run(kind: str) -> dict[str, Any]:
    """Every line, as the table and the JSON file have it."""
    ids: dict[str, Any] = {}

    def fill(env: dict[str, str]) -> None:
        search.fill(env)
        argv = [sys.executable, "-m", "benchmarks.reader"]
        said = subprocess.run(argv, cwd=stage.ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
        ids.update(json.loads(said.stdout.splitlines()[-1]))

    with stage.data_dir() as data, network.crowd(data, kind, fill) as (base, roots, _ids):
        with machine.watched(data, base) as facts:
            measured = measure(ids, roots, SLOWER_ON_POSTGRES if kind == "postgres" else 0.0)
        return {"database": kind, "unread": ids["unread"], **measured, "facts": facts}


def measure(ids: dict[str, Any], roots: Sequence[int], more: float, port: int = stage.PORT + 1) -> dict[str, Any]:
    """All lines of an instance that answers at a port. Acts come after pages, and are taken back."""
    asking = Asking(signed_in(READER, port), roots, more)
    lines = [asking.line(name, path) for name, path in lists(ids)]
    done = Asking(signed_in(ALMOST_DONE, port), roots, more)
    lines.append(done.line("unread, almost empty", "/river/"))
    asking = Asking(signed_in(READER, port), roots, more)  # the server lets go of who says nothing for a while
    lines += [asking.line(f"search: {page.name}", page.path, search.target(page)) for page in search.questions()]
    lines += acts(asking, ids)
    return {
        "lines": [line.row() for line in lines],
        "a_second": round(a_second("/river/", port)),
        "browser": browsing.look(f"http://127.0.0.1:{port}", READER, stage.MEMBER),
    }


def acts(asking: Asking, ids: dict[str, Any]) -> list[Line]:
    """Marking one, ten thousand, all; and taking it back."""
    undone: list[str] = []
    river = {"in": "river.unread.cards", "top": str(ids["top"])}

    def mark_one(n: int) -> str:
        form = {"in": "river.unread.cards", "from": "list", "read": str((n + 1) % 2)}
        return asking.post(f"/entries/{ids['entry']}/read/", **form)

    def many(path: str) -> str:
        text = asking.post(path, **river, here=ids["ten thousandth"])
        found = UNDO.search(text)
        assert found, "nothing to take back"
        undone.append(found[1])
        return text

    def back() -> str:
        return asking.post(f"/marks/undo/{undone.pop()}/", **{"in": "river.unread.cards"})

    found = [asking.measured("mark read", mark_one, 5.0 + asking.more, SAMPLES)]
    for name, path in (("10,000 read", "/marks/above/"), ("all read", "/marks/all/")):
        there, again = list[float](), list[float]()
        before, size = processes.cpu_seconds(asking.roots), 0
        for _turn in range(FEWER):
            for times, act in ((there, lambda path=path: many(path)), (again, back)):
                begun = time.perf_counter()
                size = len(act())
                times.append(1000 * (time.perf_counter() - begun))
        cpu = 1000 * (processes.cpu_seconds(asking.roots) - before) / FEWER / 2
        found += [Line(f"mark {name}", there, cpu, size, 150.0), Line(f"undo {name}", again, cpu, size, 150.0)]
    return found


def signed_in(name: str, port: int) -> Visitor:
    visitor = Visitor(http.client.HTTPConnection("127.0.0.1", port, timeout=60), {})
    visitor.sign_in(name)
    return visitor


def a_second(path: str, port: int) -> float:
    """Answers a second to sixteen clients at once, who sit on the same cores."""
    cookies, answers = signed_in(READER, port).cookies, [0] * CLIENTS
    until = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        visitor = Visitor(http.client.HTTPConnection("127.0.0.1", port, timeout=60), dict(cookies))
        while time.monotonic() < until:
            status, _text = visitor.ask(path)
            answers[number] += status == 200

    begun = time.monotonic()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answers) / (time.monotonic() - begun)


def table(found: dict[str, Any]) -> str:
    """Beside the targets, and what is no time of one client."""
    rows = ["| | p50 ms | p95 ms | CPU ms | KB | target | reached |", "|---|---|---|---|---|---|---|"]
    rows += [
        f"| {line['line']} | {line['p50']} | {line['p95']} | {line['cpu']} | {line['kb']} "
        f"| ≤ {line['target']:.0f} | {'yes' if line['reached'] else 'no'} |"
        for line in found["lines"]
    ]
    seen = found["browser"]
    said = [
        f"{found['unread']:,} entries unread. Target of a page: half of the answers as said, 95 % under "
        f"{SLOW:.0f} ms.",
        f"River at {CLIENTS} clients: {found['a_second']} answers a second; target ≥ 100.",
    ]
    if seen:
        said.append(f"First visit: {seen['kb']} KB over the wire (target ≤ 100); ")
        said[-1] += f"slowest interaction on a river of {seen['rows']} rows with a processor slowed four times: "
        said[-1] += f"{seen['inp']:.0f} ms to the next paint (target ≤ 200)."
    return "\n".join([*rows, "", *said])
