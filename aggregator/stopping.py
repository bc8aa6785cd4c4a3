"""Whether this program was asked to stop: a drain looks here twice a second and ends early.

The flag is one byte of memory shared with every process forked after this module was loaded: Celery's
main process raises it when it is told to stop, and the pool child that runs the drain sees it.
"""

from __future__ import annotations

import mmap

_flag = mmap.mmap(-1, 1)


def requested() -> bool:
    """True from the moment somebody asked; never false again in this program."""
    return _flag[0] != 0


def request() -> None:
    """Ask this program, and what it forked, to finish what is in hand and begin nothing new."""
    _flag[0] = 1
