"""The tables of the aggregator. No user, no request, no page in here."""

from .beyond import Beyond
from .entry import Enclosure, Entry, EntryBody, Expired
from .feed import Feed, FeedAddress
from .lookup import Lookup
from .outside import Heartbeat, Host, HubLease, Icon
from .poll import Poll
from .profile import Profile
from .story import Print

__all__ = [
    "Beyond",
    "Enclosure",
    "Entry",
    "EntryBody",
    "Expired",
    "Feed",
    "FeedAddress",
    "Heartbeat",
    "Host",
    "HubLease",
    "Icon",
    "Lookup",
    "Poll",
    "Print",
    "Profile",
]
