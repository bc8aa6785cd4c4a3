"""Static files under names that change with their content, collected only when they changed."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

BRINGERS = ("django", "django-htmx", "django-allauth", "whitenoise")  # packages that bring static files


def changed() -> bool:
    """Whether what was collected last is not what lies there now."""
    mark = mark_of(settings.STATIC_ROOT)
    return not mark.exists() or mark.read_text() != fingerprint()


def collect() -> None:
    """Collect, and remember of what. Old names stay: pages that are open somewhere still ask for them."""
    call_command("collectstatic", interactive=False, verbosity=0)
    mark_of(settings.STATIC_ROOT).write_text(fingerprint())


def mark_of(root: Path) -> Path:
    return root / "collected"


def fingerprint() -> str:
    """A digest of the names, sizes and times of our own files and the versions of packages with files."""
    told = hashlib.sha256()
    for package in BRINGERS:
        told.update(f"{package} {version(package)}\n".encode())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(Path(folder).rglob("*")):
            facts = path.stat()
            told.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return told.hexdigest()
