"""What holds for the whole house: who may import whom, how modules open, what the lock files hold."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

HERE = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())
ROOMS = PROJECT["tool"]["importlinter"]["root_packages"]
MODULES = sorted(
    path
    for room in ROOMS
    for path in (HERE / room).rglob("*.py")
    if "migrations" not in path.parts and path.read_text().strip()
)


def test_imports_go_one_way_and_nowhere_in_a_circle() -> None:
    run = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=HERE, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_no_migration_is_missing() -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "--settings", "tests.settings"],
        cwd=HERE,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HERE)))
def test_a_module_opens_with_a_sentence_that_says_what_it_is_for(path: Path) -> None:
    words = ast.get_docstring(ast.parse(path.read_text()))
    assert words, "no docstring"
    assert re.search(r"[.:!?…”)`]", words.strip()[-1]), f"not a sentence: {words!r}"


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "services", "service", "managers", "misc", "common", "signals"}
    assert [path for path in MODULES if path.stem in empty] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HERE)))
def test_nothing_is_left_for_later(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError|coming soon)\b", path.read_text())


def test_the_lock_files_hold_what_the_project_asks_for() -> None:
    locked = {}
    for name in ("requirements.lock", "requirements-dev.lock"):
        for line in (HERE / name).read_text().splitlines():
            package, version = line.split("==")
            locked[package.lower().replace("_", "-")] = version
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    for requirement in map(Requirement, asked):
        version = locked.get(requirement.name.lower())
        assert version, f"{requirement.name} is not locked: make lock"
        assert requirement.specifier.contains(version), f"{requirement} but {version} is locked: make lock"


def test_every_static_file_a_template_names_is_there() -> None:
    """Collected static files are strict: a name that is not there would be a page that is not."""
    from django.contrib.staticfiles import finders

    missing = [
        (template.name, name)
        for template in (HERE / "templates").rglob("*.html")
        for name in re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", template.read_text())
        if finders.find(name) is None
    ]
    assert missing == []


def test_the_readme_leads_to_every_page_of_docs() -> None:
    readme = (HERE / "README.md").read_text()
    assert [path.name for path in sorted((HERE / "docs").glob("*.md")) if f"(docs/{path.name})" not in readme] == []
