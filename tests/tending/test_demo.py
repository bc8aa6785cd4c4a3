"""`manage.py demo`: a living instance in a minute, the same for the same seed."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from aggregator.models import Entry, Feed, Lookup
from network.models import Source, User
from reading.models import Watermark
from tending.models import Event, Finding, Goal, Voice
from tending.reviewing.reasons import CODES

pytestmark = pytest.mark.django_db


def test_a_year_of_reading_with_something_to_decide_and_nothing_is_asked_of_any_site(client: Client) -> None:
    call_command("demo", user="demo", password="nine thousand volumes", sources=20)
    user = User.objects.get()
    assert user.is_superuser  # the first account of an instance
    assert Source.objects.of(user).count() == 20
    assert Entry.objects.count() > 1000
    assert Event.objects.of(user).filter(kind="opened").count() > 100
    assert {code for each in Finding.objects.all() for code in each.reasons} >= {"broken", "unread", "copies"}
    assert set(CODES) >= {code for each in Finding.objects.all() for code in each.reasons}
    assert not Feed.objects.filter(next_poll_at__isnull=False).exists()
    assert Goal.objects.of(user).count() == 1
    assert {voice.state for voice in Voice.objects.of(user)} == {"offered"}
    assert Voice.objects.of(user).count() == 3 and not Lookup.objects.exists()
    for mark in Watermark.objects.select_related("feed"):
        assert 0 <= mark.read_count <= mark.feed.entry_count
    client.force_login(user)
    for path in (
        "/today/",
        "/river/",
        "/tend/",
        "/tend/review/",
        "/tend/budget/",
        "/tend/voices/",
        "/tend/events/",
        "/roster/history/",
    ):
        assert client.get(path).status_code == 200, path
    assert "You were away for a while" in client.get("/today/").content.decode()
    with pytest.raises(CommandError, match="already"):
        call_command("demo", user="demo")
