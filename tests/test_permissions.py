"""Who may do what: every address of the site has a rule in this table, and every rule is tried by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from aggregator.finding.typed import site_of
from aggregator.models import Entry, Feed, HubLease, Icon, Lookup
from network import follow
from network.accounts import invite
from network.arriving import imports
from network.gathering import groups, joining
from network.models import (
    Arrival,
    Change,
    Circle,
    Group,
    GroupInvitation,
    Import,
    Invitation,
    JoinRequest,
    Membership,
    Person,
    Place,
    Proposal,
    Roster,
    Source,
    Tag,
    User,
)
from network.outlining.listed import Outline
from reading import marks
from reading.annotating import noting
from reading.annotating.anchors import Anchor
from reading.annotating.noting import Written
from reading.asked import from_key, view_of
from reading.governing import rules
from reading.models import (
    Annotation,
    Edition,
    EntryTag,
    Mark,
    NotForMe,
    Position,
    Rule,
    SavedSearch,
    Undo,
    Watermark,
)
from tending.models import Decision, Goal, Voice
from tests.permissions_page import PAGE, in_words
from tests.reading.roster import a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db

SIGN = "zq7nora"  # stands in everything that is Nora's, and nowhere else
SECRET = f"https://user:{SIGN}@private.example/feed?token={SIGN}"
NOBODYS = 2**40  # no object has this id

# Who may come in: "anybody"; a "member" (a page of one's own things); "staff", while others do not learn that there
# is such a page; the "administration", with a login of its own; a "hub" that knows the path; who holds a "link"; or
# one thing, by how it is fetched: "person" is .of(user), their own; "person seen" is .seen_by, also on a group's
# roster for its members; "person tended" is .tended_by, there for its curators; "group known" for who may know of
# the group; "group seen/tended" is seen by GET and changed by POST.
#
# To add a route: 1. write it here with its rule. 2. A thing that is not in ONES yet goes there, and number_all says
# which one is Nora's; if groups have it too, number_group says which one is the group's.
# 3. `python -m tests.permissions_page` writes docs/permissions.md anew from this table.
RULES = {
    "healthz": "anybody",
    "metrics": "anybody",  # from this machine: tests/plnet/test_health.py
    "about": "anybody",
    "offline/": "anybody",
    "worker.js": "anybody",
    "robots.txt": "anybody",
    "admin/": "administration",  # and all below
    "accounts/login/": "anybody",
    "accounts/logout/": "anybody",
    "accounts/inactive/": "anybody",
    "accounts/signup/": "anybody",
    "accounts/confirm-email/": "anybody",
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": "anybody",
    "accounts/password/reset/": "anybody",
    "accounts/password/reset/done/": "anybody",
    "accounts/password/reset/key/done/": "anybody",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "anybody",
    "accounts/login/code/confirm/": "anybody",
    "accounts/reauthenticate/": "member",
    "accounts/email/": "member",
    "accounts/password/change/": "member",
    "accounts/password/set/": "member",
    "websub/<str:path>": "hub",
    "": "member",
    "add/": "member",
    "add/list/": "member",
    "add/starter/": "member",
    "add/coming/": "member",
    "add/clear/": "member",
    "add/<int:pk>/choose/": "arrival tended",
    "add/<int:pk>/again/": "arrival tended",
    "add/<int:pk>/remove/": "arrival tended",
    "add/<int:pk>/who/": "arrival tended",
    "imports/<int:pk>/undo/": "import tended",
    "roster/": "member",
    "roster/act/": "member",
    "export/opml/": "member",
    "people/": "member",
    "people/<int:pk>/": "person seen",
    "people/<int:pk>/rename/": "person tended",
    "people/<int:pk>/circles/": "person tended",
    "people/<int:pk>/note/": "person seen",  # one's own note: nobody else sees it
    "people/<int:pk>/tags/": "person tended",
    "sources/<int:pk>/note/": "source seen",
    "sources/<int:pk>/tags/": "source tended",
    "tags/<int:pk>/": "tag seen",
    "people/<int:pk>/river/": "person seen",
    "people/<int:pk>/merge/": "person tended",
    "people/<int:pk>/split/": "person tended",
    "people/<int:pk>/back/": "person tended",
    "tend/": "member",
    "goals/": "member",
    "goals/<int:pk>/": "goal",
    "goals/<int:pk>/hold/": "goal",
    "goals/<int:pk>/end/": "goal",
    "goals/<int:pk>/reopen/": "goal",
    "goals/<int:pk>/export.md": "goal",
    "tend/budget/": "member",
    "tend/review/": "member",
    "tend/review/every/": "member",
    "tend/decisions/": "member",
    "tend/decisions/<int:pk>/undo/": "decision tended",
    "groups/<int:pk>/review/": "group tended",
    "tend/budget/fit/": "member",
    "tend/seen/": "member",
    "tend/events/": "member",
    "tend/events/act/": "member",
    "tend/compare/<int:pk>/": "entry seen",
    "tend/voices/": "member",
    "tend/voices/<int:pk>/act/": "voice",
    "roster/history/": "member",
    "roster/past/": "member",
    "roster/past/opml/": "member",
    "roster/left/": "member",
    "groups/<int:pk>/history/": "group seen",
    "groups/<int:pk>/past/": "group seen",
    "groups/<int:pk>/past/opml/": "group seen",
    "groups/<int:pk>/left/": "group seen",
    "changes/<int:pk>/undo/": "change tended",
    "sources/<int:pk>/": "source seen",
    "sources/<int:pk>/act/": "source tended",
    "sources/<int:pk>/icon/": "source seen",
    "sources/<int:pk>/apart/": "source seen",  # one's own word: nobody else hears of it
    "sources/<int:pk>/move/": "source tended",
    "sources/<int:pk>/poll/": "source seen",
    "sources/<int:pk>/mute/": "mutable seen",
    "people/<int:pk>/portrait/": "person seen",  # of a public group for anybody: tests/network/test_places.py
    "people/<int:pk>/places/": "person seen/tended",
    "people/<int:pk>/look/": "person tended",
    "people/<int:pk>/same/": "person tended",
    "places/<int:pk>/act/": "place tended",
    "sources/<int:pk>/authors/": "source tended",
    "circles/": "member",
    "circles/<int:pk>/": "circle tended",
    "circles/<int:pk>/rename/": "circle tended",
    "circles/<int:pk>/delete/": "circle tended",
    "circles/<int:pk>/move/": "circle tended",
    "circles/<int:pk>/people/": "circle tended",
    "circles/<int:pk>/river/": "circle",
    "groups/": "member",
    "groups/new/": "member",
    "groups/join/<str:code>/": "link",
    "groups/invitations/<int:pk>/answer/": "invitation",
    "groups/invitations/<int:pk>/revoke/": "door tended",
    "groups/requests/<int:pk>/answer/": "request tended",
    "groups/<int:pk>/": "group known",
    "groups/<int:pk>/edit/": "group tended",
    "groups/<int:pk>/delete/": "group tended",
    "groups/<int:pk>/take/": "group seen",
    "groups/<int:pk>/members/": "group seen/tended",
    "groups/<int:pk>/join/": "group known",
    "groups/<int:pk>/withdraw/": "asked",
    "groups/<int:pk>/leave/": "group seen",
    "groups/<int:pk>/river/": "group seen",
    "groups/<int:pk>/proposals/": "group seen",
    "groups/<int:pk>/proposals/heard/": "group seen",
    "groups/<int:pk>/opml-key/": "group tended",
    "groups/opml/<str:key>.opml": "anybody",  # who has the unguessable address
    "g/<slug:slug>/": "anybody",  # if the group is public
    "g/<slug:slug>/opml/": "anybody",
    "proposals/<int:pk>/choose/": "proposal tended",  # also by whoever made it
    "proposals/<int:pk>/again/": "proposal tended",
    "proposals/<int:pk>/answer/": "proposal tended",
    "proposals/<int:pk>/withdraw/": "proposal",  # by whoever made it
    "groups/<int:pk>/roster/": "group seen",
    "groups/<int:pk>/roster/act/": "group tended",
    "sources/<int:pk>/successor/": "source tended",
    "notices/seen/": "member",
    "settings/": "member",
    "settings/delete/": "member",
    "invitations/": "staff",
    "invitations/<int:pk>/revoke/": "staff",
    "today/": "member",
    "today/offline/": "member",
    "river/": "member",
    "skim/": "member",
    "listen/": "member",
    "watch/": "member",
    "tags/<int:pk>/river/": "tag seen",
    "kept/": "member",
    "more/": "member",
    "entries/<int:pk>/": "entry seen",
    "entries/<int:pk>/read/": "entry seen",
    "entries/<int:pk>/keep/": "entry seen",
    "entries/<int:pk>/text/": "entry seen",
    "entries/<int:pk>/chapters/": "entry seen",
    "entries/<int:pk>/player/": "entry seen",
    "entries/<int:pk>/position/": "entry seen",
    "pictures/<str:code>/": "link",  # with our seal, to who may read the entry: tests/reading/test_pictures.py
    "entries/<int:pk>/note/": "entry seen",
    "entries/<int:pk>/apart/": "entry seen",
    "entries/<int:pk>/tags/": "entry seen",
    "search/": "member",
    "search/read/": "member",
    "knows/": "member",
    "searches/": "member",
    "searches/<int:pk>/": "search",
    "searches/<int:pk>/act/": "search",
    "notes/": "member",
    "notes/export.md": "member",
    "notes/export.jsonld": "member",
    "notes/<int:pk>/": "annotation",
    "notes/<int:pk>/delete/": "annotation",
    "notes/<int:pk>/restore/": "annotation",
    "rules/": "member",
    "rules/new/": "member",
    "rules/noticed/": "member",
    "rules/<int:pk>/": "rule",
    "rules/<int:pk>/act/": "rule",
    "rules/<int:pk>/undo/": "rule",
    "hidden/": "member",
    "hidden/<int:pk>/show/": "entry seen",
    "marks/above/": "member",
    "marks/below/": "member",
    "marks/all/": "member",
    "marks/passed/": "member",
    "entries/<int:pk>/pass/": "entry seen",
    "marks/undo/<int:pk>/": "undo",
}
numbers: dict[str, int] = {}  # of Nora's things: which one an address speaks of; filled by the fixture
theirs: dict[str, int] = {}  # of those on the roster of the group that Nora and Cora look after
ONES = (
    *(
        "arrival",
        "import",
        "person",
        "source",
        "circle",
        "tag",
        "entry",
        "undo",
        "place",
        "change",
        "annotation",
        "rule",
        "decision",
        "goal",
        "voice",
    ),
    "search",
    *("group", "door", "request", "proposal", "mutable", "invitation", "asked"),
)


def thing_of(rule: str) -> str:
    """ "person" of "person seen"."""
    return rule.partition(" ")[0]


def routes(resolver: Any, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        yield from routes(pattern, route) if isinstance(pattern, URLResolver) else [route]


ROUTES = list(routes(get_resolver()))
ADMINISTRATION = [route for route in ROUTES if route.startswith("admin/") and "(?P" not in route]
OF_ONE = [route for route, rule in RULES.items() if thing_of(rule) in ONES]
OF_MEMBERS = [route for route, rule in RULES.items() if thing_of(rule) in (*ONES, "member")]
SHOWN = [route for route, rule in RULES.items() if rule != "administration"]


def test_every_address_has_a_rule_and_every_rule_an_address() -> None:
    assert {"admin/" if route.startswith("admin/") else route for route in ROUTES} == set(RULES)
    of_one = {route for route, rule in RULES.items() if "<int:pk>" in route and rule != "staff"}
    assert of_one == set(OF_ONE)


# ---- one of everything


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """Too many logins from one address are refused for a while."""
    cache.clear()


@pytest.fixture
def nora() -> User:
    """A member who has one of everything, each with the sign in it."""
    nora, now = a_member(SIGN), timezone.now()
    feed = a_feed("private", url=SECRET, title=f"Feed {SIGN}", subtitle=SIGN, last_error=SIGN, last_ok_at=now)
    source = a_source(nora, feed)
    circle = follow.make_circles(nora.roster, [f"Circle {SIGN}"])[f"Circle {SIGN}"]
    circle.people.add(source.person)
    Tag.objects.create(roster=nora.roster, name=f"Tag {SIGN}").people.add(source.person)
    made = entries(feed, [3, 2, 1], html=f"<p>{SIGN}</p>", title=f"Title {SIGN}", gist=SIGN, author=SIGN)
    marks.keep(nora, made[0], True, now)
    noting.write(nora, made[0], Written(Anchor(SIGN), note=SIGN, tags=SIGN), now)
    noting.tag(nora, made[0], SIGN, now)
    asks = [{"what": "words", "how": "any", "value": SIGN}]
    rules.make(nora, Rule(name=f"Rule {SIGN}", conditions=asks, acts=[{"act": "tag", "value": SIGN}]), 0, now)
    SavedSearch.objects.create(user=nora, name=f"Search {SIGN}", query=SIGN, at=now)
    marks.read_all(view_of(from_key(f"source-{source.pk}.all", nora), nora), made[0].pk, SIGN, now)
    (arrival,) = imports.look_up(nora.roster, [Outline(f"{SIGN}.example", 0, title=SIGN)], now)
    found = [{"url": SECRET, "title": SIGN, "kind": "blog", "count": 3, "newest": "", "why": "link"}]
    Lookup.objects.filter(address=arrival.address).update(state="found", candidates=found, title=SIGN, due_at=None)
    Import.objects.create(roster=nora.roster, name=f"List {SIGN}", at=now)
    Change.objects.create(roster=nora.roster, at=now, act="retired", why=SIGN)
    said = {"house": SIGN, "citer": SIGN, "sentence": SIGN, "far": SIGN}
    Voice.objects.create(user=nora, state="offered", feed=feed, entry=made[0], at=now, **said)
    Goal.objects.create(user=nora, name=SIGN, why=SIGN, until=now.date(), made_at=now)
    Decision.objects.create(roster=nora.roster, source=source.pk, name=SIGN, verdict="keep", at=now)
    EmailAddress.objects.create(user=nora, email=nora.email, primary=True)  # as signing up leaves it
    Icon.objects.create(site=site_of(SECRET), content=b"GIF89a" + SIGN.encode(), media_type="image/gif")
    HubLease.objects.create(feed=feed, hub="https://hub.example/", topic=SECRET, path="p" * 43, secret=SIGN)
    a_group(nora, now)
    number_all(nora)
    return nora


def a_group(nora: User, now: datetime) -> Group:
    """A group by invitation that Nora looks after, with one of everything; and one elsewhere that waits for her."""
    group = groups.make(nora, f"Group {SIGN}", now, about=SIGN)
    feed = a_feed("shelf", url=f"{SECRET}-shelf", title=f"Shelf {SIGN}")
    entries(feed, [2, 1], html=f"<p>{SIGN}</p>", title=f"Title {SIGN}", gist=SIGN)
    follow.follow(group.roster, feed, now, name=f"Shelf {SIGN}", circles=[f"Shelf {SIGN}"])
    Tag.objects.create(roster=group.roster, name=f"Tag {SIGN}")
    imports.look_up(group.roster, [Outline(f"{SIGN}.example/shelf", 0, title=SIGN)], now)
    Import.objects.create(roster=group.roster, name=f"Shelf {SIGN}", at=now)
    Decision.objects.create(roster=group.roster, source=0, name=SIGN, verdict="keep", at=now)
    Proposal.objects.create(group=group, by=nora, address=f"https://{SIGN}.example/", name=SIGN, why=SIGN, at=now)
    portrait = Icon.objects.get(site=site_of(SECRET))
    for person in Person.objects.all():
        Place.objects.create(person=person, url=f"https://{SIGN}.example/{person.pk}", state="proposed", at=now)
    Person.objects.update(portrait=portrait)
    petra = User.objects.create_user("petra")
    JoinRequest.objects.create(group=group, user=petra, words=SIGN, at=now)
    joining.make_link(group, nora, 1, SIGN, now)
    elsewhere = groups.make(petra, "Elsewhere", now, joining=Group.Joining.ASKED)
    joining.ask(elsewhere, nora, SIGN, now)
    joining.invite(groups.make(petra, "By name", now), petra, nora.username, SIGN, now)
    number_group(group)
    return group


def number_group(group: Group) -> None:
    """One of each on the group's roster."""
    on = {"roster": group.roster}
    theirs.update(
        arrival=Arrival.objects.get(**on).pk,
        **{"import": Import.objects.get(**on).pk},
        person=Person.objects.get(**on).pk,
        source=Source.objects.get(**on).pk,
        mutable=Source.objects.get(**on).pk,
        place=Place.objects.get(person__roster=group.roster).pk,
        change=Change.objects.get(**on).pk,
        decision=Decision.objects.get(**on).pk,
        circle=Circle.objects.get(**on).pk,
        tag=Tag.objects.get(**on).pk,
        entry=Entry.objects.filter(feed__sources__roster=group.roster)[0].pk,
        group=group.pk,
        door=GroupInvitation.objects.get(group=group).pk,
        request=JoinRequest.objects.get(group=group).pk,
        proposal=Proposal.objects.get(group=group).pk,
    )


