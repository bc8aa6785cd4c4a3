"""Somebody as they were on a day, put together in Python: of two hundred a page, templates took half the time."""

from __future__ import annotations

from datetime import datetime
from html import escape

from django import template
from django.utils.dateformat import format as in_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from network.models import Source
from network.remembering.past import Whom
from network.remembering.pictures import Thing
from plnet.addresses import address

register = template.Library()


@register.simple_tag
def as_they_were(people: list[Whom]) -> SafeString:
    """A section for each: who, in which circles, and their sources with what was wished of them."""
    none = escape(_("No source."))
    nowhere = f'<li class="quiet">{none}</li>'
    return SafeString("".join(_whom(whom, nowhere) for whom in people))


def _whom(whom: Whom, nowhere: str) -> str:
    name = f"<bdi>{escape(whom.name)}</bdi>"
    if whom.here:
        name = f'<a href="{address("person", whom.pk)}">{name}</a>'
    circles = ", ".join(f"<bdi>{escape(circle)}</bdi>" for circle in whom.circles)
    if circles:
        circles = f'<p class="small quiet">{circles}</p>'
    sources = "".join(_source(each) for _number, each in whom.things) or nowhere
    return (
        f'<section class="sub full as-was" aria-labelledby="p-{whom.pk}"><div class="who">'
        f'<h2 id="p-{whom.pk}">{name}</h2>{circles}</div>'
        f'<div class="what"><ul role="list" class="plain">{sources}</ul></div></section>\n'
    )


def _source(each: Thing) -> str:
    named = f"<bdi>{escape(each['title'] or each['named'])}</bdi>"
    if each["state"] == Source.State.FOLLOWING:
        return f"<li>{named}</li>"
    words = escape(str(Source.State(each["state"]).label))
    if each["until"]:
        day = in_format(localtime(datetime.fromisoformat(each["until"])), _("j F Y"))
        words += " " + escape(_("until %(day)s") % {"day": day})
    if each["reason"]:
        words += f": <bdi>{escape(each['reason'])}</bdi>"
    return f'<li>{named} <span class="small quiet">{words}</span></li>'
