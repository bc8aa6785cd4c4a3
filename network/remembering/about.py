"""Whom and what an act was about: the few names its sentence needs, so that lists need not open what it did."""

from __future__ import annotations

from typing import Any

from ..models import Circle, Person, Source, Tag
from .pictures import Difference, Picture, called

NAMED = 3  # by name in a sentence; the rest is a number


def about(what: Difference) -> dict[str, Any]:
    """{"people": [{"id", "name", "was", "is"}], "people_count": n, and the same of sources and circles; "places"
    [{"url", "state", "person"}]; "into" and "out_of" circles, "tagged" and "untagged", "until"}: what there is
    nothing of is not in it."""
    known = _learned(what)
    said: dict[str, Any] = {}
    for kind, name in (("people", "name"), ("sources", "named"), ("circles", "name")):
        entries = [_entry(kind, name, one, known) for one in what.each(kind)]
        entries.sort(key=lambda entry: (not entry.get("is"), entry["id"]))  # who came or went, first
        if entries:
            said[kind], said[f"{kind}_count"] = entries[:NAMED], len(entries)
    if places := _placed(what):
        said["places"] = places[:NAMED]
        if "people" not in said:
            theirs = sorted({each["person"] for each in places})
            entries = [{"id": number, "name": known["people"].get(number, {}).get("name", "")} for number in theirs]
            said["people"], said["people_count"] = entries[:NAMED], len(entries)
    said |= _lists(what)
    until = {then["until"] for _, _, then in what.each("sources") if then and then.get("until")}
    if len(until) == 1:
        said["until"] = until.pop()
    return said


def whom(what: Difference) -> set[int]:
    """The ids of the people an act touched, in themselves, in their sources or in where they are."""
    people = set(what.ids("people")) | {each["person"] for each in _placed(what)}
    for number, was, then in what.each("sources"):
        for each in (was, then, what.known.get("sources", {}).get(number)):
            if each and "person_id" in each:
                people.add(each["person_id"])
    return people


def _entry(kind: str, name: str, one: tuple[int, Any, Any], known: Picture) -> dict[str, Any]:
    number, was, then = one
    there = known.get(kind, {}).get(number, {})
    entry: dict[str, Any] = {"id": number}
    entry["name"] = (then or {}).get(name) or there.get(name) or (was or {}).get(name) or ""
    if was is None or then is None:
        entry["is"] = "came" if was is None else "went"
    elif was.get(name, then.get(name)) != then.get(name):
        entry["was"] = was[name]
    if kind == "sources":
        person: Any = (then or {}).get("person_id") or there.get("person_id") or (was or {}).get("person_id")
        entry |= {"person": person, "whose": known.get("people", {}).get(person, {}).get("name", "")}
        if was and then and "person_id" in was:
            entry["from"] = known.get("people", {}).get(was["person_id"], {}).get("name", "")
    return entry


def _learned(what: Difference) -> Picture:
    """What is known of whom it is about, with the names nobody brought looked up."""
    known = what.known
    sources, people = known.setdefault("sources", {}), known.setdefault("people", {})
    for kind, mine in (("sources", sources), ("people", people)):
        for number, was, then in what.each(kind):
            mine[number] = (was or {}) | mine.get(number, {}) | (then or {})
    strange = [number for number, thing in sources.items() if "person_id" not in thing or "named" not in thing]
    if strange:
        columns = ("pk", "title", "feed__title", "feed__url", "person_id", "person__name")
        for pk, title, feed, url, person, name in Source.objects.filter(pk__in=strange).values_list(*columns):
            sources[pk] = sources[pk] | {"named": called(title, feed, url), "person_id": person}
            people[person] = {"name": name} | people.get(person, {})
    wanted = {number for number, thing in people.items() if not thing.get("name")}
    wanted |= {thing["person_id"] for thing in sources.values() if thing.get("person_id") not in people}
    if wanted:
        for pk, name in Person.objects.filter(pk__in=wanted).values_list("pk", "name"):
            people[pk] = people.get(pk, {}) | {"name": name}
    return known


def _placed(what: Difference) -> list[dict[str, Any]]:
    """Places that came, went or are theirs in another way."""
    found = []
    for number, was, then in what.each("places"):
        there = what.known.get("places", {}).get(number, {}) | (was or {}) | (then or {})
        if then and "state" in then and "person_id" in there:
            found.append({"url": there.get("url", ""), "state": then["state"], "person": there["person_id"]})
    return found


def _lists(what: Difference) -> dict[str, list[str]]:
    """Into which circles and out of which those went who stayed; the same of tags."""
    ways: dict[str, set[int]] = {}
    for kind, name, into, out in (
        ("people", "circles", "into", "out_of"),
        ("people", "tags", "tagged", "untagged"),
        ("sources", "tags", "tagged", "untagged"),
    ):
        for _number, was, then in what.each(kind):
            if was and then and name in then:
                ways.setdefault(into, set()).update(set(then[name]) - set(was[name]))
                ways.setdefault(out, set()).update(set(was[name]) - set(then[name]))
    said: dict[str, list[str]] = {}
    for model, kind, keys in ((Circle, "circles", ("into", "out_of")), (Tag, "tags", ("tagged", "untagged"))):
        ids = set().union(*(ways.get(key, set()) for key in keys))
        gone = {number: was["name"] for number, was, then in what.each(kind) if was and "name" in was and not then}
        names = (
            dict(model._default_manager.filter(pk__in=ids).values_list("pk", "name")) if ids - gone.keys() else {}
        )
        for key in keys:
            if found := [name for pk, name in (gone | names).items() if pk in ways.get(key, set())]:
                said[key] = sorted(found)[:NAMED]
    return said