@pytest.fixture
def mia(nora: User) -> User:
    """A member of Nora's group."""
    return joined("mia", Membership.Role.MEMBER)


@pytest.fixture
def cora(nora: User) -> User:
    """Another who looks after it."""
    return joined("cora", Membership.Role.CURATOR)


def joined(name: str, role: str) -> User:
    user = a_member(name)
    groups.enter(Group.objects.select_related("roster").get(pk=theirs["group"]), user, timezone.now(), role)
    return user


@pytest.fixture
def otto(nora: User) -> User:
    """Another member, with things of their own, who also reads a feed that both know."""
    otto = a_member("otto")
    shared = a_feed("shared")
    entries(shared, [1])
    for user in (otto, nora):
        a_source(user, shared)
    return otto


@pytest.fixture
def ada(nora: User) -> User:
    """The administrator, made by a command: no roster yet."""
    ada = User.objects.create_superuser("ada", "ada@example.org", "secret words")
    EmailAddress.objects.create(user=ada, email=ada.email, primary=True)
    invite(ada, "for a friend", timezone.now())
    return ada


def number_all(user: User) -> None:
    """One of each, of a member."""
    things: dict[str, Any] = {
        "arrival": Arrival.objects.of(user),
        "import": Import.objects.of(user),
        "person": Person.objects.of(user),
        "source": Source.objects.of(user).filter(feed__url=SECRET),
        "circle": Circle.objects.of(user),
        "tag": Tag.objects.of(user),
        "entry": Entry.objects.filter(feed__url=SECRET),
        "undo": Undo.objects.filter(user=user),
        "change": Change.objects.filter(roster__owner=user),
        "annotation": Annotation.objects.of(user),
        "decision": Decision.objects.filter(roster__owner=user),
        "goal": Goal.objects.of(user),
        "voice": Voice.objects.of(user),
        "rule": rules.of(user),
        "search": SavedSearch.objects.filter(user=user),
        "feed": Feed.objects.filter(url=SECRET),
        "place": Place.objects.filter(person__roster__owner=user),
        "invitation": GroupInvitation.objects.filter(invited=user),
        "asked": Group.objects.filter(requests__user=user),
    }
    for name in ("group", "door", "request", "proposal", "mutable"):  # what only groups have
        numbers[name] = theirs[name]
    numbers.update({name: found.get().pk for name, found in things.items() if name != "entry"})
    numbers["entry"] = things["entry"].first().pk


