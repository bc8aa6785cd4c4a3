"""axe-core finds nothing on any page, in every theme, at both widths, with everything unfolded."""

from typing import Any

import pytest

from aggregator.models import Entry
from network.models import Source, User
from tests.browser.hindrances import CONTRAST, here, look, on_all

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_nothing_hinders_anybody(nora: User, visit: Any) -> None:
    found = on_all(visit(nora, "/more/"), ["/river/", *pages()])
    assert not found, "\n".join(found)


def test_contrast_that_is_too_low_would_be_found(nora: User, visit: Any) -> None:
    page = visit(nora, "/more/")
    page.evaluate("document.documentElement.style.setProperty('--ink', '#aaa')")
    assert any("color-contrast" in fault for fault in look(page, "light", CONTRAST))


def test_nothing_hinders_a_visitor(nora: User, visit: Any) -> None:
    page = visit(None, "/accounts/login/")
    found = here(page)
    page.get_by_label("Password").fill("wrong")
    page.get_by_label("Name or mail address").fill("nora")
    page.get_by_role("button", name="Come in").click()
    page.get_by_text("not correct").wait_for()
    found += here(page)
    found += on_all(page, ("/accounts/password/reset/", "/accounts/signup/"))
    assert not found, "\n".join(found)


def test_nothing_hinders_what_floats(nora: User, visit: Any) -> None:
    page = visit(nora, "/river/")
    page.keyboard.press("Shift+A")
    page.get_by_role("button", name="Undo").wait_for()
    found = here(page)
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    found += here(page)
    assert not found, "\n".join(found)
