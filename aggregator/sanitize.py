"""Foreign HTML to safe HTML, once, on the way in. EntryBody.html is what this makes; nothing else writes it."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import NamedTuple

import nh3

from .cleaning import embeds
from .cleaning.addresses import join, join_any
from .cleaning.heavy import too_heavy
from .cleaning.plain import door, from_markup

MOST_LINKS = 100
ID_PREFIX = "e-"  # ids of strangers never meet ours

_TAGS = """
    a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup
    dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li
    main mark nav ol p picture pre q rb rp rt rtc ruby s samp section small source span strike strong sub
    summary sup table tbody td tfoot th thead time tr tt u ul var wbr
"""
# MathML Core's presentation elements, without those that link, act or hold other namespaces.
_MATH = """
    math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics
"""
_GONE_WITH_CONTENT = """
    script style title template noscript noembed noframes iframe object applet embed svg canvas form select
    textarea button datalist audio video map annotation annotation-xml head xmp plaintext frameset dialog
"""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang", "id"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "source": {"srcset", "sizes", "type", "media", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "li": {"value", "id"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "col": {"span"},
    "colgroup": {"span"},
    "time": {"datetime"},
    "del": {"datetime", "cite"},
    "ins": {"datetime", "cite"},
    "q": {"cite"},
    "blockquote": {"cite"},
    "details": {"open"},
    "math": {"display", "alttext"},
    "mo": {
        "stretchy",
        "fence",
        "separator",
        "lspace",
        "rspace",
        "minsize",
        "maxsize",
        "symmetric",
        "largeop",
        "accent",
    },
    "mi": {"mathvariant"},
    "mfrac": {"linethickness"},
    "mspace": {"width", "height", "depth"},
    "mtd": {"columnspan", "rowspan"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "mstyle": {"displaystyle", "scriptlevel"},
    **{heading: {"id"} for heading in HEADINGS},
    **{place: {"id"} for place in ("aside", "dd", "div", "dt", "p", "section", "span", "sup")},  # of footnotes
}
# The one class that means something to us: which language a piece of code is in. A closed list, so that no class of
# our own pages can be borrowed.
_LANGUAGES = """
    ada apache applescript arduino asm awk bash basic bat c clojure cmake cobol coffeescript console cpp
    crystal cs csharp css csv cuda cypher d dart diff django docker dockerfile elisp elixir elm erlang fish
    fortran fsharp gherkin git glsl go golang gradle graphql groovy haml handlebars haskell hcl hs html http
    ini java javascript jinja jl js json json5 jsx julia kotlin latex less lean lisp llvm lua make makefile
    markdown markup matlab md mermaid nasm nginx nim nix none objc objective-c objectivec ocaml odin pascal
    perl php plain plaintext plsql postgresql powershell prolog promql properties proto protobuf ps1 pug
    puppet py python python3 r racket raku rb reason regex rst ruby rust rs sass scala scheme scss sh shell
    smalltalk solidity sparql sql ssh stylus svelte swift systemd tcl terraform tex text toml ts tsx twig
    txt typescript vala vb verilog vhdl vim viml vue wasm wgsl xml xslt yaml yml zig zsh
