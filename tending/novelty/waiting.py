"""Which feeds wait to be compared; apart from work.py, so that where none does no arithmetic is loaded."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from aggregator.models import Feed
from network.models import Person, Source

from ..models import Compared

KINDS = (Feed.Kind.BLOG, Feed.Kind.OTHER)


def waiting() -> QuerySet[Feed]:
    """Feeds of people somebody follows that have brought something since they were looked at."""
    person = Source.objects.followed().filter(feed=OuterRef("pk"), person__kind=Person.Kind.PERSON)
    feeds = Feed.objects.filter(kind__in=KINDS, entry_count__gt=0)
    looked = Compared.objects.filter(feed=OuterRef("pk"), upto__gte=OuterRef("last_entry"))
    return feeds.filter(Exists(person), ~Exists(looked)).only("pk", "last_entry")
