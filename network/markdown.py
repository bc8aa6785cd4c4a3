"""What members write: Markdown in, HTML out that is safe to show to anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping
from typing import Any

from bleach.linkifier import TLDS, LinkifyFilter, build_url_re
from bleach.sanitizer import Cleaner
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

LONGEST = 50_000  # characters of one text: a form refuses more, and here the rest is not shown
ONE_WORD = 500  # characters without a blank: looking for addresses in one takes the square of its length
TAGS = frozenset("a blockquote br code em h3 h4 h5 h6 hr li ol p pre s strong ul".split())  # noqa: SIM905
ATTRIBUTES = {"a": ["href", "title", "rel"], "ol": ["start"]}
PROTOCOLS = frozenset(("http", "https", "mailto"))
NEWER = "app art blog cloud club dev email garden land link me news online page site social space wiki world zone"
ADDRESS = build_url_re(tlds=[*NEWER.split(), *TLDS])
LONG_WORD = re.compile(rf"\S{{{ONE_WORD},}}")

Attributes = MutableMapping[Any, str]


def render(text: str) -> SafeString:
    """Markdown as HTML: no raw HTML, no images, and links to http, https and mailto alone.

    A note costs a millisecond or two. The bounds above are there because html5lib, under bleach, takes the square
    of the tags within one paragraph: at 50,000 hostile characters that is still about a second.
    """
    html = MARKDOWN.render(_bounded(text))
    return SafeString(_cleaner().clean(html))  # safe by definition: the cleaner made it


def _bounded(text: str) -> str:
    return LONG_WORD.sub(_in_pieces, text[:LONGEST].replace("\x00", ""))


def _in_pieces(found: re.Match[str]) -> str:
    word = found.group()
    return " ".join(word[n : n + ONE_WORD] for n in range(0, len(word), ONE_WORD))


# ---- markdown


def _markdown() -> MarkdownIt:
    """CommonMark with strikethrough; raw HTML stays text, an image becomes a link to it."""
    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    made.enable("strikethrough").disable("image")
    made.core.ruler.push("headings", _below_the_pages_own)
    return made


def _below_the_pages_own(state: StateCore) -> None:
    """A text begins with a heading of the third rank, wherever it stands on a page."""
    for token in state.tokens:
        if token.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"


# ---- cleaning


def _cleaner() -> Cleaner:
    """bleach keeps state while it cleans, so each text gets its own."""
    return Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        protocols=PROTOCOLS,
        strip=True,
        filters=[_linkified],
    )


def _linkified(source: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Addresses written out become links, outside code; every link says that we do not vouch for it."""
    linkified: Iterable[dict[str, Any]] = LinkifyFilter(
        source, callbacks=[_only_safe], skip_tags={"pre", "code"}, parse_email=True, url_re=ADDRESS
    )
    return linkified


def _only_safe(attrs: Attributes, new: bool = False) -> Attributes | None:  # noqa: ARG001
    """No link at all where its address is none of ours to lead to."""
    scheme, colon, rest = attrs.get((None, "href"), "").partition(":")
    if not colon or scheme.lower() not in PROTOCOLS:
        return None
    if scheme.lower() != "mailto" and not rest.startswith("//"):
        return None  # "https:settings/" leads browsers to a page of ours
    attrs[(None, "rel")] = "nofollow noopener noreferrer"
    return attrs


MARKDOWN = _markdown()
