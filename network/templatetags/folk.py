"""Somebody in the index, put together in Python: of fifty people a page, templates took most of the time."""

from __future__ import annotations

from html import escape

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.people import Row
from plnet.addresses import address
from plnet.templatetags.frame import plate
from plnet.templatetags.times import element, in_words, now_of

register = template.Library()


@register.simple_tag(takes_context=True)
def folk(context: Context, rows: list[Row]) -> SafeString:
    """People as items of a list: who, where they write, and their last word."""
    now, wrote = now_of(context), escape(_("Wrote"))
    return SafeString(
        "".join(
            f'<li class="row">{plate(row.person, "m")}<div>'
            f'<a class="serif" data-act="open" href="{address("person", row.person.pk)}">'
            f"<bdi>{escape(row.person.name)}</bdi></a>{_where(row)}\n"
            f'<span class="state {row.state} small">'
            + (
                f"<span>{wrote} {element(row.last, in_words(row.last, now))}</span>"
                if row.state == "well" and row.last
                else escape(row.words)
            )
            + "</span></div></li>"
            for row in rows
        )
    )


def _where(row: Row) -> str:
    if not row.where:
        return ""
    names = ", ".join(f"<bdi>{escape(name)}</bdi>" for name in row.where)
    more = ngettext(", and one more", ", and %(n)s more", row.more) % {"n": row.more} if row.more else ""
    return f' <span class="small where">{names}{escape(more)}</span>'
