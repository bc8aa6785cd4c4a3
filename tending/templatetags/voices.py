"""What a worker said of somebody new, in the language of the page."""

from __future__ import annotations

from django import template

from aggregator.retold import retold

from ..voices.work import AMONG, NEAR

register = template.Library()


@register.filter
def told_here(far: str) -> str:
    """How far from the reader's circles somebody is."""
    return retold(far, (NEAR, AMONG))
