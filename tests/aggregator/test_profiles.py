"""Whose page it is: rel=me looked at from both ends, over a real local server."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from aggregator import asking, profiles
from aggregator.finding.relme import worth_asking
from aggregator.models import Host, Icon, Profile
from aggregator.parsed import FoundLink
from aggregator.spelling import is_one_of, page_key, page_spelling
from tests.web import Reply, Web

from .looking import work
from .made import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
HOME, SOCIAL, CODE = "127.0.0.1", "127.0.0.2", "127.0.0.3"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def open_and_quick(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


def html(web: Web, host: str, *links: str, path: str = "/", body: str = "", head: str = "", **more: Any) -> str:
    """A page with these rel=me links; its address."""
    anchors = "".join(f'<a rel="me" href="{link}">At {n}</a>' for n, link in enumerate(links))
    page = f"<!doctype html><html><head><title>Ann</title>{head}</head><body>{anchors}{body}</body></html>"
    web.page(path, page, host=host, type="text/html", **more)
    return web.url(path, host=host)


def look(url: str, now: Any = NOW) -> Profile:
    """What is learnt of a page."""
    profiles.ask([url], now)
    for claim in profiles.claim(now, 8):
        profiles.settle(work(partial(profiles.look, claim=claim, now=now)), now)
    return Profile.objects.get(url=url)


def says(profile: Profile) -> dict[str, str]:
    return {link["url"]: link["says"] for link in profile.links}


# ---- both ends


def test_a_place_that_names_the_page_too_is_mutual_and_another_is_not(web: Web) -> None:
    home = web.url("/", host=HOME)
    there = html(web, SOCIAL, home, path="/@ann")
    elsewhere = html(web, CODE, path="/ann")
    html(web, HOME, there, elsewhere)
    profile = look(home)
    assert says(profile) == {there: "mutual", elsewhere: "one_way"}
    assert (profile.looked_at, profile.due_at, profile.trouble, profile.cut) == (NOW, NOW + 30 * DAY, "", 0)
    assert [link["name"] for link in profile.links] == ["At 0", "At 1"]


def test_links_in_headers_and_in_the_head_count_as_well(web: Web) -> None:
    home = web.url("/", host=HOME)
    there = web.url("/ann", host=SOCIAL)
    web.page("/ann", "<p>Ann", host=SOCIAL, type="text/html", headers={"Link": f'<{home}>; rel="me"'})
    html(web, HOME, head=f'<link rel="me noopener" href="{there}">')
    assert says(look(home)) == {there: "mutual"}


@pytest.mark.parametrize("path", ["/index.html", "/?utm_source=social", "/#about"])
def test_the_link_back_may_be_spelled_otherwise(web: Web, path: str) -> None:
    home = web.url("/", host=HOME)
    there = html(web, SOCIAL, web.url(path, host=HOME), path="/@ann")
    html(web, HOME, there)
    assert says(look(home)) == {there: "mutual"}


def test_redirects_of_the_page_of_the_link_and_of_the_link_back_are_followed(web: Web) -> None:
    short, home = web.url("/", host="127.0.0.9"), web.url("/home", host=HOME)
    web.page("/", status=301, host="127.0.0.9", headers={"Location": home})
    moved = web.url("/old", host=SOCIAL)
    web.page("/old", status=302, host=SOCIAL, headers={"Location": html(web, SOCIAL, short, path="/@ann")})
    html(web, HOME, moved, path="/home")
    assert says(look(home)) == {moved: "mutual"}
    assert says(look(short)) == {moved: "mutual"}
    assert Profile.objects.get(url=short).key == page_key(home)


def test_a_page_that_only_claims_to_be_another_joins_nothing(web: Web) -> None:
    victim = web.url("/", host=CODE)
    there = html(web, SOCIAL, victim, path="/@victim")
    html(web, CODE, there)
    evil = html(web, HOME, there, head=f'<link rel="canonical" href="{victim}"><base href="{victim}">')
    assert says(look(evil)) == {there: "one_way"}


def test_a_place_that_cannot_be_asked_is_said_with_a_reason(web: Web) -> None:
    closed, gone = web.url("/in/ann", host=SOCIAL), web.url("/gone", host=SOCIAL)
    web.page("/in/ann", status=999, host=SOCIAL)
    home = html(web, HOME, closed, gone)
    profile = look(home)
    assert says(profile) == {closed: "unreached", gone: "gone"}
    assert [link["why"] for link in profile.links] == [
        "It is in trouble at the moment.",
        "There is no page at that address.",
    ]


def test_a_private_address_is_refused_and_nobody_there_is_asked(web: Web, settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    said = asking.Asking
    router = web.url("/admin", host="127.0.0.7")

    async def other_end(client: Any, children: Any) -> asking.Link:
        return await said(client, children).other_end(FoundLink(router, "me"), {"ann.example"})

    link = work(other_end)
    assert (link.says, bool(link.why)) == ("unsafe", True)
    assert web.requests == []


# ---- pages that mean no good


def test_a_page_that_names_a_hundred_others_is_cut_and_says_so(web: Web) -> None:
    places = [web.url(f"/{n}", host=f"127.0.2.{n}") for n in range(1, 101)]
    profile = look(html(web, HOME, *places))
    assert (len(profile.links), profile.cut) == (20, 80)
    assert len(web.requests) == 21


def test_no_host_is_asked_more_than_three_times(web: Web) -> None:
    profile = look(html(web, HOME, *[web.url(f"/{n}", host=SOCIAL) for n in range(10)]))
    assert (len(profile.links), profile.cut) == (3, 7)


def test_links_back_that_lead_nowhere_are_tried_five_times_in_all(web: Web) -> None:
    elsewhere = [web.url(f"/{n}", host=f"127.0.3.{n}") for n in range(1, 30)]
    there = html(web, SOCIAL, *elsewhere, path="/@ann")
    assert says(look(html(web, HOME, there))) == {there: "one_way"}
    assert len(web.requests) == 2 + 5


HOSTILE = {
    "deep": "<div>" * 200_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">",
    "cards": '<div class="h-card">' * 150,
    "one card, deep": '<div class="h-card">' + "<div>" * 5000,
    "links": '<a rel="me" href="https://x.invalid/{}">'.format("x" * 1900) * 3000,
    "bytes": "\x00\ud83d\ufffe".encode("utf-8", "surrogatepass").decode("latin-1") * 50_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_page_ends_and_the_next_is_read(web: Web, what: str) -> None:
    start = time.monotonic()
    look(html(web, HOME, body=HOSTILE[what]))
    assert time.monotonic() - start < 60  # its program is killed at ten seconds
    there = html(web, SOCIAL, path="/ok")
    assert look(there).trouble == ""


def test_a_page_that_hangs_is_trouble_in_words_and_what_was_known_stays(web: Web, settings: Any) -> None:
    home = html(web, HOME, web.url("/ann", host=SOCIAL))
    look(home)
    settings.FETCH_SECONDS = 0.3
    web.page("/", host=HOME, hang=True)
    profile = look_again(home, NOW + 31 * DAY)
    assert profile.trouble
    assert len(profile.links) == 1


def look_again(home: str, now: Any) -> Profile:
    profiles.look_again(Profile.objects.get(url=home), now)
    return look(home, now)


# ---- whom it represents


CARD = '<div class="h-card"><a class="p-name u-url {uid}" href="{url}">{name}</a>{more}</div>'


def test_the_card_that_is_the_page_s_own_gives_name_photo_and_note(web: Web) -> None:
    home = web.url("/", host=HOME)
    own = CARD.format(
        uid="u-uid",
        url=home,
        name="Ann  Lee",
        more='<img class="u-photo" src="me.jpg"><p class="p-note">Ferries.</p>',
    )
    other = CARD.format(uid="", url="https://bob.example/", name="Bob", more="")
    html(web, HOME, body=other + own)
    profile = look(home)
    assert (profile.name, profile.note, profile.photo_url) == ("Ann Lee", "Ferries.", web.url("/me.jpg", host=HOME))
    assert Icon.objects.get(site=profile.photo_url).due_at == NOW
    assert not profile.organisation


def test_a_card_whose_url_is_rel_me_or_the_only_one_represents_the_page(web: Web) -> None:
    home = web.url("/", host=HOME)
    html(web, HOME, body=CARD.format(uid="", url=home, name="The only one", more=""))
    assert look(home).name == "The only one"
    there = web.url("/@ann", host=SOCIAL)
    two = CARD.format(uid="", url="https://bob.example/", name="Bob", more="")
    two += CARD.format(uid="", url=there, name="Ann", more="")
    html(web, HOME, there, body=two)
    assert look_again(home, NOW + 31 * DAY).name == "Ann"


def test_somebody_else_s_card_represents_nobody(web: Web) -> None:
    home = html(
        web, HOME, body=CARD.format(uid="u-uid", url="https://bob.example/", name="Bob", more=""),
        head='<meta property="og:site_name" content="A site"><link rel="apple-touch-icon" href="/touch.png">',
    )  # fmt: skip
    profile = look(home)
    assert (profile.name, profile.site_name) == ("", "A site")
    assert profile.photo_url == web.url("/touch.png", host=HOME)


def test_a_card_named_like_its_organisation_is_one(web: Web) -> None:
    home = web.url("/", host=HOME)
    html(web, HOME, body=CARD.format(uid="u-uid", url=home, name="IFLA", more='<b class="p-org">IFLA</b>'))
    assert look(home).organisation


def test_what_a_page_says_is_one_line_of_text(web: Web) -> None:
    home = web.url("/", host=HOME)
    name = "A\x00n\nn " + "x" * 10_000
    html(web, HOME, body=CARD.format(uid="u-uid", url=home, name=name, more="<b>&lt;script&gt;</b>"))
    profile = look(home)
    assert "\n" not in profile.name
    assert len(profile.name) <= 200


def test_the_feeds_of_page_and_places_are_kept(web: Web) -> None:
    feed = '<link rel="alternate" type="application/rss+xml" title="Posts" href="/feed">'
    there = html(web, SOCIAL, web.url("/", host=HOME), path="/@ann", head=feed)
    profile = look(html(web, HOME, there, head=feed))
    assert profile.feeds == [{"url": web.url("/feed", host=HOME), "title": "Posts", "kind": "blog"}]
    assert [f["url"] for f in profile.links[0]["feeds"]] == [web.url("/feed", host=SOCIAL)]


def test_the_photo_is_kept_like_an_icon_and_asked_for_by_itself(web: Web) -> None:
    from aggregator import icons

    home = web.url("/", host=HOME)
    html(web, HOME, body=CARD.format(uid="u-uid", url=home, name="A", more='<img class="u-photo" src="/me.jpg">'))
    web.page("/me.jpg", b"\xff\xd8\xff\xe0" + bytes(150 * 1024), host=HOME)
    kept: list[Icon] = []
    icons.when_kept.append(kept.append)
    try:
        photo = look(home).photo_url
        for claim in icons.claim(NOW, 8):
            icons.settle(work(partial(icons.look, claim=claim, now=NOW)), NOW)
    finally:
        icons.when_kept.remove(kept.append)
    icon = Icon.objects.get(site=photo)
    assert (icon.media_type, [each.pk for each in kept]) == ("image/jpeg", [icon.pk])
    assert [request.path for request in web.requests] == ["/", "/me.jpg"]


# ---- how often


def test_a_page_is_looked_at_once_a_month(web: Web) -> None:
    home = html(web, HOME)
    for n in range(0, 62):
        look(home, NOW + n * DAY)
    assert len(web.requests) == 3


def test_asking_again_waits_an_hour(web: Web) -> None:
    home = html(web, HOME)
    profile = look(home)
    assert profiles.look_again(profile, NOW) == NOW + timedelta(hours=1)
    look(home, NOW + timedelta(minutes=59))
    assert len(web.requests) == 1
    look(home, NOW + timedelta(hours=1))
    assert len(web.requests) == 2


def test_two_workers_do_not_look_at_one_page_and_a_lost_one_is_replaced(web: Web) -> None:
    home = html(web, HOME)
    profiles.ask([home], NOW)
    (lost,) = profiles.claim(NOW, 8)
    assert profiles.claim(NOW, 8) == []
    (second,) = profiles.claim(NOW + profiles.LEASE, 8)
    profiles.settle(profiles.Finding(lost, asking.Said(home, card={"name": "Late"})), NOW)
    assert Profile.objects.get().name == ""
    profiles.settle(profiles.Finding(second, asking.Said(home, card={"name": "Ann"})), NOW)
    assert Profile.objects.get().name == "Ann"


def test_three_attempts_that_never_finish_are_enough_for_a_month(web: Web) -> None:
    profiles.ask([web.url("/")], NOW)
    at = [NOW + profiles.LEASE * n for n in range(4)]
    assert [len(profiles.claim(now, 8)) for now in at] == [1, 1, 1, 0]
    assert Profile.objects.get().due_at == at[3] + 30 * DAY


def test_pages_of_one_host_are_looked_at_one_after_the_other() -> None:
    profiles.ask([f"https://host.example/@{n}" for n in range(5)], NOW)
    assert len(profiles.claim(NOW, 8)) == 1
    assert profiles.claim(NOW, 8) == []


def test_a_host_that_asks_to_be_left_alone_is(web: Web) -> None:
    busy = web.url("/@ann", host=SOCIAL)
    web.page("/@ann", status=429, host=SOCIAL, headers={"Retry-After": "86400"})
    home = html(web, HOME, busy)
    assert says(look(home)) == {busy: "unreached"}
    assert Host.objects.get().name == busy.split("/")[2]
    look_again(home, NOW + timedelta(hours=2))
    assert len(web.asked("/@ann")) == 1
    profiles.ask([busy], NOW)
    assert profiles.claim(NOW, 8) == []
    assert Profile.objects.get(url=busy).due_at == NOW + DAY


def test_many_pages_are_spread_and_what_is_no_address_is_left_out() -> None:
    asked = profiles.ask(["https://a.example", "https://b.example/", "mailto:x@y.example", ""], NOW, within=2 * DAY)
    assert {url: profile.due_at for url, profile in asked.items()} == {
        "https://a.example": NOW,
        "https://b.example/": NOW + DAY,
    }


def test_pages_nobody_wants_to_know_about_are_asked_no_more(web: Web) -> None:
    home = html(web, HOME)
    look(home)
    profiles.keep_only(Profile.objects.none().values("pk"), NOW)
    assert Profile.objects.get().due_at is None
    look(home, NOW + 40 * DAY)  # somebody asks again
    assert len(web.requests) == 2
    profiles.keep_only(Profile.objects.none().values("pk"), NOW + 40 * DAY)
    profiles.keep_only(Profile.objects.none().values("pk"), NOW + 230 * DAY)
    assert not Profile.objects.exists()


def test_nothing_due_costs_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert not profiles.due(NOW)


# ---- spelling


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.ann.example/", "http://ann.example", True),
        ("https://ann.example/index.html", "https://ann.example/", True),
        ("https://ann.example/blog/index.php", "https://ann.example/blog", True),
        ("https://social.example/users/ann", "https://social.example/@ann", True),
        ("https://ann.example/?utm_source=x#me", "https://ann.example/", True),
        ("https://ann.example/~Ann", "https://ann.example/~ann", False),
        ("https://ann.example/", "https://ann.example.evil.example/", False),
        ("https://ann.example/?p=1", "https://ann.example/", False),
        ("https://ann@evil.example/", "https://ann.example/", False),
    ],
)
def test_one_page_has_many_spellings(one: str, other: str, same: bool) -> None:
    assert is_one_of([one], {page_spelling(other)}) is same
    assert (page_key(one) == page_key(other)) is same


def test_links_to_itself_with_secrets_and_twice_are_not_asked() -> None:
    urls = [
        "https://ann.example/index.html",
        "https://u:p@x.example/",
        "https://b.example/",
        "http://www.b.example",
        "no",
    ]
    chosen, cut = worth_asking([FoundLink(url, "me") for url in urls], {"ann.example"})
    assert ([link.url for link in chosen], cut) == (["https://b.example/"], 0)


def test_a_slow_place_is_said_not_to_have_been_reached(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LONGEST", 1.0)
    slow, quick = web.url("/slow", host=SOCIAL), web.url("/quick", host=CODE)
    web.answer("/slow", lambda _: Reply("", delay=5.0), host=SOCIAL)
    home = html(web, HOME, slow, quick)
    html(web, CODE, home, path="/quick")
    profile = look(home)
    assert says(profile) == {slow: "unreached", quick: "mutual"}
    assert profile.trouble == ""
