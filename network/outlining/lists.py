"""Lists that are no OPML: one address a line, and the bookmarks a browser exports."""

from __future__ import annotations

import html
import re

from django.utils.translation import gettext as _

from .listed import Listed, Outline

LONGEST_LINE = 5000
WEB = re.compile(r"(?:\b[a-z]{1,12}:)?https?://\S+", re.I)
MARK = re.compile(r"<(h3|a)\b([^<>]{0,20000})>([^<]{0,1000})", re.I)
NAMED = re.compile(r"""(\w{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def read_lines(text: str) -> Listed:
    """One address a line, perhaps with a name beside it; a line that begins with # is a comment."""
    listed = Listed()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = WEB.search(line[:LONGEST_LINE])
        if not found:
            address, title = line, ""
        else:
            address = found[0]
            title = (line[: found.start()] + " " + line[found.end() :]).strip(" \t,;:|()<>[]-–")
        if len(line) > LONGEST_LINE or len(address.split()) > 1:
            listed.refuse(number, line, _("There is no address in this line."))
        else:
            listed.take(address, Outline("", number, is_feed=False, title=title))
    return listed


def read_bookmarks(text: str) -> Listed:
    """A browser's bookmarks (NETSCAPE-Bookmark-file-1): the heading above a link is its circle."""
    listed, folder, line, at = Listed(), "", 1, 0
    for found in MARK.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        words = " ".join(html.unescape(found[3]).split())
        if found[1].lower() == "h3":
            folder = words
            continue
        named = {name.lower(): html.unescape(a or b) for name, a, b in NAMED.findall(found[2])}
        is_feed = "feedurl" in named
        address = named["feedurl"] if is_feed else named.get("href", "")
        if address.startswith(("http:", "https:")):  # browsers keep places of their own among them
            circles = (folder,) if folder else ()
            listed.take(address, Outline("", line, is_feed=is_feed, title=words, circles=circles))
    return listed
