"""What somebody writes about is read from their own categories and from the words of their titles."""

from __future__ import annotations

from aggregator.models import Entry, EntryBody
from network.portraying.topics import topics


def entry(title: str, *terms: str, gist: str = "") -> Entry:
    made = Entry(title=title, gist=gist)
    made.body = EntryBody(entry=made, terms=list(terms))
    return made


def test_the_most_frequent_categories_come_first_in_their_own_spelling() -> None:
    said = topics([entry("x", "SQLite", "ferries"), entry("y", "sqlite"), entry("z", "#Ferries", "SQLite")], [])
    assert said.mostly == ["SQLite", "ferries"]


def test_what_is_new_is_said_apart_and_what_is_left_too() -> None:
    old = [entry("x", "weeding", "loans") for _ in range(8)]
    new = [entry("x", "weeding", "scraping") for _ in range(4)]
    said = topics(new + old, [])
    assert (said.mostly, said.lately, said.before) == (["weeding"], ["scraping"], ["loans"])


def test_where_the_newest_have_no_categories_the_older_ones_speak() -> None:
    said = topics([entry("x") for _ in range(4)] + [entry("x", "loans") for _ in range(8)], [])
    assert (said.mostly, said.lately, said.before) == (["loans"], [], [])


def test_categories_that_say_nothing_and_the_persons_own_name_are_left_out() -> None:
    many = [entry("x", "Uncategorized", "blog", "Ingrid Solvang", "x" * 41, "", "kelp") for _ in range(3)]
    assert topics(many, ["Ingrid Solvang"]).mostly == ["kelp"]


def test_words_come_back_in_titles() -> None:
    titles = [
        "The ferry and the kelp",
        "A ferry's timetable",
        "Ferry again",
        "Something about kelp",
        "About nothing",
    ]
    assert topics([entry(title) for title in titles], []).words == ["ferry", "kelp"]


def test_a_blogs_name_in_every_title_is_no_subject() -> None:
    titles = [f"Slow Shelf: number {word}" for word in ("kelp", "kelp", "desk")]
    assert topics([entry(title) for title in titles], ["The Slow Shelf"]).words == ["number", "kelp"]


def test_scripts_without_spaces_bring_no_words() -> None:
    assert topics([entry("図書館の本について") for _ in range(5)], []).words == []
    assert topics([entry("図書館", "図書館") for _ in range(5)], []).mostly == ["図書館"]


def test_nothing_is_said_of_nothing() -> None:
    assert not topics([], ["Ingrid"])
    assert not topics([Entry(title="No body")], [])
