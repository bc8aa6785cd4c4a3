"""What the pages say of a story: who carried it, that two are two, what is never joined."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aggregator.models import Entry
from network.gathering import groups
from network.models import Person, Source, User
from reading.models import Apart, Mark
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries
from tests.reading.test_stories import retold

pytestmark = pytest.mark.django_db


def told(client: Client, path: str) -> str:
    """A page's words, without its marks."""
    page = client.get(path, follow=True).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())


@pytest.fixture
def nora() -> tuple[User, list[Entry]]:
    return retold(1, 2, 3)


@pytest.mark.parametrize("path", ["/river/", "/river/?by=person", "/river/?show=all&density=titles", "/today/"])
def test_a_list_has_one_row_that_names_the_others(
    client: Client, nora: tuple[User, list[Entry]], path: str
) -> None:
    user, made = nora
    client.force_login(user)
    page = client.get(path).content.decode()
    assert [pk for pk in (e.pk for e in made) if f'id="row-{pk}"' in page] == [made[2].pk]
    assert "Also from F1 , F0" in told(client, path)
    assert f'<p class="also">Also from <a href="/entries/{made[1].pk}/">' in page


def test_four_others_are_counted_rather_than_named(client: Client) -> None:
    user, _made = retold(1, 2, 3, 4, 5, 6)
    client.force_login(user)
    assert re.search(r"Also from F4 , F3 , F2 and 2 others", told(client, "/river/"))


def test_marking_a_row_marks_the_copies_and_no_list_shows_them_again(
    client: Client, nora: tuple[User, list[Entry]]
) -> None:
    user, made = nora
    client.force_login(user)
    client.post(f"/entries/{made[2].pk}/read/", {"read": "1"})
    client.post(f"/entries/{made[0].pk}/keep/", {"keep": "1"})
    assert set(Mark.objects.filter(read=True).values_list("entry", flat=True)) == {e.pk for e in made}
    assert "Story" in told(client, "/river/") and not [e for e in made if f"row-{e.pk}" in told(client, "/river/")]
    kept = client.get("/kept/").content.decode()
    assert len(re.findall(r'id="row-\d+"', kept)) == 1, "kept once"


def test_two_are_taken_apart_and_joined_again_from_the_page_of_either(
    client: Client, nora: tuple[User, list[Entry]]
) -> None:
    user, made = nora
    client.force_login(user)
    page = f"/entries/{made[2].pk}/?in=river.unread.cards"
    assert "Others carried it too." in told(client, page)
    answer = client.post(
        f"/entries/{made[1].pk}/apart/", {"apart": "1", "on": made[2].pk, "in": "river.unread.cards"}
    )
    assert answer.status_code == 303 and answer["Location"].startswith(page)
    after = told(client, answer["Location"])
    assert "They are two from now on." in after and "These are two : F1" not in after
    assert "you said that this is another text" in told(client, f"/entries/{made[1].pk}/")
    assert (
        "Also from F0" in told(client, "/river/") and f"row-{made[1].pk}" in client.get("/river/").content.decode()
    )
    client.post(f"/entries/{made[1].pk}/apart/", {"apart": "0", "on": made[2].pk})
    assert not Apart.objects.exists() and "They are two" not in told(client, answer["Location"])
    assert "Also from F1 , F0" in told(client, "/river/")


def test_what_comes_from_a_source_is_never_joined_until_its_page_says_otherwise(
    client: Client, nora: tuple[User, list[Entry]]
) -> None:
    user, made = nora
    client.force_login(user)
    source = Source.objects.get(feed=made[0].feed)
    client.post(f"/sources/{source.pk}/apart/", {"apart": "1"})
    assert "always has a row of its own" in told(client, f"/sources/{source.pk}/")
    assert "Also from F1" in told(client, "/river/") and "F0 , " not in told(client, "/river/")
    assert "nothing from this source is to be joined" in told(client, f"/entries/{made[0].pk}/")
    client.post(f"/sources/{source.pk}/apart/", {"apart": "0"})
    assert not Apart.objects.exists() and "is one row with theirs" in told(client, f"/sources/{source.pk}/")


def test_what_is_on_the_roster_of_a_group_one_is_not_in_is_nowhere_named(client: Client) -> None:
    user, other = a_member(), a_member("mo")
    mine, theirs = a_feed("mine"), a_feed("secretive")
    a_source(user, mine)
    group = groups.make(other, "Elsewhere", NOW)
    person = Person.objects.create(roster=group.roster, name="Secretive", created_at=NOW)
    Source.objects.create(roster=group.roster, feed=theirs, person=person, created_at=NOW, changed_at=NOW)
    made = [*entries(mine, [1]), *entries(theirs, [2])]
    Entry.objects.update(story=made[0].pk)
    client.force_login(user)
    for path in ("/river/", f"/entries/{made[0].pk}/", "/search/?q=words", "/river/?by=person"):
        assert "Secretive" not in client.get(path).content.decode()
    assert client.post(f"/entries/{made[1].pk}/apart/", {"apart": "1"}).status_code == 404
    group.memberships.create(user=user, at=NOW)
    assert "Secretive" in client.get("/river/").content.decode(), "who is in the group sees it"


def test_a_page_of_stories_stays_within_what_a_page_may_ask(client: Client) -> None:
    user, made = retold(1, 2, 3)
    client.force_login(user)
    client.get("/more/")
    for path in ("/river/", "/river/?show=all", "/river/?by=person", f"/entries/{made[0].pk}/?in=river", "/kept/"):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= 9, path
