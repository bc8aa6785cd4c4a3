"""What a worker wrote down in English is told again in the language of who reads it."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest
from django.utils.translation import override

from aggregator import fetch, retold
from aggregator.fetching import addresses, troubles, walk
from aggregator.finding import excuses, typed


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("", ""),
        ("The server refuses the connection.", "Der Server lehnt die Verbindung ab."),
        (excuses.asked_to_wait("https://a.example/x"), "a.example hat diesen Server gebeten zu warten"),
        (troubles.too_slow(2.5, reading=False), "Innerhalb von 2.5 Sekunden hat niemand geantwortet."),
        (troubles.unsafe("stands for this machine"), "Diese Adresse steht für diesen Rechner. Besucht werden nur"),
        (
            "a.example: There is no server of that name. Is the address spelled right?",
            "a.example: Einen Server mit",
        ),
        ("Something nobody has put words for.", "Something nobody has put words for."),
    ],
)
def test_a_sentence_is_retold_with_all_that_is_in_it(said: str, german: str) -> None:
    with override("de"):
        assert retold.retold(said).startswith(german)
    with override("en"):
        assert retold.retold(said) == said


@pytest.mark.parametrize("module", [addresses, excuses, fetch, troubles, typed, walk])
def test_every_sentence_that_is_filled_can_be_retold(module: ModuleType) -> None:
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        match call:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(words))]) if retold.BLANK.search(
                words
            ):
                assert words in retold.FILLED


def test_names_in_a_sentence_stay_as_they_are() -> None:
    with override("de"):
        assert retold.retold("Read by Keep.", ("Read by %(name)s.",)) == "Read by Keep."
        assert retold.retold(
            "No sent a file (text/x), neither a page nor a feed. Give the page it belongs to."
        ).startswith("No hat eine Datei")
