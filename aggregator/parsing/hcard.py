"""Whom a page represents: its h-card, by the rules of microformats.org/wiki/representative-h-card-parsing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ..cleaning import heavy
from ..cleaning.addresses import join
from ..cleaning.plain import door, shorten, squeeze
from ..spelling import is_one_of, page_spelling
from .slow import FAULTS

MOST_CHARACTERS = 600_000
MOST_CARDS = 200  # on a page; more are comments, or an attack
DEEPEST = 8  # things within one another


def read(html: str, url: str, me: Collection[str]) -> dict[str, str]:
    """name, photo, note, and `organisation` where it is one; empty without a card. `me`: rel=me, spelled."""
    cards = html.count("h-card") + html.count("vcard")
    if not 0 < cards <= MOST_CARDS or len(html) > MOST_CHARACTERS or heavy.too_heavy(html):
        return {}
    import mf2py  # takes a quarter of a second to load

    try:
        found = mf2py.parse(html, url=url)
    except FAULTS:
        return {}
    card = representative(list(_cards(found.get("items") or [], 0)), url, me)
    return _said(card, url) if card else {}


def representative(cards: list[dict[str, Any]], url: str, me: Collection[str]) -> dict[str, Any] | None:
    """The properties of the card that stands for the page: uid and url are it; its url is rel=me; the only one."""
    page = {page_spelling(url)}
    for card in cards:
        if is_one_of(_all(card, "uid"), page) and is_one_of(_all(card, "url"), page):
            return card
    for card in cards:
        if is_one_of(_all(card, "url"), me):
            return card
    if len(cards) == 1 and is_one_of(_all(cards[0], "url"), page):
        return cards[0]
    return None


def _cards(items: list[Any], depth: int) -> Iterator[dict[str, Any]]:
    """The properties of every h-card on the page, in its order, also inside other things."""
    if depth > DEEPEST:
        return
    for item in items:
        if not isinstance(item, dict):
            continue
        properties = item.get("properties") or {}
        if "h-card" in (item.get("type") or []):
            yield properties
        for values in properties.values():
            yield from _cards(values, depth + 1)
        yield from _cards(item.get("children") or [], depth + 1)


def _said(card: dict[str, Any], url: str) -> dict[str, str]:
    name, organisation = _line(card, "name", 200), _line(card, "org", 200)
    said = {
        "name": name or organisation,
        "photo": join(url, next(iter(_all(card, "photo")), "")),
        "note": _line(card, "note", 500),
        "organisation": "yes" if organisation and organisation == (name or organisation) else "",
    }
    return {key: value for key, value in said.items() if value}


def _line(card: dict[str, Any], key: str, limit: int) -> str:
    return shorten(squeeze(door(next(iter(_all(card, key)), ""))), limit)


def _all(card: dict[str, Any], key: str) -> list[str]:
    """The values of a property as texts."""
    values = card.get(key) or []
    return [str(value.get("value") or "") if isinstance(value, dict) else str(value) for value in values]
