"""Proposals: made, looked up, accepted, declined, taken back, heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aggregator import lookups
from aggregator.models import Feed, Lookup
from network import follow
from network.gathering import groups, proposals
from network.models import Change, Group, Membership, Person, Proposal, Source, User

from .group_of import a_group
from .members import NOW, a_feed, a_member, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth() -> User:
    return a_member("ruth")


@pytest.fixture
def ed() -> User:
    return a_member("ed")


@pytest.fixture
def group(ruth: User, ed: User) -> Group:
    return a_group(ruth, ed)


def page_of(group: Group) -> str:
    return f"/groups/{group.pk}/proposals/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def propose(group: Group, by: User, address: str = "ragna.example", **more: str) -> Proposal:
    response = visit(by).post(page_of(group), {"address": address, "why": "She solved it.", **more})
    assert response.status_code == 303, text(response)
    return Proposal.objects.latest("pk")


def the_worker_finds(proposal: Proposal, *feeds: Feed, why: str = "link") -> None:
    """What the worker writes when it has found these feeds behind the address."""
    found = [{"url": f.url, "title": f.title, "kind": "blog", "count": 3, "newest": "", "why": why} for f in feeds]
    lookup = proposal.lookup
    assert lookup
    lookup.state, lookup.candidates, lookup.feed = Lookup.State.FOUND, found, feeds[0]
    lookup.save()
    for tell in lookups.when_found:
        tell(lookup)
    proposal.refresh_from_db()


def found(group: Group, by: User, **more: str) -> Proposal:
    proposal = propose(group, by, **more)
    the_worker_finds(proposal, a_feed(title="Paper that belongs to nobody", entry_count=3))
    return proposal


def answer(proposal: Proposal, by: User, act: str, **more: str) -> Any:
    return visit(by).post(f"/proposals/{proposal.pk}/answer/", {"act": act, **more})


def test_a_proposal_is_looked_up_and_says_what_was_found(group: Group, ed: User) -> None:
    proposal = propose(group, ed)
    assert proposal.lookup and proposal.lookup.due_at and proposal.lookup.address == "ragna.example"
    page = text(visit(ed).get(page_of(group)))
    assert "looking for its feed" in page and 'hx-trigger="every 2s"' in page and "<noscript>" in page
    the_worker_finds(proposal, a_feed(title="Paper that belongs to nobody", entry_count=3))
    page = text(visit(ed).get(page_of(group), headers={"HX-Request": "true"}))
    assert "Paper that belongs to nobody" in page and "a blog, 3 entries" in page and "She solved it." in page
    assert 'hx-trigger="every 2s"' not in page and "<html" not in page
    assert not Source.objects.filter(roster__group=group).exists()


def test_a_curator_accepts_with_a_name_and_a_circle_and_everybody_reads_it(
    group: Group, ruth: User, ed: User
) -> None:
    proposal = found(group, ed)
    form = {"name": "Ragna Thorsdóttir", "circle": "Neighbours", "word": "Gladly."}
    assert answer(proposal, ruth, "accept", **form).status_code == 303
    source = Source.objects.get(roster__group=group)
    assert (source.person.name, source.feed) == ("Ragna Thorsdóttir", proposal.feed)
    assert list(source.person.circles.values_list("name", flat=True)) == ["Neighbours"]
    change = Change.objects.filter(roster=group.roster).latest("pk")
    assert change.by == ruth and change.why == "She solved it."
    mia = a_member("mia")
    groups.enter(group, mia, NOW)
    page = text(visit(mia).get(page_of(group)))
    for words in ("ed", "She solved it.", "ruth", "accepted it", "Gladly.", f"/sources/{source.pk}/"):
        assert words in page, words


def test_accepting_for_somebody_there_gives_them_one_more_source(group: Group, ruth: User, ed: User) -> None:
    first = follow.follow(group.roster, a_feed(), NOW, name="Ragna")
    answer(found(group, ed), ruth, "accept", name="Ragna")
    assert Person.objects.filter(roster=group.roster).get() == first.person
    assert first.person.sources.count() == 2


def test_a_curator_declines_with_a_word_and_not_without(group: Group, ruth: User, ed: User) -> None:
    proposal = found(group, ed)
    response = answer(proposal, ruth, "decline", word=" ")
    assert response.status_code == 422 and "Say a word about why not" in text(response)
    answer(proposal, ruth, "decline", word="We read her already, in the newsletter.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_by) == ("declined", ruth)
    assert "in the newsletter" in text(visit(ed).get(page_of(group)))
    assert not Source.objects.filter(roster__group=group).exists()


def test_members_answer_nothing_and_take_back_only_their_own(group: Group, ruth: User, ed: User) -> None:
    mia = a_member("mia")
    groups.enter(group, mia, NOW)
    proposal = found(group, ed)
    for member in (ed, mia):
        assert answer(proposal, member, "accept").status_code == 404
    assert visit(mia).post(f"/proposals/{proposal.pk}/withdraw/").status_code == 404
    assert visit(mia).post(f"/proposals/{proposal.pk}/again/").status_code == 404
    assert visit(ruth).post(f"/proposals/{proposal.pk}/withdraw/").status_code == 404
    assert visit(ed).post(f"/proposals/{proposal.pk}/withdraw/").status_code == 303
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn" and proposal.heard_at
    assert "took it back" in text(visit(mia).get(page_of(group)))


def test_who_left_the_group_has_no_say_in_it(group: Group, ed: User) -> None:
    proposal = found(group, ed)
    Membership.objects.filter(user=ed).delete()
    assert visit(ed).get(page_of(group)).status_code == 404
    assert visit(ed).post(page_of(group), {"address": "x.example", "why": "x"}).status_code == 404
    for act in ("choose", "again", "withdraw", "answer"):
        assert visit(ed).post(f"/proposals/{proposal.pk}/{act}/").status_code == 404


def test_the_second_answer_to_a_proposal_hears_of_the_first(group: Group, ruth: User, ed: User) -> None:
    proposal = found(group, ed)
    answer(proposal, ruth, "accept")
    client = visit(ruth)
    response = client.post(f"/proposals/{proposal.pk}/answer/", {"act": "decline", "word": "No."}, follow=True)
    assert "answered a moment ago" in text(response)
    response = visit(ed).post(f"/proposals/{proposal.pk}/withdraw/", follow=True)
    assert "answered a moment ago" in text(response)
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


def test_one_says_which_of_several_feeds_is_meant(group: Group, ruth: User, ed: User) -> None:
    proposal, one, two = propose(group, ed), a_feed(title="Words"), a_feed(title="Pictures")
    the_worker_finds(proposal, one, two)
    assert proposal.feed is None
    page = text(visit(ed).get(page_of(group)))
    assert "2 feeds. Which one?" in page and "This one is meant" in page
    assert "This one is meant" in text(visit(ruth).get(page_of(group)))
    visit(ed).post(f"/proposals/{proposal.pk}/choose/", {"url": "https://another.example/"})
    visit(ed).post(f"/proposals/{proposal.pk}/choose/", {"url": two.url})
    proposal.refresh_from_db()
    assert proposal.feed == two


def test_where_nothing_is_found_one_can_look_again(group: Group, ed: User) -> None:
    proposal = propose(group, ed)
    Lookup.objects.update(state="nothing", due_at=None, error="There is no feed at ragna.example.")
    page = text(visit(ed).get(page_of(group)))
    assert "There is no feed at ragna.example." in page and "Look again" in page
    visit(ed).post(f"/proposals/{proposal.pk}/again/")
    proposal.refresh_from_db()
    assert proposal.lookup and proposal.lookup.due_at


def test_what_the_group_has_is_told_in_place_and_what_was_typed_is_kept(group: Group, ed: User) -> None:
    feed = a_feed(site_url="https://ragna.example/")
    source = follow.follow(group.roster, feed, NOW, name="Ragna")
    for address in (feed.url, "ragna.example", "https://ragna.example"):
        response = visit(ed).post(page_of(group), {"address": address, "why": "Such good words."})
        page = text(response)
        assert response.status_code == 422 and "The group has this already, from Ragna." in page
        assert f'value="{address}"' in page and "Such good words." in page and f"/sources/{source.pk}/" in page
    assert not Proposal.objects.exists()


def test_what_was_retired_may_be_proposed_again(group: Group, ruth: User, ed: User) -> None:
    source = follow.follow(group.roster, a_feed(), NOW)
    follow.retire(source, NOW)
    proposal = propose(group, ed, source.feed.url)
    the_worker_finds(proposal, source.feed, why="itself")
    answer(proposal, ruth, "accept")
    source.refresh_from_db()
    assert source.state == "following"


def test_what_waits_already_is_told_by_address_and_once_it_is_found_by_feed(
    group: Group, ruth: User, ed: User
) -> None:
    first = found(group, ruth)
    response = visit(ed).post(page_of(group), {"address": "https://ragna.example/", "why": "x"})
    assert response.status_code == 422 and "ruth has proposed this already" in text(response)
    other = propose(group, ed, "elsewhere.example")
    assert first.feed
    the_worker_finds(other, first.feed)
    assert "ruth has proposed this already" in text(visit(ed).get(page_of(group)))
    answer(first, ruth, "accept")
    page = text(visit(ruth).get(page_of(group)))
    assert "The group has this already" in page
    response = answer(other, ruth, "accept")
    assert response.status_code == 422 and "The group has this already" in text(response)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": "", "why": "x"}, "This field is required."),
        ({"address": "two words", "why": "x"}, "spaces in it"),
        ({"address": "x.example", "why": "  "}, "Say in a sentence why"),
        ({"address": "x.example", "why": "x" * 1001}, "at most 1000 characters"),
        ({"address": "x.example", "why": "x", "name": "n" * 10_000}, "at most 200 characters"),
        ({"address": "x.example", "why": "x", "circle": "c" * 201}, "at most 200 characters"),
    ],
)
def test_wrong_input_is_told_in_place(group: Group, ed: User, typed: dict[str, str], words: str) -> None:
    response = visit(ed).post(page_of(group), typed)
    assert response.status_code == 422 and words in text(response)
    if len(typed["why"].strip()) > 1:
        assert typed["why"] in text(response)
    assert not Proposal.objects.exists()


def test_somebody_who_proposes_without_end_is_stopped(
    group: Group, ed: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "MOST_OPEN", 2)
    for n in range(2):
        propose(group, ed, f"{n}.example")
    response = visit(ed).post(page_of(group), {"address": "3.example", "why": "x"})
    assert response.status_code == 422 and "Let the curators answer some of them first" in text(response)


def test_what_a_curator_adds_is_in_as_soon_as_it_is_found(group: Group, ruth: User, ed: User) -> None:
    proposal = propose(group, ruth, act="add", why="", name="Ragna", circle="Neighbours")
    assert "You are adding" in text(visit(ruth).get(page_of(group)))
    the_worker_finds(proposal, a_feed())
    source = Source.objects.get(roster__group=group)
    assert source.person.name == "Ragna" and source.person.circles.get().name == "Neighbours"
    assert proposal.state == "accepted" and proposal.heard_at
    proposal = propose(group, ed, "other.example", act="add")
    the_worker_finds(proposal, a_feed())
    assert proposal.state == "open", "members only propose"


def test_the_proposer_is_told_of_the_answer_until_they_have_read_it(group: Group, ruth: User, ed: User) -> None:
    proposal = found(group, ed)
    answer(proposal, ruth, "accept")
    assert "Answered since you last looked" not in text(visit(ruth).get(page_of(group)))
    for _ in range(2):
        assert "Answered since you last looked" in text(visit(ed).get(page_of(group)))
    assert proposals.unheard(group, ed).exists()
    home = f"/groups/{group.pk}/"
    assert "What you proposed has been answered." in text(visit(ed).get(home))
    assert "What you proposed has been answered." not in text(visit(ruth).get(home))
    assert visit(ed).post(f"{page_of(group)}heard/").status_code == 303
    assert "What you proposed has been answered." not in text(visit(ed).get(home))
    assert "Answered since you last looked" not in text(visit(ed).get(page_of(group)))


def test_answered_ones_are_paged_and_all_stay(group: Group, ruth: User, ed: User) -> None:
    for n in range(35):
        Proposal.objects.create(
            group=group, by=ed, address=f"{n}.example", name=f"Somebody {n:02}", why="x", at=NOW,
            state="declined", answered_by=ruth, answered_at=NOW + timedelta(hours=n), heard_at=NOW,
        )  # fmt: skip
    page = text(visit(ed).get(page_of(group)))
    assert "Somebody 34" in page and "Somebody 04" not in page
    older = Proposal.objects.get(name="Somebody 05").pk
    assert f"?before={older}#" in page
    assert "Somebody 04" in text(visit(ed).get(f"{page_of(group)}?before={older}"))
    assert visit(ed).get(f"{page_of(group)}?before=nonsense").status_code == 200


def test_the_page_takes_few_queries_however_much_waits(group: Group, ruth: User, ed: User) -> None:
    for n in range(12):
        proposal = propose(group, ed, f"{n}.example")
        if n % 3 == 0:
            the_worker_finds(proposal, a_feed())
        if n % 6 == 0:
            answer(proposal, ruth, "accept")
    client = visit(ruth)
    client.get(page_of(group))
    with CaptureQueriesContext(connection) as asked:
        client.get(page_of(group))
    assert len(asked) <= 10, "\n".join(q["sql"] for q in asked)
