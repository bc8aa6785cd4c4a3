"""What a file of addresses says: plain values between whoever read the file and whoever brings it in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from aggregator.finding.typed import NoAddress, normalise

MAX_OUTLINES = 20_000


class NotAList(Exception):
    """Says in a sentence why nothing at all can be read from a file."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One address in a file and what stands beside it."""

    address: str
    line: int
    is_feed: bool = True  # else feeds are to be looked for behind it
    title: str = ""
    home: str = ""
    circles: tuple[str, ...] = ()
    person: str = ""  # from here on what only our own files say
    who: str = ""
    kind: str = "person"
    own_title: str = ""
    state: str = "following"
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line nothing could be made of."""

    line: int
    text: str
    why: str


@dataclass(slots=True)
class Listed:
    """A whole file: its addresses in order, each once; its circles; what could not be read."""

    title: str = ""
    outlines: dict[str, Outline] = field(default_factory=dict)  # by address
    circles: dict[str, None] = field(default_factory=dict)  # in order; the empty ones of our own files too
    bad: list[BadLine] = field(default_factory=list)
    doubles: int = 0  # addresses named once more

    def take(self, written: str, outline: Outline) -> None:
        """Take an address as it was written; `outline` says the rest."""
        read = normalise("".join(written.split()))
        if isinstance(read, NoAddress):
            self.refuse(outline.line, written or outline.title, read.why)
            return
        self.circles.update(dict.fromkeys(outline.circles))
        self._add(replace(outline, address=read.url, title="" if outline.title == written else outline.title))

    def refuse(self, line: int, text: str, why: str) -> None:
        """Put a line aside, with the reason."""
        if len(self.bad) >= MAX_OUTLINES:
            raise NotAList(_("Too much of it makes no sense as a list of feeds."))
        self.bad.append(BadLine(line, " ".join(text.split())[:200], why))

    def _add(self, outline: Outline) -> None:
        known = self.outlines.get(outline.address)
        if known:
            self.doubles += 1
            outline = replace(
                known,
                circles=tuple(dict.fromkeys(known.circles + outline.circles)),
                title=known.title or outline.title,
                home=known.home or outline.home,
                is_feed=known.is_feed or outline.is_feed,
            )
        elif len(self.outlines) >= MAX_OUTLINES:
            raise NotAList(_("That is more than {} addresses. Bring them in smaller files.").format(MAX_OUTLINES))
        self.outlines[outline.address] = outline
