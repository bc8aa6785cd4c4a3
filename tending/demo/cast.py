"""Who is in the demo: people with what they publish, how often, and how much of it their reader opens. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

CIRCLES = ("Close to the desk", "Small libraries", "Teaching", "Maps and paper", "Making things", "Otherwise")
FIRST = (
    *("Ada", "Bo", "Cees", "Dara", "Eli", "Femi", "Gus", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Mats", "Noor"),
    *("Odo", "Pia", "Quinn", "Rosa", "Sami", "Tove"),
)
LAST = ("Abel", "Costa", "Dunaj", "Eze", "Holm", "Ito", "Kaya", "Mensah", "Nagy", "Rossi", "Solvang", "Wrona")
SUBJECTS = {
    "Close to the desk": ("the notebook", "a margin", "the index card", "an old sentence", "the inbox"),
    "Small libraries": (
        "the reading room",
        "a gap card",
        "the returns shelf",
        "an interlibrary loan",
        "the stacks",
    ),
    "Teaching": ("the seminar", "a first essay", "the silent student", "the syllabus", "a good question"),
    "Maps and paper": ("the coast", "a river survey", "the atlas", "rag paper", "the scale bar"),
    "Making things": ("the workbench", "a failed joint", "the compiler", "the kiln", "a small tool"),
    "Otherwise": ("the weather", "a long walk", "the ferry", "an orchard", "the neighbour’s dog"),
}
VERBS = (
    "keeps",
    "forgets",
    "hides",
    "explains",
    "repairs",
    "outlasts",
    "changes",
    "carries",
    "measures",
    "teaches",
)
OBJECTS = (
    *(
        "what nobody wrote down",
        "more than it shows",
        "the shape of a week",
        "the people around it",
        "its own rules",
    ),
    *("a quieter argument", "the work of years", "three kinds of patience", "the cost of being early", "the light"),
)
TURNS = ("Still,", "In March", "As far as I can see", "For a while", "On some days", "Slowly", "By now", "Oddly,")


@dataclass(frozen=True, slots=True)
class Role:
    """One source: whose it is, how it writes, how it is read."""

    person: str
    title: str
    circle: str
    kind: str = "blog"
    a_week: float = 0.5  # pieces
    words: int = 700
    opened: float = 0.5  # of what was shown
    person_kind: str = "person"
    trouble: str = ""  # gone, failing, quiet, copies


SPECIAL = (
    Role("Open Shelves", "Open Shelves Collective", "Small libraries", a_week=16, words=420, opened=0.02,
         person_kind="planet"),
    Role("Daily Dispatch", "Daily Dispatch", "Otherwise", a_week=18, words=1100, opened=0.03,
         person_kind="organisation"),
    Role("Ingrid Solvang", "Second Drafts", "Maps and paper", a_week=1.5, words=1200, opened=0.9),
    Role("Kofi Mensah", "Vacuum Notes", "Small libraries", a_week=2.5, words=500, opened=0.04, trouble="copies"),
    Role("Lena Holm", "The Long Table", "Teaching", kind="podcast", a_week=0.8, words=120, opened=0.6),
    Role("Mats Dunaj", "Workbench films", "Making things", kind="video", a_week=0.4, words=60, opened=0.5),
    Role("Tove Nagy", "tove", "Close to the desk", kind="microblog", a_week=9, words=35, opened=0.3),
    Role("Old Harbour Press", "Old Harbour Press", "Maps and paper", a_week=0.6, person_kind="organisation",
         trouble="gone"),
    Role("Ivo Kaya", "Ivo’s index", "Close to the desk", a_week=0.5, trouble="failing"),
    Role("Rosa Eze", "Slow Weather", "Otherwise", a_week=0.15, words=1800, opened=1.0, trouble="quiet"),
)  # fmt: skip


def cast(count: int, r: random.Random) -> list[Role]:
    """So many roles: the special ones, and people who write now and then and are read now and then."""
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    r.shuffle(names)
    taken = {role.person for role in SPECIAL}
    names = [name for name in names if name not in taken]
    others = [usual(name, r) for name in names[: max(0, count - len(SPECIAL))]]
    return [*SPECIAL[:count], *others]


def usual(name: str, r: random.Random) -> Role:
    circle = r.choice(CIRCLES)
    title = f"{r.choice(SUBJECTS[circle])} {r.choice(VERBS)}".capitalize()
    return Role(
        name, title, circle, a_week=r.choice((0.2, 0.4, 0.7, 1.2, 2.0)), words=r.choice((300, 600, 900, 1500)),
        opened=r.choice((0.3, 0.45, 0.6, 0.8)),
    )  # fmt: skip


def title(role: Role, r: random.Random) -> str:
    return f"{r.choice(SUBJECTS[role.circle])} {r.choice(VERBS)} {r.choice(OBJECTS)}".capitalize()


def paragraphs(role: Role, r: random.Random) -> list[str]:
    """A text of about as many words as the role writes."""
    wanted, said = max(8, round(role.words * r.uniform(0.5, 1.6))), list[str]()
    sentences = written(role, r)
    while wanted > 0:
        some = [next(sentences) for _ in range(r.randint(2, 6))]
        said.append(" ".join(some))
        wanted -= sum(len(each.split()) for each in some)
    return said


def written(role: Role, r: random.Random) -> Iterator[str]:
    while True:
        middle = f"{r.choice(SUBJECTS[role.circle])} {r.choice(VERBS)} {r.choice(OBJECTS)}"
        end = f", and {r.choice(SUBJECTS[role.circle])} {r.choice(VERBS)} it too" if r.random() < 0.4 else ""
        turn = f"{r.choice(TURNS)} {middle}" if r.random() < 0.5 else middle.capitalize()
        yield f"{turn}{end}."
