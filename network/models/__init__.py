"""The tables of the network: who reads, whom they read, and how both are ordered."""

from .arrival import Arrival, Import
from .change import Aside, Change, Notice, Offer
from .group import Group, GroupInvitation, JoinRequest, Membership, Mute, Proposal
from .person import Note, Person, Place, Source
from .roster import Circle, Roster, Tag
from .user import Invitation, User

__all__ = [
    "Arrival",
    "Aside",
    "Change",
    "Circle",
    "Group",
    "GroupInvitation",
    "Import",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Mute",
    "Note",
    "Notice",
    "Offer",
    "Person",
    "Place",
    "Proposal",
    "Roster",
    "Source",
    "Tag",
    "User",
]
