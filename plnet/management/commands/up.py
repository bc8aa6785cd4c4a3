"""`manage.py up`: everything plnet is, in one terminal. Prepares what is needed, then becomes the supervisor."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from plnet import broker

WEB_THREADS = 4
PICTURE_THREADS = 4  # more, where pictures come through this instance: so many may wait for them (pictures.AT_ONCE)


class Command(BaseCommand):
    help = "Serve plnet: web server and worker, kept alive until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **_options: Any) -> None:
        be_the_only_one(settings.DATA_DIR / "up.lock")
        be_able_to_listen(host, port)
        if not settings.REDIS_URL:
            broker.prepare(settings.BROKER_DIR)
        call_command("prepare")
        if not is_only_here(host) and not {"PLNET_BASE_URL", "PLNET_ALLOWED_HOSTS"} & set(os.environ):
            self.stderr.write(_("From other machines: name the address they use in PLNET_BASE_URL."))
        url = os.environ.setdefault("PLNET_BASE_URL", f"http://{speakable(host)}:{port}")
        threads = WEB_THREADS + PICTURE_THREADS * settings.IMAGE_PROXY
        arguments = ["--host", host, "--port", str(port), "--url", url, "--threads", str(threads)]
        arguments += ["--worker-nice", str(settings.WORKER_NICE)]
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, "-m", "plnet.supervise", *arguments])  # noqa: S606  our own program


def be_the_only_one(path: Path) -> None:
    """Hold the data directory's lock until this process ends, also through exec."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = path.read_text().strip() or "?"
        raise CommandError(
            _("plnet is already running on %(data)s (process %(who)s).") % {"data": path.parent, "who": who}
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    os.set_inheritable(descriptor, True)


def be_able_to_listen(host: str, port: int) -> None:
    """Say now, in a sentence, what the web server would say later in a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as trouble:
            raise CommandError(
                _("Cannot serve on %(host)s port %(port)s: %(why)s. Another port: make run UP='--port 8001'")
                % {"host": host, "port": port, "why": os.strerror(trouble.errno) if trouble.errno else trouble}
            ) from None


def is_only_here(host: str) -> bool:
    """Whether nobody but this machine can come in by this host."""
    return host in ("localhost", "::1") or host.startswith("127.")


def speakable(host: str) -> str:
    """The host as it stands in an address a person on this machine can open."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
