"""What hinders people on a page: axe-core's findings, what runs over an edge, what is too small for a thumb."""

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
RUN = """options => axe.run({...options, resultTypes: ['violations']}).then(found => found.violations.flatMap(
  each => each.nodes.slice(0, 3).map(node => `${each.id}: ${node.html.slice(0, 160)}`)))"""
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true })"
SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')].filter(e => {
  if (e.closest('.prose, .vh, .skip, dialog') || !e.checkVisibility({visibilityProperty: true})) return false;
  if (getComputedStyle(e).display === 'inline' && e.parentElement.matches('p') && e.parentElement.textContent.trim()
      !== e.textContent.trim()) return false; // a link inside a sentence
  const box = e.getBoundingClientRect();
  const after = getComputedStyle(e, '::after');
  const tall = after.position === 'absolute' && after.content !== 'none' ? parseFloat(after.height) : 0;
  const label = e.closest('label')?.getBoundingClientRect().height ?? 0;
  return box.width > 0 && Math.max(box.height, tall, label) < 43.5;
}).map(e => `${location.pathname} ${Math.round(e.getBoundingClientRect().height)} ${e.outerHTML.slice(0, 140)}`)"""


def on_all(page: Page, paths: Iterable[str]) -> list[str]:
    """What hinders on these pages, each loaded once."""
    found = []
    for path in paths:
        page.goto(path)
        found += here(page)
    return found


def here(page: Page) -> list[str]:
    """What hinders on the page as it stands: on a phone under a thumb, then on a desk."""
    found = []
    for width in (320, 390, 600, 900, 1280):
        resize(page, width)
        if width == 1280:
            found += faults(page, ("dark",))
        if width == 390:
            found += faults(page) + page.evaluate(SMALL)
        found += runs_over(page)
    return found


def resize(page: Page, width: int) -> None:
    """As wide as this; what is narrow is touched."""
    page.set_viewport_size({"width": width, "height": 844 if width < 768 else 900})
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": width < 768})


def faults(page: Page, others: tuple[str, ...] = ("dark", "sepia")) -> list[str]:
    """What axe-core finds with every disclosure open: everything in light, the contrasts in the `others`."""
    page.evaluate(UNFOLD)
    return look(page, "light") + [fault for theme in others for fault in look(page, theme, CONTRAST)]


def look(page: Page, theme: str, options: dict[str, Any] | None = None) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    width = page.viewport_size["width"] if page.viewport_size else 0
    return [f"{page.url} {width} {theme} {fault}" for fault in page.evaluate(RUN, options or {})]


def runs_over(page: Page) -> list[str]:
    """Whether the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth > innerWidth"
        " ? [`${location} is ${document.documentElement.scrollWidth} wide in ${innerWidth}`] : []"
    )