def path_of(route: str, invitation: int = NOBODYS, of: dict[str, int] = numbers) -> str:
    """The address of this route that speaks of Nora's thing, or of the group's."""
    number = of.get(thing_of(RULES.get(route, "")), invitation)
    path = route.replace("<int:pk>", str(number)).replace("<str:path>", "p" * 43)
    path = (
        path.replace("<str:code>", "nonsense").replace("<str:key>", "nonsense").replace("<slug:slug>", "nonsense")
    )
    path = path.replace("<path:object_id>", str(numbers["feed"])).replace("<path:content_type_id>", "1")
    path = path.replace("^", "").replace("$", "").replace("(?P<key>[-:\\w]+)", "nonsense")
    return "/" + path.replace("(?P<uidb36>[0-9A-Za-z]+)", "1").replace("(?P<key>.+)", "nonsense")


def a_form(of: dict[str, int] = numbers) -> dict[str, Any]:
    """Every field any form has, naming Nora's things, or the group's."""
    return {
        "name": "changed",
        "title": "changed",
        "act": "retire",
        "circle": [of["circle"]],
        "person": [of["person"]],
        "pick": [of["source"]],
        "in": f"circle-{of['circle']}.all.full",
        "here": f"0-{of['entry']}",
        "top": str(10**9),
        "url": SECRET,
        "read": "1",
        "keep": "1",
    }


