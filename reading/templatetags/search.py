"""The ways out of a search: the same search, shown otherwise; and the field that searches within a list."""

from __future__ import annotations

from typing import Any

from django import template

from reading.seeking.query import NAMES
from reading.seeking.searched import Ask

register = template.Library()


@register.simple_tag
def again(ask: Ask, **how: str) -> str:
    """The search's address with another `order`, `show` or `density`."""
    return ask.link(**how)


@register.inclusion_tag("reading/_search_within.html")
def search_within(kind: str, name: Any) -> dict[str, str]:
    """A field that searches among the entries of one person, circle or source."""
    assert kind in NAMES
    plain = str(name).translate(dict.fromkeys(map(ord, '"“”„‟'), " "))
    return {"within": f'{kind}:"{plain}"'}
