"""Search: the same answers on both databases, and nothing of anybody else's. Run with either DATABASE_URL."""

from __future__ import annotations

import pytest

from aggregator.models import Entry
from network.models import User
from reading import search
from reading.scope import FEW

from .planted import plant
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


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_is_found_among_many_feeds(nora: User, planted: dict[str, Entry], question: str) -> None:
    for number in range(FEW + 1):
        a_source(nora, a_feed(f"other{number}"))
    assert found(nora, question) == QUESTIONS[question]
