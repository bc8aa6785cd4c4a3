"""Say what would happen to a feed, and why. Asks nobody outside."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from aggregator.explain import Explained, explain


class Command(BaseCommand):
    help = "Say what plnet knows about an address, when it asks there next, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the address of a feed")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_: Any, url: str, **options: Any) -> None:
        told = explain(url, timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(told.as_dict(), ensure_ascii=False, indent=2))
            return
        self.stdout.write("\n".join(lines(told)))


def lines(told: Explained) -> list[str]:
    """The facts as a short page of plain text."""
    head = [told.title, told.url] if told.known else [told.url or told.address]
    log = [
        f"  {poll['at'][:16].replace('T', ' ')}  {poll['status'] or '—'}  {poll['outcome']}  "
        f"+{poll['new']} ~{poll['changed']}  {poll['milliseconds']} ms  {poll['error']}".rstrip()
        for poll in told.polls
    ]
    return [*(line for line in head if line), "", *told.sentences, *(["", *log] if log else [])]
