"""axe-core finds nothing on any page, in every theme, at both widths, with everything unfolded."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from aggregator.models import Entry
from network.models import Source, User

pytestmark = pytest.mark.django_db(transaction=True)
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def pages() -> list[str]:
    """What tests/browser/test_every_page.py does not meet: other densities, another script, trouble, nothing."""
    arabic = Entry.objects.filter(language="ar")[0]
    source = Source.objects.get(feed__host="broken.example")
    return [
        "/river/?density=titles",
        "/river/?density=full",
        f"/sources/{source.pk}/",
        f"/entries/{arabic.pk}/",
        "/accounts/logout/",
        "/nowhere/",
    ]


def faults(page: Page) -> list[str]:
    """What axe-core finds with every disclosure open: everything in light, the contrasts in dark and sepia too."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    return look(page, "light") + look(page, "dark", CONTRAST) + look(page, "sepia", CONTRAST)


def look(page: Page, theme: str, options: dict[str, Any] | None = None) -> list[str]:
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {theme} {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_hinders_anybody(nora: User, visit: Any, width: int) -> None:
    page = visit(nora, "/river/", width=width)
    found = faults(page)
    for path in pages():
        page.goto(path)
        found += faults(page)
    assert not found, "\n".join(found)


def test_contrast_that_is_too_low_would_be_found(nora: User, visit: Any) -> None:
    page = visit(nora, "/more/")
    page.evaluate("document.documentElement.style.setProperty('--ink', '#aaa')")
    assert any("color-contrast" in fault for fault in look(page, "light", CONTRAST))


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_hinders_a_visitor(nora: User, visit: Any, width: int) -> None:
    page = visit(None, "/accounts/login/", width=width)
    found = faults(page)
    page.get_by_label("Password").fill("wrong")
    page.get_by_label("Name or mail address").fill("nora")
    page.get_by_role("button", name="Come in").click()
    page.get_by_text("not correct").wait_for()
    found += faults(page)
    for path in ("/accounts/password/reset/", "/accounts/signup/"):
        page.goto(path)
        found += faults(page)
    assert not found, "\n".join(found)


def test_nothing_hinders_what_floats(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    page.keyboard.press("Shift+A")
    page.get_by_role("button", name="Undo").wait_for()
    found = faults(page)
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    found += faults(page)
    assert not found, "\n".join(found)
