"""What Skim, Listen and Watch show: short posts without a title, what is heard, what is watched.

Each has a partial index of the entries (entry_skim, entry_listen, entry_watch): a roster of a thousand blogs and
three podcasts finds the podcasts without looking at a blog.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from aggregator.models import Entry
from network.models.person import SourceSet

FEW_WORDS = 100  # of a post that is skimmed; what is longer is read


def fits(kind: str, prefix: str = "") -> Q:
    """Of an entry: whether it is of this kind; everything is of the kind without a name."""
    match kind:
        case "skim":
            short = {"title": "", "medium": Entry.Medium.TEXT, "words__lte": FEW_WORDS}
            return Q(**{prefix + name: value for name, value in short.items()})
        case "listen":
            return Q(**{f"{prefix}medium": Entry.Medium.AUDIO})
        case "watch":
            return Q(**{f"{prefix}medium": Entry.Medium.VIDEO})
    return Q()


def bringing(kind: str, sources: SourceSet) -> SourceSet:
    """Those whose feeds have something of this kind."""
    return sources.filter(Exists(Entry.objects.filter(fits(kind), feed=OuterRef("feed"))))
