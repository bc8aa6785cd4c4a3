"""A real browser for tests: the Chromium the machine has, driven by Playwright, talking to nobody but the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def browser(path: str) -> Iterator[Browser]:
    """Start the browser at `path`; it ends with the block."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def page(chromium: Browser, *, width: int = 1280, height: int = 900) -> Iterator[Page]:
    """A fresh page without cookies. What scripts or the content security policy complain about fails the test."""
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/Paris"
    )
    complaints: list[str] = []
    try:
        shown = context.new_page()
        shown.set_default_timeout(30_000)
        shown.on("pageerror", lambda error: complaints.append(str(error)))
        shown.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        yield shown
        assert complaints == []
    finally:
        context.close()
