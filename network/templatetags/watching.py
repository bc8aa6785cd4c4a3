"""What the roster's pages are put together from: its rows, and what followers are told once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from network import watch
from network.rows import Row
from network.watch import News
from plnet.templatetags.frame import icon
from plnet.templatetags.times import element, in_words, now_of

register = template.Library()


@register.simple_tag(takes_context=True)
def news(context: Context) -> list[News]:
    """What a member has not put away yet."""
    return watch.news(context["request"].user)


@register.simple_tag
def said(notice: News) -> str:
    return watch.said(notice)


@register.simple_tag
def choices(pairs: Iterable[tuple[int | str, str]], chosen: int | str) -> SafeString:
    """The options of a select; of some dozens a template makes a millisecond."""
    return SafeString(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
            for value, words in pairs
        )
    )


@register.simple_tag
def named_choices(pairs: Iterable[tuple[int, str]]) -> SafeString:
    """The options of a datalist: the names themselves."""
    return SafeString("".join(f'<option value="{escape(name)}"></option>' for _pk, name in pairs))


@register.simple_tag
def numbers_of(rows: Iterable[Row]) -> str:
    """The sources of a page, for a form that means all of them."""
    return ",".join(str(row.source.pk) for row in rows)


@register.simple_tag(takes_context=True)
def roster_row(context: Context, row: Row, may_change: bool, ticked: Collection[int]) -> SafeString:
    """One row of the table. A hundred times a page, so put together here: a template takes five times as long."""
    source, feed = row.source, row.source.feed
    name = escape(source.person.name)
    lang = format_html(' lang="{}"', feed.language) if feed.language else ""
    named = f'<br><span class="small quiet"><bdi{lang}>{escape(row.named)}</bdi></span>'
    last = element(feed.newest_at, in_words(feed.newest_at, now_of(context))) if feed.newest_at else "–"
    words = ", ".join([*row.circles, *(f"#{tag}" for tag in row.tags)])
    return SafeString(
        f"<tr>{_pick(row, name, ticked) if may_change else ''}"
        f'<th scope="row"><a href="/people/{source.person_id}/"><bdi>{name}</bdi></a>'
        f"{named if row.named != source.person.name else ''}</th>"
        f'<td><span class="state {row.state}">{escape(row.words)}</span>{_help(row, may_change)}</td>'
        f'<td class="fold-hide quiet">{escape(words)}</td>'
        f'<td class="num fold-hide">{escape(row.often)}</td><td class="num fold-hide">{last}</td></tr>'
    )


def _pick(row: Row, name: str, ticked: Collection[int]) -> str:
    pk = row.source.pk
    said = escape(_("Select %(name)s")) % {"name": name}
    return (
        f'<td class="pick"><label><span class="vh">{said}</span>'
        f'<input type="checkbox" name="pick" value="{pk}"{" checked" if pk in ticked else ""}></label></td>'
    )


def _help(row: Row, may_change: bool) -> str:
    """What can be done about a source in trouble, and the buttons that do it."""
    if row.state != "trouble":
        return ""
    offered = getattr(row.source, "offered_url", None)
    advice = _("Their site offers another feed: %(url)s") % {"url": offered} if offered else row.advice
    helped = f'<span class="small quiet advice">{escape(advice)}</span>'
    if not may_change:
        return helped
    take, others = _acts(get_language() or "")
    return helped + f'<span class="helps">{(take if offered else "") + others}</span>' % {"pk": row.source.pk}


@cache
def _acts(language: str) -> tuple[str, str]:  # noqa: ARG001
    """Taking what is offered; asking once more and retiring. With %(pk)s where the source's number goes."""
    where = reverse("source_take", args=[0]).replace("0", "%(pk)s")
    words = escape(_("Take it"))
    take = f'<button class="btn plain" formaction="{where}">{icon("check")}{words}</button>'
    acts = (("ask", "river", _("Ask once more")), ("retire", "retire", _("Retire")))
    return take, "".join(
        f'<button class="btn plain" name="only" value="%(pk)s {act}">{icon(drawing)}{escape(words)}</button>'
        for act, drawing, words in acts
    )
