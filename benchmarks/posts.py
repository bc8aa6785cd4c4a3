"""A folder of dated posts, as the measures of methods read it: one JSON object a line, in any files below it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(slots=True)
class Post:
    """What somebody published. `published` is without a zone where none was said, and then taken as UTC."""

    person: str
    url: str
    title: str
    published: datetime
    html: str
    lang: str = ""
    terms: list[str] = field(default_factory=list)


def posts_in(folder: Path) -> dict[str, list[Post]]:
    """By person, oldest first; lines that are no dated post are passed over."""
    found: dict[str, list[Post]] = {}
    for file in sorted(each for each in folder.rglob("*") if each.suffix in (".jsonl", ".json", ".ndjson")):
        for post in read_lines(file):
            found.setdefault(post.person, []).append(post)
    for posts in found.values():
        posts.sort(key=lambda post: (post.published, post.url))
    return found


def read_lines(file: Path) -> Iterator[Post]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                said = json.loads(line)
                at = datetime.fromisoformat(str(said["published"]))
                yield Post(
                    str(said["person"]),
                    str(said.get("url") or ""),
                    str(said.get("title") or ""),
                    at if at.tzinfo else at.replace(tzinfo=UTC),
                    str(said.get("html") or ""),
                    str(said.get("lang") or "").lower()[:2],
                    [str(term) for term in said.get("terms") or ()],
                )
            except (ValueError, KeyError, TypeError):
                continue


def table(rows: list[tuple[str, str, str, bool | None]]) -> str:
    """What was measured beside what must hold: (what, figure, hold, whether)."""
    lines = ["| what | measured | hold | holds |", "|---|---|---|---|"]
    said = {True: "yes", False: "**no**", None: ""}
    return "\n".join([*lines, *(f"| {what} | {figure} | {hold} | {said[ok]} |" for what, figure, hold, ok in rows)])
