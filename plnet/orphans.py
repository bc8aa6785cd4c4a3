"""No process outlives the one that started it, even if that one is killed with -9 (Linux: prctl)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when its parent dies; at once if the parent is already gone.

    `parent` is the process id the caller knows as its parent; by default whoever it is now. Nothing is
    lost by so hard an end: every write is a transaction and every claim a lease. Elsewhere than on Linux
    there is no such order and this does nothing.
    """
    if _libc is None:
        return
    expected = os.getppid() if parent is None else parent
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != expected:
        os.kill(os.getpid(), signal.SIGKILL)
