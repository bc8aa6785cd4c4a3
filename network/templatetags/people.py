"""How people and what is said of them come together in sentences."""

from __future__ import annotations

from collections.abc import Collection

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def in_a_row(names: Collection[object]) -> SafeString:
    """ "ferries, kelp and libraries", each in its own direction of writing."""
    said = [format_html("<bdi>{}</bdi>", name) for name in names]
    if len(said) < 2:
        return format_html_join("", "{}", ((each,) for each in said))
    before = format_html_join(_(", "), "{}", ((each,) for each in said[:-1]))
    return format_html(_("{} and {}"), before, said[-1])
