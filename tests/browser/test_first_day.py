"""The first day: `manage.py up` on nothing, an account, a list of 300 feeds, reading, and the next morning."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chromium import browser, page
from tests.plnet.running import HERE, Running, clean_environment, free_port

FEEDS = 300
PATIENCE = 120_000  # milliseconds until all have come in, on a machine that does other things too


@contextmanager
def farm(opml: Path) -> Iterator[int]:
    """A farm of feeds without faults, each on an address of its own; its port."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.farm", "--clean", "--feeds", str(FEEDS), "--port", str(port)]
    with subprocess.Popen(
        [*command, "--opml", str(opml)], cwd=HERE, env=clean_environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()), "it says when it is ready"
        try:
            yield port
        finally:
            process.terminate()


def test_the_first_day_and_the_next_morning(chromium: str, tmp_path: Path) -> None:
    opml = tmp_path / "feeds.opml"
    with farm(opml) as port, browser(chromium) as chrome, page(chrome) as tab:
        follow_all = {"PLNET_ALLOW_PRIVATE_ADDRESSES": "1", "PLNET_EXTRA_PORTS": str(port)}
        with Running(tmp_path / "data", **follow_all) as plnet:
            plnet.served()
            make_the_first_account(tab, plnet.url)
            bring_in(tab, opml)
            title, address = read_one(tab)
            entries = stored(plnet)
            assert plnet.end() == 0
        with Running(tmp_path / "data", **follow_all) as plnet:
            plnet.served()
            come_back(tab, plnet.url + address, title)
            assert stored(plnet) == entries


def make_the_first_account(tab: Page, url: str) -> None:
    """Whatever the first visitor asks for, the first account is made first."""
    tab.goto(f"{url}/river/")
    expect(tab).to_have_url(f"{url}/accounts/signup/")
    tab.get_by_label("Username").fill("ada")
    tab.get_by_label("Password").fill("an analytical engine")
    tab.get_by_role("button", name="Make my account").click()
    expect(tab.get_by_role("heading", name="Whom do you learn from?")).to_be_visible()


def bring_in(tab: Page, opml: Path) -> None:
    """The list is given through the page, which then shows by itself how they come in."""
    tab.get_by_label("Bring a list from another reader").set_input_files(opml)
    tab.get_by_role("button", name="Bring it in").click()
    expect(tab.get_by_role("heading", name="Coming in")).to_be_visible()
    expect(tab.get_by_text(f"All {FEEDS} are in.")).to_be_visible(timeout=PATIENCE)


def read_one(tab: Page) -> tuple[str, str]:
    """The newest entry is opened and counts as read from then on; its title and the path of its page."""
    tab.get_by_role("link", name="See what they wrote").click()
    first = tab.locator("#list .row").first
    expect(first.get_by_text("Unread:")).to_have_count(1)
    link = first.locator("a[data-act=open]")
    link.click()
    expect(tab).to_have_url(re.compile(r"/entries/\d+/"))
    title = tab.locator("h1").inner_text()
    assert tab.locator("article").inner_text().strip()
    return title, re.sub(r"^https?://[^/]+", "", tab.url)


def come_back(tab: Page, address: str, title: str) -> None:
    """The next morning one is still logged in, the entry is there, and still read; the others are not."""
    tab.goto(address)
    expect(tab.locator("h1")).to_have_text(title)
    root = address.split("/entries/")[0]
    tab.goto(f"{root}/river/?show=all")
    rows = tab.locator("#list .row")
    expect(rows.first.get_by_role("heading")).to_contain_text(title)
    expect(rows.first.get_by_text("Unread:")).to_have_count(0)
    expect(rows.nth(1).get_by_text("Unread:")).to_have_count(1)


def stored(plnet: Running) -> str:
    """How many rows there are of everything that must not get lost."""
    code = (
        "from django.apps import apps\n"
        "for name in 'aggregator.Feed aggregator.Entry aggregator.EntryBody network.Source network.User'.split():\n"
        "    print(name, apps.get_model(name).objects.count())"
    )
    return plnet.manage("shell", "-v0", "-c", code)
