"""Every foreign library has one door: whoever else imports it goes past the guards that stand there."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("tests", "benchmarks")]

# The libraries of one kind, and the modules that may import them.
DOORS: dict[str, tuple[set[str], set[str]]] = {
    "the network": (
        {"aiohttp", "socket", "ssl", "http.client", "urllib.request", "requests", "httpx", "urllib3", "ftplib",
         "smtplib", "asyncio.streams", "xmlrpc.client"},
        {"aggregator/fetch*.py",
         "aggregator/fetching/addresses.py",  # inet_aton alone, to know a number from a name
         "plnet/supervise.py", "plnet/management/commands/up.py"},  # whether our own port is free, and answers
    ),
    "parsing": (
        {"feedparser", "fastfeedparser", "selectolax", "mf2py", "lxml"},
        {"aggregator/parse*.py", "aggregator/parsing/*.py", "aggregator/page*.py", "aggregator/cleaning/plain.py",
         "network/outlining/opml*.py"},
    ),
    "cleaning": ({"nh3"}, {"aggregator/sanitize.py"}),
    "cleaning what members write": ({"bleach"}, {"*/render.py", "*/markdown.py"}),
    "the broker": ({"celery", "kombu"}, {"*/tasks.py", "plnet/celery.py", "plnet/broker.py", "plnet/__init__.py"}),
}  # fmt: skip
# What opens connections without one of these imports.
OPENERS = {"create_connection", "open_connection", "sock_connect", "create_datagram_endpoint"}


def modules() -> list[Path]:
    """Our own modules, migrations apart."""
    return [path for room in ROOMS for path in room.rglob("*.py") if "migrations" not in path.parts]


def imports(tree: ast.AST) -> Iterator[str]:
    """The absolute names of what a module imports, wherever it does so: x, x.y for `from x import y`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespasses(path: str, source: str) -> list[str]:
    """The libraries a module imports though it is not their door."""
    names = set(imports(ast.parse(source)))
    return [
        f"{path} imports {name}"
        for libraries, doors in DOORS.values()
        if not any(fnmatch(path, door) for door in doors)
        for name in sorted(names)
        if any(name == library or name.startswith(f"{library}.") for library in libraries)
    ]


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.relative_to(ROOT)))
def test_no_module_goes_past_a_door(module: Path) -> None:
    assert trespasses(module.relative_to(ROOT).as_posix(), module.read_text()) == []


def test_no_module_opens_connections_by_way_of_the_event_loop() -> None:
    openers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        if not any(fnmatch(path.relative_to(ROOT).as_posix(), door) for door in DOORS["the network"][1])
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in OPENERS
    ]
    assert openers == []


def test_every_door_is_really_there() -> None:
    assert len(modules()) > 30
    for library, door in (("aiohttp", "aggregator/fetch.py"), ("nh3", "aggregator/sanitize.py")):
        assert library in set(imports(ast.parse((ROOT / door).read_text())))


@pytest.mark.parametrize(
    "source",
    ["import aiohttp", "import aiohttp.web as web", "from aiohttp import web", "def f():\n    import socket",
     "from urllib import request", "import urllib.request", "from http.client import HTTPConnection",
     "import nh3", "from celery import shared_task", "import feedparser as f", "if x:\n    import ssl"],
)  # fmt: skip
def test_a_trespass_is_noticed(source: str) -> None:
    assert len(trespasses("network/follow.py", source)) >= 1


@pytest.mark.parametrize(
    "source", ["import urllib.parse", "from http import HTTPStatus", "from . import ssl", "import socketserverless"]
)
def test_what_only_looks_like_one_is_none(source: str) -> None:
    assert trespasses("network/follow.py", source) == []
