"""Reads the cases of two public corpora as claims about a feed: (document, where, what it should say)."""

from __future__ import annotations

import ast
import json
import os
import re
from calendar import timegm
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aggregator.cleaning.plain import author_name, from_markup, from_maybe, squeeze
from aggregator.parsed import ParsedEntry, ParsedFeed
from aggregator.parsing import dates
from aggregator.sanitize import clean

CHECKOUT = Path(__file__).resolve().parent.parent.parent
CORPUS = Path(os.environ.get("PLNET_CORPUS", CHECKOUT.parent / "shared" / "corpus"))
BASE = "http://127.0.0.1:8097/"


class Claim(NamedTuple):
    """What a case says of one value; `entry` is None for the feed itself."""

    entry: int | None
    field: str
    value: Any


class Case(NamedTuple):
    path: Path
    claims: list[Claim]

    @property
    def name(self) -> str:
        return str(self.path.relative_to(CORPUS))

    @property
    def content_type(self) -> str:
        """What the case says the server said."""
        said = re.search(rb"Header:\s*Content-type:\s*([^\r\n]+)", self.path.read_bytes()[:2000], re.I)
        return said.group(1).decode("ascii", "replace").strip() if said else ""

    @property
    def url(self) -> str:
        return BASE + self.path.relative_to(CORPUS).as_posix()


def cases() -> Iterator[Case]:
    """All cases that claim something plnet keeps."""
    for path in sorted((CORPUS / "feedparser").rglob("*")):
        if path.suffix in (".xml", ".json") and (claims := list(_of_feedparser(path.read_bytes()))):
            yield Case(path, claims)
    for path in sorted((CORPUS / "gofeed").rglob("*.json")):
        document = path.with_suffix(".xml")
        if path.stem.endswith("_expected"):
            document = path.with_name(path.name.replace("_expected", ""))
        if document.exists() and document != path and (claims := list(_of_gofeed(json.loads(path.read_text())))):
            yield Case(document, claims)


# ---- feedparser: `Expect: not bozo and entries[0]['title'] == 'x'`
_NAMES = {
    "title": "title", "title_detail.value": "title", "link": "link", "id": "id", "guid": "id", "author": "author",
    "author_detail.name": "author", "published_parsed": "published", "updated_parsed": "updated",
    "published": "published",
    "updated": "updated", "content.0.value": "content", "description": "text", "summary": "text",
    "summary_detail.value": "text", "language": "language", "subtitle": "subtitle", "tagline": "subtitle",
    "tagline_detail.value": "subtitle", "subtitle_detail.value": "subtitle", "comments": "comments", "ttl": "ttl",
    "wfw_commentrss": "comments_feed", "enclosures.0.href": "enclosure", "enclosures.0.url": "enclosure",
}  # fmt: skip
_OF_FEED = ("title", "link", "subtitle", "language", "ttl")


def _of_feedparser(body: bytes) -> Iterator[Claim]:
    found = re.search(r"Expect:\s*(.*?)\s*(?:-->|$)", _readable(body), re.S)
    if not found:
        return
    try:
        tree = ast.parse(found.group(1).replace("\n", " "), mode="eval").body
    except SyntaxError:
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    for part in parts:
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq) and len(part.ops) == 1:
            yield from _claim(part)


def _claim(part: ast.Compare) -> Iterator[Claim]:
    try:
        value = ast.literal_eval(part.comparators[0])
    except ValueError:
        return
    left = part.left
    if isinstance(left, ast.Call) and ast.unparse(left) == "len(entries)":
        yield Claim(None, "count", value)
        return
    keys = _keys(left)
    if keys[:1] == ["feed"] and _NAMES.get(".".join(keys[1:])) in _OF_FEED:
        yield Claim(None, _NAMES[".".join(keys[1:])], value)
    if keys[:1] == ["feed"] and keys[1:] == ["description"]:
        yield Claim(None, "subtitle", value)
    if keys[:1] == ["entries"] and len(keys) > 2 and ".".join(keys[2:]) in _NAMES:
        yield Claim(int(keys[1]), _NAMES[".".join(keys[2:])], value)


