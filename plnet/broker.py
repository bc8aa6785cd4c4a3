"""The embedded broker: Celery's bell over files, with the traps of kombu's filesystem transport taken out.

A message is written aside and renamed into place, so nobody reads half of one. It is taken by being renamed
inside the data directory, not by being moved to wherever temporary files are kept. And a worker that was told
to stop does not wait for another message (kombu's goes on for up to six seconds).
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic, sleep, time_ns
from typing import Any

from kombu.transport import filesystem

from aggregator import stopping

LOOK_EVERY = 0.5  # seconds between two looks into the folder


class Channel(filesystem.Channel):
    """One file a message, named `<nanoseconds>_<uuid>.<queue>.msg`; the oldest is taken first."""

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        name = f"{time_ns()}_{uuid.uuid4()}.{queue}"
        aside = Path(self.data_folder_out, f"{name}.new")
        aside.write_text(json.dumps(payload))
        aside.rename(Path(self.data_folder_out, f"{name}.msg"))

    def _get(self, queue: str, timeout: object = None) -> Any:  # noqa: ARG002
        folder = Path(self.data_folder_in)
        for lying in sorted(folder.iterdir()):
            if lying.name.partition(".")[2] != f"{queue}.msg":
                continue
            mine = lying.with_suffix(".taken")
            try:
                lying.rename(mine)
            except FileNotFoundError:  # another worker was quicker
                continue
            payload = mine.read_text()
            mine.unlink()
            return json.loads(payload)
        raise Empty


class Transport(filesystem.Transport):
    """The filesystem transport with this channel."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:  # noqa: ARG002
        """Deliver the next message; TimeoutError when none came within `timeout` seconds, or one is to stop."""
        assert self.cycle is not None
        began = monotonic()
        while not stopping.requested():
            try:
                self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[no-untyped-call]
            except Empty:
                if timeout is not None and monotonic() - began >= timeout:
                    break
                sleep(LOOK_EVERY)
            else:
                return
        raise TimeoutError


def prepare(folder: Path) -> None:
    """Make the folders, and throw away what an earlier run left: messages are hints, the database knows."""
    (folder / "control").mkdir(parents=True, exist_ok=True)
    for left in (*folder.glob("*.*"), *folder.glob("control/*")):
        left.unlink(missing_ok=True)
