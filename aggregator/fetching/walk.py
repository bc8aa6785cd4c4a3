"""How far one visit has come, from the address asked for over its redirects."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..answers import Failed, Trouble
from . import addresses
from .addresses import Address, BadAddress
from .troubles import unsafe


@dataclass(slots=True)
class Walk:
    """From hop to hop; `at` is where it stands."""

    url: str  # as it was asked for
    method: str
    headers: dict[str, str]
    data: bytes | None = None
    at: Address = field(default_factory=lambda: Address("", "", "", 0))
    moved_to: str = ""
    for_good: bool = True  # only permanent redirects so far
    reading: bool = False  # the body has begun
    holds: str = ""  # the host whose connection is ours
    started: float = 0.0
    timer: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))

    @property
    def milliseconds(self) -> int:
        """Since it was our turn, without waiting for other hosts' connections."""
        return int((time.monotonic() - self.started) * 1000) if self.started else 0

    def failed(self, trouble: Trouble, why: str) -> Failed:
        return Failed(self.at.url, trouble, why, self.milliseconds)

    def start(self) -> Failed | None:
        """Stand at the address asked for, or say why not."""
        try:
            self.at = addresses.read(self.url)
        except BadAddress as error:
            return self.failed(Trouble.BAD_URL, str(error))
        return self._judged_port()

    def turn(self, location: str, *, for_good: bool) -> Failed | None:
        """Go where a redirect points, or say why not."""
        before = self.at
        try:
            self.at = addresses.follow(before, location)
        except BadAddress:
            return self.failed(Trouble.BAD_URL, _("The server sends us on to something that is no web address."))
        if before.scheme == "https" and self.at.scheme == "http":
            return self.failed(
                Trouble.DOWNGRADE, _("The server sends us on from an encrypted address to an open one.")
            )
        self.for_good = self.for_good and for_good
        self.moved_to = self.at.with_credentials if self.for_good else ""
        return self._judged_port()

    def _judged_port(self) -> Failed | None:
        if addresses.judge_port(self.at.port):
            return None
        reason = _("names port %(port)d, where no web servers are looked for") % {"port": self.at.port}
        return self.failed(Trouble.UNSAFE, unsafe(reason))
