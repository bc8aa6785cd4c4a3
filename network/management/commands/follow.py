"""`manage.py follow`: put whoever is behind an address on a member's roster, and say what was found."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aggregator import poll
from aggregator.finding.typed import NoAddress, normalise
from aggregator.models import Heartbeat
from network.arriving import arrivals, imports
from network.arriving.arrival_words import line
from network.member import add_user_argument, roster_of
from network.models import Arrival, Roster
from network.outlining.listed import Outline

ALIVE = timedelta(minutes=2)  # since a worker last said that it lives
PATIENCE = 120.0  # seconds


class Command(BaseCommand):
    help = "Follow a site, a feed or a profile. Without a running worker its feed is looked for here and now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", metavar="URL")
        add_user_argument(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        roster = roster_of(options["user"])
        read = normalise(options["url"])
        if isinstance(read, NoAddress):
            raise CommandError(read.why)
        arrival = imports.look_up(roster, [Outline(options["url"], 0)], timezone.now())[0]
        self.await_end(roster, arrival)
        self.say(self.staged(roster, arrival))

    def await_end(self, roster: Roster, arrival: Arrival) -> None:
        """Let the worker do it; do it ourselves if there is none."""
        end = time.monotonic() + PATIENCE
        alone = not Heartbeat.objects.filter(name="drain", at__gt=timezone.now() - ALIVE).exists()
        while self.staged(roster, arrival).stage in arrivals.PENDING and time.monotonic() < end:  # type: ignore[attr-defined]
            if alone:
                poll.run(PATIENCE, idle_errands=False)
            time.sleep(0.5)
        if alone:
            poll.close()

    def staged(self, roster: Roster, arrival: Arrival) -> Arrival:
        found = Arrival.objects.filter(roster=roster).annotate(stage=arrivals.STAGE)
        return found.select_related("lookup", "feed", "source__person").get(pk=arrival.pk)

    def say(self, arrival: Arrival) -> None:
        told = line(arrival, timezone.now())
        self.stdout.write(f"{told.name}: {told.found}")
        if told.stage == arrivals.Stage.BAD:
            raise CommandError("Nothing was followed." if arrival.source is None else told.advice)
        if told.stage == arrivals.Stage.CHOOSE and arrival.lookup:
            for candidate in arrival.lookup.candidates:
                self.stdout.write(f"  {candidate['url']}  {candidate['title']}")
            self.stdout.write("Follow one of them by its own address.")
