"""The ways out of a search: the same search, shown otherwise; and the field that searches within a list."""

from __future__ import annotations

from typing import Any

from django import template

from reading.asked import Where
from reading.seeking.query import NAMES
from reading.seeking.searched import Ask

register = template.Library()
KINDS = {"skim": "is:short", "listen": "is:audio", "watch": "is:video"}


@register.simple_tag
def again(ask: Ask, **how: str) -> str:
    """The search's address with another `order`, `show` or `density`."""
    return ask.link(**how)


@register.inclusion_tag("reading/_search_within.html")
def search_within(there: Where, name: Any = "") -> dict[str, str]:
    """A field that searches among the entries of a list; `name` is what its circle, person, tag … is called."""
    return {"within": within(there, name)}


def within(there: Where, name: Any) -> str:
    """What a question begins with that is asked within a list; of the river, which holds everything, nothing."""
    if there.kind in KINDS:
        return KINDS[there.kind]
    kind = "circle" if there.kind == "group" else there.kind
    if kind not in NAMES or not name:
        return ""
    plain = str(name).translate(dict.fromkeys(map(ord, '"“”„‟'), " "))
    return f'{kind}:"{plain}"'
