"""Writing a roster as OPML 2.0: circles are folders, and what OPML has no word for stands in our own namespace."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from ..models import Circle, Roster, Source
from .opml import OURS

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(roster: Roster, now: datetime, leave_out: Callable[[str], bool] | None = None) -> bytes:
    """Everybody on the roster who was not retired. Three queries, however many they are.

    `leave_out` says of a feed's address whether it is nobody's business.
    """
    sources = (
        Source.objects.filter(roster=roster)
        .exclude(state=Source.State.RETIRED)
        .select_related("person", "feed")
        .order_by("person__name", "person_id", "pk")
    )
    circles = list(roster.circles.all())
    member = Circle.people.through._default_manager.filter(circle__in=circles)
    members: dict[int, set[int]] = {circle.pk: set() for circle in circles}
    for circle, person in member.values_list("circle_id", "person_id"):
        members[circle].add(person)
    shown = [source for source in sources if not (leave_out and leave_out(source.feed.url))]
    return document(str(roster), shown, [(circle.name, members[circle.pk]) for circle in circles], now)


def document(
    title: str, sources: Sequence[Source], circles: Sequence[tuple[str, set[int]]], now: datetime
) -> bytes:
    """`circles`: names with the ids of the people in them. Who is in several stands in each of them."""
    opml = etree.Element("opml", nsmap={"plnet": OURS}, version="2.0")
    head = etree.SubElement(opml, "head")
    etree.SubElement(head, "title").text = _clean(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = etree.SubElement(opml, "body")
    placed = set()
    for name, people in circles:
        folder = etree.SubElement(body, "outline", {"text": _clean(name), f"{{{OURS}}}circle": "yes"})
        for source in sources:
            if source.person_id in people:
                folder.append(outline(source))
        placed |= people
    for source in sources:
        if source.person_id not in placed:
            body.append(outline(source))
    return bytes(etree.tostring(opml, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def outline(source: Source) -> etree._Element:
    """One source as other readers understand it, and what only we do."""
    shown = _clean(source.title or source.feed.title or source.person.name)
    said = {"type": "rss", "text": shown, "title": shown, "xmlUrl": _clean(source.feed.url)}
    if source.feed.site_url:
        said["htmlUrl"] = _clean(source.feed.site_url)
    ours = {"person": source.person.name, "who": str(source.person_id), "title": source.title}
    if source.person.kind != "person":
        ours["kind"] = source.person.kind
    if source.state != Source.State.FOLLOWING:
        ours["state"] = source.state
    if source.until:
        ours["until"] = source.until.isoformat()
    said |= {f"{{{OURS}}}{key}": _clean(value) for key, value in ours.items() if value}
    return etree.Element("outline", said)


def _clean(text: str) -> str:
    return NOT_XML.sub("", text)
