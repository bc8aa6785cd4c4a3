"""What feeds bring is cleaned so that nothing runs in a real browser, even without the content security policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django_htmx
import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route

from aggregator.models import Entry, EntryBody
from aggregator.sanitize import _MATH, _TAGS, ATTRIBUTES, clean
from tests.browser.attacks import attacks

BASE = "https://feed.example/blog/post"
HERE = "https://plnet.example/"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
TOGETHER = 400  # in one page
PAGE = """<!doctype html><html><head><script>
var hits = [];
function hit(what) {{ hits.push(String(what)); }}
alert = confirm = prompt = print = open = hit;
</script><script src="/htmx.js"></script></head><body><form id="acts" method="post" action="/canary"></form>
{bodies}<p id="end"></p></body></html>"""

# Runs in the page: what is not as it must be, in words. Also after the markup has been written and read once more,
# and after everything has been touched.
LOOK = """([tags, attributes]) => {
  const wrong = [], bodies = document.querySelectorAll('body > .prose')
  const look = (body, when) => {
    for (const e of body.querySelectorAll('*')) {
      const tag = e.localName, math = e.namespaceURI.endsWith('MathML')
      if (!tags.includes(tag)) wrong.push(when + ' <' + tag + '>')
      if (!math && !e.namespaceURI.endsWith('xhtml')) wrong.push(when + ' namespace ' + e.namespaceURI)
      for (const a of e.attributes) {
        const may = attributes['*'].concat(attributes[tag] || [])
        if (!may.includes(a.name)) wrong.push(when + ' ' + tag + ' ' + a.name + '=' + a.value)
        if (a.name == 'id' && !a.value.startsWith('e-')) wrong.push(when + ' id ' + a.value)
        if (a.name == 'class' && a.value && !/^language-[a-z0-9-]+$/.test(a.value))
          wrong.push(when + ' class ' + a.value)
        if (a.name == 'srcset') for (const one of a.value.split(', '))
          if (!/^https?:\\/\\//i.test(one)) wrong.push(when + ' srcset ' + one)
      }
      for (const name of ['href', 'src', 'cite'])
        if (e.hasAttribute(name) && e.getAttribute(name) !== 'about:blank' &&
            !/^(https?:\\/\\/[^/]|mailto:)/i.test(e.getAttribute(name).trim()))
          wrong.push(when + ' ' + tag + ' ' + name + ' ' + e.getAttribute(name))
    }
  }
  bodies.forEach((body, n) => look(body, n))
  htmx.process(document.body)
  for (const e of document.querySelectorAll('.prose *'))
    for (const kind of ['mouseover', 'focus', 'pointerenter', 'toggle', 'animationstart', 'load', 'error'])
      e.dispatchEvent(new Event(kind))
  bodies.forEach((body, n) => { body.innerHTML = body.innerHTML; look(body, n + ' again') })
  return {hits, wrong, bodies: bodies.length, end: document.body.lastElementChild.id}
}"""


@pytest.fixture(scope="module")
def cleaned() -> list[tuple[str, str]]:
    """Each attack with what is left of it, as entries' pages show it."""
    return [(attack, shown(clean(attack, BASE).html)) for attack in attacks()]


def shown(html: str) -> str:
    return render_to_string("reading/_body.html", {"entry": Entry(language=""), "body": EntryBody(html=html)})


def look_at(page: Page, bodies: list[str]) -> tuple[Any, list[str]]:
    """What a page with these bodies does, and what it asks for besides images of the web."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        url, kind = route.request.url, route.request.resource_type
        if url == HERE:
            route.fulfill(body=PAGE.format(bodies="\n".join(bodies)), content_type="text/html; charset=utf-8")
        elif url == HERE + "htmx.js":
            route.fulfill(path=HTMX, content_type="text/javascript")
        else:
            if kind != "image" or url.startswith(HERE):
                asked.append(f"{kind} {url}")
            route.abort()

    page.route("**/*", answer)
    page.goto(HERE)
    found = page.evaluate(LOOK, [(_TAGS + _MATH).split(), allowed()])
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    found["hits"] = page.evaluate("hits")
    page.unroute("**/*")
    return found, asked


def allowed() -> dict[str, list[str]]:
    """The attributes that may come through, by element, with those that cleaning itself writes."""
    own: dict[str, set[str]] = {"a": {"rel"}, "img": {"loading"}, "code": {"class"}, "pre": {"class"}}
    return {tag: sorted(ATTRIBUTES.get(tag, set()) | own.get(tag, set())) for tag in {*ATTRIBUTES, *own}}


def test_the_hook_notices_what_runs(browser: Browser) -> None:
    """Uncleaned, the same strings run, ask and break out: so the other test can fail."""
    page = browser.new_page()
    attacks = ["<img src=x onerror=hit(1)>", "<svg><desc><link rel=stylesheet href=/canary>"]
    found, asked = look_at(page, [shown(attack) for attack in attacks])
    page.close()
    assert found["hits"]
    assert any("onerror" in wrong for wrong in found["wrong"])
    assert asked


def test_nothing_runs_and_nothing_is_asked_for_but_images(browser: Browser, cleaned: list[tuple[str, str]]) -> None:
    assert len(cleaned) > 8000
    page = browser.new_page()
    troubles: list[object] = []
    for start in range(0, len(cleaned), TOGETHER):
        some = cleaned[start : start + TOGETHER]
        found, asked = look_at(page, [body for _, body in some])
        if found["hits"] or found["wrong"] or asked or (found["bodies"], found["end"]) != (len(some), "end"):
            troubles.append((start, found, asked))
    page.close()
    assert troubles == []
