"""What a publisher may expect: hints, refusals, trouble and moves, row by row of docs/polling.md."""

from datetime import timedelta
from typing import Any

import pytest

from aggregator.models import Entry, Feed, FeedAddress, Host, Poll
from tests.aggregator.days import BUSY, Days, gaps
from tests.web import Reply, Web

HINTLESS = [
    {"Cache-Control": "no-cache"},
    {"Cache-Control": "no-store, max-age=7200"},
    {"Cache-Control": "max-age=0"},
]


def busy(days: Days, web: Web, more: str = "", **headers: str) -> Feed:
    """A feed that would be asked hourly, were it not for its headers or what stands in its channel."""
    answers(days, web, "/feed", more, **headers)
    return days.feed()


def answers(days: Days, web: Web, path: str = "/feed", more: str = "", **headers: str) -> None:
    """From now on a document that has something new each hour stands there."""
    web.answer(path, lambda _: Reply(days.hourly(more), headers=headers))


def waits(days: Days, /, **time: float) -> list[float]:
    """Whole hours between requests while time passes."""
    return [int(hours) for hours in gaps(days.live(**time))]


# ---- 10–12, 32: hints


def test_10_max_age_is_waited_for_and_a_day_at_most(days: Days, web: Web) -> None:
    busy(days, web, **{"Cache-Control": "public, max-age=18000"})
    assert waits(days, hours=18) == [5, 5, 5]


def test_10_a_year_of_max_age_is_a_day(days: Days, web: Web) -> None:
    busy(days, web, **{"Cache-Control": "max-age=31536000"})
    assert waits(days, days=3) == [24, 24]


def test_10_expires_is_waited_for(days: Days, web: Web) -> None:
    busy(days, web, Date=days.date(), Expires=days.date(hours=6))
    assert waits(days, hours=7) == [6]


@pytest.mark.parametrize("said", ["no-cache", "no-store, max-age=7200", "max-age=0"])
def test_10_what_must_not_be_cached_is_asked_as_usual_not_now(days: Days, web: Web, said: str) -> None:
    busy(days, web, **{"Cache-Control": said})
    assert set(waits(days, hours=6)) == {1}


def test_11_ttl_is_waited_for(days: Days, web: Web) -> None:
    busy(days, web, "<ttl>300</ttl>")
    assert waits(days, hours=18) == [5, 5, 5]


def test_11_update_period_and_frequency_are_waited_for(days: Days, web: Web) -> None:
    busy(days, web, "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>")
    assert waits(days, hours=26) == [12, 12]


def test_11_a_year_of_ttl_is_a_week(days: Days, web: Web) -> None:
    busy(days, web, "<ttl>525600</ttl>")
    assert waits(days, days=15) == [7 * 24, 7 * 24]


@pytest.mark.parametrize(
    "nonsense", ["<ttl>soon</ttl>", "<ttl>-60</ttl>", "<sy:updatePeriod>often</sy:updatePeriod>"]
)
def test_11_nonsense_is_no_hint(days: Days, web: Web, nonsense: str) -> None:
    busy(days, web, nonsense)
    assert set(waits(days, hours=6)) == {1}


def test_12_no_request_in_hours_and_on_days_to_be_skipped(days: Days, web: Web) -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(6))
    busy(days, web, f"<skipHours>{hours}</skipHours><skipDays><day>Thursday</day></skipDays>")
    asked = days.live(days=4)[1:]
    assert len(asked) > 30
    assert min(at.hour for at in asked) == 6
    assert {at.strftime("%A") for at in asked} == {"Tuesday", "Wednesday", "Friday", "Saturday"}


def test_12_skipping_everything_is_ignored(days: Days, web: Web) -> None:
    busy(days, web, f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(24))}</skipHours>")
    assert set(waits(days, hours=6)) == {1}


def test_32_a_clock_that_is_a_day_off_changes_nothing(days: Days, web: Web) -> None:
    busy(days, web, Date=days.date(days=1), Expires=days.date(days=1, hours=3))
    assert waits(days, hours=4) == [3]
    web.page("/feed", "no", 429, headers={"Date": days.date(days=-1), "Retry-After": days.date(days=-1, hours=5)})
    days.live(hours=4)
    assert Host.objects.get().blocked_until - Poll.objects.latest("at").at == timedelta(hours=5)


# ---- 13–15: too many requests, unavailable


def refusing(days: Days, web: Web, status: int, **headers: str) -> tuple[Feed, Feed]:
    """A feed that has been read and now refuses, and another of the same host, due a little later."""
    feed = busy(days, web)
    answers(days, web, "/other")
    days.poll()
    web.page("/feed", "no", status, headers=headers)
    days.now = Feed.objects.get(pk=feed.pk).next_poll_at or days.now
    other = days.feed("/other")
    Feed.objects.filter(pk=other.pk).update(next_poll_at=days.now + timedelta(minutes=1))
    return feed, other


