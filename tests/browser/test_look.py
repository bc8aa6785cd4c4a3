"""How the pages lie on the screen: nothing runs over its edge, thumbs find their targets, little is transferred."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from aggregator.models import Entry
from network.models import User
from tests.browser.test_accessibility import pages

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_visit_transfers_less_than_100_kb(nora: User, visit: Any) -> None:
    page = visit(nora, "/more/")
    sizes: dict[str, int] = {}

    def count(response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if "/static/" in response.url and kind.startswith(("text/", "application/", "image/svg")):
            sizes[response.url] = len(gzip.compress(response.body(), 6))  # as whitenoise has packed it
        elif kind.startswith("text/"):
            sizes[response.url] = response.request.sizes()["responseBodySize"]

    page.on("response", count)
    page.goto("/river/", wait_until="networkidle")
    assert len(sizes) >= 7, sizes
    assert sum(sizes.values()) < 100_000, sizes


def test_nothing_jumps_while_a_page_loads(nora: User, visit: Any) -> None:
    for path in ("/river/", f"/entries/{Entry.objects.order_by('-sorted_at')[0].pk}/"):
        page = visit(nora, path)
        assert shift(page) < 0.05


def shift(page: Page) -> float:
    """The cumulative layout shift so far."""
    return float(
        page.evaluate(
            """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()
            .reduce((sum, each) => sum + (each.hadRecentInput ? 0 : each.value), 0)))
            .observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"""
        )
    )


def test_a_member_sees_the_theme_size_measure_and_face_they_chose(nora: User, visit: Any) -> None:
    def told() -> list[str]:
        page = visit(nora, "/river/?density=full", scheme="light")
        return list(
            page.evaluate(
                """() => [getComputedStyle(document.documentElement).backgroundColor,
                ...['fontSize', 'fontFamily'].map(p => getComputedStyle(document.querySelector('.prose'))[p]),
                document.querySelector('.prose').getBoundingClientRect().width + 'px']"""
            )
        )

    usual = told()
    nora.theme, nora.size, nora.measure, nora.face = "dark", "huge", "narrow", "sans"
    nora.save()
    chosen = told()
    assert usual[0] == "rgb(251, 249, 244)" and chosen[0] == "rgb(23, 21, 18)"
    assert float(chosen[1][:-2]) > float(usual[1][:-2])
    assert usual[2] != chosen[2]
    assert float(chosen[3][:-2]) < float(usual[3][:-2])


def test_nothing_is_asked_of_other_sites_and_nothing_breaks_the_policy(nora: User, visit: Any) -> None:
    page = visit(nora, "/more/")
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in pages():
        if "nowhere" not in path:
            page.goto(path)
    own = page.url.split("/")[2]
    assert [url for url in asked if own not in url] == []
    assert complaints == []
