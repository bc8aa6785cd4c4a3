"""Element names whatever namespace a feed wrote: `{http://purl.org/dc/elements/1.1/}creator` is `dc:creator`."""

from __future__ import annotations

# Feed vocabularies proper have no prefix: their names mean the same thing to us.
_PLAIN = (
    "http://www.w3.org/2005/atom", "http://purl.org/atom/ns", "http://purl.org/rss/1.0", "http://my.netscape.com/rdf/simple/0.9",
    "http://channel.netscape.com/rdf/simple/0.9", "http://purl.org/net/rss1.1", "http://backend.userland.com/rss",
    "http://blogs.law.harvard.edu/tech/rss", "http://backend.userland.com/rss2", "http://backend.userland.com/rss091",
    "http://cyber.law.harvard.edu/rss/rss.html", "http://example.com/newformat", "http://www.w3.org/atom",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd", "http://www.rssboard.org/rss-specification",
)  # fmt: skip
_PREFIXES = {
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/searchmonkey/media": "media",
    "http://www.rssboard.org/media-rss": "media",
    "http://video.search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.itunes.com/dtds/podcast-1.0": "itunes",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "http://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://purl.org/rss/1.0/modules/slash": "slash",
    "http://wellformedweb.org/commentapi": "wfw",
    "http://source.scripting.com": "source",
    "http://source.smallpict.com/2014/07/12/theofficialsourcenamespace.html": "source",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://webns.net/mvcb": "admin",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.youtube.com/xml/schemas/2015": "yt",
    "http://podlove.org/simple-chapters": "psc",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
}
_WRITTEN = frozenset(_PREFIXES.values())  # prefixes that are believed though nobody declared them
_MOST = 5000  # names kept; a hostile document makes more

_known: dict[str, str] = {}


def short(tag: str) -> str:
    """A short, lower-case name for an element as lxml names it; unknown namespaces are kept apart by a `?`."""
    name = _known.get(tag)
    if name is None:
        name = _shorten(tag)
        if len(_known) < _MOST and len(tag) < 300:
            _known[tag] = name
    return name


def _shorten(tag: str) -> str:
    if tag[:1] != "{":
        prefix, colon, local = tag.rpartition(":")
        prefix = prefix.lower()
        if not colon or prefix in ("rss", "atom"):
            return local.lower()
        return f"{prefix}:{local.lower()}" if prefix in _WRITTEN else f"?{local.lower()}"
    space, _, local = tag[1:].partition("}")
    space = space.strip().lower().rstrip("/#")
    if space.startswith("https://www.w3.org/2005"):
        space = "http" + space[5:]
    if space in _PLAIN or not space or space.startswith("http://backend.userland.com/rss"):
        return local.lower()
    prefix = _PREFIXES.get(space) or _PREFIXES.get(space.replace("https://", "http://", 1), "?")
    return f"?{local.lower()}" if prefix == "?" else f"{prefix}:{local.lower()}"
