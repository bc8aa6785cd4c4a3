"""Hubs, from the first request to the last: a real local hub, the real callback."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs

import pytest
from django.test import Client as Browser
from django.utils import timezone

from aggregator import pushed, rounds, websub
from aggregator.models import Feed, Host, HubLease
from tests.web import Web

from .looking import work
from .made import a_feed

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def reachable(settings, django_user_model):
    django_user_model.objects.create(username="ann")  # the instance has its first account
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0
    settings.BASE_URL = "https://plnet.example.org"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def subscribed(web: Web, now: datetime, **columns: object) -> Feed:
    """A feed whose hub is our local one."""
    return a_feed(**{"hub_url": web.url("/hub"), "self_url": "https://ann.example/feed.xml", **columns})


def run(now: datetime, limit: int = 8) -> int:
    """Do what is due, as a drain does it; how many requests were claimed."""
    claims = websub.claim(now, limit) if websub.due(now) else []
    for claim in claims:
        websub.settle(work(partial(websub.look, claim=claim, now=now)), now)
    return len(claims)


def said(web: Web, at: int = -1) -> dict[str, str]:
    """The form of a request the hub got."""
    return {name: values[0] for name, values in parse_qs(web.asked("/hub")[at].body.decode()).items()}


def path(lease: HubLease) -> str:
    return f"/websub/{lease.path}"


def verify(browser: Browser, lease: HubLease, **changes: str):
    """The hub asks whether we meant it."""
    asked = {
        "hub.mode": "subscribe",
        "hub.topic": lease.topic,
        "hub.challenge": "4711",
        "hub.lease_seconds": "864000",
    }
    return browser.get(path(lease), asked | {f"hub.{name}": value for name, value in changes.items()})


def push(browser: Browser, lease: HubLease, body: bytes = b"<feed/>", secret: str = "", method: str = "sha256"):
    """The hub says that there is news."""
    signature = hmac.new((secret or lease.secret).encode(), body, method).hexdigest()
    headers = {"X-Hub-Signature": f"{method}={signature}"}
    return browser.post(path(lease), body, content_type="application/atom+xml", headers=headers)


def a_live_lease(web: Web, now: datetime, **columns: object) -> HubLease:
    feed = subscribed(web, now, **columns)
    return HubLease.objects.create(
        feed=feed, hub=feed.hub_url, topic=feed.self_url, path="p" * 43, secret="s" * 43, state="live",
        until=now + 10 * DAY, due_at=now + 9 * DAY,
    )  # fmt: skip


# ---- subscribing


def test_a_hub_is_asked_verifies_and_the_lease_lives(web, client, now):
    web.page("/hub", status=202)
    feed = subscribed(web, now)
    assert run(now) == 1
    lease = HubLease.objects.get(feed=feed)
    assert said(web) == {
        "hub.callback": f"https://plnet.example.org/websub/{lease.path}",
        "hub.mode": "subscribe",
        "hub.topic": "https://ann.example/feed.xml",
        "hub.secret": lease.secret,
        "hub.lease_seconds": "864000",
    }
    assert web.asked("/hub")[0].header("content-type") == "application/x-www-form-urlencoded"
    assert len(lease.path) >= 43 and len(lease.secret) >= 43
    assert not websub.live(feed.pk, now)
    answer = verify(client, lease)
    assert (answer.status_code, answer.content) == (200, b"4711")
    assert answer["Content-Type"].startswith("text/plain")
    assert websub.live(feed.pk, now + 9 * DAY)
    assert not websub.live(feed.pk, now + 11 * DAY)
    assert run(now) == 0


def test_a_hub_may_verify_before_it_answers(web, client, now):
    subscribed(web, now)
    claims = websub.claim(now, 8)
    assert verify(client, HubLease.objects.get()).status_code == 200
    web.page("/hub", status=500)

    websub.settle(work(partial(websub.look, claim=claims[0], now=now)), now)
    assert HubLease.objects.get().state == "live"


def test_each_feed_has_a_path_and_a_secret_of_its_own(web, now):
    web.page("/hub", status=202)
    subscribed(web, now)
    subscribed(web, now, self_url="")
    websub.gather(now)
    leases = list(HubLease.objects.select_related("feed").order_by("pk"))
    assert len({lease.path for lease in leases} | {lease.secret for lease in leases}) == 4
    assert leases[1].topic == leases[1].feed.url


@pytest.mark.parametrize(
    "secret",
    ["https://u:p@ann.example/feed", "https://ann.example/feed?a=1&token=x", "https://ann.example/?feed_key=x"],
)
@pytest.mark.parametrize("column", ["url", "self_url"])  # many servers repeat in rel=self what they were asked for
def test_a_hub_learns_no_address_that_is_somebodys_key(web, now, secret, column):
    web.page("/hub", status=202)
    subscribed(web, now, **{"self_url": "", column: secret})
    subscribed(web, now, self_url="https://video.example/feed?channel_id=1")
    websub.gather(now)
    assert [lease.topic for lease in HubLease.objects.all()] == ["https://video.example/feed?channel_id=1"]


def test_a_hub_with_many_feeds_is_asked_for_one_at_a_time(web, now):
    web.page("/hub", status=202)
    for _ in range(5):
        subscribed(web, now)
    asked = [run(now + timedelta(seconds=second)) for second in range(0, 11)]
    assert asked == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://localhost", "https://desk.local", "https://10.0.0.4"]
)
def test_an_instance_nobody_can_reach_asks_no_hub(web, now, settings, url):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    settings.BASE_URL = url
    subscribed(web, now)
    assert not websub.reachable()
    assert not websub.due(now)
    assert HubLease.objects.count() == 0


@pytest.mark.parametrize(
    "url", ["https://plnet.example.org", "http://plnet.example.org:8080", "https://93.184.215.14"]
)
def test_an_instance_with_a_public_name_asks(settings, url):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    settings.BASE_URL = url
    assert websub.reachable()


def test_an_unreachable_instance_costs_no_query(settings, now, django_assert_num_queries):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    settings.BASE_URL = "http://127.0.0.1:8000"
    with django_assert_num_queries(0):
        assert not websub.due(now)


def test_nothing_due_costs_two_small_queries(now, django_assert_num_queries):
    rounds.begin(websub.ROUND, now)
    with django_assert_num_queries(2):
        assert not websub.due(now)


def test_feeds_without_hub_or_follower_get_no_lease(web, now):
    a_feed()
    subscribed(web, now, subscribers=0)
    subscribed(web, now, state="suspended")
    subscribed(web, now, hub_url="javascript:alert(1)")
    assert run(now) == 0
    assert HubLease.objects.count() == 0


def test_a_hub_that_says_no_is_left_alone_for_a_month(web, client, now):
    web.page("/hub", "not for you", status=403)
    subscribed(web, now)
    assert run(now) == 1
    lease = HubLease.objects.get()
    assert (lease.state, lease.due_at) == ("refused", now + 30 * DAY)
    assert verify(client, lease).status_code == 404
    assert run(now + 29 * DAY) == 0
    assert run(now + 30 * DAY) == 1


def test_a_hub_that_denies_later_is_left_alone_too(web, client, now):
    lease = a_live_lease(web, now)
    assert verify(client, lease, mode="denied").status_code == 200
    lease.refresh_from_db()
    assert lease.state == "refused"
    assert not websub.live(lease.feed_id, now)


def test_a_hub_that_never_verifies_is_asked_five_times_with_growing_pauses(web, now):
    web.page("/hub", status=202)
    subscribed(web, now)
    at, times = now, []
    while at < now + 20 * DAY:
        times += [(at - now) // HOUR] * run(at)
        at = HubLease.objects.get().due_at
    assert times == [0, 1, 3, 7, 15]
    assert HubLease.objects.get().state == "refused"
    assert at - now > 30 * DAY


def test_a_busy_hub_is_asked_again_when_it_said(web, now):
    web.page("/hub", status=503, headers={"Retry-After": "7200"})
    subscribed(web, now)
    assert run(now) == 1
    assert run(now + 1.9 * HOUR) == 0
    assert run(now + 2 * HOUR) == 1


def test_a_hub_at_a_private_address_is_not_connected_to(web, now, settings):
    subscribed(web, now)
    settings.ALLOW_PRIVATE_ADDRESSES = False
    assert run(now) == 1
    assert web.accepted == 0


# ---- verifying


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": "https://evil.example/feed"},
        {"topic": ""},
        {"mode": "unsubscribe"},
        {"mode": "evil"},
        {"mode": ""},
        {"lease_seconds": ""},
        {"lease_seconds": "-5"},
        {"lease_seconds": "ever"},
    ],
)
def test_what_we_did_not_ask_for_is_not_confirmed(web, client, now, changes):
    web.page("/hub", status=202)
    subscribed(web, now)
    run(now)
    lease = HubLease.objects.get()
    answer = verify(client, lease, **changes)
    assert answer.status_code == 404
    assert b"4711" not in answer.content
    assert HubLease.objects.get().state == "asked"


def test_a_second_verification_is_none(web, client, now):
    lease = a_live_lease(web, now)
    assert verify(client, lease).status_code == 404
    assert HubLease.objects.get().until == now + 10 * DAY


def test_an_unknown_path_is_not_there(client, now):
    assert client.get("/websub/" + "x" * 43, {"hub.challenge": "1"}).status_code == 404
    assert client.post("/websub/" + "x" * 43, b"", content_type="text/xml").status_code == 404
    assert client.get("/websub/").status_code == 404


def test_a_lease_of_years_or_seconds_is_kept_within_reason(web, client, now):
    web.page("/hub", status=202)
    subscribed(web, now)
    run(now)
    verify(client, HubLease.objects.get(), lease_seconds="9" * 30)
    assert HubLease.objects.get().until <= timezone.now() + 90 * DAY
    HubLease.objects.update(state="asked", attempts=1)
    verify(client, HubLease.objects.get(), lease_seconds="60")
    lease = HubLease.objects.get()
    assert lease.until <= timezone.now() + timedelta(seconds=60)
    assert timezone.now() < lease.due_at < lease.until


# ---- renewing


def test_a_lease_is_renewed_before_it_ends_and_lives_meanwhile(web, client, now):
    web.page("/hub", status=202)
    lease = a_live_lease(web, now)
    assert run(now + 8.9 * DAY) == 0
    assert run(now + 9 * DAY) == 1
    assert said(web)["hub.mode"] == "subscribe"
    assert websub.live(lease.feed_id, now + 9 * DAY)
    lease.refresh_from_db()
    assert lease.state == "live"
    assert verify(client, lease, lease_seconds=str(20 * 86400)).status_code == 200
    assert websub.live(lease.feed_id, now + 19 * DAY)


def test_a_lease_that_could_not_be_renewed_ends(web, now):
    web.page("/hub", status=500)
    lease = a_live_lease(web, now)
    at = now + 9 * DAY
    while at < now + 11 * DAY:
        run(at)
        at = HubLease.objects.get().due_at
    assert not websub.live(lease.feed_id, now + 10 * DAY)
    assert HubLease.objects.get().state == "refused"
    assert len(web.asked("/hub")) == 5


def test_a_lease_that_ended_while_we_were_away_is_asked_for_anew(web, client, now):
    web.page("/hub", status=202)
    lease = a_live_lease(web, now)
    assert run(now + 30 * DAY) == 1
    lease.refresh_from_db()
    assert lease.state == "asked"
    assert verify(client, lease).status_code == 200


# ---- being told


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signed_push_makes_the_feed_due_now(web, client, now, method):
    lease = a_live_lease(web, now)
    assert push(client, lease, method=method).status_code == 202
    feed = Feed.objects.get(pk=lease.feed_id)
    assert abs(feed.next_poll_at - timezone.now()) < timedelta(seconds=30)
    assert feed.why_then == "hub"


def test_a_push_is_not_parsed_and_asks_nobody(web, client, now, django_assert_num_queries):
    lease = a_live_lease(web, now)
    body = b"<feed>" + b"<entry><title>Planted</title></entry>" * 1000
    with django_assert_num_queries(5):  # the lease, the feed locked, the feed written, within a savepoint
        assert push(client, lease, body).status_code == 202
    assert Feed.objects.get().entry_count == 0
    assert web.requests == []


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "md5=" + hmac.new(b"s" * 43, b"<feed/>", "md5").hexdigest(),
        hmac.new(b"s" * 43, b"<feed/>", "sha256").hexdigest(),
        "sha256=" + hmac.new(b"other", b"<feed/>", "sha256").hexdigest(),
        "sha1=" + hmac.new(b"s" * 43, b"<feed/>", "sha256").hexdigest(),
        "sha256=é",
    ],
)
def test_a_push_that_is_not_signed_by_our_secret_changes_nothing(web, client, now, signature):
    lease = a_live_lease(web, now)
    before = Feed.objects.values().get()
    headers = {} if signature is None else {"X-Hub-Signature": signature}
    answer = client.post(path(lease), b"<feed/>", content_type="application/atom+xml", headers=headers)
    assert answer.status_code == 202  # so that a forger learns nothing
    assert Feed.objects.values().get() == before


def test_signatures_are_of_the_whole_body():
    signature = "sha256=" + hmac.new(b"secret", b"body", hashlib.sha256).hexdigest()
    assert pushed.is_signed(b"body", signature, "secret")
    assert pushed.is_signed(b"body", signature.upper(), "secret")
    assert not pushed.is_signed(b"body!", signature, "secret")
    assert not pushed.is_signed(b"body", signature, "Secret")


def test_pushes_count_once_a_minute(web, client, now):
    lease = a_live_lease(web, now, last_polled_at=now)
    push(client, lease)
    assert Feed.objects.get().next_poll_at == now + timedelta(seconds=60)
    push(client, lease)
    assert Feed.objects.get().next_poll_at == now + timedelta(seconds=60)


def test_a_push_never_puts_a_poll_off(web, client, now):
    lease = a_live_lease(web, now, next_poll_at=now - HOUR, why_then="rhythm")
    push(client, lease)
    assert Feed.objects.get().next_poll_at == now - HOUR


def test_a_push_during_a_poll_is_to_be_repeated(web, client, now):
    lease = a_live_lease(web, now, lease="token", next_poll_at=now + timedelta(minutes=2))
    answer = push(client, lease)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert Feed.objects.get().next_poll_at == now + timedelta(minutes=2)


def test_a_push_does_not_wake_a_suspended_feed(web, client, now):
    lease = a_live_lease(web, now, state="suspended", next_poll_at=None)
    push(client, lease)
    assert Feed.objects.get().next_poll_at is None


@pytest.mark.parametrize("state", ["asked", "leaving", "refused", "wanted"])
def test_a_push_without_a_living_lease_is_told_so(web, client, now, state):
    lease = a_live_lease(web, now)
    HubLease.objects.update(state=state)
    before = Feed.objects.values().get()
    assert push(client, lease).status_code == 410
    assert Feed.objects.values().get() == before


def test_a_push_after_the_lease_ended_is_told_so(web, client, now):
    lease = a_live_lease(web, now)
    HubLease.objects.update(until=now - HOUR)
    assert push(client, lease).status_code == 410


def test_a_push_larger_than_allowed_is_refused_unread(web, client, now):
    lease = a_live_lease(web, now)
    assert push(client, lease, b"x" * (pushed.LARGEST + 1)).status_code == 413
    assert push(client, lease, b"x" * pushed.LARGEST).status_code == 202


def test_hubs_have_no_csrf_token_and_other_methods_are_none(web, now):
    lease = a_live_lease(web, now)
    strict = Browser(enforce_csrf_checks=True)
    assert push(strict, lease).status_code == 202
    assert strict.put(path(lease)).status_code == 405
    assert strict.delete(path(lease)).status_code == 405


# ---- leaving


def test_when_the_last_follower_leaves_the_hub_is_told(web, client, now):
    web.page("/hub", status=202)
    lease = a_live_lease(web, now)
    Feed.objects.update(subscribers=0)
    assert run(now) == 1
    assert said(web)["hub.mode"] == "unsubscribe"
    lease.refresh_from_db()
    assert not websub.live(lease.feed_id, now)
    assert verify(client, lease, mode="subscribe").status_code == 404
    answer = verify(client, lease, mode="unsubscribe", lease_seconds="")
    assert (answer.status_code, answer.content) == (200, b"4711")
    assert HubLease.objects.count() == 0


def test_whoever_comes_back_before_the_hub_confirmed_is_subscribed_again(web, client, now):
    web.page("/hub", status=202)
    lease = a_live_lease(web, now)
    Feed.objects.update(subscribers=0)
    run(now)
    Feed.objects.update(subscribers=1)
    assert run(now + HOUR) == 1
    assert said(web)["hub.mode"] == "subscribe"
    lease.refresh_from_db()
    assert verify(client, lease).status_code == 200


def test_a_hub_that_never_confirms_our_leaving_is_forgotten(web, now):
    web.page("/hub", status=202)
    a_live_lease(web, now)
    Feed.objects.update(subscribers=0)
    run(now)
    while lease := HubLease.objects.first():
        at = lease.due_at
        run(at)
    assert at < now + 3 * DAY
    assert HubLease.objects.count() == 0
    assert len(web.asked("/hub")) == 5


def test_a_feed_that_moved_to_another_hub_is_subscribed_there_by_a_new_path(web, now):
    web.page("/hub", status=202)
    web.page("/other", status=202)
    lease = a_live_lease(web, now)
    Feed.objects.update(hub_url=web.url("/other"))
    assert run(now) == 1
    assert len(web.asked("/other")) == 1
    changed = HubLease.objects.get()
    assert (changed.pk, changed.state) == (lease.pk, "asked")
    assert changed.path != lease.path and changed.secret != lease.secret


def test_a_host_told_to_wait_is_not_polled_because_of_a_push(web, client, now):
    lease = a_live_lease(web, now)
    Host.objects.create(name=lease.feed.host, blocked_until=now + DAY)
    push(client, lease)
    from aggregator import claim

    assert claim.claim(timezone.now() + timedelta(seconds=1), 10) == []
