"""What Skim, Listen and Watch show: short posts without a title, what is heard, what is watched.

Each has a partial index of the entries (entry_skim, entry_listen, entry_watch): a roster of a thousand blogs and
three podcasts finds the podcasts without looking at a blog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from aggregator.models import Entry
from aggregator.models.entry import FEW_WORDS
from network.models.person import SourceSet

from .doing import in_skim

if TYPE_CHECKING:
    from network.models import User


KINDS = ("skim", "listen", "watch")


def fits(kind: str, prefix: str = "", ruled: User | None = None) -> Q:
    """Of an entry: whether it is of this kind; everything is of the kind without a name.

    In Skim also what a member's rules put there, where they do (`ruled`).
    """
    match kind:
        case "skim":
            short = {"title": "", "medium": Entry.Medium.TEXT, "words__lte": FEW_WORDS}
            posts = Q(**{prefix + name: value for name, value in short.items()})
            return posts | Q(**{f"{prefix}pk__in": in_skim(ruled)}) if ruled else posts
        case "listen":
            return Q(**{f"{prefix}medium": Entry.Medium.AUDIO})
        case "watch":
            return Q(**{f"{prefix}medium": Entry.Medium.VIDEO})
    return Q()


def bringing(kind: str, sources: SourceSet, ruled: User | None = None) -> SourceSet:
    """Those whose feeds have something of this kind."""
    return sources.filter(Exists(Entry.objects.filter(fits(kind, ruled=ruled), feed=OuterRef("feed"))))
