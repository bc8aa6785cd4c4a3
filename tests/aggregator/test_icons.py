"""A site's icon: found, judged by its bytes, and not asked for again too soon."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from aggregator import icons, rounds
from aggregator.models import Feed, Host, Icon
from aggregator.parsed import FoundLink
from tests.web import Web

from .looking import work
from .made import NOW, a_feed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
ICO = b"\x00\x00\x01\x00" + b"\0" * 100


@pytest.fixture(autouse=True)
def open_and_quick(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


def run(now=NOW, limit: int = 8) -> int:
    """Do what is due, as a drain does it; how many sites were claimed."""
    claims = icons.claim(now, limit) if icons.due(now) else []
    for claim in claims:
        icons.settle(work(partial(icons.look, claim=claim, now=now)), now)
    return len(claims)


def front_page(web: Web, *links: str) -> None:
    web.page("/", f"<html><head><title>Ann</title>{''.join(links)}</head></html>", type="text/html")


def followed(web: Web, **columns: object) -> Feed:
    return a_feed(**{"site_url": web.url("/blog/"), **columns})


def paths(web: Web) -> list[str]:
    return [request.path for request in web.requests]


def test_the_icon_a_page_names_is_kept(web: Web) -> None:
    front_page(web, '<link rel="shortcut icon" href="/i.png">')
    web.page("/i.png", PNG, type="text/plain")
    followed(web)
    assert run() == 1
    icon = Icon.objects.get()
    assert (icon.site, bytes(icon.content), icon.media_type, icon.asked_at) == (
        web.url("").rstrip("/"), PNG, "image/png", NOW,
    )  # fmt: skip
    assert paths(web) == ["/", "/i.png"]


def test_without_a_named_one_it_is_at_the_usual_place(web: Web) -> None:
    front_page(web)
    web.page("/favicon.ico", ICO)
    followed(web)
    run()
    assert Icon.objects.get().media_type == "image/x-icon"
    assert paths(web) == ["/", "/favicon.ico"]


def test_a_site_without_front_page_may_have_an_icon(web: Web) -> None:
    web.page("/favicon.ico", ICO)
    followed(web)
    run()
    assert bytes(Icon.objects.get().content) == ICO


def test_a_named_icon_that_is_none_gives_way_to_the_usual_place(web: Web) -> None:
    front_page(web, '<link rel="icon" href="/gone.png">')
    web.page("/favicon.ico", ICO)
    followed(web)
    run()
    assert paths(web) == ["/", "/gone.png", "/favicon.ico"]
    assert bytes(Icon.objects.get().content) == ICO


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><title>Not found</title>",
        b"",
        b"BM" + b"\0" * 50,
        PNG + b"\0" * icons.LARGEST,
    ],
)
def test_only_bitmaps_of_reasonable_size_are_icons(web: Web, content: bytes) -> None:
    front_page(web)
    web.page("/favicon.ico", content, type="image/png")
    followed(web)
    run()
    icon = Icon.objects.get()
    assert (bytes(icon.content), icon.media_type, icon.due_at) == (b"", "", NOW + 30 * DAY)


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (PNG, "image/png"),
        (ICO, "image/x-icon"),
        (b"GIF87a\0", "image/gif"),
        (b"GIF89a\0", "image/gif"),
        (b"\xff\xd8\xff\xe0\0", "image/jpeg"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\0\0\0WAVEfmt ", ""),
        (b"\x89PNG", ""),
        (b"<?xml version='1.0'?><svg/>", ""),
    ],
)
def test_the_first_bytes_prove_what_it_is(start: bytes, media_type: str) -> None:
    assert icons.image_type(start) == media_type


def test_bitmaps_are_named_before_touch_icons_and_drawings_not_at_all() -> None:
    links = [
        FoundLink("https://ann.example/a.svg", "icon", "image/svg+xml"),
        FoundLink("https://ann.example/b.svg?v=1", "icon"),
        FoundLink("https://ann.example/touch.png", "apple-touch-icon"),
        FoundLink("https://ann.example/mask.png", "mask-icon"),
        FoundLink("data:image/png;base64,AAAA", "icon"),
        FoundLink("https://ann.example/plain.png", "shortcut icon"),
    ]
    assert icons.named(links) == ["https://ann.example/plain.png", "https://ann.example/touch.png"]


# ---- how often


def test_a_site_is_asked_once_in_seven_days_however_many_feeds_it_has(web: Web) -> None:
    web.page("/favicon.ico", ICO)
    for _ in range(3):
        followed(web)
    asked = [run(NOW + n * DAY / 2) for n in range(16)]
    assert [n / 2 for n, count in enumerate(asked) if count] == [0, 7]
    assert len(web.asked("/favicon.ico")) == 2
    assert Icon.objects.count() == 1


def test_a_miss_is_remembered_for_thirty_days(web: Web) -> None:
    followed(web)
    asked = [run(NOW + n * DAY) for n in range(35)]
    assert [n for n, count in enumerate(asked) if count] == [0, 30]


def test_an_icon_survives_a_later_miss(web: Web) -> None:
    web.page("/favicon.ico", ICO)
    followed(web)
    run()
    web.remove("/favicon.ico")
    run(NOW + 7 * DAY)
    icon = Icon.objects.get()
    assert (bytes(icon.content), icon.due_at) == (ICO, NOW + 37 * DAY)


def test_a_host_that_does_not_answer_is_asked_for_nothing_more(web: Web, settings) -> None:
    settings.FETCH_SECONDS = 0.3
    web.page("/", hang=True)
    web.page("/favicon.ico", ICO)
    followed(web)
    run()
    assert paths(web) == ["/"]
    assert Icon.objects.get().due_at == NOW + 30 * DAY


def test_a_site_is_put_off_before_it_is_asked(web: Web) -> None:
    followed(web)
    assert len(icons.claim(NOW, 8)) == 1
    assert not icons.due(NOW)
    assert icons.claim(NOW + DAY, 8) == []  # a lost worker bothers nobody twice


def test_a_host_told_to_wait_is_asked_afterwards(web: Web) -> None:
    followed(web)
    Host.objects.create(name=web.url("").removeprefix("http://"), blocked_until=NOW + DAY)
    assert run() == 0
    assert Icon.objects.get().due_at == NOW + DAY
    assert web.requests == []


# ---- for whom


def test_only_sites_of_followed_feeds_are_asked(web: Web) -> None:
    followed(web, subscribers=0)
    followed(web, state="suspended")
    assert run() == 0
    assert Icon.objects.count() == 0


def test_a_feed_without_site_stands_for_its_own_host(web: Web) -> None:
    web.page("/favicon.ico", ICO)
    a_feed(url=web.url("/feed"), site_url="")
    run()
    assert Icon.objects.get().site == web.url("").rstrip("/")


def test_a_site_nobody_follows_any_more_is_left_alone_and_its_icon_kept(web: Web) -> None:
    web.page("/favicon.ico", ICO)
    followed(web)
    run()
    Feed.objects.update(subscribers=0)
    assert run(NOW + 8 * DAY) == 0
    icon = Icon.objects.get()
    assert (icon.due_at, bytes(icon.content)) == (None, ICO)
    Feed.objects.update(subscribers=1)
    assert run(NOW + 9 * DAY) == 0
    assert run(NOW + 31 * DAY) == 1


def test_nothing_due_costs_two_small_queries(django_assert_num_queries) -> None:
    rounds.begin(icons.ROUND, NOW)
    with django_assert_num_queries(2):
        assert not icons.due(NOW)


def test_the_round_is_made_every_few_minutes_by_one_worker(web: Web, django_assert_max_num_queries) -> None:
    for n in range(40):
        a_feed(site_url=f"https://site{n}.example/")
    with django_assert_max_num_queries(60):
        assert len(icons.claim(NOW, 8)) == 8
    followed(web)
    icons.claim(NOW + timedelta(minutes=4), 8)
    assert Icon.objects.count() == 40
    icons.claim(NOW + timedelta(minutes=5), 8)
    assert Icon.objects.count() == 41
