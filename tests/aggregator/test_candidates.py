"""Which of a page's links are feeds, which two are one, and which comes first."""

import json
from dataclasses import asdict

import pytest

from aggregator.finding.candidates import Candidate, Why, is_narrow, kind_of, linked, named, ordered, same_feed
from aggregator.parsed import FoundLink, ParsedPage

SITE = "https://ann.example"


def alternate(path: str, title: str = "", type: str = "application/rss+xml", rel: str = "alternate") -> FoundLink:
    return FoundLink(SITE + path if path.startswith("/") else path, rel, type, title)


def offered(*links: FoundLink, address: str = SITE + "/") -> list[str]:
    """The paths that are offered, in order."""
    found = ordered(named(ParsedPage(links=list(links)), []), address)
    return [candidate.url.removeprefix(SITE) for candidate in found]


def test_alternates_with_a_feeds_type_and_rel_feed_are_feeds_and_nothing_else_is() -> None:
    assert offered(
        alternate("/rss"),
        alternate("/notes", rel="feed", type="text/html"),
        alternate("/de", type="text/html"),
        alternate("/print.css", rel="alternate stylesheet", type="text/css"),
        alternate("/wp-json/wp/v2/pages/2", type="application/json"),
        alternate("/oembed?url=x", type="application/json+oembed"),
        alternate("/oembed?format=json", type="application/json"),
        alternate("/me", rel="me"),
        alternate("/icon.png", rel="icon", type="image/png"),
        alternate("javascript:alert(1)"),
    ) == ["/rss", "/notes"]


def test_link_headers_name_feeds_too() -> None:
    found = named(None, [("alternate", SITE + "/a", "application/atom+xml"), ("hub", "https://hub.example/", "")])
    assert [(each.url, each.format, each.why) for each in found] == [(SITE + "/a", "atom", Why.NAMED)]


def test_comments_are_never_first() -> None:
    assert offered(alternate("/comments/feed/", "Ann » Comments Feed"), alternate("/feed/", "Ann » Feed")) == [
        "/feed/",
        "/comments/feed/",
    ]


def test_all_posts_come_before_those_of_a_category() -> None:
    links = [alternate("/tag/birds/feed/", "Birds"), alternate("/feed/", "Ann")]
    assert offered(*links) == ["/feed/", "/tag/birds/feed/"]


def test_whoever_gives_a_category_gets_it_first() -> None:
    links = [alternate("/feed/", "Ann"), alternate("/tag/birds/feed/", "Birds")]
    assert offered(*links, address=SITE + "/tag/birds/") == ["/feed/", "/tag/birds/feed/"]
    assert not is_narrow(SITE + "/tag/birds/feed/", SITE + "/tag/birds/")
    assert is_narrow(SITE + "/tag/cats/feed/", SITE + "/tag/birds/")


def test_a_blog_comes_before_a_podcast_and_releases() -> None:
    assert offered(
        alternate("/releases.atom", "Releases", "application/atom+xml"),
        alternate("/podcast.xml", "The Podcast"),
        alternate("/blog.xml", "The Blog"),
    ) == ["/blog.xml", "/podcast.xml", "/releases.atom"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (alternate("/feed/", "Ann » Feed"), alternate("/feed/atom/", "Ann » Atom Feed", "application/atom+xml")),
        (alternate("/rss.xml", "RSS"), alternate("/atom.xml", "Atom", "application/atom+xml")),
        (alternate("/index.xml"), alternate("/feed.json", "", "application/feed+json")),
        (
            alternate("/feeds/posts/default", "Ann - Atom", "application/atom+xml"),
            alternate("/feeds/posts/default?alt=rss", "Ann - RSS"),
        ),
        (alternate("/blog/rss"), alternate("/blog/atom", type="application/atom+xml")),
        (alternate("/rss.xml", "Ann (RSS 2.0)"), alternate("/index.rdf", "Ann (RSS 1.0)", "application/rdf+xml")),
    ],
)
def test_one_feed_in_two_formats_is_one_choice_the_first_named(one: FoundLink, other: FoundLink) -> None:
    assert offered(one, other) == [one.url.removeprefix(SITE)]
    if other.type != "application/feed+json" and other.type != "application/rdf+xml":
        assert offered(other, one) == [other.url.removeprefix(SITE)]


def test_rss_and_atom_come_before_json() -> None:
    assert offered(alternate("/feed.json", "", "application/feed+json"), alternate("/feed.xml")) == ["/feed.xml"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (alternate("/blog/rss.xml", "RSS"), alternate("/podcast/atom.xml", "Atom", "application/atom+xml")),
        (alternate("/rss.xml", "Notes"), alternate("/atom.xml", "Essays", "application/atom+xml")),
        (alternate("/a.xml", "Ann"), alternate("/b.xml", "Ann")),
        (alternate("/feed/", "Ann"), alternate("/comments/feed/", "Ann", "application/atom+xml")),
    ],
)
def test_different_feeds_stay_two_choices(one: FoundLink, other: FoundLink) -> None:
    first, second = named(ParsedPage(links=[one, other]), [])
    assert not same_feed(first, second)
    assert len(offered(one, other)) == 2


def test_a_feed_named_twice_is_offered_once() -> None:
    again = alternate("http://ann.example/feed", "Again")
    assert offered(alternate("/feed/", "Feed"), alternate("/feed/", "Feed"), again) == ["/feed/"]


@pytest.mark.parametrize(
    ("url", "title", "kind"),
    [
        (SITE + "/feed", "Ann", "blog"),
        (SITE + "/comments/feed/", "", "comments"),
        (SITE + "/feeds/comments/default", "", "comments"),
        (SITE + "/2020/01/post/feed/", "Ann » A post Comments Feed", "comments"),
        (SITE + "/feed2", "Kommentare zu Ann", "comments"),
        (SITE + "/feed2", "Commentaires sur Ann", "comments"),
        (SITE + "/feed", "Commented code", "blog"),
        (SITE + "/commentary.xml", "Commentary", "blog"),
        (SITE + "/podcast.rss", "", "podcast"),
        ("https://feeds.transistor.fm/show", "", "podcast"),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UC1", "", "video"),
        ("https://social.example/@ann.rss", "", "microblog"),
        ("https://bsky.app/profile/ann/rss", "", "microblog"),
        ("https://git.example/ann/tool/releases.rss", "", "releases"),
        ("https://github.com/ann.atom", "", "other"),
    ],
)
def test_address_and_title_tell_the_kind(url: str, title: str, kind: str) -> None:
    assert kind_of(url, title) == kind


def test_plain_links_are_only_supposed_to_be_feeds() -> None:
    page = ParsedPage(links=[FoundLink(SITE + "/rss.xml", "maybe-feed", "", "RSS"), alternate("/feed")])
    assert [(each.url, each.why, each.verified) for each in linked(page)] == [
        (SITE + "/rss.xml", Why.LINKED, False)
    ]


def test_a_page_of_a_thousand_feeds_offers_some() -> None:
    assert len(offered(*[alternate(f"/{n}.xml", f"Feed {n}") for n in range(1000)])) == 30


def test_a_candidate_goes_through_json_and_says_why_in_words() -> None:
    candidate = Candidate(SITE + "/feed", why=Why.PLACE)
    again = Candidate(**json.loads(json.dumps(asdict(candidate))))
    assert again == candidate
    assert str(Why(again.why).label) == "known from the kind of address"
