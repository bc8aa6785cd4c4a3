"""`manage.py import_opml`: bring a list of feeds onto a member's roster."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from tqdm import tqdm

from network.arriving import arrivals, imports
from network.member import add_user_argument, roster_of
from network.models import Arrival, Import
from network.outlining import opml
from network.outlining.listed import NotAList


class Command(BaseCommand):
    help = "Bring an OPML file, bookmarks or a list of addresses onto a member's roster."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        add_user_argument(parser)
        parser.add_argument("--wait", action="store_true", help="stay until the worker has been at all of them")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, *_: Any, **options: Any) -> None:
        roster = roster_of(options["user"])
        file: Path = options["file"]
        try:
            listed = opml.read(file.read_bytes())
        except OSError as trouble:
            raise CommandError(f"{file}: {trouble.strerror}") from trouble
        except NotAList as why:
            raise CommandError(f"{file}: {why}") from why
        with tqdm(total=len(listed.outlines), unit="feed", disable=options["json"] or None) as bar:
            batch = imports.bring_in(roster, listed, file.name, timezone.now(), bar.update)
        if options["wait"]:
            self.wait(batch, quiet=options["json"])
        self.report(batch, as_json=options["json"])

    def wait(self, batch: Import, *, quiet: bool) -> None:
        """Watch what comes in. Interrupting it stops only the watching."""
        total = batch.arrivals.count()
        with tqdm(total=total, desc="coming in", unit="feed", disable=quiet or None) as bar:
            while pending := self.pending(batch):
                bar.update(total - pending - bar.n)
                time.sleep(1)
            bar.update(total - bar.n)

    def pending(self, batch: Import) -> int:
        staged = Arrival.objects.filter(batch=batch).annotate(stage=arrivals.STAGE)
        return staged.filter(Q(stage__in=arrivals.PENDING)).count()

    def report(self, batch: Import, *, as_json: bool) -> None:
        result = {
            "outlines": batch.outlines,
            "followed": batch.arrivals.filter(source__isnull=False, joined=False).count(),
            "joined": batch.joined,
            "looked_up": batch.arrivals.filter(lookup__isnull=False).count(),
            "bad_lines": batch.bad_lines,
        }
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for bad in batch.bad_lines:
            self.stderr.write(f"line {bad['line']}: {bad['why']} {bad['text']}".rstrip())
        self.stdout.write(
            "{outlines} addresses: {followed} followed, {joined} there already or named twice, "
            "{looked_up} whose feeds are being looked for.".format(**result)
        )
