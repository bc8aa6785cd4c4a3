"""Who else carried an entry, in a row and on its page; whether what comes from a source is joined at all."""

from __future__ import annotations

from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reading.copies import Copy
from reading.shown import Shown

register = template.Library()

NAMED = 3  # others a row names


@register.simple_tag
def also(shown: Shown) -> SafeString | str:
    """The line of a row: "Also from Ann, Planet and 2 others". Every name leads to the copy of theirs."""
    if not shown.also:
        return ""
    named = shown.also if len(shown.also) <= NAMED + 1 else shown.also[:NAMED]
    names = ", ".join(linked(shown, copy) for copy in named)
    more = len(shown.also) - len(named)
    if more:
        said = ngettext("Also from %(names)s and %(n)d other", "Also from %(names)s and %(n)d others", more)
        return line(escape(said) % {"names": names, "n": more})
    return line(escape(_("Also from %(names)s")) % {"names": names})


def line(said: str) -> SafeString:
    """Of words of ours and names that are escaped."""
    return SafeString(f'<p class="also">{said}</p>')


def linked(shown: Shown, copy: Copy) -> str:
    return f'<a href="{copy.url}"><bdi>{escape(who(shown, copy))}</bdi></a>'


@register.simple_tag
def who(shown: Shown, copy: Copy) -> str:
    """Whoever carried the copy; the source, where it is the same person as the row's."""
    same = shown.source and copy.source.person_id == shown.source.person_id
    return str(copy.source) if same else copy.source.person.name
