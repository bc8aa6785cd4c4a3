"""What the long-lived processes load: nothing heavy that only a task, a parser or an errand needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plnet.running import HERE, clean_environment

HEAVY = {"numpy", "feedparser", "mf2py", "selectolax", "py3langid", "trafilatura", "aiohttp", "nh3"}
SERVER = "import plnet.wsgi; from django.urls import get_resolver; get_resolver().url_patterns"
WORKER = "from plnet.celery import app; app.loader.import_default_modules()"


@pytest.mark.parametrize(("program", "needs"), [(SERVER, set()), (WORKER, {"aiohttp"})], ids=["server", "worker"])
def test_nothing_heavy_is_loaded_before_it_is_needed(program: str, needs: set[str], tmp_path: Path) -> None:
    said = f"import sys; {program}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    environment = clean_environment() | {"PLNET_DATA_DIR": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", said],
        cwd=HERE, env=environment | {"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.split()) <= needs
