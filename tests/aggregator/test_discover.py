"""Any address leads to its feeds: real pages from a real server, read by real parser children."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime

import pytest

import aggregator.finding.discover
from aggregator.children import Children
from aggregator.fetch import Client
from aggregator.finding.candidates import Why
from aggregator.finding.discover import Discovery, discover
from tests.web import Reply, Web

from .looking import work

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Ann's notes</title><link>/</link>
<item><guid>1</guid><title>One</title><description>Some words.</description></item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Ann in Atom</title><id>a</id>
<updated>2026-01-01T00:00:00Z</updated><entry><id>1</id><title>One</title><updated>2026-01-01T00:00:00Z</updated>
<content>Some words.</content></entry></feed>"""
H_FEED = """<body><div class="h-feed"><h1 class="p-name">Ann marks up</h1><article class="h-entry">
<h2 class="p-name"><a class="u-url" href="/one">One</a></h2><div class="e-content">Some words about one.</div>
<time class="dt-published" datetime="2026-01-02T10:00:00Z">then</time></article></div></body>"""


@pytest.fixture(autouse=True)
def open_and_quick(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


def find(address: str, known: Collection[str] = ()) -> Discovery:
    return work(lambda client, children: discover(client, children, address, NOW, known))


def page(head: str = "", body: str = "<p>Hello.</p>") -> str:
    return f"<!doctype html><html lang=en><head><title>Ann's site</title>{head}</head><body>{body}</body></html>"


def alternate(href: str, title: str = "", type: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{type}" title="{title}" href="{href}">'


def html(web: Web, path: str, text: str, **more: object) -> None:
    web.page(path, text, type="text/html; charset=utf-8", **more)


def paths(web: Web) -> list[str]:
    return [request.path for request in web.requests]


# ---- the address is a feed


def test_a_feed_is_found_by_one_request_and_its_document_kept(web: Web) -> None:
    web.page("/feed", RSS, headers={"ETag": '"1"'})
    found = find(web.url("/feed"))
    assert paths(web) == ["/feed"]
    [candidate] = found.candidates
    assert (candidate.url, candidate.title, candidate.format) == (web.url("/feed"), "Ann's notes", "rss")
    assert (candidate.why, candidate.verified, candidate.kind) == (Why.ITSELF, True, "blog")
    assert found.document is not None
    fetched, parsed = found.document
    assert (fetched.etag, len(parsed.entries), found.title, found.error) == ('"1"', 1, "Ann's notes", "")


def test_what_could_not_be_read_is_not_said_to_be_no_feed(web: Web) -> None:
    web.page("/feed", RSS)

    async def hurried(client: Client, _children: Children) -> Discovery:
        async with Children(1, seconds=0.0) as children:
            return await discover(client, children, web.url("/feed"), NOW)

    found = work(hurried)
    assert found.candidates == []
    assert "could not be read just now" in found.error


def test_a_feed_sent_as_a_page_is_a_feed(web: Web) -> None:
    html(web, "/", RSS)
    assert find(web.url("/")).candidates[0].why == Why.ITSELF


def test_a_feed_that_moved_for_good_is_taken_at_its_new_place(web: Web) -> None:
    web.page("/old", status=301, headers={"Location": "/new"})
    web.page("/new", RSS)
    assert [each.url for each in find(web.url("/old")).candidates] == [web.url("/new")]


def test_a_feed_that_is_elsewhere_for_now_keeps_its_address(web: Web) -> None:
    web.page("/feed", status=302, headers={"Location": "/today"})
    web.page("/today", RSS)
    assert [each.url for each in find(web.url("/feed")).candidates] == [web.url("/feed")]


def test_a_feed_known_here_is_not_asked_for(web: Web) -> None:
    url = web.url("/feed")
    found = find(url, known={url})
    assert [(each.url, each.verified) for each in found.candidates] == [(url, True)]
    assert web.requests == []


# ---- the page names its feeds


def test_a_page_names_its_feeds_and_only_the_sensible_one_is_read(web: Web) -> None:
    links = [
        alternate("/comments/feed/", "Ann » Comments Feed"),
        alternate("/tag/birds/feed", "Birds"),
        alternate("feed/", "Ann » Feed"),
        alternate("feed/atom/", "Ann » Atom", "application/atom+xml"),
    ]
    html(web, "/blog/", page("".join(links)))
    web.page("/blog/feed/", RSS)
    found = find(web.url("/blog/"))
    assert paths(web) == ["/blog/", "/blog/feed/"]
    assert [each.url for each in found.candidates] == [
        web.url("/blog/feed/"), web.url("/tag/birds/feed"), web.url("/comments/feed/"),
    ]  # fmt: skip
    assert [each.kind for each in found.candidates] == ["blog", "blog", "comments"]
    assert [each.verified for each in found.candidates] == [True, False, False]
    assert [each.why for each in found.candidates] == [Why.NAMED] * 3
    assert (found.title, found.candidates[0].title, found.error) == ("Ann's site", "Ann » Feed", "")
    assert found.document is not None
    assert len(found.document[1].entries) == 1


def test_a_named_feed_that_is_known_here_is_not_read(web: Web) -> None:
    html(web, "/", page(alternate("/feed")))
    found = find(web.url("/"), known={web.url("/feed")})
    assert [(each.url, each.verified) for each in found.candidates] == [(web.url("/feed"), True)]
    assert (found.document, paths(web)) == (None, ["/"])


def test_a_named_feed_on_another_host_is_believed(web: Web) -> None:
    there = web.url("/feed", host="127.0.0.2")
    html(web, "/", page(alternate(there)))
    found = find(web.url("/"))
    assert [(each.url, each.verified) for each in found.candidates] == [(there, False)]
    assert paths(web) == ["/"]


def test_a_named_feed_that_is_none_gives_way_to_the_next(web: Web) -> None:
    html(
        web, "/", page(alternate("/gone", "Blog") + alternate("/notes.xml", "Notes") + alternate("/c", "Comments"))
    )
    web.page("/notes.xml", RSS)
    found = find(web.url("/"))
    assert [each.url for each in found.candidates] == [web.url("/notes.xml"), web.url("/c")]
    assert paths(web) == ["/", "/gone", "/notes.xml"]


def test_where_all_that_is_named_is_none_the_usual_places_are_tried(web: Web) -> None:
    html(web, "/", page(alternate("/gone")))
    web.page("/feed", RSS)
    assert [each.url for each in find(web.url("/")).candidates] == [web.url("/feed")]


def test_a_named_feed_that_cannot_be_had_now_is_believed(web: Web) -> None:
    html(web, "/", page(alternate("/feed")))
    web.page("/feed", status=503)
    found = find(web.url("/"))
    assert [(each.url, each.verified) for each in found.candidates] == [(web.url("/feed"), False)]
    assert paths(web) == ["/", "/feed"]


def test_a_named_feed_that_moved_for_good_is_taken_at_its_new_place(web: Web) -> None:
    html(web, "/", page(alternate("/old", "Ann")))
    web.page("/old", status=301, headers={"Location": "/new"})
    web.page("/new", RSS)
    assert [each.url for each in find(web.url("/")).candidates] == [web.url("/new")]


def test_link_headers_name_feeds(web: Web) -> None:
    html(web, "/", page(), headers={"Link": '</feed.xml>; rel="alternate"; type="application/atom+xml"'})
    web.page("/feed.xml", ATOM)
    found = find(web.url("/"))
    assert [(each.url, each.format) for each in found.candidates] == [(web.url("/feed.xml"), "atom")]


def test_a_page_that_is_elsewhere_names_feeds_from_there(web: Web) -> None:
    web.page("/", status=302, headers={"Location": web.url("/home/", host="127.0.0.2")})
    html(web, "/home/", page(alternate("rss.xml")), host="127.0.0.2")
    assert [each.url for each in find(web.url("/")).candidates] == [web.url("/home/rss.xml", host="127.0.0.2")]


def test_where_else_the_owner_is_comes_along(web: Web) -> None:
    me = '<a rel="me" href="https://social.example/@ann">there</a><link rel="me" href="https://code.example/ann">'
    html(web, "/", page(alternate("https://elsewhere.example/feed"), me))
    assert set(find(web.url("/")).places) == {"https://social.example/@ann", "https://code.example/ann"}


# ---- the page must be searched


def test_a_page_marked_up_as_a_feed_is_one(web: Web) -> None:
    html(web, "/", page(body=H_FEED))
    found = find(web.url("/"))
    assert [(each.url, each.format, each.why) for each in found.candidates] == [
        (web.url("/"), "h-feed", Why.MARKED_UP)
    ]
    assert found.document is not None
    assert paths(web) == ["/"]


def test_a_named_feed_comes_before_the_pages_own_mark_up(web: Web) -> None:
    html(web, "/", page(alternate("/rss.xml", "Ann"), H_FEED))
    web.page("/rss.xml", RSS)
    found = find(web.url("/"))
    assert [(each.url, each.format) for each in found.candidates] == [
        (web.url("/rss.xml"), "rss"), (web.url("/"), "h-feed"),
    ]  # fmt: skip
    assert found.document is not None
    assert found.document[1].format == "rss"


def test_a_link_that_looks_like_a_feed_is_read_to_be_sure(web: Web) -> None:
    html(web, "/", page(body='<a href="/about">About</a> <a href="/words.rss">RSS</a>'))
    web.page("/words.rss", RSS)
    found = find(web.url("/"))
    assert [(each.url, each.why, each.verified) for each in found.candidates] == [
        (web.url("/words.rss"), Why.LINKED, True)
    ]
    assert found.document is not None
    assert paths(web) == ["/", "/words.rss"]


def test_usual_places_are_tried_until_the_first_feed(web: Web) -> None:
    html(web, "/", page())
    html(web, "/feed", page())
    web.page("/atom.xml", ATOM)
    web.page("/feed.xml", RSS)
    found = find(web.url("/"))
    assert paths(web) == ["/", "/feed", "/rss.xml", "/atom.xml"]
    assert [(each.url, each.why, each.title) for each in found.candidates] == [
        (web.url("/atom.xml"), Why.GUESSED, "Ann in Atom")
    ]
    assert found.document is not None


def test_what_made_the_page_tells_where_to_look_first(web: Web) -> None:
    html(web, "/", page('<meta name="generator" content="Hugo 0.120">'))
    web.page("/index.xml", RSS)
    assert find(web.url("/")).candidates[0].url == web.url("/index.xml")
    assert paths(web) == ["/", "/index.xml"]


def test_a_page_with_only_a_comments_feed_is_searched_too(web: Web) -> None:
    html(web, "/", page(alternate("/comments/feed/", "Comments")))
    web.page("/rss.xml", RSS)
    assert [each.url for each in find(web.url("/")).candidates] == [web.url("/rss.xml"), web.url("/comments/feed/")]


def test_paths_that_several_programs_share_are_tried_after_the_page(web: Web) -> None:
    html(web, "/c/birds", page())
    web.page("/feeds/c/birds.xml", RSS)
    found = find(web.url("/c/birds"))
    assert paths(web) == ["/c/birds", "/feeds/c/birds.xml?sort=New"]
    assert [(each.url, each.kind) for each in found.candidates] == [
        (web.url("/feeds/c/birds.xml?sort=New"), "other")
    ]


def test_a_page_without_feeds_says_what_would_help(web: Web) -> None:
    html(web, "/shop/", page())
    found = find(web.url("/shop/"))
    assert (found.candidates, found.reached, found.title) == ([], True, "Ann's site")
    assert "no feed was found" in found.error
    assert len(web.requests) <= 8
    assert len(paths(web)) == len(set(paths(web)))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_in_trouble_is_not_asked_for_more_guesses(web: Web, status: int) -> None:
    html(web, "/", page())
    web.page("/feed", status=status)
    assert find(web.url("/")).candidates == []
    assert paths(web) == ["/", "/feed"]


# ---- accounts


def test_a_profile_of_the_fediverse_is_one_request(web: Web) -> None:
    web.page("/@ann.rss", RSS)
    found = find(web.url("/@ann"))
    assert paths(web) == ["/@ann.rss"]
    assert [(each.url, each.kind, each.why) for each in found.candidates] == [
        (web.url("/@ann.rss"), "microblog", Why.PLACE)
    ]


def test_an_address_that_leads_to_a_place_is_that_place(web: Web) -> None:
    for status in (301, 302):
        web.page(f"/go{status}", status=status, headers={"Location": "/@ann"})
    html(web, "/@ann", page())
    web.page("/@ann.rss", RSS)
    for status in (301, 302):
        assert [each.url for each in find(web.url(f"/go{status}")).candidates] == [web.url("/@ann.rss")]


def test_a_place_without_a_feed_is_not_searched_at_usual_places(web: Web) -> None:
    html(web, "/@ann", page())
    found = find(web.url("/@ann"))
    assert "keep them closed" in found.error
    assert paths(web)[:3] == ["/@ann.rss", "/@ann", "/@ann/feed.rss"]
    assert web.requests[3].path.startswith("/.well-known/webfinger")
    assert len(web.requests) == 4


def test_another_program_of_the_fediverse_names_its_feed_on_the_page(web: Web) -> None:
    html(web, "/@ann", page(alternate("/@ann/feed.rss")))
    web.page("/@ann/feed.rss", RSS)
    assert find(web.url("/@ann")).candidates[0].url == web.url("/@ann/feed.rss")
    assert paths(web) == ["/@ann.rss", "/@ann", "/@ann/feed.rss"]


def test_an_account_that_lives_on_another_host_is_found_by_webfinger(web: Web) -> None:
    home = web.url("/@ann", host="127.0.0.2")
    links = [{"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": home}]
    web.page("/.well-known/webfinger", json.dumps({"links": links}), type="application/jrd+json", host="127.0.0.1")
    web.page("/@ann.rss", RSS, host="127.0.0.2")
    found = find(web.url("/@ann"))
    assert [each.url for each in found.candidates] == [web.url("/@ann.rss", host="127.0.0.2")]
    assert paths(web) == ["/@ann.rss", "/@ann", web.requests[2].path, "/@ann.rss"]
    assert web.requests[2].path.startswith("/.well-known/webfinger?resource=acct:ann@127.0.0.1")


def test_webfinger_that_leads_back_ends_there(web: Web) -> None:
    links = [{"rel": "http://webfinger.net/rel/profile-page", "href": web.url("/@ann")}]
    web.page("/.well-known/webfinger", json.dumps({"links": links}), type="application/jrd+json")
    assert find(web.url("/@ann")).candidates == []
    assert len(web.requests) == 3


def test_a_place_that_is_busy_is_believed(web: Web) -> None:
    web.page("/@ann.rss", status=429, headers={"Retry-After": "600"})
    found = find(web.url("/@ann"))
    assert [(each.url, each.verified) for each in found.candidates] == [(web.url("/@ann.rss"), False)]
    assert found.refused is not None
    assert (found.refused.retry_after, paths(web)) == (600, ["/@ann.rss"])


def test_a_place_without_feeds_is_not_asked(web: Web) -> None:
    found = find("https://www.instagram.com/ann/")
    assert "Instagram has no feeds" in found.error
    assert (found.candidates, found.reached) == ([], True)


# ---- what goes wrong


def test_without_a_scheme_http_is_tried_where_https_fails(web: Web, monkeypatch) -> None:
    monkeypatch.setattr(aggregator.finding.discover, "SUPPOSED_SECONDS", 0.3)  # the test server waits for more
    web.page("/feed", RSS)
    address = web.url("/feed").removeprefix("http://")
    assert [each.url for each in find(address).candidates] == [web.url("/feed")]


def test_a_given_https_is_not_downgraded(web: Web, settings) -> None:
    settings.FETCH_SECONDS = 0.3
    web.page("/feed", RSS)
    found = find(web.url("/feed").replace("http://", "https://"))
    assert (found.candidates, found.reached, web.requests) == ([], False, [])


@pytest.mark.parametrize(
    ("status", "says"),
    [(404, "no page there"), (410, "no page there"), (403, "does not let programs"), (401, "does not let programs"),
     (429, "left alone"), (503, "left alone"), (500, "in trouble"), (418, "no use")],
)  # fmt: skip
def test_a_page_that_is_refused_is_one_request_and_a_sentence(web: Web, status: int, says: str) -> None:
    web.page("/", "no", status=status)
    found = find(web.url("/"))
    assert says in found.error and "127.0.0.1" in found.error
    assert (found.candidates, found.reached, paths(web)) == ([], False, ["/"])


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(status=302, headers={"Location": "/"}), "without end"),
        (Reply(raw=b"SSH-2.0-OpenSSH\r\n"), "HTTP"),
        (Reply(hang=True), "did not answer in time"),
        (Reply(reset=True, raw=b""), ""),
    ],
)
def test_a_server_that_misbehaves_is_a_sentence(web: Web, settings, reply: Reply, says: str) -> None:
    settings.FETCH_SECONDS = 0.5
    web.answer("/", lambda request: reply)
    found = find(web.url("/"))
    assert found.error and says in found.error
    assert (found.candidates, found.reached) == ([], False)


def test_a_host_that_is_not_there_is_a_sentence() -> None:
    found = find("https://nobody.invalid/")
    assert "nobody.invalid" in found.error and "spelled right" in found.error


def test_a_private_address_is_not_visited(web: Web, settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    found = find(web.url("/"))
    assert found.error and not found.reached
    assert web.accepted == 0


@pytest.mark.parametrize("type", ["application/pdf", "image/png"])
def test_a_file_is_no_page(web: Web, type: str) -> None:
    web.page("/file", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, type=type)
    found = find(web.url("/file"))
    assert type in found.error
    assert paths(web) == ["/file"]


def test_what_is_no_address_is_a_sentence_without_a_request() -> None:
    found = find("hello there")
    assert "spaces" in found.error
    assert found.candidates == []
