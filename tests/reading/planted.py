"""Entries in many languages, planted for tests of search: found alike on both databases."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from aggregator import index
from aggregator.models import Entry, EntryBody, Feed

from .roster import NOW, count

PLANTED: dict[str, tuple[str, str, str]] = {  # name: language, title, text
    "cafe": ("en", "A café in Zürich", "The naïve coöperation of the café owners, résumés and all. Don’t panic."),
    "plain": ("en", "A cafe without accents", "People write cafe as they like; panic is no option. E-mail us."),
    "library": ("en", "What a library forgets", "Librarians keep gap cards; a gap card marks the empty place."),
    "cards": ("en", "Playing cards", "The gap between them was wide, and no card was marked."),
    "german": ("de", "Über die Straße", "Die Größe der Straßenbahn überrascht. Ein Bücherregal in München."),
    "russian": ("ru", "Ёжик в тумане", "Мой ёжик читает книги о библиотеках и йогурте."),
    "arabic": ("ar", "رسائل إلى المكتبة", "مُحَمَّد يقرأ الكتب في المكتبة كل يوم، وعددها ٣٥ كتابا."),
    "hebrew": ("he", "כרטיס במקום הספר", "שָׁלוֹם לכל הקוראים בספרייה."),
    "chinese": ("zh", "图书馆的空位", "我们在书架上放一张卡片，提醒大家那本书已经借走了。"),
    "japanese": (
        "ja",
        "道具を増やさない一年",
        "空いた場所を見て、はじめて何を使っていたかが分かる。ﾃﾞｰﾀとカードの話。",
    ),
    "korean": ("ko", "도서관에서 배운 것", "학교에서 책을 빌리고 도서관으로 돌려주었다."),
    "thai": ("th", "ห้องสมุดเล็ก", "หนังสือที่ถูกยืมไปแล้วจะมีบัตรคั่นไว้บนชั้น"),
    "hindi": ("hi", "पुस्तकालय की कहानी", "हिन्दी में पुस्तकें पढ़ना अच्छा लगता है।"),
    "mixed": ("ja", "iPhone用アプリ", "新しいiPhone用のアプリをC++で書いた。バージョン2.10、file_name.txt も。"),
    "markup": ("en", "On <script> & List<String>", "Code like List<String> and a&b, x@example.org, https://x.example/a-b."),
    "long": ("en", "A long one", "filler " * 9000 + "needle at the very end"),
}  # fmt: skip


def plant(feed: Feed) -> dict[str, Entry]:
    """All of them, the first the newest, in the tables and the index."""
    made = {}
    for days, (name, (language, title, text)) in enumerate(PLANTED.items()):
        at = NOW - timedelta(days=days)
        made[name] = Entry.objects.create(
            feed=feed, uid=name, sorted_at=at, arrived_at=NOW, published_at=at, title=title, gist=text[:200],
            language=language, words=100, link=f"{feed.url}/{name}",
        )  # fmt: skip
        EntryBody.objects.create(entry=made[name], html=f"<p>{language}</p>", text=text)
    with connection.cursor() as cursor:
        index.add(
            cursor, [(made[name].pk, feed.pk, title, text) for name, (_language, title, text) in PLANTED.items()]
        )
    count(feed)
    return made
