"""The tables of the tending room: what keeps a roster in shape."""

from .event import Event, Wishes

__all__ = ["Event", "Wishes"]
