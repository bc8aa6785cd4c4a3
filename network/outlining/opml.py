"""Reading and writing lists of feeds: OPML of any kind first of all."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from lxml import etree

from .listed import Listed, NotAList, Outline
from .lists import read_bookmarks, read_lines
from .opml_text import decode, is_binary, mend

MAX_BYTES = 10 * 2**20
OURS = "urn:plnet:opml"  # the namespace of what only plnet writes
STATES = {"following", "trial", "paused"}
KINDS = {"person", "organisation", "planet"}
MOST_ATTRIBUTES = 100  # of one outline; reading them takes lxml the square of their number
A_DOCUMENT = re.compile(r"\s*<(\?xml|!doctype|html|rss|feed|rdf)", re.I)
XML_URL = re.compile(r"""\bxmlurl\s*=\s*(?:"([^"<>]{0,3000})"|'([^'<>]{0,3000})')""", re.I)


def read(content: bytes) -> Listed:
    """Everything that can be made out in a file; raises NotAList when that is nothing."""
    if len(content) > MAX_BYTES:
        raise NotAList(_("The file is larger than 10 MB. A list of feeds never is."))
    text = decode(content)
    if is_binary(text):
        raise NotAList(_("This is no list of addresses: the file is not text."))
    listed = _read(text)
    if not listed.outlines and not listed.circles:
        why = listed.bad[0].why if len(listed.bad) == 1 else ""
        nothing = _("No address was found in it.")
        raise NotAList(f"{nothing} {why}".strip())
    return listed


def _read(text: str) -> Listed:
    start = text[:5000].lower()
    if "netscape-bookmark" in start:
        return read_bookmarks(text)
    if "<opml" in start or re.search(r"<outline\b", text, re.I):
        return read_opml(text)
    if A_DOCUMENT.match(start):
        raise NotAList(_("This is a page or a feed, not a list of feeds. Paste its address instead."))
    return read_lines(text)


def read_opml(text: str) -> Listed:
    """OPML 1.0 or 2.0, well-formed or not."""
    listed = Listed()
    text = mend(text)
    root, broken = _parse(text)
    if root is not None:
        listed.title = " ".join(root.findtext(".//title", "").split())[:200]
        _walk(root, listed)
    if broken:
        _salvage(text, listed)
        damaged = text.splitlines()[broken - 1 : broken]
        listed.refuse(broken, "".join(damaged), _("The file is damaged here; it was read around."))
    return listed


def _parse(text: str) -> tuple[etree._Element | None, int]:
    """The tree as far as it can be read, and the line where the damage begins (0 without).

    No entity is resolved, nothing is fetched, nothing may nest deeper than libxml2 allows.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    line = next((max(1, e.line) for e in parser.error_log if e.domain_name != "NAMESPACE"), 0)
    return root, line if line or root is not None else 1


def _walk(root: etree._Element, listed: Listed) -> None:
    """Every outline in the order of the file; a folder is the circle of what stands in it."""
    stack: list[tuple[etree._Element, str]] = [(root, "")]
    while stack:
        element, folder = stack.pop()
        if isinstance(element.tag, str) and etree.QName(element).localname.lower() == "outline":
            folder = _outline(element, folder, listed)
        stack.extend((child, folder) for child in reversed(element))


def _outline(element: etree._Element, folder: str, listed: Listed) -> str:
    """Take one outline; answers the circle of those inside it."""
    if len(element.attrib) > MOST_ATTRIBUTES:
        listed.refuse(_line(element), "", _("This outline says too much to be one."))
        return folder
    named = {str(name).lower(): str(value).strip() for name, value in element.attrib.items()}
    name = named.get("text") or named.get("title") or ""
    line = _line(element)
    feed = next((named[key] for key in ("xmlurl", "xml_url", "feedurl") if named.get(key)), "")
    kind = named.get("type", "").lower()
    page = "" if len(element) else named.get("url") or named.get("htmlurl") or ""
    if kind == "include":
        listed.refuse(line, page or name, _("It points to another list. Bring that file itself."))
    elif feed:
        listed.take(feed, _said(named, line, name, folder))
    elif page:
        is_feed = kind in ("rss", "atom", "feed") and page == named.get("url")
        listed.take(page, _said(named, line, name, folder, is_feed=is_feed))
    elif f"{{{OURS}}}circle" in named:
        listed.circles[name] = None
        return name
    elif len(element):
        return name or folder
    else:
        listed.refuse(line, name, _("No address stands here: an empty folder, or it was left out."))
    return folder


def _line(element: etree._Element) -> int:
    """The line an element stands in; 0 behind the last that libxml2 can count to."""
    return element.sourceline if element.sourceline and element.sourceline < 65_535 else 0


def _said(named: dict[str, str], line: int, name: str, folder: str, *, is_feed: bool = True) -> Outline:
    """What an outline says beside its address; what only our own files say is believed where it makes sense."""
    ours = {key.removeprefix(f"{{{OURS}}}"): value for key, value in named.items() if key.startswith(f"{{{OURS}}}")}
    home = named.get("htmlurl", "")
    state = ours.get("state", "")
    return Outline(
        "",
        line,
        is_feed,
        title=name,
        home=home[:2000] if home.lower().startswith(("http://", "https://")) else "",
        circles=_circles(folder, named.get("category", "")),
        person=ours.get("person", ""),
        who=ours.get("who", "")[:40],
        kind=ours["kind"] if ours.get("kind") in KINDS else "person",
        own_title=ours.get("title", ""),
        state=state if state in STATES else "following",
        until=_date(ours.get("until", "")) if state in STATES else None,
    )


def _circles(folder: str, category: str) -> tuple[str, ...]:
    """The folder an outline stands in, and its categories (OPML 2.0: `/Boston/Weather,/Tags`)."""
    categories = (path.strip().strip("/").rsplit("/", 1)[-1].strip() for path in category.split(","))
    return tuple(dict.fromkeys(name for name in (folder, *categories) if name))


def _date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _salvage(text: str, listed: Listed) -> None:
    """Addresses that stand in a damaged file where its reader could not follow."""
    line, at = 1, 0
    for found in XML_URL.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        written = (found[1] or found[2] or "").replace("&amp;", "&")
        reached = Listed()
        reached.take(written, Outline("", line))
        if not reached.outlines.keys() <= listed.outlines.keys():
            listed.take(written, Outline("", line))
