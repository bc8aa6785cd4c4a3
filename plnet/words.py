"""Gathers the words of the sources into locale/: `make words`. How to go on from there: docs/languages.md.

Babel reads Python, Django turns its templates into something Babel can read; neither asks for gettext's own tools.
Scripts have no words of their own: those they say stand in the page that loads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
APART = ("tests", "benchmarks")  # nobody reads their words but who builds this
ONE, MANY = None, (1, 2)
CALLS = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop"), ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), MANY),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
HEADER = """\
# The words of plnet. `make words` writes this file anew from the sources; docs/languages.md says how.
msgid ""
msgstr ""
"Language: {catalog.locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {catalog.plural_forms}\\n"

"""


def gather() -> None:
    """Bring every catalog up to date: new words come untranslated, those nobody says any more go."""
    said = sources()
    for path in catalogs():
        catalog = read(path)
        catalog.update(said, no_fuzzy_matching=True)
        path.write_bytes(written(catalog))
        left = [message.id for message in catalog if message.id and not whole(message.string)]
        print(f"{path.relative_to(ROOT)}: {len(catalog)} words, {len(left)} to translate")


def catalogs() -> list[Path]:
    return sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))


def sources() -> Catalog:
    """Every word in the sources, with the files it stands in."""
    said = Catalog(charset="utf-8")
    for path in (path for room in rooms() for path in sorted(room.rglob("*.*"))):
        for word, context, notes in words_in(path):
            place = str(path.relative_to(ROOT))
            said.add(word, locations=[(place, 0)], auto_comments=notes, context=context)
    return said


def rooms() -> list[Path]:
    """Where words stand: every package, and the templates."""
    packages = (path.parent for path in ROOT.glob("*/__init__.py"))
    return [*sorted(path for path in packages if path.name not in APART), ROOT / "templates"]


def words_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None, list[str]]]:
    if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts:
        return
    text = path.read_text()
    if path.suffix != ".py":  # in a template indents mean nothing, in Python they would
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    found = extract("python", BytesIO(text.encode()), keywords=CALLS, comment_tags=("Translators:",))
    for _line, word, notes, context in found:
        yield word, context, notes


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def written(catalog: Catalog) -> bytes:
    """The same bytes for the same words: sorted, unwrapped, no line numbers, no dates."""
    file = BytesIO()
    write_po(file, catalog, 0, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return HEADER.format(catalog=catalog).encode() + file.getvalue()


def whole(words: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether something was put for it, and for each of its numbers."""
    return all(words) if isinstance(words, tuple | list) else bool(words)


if __name__ == "__main__":
    gather()
