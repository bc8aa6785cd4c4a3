"""The farm's feeds as documents: RSS 2.0, Atom, RSS 1.0 and JSON Feed, well-formed or broken on purpose."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from xml.sax.saxutils import escape

from .words import Words

ABOUT = "A feed of the farm."


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its publisher wrote it."""

    number: int  # 0 for the feed's oldest
    at: int  # epoch seconds
    title: str
    html: str
    author: str
    terms: Sequence[str]
    audio: bool


@dataclass(frozen=True, slots=True)
class Habit:
    """How a feed writes its documents; the same all its life."""

    kind: str  # a key of WRITERS
    site: str  # http://host:port
    url: str
    title: str
    with_ids: bool
    whole: bool  # the whole text, or the beginning only
    charset: str
    broken: str = ""  # a key of BREAKERS


def make_entry(words: Words, key: str, number: int, at: int) -> Entry:
    """The entry with this number of the feed with this key."""
    r = random.Random(f"{key} {number}")
    size = min(15_000, max(400, math.exp(r.gauss(7.4, 0.8))))
    pieces = [f"<p>{words.sentence(r)} This is {key.replace(' ', '-')}-{number}.</p>\n"]
    length = 0
    while length < size:
        pieces.append(r.choice(words.pieces))
        length += len(pieces[-1])
    title = words.sentence(r, 3, 9).rstrip(".") + (" & <b>more</b>" if r.random() < 0.1 else "")
    author = " ".join(words.some(r, 2)).title()
    return Entry(number, at, title, "".join(pieces), author, words.some(r, r.randint(0, 4)), r.random() < 0.08)


def write(habit: Habit, entries: Sequence[Entry]) -> bytes:
    """The document with these entries, newest first."""
    text = WRITERS[habit.kind](habit, entries)
    if habit.broken:
        text = BREAKERS[habit.broken](text)
    return text.encode(habit.charset, "xmlcharrefreplace")


def savable(document: bytes) -> int:
    """How many entries of a broken document a patient reader can save: those whose element is closed."""
    return document.count(b"</item>")


def rss(habit: Habit, entries: Sequence[Entry]) -> str:
    items = []
    for entry in entries:
        body = f"<![CDATA[{shown(habit, entry)}]]>"
        items.append(
            f"<item><title>{escape(entry.title)}</title><link>{page(habit, entry)}</link>"
            + (f'<guid isPermaLink="false">{uid(habit, entry)}</guid>' if habit.with_ids else "")
            + f"<pubDate>{formatdate(entry.at)}</pubDate><dc:creator>{escape(entry.author)}</dc:creator>"
            + "".join(f"<category>{term}</category>" for term in entry.terms)
            + (
                f"<content:encoded>{body}</content:encoded>"
                if habit.whole
                else f"<description>{body}</description>"
            )
            + (
                f'<enclosure url="{page(habit, entry)}.mp3" length="{10**6}" type="audio/mpeg"/>'
                if entry.audio
                else ""
            )
            + "</item>\n"
        )
    return (
        f'<?xml version="1.0" encoding="{habit.charset}"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>\n'
        f"<title>{escape(habit.title)}</title><link>{habit.site}/</link><description>{ABOUT}</description>"
        f'<language>en</language><atom:link rel="self" href="{habit.url}" type="application/rss+xml"/>\n'
        + "".join(items)
        + "</channel></rss>\n"
    )


def atom(habit: Habit, entries: Sequence[Entry]) -> str:
    tag = "content" if habit.whole else "summary"
    items = [
        f"<entry><title>{escape(entry.title)}</title><id>{uid(habit, entry)}</id>"
        f'<link rel="alternate" href="{page(habit, entry)}"/>'
        f"<published>{iso(entry.at)}</published><updated>{iso(entry.at)}</updated>"
        f"<author><name>{escape(entry.author)}</name></author>"
        + "".join(f'<category term="{term}"/>' for term in entry.terms)
        + (
            f'<link rel="enclosure" href="{page(habit, entry)}.mp3" length="{10**6}" type="audio/mpeg"/>'
            if entry.audio
            else ""
        )
        + f'<{tag} type="html">{escape(shown(habit, entry))}</{tag}></entry>\n'
        for entry in entries
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(habit.title)}</title><id>{habit.site}/</id><updated>{iso(entries[0].at)}</updated>"
        f'<link rel="alternate" href="{habit.site}/"/><link rel="self" href="{habit.url}"/>\n'
        + "".join(items)
        + "</feed>\n"
    )


def rdf(habit: Habit, entries: Sequence[Entry]) -> str:
    items = [
        f'<item rdf:about="{page(habit, entry)}">'
        f"<title>{escape(entry.title)}</title><link>{page(habit, entry)}</link>"
        f"<dc:date>{iso(entry.at)}</dc:date><dc:creator>{escape(entry.author)}</dc:creator>"
        f"<content:encoded><![CDATA[{shown(habit, entry)}]]></content:encoded></item>\n"
        for entry in entries
    ]
    listed = "".join(f'<rdf:li rdf:resource="{page(habit, entry)}"/>' for entry in entries)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="{habit.site}/"><title>{escape(habit.title)}</title><link>{habit.site}/</link>'
        f"<description>{ABOUT}</description><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n"
        + "".join(items)
        + "</rdf:RDF>\n"
    )


def json_feed(habit: Habit, entries: Sequence[Entry]) -> str:
    items = [
        {
            "id": uid(habit, entry),
            "url": page(habit, entry),
            "title": entry.title,
            "content_html": shown(habit, entry),
            "date_published": iso(entry.at),
            "authors": [{"name": entry.author}],
            "tags": list(entry.terms),
        }
        for entry in entries
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": habit.title, "home_page_url": habit.site + "/"}
    return json.dumps(head | {"feed_url": habit.url, "items": items}, ensure_ascii=False)


def shown(habit: Habit, entry: Entry) -> str:
    return entry.html if habit.whole else entry.html[: max(400, len(entry.html) // 6)]


def page(habit: Habit, entry: Entry) -> str:
    return f"{habit.site}/entries/{entry.number}"


def uid(habit: Habit, entry: Entry) -> str:
    return f"tag:farm.example,2020:{habit.url}:{entry.number}"


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def bare_ampersands(text: str) -> str:
    return text.replace("<title>", "<title>Tom & Jerry&nbsp;", 3)


def cut_off(text: str) -> str:
    return text[: len(text) * 6 // 10]


def after_a_warning(text: str) -> str:
    return "\n<br />\n<b>Warning</b>: Undefined variable in feed.php on line 3\n" + text


def control_characters(text: str) -> str:
    return text.replace("</title>", "\x0b\x1f</title>", 4)


WRITERS = {"rss": rss, "atom": atom, "rdf": rdf, "json": json_feed}
BREAKERS = {
    "ampersands": bare_ampersands,
    "cut": cut_off,
    "warning": after_a_warning,
    "control": control_characters,
}
TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}
