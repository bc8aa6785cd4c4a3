"""What is done once a day for everybody, a little at a time: feeds weighed, rosters looked through.

The worker has other things to do, so each turn is short and the next goes on; what a day missed is made up.
"""

from __future__ import annotations

import time
from datetime import datetime

from . import events
from .budget import weighing
from .reviewing import looking

TURN = 5.0  # seconds; polling waits for it


def run(now: datetime, seconds: float = TURN) -> int:
    """One turn; how many steps were done. At once where nothing is due."""
    end, steps = time.monotonic() + seconds, 0
    while time.monotonic() < end and (weighing.weigh_due(now) or looking.look_due(now)):
        steps += 1
    if steps:
        events.forget(now)
    return steps
