"""How long a page of the river takes, in quiet and while a refresh runs, for a member with 100,000 unread entries.

Asked over HTTP by a member who is signed in, as a browser would: the wall clock of the whole answer. The refresh
asks all feeds for what is new, again and again; only answers that fell wholly into one count.
"""

from __future__ import annotations

import http.client
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from . import machine, polling, stage

FEEDS = 3500  # of some 29 entries each
SAMPLES = 200
TARGET = 20.0  # milliseconds
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
OLDER = re.compile(r'"(/river/\?[^"]*before=[^"]*)"')
LEASED = "SELECT EXISTS (SELECT 1 FROM aggregator_feed WHERE lease <> '')"


@dataclass
class Visitor:
    """A member's browser, as far as it is needed: one connection and its cookies."""

    connection: http.client.HTTPConnection
    cookies: dict[str, str]

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        """Status and text of one answer; no redirect is followed."""
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form).encode()
        return self._send(path, body, headers)

    def send(self, path: str, body: bytes, content_type: str) -> int:
        """Status of the answer to a body of any type."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self._send(path, body, {"Cookie": cookies, "Content-Type": content_type})[0]

    def _send(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    def sign_in(self, name: str = stage.MEMBER) -> None:
        _status, page = self.ask("/accounts/login/")
        token = TOKEN.search(page)
        assert token, "the login page has no form"
        form = {"csrfmiddlewaretoken": token[1], "login": name, "password": stage.MEMBER}
        status, _page = self.ask("/accounts/login/", form)
        assert status == 302, f"signing in was answered with {status}"

    def time(self, path: str, **headers: str) -> float:
        """Milliseconds until the whole answer is there."""
        begun = time.perf_counter()
        status, _page = self.ask(path, None, **headers)
        passed = time.perf_counter() - begun
        assert status == 200, f"{path} was answered with {status}"
        return 1000 * passed


@dataclass(frozen=True)
class Times:
    """Milliseconds of many answers to one question."""

    page: str
    when: str
    milliseconds: list[float]


def run(script: Path | None = None, feeds: int = FEEDS) -> tuple[list[Times], int, dict[str, str]]:
    """Times, how many entries are unread, and the machine's facts."""
    with (
        stage.data_dir() as data,
        stage.farm(feeds, script=script) as farm,
        polling.instance(data, farm, feeds) as it,
    ):
        it.refresh(polling.FIRST)
        unread = it.base.entries()[0]
        visitor = Visitor(http.client.HTTPConnection("127.0.0.1", stage.PORT + 1, timeout=30), {})
        visitor.sign_in()
        _status, river = visitor.ask("/river/")
        older = OLDER.search(river)
        assert older, "the river has no next page"
        pages: list[tuple[str, str, dict[str, str]]] = [
            ("river", "/river/", {}),
            ("river, next page", unescape(older[1]), {"HX-Request": "true"}),
        ]
        with machine.watched(data, it.base) as facts:
            times = [
                Times(name, when, measure(it, visitor, path, headers, busy=when != "quiet"))
                for name, path, headers in pages
                for when in ("quiet", "refresh running")
            ]
        return times, unread, facts


def measure(
    it: polling.Instance, visitor: Visitor, path: str, headers: dict[str, str], *, busy: bool
) -> list[float]:
    """So many answers, in quiet or only such that began and ended while feeds were being visited."""
    if not busy:
        it.until_quiet()
        return [visitor.time(path, **headers) for _ in range(SAMPLES)]
    times: list[float] = []
    deadline = time.monotonic() + 120
    while len(times) < SAMPLES and time.monotonic() < deadline:
        if it.base.is_done():
            it.base.make_due()
        before = it.base.one(LEASED)
        passed = visitor.time(path, **headers)
        if before and it.base.one(LEASED):
            times.append(passed)
        time.sleep(0.01)
    return times


def table(times: Sequence[Times]) -> str:
    """Median, the slowest twentieth and the slowest, beside the target."""
    lines = ["| | | median ms | 95 % under ms | slowest ms | target |", "|---|---|---|---|---|---|"]
    for each in times:
        ordered = sorted(each.milliseconds)
        slow = ordered[len(ordered) * 95 // 100]
        lines.append(
            f"| {each.page} | {each.when} ({len(ordered)} answers) | {statistics.median(ordered):.1f} | {slow:.1f} "
            f"| {ordered[-1]:.1f} | ≤ {TARGET:.0f} |"
        )
    return "\n".join(lines)
