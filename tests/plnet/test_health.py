"""/healthz and /metrics: what they say when something is wrong, and to whom."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from aggregator.models import Feed, Heartbeat, Poll
from plnet.health import examine, worker_trouble
from tests.plnet.running import free_port

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def a_feed(number: int = 1, **columns: object) -> Feed:
    url = f"http://127.0.0.1/{number}"
    return Feed.objects.create(
        **{"url": url, "host": "127.0.0.1", "created_at": now(), "subscribers": 1, **columns}
    )


def troubles() -> dict[str, str]:
    return {part.name: part.trouble for part in examine(now()) if part.trouble}


@pytest.mark.django_db
def test_all_well_is_200_for_anybody(client: Client) -> None:
    Heartbeat.objects.create(name="drain", at=now())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.decode().splitlines()[0] == "web: ok"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_silent_worker_is_503_and_named(client: Client) -> None:
    Heartbeat.objects.create(name="drain", at=now() - timedelta(minutes=3))
    answer = client.get("/healthz", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    said = answer.json()
    assert said.pop("worker").startswith("has been silent since ")
    assert said == {"web": "ok", "disk": "ok", "broker": "ok", "database": "ok"}


@pytest.mark.django_db
def test_one_can_ask_about_a_part(client: Client) -> None:
    answer = client.get("/healthz?part=web&part=database")
    assert (answer.status_code, answer.content) == (200, b"web: ok\ndatabase: ok\n")


def test_the_worker_is_judged_by_when_it_last_spoke() -> None:
    assert worker_trouble(None, NOW) == "has not polled yet"
    assert worker_trouble(NOW - timedelta(seconds=119), NOW) == ""
    assert worker_trouble(NOW - timedelta(seconds=121), NOW) == "has been silent since 2026-03-01 11:57:59 UTC"
    assert worker_trouble(NOW + timedelta(seconds=59), NOW) == ""
    assert "clock" in worker_trouble(NOW + timedelta(seconds=61), NOW)


@pytest.mark.django_db
def test_a_lost_redis_is_named(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert "cannot be reached" in troubles()["broker"]
    assert "127.0.0.1" not in troubles()["broker"], "where it is, is for the log"


@pytest.mark.django_db
def test_a_full_disk_is_named(settings: Settings) -> None:
    if not Path("/proc").exists():
        pytest.skip("needs a file system that has no room")
    settings.DATA_DIR = Path("/proc")
    assert troubles()["disk"] == "only 0 MB are free"


@pytest.mark.django_db
def test_the_command_says_the_same_and_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("health", "worker")
    assert end.value.code == 1
    assert capsys.readouterr().out == "database: ok\nworker: has not polled yet\n"
    Heartbeat.objects.create(name="drain", at=now())
    call_command("health", "worker")


@pytest.mark.django_db
def test_metrics_count_feeds_and_visits(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    late = a_feed(1, next_poll_at=now() - timedelta(minutes=5), entry_count=7)
    a_feed(2, state="gone", entry_count=3)
    a_feed(3, next_poll_at=now() + timedelta(hours=1))
    Poll.objects.create(feed=late, at=now(), outcome="new", entries_new=2, size=1000)
    Poll.objects.create(feed=late, at=now() - timedelta(hours=2), outcome="new", entries_new=5)
    with django_assert_num_queries(6):
        lines = client.get("/metrics").content.decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert float(values.pop("plnet_overdue_seconds")) == pytest.approx(300, abs=30)
    assert values == {
        'plnet_feeds{state="active"}': "2",
        'plnet_feeds{state="gone"}': "1",
        "plnet_entries": "10",
        "plnet_feeds_due": "1",
        "plnet_lookups_waiting": "0",
        'plnet_polls_last_hour{outcome="new"}': "1",
        "plnet_entries_new_last_hour": "2",
        "plnet_bytes_last_hour": "1000",
    }


@pytest.mark.django_db
def test_metrics_are_for_this_machine_or_the_token(client: Client, settings: Settings) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    settings.METRICS_TOKEN = "let me"
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/metrics", **elsewhere, headers={"Authorization": "Bearer let me"}).status_code == 200
    assert client.get("/metrics", **elsewhere, headers={"Authorization": "Bearer let you"}).status_code == 404
    settings.HTTPS = True  # then a proxy stands on this machine, and everybody seems to be here
    assert client.get("/metrics").status_code == 404