def test_13_retry_after_keeps_us_from_the_whole_host_and_from_no_other(days: Days, web: Web) -> None:
    refusing(days, web, 429, **{"Retry-After": "20000"})
    web.page("/feed", days.rss(*BUSY), host="127.0.0.2")
    days.poll()
    told = days.now
    elsewhere = days.feed(host="127.0.0.2")
    days.on(minutes=2)
    assert [days.poll().feeds, elsewhere.polls.count()] == [1, 1]
    while days.now < told + timedelta(seconds=19_000):
        days.on(minutes=10)
        days.poll()
    assert web.asked("/other") == []
    days.live(hours=1)
    assert len(web.asked("/other")) == 1
    assert Feed.objects.get(url=web.url("/other")).last_polled_at >= told + timedelta(seconds=20_000)  # type: ignore[operator]


def test_13_behind_a_redirect_the_host_that_asked_is_left_alone_and_not_the_one_that_led_there(
    days: Days, web: Web
) -> None:
    web.page("/feed", "", 302, headers={"Location": web.url("/real", host="127.0.0.2")})
    web.page("/real", "no", 429, headers={"Retry-After": "20000"})
    web.page("/other", days.rss(*BUSY))
    days.feed()
    days.poll()
    here, there = days.feed("/other"), days.feed("/other", host="127.0.0.2")
    days.poll()
    assert (here.polls.count(), there.polls.count()) == (1, 0)
    assert Host.objects.get().name == there.host


@pytest.mark.parametrize(
    "said, hours",
    [("7200", 2), ("date", 3), ("31536000", 7 * 24), ("garbage", 4), ("past", 4), ("-5", 4), ("0", 4)],
)
def test_13_14_how_long_a_host_is_left_alone(days: Days, web: Web, said: str, hours: int) -> None:
    texts = {"date": days.date(hours=3), "past": days.date(hours=-3)}
    web.page("/feed", "no", 429, headers={"Retry-After": texts.get(said, said)})
    days.feed()
    days.poll()
    assert Host.objects.get().blocked_until == days.now + timedelta(hours=hours)


def test_14_429_without_retry_after_doubles_to_a_day_and_success_forgets_it(days: Days, web: Web) -> None:
    refusing(days, web, 429)
    Feed.objects.filter(url=web.url("/other")).update(subscribers=0)
    assert waits(days, days=4) == [4, 8, 16, 24, 24]
    answers(days, web)
    days.live(days=2)
    assert not Host.objects.exists()


def test_15_503_keeps_us_from_that_feed_only(days: Days, web: Web) -> None:
    feed, _ = refusing(days, web, 503, **{"Retry-After": "20000"})
    before = len(web.asked("/feed"))
    days.live(hours=5.5)
    assert len(web.asked("/other")) >= 4
    assert len(web.asked("/feed")) == before + 1
    assert waits(days, hours=12) and not Host.objects.exists()
    feed.refresh_from_db()
    assert feed.failures >= 2


# ---- 16–18: moving


@pytest.mark.parametrize("status", [301, 308])
def test_16_a_permanent_move_is_followed_at_once_and_believed_on_the_second_day(
    days: Days, web: Web, status: int
) -> None:
    web.page("/old", "", status, headers={"Location": "/new"})
    web.page("/new", days.rss(*BUSY), headers={"ETag": '"1"'}, conditional=True)
    feed = days.feed("/old")
    assert days.poll().entries_new == len(BUSY)
    days.live(hours=10)
    feed.refresh_from_db()
    assert feed.url == web.url("/old")
    days.live(hours=16)
    feed.refresh_from_db()
    assert (feed.url, feed.moved_to) == (web.url("/new"), "")
    assert FeedAddress.objects.get().url == web.url("/old")
    before = len(web.asked("/old"))
    days.live(days=2)
    assert len(web.asked("/old")) == before
    assert days.asked[-1].header("if-none-match") == '"1"'
    assert Entry.objects.count() == len(BUSY)


def test_16_a_move_to_a_known_feed_makes_them_one(days: Days, web: Web) -> None:
    web.page("/old", "", 301, headers={"Location": "/new"})
    web.page("/new", days.rss(*BUSY))
    days.feed("/old")
    known = days.feed("/new")
    days.live(days=2)
    assert Feed.objects.get() == known
    assert Entry.objects.count() == len(BUSY)
    known.refresh_from_db()
    assert known.entry_count == len(BUSY)
    before = len(web.asked("/old"))
    assert len(days.live(days=1)) < 26
    assert len(web.asked("/old")) == before


def test_16_a_move_to_something_that_is_no_feed_is_not_believed(days: Days, web: Web) -> None:
    web.page("/old", "", 301, headers={"Location": "/parked"})
    web.page("/parked", "<html><p>This domain is for sale.</p></html>", type="text/html")
    feed = days.feed("/old")
    days.live(days=5)
    feed.refresh_from_db()
    assert (feed.url, feed.moved_to) == (web.url("/old"), "")
    assert feed.failures > 3


