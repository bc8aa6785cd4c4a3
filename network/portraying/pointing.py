"""Whom somebody points to: the hosts their newest entries link to, with the people of a roster by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aggregator.models import Entry

from ..models import Person
from ..models.person import SourceSet
from .words import of

PEOPLE, HOSTS = 6, 4  # how many are named
ASKED = 60  # hosts that are looked for on the roster, those linked to most often
MOST = 200  # links of one entry that are looked at
NOBODYS = of("nobodys")  # whoever links there means what lies there, not whose house it is
SHARED = tuple(f".{host}" for host in of("shared"))  # everybody has a host of their own below these
SECOND = ("ac", "co", "com", "edu", "gob", "gov", "gv", "net", "ne", "nom", "or", "org")  # as in co.uk, com.au


@dataclass(frozen=True, slots=True)
class Pointed:
    """Somebody they point to, and one entry that does."""

    person: Person | None  # who is on the roster
    host: str
    url: str  # what is pointed at there
    entry: Entry


def pointed_to(entries: Sequence[Entry], own: Iterable[str], among: SourceSet) -> list[Pointed]:
    """People who have one of the sources first, then other hosts, each by how many entries point there. One query.

    `own` are addresses of whoever wrote the entries.
    """
    house = {_host(url) for url in own} - {""}
    links = _links(entries, house | {_registrable(host) for host in house if not _is_shared(host)})
    hosts = sorted(links, key=lambda host: -len(links[host]))
    known = _known(hosts[:ASKED], among)
    people: dict[int, tuple[int, Pointed]] = {}
    others: dict[str, tuple[int, Pointed]] = {}
    for host in hosts:
        rest: list[tuple[str, Entry]] = []
        for url, entry in links[host]:
            person = _whose(url, known.get(host, ()))
            if person:
                n, first = people.get(person.pk, (0, Pointed(person, host, url, entry)))
                people[person.pk] = n + 1, first
            else:
                rest.append((url, entry))
        name = _registrable(host)
        if rest and name not in NOBODYS and host not in NOBODYS:
            n, first = others.get(name, (0, Pointed(None, name, rest[0][0], rest[0][1])))
            others[name] = n + len(rest), first
    return _most(people, PEOPLE) + _most(others, HOSTS)


def _links(entries: Sequence[Entry], house: Collection[str]) -> dict[str, list[tuple[str, Entry]]]:
    """By host: one link of each entry that points there."""
    found: dict[str, list[tuple[str, Entry]]] = {}
    for entry in entries:
        body = getattr(entry, "body", None)
        seen = set()
        for url in (body.links if body else ())[:MOST]:
            host = _host(url)
            place = f"{host}/{urlsplit(url).path.split('/')[1:2]}" if host in NOBODYS else host
            if host and host not in house and _registrable(host) not in house and place not in seen:
                seen.add(place)
                found.setdefault(host, []).append((url, entry))
    return found


def _known(hosts: Sequence[str], among: SourceSet) -> dict[str, list[tuple[str, Person]]]:
    """By host: the paths below which somebody lives there."""
    if not hosts:
        return {}
    there = among.filter(feed__host__in=[*hosts, *(f"www.{host}" for host in hosts)])
    found: dict[str, list[tuple[str, Person]]] = {}
    fields = ("feed__host", "feed__site_url", "person__name", "person__roster", "person__kind", "roster", "feed")
    for source in there.select_related("feed", "person").only(*fields):
        host = source.feed.host.removeprefix("www.")
        home = source.feed.site_url
        path = urlsplit(home).path.rstrip("/") if _host(home) == host else ""
        found.setdefault(host, []).append((path, source.person))
    return found


def _whose(url: str, there: Collection[tuple[str, Person]]) -> Person | None:
    """Who lives at the longest path above an address; where many live at one host, a bare host is nobody's."""
    path = urlsplit(url).path
    above = [(len(p), person) for p, person in there if not p or path == p or path.startswith(f"{p}/")]
    if not above or (_host(url) in NOBODYS and not max(above, key=_length)[0]):
        return None
    return max(above, key=_length)[1]


def _length(found: tuple[int, Person]) -> int:
    return found[0]


def _most(found: dict[Any, tuple[int, Pointed]], limit: int) -> list[Pointed]:
    return [pointed for _, pointed in sorted(found.values(), key=lambda each: -each[0])[:limit]]


def _host(url: str) -> str:
    """The host of an address without www; empty for what is none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme in ("http", "https") and "." in host else ""


def _registrable(host: str) -> str:
    """What somebody has registered, near enough: en.wikipedia.org is wikipedia.org, ingrid.github.io stays."""
    labels = host.split(".")
    if len(labels) <= 2 or _is_shared(host) or labels[-1].isdigit():
        return host
    second = labels[-2] in SECOND and len(labels[-1]) == 2
    return ".".join(labels[-3:] if second else labels[-2:])


def _is_shared(host: str) -> bool:
    return host.endswith(SHARED)
