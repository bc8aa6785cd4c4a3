"""The ruler of an edition: one segment for each piece, as long as its minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .shown import Shown

LENGTH, GAP, LEAST = 592, 4, 6  # units of the drawing: all of it, between two segments, of the shortest one


@dataclass(frozen=True)
class Segment:
    x: str
    width: str
    state: str  # "done", "now" for the first that is not, "unr"


def ruler(pieces: list[tuple[dict[str, Any], Shown | None]]) -> list[Segment]:
    """The segments, left to right; together as long as the ruler."""
    if not pieces:
        return []
    minutes = [piece["minutes"] for piece, _ in pieces]
    room = LENGTH - GAP * (len(pieces) - 1) - LEAST * len(pieces)
    widths = [LEAST + max(room, 0) * each / sum(minutes) for each in minutes]
    first = next((n for n, (_, shown) in enumerate(pieces) if shown and not shown.read), -1)
    made, x = [], 0.0
    for n, ((_piece, shown), width) in enumerate(zip(pieces, widths, strict=True)):
        state = "now" if n == first else "done" if not shown or shown.read else "unr"
        made.append(Segment(f"{x:.1f}", f"{width:.1f}", state))
        x += width + GAP
    return made
