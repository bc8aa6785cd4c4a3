"""Somebody on a group's page, put together in Python: of sixty people a page, templates took most of the time."""

from __future__ import annotations

from functools import cache
from html import escape

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from network.gathering.group_page import Whose
from network.models import Person, Source
from network.rows import Row
from plnet.addresses import A_NUMBER, address

register = template.Library()
A_NAME = "\ue000"  # stands in no name: it means nothing to anybody


@register.simple_tag
def of_group(people: list[Whose], may_mute: bool) -> SafeString:
    """The items of the list: who, how each of their sources is, and what the reader can do."""
    return SafeString("".join(_whose(whose, bool(may_mute)) for whose in people))


def _whose(whose: Whose, may_mute: bool) -> str:
    person, name = whose.person, escape(whose.person.name)
    here, follow = escape(_("on your roster")), escape(_("Follow"))
    yours = f"<span>{here}</span>"
    if not whose.all_mine:
        named = f'{follow}<span class="vh"> {name}</span>'
        yours = f'<button class="btn" name="person" value="{person.pk}">{named}</button>'
    rows = "".join(_row(row, whose, may_mute) for row in whose.rows)
    return (
        f'<li class="row"><div class="who"><a href="{address("person", person.pk)}"><bdi>{name}</bdi></a></div>'
        f'<div class="what"><ul class="states" role="list">{rows}</ul></div>\n<div class="yours">{yours}</div></li>'
    )


def _row(row: Row, whose: Whose, may_mute: bool) -> str:
    source, several = row.source, len(whose.rows) > 1
    named = act = ""
    if several or row.named != whose.person.name:
        lang = f' lang="{escape(source.feed.language)}"' if source.feed.language else ""
        named = f'<span class="serif"><bdi{lang}>{escape(row.named)}</bdi></span>'
    if several and not whose.all_mine:
        here, follow = escape(_("on your roster")), escape(_("Follow this"))
        if source.pk in whose.mine:
            act = f'<span class="small quiet">{here}</span>'
        else:
            follow += f'<span class="vh"> {escape(row.named)}</span>'
            act = f'<button class="btn plain" name="source" value="{source.pk}">{follow}</button>'
    return (
        f'<li>{named}<span class="state {row.state} small">{escape(row.words)}</span>'
        f"{act}{_mute_of(source) if may_mute else ''}</li>"
    )


def _mute_of(source: Source) -> str:
    muted = bool(vars(source)["muted"])
    there = _mute(muted, get_language() or "").replace(str(A_NUMBER), str(source.pk))
    return there.replace(A_NAME, escape(source.person.name))


@cache
def _mute(muted: bool, language: str) -> str:  # noqa: ARG001
    """The button of a source, as everywhere; its number and the name are filled in."""
    source = Source(pk=A_NUMBER, person=Person(name=A_NAME))
    return render_to_string("network/_mute.html", {"source": source, "muted": muted, "back": "group"})
