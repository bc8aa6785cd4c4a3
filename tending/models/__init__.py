"""The tables of the tending room: what keeps a roster in shape."""

from .event import Event, Wishes
from .novelty import Compared, EntryPrint, Novelty, Rareness
from .weeks import FeedWeeks

__all__ = ["Compared", "EntryPrint", "Event", "FeedWeeks", "Novelty", "Rareness", "Wishes"]
