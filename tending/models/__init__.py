"""The tables of the tending room: what keeps a roster in shape."""

from .event import Event, Wishes
from .goal import Goal, Held
from .novelty import Compared, EntryPrint, Novelty, Rareness
from .review import Decision, Finding, Looked
from .voice import Voice
from .weeks import FeedWeeks

__all__ = [
    "Compared",
    "Decision",
    "EntryPrint",
    "Event",
    "FeedWeeks",
    "Finding",
    "Goal",
    "Held",
    "Looked",
    "Novelty",
    "Rareness",
    "Voice",
    "Wishes",
]
