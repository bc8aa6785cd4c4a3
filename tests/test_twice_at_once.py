"""Two clicks at once, or two tabs: every form is sent by several threads in the same moment, and no page breaks."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from network.models import Circle, Group, Person, User
from reading.models import Mark
from tests.test_permissions import RULES, a_form, nora, numbers, path_of, theirs, visitor  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4
FORMS = [
    ("add/<int:pk>/who/", {"name": "Other"}),
    ("people/<int:pk>/places/", {"url": "https://x.example/"}),
    ("people/<int:pk>/look/", {}),
    ("people/<int:pk>/same/", {"same": "yes"}),
    ("places/<int:pk>/act/", {"theirs": "yes"}),
    ("sources/<int:pk>/authors/", {"are": "people"}),
    ("circles/", {"name": "New"}),
    ("circles/<int:pk>/rename/", {"name": "Other"}),
    ("circles/<int:pk>/people/", {"act": "in"}),
    ("circles/<int:pk>/people/", {"act": "out"}),
    ("circles/<int:pk>/move/", {"act": "up"}),
    ("circles/<int:pk>/delete/", {}),
    ("people/<int:pk>/circles/", {"new_circle": "New"}),
    ("people/<int:pk>/rename/", {"name": "Other"}),
    ("people/<int:pk>/merge/", {"with": "Nobody"}),
    ("people/<int:pk>/split/", {"name": "Half"}),
    ("people/<int:pk>/back/", {}),
    ("changes/<int:pk>/undo/", {"back": "/roster/"}),
    ("people/<int:pk>/note/", {"text": "Prefers mail."}),
    ("people/<int:pk>/tags/", {"name": "north, kelp"}),
    ("sources/<int:pk>/note/", {"text": "Too loud in spring."}),
    ("sources/<int:pk>/tags/", {"name": "north"}),
    ("roster/act/", {"act": "circle", "in_circle": "New"}),
    ("roster/act/", {"act": "pause"}),
    ("roster/act/", {"act": "retire"}),
    ("roster/act/", {"act": "ask"}),
    ("roster/act/", {"act": "tag", "word": "new"}),
    ("roster/act/", {"act": "move", "name": "Somebody else"}),
    ("roster/act/", {"act": "trial", "until": "2099-01-01"}),
    ("groups/<int:pk>/roster/act/", {"act": "retire"}),
    ("sources/<int:pk>/successor/", {}),
    ("notices/seen/", {}),
    ("sources/<int:pk>/act/", {"act": "retire"}),
    ("sources/<int:pk>/act/", {"act": "back"}),
    ("sources/<int:pk>/act/", {"act": "trial", "until": "2099-01-01"}),
    ("sources/<int:pk>/act/", {"act": "rename", "title": "Other"}),
    ("sources/<int:pk>/move/", {"name": "Somebody else"}),
    ("sources/<int:pk>/poll/", {}),
    ("sources/<int:pk>/apart/", {"apart": "1"}),
    ("sources/<int:pk>/apart/", {"apart": "0"}),
    ("add/", {"address": "x.example"}),
    ("add/list/", {"addresses": "https://x.example/feed\nhttps://y.example/feed"}),
    ("add/starter/", {"take": "group's"}),
    ("groups/new/", {"name": "New", "joining": "invited"}),
    ("groups/invitations/<int:pk>/answer/", {"answer": "yes"}),
    ("groups/invitations/<int:pk>/answer/", {"answer": "no"}),
    ("groups/invitations/<int:pk>/revoke/", {}),
    ("groups/requests/<int:pk>/answer/", {"answer": "yes"}),
    ("groups/<int:pk>/edit/", {"name": "Other", "joining": "open"}),
    ("groups/<int:pk>/delete/", {"sure": "1"}),
    ("groups/<int:pk>/take/", {"all": "1"}),
    ("groups/<int:pk>/members/", {"act": "name", "name": "petra"}),
    ("groups/<int:pk>/members/", {"act": "link", "places": "2"}),
    ("groups/<int:pk>/join/", {"act": "ask"}),
    ("groups/<int:pk>/withdraw/", {}),
    ("groups/<int:pk>/leave/", {}),
    ("groups/<int:pk>/proposals/", {"address": "x.example", "why": "She draws maps."}),
    ("groups/<int:pk>/proposals/", {"address": "x.example", "act": "add"}),
    ("groups/<int:pk>/proposals/heard/", {}),
    ("groups/<int:pk>/opml-key/", {}),
    ("proposals/<int:pk>/choose/", {}),
    ("proposals/<int:pk>/again/", {}),
    ("proposals/<int:pk>/answer/", {"act": "decline", "word": "Too loud."}),
    ("proposals/<int:pk>/withdraw/", {}),
    ("sources/<int:pk>/mute/", {"mute": "1"}),
    ("sources/<int:pk>/mute/", {"mute": "0"}),
    ("settings/delete/", {}),
    ("add/clear/", {}),
    ("add/<int:pk>/choose/", {}),
    ("add/<int:pk>/again/", {}),
    ("add/<int:pk>/remove/", {}),
    ("imports/<int:pk>/undo/", {}),
    ("entries/<int:pk>/read/", {"read": "0"}),
    ("entries/<int:pk>/keep/", {"keep": "1"}),
    ("entries/<int:pk>/keep/", {"keep": "0"}),
    ("entries/<int:pk>/text/", {}),
    ("entries/<int:pk>/chapters/", {}),
    ("entries/<int:pk>/position/", {"seconds": "12.5", "length": "60"}),
    ("entries/<int:pk>/note/", {"quote": "zq7nora"}),
    ("entries/<int:pk>/tags/", {"name": "weeding"}),
    ("entries/<int:pk>/apart/", {"apart": "1"}),
    ("entries/<int:pk>/apart/", {"apart": "0"}),
    ("search/read/", {"q": "is:kept words", "top": "999"}),
    ("searches/", {"q": "words", "name": "New"}),
    ("searches/<int:pk>/act/", {"act": "up"}),
    ("searches/<int:pk>/act/", {"act": "change", "q": "words", "name": "Other"}),
    ("searches/<int:pk>/act/", {"act": "delete"}),
    ("notes/<int:pk>/", {"note": "Other"}),
    ("notes/<int:pk>/delete/", {}),
    ("notes/<int:pk>/restore/", {}),
    ("rules/new/", {"act": "save", "any": "weeding", "acts": "hide", "again": "1"}),
    ("rules/<int:pk>/", {"act": "save", "any": "weeding", "acts": "hide"}),
    ("rules/<int:pk>/act/", {"act": "again"}),
    ("rules/<int:pk>/act/", {"act": "back"}),
    ("rules/<int:pk>/act/", {"act": "off"}),
    ("rules/<int:pk>/act/", {"act": "delete_back"}),
    ("rules/<int:pk>/undo/", {"entry": "1"}),
    ("rules/noticed/", {"top": "9999"}),
    ("hidden/<int:pk>/show/", {}),
    ("marks/above/", {}),
    ("marks/below/", {}),
    ("marks/all/", {}),
    ("marks/passed/", {"entry": "1"}),
    ("entries/<int:pk>/pass/", {}),
    ("today/", {}),
    ("marks/undo/<int:pk>/", {}),
    ("settings/", {"theme": "dark", "minutes": "30"}),
    ("tend/seen/", {"shown": "1"}),
    ("goals/", {"name": "Grants", "until": "2040-01-01"}),
    ("goals/<int:pk>/", {"name": "Grants", "until": "2040-01-01"}),
    ("goals/<int:pk>/hold/", {"kind": "person", "what": "1"}),
    ("goals/<int:pk>/end/", {"summary": "Done."}),
    ("goals/<int:pk>/reopen/", {}),
    ("tend/voices/<int:pk>/act/", {"act": "later"}),
    ("tend/review/", {"verdict": "retire"}),
    ("tend/review/", {"verdict": "look"}),
    ("tend/review/every/", {"every": "8"}),
    ("tend/decisions/<int:pk>/undo/", {}),
    ("groups/<int:pk>/review/", {"verdict": "look"}),
    ("tend/budget/fit/", {"sources": "1"}),
    ("tend/events/act/", {"act": "off"}),
    ("tend/events/act/", {"act": "delete"}),
]


def test_every_form_of_a_member_is_tried() -> None:
    shown_only = """
        add/coming/ export/opml/ people/ people/<int:pk>/ people/<int:pk>/river/ people/<int:pk>/portrait/
        circles/<int:pk>/ tags/<int:pk>/ river/ skim/ listen/ watch/ tags/<int:pk>/river/
        groups/ groups/<int:pk>/ groups/<int:pk>/roster/ groups/<int:pk>/river/
        roster/history/ roster/past/ roster/past/opml/ roster/left/
        groups/<int:pk>/history/ groups/<int:pk>/past/ groups/<int:pk>/past/opml/ groups/<int:pk>/left/
        circles/<int:pk>/river/ sources/<int:pk>/ sources/<int:pk>/icon/ roster/ kept/ more/ entries/<int:pk>/
        search/ searches/<int:pk>/ knows/ tend/compare/<int:pk>/ tend/voices/
        today/offline/ tend/ tend/events/ tend/budget/ tend/decisions/
        entries/<int:pk>/player/ goals/<int:pk>/export.md
        notes/ notes/export.md notes/export.jsonld rules/ hidden/
    """
    others = ("anybody", "staff", "hub", "administration", "link")
    forms = {route for route, rule in RULES.items() if rule not in others}
    forms = {route for route in forms if route and not route.startswith("accounts/")}
    assert forms - {route for route, _ in FORMS} == set(shown_only.split())


@pytest.mark.parametrize(("route", "fields"), FORMS, ids=[f"{r} {f.get('act', '')}".strip() for r, f in FORMS])
def test_twice_at_once(route: str, fields: dict[str, str], nora: User) -> None:  # noqa: F811
    clients = [visitor(nora) for _ in range(AT_ONCE)]
    Group.objects.filter(pk=theirs["group"]).update(starter=route == "add/starter/")
    path, form = path_of(route), a_form() | {"in": f"source-{numbers['source']}.unread.cards"} | fields
    if form.get("take"):
        form["take"] = theirs["person"]
    ready, answers = threading.Barrier(AT_ONCE), list[Any]()

    def send(client: Client) -> None:
        client.raise_request_exception = False
        ready.wait()
        answers.append(client.post(path, form))
        connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers)[-1] < 500
    assert any(answer.status_code in (200, 204, 303, 422) for answer in answers)
    names = list(Circle.objects.of(nora).values_list("name", flat=True))
    assert len(names) == len(set(names))
    assert Mark.objects.filter(user=nora).count() <= 3
    people = list(Person.objects.of(nora).values_list("name", flat=True))
    assert len(people) == len(set(people))
