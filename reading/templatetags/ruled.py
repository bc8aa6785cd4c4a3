"""What rules did, in words: {% done act as words %}."""

from __future__ import annotations

from typing import Any

from django import template

from reading.governing.rule_words import done_said

register = template.Library()


@register.simple_tag
def done(act: Any) -> str:
    """Of an act, or of a row with its name and value."""
    return done_said(act.act, act.value)