@pytest.mark.parametrize("status", [302, 303, 307])
def test_17_a_temporary_redirect_is_followed_and_never_stored(days: Days, web: Web, status: int) -> None:
    web.page("/old", "", status, headers={"Location": "/new"})
    web.page("/new", days.rss(*BUSY))
    feed = days.feed("/old")
    asked = days.live(days=3)
    feed.refresh_from_db()
    assert (feed.url, feed.moved_to, feed.entry_count) == (web.url("/old"), "", len(BUSY))
    assert len(web.asked("/old")) == len(web.asked("/new")) == len(asked) / 2


def test_17_one_temporary_hop_makes_the_whole_way_temporary(days: Days, web: Web) -> None:
    web.page("/old", "", 301, headers={"Location": "/between"})
    web.page("/between", "", 302, headers={"Location": "/new"})
    web.page("/new", days.rss(*BUSY))
    feed = days.feed("/old")
    days.live(days=3)
    feed.refresh_from_db()
    assert feed.url != web.url("/new")


def test_18_a_loop_and_a_sixth_hop_are_errors_and_never_stored(days: Days, web: Web) -> None:
    web.page("/loop", "", 301, headers={"Location": "/loop"})
    for hop in range(9):
        web.page(f"/{hop}", "", 301, headers={"Location": f"/{hop + 1}"})
    loop, far = days.feed("/loop"), days.feed("/0")
    days.poll()
    assert [request.path for request in days.asked].count("/loop") == 1
    assert web.asked("/5") and not web.asked("/6")
    for feed in (loop, far):
        feed.refresh_from_db()
        assert (feed.last_outcome, feed.moved_to) == ("broken", "")


# ---- 19–22: gone, missing, broken


def test_19_410_is_confirmed_once_after_a_day_and_then_nothing_more(days: Days, web: Web) -> None:
    feed = busy(days, web)
    days.poll()
    web.page("/feed", "gone", 410)
    [hours] = gaps(days.live(days=200))
    assert 24 <= hours < 25.1
    feed.refresh_from_db()
    assert (feed.state, feed.next_poll_at, feed.entry_count) == ("gone", None, 40)


def test_19_a_feed_that_is_back_at_the_confirmation_goes_on(days: Days, web: Web) -> None:
    feed = busy(days, web)
    days.poll()
    web.page("/feed", "gone", 410)
    days.live(hours=2)
    answers(days, web)
    days.live(days=2)
    feed.refresh_from_db()
    assert (feed.state, feed.gone_at, feed.failures) == ("active", None, 0)


@pytest.mark.parametrize("status", [404, 401, 403])
def test_20_21_what_cannot_be_had_is_asked_daily_then_weekly_and_not_after_ninety_days(
    days: Days, web: Web, status: int
) -> None:
    feed = busy(days, web)
    days.poll()
    web.page("/feed", "no", status, headers={"WWW-Authenticate": 'Basic realm="x"'})
    asked = days.live(days=200)
    assert [round(hours / 24) for hours in gaps(asked)] == [1] * 14 + [7] * 11
    feed.refresh_from_db()
    assert (feed.state, feed.why_then) == ("stopped", "stopped")
    assert len({request.header("user-agent") for request in days.asked}) == 1
    assert all(request.header("authorization") is None for request in days.asked)


BROKEN = {
    "500": Reply("oops", 500),
    "418": Reply("short and stout", 418),
    "hangs": Reply(hang=True),
    "resets": Reply(raw=b"", reset=True),
    "speaks no HTTP": Reply(raw=b"220 mail.example ESMTP\r\n"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_22_a_broken_feed_is_asked_after_an_hour_doubling_to_a_day(
    days: Days, web: Web, settings: Any, how: str
) -> None:
    feed = busy(days, web)
    days.poll()
    patience, settings.FETCH_SECONDS = settings.FETCH_SECONDS, 0.2
    web.answer("/feed", lambda _: BROKEN[how])
    assert waits(days, hours=50) == [1, 2, 4, 8, 16]
    settings.FETCH_SECONDS = patience
    answers(days, web)
    days.live(days=1.1)
    feed.refresh_from_db()
    assert (feed.failures, feed.failing_since, feed.state) == (0, None, "active")
    assert set(waits(days, hours=4)) == {1}


def test_22_names_and_certificates_that_fail_are_broken_too(days: Days, web: Web, settings: Any) -> None:
    settings.FETCH_SECONDS = 1.0
    bad = [
        web.url("/feed").replace("http:", "https:"),
        "http://no-such-name.invalid/feed",
        "http://127.0.0.1:1/feed",
    ]
    for url in bad:
        feed = days.feed()
        Feed.objects.filter(pk=feed.pk).update(url=url, host=url.split("/")[2])
    days.poll()
    assert set(Feed.objects.values_list("last_outcome", "failures")) == {("broken", 1)}
    assert all(Feed.objects.values_list("last_error", flat=True))


def test_22_a_broken_feed_is_never_given_up_before_ninety_days(days: Days, web: Web) -> None:
    feed = busy(days, web)
    days.poll()
    web.page("/feed", "oops", 500)
    asked = days.live(days=200)
    assert (asked[-1] - asked[0]) >= timedelta(days=90)
    feed.refresh_from_db()
    assert feed.state == "stopped"
