"""What each element of an entry means; read by tree.py, one function an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import more
from .markup import html, line, text_of
from .names import short
from .raw import RawAuthor, RawEnclosure, RawEntry

Element = Any  # lxml.etree._Element; lxml ships no types
MOST = 100  # terms, enclosures, authors of one entry


def read_entry(element: Element, entry: RawEntry) -> None:
    """Fills an entry from its element. The first of several wins; what is more precise replaces what is less."""
    draft = Draft(entry)
    for child in element:
        tag = child.tag
        reader = _by_tag.get(tag, _unseen)
        if reader is _unseen:
            reader = _look_up(tag)
        if reader is not None:
            reader(child, draft)
    draft.finish(element)


class Draft:
    """An entry being read, with what can only be settled once all of it has been seen."""

    __slots__ = ("described", "encoded", "entry", "lesser_date", "lesser_title", "links", "permalink")

    def __init__(self, entry: RawEntry) -> None:
        self.entry = entry
        self.links: dict[str, str] = {}  # rel → first href
        self.permalink = ""
        self.encoded = ""  # content:encoded, content, xhtml:body, by whoever comes first
        self.described = ""  # description, summary and their kin
        self.lesser_title = ""
        self.lesser_date = ""

    def finish(self, element: Element) -> None:
        entry = self.entry
        entry.id = entry.id or element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or ""
        entry.link = entry.link or self.links.get("alternate") or self.permalink
        entry.link = entry.link or self.links.get("related", "") or self.links.get("via", "")
        if not entry.title and self.lesser_title:
            entry.title = self.lesser_title
        entry.published = entry.published or self.lesser_date
        entry.content = self.encoded or self.described
        if self.encoded and self.described:
            entry.summary = self.described


def _id(element: Element, draft: Draft) -> None:
    if not draft.entry.id:
        draft.entry.id = text_of(element)


def _guid(element: Element, draft: Draft) -> None:
    value = text_of(element)
    if not draft.entry.id:
        draft.entry.id = value
    if (element.get("isPermaLink") or element.get("ispermalink") or "true").lower() != "false":
        draft.permalink = draft.permalink or (value if value[:4].lower() == "http" else "")


def _title(element: Element, draft: Draft) -> None:
    if not draft.entry.title:
        draft.entry.title, draft.entry.title_kind = line(element)


def _lesser_title(element: Element, draft: Draft) -> None:
    draft.lesser_title = draft.lesser_title or text_of(element)


def _link(element: Element, draft: Draft) -> None:
    href = element.get("href")
    if href is None:
        if not draft.entry.link:
            draft.entry.link = (
                text_of(element) or element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource") or ""
            )
        return
    rel = (element.get("rel") or "alternate").lower().rpartition("/")[2]
    if rel == "enclosure":
        if len(draft.entry.enclosures) < MOST:
            draft.entry.enclosures.append(
                RawEnclosure(
                    href, element.get("type") or "", element.get("length"), None, element.get("title") or ""
                )
            )
    elif rel == "replies":
        more.replies(element, draft.entry, href)
    elif rel == "alternate" and "html" not in (element.get("type") or "html") and "alternate" not in draft.links:
        draft.links.setdefault("via", href)  # an alternate that is no page: better than no link
    else:
        draft.links.setdefault(rel, href)


def _encoded(element: Element, draft: Draft) -> None:
    kind = element.get("type") or ""
    if draft.encoded or kind.startswith(("image/", "audio/", "video/")):
        return
    source = element.get("src")
    if source and not (element.text or "").strip() and not len(element):
        draft.links.setdefault("related", source)
        return
    draft.encoded = html(element)


def _described(element: Element, draft: Draft) -> None:
    value = html(element)
    if not draft.described:
        draft.described = value
    elif not draft.encoded and len(value) > len(draft.described):
        draft.encoded = value  # two descriptions: the longer is the text


def _lesser_described(element: Element, draft: Draft) -> None:
    if not draft.described:
        draft.described = html(element)


def _published(element: Element, draft: Draft) -> None:
    if not draft.entry.published:
        draft.entry.published = text_of(element)


def _updated(element: Element, draft: Draft) -> None:
    if not draft.entry.updated:
        draft.entry.updated = text_of(element)


def _lesser_date(element: Element, draft: Draft) -> None:
    draft.lesser_date = draft.lesser_date or text_of(element)


def _author(element: Element, draft: Draft) -> None:
    if len(draft.entry.authors) >= MOST:
        return
    author = author_of(element)
    if author.name and author not in draft.entry.authors:
        draft.entry.authors.append(author)


def _lesser_author(element: Element, draft: Draft) -> None:
    if not draft.entry.authors:
        _author(element, draft)


def author_of(element: Element) -> RawAuthor:
    """Atom's person construct, or RSS's and Dublin Core's line."""
    name = email = url = ""
    for child in element:
        part = short(child.tag) if isinstance(child.tag, str) else ""
        if part.endswith("name"):
            name = name or text_of(child)
        elif part.endswith("email"):
            email = email or text_of(child)
        elif part in ("uri", "url", "homepage"):
            url = url or text_of(child)
    return RawAuthor(name or email or (text_of(element) if not len(element) or not url else ""), url)


