"""What a browser sees of the river: how much comes over the wire at first, how soon it paints after a key.

None where no Chromium is installed.
"""

from __future__ import annotations

import shutil
from typing import Any

KEYS = ("j", "j", "m", "j", "k", "s", "j", "m")  # of static/js/keys.js
SLOWED, ROWS = 4, 50
WATCH = """
window.slowest = 0;
new PerformanceObserver(list => {
  for (const each of list.getEntries()) {
    if (each.interactionId) window.slowest = Math.max(window.slowest, each.duration);
  }
}).observe({type: "event", durationThreshold: 16, buffered: true});
"""


def look(base: str, name: str, password: str) -> dict[str, Any] | None:
    chromium = shutil.which("chromium")
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(f"{base}/accounts/login/")
            page.fill("[name=login]", name)
            page.fill("[name=password]", password)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "login" not in url)
            return {"kb": weight(browser, page, f"{base}/river/"), **interaction(page, f"{base}/river/")}
        finally:
            browser.close()


def weight(browser: Any, page: Any, address: str) -> int:
    """Thousands of bytes of the page and all it loads, with nothing kept from before; feeds' own pictures aside."""
    fresh = browser.new_context(storage_state=page.context.storage_state()).new_page()
    session, sizes = fresh.context.new_cdp_session(fresh), list[float]()
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    fresh.goto(address, wait_until="networkidle")
    fresh.context.close()
    return round(sum(sizes) / 1000)


def interaction(page: Any, address: str) -> dict[str, Any]:
    """The slowest of some keys and clicks on a list that has grown to fifty rows."""
    page.goto(address, wait_until="networkidle")
    rows = page.locator("li.row")
    while rows.count() < ROWS and page.locator("#older a").count():
        before = rows.count()
        page.locator("#older a").last.click()
        page.wait_for_function("n => document.querySelectorAll('li.row').length > n", arg=before)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.evaluate(WATCH)
    for key in KEYS:
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.wait_for_timeout(500)
    return {"rows": rows.count(), "inp": page.evaluate("window.slowest")}
