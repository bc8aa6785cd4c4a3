"""What can be said of an entry against its author's earlier ones. Pages read this; what finds it out is work.py."""

from enum import StrEnum

JUDGED = 24  # the newest of an author: pages speak of twelve


class Verdict(StrEnum):
    """In the order in which they are asked for."""

    UNJUDGED = "unjudged"
    COPY = "copy"
    SERIES = "series"
    REUSE = "reuse"
    FAMILIAR = "familiar"
    NEW = "new"
