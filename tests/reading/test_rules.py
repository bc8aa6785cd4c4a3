"""The pages of rules: the form with what was typed and what is wrong, trying, saving, switching, taking back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aggregator.models import Entry, Feed
from network.models import Circle, Person, User
from reading import doing
from reading.governing import rules, ruling
from reading.models import EntryTag, Mark, Rule, RuleAct
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
SPONSORED = {"any": "sponsored", "acts": "hide"}


@pytest.fixture
def nora() -> User:
    return a_member()


@pytest.fixture
def feed(nora: User) -> Feed:
    feed = a_feed("fern")
    a_source(nora, feed)
    entries(feed, [9, 8, 7])
    entries(feed, [6], title="Sponsored: a shelf")
    return feed


@pytest.fixture
def visitor(nora: User) -> Client:
    client = Client()
    client.force_login(nora)
    return client


def sent(visitor: Client, path: str = "/rules/new/", **fields: Any) -> Any:
    return visitor.post(path, {"act": "save"} | fields)


def saved(visitor: Client, **fields: Any) -> Rule:
    response = sent(visitor, **(SPONSORED | fields))
    assert response.status_code == 303
    return Rule.objects.get(pk=response.url.strip("/").rpartition("/")[2])


def test_a_rule_is_saved_with_all_that_was_said(visitor: Client, nora: User, feed: Feed) -> None:
    source = nora.roster.sources.get()
    rule = saved(
        visitor, name="All of it", where=f"source-{source.pk}", all="shelf", none="fern", in_title="1",
        pattern="(a+)+$", term="Releases", author="Ada", language="en", least="2", most="30", kind="text",
        acts=["read", "tag", "skim", "notify"], tag="north",
    )  # fmt: skip
    page = visitor.get(f"/rules/{rule.pk}/").content.decode()
    for typed in ("sponsored", "shelf", "fern", "(a+)+$", "Releases", "Ada", 'value="2"', 'value="30"', "north"):
        assert typed in page
    again = sent(
        visitor,
        f"/rules/{rule.pk}/",
        version=rules.version(rule),
        name="All of it",
        where=f"source-{source.pk}",
        any="sponsored",
        all="shelf",
        none="fern",
        in_title="1",
        pattern="(a+)+$",
        term="Releases",
        author="Ada",
        language="en",
        least="2",
        most="30",
        kind="text",
        acts=["read", "tag", "skim", "notify"],
        tag="north",
    )
    assert again.status_code == 303
    there = Rule.objects.get()
    assert (there.conditions, there.acts) == (rule.conditions, rule.acts)


def test_a_rule_without_a_name_is_called_by_what_it_says(visitor: Client, feed: Feed) -> None:
    assert saved(visitor).name == "It has one of “sponsored”: hide it"


def test_trying_shows_each_entry_with_why_and_changes_nothing(visitor: Client, nora: User, feed: Feed) -> None:
    response = sent(visitor, **SPONSORED, act="try")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Of the newest 4 pieces from there it is for this one." in page
    assert "Sponsored: a shelf" in page
    assert "It has “sponsored”." in page
    assert not Rule.objects.exists()
    assert not Mark.objects.exists()


def test_saving_may_reach_back_and_says_so(visitor: Client, nora: User, feed: Feed) -> None:
    rule = saved(visitor, again="1")
    assert doing.hidden(nora).count() == 1
    page = visitor.get(f"/rules/{rule.pk}/").content.decode()
    assert "going through everything" in page
    assert "Sponsored: a shelf" in page
    ruling.apply_new(timezone.now())
    assert "going through everything" not in visitor.get(f"/rules/{rule.pk}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"any": "", "acts": "hide"}, "at least one thing must be asked"),
        ({"any": "x"}, "Say what is to be done"),
        ({"any": "x", "acts": ["hide", "keep"]}, "choose one of the two"),
        ({"pattern": "(", "acts": "hide"}, "cannot be read: missing )"),
        ({"pattern": "((a{50}){50}){50}", "acts": "hide"}, "cannot be read"),
        ({"pattern": r"(\pL{100}){9}", "acts": "hide"}, "too large"),
        ({"pattern": "a" * 501, "acts": "hide"}, "room for 500 characters"),
        ({"any": "!!!", "acts": "hide"}, "no word in it"),
        ({"any": "word " * 300, "acts": "hide"}, "room for 100 words"),
        ({"least": "0", "acts": "hide"}, "A number of minutes"),
        ({"most": "many", "acts": "hide"}, "A number of minutes"),
        ({"any": "x", "acts": "tag"}, "One word to tag them with"),
        ({"any": "x", "acts": "tag", "tag": "a, b"}, "One word to tag them with"),
        ({"any": "x", "acts": "tag", "tag": "x" * 51}, "A tag has at most"),
        ({"any": "x", "acts": "hide", "name": "x" * 101}, "There is room for 100 characters"),
        ({"who": "Nobody at all", "acts": "hide"}, "Nobody you read"),
        ({"where": "circle-99999", "acts": "hide"}, "circle it asks for is gone"),
        ({"where": "person-99999", "any": "x", "acts": "hide"}, "no longer on your roster"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_in_place_and_what_was_typed_is_kept(
    visitor: Client, feed: Feed, fields: dict[str, Any], words: str
) -> None:
    response = sent(visitor, **fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    for name in ("any", "pattern", "least", "most", "tag", "who"):
        if said := str(fields.get(name, "")).strip():
            assert f'value="{said}"' in page
    assert not Rule.objects.exists()


def test_somebody_is_found_by_name(visitor: Client, nora: User, feed: Feed) -> None:
    person = nora.roster.people.get()
    rule = saved(visitor, who="fern")
    assert rule.conditions[0] == {"what": "person", "how": "in", "value": person.pk}
    Person.objects.create(roster=nora.roster, name="Fern", created_at=NOW)
    response = sent(visitor, **SPONSORED, who="Fern")
    assert response.status_code == 422
    assert response.content.decode().count(">Fern</option>") == 3  # both people, and the source


def test_two_clicks_are_one_rule(visitor: Client, feed: Feed) -> None:
    assert saved(visitor) == saved(visitor)
    assert Rule.objects.count() == 1


def test_a_rule_changed_in_another_tab_is_not_overwritten_unseen(visitor: Client, feed: Feed) -> None:
    rule = saved(visitor)
    path, seen = f"/rules/{rule.pk}/", rules.version(rule)
    assert sent(visitor, path, any="other", acts="read", version=seen).status_code == 303
    refused = sent(visitor, path, any="mine", acts="read", version=seen)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "perhaps in another tab" in page
    assert 'value="mine"' in page
    now_seen = rules.version(Rule.objects.get())
    assert now_seen in page
    assert sent(visitor, path, any="mine", acts="read", version=now_seen).status_code == 303


def test_there_is_room_for_a_hundred(visitor: Client, nora: User, feed: Feed) -> None:
    asks = [{"what": "words", "how": "any", "value": "x"}]
    Rule.objects.bulk_create(
        Rule(user=nora, name=f"Rule {n}", conditions=asks, acts=[{"act": "read"}], position=n, at=NOW)
        for n in range(rules.MOST)
    )
    refused = sent(visitor, **SPONSORED)
    assert refused.status_code == 422
    assert "100 rules already" in refused.content.decode()
    assert visitor.get("/rules/").status_code == 200
    entries(feed, [1], title="x")
    assert ruling.apply_new(timezone.now()) == 1


def test_rules_are_put_in_order_and_switched(visitor: Client, feed: Feed) -> None:
    one, two = saved(visitor), saved(visitor, any="other")
    visitor.post(f"/rules/{two.pk}/act/", {"act": "up"})
    assert list(Rule.objects.all()) == [two, one]
    visitor.post(f"/rules/{two.pk}/act/", {"act": "up"})
    visitor.post(f"/rules/{two.pk}/act/", {"act": "down"})
    assert list(Rule.objects.all()) == [one, two]
    visitor.post(f"/rules/{one.pk}/act/", {"act": "off"})
    assert "switched off" in visitor.get("/rules/").content.decode()
    visitor.post(f"/rules/{one.pk}/act/", {"act": "on"})
    assert Rule.objects.get(pk=one.pk).enabled


def test_an_entry_is_taken_back_from_the_rules_page(visitor: Client, nora: User, feed: Feed) -> None:
    rule = saved(visitor, again="1", acts=["hide", "notify"])
    entry = doing.hidden(nora).get().entry_id
    visitor.post(f"/rules/{rule.pk}/undo/", {"entry": entry})
    assert not doing.hidden(nora).exists()
    assert not rules.noticed(nora).exists()


def test_a_rule_is_deleted_with_or_without_what_it_did(visitor: Client, nora: User, feed: Feed) -> None:
    rule = saved(visitor, again="1", acts=["hide", "tag"], tag="north")
    visitor.post(f"/rules/{rule.pk}/act/", {"act": "delete"})
    assert doing.hidden(nora).get().hidden_by is None
    assert EntryTag.objects.count() == 1
    page = visitor.get("/hidden/").content.decode()
    assert "By a rule you have deleted since" in page
    visitor.post(f"/hidden/{doing.hidden(nora).get().entry_id}/show/")
    EntryTag.objects.all().delete()
    rule = saved(visitor, again="1", acts=["hide", "tag"], tag="north")
    visitor.post(f"/rules/{rule.pk}/act/", {"act": "delete_back"})
    assert not doing.hidden(nora).exists()
    assert not EntryTag.objects.exists()


def test_taking_all_back_ends_going_through_what_is_stored(visitor: Client, nora: User, feed: Feed) -> None:
    rule = saved(visitor, again="1")
    visitor.post(f"/rules/{rule.pk}/act/", {"act": "back"})
    assert ruling.apply_new(timezone.now()) == 0
    assert not RuleAct.objects.exists()


def test_why_an_entry_is_not_there(visitor: Client, nora: User, feed: Feed) -> None:
    rule = saved(visitor, again="1", name="Away with it")
    entry = doing.hidden(nora).get().entry_id
    assert "Away with it" in visitor.get("/hidden/").content.decode()
    page = visitor.get(f"/entries/{entry}/").content.decode()
    assert "Hidden from your lists by a rule." in page
    assert f'href="/rules/{rule.pk}/"' in page
    response = visitor.post(f"/hidden/{entry}/show/", {"from": "entry"})
    assert response.url == f"/entries/{entry}/"
    assert "Hidden from your lists" not in visitor.get(response.url).content.decode()
    assert visitor.post(f"/hidden/{entry}/show/").status_code == 303  # a second click


def test_what_was_noticed_is_new_until_it_is_said_to_be_seen(visitor: Client, nora: User, feed: Feed) -> None:
    saved(visitor, again="1", acts="notify")
    assert "Rules noticed something new" in visitor.get("/rules/").content.decode()
    page = visitor.get("/rules/noticed/").content.decode()
    assert "I have seen these" in page
    assert rules.noticed(nora).get().seen_at is None
    river = visitor.get("/river/").content.decode()
    assert river.count('href="/rules/noticed/"') == 1  # the sign in the rail leads to where it is read
    visitor.post("/rules/noticed/", {"top": rules.noticed(nora).get().pk})
    assert "I have seen these" not in visitor.get("/rules/noticed/").content.decode()
    assert "something new" not in visitor.get("/rules/").content.decode()
    assert 'href="/rules/noticed/"' not in visitor.get("/river/").content.decode()


def test_a_rule_is_begun_from_what_one_looks_at(visitor: Client, nora: User, feed: Feed) -> None:
    source, entry = nora.roster.sources.get(), Entry.objects.order_by("pk")[0]
    circle = Circle.objects.create(roster=nora.roster, name="Ferns")
    Entry.objects.filter(pk=entry.pk).update(author="Ada")
    page = visitor.get(f"/rules/new/?entry={entry.pk}").content.decode()
    assert f'value="source-{source.pk}" selected' in page
    assert 'value="Ada"' in page
    for what, pk in (("source", source.pk), ("person", source.person_id), ("circle", circle.pk)):
        page = {"source": "/sources/{}/", "person": "/people/{}/", "circle": "/circles/{}/river/"}[what]
        assert f'/rules/new/?{what}={pk}"' in visitor.get(page.format(pk)).content.decode()
        assert f'value="{what}-{pk}" selected' in visitor.get(f"/rules/new/?{what}={pk}").content.decode()
        assert visitor.get(f"/rules/new/?{what}={2**40}").status_code == 404


def test_a_rule_on_what_is_gone_says_so_on_its_page(visitor: Client, nora: User, feed: Feed) -> None:
    circle = Circle.objects.create(roster=nora.roster, name="Ferns")
    rule = saved(visitor, where=f"circle-{circle.pk}")
    circle.delete()
    for path in ("/rules/", f"/rules/{rule.pk}/"):
        response = visitor.get(path)
        assert response.status_code == 200
        assert "The circle it asks for is gone" in response.content.decode()


def test_another_members_rules_are_not_there(visitor: Client, nora: User, feed: Feed) -> None:
    rule = saved(visitor, again="1")
    entry = doing.hidden(nora).get().entry_id
    otto = Client()
    otto.force_login(a_member("otto"))
    assert otto.get(f"/rules/{rule.pk}/").status_code == 404
    assert otto.post(f"/rules/{rule.pk}/act/", {"act": "delete"}).status_code == 404
    assert otto.post(f"/rules/{rule.pk}/undo/", {"entry": entry}).status_code == 404
    assert otto.post(f"/hidden/{entry}/show/").status_code == 404
    assert doing.hidden(nora).exists()


def test_pages_cost_a_few_queries_however_much_there_is(visitor: Client, nora: User, feed: Feed) -> None:
    circle = Circle.objects.create(roster=nora.roster, name="Ferns")
    circle.people.add(nora.roster.people.get())
    entries(feed, [1 + n / 500 for n in range(80)], title="Sponsored")
    rule = saved(visitor, where=f"circle-{circle.pk}", acts=["hide", "notify"], again="1")
    for n in range(20):
        saved(visitor, any=f"word{n}", where=f"circle-{circle.pk}")
    for path in ("/rules/", "/rules/new/", f"/rules/{rule.pk}/", "/hidden/", "/rules/noticed/"):
        visitor.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get(path).status_code == 200
        assert len(asked) <= 8, [path, *(each["sql"][:120] for each in asked)]
    with CaptureQueriesContext(connection) as asked:
        sent(visitor, **SPONSORED, where=f"circle-{circle.pk}", act="try")
    assert len(asked) <= 13, [each["sql"][:120] for each in asked]


def test_every_page_has_an_address() -> None:
    assert reverse("rules") == "/rules/"
    assert reverse("hidden") == "/hidden/"