def a_query() -> dict[str, Any]:
    """What an address may carry, naming Nora's things."""
    return {name: value for name, value in a_form().items() if name in ("in", "here", "top", "act", "circle")}


def ask(client: Client, method: str, route: str, **more: Any) -> Any:
    """What a route answers about Nora's things, with all the fields it may look for."""
    fields = a_form() if method == "post" else a_query()
    return getattr(client, method)(path_of(route), fields, **more)


def visitor(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def state_of(user: User) -> list[Any]:
    """All that stands in the tables about a member, and about the feeds they alone read."""
    mine = Q(roster__owner=user) | Q(roster__group__made_by=user)
    tables = [
        *(model.objects.filter(mine) for model in (Person, Source, Circle, Tag, Arrival, Import)),
        *(model.objects.filter(group__made_by=user) for model in (Membership, JoinRequest, Proposal, Roster)),
        *(GroupInvitation.objects.filter(made_by=user), GroupInvitation.objects.filter(invited=user)),
        Group.objects.filter(made_by=user),
        *(
            model.objects.filter(user=user)
            for model in (Mark, Undo, Watermark, Annotation, EntryTag, Position, Edition, NotForMe)
        ),
        Circle.people.through.objects.filter(circle__people__in=Person.objects.filter(mine)),
        Feed.objects.filter(url=SECRET),
        Lookup.objects.filter(title=SIGN),
        HubLease.objects.all(),
        User.objects.filter(pk=user.pk),
    ]
    return [list(table.order_by("pk").values()) for table in tables]


def all_tables() -> dict[str, Any]:
    """Everything in the database but who is logged in."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: sorted(map(repr, model._base_manager.values_list()))
        for model in models
        if model._meta.db_table != "django_session"
    }


def leads_to_login(response: Any) -> bool:
    leads = urlsplit(response.headers.get("Location", ""))
    return response.status_code == 302 and not leads.netloc and leads.path in ("/accounts/login/", "/admin/login/")


# ---- strangers


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_yours_is_not_there(method: str, nora: User, otto: User, ada: User) -> None:
    before = state_of(nora)
    for stranger in (visitor(otto), visitor(ada)):
        for route in OF_ONE:
            theirs = ask(stranger, method, route)
            nowhere = "/" + route.replace("<int:pk>", str(NOBODYS))
            nothing = getattr(stranger, method)(nowhere, a_form() if method == "post" else a_query())
            assert theirs.status_code in (404, 405), route
            assert (theirs.status_code, theirs.content) == (nothing.status_code, nothing.content), route
    assert state_of(nora) == before


@pytest.mark.one_database
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_answer_says_anything_of_another_and_no_form_touches_it(
    method: str, headers: dict[str, str], nora: User, otto: User, ada: User
) -> None:
    before = state_of(nora)
    for stranger in (None, otto, ada):
        client = visitor(stranger)
        for route in SHOWN:
            response = ask(client, method, route, headers=headers)
            assert response.status_code != 500, route
            assert SIGN not in response.content.decode(), route
            assert SIGN not in response.headers.get("Location", ""), route
            if route == "accounts/logout/":
                client = visitor(stranger)
    assert state_of(nora) == before


def test_who_is_not_logged_in_is_led_to_the_door(nora: User, otto: User) -> None:
    for route in OF_MEMBERS:
        for method in ("get", "post"):
            response = ask(Client(), method, route)
            assert response.status_code == 405 or leads_to_login(response), route


def test_the_administration_is_for_administrators(nora: User, otto: User, ada: User) -> None:
    before, chief = state_of(nora), visitor(ada)
    for route in ADMINISTRATION:
        for client, method in product((visitor(None), visitor(otto)), ("get", "post")):
            response = ask(client, method, route)
            assert response.status_code in (302, 403, 404, 405), (route, method)
            assert SIGN not in response.content.decode(), route
        assert chief.get(path_of(route)).status_code in (200, 302, 403, 404, 405), route
    assert state_of(nora) == before
    assert SIGN in chief.get("/admin/aggregator/feed/").content.decode()


@pytest.mark.parametrize("route", [route for route, rule in RULES.items() if rule == "staff"])
def test_others_do_not_learn_of_pages_for_staff(route: str, nora: User, otto: User, ada: User) -> None:
    path, known = path_of(route, Invitation.objects.get().pk), Invitation.objects.count()
    for method in ("get", "post"):
        assert getattr(visitor(otto), method)(path).status_code in (404, 405)
    assert Invitation.objects.count() == known
    assert leads_to_login(visitor(None).post(path))
    assert visitor(ada).post(path).status_code == 303


# ---- owners


@pytest.mark.parametrize("route", OF_MEMBERS)
def test_owners_see_their_own(route: str, nora: User, otto: User) -> None:
    client = visitor(nora)
    response = ask(client, "get", route)
    if response.status_code == 405:
        response = ask(client, "post", route)
    assert response.status_code in (200, 204, 302, 303, 422)
    if thing_of(RULES[route]) in ONES and response.status_code == 200:
        assert SIGN in response.content.decode()


# ---- the things of a group


def may(role: str, rule: str, method: str, *, known: bool = False) -> bool:
    """Whether somebody in this role may come to a thing of the group; `known`: others may know of the group."""
    see, _, change = rule.partition(" ")[2].partition("/")
    how = change if method == "post" and change else see
    return {
        "tended": role == "curator",
        "seen": role in ("curator", "member"),
        "known": role in ("curator", "member") or known,
    }.get(how, False)


ROLES = {"stranger": "otto", "member": "mia", "curator": "cora", "administrator": "ada"}


@pytest.mark.one_database
@pytest.mark.parametrize("joining_is", [Group.Joining.INVITED, Group.Joining.ASKED, Group.Joining.OPEN])
@pytest.mark.parametrize("role", ROLES)
def test_what_a_group_has_is_for_whom_the_table_says(
    role: str, joining_is: str, nora: User, otto: User, mia: User, cora: User, ada: User
) -> None:
    Group.objects.filter(pk=theirs["group"]).update(joining=joining_is)
    known = joining_is != Group.Joining.INVITED
    somebody = User.objects.get(username=ROLES[role])
    for route, method in product(OF_ONE, ("get", "post")):
        if thing_of(RULES[route]) not in theirs:
            continue
        with transaction.atomic():
            fields = a_form(theirs) if method == "post" else a_query()
            response = getattr(visitor(somebody), method)(path_of(route, of=theirs), fields)
            transaction.set_rollback(True)
        if response.status_code != 405:
            lets_in = response.status_code in (200, 204, 302, 303, 422)
            assert lets_in == may(role, RULES[route], method, known=known), (route, method, response.status_code)
            assert lets_in or response.status_code == 404, (route, method)


def test_the_starter_roster_is_seen_by_all_and_changed_by_its_curators(nora: User, otto: User, cora: User) -> None:
    Group.objects.filter(pk=theirs["group"]).update(starter=True)
    for route in ("people/<int:pk>/", "groups/<int:pk>/"):
        assert visitor(otto).get(path_of(route, of=theirs)).status_code == 200, route
    for route in OF_ONE:
        thing, _, how = RULES[route].partition(" ")
        if thing in theirs and how.endswith("tended"):
            response = visitor(otto).post(path_of(route, of=theirs), a_form(theirs))
            assert response.status_code in (404, 405), route


def test_the_page_about_permissions_says_what_the_table_says() -> None:
    written = PAGE.read_text()
    assert in_words(RULES) in written, "python -m tests.permissions_page writes it anew"


# ---- what holds for everybody


def test_a_get_changes_nothing(nora: User, otto: User, ada: User) -> None:
    nobody, owner, chief = (visitor(who) for who in (None, nora, ada))
    tried = [(nobody, "get"), (owner, "get"), (chief, "get"), (owner, "head"), (owner, "options")]
    before, came = all_tables(), 0
    for route in (*SHOWN, *ADMINISTRATION):
        for client, method in tried:
            response = ask(client, method, route)
            assert response.status_code != 500, route
            came += response.status_code == 200
    after = all_tables()
    assert [table for table in before if before[table] != after[table]] == []
    assert came > len(RULES)


def test_a_post_without_the_pages_token_is_refused(nora: User, ada: User) -> None:
    visitors = [Client(enforce_csrf_checks=True) for _ in range(3)]
    for client, who in zip(visitors, (nora, ada), strict=False):
        client.force_login(who)
    before = all_tables()
    for route in (*SHOWN, *ADMINISTRATION):
        for client in visitors:
            response = ask(client, "post", route)
            allowed = (410,) if RULES.get(route) == "hub" else (403, 404, 405)  # a hub signs instead
            assert response.status_code in allowed or leads_to_login(response), route
    assert all_tables() == before


ELSEWHERE = [
    *("https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "/%09/evil.example"),
    *("/\t/evil.example", "http:evil.example", "javascript:alert(1)", "///evil.example", "https:/evil.example"),
    *("/\n/evil.example", "\x00//evil.example", " //evil.example", "https://testserver@evil.example/"),
    *("https://testserver.evil.example/", "data:text/html,x", "//evil.example\\@testserver/", "/%5cevil.example"),
]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_next_leads_nowhere_else(where: str, nora: User) -> None:
    credentials = {"login": nora.username, "password": "secret words", "next": where}
    answers = [
        Client().post("/accounts/login/", credentials),
        Client().post("/accounts/login/", {**credentials, "next": ""}, query_params={"next": where}),
        visitor(nora).get("/accounts/login/", {"next": where}),
        visitor(nora).post("/accounts/logout/", {"next": where}),
        Client().post("/accounts/signup/", {"next": where, "username": "x", "password1": "nine thousand volumes"}),
        visitor(nora).post("/notices/seen/", {"back": where}),
        visitor(nora).post(path_of("changes/<int:pk>/undo/"), {"back": where}),
        Client().get("/admin/login/", {"next": where}),
        visitor(nora).get("/admin/login/", {"next": where}),
    ]
    assert answers[0].status_code == 302
    for response in answers:
        leads = response.headers.get("Location", "")
        parts = urlsplit(leads)
        assert (parts.scheme, parts.netloc) == ("", ""), leads
        assert not re.sub(r"[\t\r\n]", "", leads).replace("\\", "/").startswith("//"), leads


def test_the_tables_are_all_looked_at() -> None:
    """`all_tables` would not see a table that has no model."""
    with connection.cursor() as cursor:
        names = {info.name for info in connection.introspection.get_table_list(cursor) if info.type == "t"}
    unknown = {name for name in names - set(all_tables()) if not name.startswith(("aggregator_search", "sqlite_"))}
    assert unknown <= {"django_session", "django_migrations"}