def _keys(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [*_keys(node.value), node.attr]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return [*_keys(node.value), str(node.slice.value)]
    return ["?"]


def _readable(body: bytes) -> str:
    for name in ("utf-8", "utf-32", "utf-16"):
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        if "Expect:" in text:
            return text
    return body.replace(b"\0", b"").decode("latin-1")


# ---- gofeed: a JSON file beside the document
def _of_gofeed(golden: dict[str, Any]) -> Iterator[Claim]:
    for field, keys in (
        ("title", ("title",)),
        ("subtitle", ("description", "subtitle")),
        ("language", ("language",)),
    ):
        for key in keys:
            if isinstance(golden.get(key), str) and golden[key].strip():
                yield Claim(None, field, golden[key])
    if isinstance(golden.get("link"), str) and golden["link"]:
        yield Claim(None, "link", golden["link"])
    entries = golden.get("items", golden.get("entries"))
    if isinstance(entries, list):
        yield Claim(None, "count", len(entries))
        for number, entry in enumerate(entries):
            yield from (Claim(number, *claim) for claim in _of_gofeed_entry(entry))


def _of_gofeed_entry(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    guid = entry.get("guid", entry.get("id"))
    plain = {
        "id": guid.get("value") if isinstance(guid, dict) else guid,
        "title": entry.get("title"),
        "link": entry.get("link"),
        "published": entry.get("pubDateParsed") or entry.get("publishedParsed"),
        "updated": entry.get("updatedParsed"),
        "text": entry.get("description") or entry.get("summary"),
    }
    content = entry.get("content")
    plain["content"] = content.get("value") if isinstance(content, dict) else content
    authors = entry.get("authors") or [entry.get("author")]
    if isinstance(authors[0], dict):
        plain["author"] = authors[0].get("name") or authors[0].get("email")
    elif isinstance(authors[0], str):
        plain["author"] = authors[0]
    for field, value in plain.items():
        if isinstance(value, str) and value.strip():
            yield field, value


# ---- comparing
def agrees(claim: Claim, feed: ParsedFeed) -> tuple[bool, Any]:
    """Whether our document says so, and what it says."""
    if claim.field == "count":
        return len(feed.entries) == claim.value, len(feed.entries)
    if claim.entry is None:
        ours = getattr(feed, "site_url" if claim.field == "link" else claim.field)
        return _same(claim.field, claim.value, ours), ours
    if claim.entry >= len(feed.entries):
        return False, "no such entry"
    entry = feed.entries[claim.entry]
    candidates = _ours(claim.field, entry)
    return any(_same(claim.field, claim.value, ours) for ours in candidates), candidates


def _ours(field: str, entry: ParsedEntry) -> list[Any]:
    if field == "id":
        return [entry.uid, entry.extra.get("id")]
    if field in ("text", "content", "subtitle"):
        return [entry.text, entry.extra.get("summary", entry.gist), entry.html]
    if field in ("comments", "comments_feed"):
        return [entry.extra.get(field)]
    if field == "enclosure":
        return [enclosure.url for enclosure in entry.enclosures[:1]]
    if field in ("published", "updated"):
        return [entry.published, entry.updated]
    return [getattr(entry, field)]


def _same(field: str, theirs: Any, ours: Any) -> bool:
    if theirs is None or theirs == "":
        return not ours
    if field in ("published", "updated"):
        moment = timegm(theirs) if isinstance(theirs, tuple) else dates.parse(theirs)
        return ours == moment
    if field == "ttl":
        return ours == int(theirs) * 60
    if not isinstance(ours, str):
        return False
    theirs = str(theirs)
    if field == "language":
        return ours == theirs.lower()
    if field in ("link", "comments", "comments_feed", "enclosure"):
        return ours == theirs or ours.rstrip("/") == theirs.rstrip("/")
    if field == "author":
        return author_name(theirs) in (ours, ours.partition(", ")[0])
    if field == "id":
        return ours == squeeze(theirs)
    readings = {squeeze(theirs), from_maybe(theirs), from_markup(theirs), clean(theirs, BASE).html}
    return ours in readings or _bare(ours) in {_bare(reading) for reading in readings}


def _bare(text: str) -> str:
    """Without blank space, which cleaning may move."""
    return "".join(text.split())
