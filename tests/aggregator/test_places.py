"""Well-known places: the table of docs/finding.md row by row, and what their pages and documents name."""

import json
import re
import time
from pathlib import Path

import pytest

from aggregator.finding.places import LIKELY, MAKERS, SURE, by_maker, recognise, well_known
from aggregator.finding.typed import Typed, normalise, tidy
from aggregator.models import Feed

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "finding.md"
ROW = re.compile(r"\| `(?P<given>[^`]+)` \| (?P<name>[^|]+) \| (?P<kind>[^|]+) \| (?P<feeds>.+) \|")
ROWS = [found for line in DOCUMENT.read_text().splitlines() if (found := ROW.fullmatch(line))]


def said(row: re.Match[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]], str]:
    """(feeds, guesses, api) as the document states them."""
    feeds, guesses, api = [], [], ""
    for cell in row["feeds"].split(" · "):
        how, url, kind = re.fullmatch(r"(?:(later|ask): )?`([^`]+)`(?: \((\w+)\))?", cell).groups()  # type: ignore[union-attr]
        if how == "ask":
            api = url
        else:
            (guesses if how == "later" else feeds).append((url, kind or row["kind"]))
    return feeds, guesses, api


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 60
    assert {row["name"] for row in ROWS} >= {rule.name for rule in SURE + LIKELY}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["given"])
def test_the_document_says_what_is_done(row: re.Match[str]) -> None:
    typed = normalise(row["given"])
    assert isinstance(typed, Typed)
    place = recognise(typed.url)
    assert place is not None
    assert place.name == row["name"]
    if row["feeds"] == "none to be had":
        assert place.has_none
    elif row["feeds"] == "read the page":
        assert (place.kind, place.feeds, place.guesses, place.api) == (row["kind"], [], [], "")
    else:
        assert (place.feeds, place.guesses, place.api) == said(row)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://example.com/about",
        "https://www.youtube.com/",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCsXVk37bltHxD1rDPwtNM8Q",
        "https://vimeo.com/12345",
        "https://github.com/",
        "https://github.com/topics/rss",
        "https://gitlab.com/explore/projects",
        "https://www.reddit.com/",
        "https://medium.com/",
        "https://www.substack.com/",
        "https://notyoutube.com/channel/UCsXVk37bltHxD1rDPwtNM8Q",
        "https://example.com/?u=https://github.com/django/django",
        "https://news.ycombinator.com/newest",
        "https://mail.google.com/@",
    ],
)
def test_other_addresses_are_no_well_known_places(url: str) -> None:
    place = recognise(url)
    assert place is None or (place.feeds == [] and place.api == "" and not place.has_none)


@pytest.mark.parametrize(
    "url",
    [
        "https://astralcodexten.substack.com/feed",
        "https://terrytao.wordpress.com/category/expository/feed/",
        "https://github.com/django/django/commits/main.atom",
        "https://www.reddit.com/r/Python/.rss",
        "https://mastodon.social/@Gargron.rss",
        "https://mastodon.social/@Gargron/tagged/x.rss",
    ],
)
def test_what_is_spelled_like_a_feed_is_asked_for_itself_first(url: str) -> None:
    place = recognise(url)
    assert place is None or (place.feeds == [] and place.api == "")


def test_every_template_gives_a_tidy_address_and_a_kind_feeds_have() -> None:
    for row in ROWS:
        place = recognise(normalise(row["given"]).url)  # type: ignore[union-attr]
        assert place is not None
        for feed in [*place.feeds, *place.guesses]:
            assert tidy(feed.url) == feed.url
            assert feed.kind in Feed.Kind.values
        assert place.api in ("", tidy(place.api))


def test_a_hostile_address_costs_no_time() -> None:
    before = time.process_time()
    for piece in ("/a", "@a", ".a", "/-", "a" * 40 + "/", "/id1", "&list="):
        recognise("https://gitlab.com/" + (piece * 2000)[:1900])
        recognise("https://podcasts.apple.com/" + (piece * 2000)[:1900])
        recognise("https://www.youtube.com/playlist?" + (piece * 2000)[:1900])
    assert time.process_time() - before < 2  # a runaway pattern takes minutes


# ---- what their pages and documents name

CHANNEL = "UCsXVk37bltHxD1rDPwtNM8Q"
FEED = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"


def read(given: str, body: bytes | str) -> list[str]:
    place = recognise(normalise(given).url)  # type: ignore[union-attr]
    assert place is not None
    return place.read(body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    "body",
    [
        f'{{"channelId":"UCother00000000000000000","x":1,"externalId":"{CHANNEL}"}}',
        f'"channelId":"UCother00000000000000000"<meta itemprop="identifier" content="{CHANNEL}">',
        f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
        f'{{"videoDetails":{{"channelId":"{CHANNEL}"}}}}',
    ],
)
def test_a_youtube_page_names_its_own_channel(body: str) -> None:
    assert read("https://www.youtube.com/@kurzgesagt", body) == [FEED]


def test_a_youtube_page_without_a_channel_names_none() -> None:
    assert read("https://youtu.be/abc", '"channelId":"short" UC') == []


def test_apple_tells_the_podcasts_own_feed() -> None:
    answer = json.dumps({"resultCount": 1, "results": [{"kind": "podcast", "feedUrl": "https://a.example/rss"}]})
    assert read("https://podcasts.apple.com/us/podcast/x/id1", answer) == ["https://a.example/rss"]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"results": 3}', b'{"results": [{}]}', b"\xff\xfe", b"[" * 100_000])
def test_nonsense_from_apple_names_nothing(body: bytes) -> None:
    assert read("https://podcasts.apple.com/us/podcast/x/id1", body) == []


def test_a_soundcloud_profile_names_its_user() -> None:
    page = '<meta property="al:ios:url" content="soundcloud://users:1234"><script>"soundcloud:users:99"</script>'
    assert read("https://soundcloud.com/thebugle", page) == [
        "https://feeds.soundcloud.com/users/soundcloud:users:1234/sounds.rss"
    ]


def test_webfinger_names_the_profile_page() -> None:
    links = [
        {"rel": "self", "type": "application/activity+json", "href": "https://fedi.example/users/me"},
        {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://fedi.example/@me"},
        {"rel": "http://webfinger.net/rel/profile-page", "href": "javascript:alert(1)"},
        {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": "https://fedi.example/x?uri={uri}"},
    ]
    assert read("@me@example.org", json.dumps({"subject": "acct:me@example.org", "links": links})) == [
        "https://fedi.example/@me"
    ]


# ---- where else to look


def test_the_program_that_made_a_page_tells_where_its_feed_is() -> None:
    assert by_maker("WordPress 6.4.2", "https://a.example/x/y") == ["https://a.example/feed/"]
    assert by_maker("Hugo 0.120", "https://a.example/") == ["https://a.example/index.xml"]
    assert by_maker("Movable Type Pro 5", "https://a.example/") == ["https://a.example/atom.xml"]
    assert by_maker("", "https://a.example/") == by_maker("Frontpage", "https://a.example/") == []
    assert all(path.startswith("/") for path in MAKERS.values())


def test_usual_places_are_a_handful_below_the_page_first() -> None:
    assert well_known("https://a.example/blog/")[:2] == ["https://a.example/blog/feed", "https://a.example/feed"]
    assert len(well_known("https://a.example/blog/")) <= 7
    assert well_known("https://a.example/index.html")[0] == "https://a.example/feed"