"""
CODE_CLASSES = {f"language-{language}" for language in _LANGUAGES.split()}

_relative_to = ""  # the base of the entry being cleaned; a child cleans one at a time


def _absolute(address: str) -> str | None:
    return join_any(_relative_to, address) or None


_cleaner = nh3.Cleaner(
    tags=set(_TAGS.split()) | set(_MATH.split()),
    clean_content_tags=set(_GONE_WITH_CONTENT.split()),
    attributes=ATTRIBUTES,
    allowed_classes={"code": CODE_CLASSES, "pre": CODE_CLASSES},
    url_schemes={"http", "https", "mailto"},
    url_relative=_absolute,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"img": {"loading": "lazy"}},
    id_prefix=ID_PREFIX,
)


class Cleaned(NamedTuple):
    """Safe HTML, and the addresses its links lead to, each once, absolute http(s), at most 100."""

    html: str
    links: list[str]


# Below here HTML is what nh3 wrote: `<` begins a tag, `>` ends one, and both stand escaped everywhere else.
_href = re.compile(r'<a [^>]*?href="([hH][tT]{2}[pP][sS]?://[^"]*)"')
_srcset = re.compile(r' srcset="([^"]*)"')
_tracked = re.compile(r'(?:href)="[^"]*utm_[^"]*"')
_half_absolute = re.compile(r'="[hH][tT]{2}[pP][sS]?:(?!//)[^"]*"')
_invisible = re.compile(r' (?:width|height)="[01](?:px)?"')
_tracker = re.compile(
    r"//feeds\.feedburner\.com/~|//feedproxy\.google\.com/~|//feeds\.wordpress\.com/1\.0/|//stats\.wordpress\.com/"
    r"|//pixel\.wp\.com/|//(?:b|sb)\.scorecardresearch\.com/|//pixel\.quantserve\.com/|//ad\.doubleclick\.net/"
    r"|//medium\.com/_/stat\?|//feedads\.|\.feedsportal\.com/|//(?:ssl|www)\.google-analytics\.com/"
    r"|//api\.follow\.it/track|//open\.substack\.com/|//[^/]+/(?:pixel|tracking|track|open)\.(?:gif|png)"
)
_MAY_BE_EMPTY = (
    r"p(?:icture|re)?|div|s(?:pan|trong|mall|ection)|b(?:lockquote)?|i|em|u|ul|ol|li|a|h[1-6]|fig(?:ure|caption)|center"
    r"|font|code"
)
_empty = re.compile(rf"<({_MAY_BE_EMPTY})(?: [^>]*)?>(?:\s|&nbsp;|<br>)*</\1>")
_hollow = re.compile(
    r"<(?!/)[^>]*>(?:\s|&nbsp;|<br>)*</"
)  # the shape of _empty, which takes thrice the time to look for
_image = re.compile(r"<img[^>]*>")
# HTML Standard, 4.8.4.2.1: an address ends at blank space; commas at its end do not belong to it.
_candidate = re.compile(r"[\s,]*(\S+?)(?:,(?=\s)|,*$|\s+(?:([\d.]+[wxh])(?=[\s,]|$))?[^,]*)")
_open_heading = re.compile(r"<(/?)h1(?=[ >])")


def clean(html: str, base: str) -> Cleaned:
    """What of the HTML is safe and of use. `base` is what relative addresses are relative to."""
    return clean_all([html], [base])[0]


def clean_all(htmls: list[str], bases: list[str]) -> list[Cleaned]:
    """As clean, for the entries of a feed together."""
    safe = [_safe(html, base) for html, base in zip(htmls, bases, strict=True)]
    tidy = [_tidy(html, base) if "<" in html else html for html, base in zip(safe, bases, strict=True)]
    return [Cleaned(html, outbound(html) if "<a " in html else []) for html in tidy]


def _safe(html: str, base: str) -> str:
    global _relative_to
    if "<" not in html:
        return escape(unescape(html), quote=False) if "&" in html or ">" in html else html
    if too_heavy(html):
        return escape(from_markup(html), quote=False)
    _relative_to = base
    safe = _cleaner.clean(embeds.to_links(html, base))
    return door(safe) if "&#" in html else safe


def outbound(html: str) -> list[str]:
    """Where the links of cleaned HTML lead: each address once, in order, at most 100."""
    found = dict.fromkeys(_href.findall(html))
    links = [unescape(address) if "&" in address else address for address in found]
    return [address for address in links if len(address) <= 2000][:MOST_LINKS]


def _tidy(html: str, base: str) -> str:
    """Trackers and empty elements out, sets of images absolute, headings below the page's own."""
    if "<img" in html:
        html = _image.sub(_seen, html)
    for _ in range(4):  # what held only empty things is empty
        if not _hollow.search(html):
            break
        html, count = _empty.subn("", html)
        if not count:
            break
    if "srcset=" in html:
        html = _srcset.sub(lambda match: _absolute_set(match.group(1), base), html)
    if "utm_" in html:
        html = _tracked.sub(lambda match: _untracked(match.group(), base), html)
    if _half_absolute.search(html):  # `http:page`, which browsers take for relative to our page
        html = _half_absolute.sub('="about:blank"', html)
    if "<h1" in html:
        html = _open_heading.sub(r"<\1h2", html)
    return html.strip()


def _seen(match: re.Match[str]) -> str:
    """The image, or nothing when there is nothing to see: no source, one pixel, or a known counter."""
    tag = match.group()
    shown = ' src="' in tag or ' srcset="' in tag
    return tag if shown and not _invisible.search(tag) and not _tracker.search(tag) else ""


def _absolute_set(value: str, base: str) -> str:
    """A srcset attribute with absolute addresses; without the candidates that cannot be had."""
    found = ((join(base, address), size) for address, size in _candidate.findall(unescape(value).strip()))
    kept = [f"{address} {size}".rstrip() for address, size in found if address]
    return f' srcset="{escape(", ".join(kept))}"' if kept else ""


def _untracked(attribute: str, base: str) -> str:
    address = join(base, unescape(attribute[6:-1]))
    return f'href="{escape(address)}"' if address else attribute
