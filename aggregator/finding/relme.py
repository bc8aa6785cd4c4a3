"""rel=me: which of the links by which a page says where else its owner is are worth asking. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from ..parsed import FoundLink
from ..spelling import page_spelling
from .typed import host_of, tidy

MOST = 20  # links of one page that are asked; a page that names a hundred others names nobody
MOST_AT_A_HOST = 3  # a page cannot send us to one host as often as it likes


def worth_asking(links: Iterable[FoundLink], own: Collection[str]) -> tuple[list[FoundLink], int]:
    """The links that are asked, each page once and never the page itself; and how many more it names."""
    chosen: list[FoundLink] = []
    hosts: dict[str, int] = {}
    seen, cut = set(own), 0
    for link in links:
        url = tidy(link.url)
        if not url or page_spelling(url) in seen or "@" in urlsplit(url).netloc:
            continue
        seen.add(page_spelling(url))
        host = host_of(url)
        if len(chosen) == MOST or hosts.get(host, 0) == MOST_AT_A_HOST:
            cut += 1
            continue
        hosts[host] = hosts.get(host, 0) + 1
        chosen.append(FoundLink(url, "me", link.type, link.title))
    return chosen, cut
