"""How notes are said: Markdown in a block, or in a line of the text it belongs to."""

from __future__ import annotations

import re

from django import template
from django.utils.safestring import SafeString

from network.markdown import render

register = template.Library()

_block = re.compile(r"<(/?)(?:p|ul|ol|li|blockquote|pre|h[3-6])(?: start=\"\d+\")?>")
_line = re.compile(r"<hr ?/?>")


@register.filter
def as_note(text: str) -> SafeString:
    """A note in a block of its own."""
    return render(text)


@register.filter
def within_text(text: str) -> SafeString:
    """A note inside a paragraph, where no paragraph may stand: every block becomes a span that looks like one."""
    html = _block.sub(lambda found: "</span>" if found.group(1) else '<span class="par">', render(text))
    return SafeString(_line.sub("<br>", html))  # safe by definition: render made it, and only elements were renamed
