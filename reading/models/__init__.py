"""The tables of the reading room: what a member makes of what they read."""

from .annotation import Annotation, EntryTag
from .edition import Edition, Position
from .rule import Rule, RuleAct
from .search import SavedSearch
from .state import Mark, NotForMe, Undo, Watermark
from .story import Apart

__all__ = [
    "Annotation",
    "Apart",
    "Edition",
    "EntryTag",
    "Mark",
    "NotForMe",
    "Position",
    "Rule",
    "RuleAct",
    "SavedSearch",
    "Undo",
    "Watermark",
]
