"""Who knows about something: people one reads by what they wrote, members of one's groups by what they shared."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from aggregator import index
from aggregator.models import Entry, EntryBody
from network import follow
from network.gathering import groups
from network.models import Membership, Person, User
from reading.annotating import noting
from reading.annotating.anchors import Anchor
from reading.annotating.noting import Written
from reading.models import Annotation
from reading.seeking.experts import terms_of, who_knows
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db


def wrote(user: User, name: str, *pieces: tuple[str, str]) -> Person:
    """Somebody on a member's roster with pieces of a title and a text."""
    feed = a_feed(name)
    source = a_source(user, feed)
    for age, (title, text) in enumerate(pieces):
        written(feed.pk, entries(feed, [age + 1]), title, text)
    return source.person


def written(feed: int, made: list[Entry], title: str, text: str) -> None:
    pk = made[0].pk
    with connection.cursor() as cursor:
        index.forget(cursor, index.stored(cursor, [pk]))
        Entry.objects.filter(pk=pk).update(title=title, words=len(text.split()))
        EntryBody.objects.filter(entry=pk).update(text=text)
        index.add(cursor, [(pk, feed, title, text)])


KELP = "Drying kelp on racks takes nine days, and kelp hung in the shade keeps its colour."
ROPE = "A rope is spliced by hand, and a good splice outlives the rope."
FILLER = "Nothing of the kind was heard that week in the village, and the harbour was quiet."


def test_who_wrote_most_to_the_point_comes_first_with_passages_that_show_it() -> None:
    nora = a_member()
    kari = wrote(nora, "kari", ("Drying kelp", KELP), ("Kelp in the shade", KELP), ("Quiet", FILLER))
    wrote(
        nora, "ola", ("Ropes", ROPE), ("Other things", f"{FILLER} {FILLER} Somebody had kelp."), ("Quiet", FILLER)
    )
    wrote(nora, "per", ("Quiet days", FILLER), ("Quiet nights", FILLER))
    found = who_knows(nora, "How does one dry kelp so that it keeps its colour?")
    assert [each.person for each in found.experts] == [kari]  # one piece that touches it is no knowledge
    entry, passage = found.experts[0].proofs[0]
    assert entry.title in ("Drying kelp", "Kelp in the shade")
    assert "<mark>kelp</mark>" in passage
    assert [each.person.name for each in who_knows(nora, "ropes").experts] == ["Ola"]
    assert who_knows(nora, "").experts == who_knows(nora, "?!").experts == []


def test_nobody_is_said_where_nobody_is_and_near_words_are_offered() -> None:
    nora = a_member()
    wrote(nora, "kari", ("Splicing ropes", ROPE), ("Quiet", FILLER))
    found = who_knows(nora, "splicers")
    assert (found.experts, found.members) == ([], [])
    assert found.near == ["splicing"]


def test_nobody_learns_of_what_they_do_not_read() -> None:
    nora, petra = a_member(), a_member("petra")
    wrote(petra, "kari", ("Drying kelp", KELP), ("Kelp in the shade", KELP))
    assert who_knows(nora, "kelp").experts == []
    group = groups.make(petra, "Shore", NOW)
    feed = a_feed("shore")
    written(feed.pk, entries(feed, [1]), "Kelp of the shore", KELP)
    follow.follow(group.roster, feed, NOW, name="Shore")
    assert who_knows(nora, "kelp").experts == []
    Membership.objects.create(group=group, user=nora, role="member", at=NOW)
    assert [each.person.name for each in who_knows(nora, "kelp").experts] == ["Shore"]
    own = a_source(nora, feed).person
    assert [each.person for each in who_knows(nora, "kelp").experts] == [own]


def test_members_of_ones_groups_know_by_what_they_shared_there() -> None:
    nora, petra = a_member(), a_member("petra")
    group = groups.make(petra, "Shore", NOW)
    feed = a_feed("shore")
    follow.follow(group.roster, feed, NOW, name="Shore")
    (entry,) = entries(feed, [1])
    noting.write(petra, entry, Written(Anchor(""), note="Kelp wants shade while drying."), NOW)
    assert who_knows(nora, "drying kelp").members == []
    Annotation.objects.update(group=group)
    assert who_knows(nora, "drying kelp").members == []
    Membership.objects.create(group=group, user=nora, role="member", at=NOW)
    (sharer,) = who_knows(nora, "drying kelp").members
    assert sharer.user == petra
    assert who_knows(petra, "drying kelp").members == []


def test_terms_are_what_says_something_and_no_more_than_two_dozen() -> None:
    assert terms_of("How do the other people do that with Kelp?") == ["kelp"]
    assert terms_of("the") == ["the"]
    assert terms_of("図書館") == ["図書", "書館"]
    assert len(terms_of(" ".join(f"word{n}" for n in range(100)))) == 24


def test_the_page_answers_with_and_without_a_question(client: Client) -> None:
    nora = a_member()
    wrote(nora, "kari", ("Drying <kelp>", KELP), ("Kelp in the shade", KELP))
    client.force_login(nora)
    assert "Who knows about" in client.get("/people/").content.decode()
    assert client.get("/knows/").status_code == 200
    page = client.get("/knows/", {"q": "kelp"}).content.decode()
    assert "2 pieces about it" in page
    assert "Drying &lt;kelp&gt;" in page
    assert "Nobody in your network" in client.get("/knows/", {"q": "zeppelin's \"* OR ("}).content.decode()
