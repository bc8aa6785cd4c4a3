"""The tables of the network: who reads, whom they read, and how both are ordered."""

from .arrival import Arrival, Import
from .roster import Circle, Person, Roster, Source
from .user import Invitation, User

__all__ = ["Arrival", "Circle", "Import", "Invitation", "Person", "Roster", "Source", "User"]
