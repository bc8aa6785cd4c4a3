"""The order to stop reaches those who were started before it."""

import subprocess
import sys

from tests.plnet.running import HERE

FORKED = """
import os
from aggregator import stopping
go, gone = os.pipe(), os.pipe()
if os.fork() == 0:
    before = stopping.requested()
    os.write(gone[1], b".")
    os.read(go[0], 1)
    print(before, stopping.requested(), flush=True)
    os._exit(0)
os.read(gone[0], 1)
stopping.request()
os.write(go[1], b".")
os.wait()
"""


def test_a_child_forked_before_sees_it() -> None:
    run = subprocess.run([sys.executable, "-c", FORKED], cwd=HERE, capture_output=True, text=True, timeout=60)
    assert run.stdout == "False True\n", run.stderr
