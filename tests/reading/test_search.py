"""Search: the same answers on both databases, and nothing of anybody else's. Run with either DATABASE_URL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator import index
from aggregator.models import Entry
from network.models import Circle, Group, Membership, Mute, Note, Person, Roster, Source, Tag, User
from reading import marks
from reading.models import Annotation
from reading.seeking import search
from reading.seeking.notes_found import beside_entries
from reading.seeking.query import read
from reading.seeking.scope import FEW

from .planted import PLANTED, plant
from .roster import NOW, a_feed, a_member, a_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora() -> User:
    return a_member("nora")


@pytest.fixture
def planted(nora: User) -> dict[str, Entry]:
    feed = a_feed("shelf")
    made = plant(feed)
    a_source(nora, feed)
    return made


def found(user: User, question: str, **how: object) -> set[str]:
    """The uids of all pages of answers, each there once."""
    uids, place = list[str](), None
    for _page in range(50):
        page = search.matches(user, question, NOW, place=place, **how)  # type: ignore[arg-type]
        uids += [each.uid for each in page.entries]
        if page.older is None:
            assert len(uids) == len(set(uids)), "nothing comes twice"
            return set(uids)
        place = search.read_place(str(page.older))
    raise AssertionError("it never ends")


QUESTIONS = {
    "cafe": {"cafe", "plain"},
    "CAFÉ": {"cafe", "plain"},
    "cafe\u0301": {"cafe", "plain"},
    "naive cooperation": {"cafe"},
    "resume": set(),
    "resum*": {"cafe"},
    "don't panic": {"cafe"},
    "don’t": {"cafe"},
    '"gap card"': {"library"},
    "gap card": {"library", "cards"},
    "gap card -marked": {"library"},
    "card -gap": set(),
    "cards -gap": set(),
    "gap -librarians": {"cards"},
    "-cafe lang:en": {"library", "cards", "markup", "long"},
    "librar*": {"library"},
    "library OR playing": {"library", "cards"},
    "library OR playing cards": {"library", "cards"},
    "strasse": {"german"},
    "STRASSE": {"german"},
    "Straße": {"german"},
    "strassenbahn": {"german"},
    "straßen": set(),
    "straßen*": {"german"},
    "uber munchen": {"german"},
    "ежик": {"russian"},
    "ЁЖИК": {"russian"},
    "мои": set(),
    "книг*": {"russian"},
    "محمد": {"arabic"},
    "مُحمّد": {"arabic"},
    "مـحـمـد": {"arabic"},
    "الى": {"arabic"},
    "35": {"arabic"},
    "٣٥": {"arabic"},
    "שלום": {"hebrew"},
    "图书馆": {"chinese"},
    "书": {"chinese"},
    "书架": {"chinese"},
    "架上放一张": {"chinese"},
    "架书": set(),
    "道具": {"japanese"},
    "道": {"japanese"},
    "話": {"japanese"},
    "データ": {"japanese"},
    "ﾃﾞｰﾀ": {"japanese"},
    "何を使っていた": {"japanese"},
    "は": {"japanese"},
    "か": {"japanese"},
    "학교": {"korean"},
    "도서관": {"korean"},
    "서관": {"korean"},
    "หนังสือ": {"thai"},
    "บัตร": {"thai"},
    "हिन्दी": {"hindi"},
    "पुस्तकें": {"hindi"},
    "iphone": {"mixed"},
    "iPhone用": {"mixed"},
    '"新しいiPhone用のアプリ"': {"mixed"},
    "ｉｐｈｏｎｅ": {"mixed"},
    "C++": {"mixed"},
    "2.10": {"mixed"},
    "file_name.txt": {"mixed"},
    "script": {"markup"},
    "List<String>": {"markup"},
    "x@example.org": {"markup"},
    "https://x.example/a-b": {"markup"},
    "needle": {"long"},
    '"very end"': {"long"},
    "title:card": set(),
    "title:cards": {"cards"},
    'title:"playing cards"': {"cards"},
    'title:"cards playing"': set(),
    "title:图书": {"chinese"},
    "cards -title:cards": {"library"},
    "lang:ja": {"japanese", "mixed"},
    "-lang:ja の": set(),
    "title:道具 lang:ja": {"japanese"},
    "after:2026-11-22": {"cafe", "plain"},
    "before:2026-11-22 after:2026-11-20": {"library", "cards"},
    "after:2026-11 cafe": {"cafe", "plain"},
    "before:2026 cafe": set(),
    "person:shelf cafe": {"cafe", "plain"},
    'source:"Shelf" cafe': {"cafe", "plain"},
    "-person:shelf cafe": set(),
    "person:nobody cafe": set(),
    "-person:nobody cafe": {"cafe", "plain"},
    "is:read": set(),
    "is:unread cafe": {"cafe", "plain"},
    "is:kept": set(),
}


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_was_written_is_found(
    nora: User, planted: dict[str, Entry], question: str, newest_first: bool
) -> None:
    assert found(nora, question, newest_first=newest_first) == QUESTIONS[question]
    assert found(nora, question, newest_first=newest_first, size=1) == QUESTIONS[question]


def test_what_is_short_heard_or_seen_is_found_alone(nora: User, planted: dict[str, Entry]) -> None:
    Entry.objects.filter(pk=planted["cafe"].pk).update(medium="audio")
    Entry.objects.filter(pk=planted["german"].pk).update(medium="video")
    Entry.objects.filter(pk=planted["plain"].pk).update(title="", words=5)
    for question, names in {
        "is:audio": {"cafe"}, "cafe is:audio": {"cafe"}, "is:video": {"german"}, "is:short": {"plain"},
        "cafe is:short": {"plain"}, "cafe -is:audio": {"plain"}, "cafe is:video": set(), "is:audio -cafe": set(),
    }.items():  # fmt: skip
        assert found(nora, question) == names, question


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_is_found_among_many_feeds(nora: User, planted: dict[str, Entry], question: str) -> None:
    for number in range(FEW + 1):
        a_source(nora, a_feed(f"other{number}"))
    assert found(nora, question) == QUESTIONS[question]


# ---- whose it is


def test_nothing_of_others_is_found(nora: User, planted: dict[str, Entry]) -> None:
    otto = a_member("otto")
    a_source(otto, a_feed("elsewhere"))
    for question in ("cafe", "lang:en", "is:unread", "-zeppelin", "person:shelf cafe", "is:kept", "is:noted cafe"):
        assert found(otto, question) == set(), question
    marks.keep(nora, planted["cafe"], True, NOW)
    person = Person.objects.get(name="Shelf")
    Note.objects.create(user=nora, person=person, text="nora's cafe", changed_at=NOW)
    Annotation.objects.create(user=nora, entry=planted["cafe"], note="a cafe of mine", at=NOW, changed_at=NOW)
    beside = beside_entries(otto, read("cafe OR shelf"))
    assert (beside.people, beside.notes) == ([], [])
    assert len(beside_entries(nora, read("cafe")).notes) == 2
    assert [each.name for each in beside_entries(nora, read("shelf")).people] == ["Shelf"]
    assert found(otto, "is:kept") == found(otto, "is:noted") == set()


def test_what_is_paused_or_retired_is_not_found_unless_it_was_kept_or_noted(
    nora: User, planted: dict[str, Entry]
) -> None:
    marks.keep(nora, planted["cafe"], True, NOW)
    Annotation.objects.create(user=nora, entry=planted["cards"], note="hm", at=NOW, changed_at=NOW)
    Source.objects.update(state=Source.State.RETIRED)
    assert found(nora, "cafe") == {"cafe"}
    assert found(nora, "card OR cards") == {"cards"}
    assert found(nora, "is:kept") == {"cafe"} and found(nora, "is:noted") == {"cards"}
    assert found(nora, "cafe is:kept") == {"cafe"} and found(nora, "cafe -is:kept") == set()
    assert found(nora, "person:shelf cafe") == {"cafe"}
    Annotation.objects.update(deleted_at=NOW)
    assert found(nora, "is:noted") == set()


def test_a_groups_roster_is_searched_by_its_members_until_they_leave_or_mute(
    nora: User, planted: dict[str, Entry]
) -> None:
    mia = a_member("mia")
    group = Group.objects.create(name="Readers", slug="readers", opml_key="k" * 43, made_at=NOW)
    roster = Roster.objects.create(group=group)
    person = Person.objects.create(roster=roster, name="On the shelf", created_at=NOW)
    feed = planted["cafe"].feed
    source = Source.objects.create(roster=roster, person=person, feed=feed, created_at=NOW, changed_at=NOW)
    assert found(mia, "cafe") == set()
    member = Membership.objects.create(group=group, user=mia, at=NOW)
    assert found(mia, "cafe") == found(mia, "cafe circle:readers") == {"cafe", "plain"}
    mute = Mute.objects.create(user=mia, source=source, at=NOW)
    assert found(mia, "cafe") == set()
    mute.delete()
    member.delete()
    assert found(mia, "cafe") == found(mia, "circle:readers cafe") == set()


def test_of_a_feed_of_many_only_the_followed_author_is_found(nora: User) -> None:
    feed = a_feed("many")
    made = plant(feed)
    Entry.objects.filter(pk__in=[made["cafe"].pk, made["library"].pk]).update(author="Ann")
    a_source(nora, feed, author="Ann")
    assert found(nora, "cafe") == {"cafe"}
    assert found(nora, "lang:en") == {"cafe", "library"}


# ---- names and states


def test_names_narrow_a_search(nora: User, planted: dict[str, Entry]) -> None:
    other = a_feed("Other")
    a_source(nora, other, Person.objects.create(roster=nora.roster, name="Åsa Öberg", created_at=NOW))
    made = plant(other)
    Entry.objects.filter(feed=other).exclude(pk=made["cafe"].pk).delete()
    Entry.objects.filter(feed=other).update(uid="other")
    circle = Circle.objects.create(roster=nora.roster, name="Close to the Desk")
    circle.people.add(Person.objects.get(name="Åsa Öberg"))
    tag = Tag.objects.create(roster=nora.roster, name="books")
    tag.sources.add(Source.objects.get(feed__title="Shelf"))
    assert found(nora, "cafe") == {"cafe", "plain", "other"}
    for name in (
        "person:asa",
        'by:"ÅSA ÖBERG"',
        "circle:desk",
        'in:"close to the desk"',
        "source:other",
        "-tag:books",
    ):
        assert found(nora, f"cafe {name}") == {"other"}, name
    assert found(nora, "cafe tag:books") == found(nora, "cafe -circle:desk") == {"cafe", "plain"}
    assert found(nora, "cafe person:asa person:shelf") == {"cafe", "plain", "other"}
    assert found(nora, "cafe person:asa tag:books") == set()


def test_what_is_read_unread_kept_and_noted(nora: User, planted: dict[str, Entry]) -> None:
    marks.mark(nora, planted["cafe"], True, NOW)
    assert found(nora, "cafe is:read") == {"cafe"} and found(nora, "cafe is:unread") == {"plain"}
    assert found(nora, "is:read") == {"cafe"} and "cafe" not in found(nora, "is:unread")
    assert found(nora, "-is:read cafe") == {"plain"}
    marks.keep(nora, planted["german"], True, NOW)
    assert found(nora, "is:kept -cafe") == found(nora, "is:kept lang:de") == {"german"}
    assert found(nora, "is:kept lang:fr") == found(nora, "is:kept -strasse") == set()


# ---- order and bounds


def test_the_title_counts_more_and_the_newer_a_little(nora: User) -> None:
    feed = a_feed("shelf")
    a_source(nora, feed)
    texts = {
        "in title": ("ferry notes", "one two three four five six"),
        "in text": ("notes", "ferry two three four"),
    }
    for days, (uid, (title, text)) in enumerate([*texts.items(), ("old", texts["in title"])]):
        at = NOW - timedelta(days=400 * days)
        entry = Entry.objects.create(feed=feed, uid=uid, sorted_at=at, arrived_at=NOW, title=title)
        with connection.cursor() as cursor:
            index.add(cursor, [(entry.pk, feed.pk, title, text)])
    best = [each.uid for each in search.matches(nora, "ferry", NOW).entries]
    assert best == ["in title", "old", "in text"]
    newest = [each.uid for each in search.matches(nora, "ferry", NOW, newest_first=True).entries]
    assert newest == ["in title", "in text", "old"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_every_match_comes_once_across_windows(
    nora: User, monkeypatch: pytest.MonkeyPatch, newest_first: bool
) -> None:
    monkeypatch.setattr(search, "WINDOWS", (7, 11))
    mine, other = a_feed("mine"), a_feed("other")
    a_source(nora, mine)
    for number in range(FEW + 1):
        a_source(nora, a_feed(f"more{number}"))
    uids = set()
    for number in range(60):
        feed = other if number % 3 else mine
        at = NOW - timedelta(hours=number * 37 % 60)
        entry = Entry.objects.create(feed=feed, uid=f"{number}", sorted_at=at, arrived_at=NOW, title="ferry")
        uids |= {entry.uid} if feed == mine else set()
        with connection.cursor() as cursor:
            index.add(cursor, [(entry.pk, feed.pk, "ferry", "")])
    assert found(nora, "ferry", newest_first=newest_first, size=4) == uids
    assert found(nora, "ferry", newest_first=newest_first, size=100) == uids


def test_an_edited_moved_or_expired_entry_is_found_as_it_is(nora: User, planted: dict[str, Entry]) -> None:
    entry, other = planted["cafe"], a_feed("other")
    with connection.cursor() as cursor:
        index.move(cursor, [entry.pk], other.pk)
    Entry.objects.filter(pk=entry.pk).update(feed=other)
    assert found(nora, "cafe") == {"plain"}
    a_source(nora, other)
    assert found(nora, "cafe") == {"cafe", "plain"}
    with connection.cursor() as cursor:
        index.forget_entries(cursor, [entry.pk])
    assert found(nora, "cafe") == {"plain"}


def test_planted_texts_are_of_many_languages() -> None:
    assert len({language for language, _title, _text in PLANTED.values()}) == 10


def test_five_queries_at_most(nora: User, planted: dict[str, Entry]) -> None:
    for question in ("cafe", "cafe circle:x person:shelf -tag:y", "card is:kept"):
        with CaptureQueriesContext(connection) as asked:
            search.matches(nora, question, NOW)
        assert len(asked) <= 5
