"""`manage.py poll`: visit feeds in the foreground, with a progress bar."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from aggregator import feeds, poll
from aggregator.models import Feed

FOREVER = 7 * 86400.0  # seconds; a foreground poll ends when nothing is due


class Command(BaseCommand):
    help = "Poll feeds now, in the foreground. Manners between requests to one host always hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="every followed feed, due or not")
        which.add_argument("--due", action="store_true", help="only what is due (the default)")
        parser.add_argument("urls", nargs="*", metavar="URL", help="only these feeds, due or not")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, *_: Any, **options: Any) -> None:
        chosen = self.chosen(options)
        if chosen is not None:
            chosen.filter(lease="").update(next_poll_at=timezone.now(), why_then="asked")
        waiting = Feed.objects.due(timezone.now()).count()
        with tqdm(total=waiting, unit="feed", disable=options["json"] or None) as bar:
            tally = poll.run(FOREVER, watch=lambda t: bar.update(t.feeds - bar.n), idle_errands=False)
        poll.close()
        result = {key: value for key, value in asdict(tally).items() if key != "errands"}
        result["seconds"] = round(tally.seconds, 3)
        self.stdout.write(json.dumps(result) if options["json"] else self.sentence(result))

    def chosen(self, options: dict[str, Any]) -> Any:
        """The feeds to make due, as a queryset; None leaves the schedule as it is."""
        if options["all"]:
            return Feed.objects.polled()
        if not options["urls"]:
            return None
        found = [feed for url in options["urls"] if (feed := feeds.known(url))]
        if len(found) < len(options["urls"]):
            raise CommandError("Not every address is a feed plnet knows. `manage.py follow URL` adds one.")
        unfollowed = [feed.url for feed in found if not feed.subscribers]
        if unfollowed:
            raise CommandError(f"Nobody follows {unfollowed[0]}, so it is not asked for.")
        return Feed.objects.polled().filter(pk__in=[feed.pk for feed in found])

    def sentence(self, result: dict[str, Any]) -> str:
        return (
            "{feeds} feeds in {seconds} s: {fetched} fetched, {not_modified} not modified, {failed} failed; "
            "{entries_new} new entries, {entries_changed} changed."
        ).format(**result)
