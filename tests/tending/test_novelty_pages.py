"""Where novelty is told: on a person's page, on an entry's page, and with two pieces side by side."""

from __future__ import annotations

import pytest
from django.test import Client

from aggregator.models import Entry, EntryBody
from tending.novelty import work
from tending.novelty.comparing import side_by_side
from tests.reading.roster import NOW, a_member
from tests.tending.test_novelty_work import a_blog, one_more, prose

pytestmark = pytest.mark.django_db


def test_what_was_said_before_is_told_on_three_pages_and_to_nobody_else(client: Client) -> None:
    nora, stranger = a_member(), a_member("stranger")
    feed = a_blog(nora)
    first = Entry.objects.filter(feed=feed).order_by("sorted_at")[0]
    old = EntryBody.objects.get(entry=first).html
    again = one_more(feed, old[: len(old) // 2] + "</p>" + prose(400, 80) + "<p>Kites! Of kites, my kites.</p>")
    work.run(NOW)
    person = feed.sources.get().person
    client.force_login(nora)
    told = client.get(f"/people/{person.pk}/").content.decode()
    assert "Of Kelp’s last 12: 5 new ground, 1 reuses a passage from 2026" in told
    assert f"/tend/compare/{again.pk}/" in told
    told = client.get(f"/entries/{again.pk}/").content.decode()
    assert "never used before" in told
    assert "<bdi>Kites</bdi>" in told
    assert "It shares text with" in told
    told = client.get(f"/tend/compare/{again.pk}/").content.decode()
    assert told.count("<mark>") >= 4
    assert told.count('id="side-') == 2
    assert "Nothing that you can read" in client.get(f"/tend/compare/{first.pk}/").content.decode()
    client.force_login(stranger)
    assert client.get(f"/tend/compare/{again.pk}/").status_code == 404


def test_only_what_stands_in_both_is_marked_and_as_it_was_written() -> None:
    one = "<p>Bread & salt are what the house needs, she said. Nothing else.</p>"
    other = "<p>Years on: bread &amp; salt ARE what the house needs, said nobody. Other words.</p>"
    left, right = side_by_side(one, other)
    assert left.passages == ["<mark>Bread &amp; salt are what the house needs</mark>, she said."]
    assert right.passages == ["Years on: <mark>bread &amp; salt ARE what the house needs</mark>, said nobody."]


def test_characters_in_a_row_are_marked_where_there_are_no_words() -> None:
    left, _right = side_by_side("<p>図書館の本を読む。</p>", "<p>昨日は図書館の本を買った。</p>")
    assert left.passages == ["<mark>図書館の本を</mark>読む。"]


def test_two_pieces_with_nothing_in_common_have_no_passages() -> None:
    left, right = side_by_side("<p>One two three four five.</p>", "")
    assert (left.passages, right.passages, left.more) == ([], [], 0)
