"""Who knows about something: the people one reads by what they wrote, members by what they shared.

Measured on blogs (docs/who-knows.md): the best hundred entries count, each by the third power of how near it comes
to the best one. How lately somebody wrote is shown and does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Substr
from django.utils.safestring import SafeString

from aggregator import ranking
from aggregator.folding import folded, in_pairs
from aggregator.models import Entry, EntryBody
from network.models import Mute, Person, Source
from network.portraying.words import of as listed

from ..models import Annotation
from .marked import MOST_READ, finder, snippet
from .query import Words

if TYPE_CHECKING:
    from network.models import User

MOST_TERMS, BEST, POWER = 24, 100, 3
PEOPLE, PROOFS = 8, 3  # how many are named, and passages of each
FEWEST = 2  # entries that must hold some of it, unless one says it in its title
LONGEST = 1000  # characters of a question that are read
SHARED_READ = 1000  # notes others shared, the newest
NEAR, STEM = 8, 5  # near terms that are offered; letters they begin with
COMMON = frozenset(folded(word) for name in ("common", "short") for word in listed(name))


@dataclass(slots=True)
class Expert:
    """Somebody on a roster, how much of what was found is theirs, and what shows it, the best first."""

    person: Person
    score: float = 0.0
    entries: list[Entry] = field(default_factory=list)
    proofs: list[tuple[Entry, SafeString]] = field(default_factory=list)

    @property
    def last(self) -> Entry:
        """Their newest entry about it."""
        return max(self.entries, key=lambda entry: (entry.sorted_at, entry.pk))


@dataclass(slots=True)
class Sharer:
    """A member of one's groups who shared something about it."""

    user: User
    notes: list[tuple[Annotation, SafeString]] = field(default_factory=list)


@dataclass(slots=True)
class Knows:
    """Who does; where nobody does, words near to those asked for that somebody used."""

    experts: list[Expert] = field(default_factory=list)
    members: list[Sharer] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)


def who_knows(user: User, question: str) -> Knows:
    """A question in a member's words, answered with people they may see. Four queries and those of the index."""
    terms = terms_of(question)
    if not terms:
        return Knows()
    owners = owners_of(user)
    ranked = ranking.best(terms, {feed for feed, _author in owners}, BEST)
    experts = gathered(ranked, owners, terms)
    members = sharers(user, terms)
    near = [] if experts or members else near_terms(terms, {feed for feed, _author in owners})
    return Knows(experts, members, near, terms)


def terms_of(question: str) -> list[str]:
    """What is asked about, folded as the index has it: no words that say nothing, unless there are no others."""
    words = list(dict.fromkeys(in_pairs(question[:LONGEST]).split()))
    words = [word for word in words if len(word) > 1 or word.isdigit()] or words
    telling = [word for word in words if word not in COMMON and (len(word) > 2 or not word.isascii())]
    return (telling or words)[:MOST_TERMS]


# ---- people


def owners_of(user: User) -> dict[tuple[int, str], Person]:
    """By feed and author (empty: any), the person whose it is: on one's own roster, else on a group's. One query.

    Also those one has left: what they wrote is still known. Not what one muted.
    """
    muted = Exists(Mute.objects.filter(user=user, source=OuterRef("pk")))
    sources = Source.objects.read_by(user).filter(~muted).exclude(person__kind=Person.Kind.PLANET)
    order = F("roster__owner").desc(nulls_last=True)
    owners: dict[tuple[int, str], Person] = {}
    for source in sources.select_related("person").order_by(order, "pk"):
        owners.setdefault((source.feed_id, source.author), source.person)
    return owners


def gathered(
    ranked: Sequence[ranking.Ranked], owners: dict[tuple[int, str], Person], terms: Sequence[str]
) -> list[Expert]:
    """The best entries by person, people in order; none of whom only one entry hardly touches it."""
    if not ranked:
        return []
    score = {each.id: each.score for each in ranked}
    top = max(score.values()) or 1.0
    rows = Entry.objects.filter(pk__in=score).only("feed", "author", "title", "sorted_at", "gist", "language")
    experts: dict[int, Expert] = {}
    for entry in sorted(rows, key=lambda entry: -score[entry.pk]):
        person = owners.get((entry.feed_id, entry.author)) or owners.get((entry.feed_id, ""))
        if person:
            expert = experts.setdefault(person.pk, Expert(person))
            expert.entries.append(entry)
            expert.score += (score[entry.pk] / top) ** POWER
    known = [each for each in experts.values() if len(each.entries) >= FEWEST or in_title(each.entries[0], terms)]
    known.sort(key=lambda each: (-each.score, each.person.name, each.person.pk))
    show(known[:PEOPLE], terms)
    return known[:PEOPLE]


def in_title(entry: Entry, terms: Iterable[str]) -> bool:
    return not set(terms).isdisjoint(in_pairs(entry.title).split())


def show(experts: Sequence[Expert], terms: Sequence[str]) -> None:
    """Give each their passages with the words in them; empty where only the title has them. One query."""
    find = finder([Words(term, (term,)) for term in terms], in_title=False)
    shown = [entry.pk for expert in experts for entry in expert.entries[:PROOFS]]
    bodies = EntryBody.objects.filter(pk__in=shown).annotate(start=Substr("text", 1, MOST_READ))
    texts = dict(bodies.values_list("pk", "start"))
    for expert in experts:
        for entry in expert.entries[:PROOFS]:
            expert.proofs.append((entry, snippet(texts.get(entry.pk, ""), find) or SafeString("")))


# ---- members


def sharers(user: User, terms: Sequence[str]) -> list[Sharer]:
    """Members of one's groups by the notes they shared there, who said most of it first. One query."""
    shared = Annotation.objects.shared_with(user).select_related("user", "entry").order_by("-changed_at", "-pk")
    find = finder([Words(term, (term,)) for term in terms], in_title=False)
    wanted, least = set(terms), min(FEWEST, len(terms))
    found: dict[int, tuple[int, Sharer]] = {}
    for note in shared[:SHARED_READ]:
        said = f"{note.quote} {note.note} {' '.join(note.tags)}"
        held = len(wanted.intersection(in_pairs(said).split()))
        if held < least:
            continue
        most, sharer = found.get(note.user_id, (0, Sharer(note.user)))
        if len(sharer.notes) < PROOFS:
            sharer.notes.append((note, snippet(said, find) or SafeString("")))
        found[note.user_id] = (max(most, held), sharer)
    return [sharer for _most, sharer in sorted(found.values(), key=lambda each: -each[0])][:PEOPLE]


# ---- near terms


def near_terms(terms: Sequence[str], feeds: set[int]) -> list[str]:
    """Words in titles that begin as those asked for. One query, where nothing was found."""
    stems = [term[:STEM] for term in terms if len(term) >= STEM]
    if not stems or not feeds:
        return []
    begins = Q()
    for stem in stems:
        begins |= Q(title__icontains=stem)
    titles = Entry.objects.filter(begins, feed__in=feeds).order_by("-pk").values_list("title", flat=True)[:200]
    found: dict[str, None] = {}
    for title in titles:
        for word in title.split():
            plain = folded(word).strip()
            if any(plain.startswith(stem) for stem in stems) and plain not in terms:
                found.setdefault(plain)
    return list(found)[:NEAR]
