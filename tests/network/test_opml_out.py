"""A roster written as OPML and read again is the same roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.models import Feed
from network.arriving import imports
from network.follow import Wish, a_name, follow_many, make_circles, retire
from network.models import Roster, Source
from network.outlining import opml, opml_out

from .members import NOW, a_feed, a_member, a_source

pytestmark = pytest.mark.django_db

names = st.text(min_size=1, max_size=30).filter(a_name).map(a_name)
moments = st.integers(0, 100_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
sources = st.fixed_dictionaries(
    {
        "who": st.integers(0, 4),
        "title": st.one_of(st.just(""), names),
        "state": st.one_of(
            st.just(("following", None)),
            st.tuples(st.sampled_from(["trial", "paused"]), st.one_of(st.none(), moments)),
        ),
    }
)
people = st.lists(
    st.tuples(names, st.sampled_from(["person", "organisation", "planet"]), st.sets(st.integers(0, 3))),
    min_size=5,
    max_size=5,
)


def said(roster: Roster) -> dict[str, Any]:
    """What stands on a roster, however its rows are numbered."""
    rows = Source.objects.filter(roster=roster).select_related("person", "feed")
    together: dict[int, list[str]] = {}
    for row in rows:
        together.setdefault(row.person_id, []).append(row.feed.url)
    return {
        "sources": {
            row.feed.url: (
                (row.title, row.state, row.until, row.person.name, row.person.kind),
                sorted(row.person.circles.values_list("name", flat=True)),
                sorted(together[row.person_id]),
            )
            for row in rows
        },
        "circles": list(roster.circles.values_list("name", flat=True)),
    }


def copied(roster: Roster) -> Roster:
    """The roster of a newcomer who brings the file."""
    newcomer = a_member(f"newcomer{Roster.objects.count()}")
    imports.bring_in(newcomer.roster, opml.read(opml_out.write(roster, NOW)), "plnet.opml", NOW)
    return newcomer.roster


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=people,
    sources=st.lists(sources, min_size=1, max_size=8),
    circles=st.lists(names, min_size=4, max_size=4, unique=True),
)
def test_what_is_written_is_read_as_it_was(people: list[Any], sources: list[Any], circles: list[str]) -> None:
    roster = a_member(f"member{Roster.objects.count()}").roster
    make_circles(roster, circles)
    wishes = []
    for source in sources:
        name, kind, within = people[source["who"]]
        inside = tuple(circles[n] for n in sorted(within))
        state, until = source["state"]
        wish = Wish(a_feed(), name, str(source["who"]), circles=inside, title=source["title"], kind=kind)
        wishes.append(replace(wish, state=state, until=until))
    follow_many(roster, wishes, NOW)
    assert said(copied(roster)) == said(roster)


def test_what_others_read_is_plain_opml() -> None:
    nora = a_member()
    feed = a_feed(title="The <Slow> & “Shelf”", site_url="https://slow.example/")
    a_source(nora, feed, name='Ingrid "I" Solvang', circles=["Small & quiet"])
    a_source(nora, a_feed(url="https://bare.example/feed?a=1&b=2"))
    root = etree.fromstring(opml_out.write(nora.roster, NOW))
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "nora")
    folder, bare = root.find("body")
    assert (folder.get("text"), bare.get("xmlUrl")) == ("Small & quiet", "https://bare.example/feed?a=1&b=2")
    (slow,) = folder
    assert {key: slow.get(key) for key in ("type", "text", "title", "xmlUrl", "htmlUrl")} == {
        "type": "rss",
        "text": "The <Slow> & “Shelf”",
        "title": "The <Slow> & “Shelf”",
        "xmlUrl": feed.url,
        "htmlUrl": "https://slow.example/",
    }


def test_who_was_retired_is_left_out_and_who_pauses_is_not() -> None:
    nora = a_member()
    gone, there = a_source(nora), a_source(nora)
    retire(gone, NOW)
    Source.objects.filter(pk=there.pk).update(state="paused", until=NOW + timedelta(days=1))
    (outline,) = opml.read(opml_out.write(nora.roster, NOW)).outlines.values()
    assert (outline.address, outline.state, outline.until) == (there.feed.url, "paused", NOW + timedelta(days=1))


def test_what_xml_cannot_hold_is_left_out() -> None:
    nora = a_member()
    source = a_source(nora)
    Feed.objects.filter(pk=source.feed_id).update(title="a\x0bb\uffff")
    assert 'text="ab"' in opml_out.write(nora.roster, NOW).decode()


def test_writing_takes_as_many_queries_for_many_as_for_one(django_assert_num_queries: Any) -> None:
    nora = a_member()
    follow_many(nora.roster, [Wish(a_feed(), circles=("A", "B")) for _ in range(60)], NOW)
    roster = Roster.objects.select_related("owner").get(owner=nora)
    with django_assert_num_queries(3):
        opml_out.write(roster, NOW)
