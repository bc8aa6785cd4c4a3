"""How an entry is said in a line: its title, its length, its language, what comes with it."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from aggregator import health
from aggregator.models import Enclosure, Entry
from aggregator.retold import retold
from plnet.templatetags.frame import icon
from reading.opening.pictures import address, through_here
from reading.timeline import Shown

register = template.Library()
register.filter("retold", retold)
register.filter("came_of", health.came_of)

RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "khw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)


@register.filter
def titled(entry: Entry) -> str:
    """Its title; without one its first words."""
    return entry.title or entry.gist or _("Without a title")


@register.filter
def length_of(entry: Entry) -> str:
    """How long it takes: "4 min", "1 h 20 min"."""
    hours, minutes = divmod(entry.minutes, 60)
    if not hours:
        return _("%(n)d min") % {"n": minutes}
    return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes} if minutes else _("%(h)d h") % {"h": hours}


@register.simple_tag
def speaks(entry: Entry) -> SafeString | str:
    """The attributes lang and dir; what is not known is left to the browser."""
    return _speaks(entry.language)


@lru_cache(maxsize=500)
def _speaks(language: str) -> SafeString:
    if not language:
        return SafeString(' dir="auto"')
    direction = "rtl" if language.lower().split("-")[0] in RIGHT_TO_LEFT else "ltr"
    return format_html(' lang="{}" dir="{}"', language, direction)


@register.simple_tag
def tools(shown: Shown) -> SafeString:
    """The three tools of a row. Thirty times a page, so put together from parts made once for each language."""
    out, kept, unkept, unread, read = _tools(get_language() or "")
    link = out % escape(shown.entry.link) if shown.entry.link else ""
    acts = (kept if shown.kept else unkept) + (read if shown.read else unread)
    url = {"url": escape(shown.url)}
    return SafeString(
        f'<span class="tools" role="group" aria-labelledby="title-{shown.entry.pk}">{link}{acts % url}</span>'
    )


@cache
def _tools(language: str) -> tuple[str, str, str, str, str]:  # noqa: ARG001
    """Original, kept, not kept, unread, read; with %s where the link and %(url)s where the entry's address goes."""
    title, words = escape(_("The original (v)")), escape(_("The original"))
    return (
        '<a class="btn icon out" href="%s" rel="noopener noreferrer" target="_blank" data-act="original"'
        + f' title="{title}">{icon("out")}<span class="vh">{words}</span></a>',
        _tool("keep", "0", "kept", pgettext("an entry", "Keep"), _("Keep (s)"), ' aria-pressed="true"'),
        _tool("keep", "1", "kept", pgettext("an entry", "Keep"), _("Keep (s)"), ' aria-pressed="false"'),
        _tool("read", "1", "check", _("Mark read"), _("Mark read (m)")),
        _tool("read", "0", "undo", _("Mark unread"), _("Mark unread (m)")),
    )


def _tool(act: str, value: str, drawing: str, words: str, title: str, more: str = "") -> str:
    return (
        f'<button class="btn icon" form="acts" formaction="%(url)s{act}/" hx-post="%(url)s{act}/" name="{act}"'
        f' value="{value}" data-act="{act}" title="{escape(title)}"{more}>'
        f'{icon(drawing)}<span class="vh">{escape(words)}</span></button>'
    )


@register.simple_tag
def unread_word() -> SafeString:
    """What the weight and the dot say, in words for who does not see them, in the language of the page."""
    return _unread_word(get_language() or "")


@cache
def _unread_word(language: str) -> SafeString:
    return format_html('<span class="vh" lang="{}">{} </span>', language, _("Unread:"))


@register.filter
def kind_of(enclosure: Enclosure) -> str:
    """audio, video, image or other."""
    kind = enclosure.type.partition("/")[0].lower()
    return kind if kind in ("audio", "video", "image") else "other"


@register.filter
def plays(enclosure: Enclosure) -> bool:
    """Whether it is heard or watched."""
    return kind_of(enclosure) in ("audio", "video")


@register.filter
def named(enclosure: Enclosure) -> str:
    """Its title, or the file's name."""
    address = urlsplit(enclosure.url)
    return enclosure.title or unquote(PurePosixPath(address.path).name) or address.hostname or enclosure.url


@register.filter
def pictured(html: str, entry: Entry) -> str:
    """A text whose pictures come through this instance, where that is switched on; as safe as it was."""
    return through_here(html, entry.pk)


@register.filter
def picture_of(url: str, entry: Entry) -> str:
    """Where a picture beside a text comes from."""
    return address(url, entry.pk)


@register.filter
def clock(seconds: int) -> str:
    """A place in what is heard or watched: "4:07", "1:04:07"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def transcript_name(transcript: dict[str, str]) -> str:
    """How a transcript is called: by its language, else by its kind."""
    kind = transcript.get("type", "").rpartition("/")[2] or urlsplit(transcript["url"]).hostname or ""
    return " ".join(part for part in (transcript.get("language", ""), kind) if part)
