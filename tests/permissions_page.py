"""The tables of docs/permissions.md, out of the rules that are tried: `python -m tests.permissions_page`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "permissions.md"
BEGIN, END = "<!-- from tests/test_permissions.py -->\n", "<!-- until here -->\n"
HEAD = (
    "| rule | nobody logged in | stranger | member of the group | curator | administrator |\n"
    "|---|---|---|---|---|---|\n"
)
# rule: what somebody not logged in, another member, a member and a curator of the group, an administrator find
FIND = {
    "anybody": ("in", "in", "in", "in", "in"),
    "hub": ("by the path", "by the path", "by the path", "by the path", "by the path"),
    "administration": ("login", "login", "login", "login", "in"),
    "staff": ("login", "404", "404", "404", "in"),
    "member": ("login", "own", "own", "own", "own"),
    "link": ("login", "by the link", "by the link", "by the link", "by the link"),
    "": ("login", "own", "own", "own", "own"),
    "known": ("login", "if it may be known", "in", "in", "as a stranger"),
    "seen": ("login", "own", "own, group's", "own, group's", "own"),
    "tended": ("login", "own", "own", "own, group's", "own"),
    "seen/tended": ("login", "404", "sees", "in", "404"),
}


def in_words(rules: Mapping[str, str]) -> str:
    """Both tables: what a rule means, and which address has which."""
    used = {kind_of(rule): None for rule in rules.values()}
    lines = [f"| {name_of(kind)} | {' | '.join(FIND[kind])} |" for kind in FIND if kind in used]
    routes = [f"| `/{escape(route)}` | {rule} |" for route, rule in rules.items()]
    return "\n".join([HEAD + "\n".join(lines), "", "| address | rule |\n|---|---|\n" + "\n".join(routes), ""])


def kind_of(rule: str) -> str:
    """What of a rule decides: its last word, or all of it where it speaks of no one thing."""
    thing, _, how = rule.partition(" ")
    return how or (thing if thing in FIND else "")


def name_of(kind: str) -> str:
    if kind in ("", "known", "seen", "tended", "seen/tended"):
        return f"*thing* {kind}".strip()
    return kind


def escape(route: str) -> str:
    return route.replace("|", "\\|")


def write(rules: Mapping[str, str]) -> None:
    page = PAGE.read_text()
    written = re.sub(
        f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: f"{BEGIN}\n{in_words(rules)}\n{END}", page, flags=re.S
    )
    PAGE.write_text(written)


if __name__ == "__main__":
    import ast

    tree = ast.parse(Path(__file__).with_name("test_permissions.py").read_text())
    said = next(
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RULES"
    )
    write(ast.literal_eval(said))
