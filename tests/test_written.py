"""Measured tables go between their marks in a file, and nowhere else."""

from pathlib import Path

import pytest

from benchmarks import written


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("Above.\n<!-- a -->\nold\n<!-- /a -->\nBelow.\n<!-- b -->\n<!-- /b -->\n")
    written.put("a", "\nnew\n", file)
    written.put("a", "newer", file)
    assert file.read_text() == "Above.\n<!-- a -->\nnewer\n\n<!-- /a -->\nBelow.\n<!-- b -->\n<!-- /b -->\n"
    with pytest.raises(ValueError, match="no place for c"):
        written.put("c", "new", file)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_readme_has_a_place_for_reading(kind: str) -> None:
    text = written.README.read_text()
    assert text.index(f"<!-- reading {kind} -->") < text.index(f"<!-- /reading {kind} -->")
