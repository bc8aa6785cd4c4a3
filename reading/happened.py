"""What members do with entries, told as it happens to whoever keeps a memory of it; nothing is kept here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from network.models import User

KINDS = ("shown", "opened", "finished", "kept", "highlighted", "noted", "bulk")
ORIGINS = ("page", "full", "site", "client", "mail", "river", "today", "list", "search")  # where it was done

when_done: list[Callable[[User, str, Collection[int], str, datetime], None]] = []
"""Called with member, one of KINDS, entry ids, one of ORIGINS and now, in the transaction of whatever was done.

Of "bulk" the entries are those that were marked one by one; there are none where whole feeds were raised.
"""


def tell(user: User, kind: str, entries: Collection[int], origin: str, now: datetime) -> None:
    for each in when_done:
        each(user, kind, entries, origin, now)
