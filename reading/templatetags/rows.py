"""A row of a list, put together in Python: of thirty rows a page, templates took more than half the time."""

from __future__ import annotations

from datetime import datetime
from html import escape

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plnet.templatetags.times import element, now_of, short
from reading.asked import Where
from reading.timeline import Shown

from .entries import length_of, speaks, titled, tools, unread_word

register = template.Library()

ROW = (  # every value is an address or a word of ours, safe by itself, or escaped
    '<li class="row %(state)s" id="row-%(pk)d" data-place="%(place)s"><div class="who">%(who)s%(when)s</div>'
    '<div class="what"><h3 class="title" id="title-%(pk)d"%(says)s>'
    '<a href="%(url)s%(back)s" data-act="open">%(unread)s%(title)s</a></h3>\n%(text)s</div>'
    '<div class="yours"><span>%(length)s</span>%(tools)s</div></li>\n'
)


@register.simple_tag(takes_context=True)
def row(context: Context, shown: Shown, there: Where | None = None) -> SafeString:
    """One entry in the list `there`, or in one that mixes them; its root is `#row-ID`, which answers swap."""
    return row_of(shown, there or None, now_of(context))


def row_of(shown: Shown, there: Where | None, now: datetime) -> SafeString:
    """Who and when; what; and the reader's own margin."""
    entry, says = shown.entry, speaks(shown.entry)
    return SafeString(
        ROW
        % {
            "state": shown.state,
            "pk": entry.pk,
            "place": shown.place,
            "who": who(shown, there.kind if there else ""),
            "when": element(entry.sorted_at, short(entry.sorted_at, now)),
            "says": says,
            "url": shown.url,
            "back": f"?in={there.key}" if there else "",
            "unread": "" if shown.read else unread_word(),
            "title": vars(entry).get("marked_title") or escape(titled(entry)),
            "text": text(shown, there, says),
            "length": escape(length_of(entry)),
            "tools": tools(shown),
        }
    )


def who(shown: Shown, kind: str) -> SafeString | str:
    """The person, or in a person's list which of their sources; in a source's list it is said above."""
    if kind == "source" or (kind == "person" and not shown.source_name):
        return ""
    if kind == "person":
        return SafeString(f'<a href="{shown.source_url}" dir="auto">{escape(shown.source_name)}</a>')
    if shown.source:
        return SafeString(f'<a href="{shown.person_url}" dir="auto">{escape(shown.source.person.name)}</a>')
    return SafeString(f'<span class="meta">{escape(_("no longer followed"))}</span>')


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
