"""Two things in a picture become one, and nothing anybody wrote about either is lost."""

from __future__ import annotations

from .pictures import Picture, Thing

LIVELIEST = {"retired": 0, "paused": 1, "trial": 2, "following": 3}
LONGEST_MET = 500


def fold_person(picture: Picture, other: int, kept: int) -> None:
    """`other` goes, and all that was theirs is of `kept`."""
    people, sources = picture["people"], picture["sources"]
    gone, stays = people.pop(other), people[kept]
    for name in ("circles", "tags", "reach"):
        stays[name] = [*stays[name], *(one for one in gone[name] if one not in stays[name])]
        if name != "reach":
            stays[name].sort()
    met = [words for words in (stays["met"], gone["met"]) if words]
    stays["met"] = "; ".join(dict.fromkeys(met))[:LONGEST_MET]
    for name in ("home", "portrait_id", "profile_id"):
        stays[name] = stays[name] or gone[name]
    theirs = {each["feed_id"]: number for number, each in sources.items() if each["person_id"] == kept}
    for number in [number for number, each in sources.items() if each["person_id"] == other]:
        if twin := theirs.get(sources[number]["feed_id"]):
            fold_source(picture, number, twin)
        else:
            sources[number]["person_id"] = kept
    _places(picture, other, kept)
    _notes(picture, "person_id", other, kept)


def fold_source(picture: Picture, other: int, kept: int) -> None:
    """`other` goes; the one that stays is as lively as the livelier of them."""
    gone, stays = picture["sources"].pop(other), picture["sources"][kept]
    if LIVELIEST[gone["state"]] > LIVELIEST[stays["state"]]:
        stays |= {key: gone[key] for key in ("state", "until", "reason", "changed_at")}
    if gone["author"] != stays["author"]:
        stays["author"] = ""  # of each of two: of both
    stays["title"] = stays["title"] or gone["title"]
    stays["created_at"] = min(stays["created_at"], gone["created_at"])
    stays["tags"] = sorted({*stays["tags"], *gone["tags"]})
    _notes(picture, "source_id", other, kept)
    for kind, alike in (("mutes", ("user_id",)), ("notices", ("user_id", "kind"))):
        _once(picture, kind, alike, other, kept)
    for each in picture["arrivals"].values():
        if each["source_id"] == other:
            each["source_id"] = kept


def without_the_empty(after: Picture, before: Picture) -> None:
    """Who had sources and has none left goes, and with people and sources what hangs on them."""
    had = {each["person_id"] for each in before["sources"].values()}
    has = {each["person_id"] for each in after["sources"].values()}
    for person in had - has:
        after["people"].pop(person, None)
    for kind in ("places", "notes", "mutes", "notices", "arrivals"):
        for number, each in list(after[kind].items()):
            person, source = each.get("person_id"), each.get("source_id")
            if (person and person not in after["people"]) or (source and source not in after["sources"]):
                if kind == "arrivals":
                    each["source_id"] = None
                else:
                    del after[kind][number]


def _places(picture: Picture, other: int, kept: int) -> None:
    """An address both are found at is theirs once, and surely if either was sure of it."""
    rank = {"declined": 0, "proposed": 1, "joined": 2}
    there = {each["url"]: each for each in picture["places"].values() if each["person_id"] == kept}
    for number, each in list(picture["places"].items()):
        if each["person_id"] != other:
            continue
        twin = there.get(each["url"])
        if twin is None:
            each["person_id"] = kept
            continue
        if rank[each["state"]] > rank[twin["state"]]:
            twin["state"] = each["state"]
        twin["mutual"] = twin["mutual"] or each["mutual"]
        del picture["places"][number]


def _notes(picture: Picture, column: str, other: int, kept: int) -> None:
    """What one member wrote about both stands in one note, one after the other."""
    there: dict[int, Thing] = {each["user_id"]: each for each in picture["notes"].values() if each[column] == kept}
    for number, each in list(picture["notes"].items()):
        if each[column] != other:
            continue
        if own := there.get(each["user_id"]):
            own["text"] = f"{own['text']}\n\n{each['text']}".strip()
            own["changed_at"] = max(own["changed_at"], each["changed_at"])
            del picture["notes"][number]
        else:
            each[column] = kept


def _once(picture: Picture, kind: str, alike: tuple[str, ...], other: int, kept: int) -> None:
    there = {tuple(each[key] for key in alike) for each in picture[kind].values() if each["source_id"] == kept}
    for number, each in list(picture[kind].items()):
        if each["source_id"] != other:
            continue
        if tuple(each[key] for key in alike) in there:
            del picture[kind][number]
        else:
            each["source_id"] = kept
