"""The starter roster: people and organisations worth beginning with, in a file of addresses beside this one."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from . import opml
from .listed import Listed, Outline

FILE = Path(__file__).with_name("starter.opml")


@cache
def starter() -> Listed:
    """Everybody in it."""
    return opml.read(FILE.read_bytes())


def by_circle() -> dict[str, list[Outline]]:
    """For the page: who is in which circle."""
    circles: dict[str, list[Outline]] = {}
    for outline in starter().outlines.values():
        circles.setdefault(outline.circles[0], []).append(outline)
    return circles


def some(addresses: Collection[str]) -> Listed:
    """The part of it somebody ticked."""
    outlines = {address: o for address, o in starter().outlines.items() if address in addresses}
    return Listed(starter().title, outlines, dict.fromkeys(name for o in outlines.values() for name in o.circles))
