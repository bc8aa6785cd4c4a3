"""The people index: everybody findable, the sleeping ones too, in few queries for two thousand."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aggregator.models import Feed
from network import follow
from network.models import Person, Source, Tag, User

from .members import a_feed, a_member, a_source, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member()


def somebody(user: User, name: str, days: float | None, **more: Any) -> Source:
    """A person whose one feed, about weekly, spoke last so many days ago."""
    now, columns = timezone.now(), more.pop("columns", {})
    source = a_source(user, a_feed(title=f"{name}'s blog"), name=name, **more)
    newest = None if days is None else now - timedelta(days=days)
    usual = {"last_polled_at": now, "last_ok_at": now, "newest_at": newest, "usual_per_day": 1 / 7}
    Feed.objects.filter(pk=source.feed_id).update(**(usual | columns))
    return source


def get(user: User, query: str = "") -> str:
    response = visit(user).get(f"/people/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def names(page: str) -> list[str]:
    return re.findall(r'<a class="serif" data-act="open" href="/people/\d+/"><bdi>([^<]*)', page)


def a_few(user: User) -> dict[str, Source]:
    failing = {"failing_since": timezone.now() - timedelta(days=9), "failures": 9, "last_outcome": "missing"}
    found = {
        "ada": somebody(user, "ada", 40, circles=["Desk"]),
        "Bo": somebody(user, "Bo", 1, circles=["Desk", "Kelp"]),
        "Cy": somebody(user, "Cy", 220, circles=["Kelp"]),
        "Di": somebody(user, "Di", 3, columns=failing),
        "Ed": somebody(user, "Ed", None, columns={"last_polled_at": None, "last_ok_at": None}),
        "Fo": somebody(user, "Fo", 5),
        "Gu": somebody(user, "Gu", 2),
    }
    follow.pause(found["Fo"], timezone.now() + timedelta(days=3), timezone.now())
    follow.retire(found["Gu"], timezone.now(), "too loud")
    Person.objects.filter(name="Di").update(kind="organisation")
    return found


def test_everybody_stands_in_it_with_their_last_word_in_words(nora: User) -> None:
    a_few(nora)
    page = get(nora)
    assert names(page) == ["ada", "Bo", "Cy", "Di", "Ed", "Fo", "Gu"]
    for words in (
        "Sleeping for 7 months; before, about weekly",
        "In trouble for 9 days",
        "Waiting its turn",
        "Paused by you",
        "Retired: too loud",
    ):
        assert words in page
    assert "<time" in page and "Bo&#x27;s blog" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?sort=last", ["Bo", "Di", "ada", "Cy", "Ed", "Fo", "Gu"]),
        ("?sort=circle", ["ada", "Bo", "Bo", "Cy", "Di", "Ed", "Fo", "Gu"]),
        ("?state=well", ["Bo"]),
        ("?state=sleeping", ["ada", "Cy"]),
        ("?state=trouble", ["Di"]),
        ("?state=new", ["Ed"]),
        ("?state=paused", ["Fo"]),
        ("?state=retired", ["Gu"]),
        ("?state=trial", []),
        ("?kind=organisation", ["Di"]),
        ("?q=b", ["Bo"]),
        ("?q=nobody", []),
        ("?sort=x&state=y&kind=z&circle=q&tag=-1&page=0", ["ada", "Bo", "Cy", "Di", "Ed", "Fo", "Gu"]),
        ("?page=99", ["ada", "Bo", "Cy", "Di", "Ed", "Fo", "Gu"]),  # the last there is
    ],
)
def test_it_is_put_in_order_filtered_and_searched(nora: User, query: str, shown: list[str]) -> None:
    a_few(nora)
    assert names(get(nora, query)) == shown


def test_it_is_filtered_by_circle_and_tag(nora: User) -> None:
    found = a_few(nora)
    desk = nora.roster.circles.get(name="Desk")
    tag, _unused = (Tag.objects.create(roster=nora.roster, name=name) for name in ("north", "unused"))
    tag.people.add(found["Cy"].person)
    tag.sources.add(found["Di"])
    assert names(get(nora, f"?circle={desk.pk}")) == ["ada", "Bo"]
    assert names(get(nora, f"?circle={desk.pk}&sort=circle")) == ["ada", "Bo"]
    page = get(nora, f"?tag={tag.pk}")
    assert names(page) == ["Cy", "Di"] and "2 fit." in page
    assert "unused" not in page


def test_by_circle_somebody_in_several_stands_in_each(nora: User) -> None:
    a_few(nora)
    page = get(nora, "?sort=circle")
    parts = re.split('<section class="sub full"', page)[1:]
    assert [names(part) for part in parts] == [["ada", "Bo"], ["Bo", "Cy"], ["Di", "Ed", "Fo", "Gu"]]
    assert "In no circle" in parts[2]


def test_whoever_writes_in_several_places_speaks_by_their_newest(nora: User) -> None:
    source = somebody(nora, "Ingrid", 300)
    other = somebody(nora, "Other", 1)
    more = [a_source(nora, a_feed(title=f"Place {n}")) for n in range(3)]
    Source.objects.filter(pk__in=[other.pk, *(m.pk for m in more)]).update(person=source.person)
    page = get(nora, "?q=ingrid")
    assert "Sleeping" not in page and "Wrote" in page
    assert "and 3 more" in page


def test_somebody_without_a_source_stands_in_it_too(nora: User) -> None:
    Person.objects.create(roster=nora.roster, name="Nobody yet", created_at=timezone.now())
    assert "Nowhere that you follow" in get(nora)


def test_an_empty_roster_says_how_to_begin(nora: User) -> None:
    assert "Nobody yet" in get(nora)
    assert "Nobody fits that." in get(nora, "?q=x")


def test_people_of_others_and_of_groups_are_not_in_it(nora: User) -> None:
    somebody(a_member("otto"), "Theirs", 1)
    assert names(get(nora)) == []


@pytest.mark.parametrize("query", ["", "?sort=last", "?sort=circle", "?state=sleeping", "?q=1&page=2"])
def test_it_takes_ten_queries_for_two_thousand_people(nora: User, query: str) -> None:
    two_thousand(nora)
    client = visit(nora)
    client.get("/more/")  # the house asks once whether anybody lives here
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/people/{query}").content.decode()
    assert len(asked) <= 10, "\n".join(q["sql"][:300] for q in asked)
    assert len(names(page)) <= 50


def test_letters_lead_to_the_page_somebody_is_on(nora: User) -> None:
    two_thousand(nora)
    page = get(nora)
    assert page.count('aria-label="By first letter"') == 1
    address = re.findall(r'href="(\?page=\d+)#letter-P">P<', page)[0]
    assert names(get(nora, address))
    assert any(name.startswith("P") for name in names(get(nora, address)))


def two_thousand(user: User) -> None:
    now = timezone.now()
    letters = "ABCDEFGHIJKLMNOPQRST"
    roster = user.roster
    feeds = Feed.objects.bulk_create(
        Feed(url=f"https://h{n}.example/", host=f"h{n}.example", title=f"Feed {n}", created_at=now, newest_at=now)
        for n in range(2000)
    )
    people = Person.objects.bulk_create(
        Person(roster=roster, name=f"{letters[n % 20]} person {n}", created_at=now) for n in range(2000)
    )
    Source.objects.bulk_create(
        Source(roster=roster, person=person, feed=feed, created_at=now, changed_at=now)
        for person, feed in zip(people, feeds, strict=True)
    )
    circles = follow.make_circles(roster, ["Desk", "Kelp"])
    circles["Desk"].people.add(*people[:500])
    circles["Kelp"].people.add(*people[300:900])


def test_a_hostile_name_stays_text(nora: User) -> None:
    evil = '<script>alert("x")</script>&amp;\'"'
    source = somebody(nora, evil, 1, circles=[evil])
    other = somebody(nora, "other", 2)
    Source.objects.filter(pk=source.pk).update(title=f"{evil} here")
    Source.objects.filter(pk=other.pk).update(person=source.person, state="retired", reason=evil)
    other.tags.create(roster=nora.roster, name=evil[:50])
    for query in ("", "?sort=circle", "?sort=last"):
        page = get(nora, query)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;&#x27;&quot; here</bdi>" in page
