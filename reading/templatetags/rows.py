"""A row of a list, put together in Python: of thirty rows a page, templates took more than half the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plnet.templatetags.frame import plate
from plnet.templatetags.times import element, in_words, lately, now_of, short
from reading.asked import Where
from reading.timeline import Shown

from .entries import length_of, speaks, titled, tools, unread_word
from .stories import also

register = template.Library()

ROW = (  # every value is an address or a word of ours, safe by itself, or escaped
    '<li class="row %(state)s" id="row-%(pk)d" data-place="%(place)s"><div class="who">%(who)s%(when)s</div>'
    '<div class="what"><h3 class="title" id="title-%(pk)d"%(says)s>'
    "<a %(leads)s>%(unread)s%(title)s</a></h3>\n%(text)s%(also)s</div>"
    '<div class="yours"><span>%(length)s</span>%(tools)s</div></li>\n'
)
SHORT = (  # a short post: the text itself, and the time leads to its page
    '<li class="row %(state)s" id="row-%(pk)d" data-place="%(place)s"><div class="who">%(who)s</div>'
    '<div class="what"><p id="title-%(pk)d"%(says)s>%(unread)s%(short)s</p>%(also)s</div>'
    '<div class="yours"><a %(leads)s><span class="vh">%(open)s </span>%(when)s</a>%(tools)s</div></li>\n'
)


@register.simple_tag(takes_context=True)
def row(context: Context, shown: Shown, there: Where | None = None, why: str = "") -> SafeString:
    """One entry in the list `there`, or in one that mixes them; its root is `#row-ID`, which answers swap.

    `why` says in the reader's margin why it is there.
    """
    return row_of(shown, there or None, now_of(context), why, original=likes_originals(context))


@register.simple_tag(takes_context=True)
def row_in_place(context: Context, shown: Shown, there: Where) -> SafeString:
    """The same, for htmx to put where the row stands now."""
    made = row_of(shown, there, now_of(context))
    return SafeString(made.replace("<li ", '<li hx-swap-oob="true" ', 1))


def likes_originals(context: Context) -> bool:
    """Whether titles lead to the sites for whoever looks, also in lists that mix everything, as Kept and Search."""
    return bool(getattr(context.get("user"), "opens_original", False))


def row_of(
    shown: Shown, there: Where | None, now: datetime, why: str = "", *, original: bool = False
) -> SafeString:
    """Who and when; what; and the reader's own margin."""
    original = there.original if there else original
    entry, says = shown.entry, speaks(shown.entry)
    by_person, is_short = bool(there and there.by == "person"), bool(there and there.kind == "skim")
    when = element(entry.sorted_at, said_of(there)(entry.sorted_at, now))
    parts = {
        "state": shown.state,
        "pk": entry.pk,
        "place": shown.place,
        "who": beside_plate(shown, when) if by_person else who(shown, there.kind if there else ""),
        "when": "" if by_person else when,
        "says": says,
        "leads": leads(shown, there, original=original),
        "unread": "" if shown.read else unread_word(),
        "tools": tools(shown),
        "also": also(shown),
    }
    if is_short and not by_person:
        return SafeString(SHORT % (parts | {"short": escape(whole(shown)), "open": escape(_("Open,"))}))
    title = vars(entry).get("marked_title") or escape(titled(entry))
    said = length(shown, there, original=original) + (f'<br><span class="why">{escape(why)}</span>' if why else "")
    inside = text(shown, there, says) + plays(shown, there)
    return SafeString(ROW % (parts | {"title": title, "text": inside, "length": said}))


def said_of(there: Where | None) -> Callable[[datetime, datetime], str]:
    """How a time is said: under the heading of its day, in a list without any, in one that mixes all times."""
    if there is None:
        return in_words
    return lately if there.by == "person" or there.kind == "today" else short


@register.simple_tag
def leads_to(shown: Shown, there: Where) -> SafeString:
    """The attributes of a title's link."""
    return SafeString(leads(shown, there, original=there.original))


def leads(shown: Shown, there: Where | None, *, original: bool) -> str:
    """Where a title leads: to the entry's page, or to the site for whoever likes it so."""
    link = shown.entry.link
    if original and link.startswith(("http://", "https://")):
        away = 'rel="noopener noreferrer" target="_blank"'
        return f'href="{escape(link)}" {away} data-act="open" data-reads'
    return f'href="{shown.url}{f"?in={there.key}" if there else ""}" data-act="open"'


def length(shown: Shown, there: Where | None, *, original: bool) -> str:
    """How long it takes; it leads to the entry's page where the title does not."""
    said = escape(length_of(shown.entry))
    if original and shown.entry.link:
        here, list_of_it = escape(_("read it here")), f"?in={there.key}" if there else ""
        return f'<a href="{shown.url}{list_of_it}">{said}<span class="vh">, {here}</span></a>'
    return said


def whole(shown: Shown) -> str:
    """All of a short post, where its text has been read; of what a rule put there and has a title, that."""
    if shown.entry.title:
        return f"{shown.entry.title} · {shown.entry.gist}" if shown.entry.gist else shown.entry.title
    body = vars(shown.entry).get("body") or shown.entry._state.fields_cache.get("body")
    return (body.text if body else "") or titled(shown.entry)


def beside_plate(shown: Shown, when: SafeString) -> SafeString:
    """Who has a row of their own."""
    drawn = plate(shown.source.person) if shown.source else ""
    return SafeString(f"<span>{who(shown, '')}{when}</span>{drawn}")


def who(shown: Shown, kind: str) -> SafeString | str:
    """The person, or in a person's list which of their sources; in a source's list it is said above."""
    if kind == "source" or (kind == "person" and not shown.source_name):
        return ""
    if kind == "person":
        return SafeString(f'<a href="{shown.source_url}" dir="auto">{escape(shown.source_name)}</a>')
    if shown.source:
        return SafeString(f'<a href="{shown.person_url}" dir="auto">{escape(shown.source.person.name)}</a>')
    words = escape(_("no longer followed"))
    return SafeString(f'<span class="meta">{words}</span>')


def plays(shown: Shown, there: Where | None) -> SafeString:
    """In Listen and Watch: the player, here in the row, once it is asked for. It stays when the row comes anew."""
    if not there or there.kind not in ("listen", "watch"):
        return SafeString()
    here, words = f"plays-{shown.pk}", _("Listen here") if there.kind == "listen" else _("Watch here")
    asks = f'hx-get="{shown.url}player/" hx-target="#{here}" hx-swap="outerHTML"'
    leads = f'<a class="btn plain" href="{shown.url}?in={there.key}" {asks}>▶ {escape(words)}</a>'
    return SafeString(f'<div class="plays" id="{here}" hx-preserve="true">{leads}</div>')


def text(shown: Shown, there: Where | None, says: SafeString | str) -> SafeString | str:
    """The whole text, what was looked for, or the first words where the title does not say them already."""
    if (there and there.density == "full") or vars(shown.entry).get("whole"):
        whole = {"body": getattr(shown.entry, "body", None), "entry": shown.entry}
        return render_to_string("reading/_body.html", whole)
    if marked := vars(shown.entry).get("marked"):
        return SafeString(f'<p class="gist"{says}>{marked}</p>')
    if shown.entry.title and shown.entry.gist:
        return SafeString(f'<p class="gist"{says}>{escape(shown.entry.gist)}</p>')
    return ""
