"""The tables of the tending room: what keeps a roster in shape."""

from .event import Event, Wishes
from .novelty import Compared, EntryPrint, Novelty, Rareness

__all__ = ["Compared", "EntryPrint", "Event", "Novelty", "Rareness", "Wishes"]
