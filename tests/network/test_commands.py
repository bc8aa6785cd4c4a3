"""The network's commands at the front door."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from aggregator import poll
from aggregator.models import Feed, Heartbeat, Lookup
from network.models import Circle, Group, Source, User
from tests.web import Web

from .members import a_member, a_source
from .test_arrivals import HEAD, LINK, rss

pytestmark = pytest.mark.django_db
OPML = """<opml version="2.0"><body><outline text="Desk">
<outline text="Ingrid" xmlUrl="https://slow.example/feed"/>
<outline text="Ingrid" xmlUrl="https://slow.example/feed"/>
<outline text="Script" xmlUrl="javascript:alert(1)"/>
<outline xmlUrl="https://nameless.example/feed"/></outline></body></opml>"""


def run(*words: str) -> tuple[str, str]:
    """What a command says, and what it complains about."""
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "readers.opml"
    path.write_text(OPML)
    return path


@pytest.fixture(scope="module", autouse=True)
def parser_children() -> Any:
    yield
    poll.close()


def test_import_opml_says_what_came_and_which_lines_were_bad(file: Path) -> None:
    nora = a_member()
    out, err = run("import_opml", str(file), "--user", "Nora")
    assert "3 addresses: 1 followed, 1 there already or named twice, 1 whose feeds are being looked for." in out
    assert "line 4: Addresses here begin with http:// or https://, not with javascript:. javascript:alert(1)" in err
    assert Source.objects.of(nora).get().feed.url == "https://slow.example/feed"
    assert Circle.objects.get().name == "Desk"


def test_import_opml_prints_one_json_object(file: Path) -> None:
    a_member()
    out, _ = run("import_opml", str(file), "--user", "nora", "--json")
    said = json.loads(out)
    assert {key: said[key] for key in ("outlines", "followed", "joined", "looked_up")} == {
        "outlines": 3,
        "followed": 1,
        "joined": 1,
        "looked_up": 1,
    }
    assert [bad["line"] for bad in said["bad_lines"]] == [4]


@pytest.mark.parametrize(
    ("content", "user", "why"),
    [
        (None, "nora", "No such file"),
        ("<html></html>", "nora", "not a list of feeds"),
        (OPML, "nobody", "Nobody here is called"),
    ],
)
def test_import_opml_refuses_in_a_sentence(tmp_path: Path, content: str | None, user: str, why: str) -> None:
    a_member()
    path = tmp_path / "x.opml"
    if content:
        path.write_text(content)
    with pytest.raises(CommandError, match=why):
        run("import_opml", str(path), "--user", user)


def test_export_opml_is_what_import_opml_reads(tmp_path: Path) -> None:
    nora, otto = a_member(), a_member("otto")
    a_source(nora, name="Ingrid", circles=["Desk"])
    path = tmp_path / "roster.opml"
    path.write_text(run("export_opml", "--user", "nora")[0])
    run("import_opml", str(path), "--user", "otto")
    assert Source.objects.of(otto).get().person.name == "Ingrid"
    assert Circle.objects.of(otto).get().name == "Desk"


# ---- follow


@pytest.fixture
def open_and_quick(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    settings.HOST_DELAY = 0.0


def test_follow_looks_for_the_feed_itself_when_no_worker_runs(web: Web, open_and_quick: None) -> None:
    web.page("/", HEAD.format(LINK.format("Posts", "/feed")), type="text/html")
    web.page("/feed", rss("The Slow Shelf", 3))
    nora = a_member()
    out, _ = run("follow", web.url("/"), "--user", "nora")
    assert out == "The Slow Shelf: a blog, 3 entries\n"
    assert Source.objects.of(nora).get().feed.entry_count == 3


def test_follow_names_the_feeds_when_there_is_a_choice(web: Web, open_and_quick: None) -> None:
    web.page("/", HEAD.format(LINK.format("Essays", "/essays") + LINK.format("Links", "/links")), type="text/html")
    web.page("/essays", rss("Essays"))
    a_member()
    out, _ = run("follow", web.url("/"), "--user", "nora")
    assert web.url("/essays") in out and web.url("/links") in out
    assert not Source.objects.exists()


def test_follow_says_when_there_is_nothing(web: Web, open_and_quick: None) -> None:
    web.page("/", "<html></html>", type="text/html")
    a_member()
    with pytest.raises(CommandError, match="Nothing was followed"):
        run("follow", web.url("/"), "--user", "nora")
    with pytest.raises(CommandError, match="is no address"):
        run("follow", "nonsense", "--user", "nora")


def test_follow_leaves_it_to_a_running_worker(web: Web, open_and_quick: None, monkeypatch: Any) -> None:
    """The worker is this test: it drains when the command looks whether anything has come."""
    web.page("/feed", rss("The Slow Shelf", 3))
    a_member()
    Heartbeat.objects.create(name="drain", at=timezone.now())
    from network.management.commands.follow import Command

    looks = iter(range(100))
    staged = Command.staged

    def look(self: Any, *about: Any) -> Any:
        if next(looks) == 1:
            assert Lookup.objects.get().state == "waiting"
            assert not Feed.objects.exists()
            poll.run(10, idle_errands=False)
        return staged(self, *about)

    monkeypatch.setattr(Command, "staged", look)
    assert run("follow", web.url("/feed"), "--user", "nora")[0] == "The Slow Shelf: a blog, 3 entries\n"


def test_the_first_account_made_at_the_front_door_comes_with_the_starter_roster_too(monkeypatch: Any) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "an analytical engine")
    for name in ("ada", "wim"):
        run("createsuperuser", "--noinput", "--username", name, "--email", f"{name}@example.org")
    group = Group.objects.get()
    assert group.starter and group.roster.sources.count() >= 20
    assert [member.user.username for member in group.memberships.all()] == ["ada"]
    assert User.objects.get(username="ada").roster.sources.count() == 0