def _term(element: Element, draft: Draft) -> None:
    if len(draft.entry.terms) < MOST:
        term = element.get("label") or element.get("term") or text_of(element)
        if term:
            draft.entry.terms.append(term)


def _language(element: Element, draft: Draft) -> None:
    draft.entry.language = draft.entry.language or text_of(element)


def _enclosure(element: Element, draft: Draft) -> None:
    url = element.get("url") or element.get("href") or text_of(element)
    if url and len(draft.entry.enclosures) < MOST:
        draft.entry.enclosures.append(RawEnclosure(url, element.get("type") or "", element.get("length")))


def _extra(reader: Callable[[Element, RawEntry], None]) -> Callable[[Element, Draft], None]:
    def read(element: Element, draft: Draft) -> None:
        reader(element, draft.entry)

    return read


def _media_text(element: Element, draft: Draft) -> None:
    """media:description and media:title stand in when the feed's own words are missing."""
    more.media(element, draft.entry)
    for below in element.iter():
        name = short(below.tag) if isinstance(below.tag, str) else ""
        if name == "media:description":
            _lesser_described(below, draft)
        elif name == "media:title":
            _lesser_title(below, draft)


OF_ENTRY: dict[str, Callable[[Element, Draft], None]] = {
    "id": _id,
    "guid": _guid,
    "title": _title,
    "dc:title": _lesser_title,
    "media:title": _lesser_title,
    "itunes:title": _lesser_title,
    "link": _link,
    "content:encoded": _encoded,
    "content": _encoded,
    "xhtml:body": _encoded,
    "xhtml:div": _encoded,
    "body": _encoded,
    "fullitem": _encoded,
    "description": _described,
    "summary": _described,
    "dc:description": _lesser_described,
    "media:description": _lesser_described,
    "itunes:summary": _lesser_described,
    "itunes:subtitle": _lesser_described,
    "abstract": _described,
    "pubdate": _published,
    "published": _published,
    "issued": _published,
    "dcterms:issued": _published,
    "dc:date": _lesser_date,
    "created": _lesser_date,
    "dcterms:created": _lesser_date,
    "date": _lesser_date,
    "updated": _updated,
    "modified": _updated,
    "dcterms:modified": _updated,
    "lastbuilddate": _updated,
    "author": _author,
    "dc:creator": _author,
    "dc:author": _author,
    "itunes:author": _lesser_author,
    "category": _term,
    "dc:subject": _term,
    "enclosure": _enclosure,
    "dc:language": _language,
    "language": _language,
    "media:group": _media_text,
    "media:content": _media_text,
    "media:thumbnail": _extra(more.thumbnail),
    **{name: _extra(reader) for name, reader in more.OF_ENTRY.items()},
}


def _unseen(element: Element, draft: Draft) -> None:
    """Stands for a tag that has not been looked up."""


_by_tag: dict[str, Callable[[Element, Draft], None] | None] = {}  # as lxml writes them, namespace and all


def _look_up(tag: Any) -> Callable[[Element, Draft], None] | None:
    if not isinstance(tag, str):
        return None
    reader = OF_ENTRY.get(short(tag))
    if len(_by_tag) < 5000 and len(tag) < 300:
        _by_tag[tag] = reader
    return reader
