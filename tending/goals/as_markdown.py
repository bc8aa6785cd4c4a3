"""A goal as Markdown: what it was for, what came of it, the notes with their sources, and whom to thank."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from network.models import Person
from reading.models import Annotation


def as_markdown(page: dict[str, Any]) -> str:
    """From what the page shows (page.page)."""
    goal = page["goal"]
    parts = [f"# {goal.name}", _("Until %(day)s.") % {"day": date_format(goal.until, _("j F Y"))}, goal.why]
    if goal.summary:
        parts += ["## " + _("What came of it"), goal.summary]
    if page["notes"]:
        parts += ["## " + _("Notes"), *(note(each) for each, _html in page["notes"])]
    if page["thanks"]:
        parts += ["## " + _("Whom to thank"), "\n".join(thanked(person) for person in page["thanks"])]
    return "\n\n".join(part for part in parts if part) + "\n"


def note(each: Annotation) -> str:
    """The passage, what was written about it, and where it stands."""
    quote = "\n".join(f"> {line}" for line in each.quote.splitlines())
    title = (each.entry.title or each.entry.gist or each.entry.link).replace("[", "(").replace("]", ")")
    source = f"[{title}](<{each.entry.link}>)" if each.entry.link else title
    day = date_format(each.entry.sorted_at, _("j F Y"))
    said = f"— {source}, {each.entry.feed}, {day}"
    return "\n\n".join(part for part in (quote, each.note, said) if part)


def thanked(person: Person) -> str:
    where = ", ".join(str(way) for way in person.reach) or person.home
    return f"- {person.name}{f': {where}' if where else ''}"
