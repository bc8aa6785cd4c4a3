"""Puts a table where it stands in README.md, between two marks; the text around it is a person's."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parent / "README.md"


def put(name: str, text: str, file: Path = README) -> None:
    """What stands between the marks of this name is replaced; without marks, the file is not touched."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = file.read_text().partition(begin)
    _old, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{file.name} has no place for {name}")
    file.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}")
