"""What is remembered of an entry to know it again: some numbers for its address, its title and its text.

Two entries that share a number may be one story; `same.py` says whether they are. Of a text the smallest hashes of
all its five-word shingles are kept (a bottom-k sketch): a text of which half stands in another shares one of eight
with it in 996 cases of 1,000.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from heapq import nsmallest
from zlib import crc32

from ..folding import in_pairs
from ..spelling import link_key, plain_spelling

CHARACTERS = 8000  # of a text that are looked at, and of these
WORDS = 800  # words
FEW = 30  # three-word shingles; a text with fewer is short: too short to be known by its words
KEYS = 8  # numbers a text
SHINGLE = 5  # words of which such a number is made
LEAST_TITLE = 12  # characters of a title that says something
MOST_LINKS = 3  # of a short entry that may be about one of them
GLOBAL = ("tag:", "urn:")  # uids that are nobody else's
LEAST_UID = 20  # characters of others
BASE, PRIME = 0x1F0E3DCD7A9B4C21, 2**61 - 1

ADDRESS, TITLE, TEXT, POINTS = "address", "title", "text", "points"  # what a number stands for


@dataclass(frozen=True)
class Piece:
    """An entry, as far as comparing needs it."""

    id: int
    feed: int
    uid: str
    link: str
    title: str
    text: str
    links: Sequence[str] = field(default=())
    at: float = 0.0  # seconds since the epoch

    @cached_property
    def words(self) -> list[bytes]:
        return split(self.text)

    @cached_property
    def title_words(self) -> list[bytes]:
        return split(self.title)

    @cached_property
    def threes(self) -> frozenset[int]:
        """Its three-word shingles."""
        return frozenset(shingles(self.words, 3))

    @property
    def is_short(self) -> bool:
        return len(self.words) < FEW + 2


def prints(piece: Piece, *, with_text: bool = True) -> dict[int, str]:
    """The numbers of an entry, and what each stands for. Its text may be left out."""
    found = dict.fromkeys(smallest(piece.words), TEXT) if with_text and not piece.is_short else {}
    title = b" ".join(piece.title_words)
    if len(title) >= LEAST_TITLE:
        found[number(b"title " + title)] = TITLE
    if piece.is_short:
        links = {plain_spelling(link) for link in piece.links if names_a_page(link)} - {plain_spelling(piece.link)}
        if len(links) <= MOST_LINKS:
            found |= dict.fromkeys((pointing(link) for link in links), POINTS)
    if names_a_page(piece.link):
        found[pointing(plain_spelling(piece.link))] = POINTS
        found[link_key(piece.link)] = ADDRESS
    if names_a_page(piece.uid):
        found[link_key(piece.uid)] = ADDRESS
    elif piece.uid.startswith(GLOBAL) or len(piece.uid) >= LEAST_UID:
        found[number(b"uid " + piece.uid.encode("utf-8", "surrogatepass"))] = ADDRESS
    return found


def names_a_page(url: str) -> bool:
    """Whether an address names one page: that of a whole site is shared by all its entries."""
    return url.startswith(("http://", "https://")) and any(mark in plain_spelling(url) for mark in "/?")


def pointing(spelled: str) -> int:
    """A page, as whoever is short and links to it and the page's own entry both remember it."""
    return number(b"to " + spelled.encode("utf-8", "surrogatepass"))


def split(text: str) -> list[bytes]:
    """The first words of a text, folded; scripts without spaces in pairs of characters."""
    return in_pairs(text[:CHARACTERS]).encode("utf-8", "surrogatepass").split()[:WORDS]


def smallest(words: Sequence[bytes]) -> list[int]:
    return nsmallest(KEYS, set(shingles(words, SHINGLE)))


def shingles(words: Sequence[bytes], size: int) -> list[int]:
    """A hash of each `size` words in a row, rolled on from word to word."""
    if len(words) < size:
        return []
    letters = list(map(crc32, words))
    falls_out = pow(BASE, size, PRIME)
    rolled, found = 0, []
    for letter in letters[:size]:
        rolled = (rolled * BASE + letter) % PRIME
    found.append(rolled)
    for old, new in zip(letters, letters[size:], strict=False):
        rolled = (rolled * BASE + new - old * falls_out) % PRIME
        found.append(rolled)
    return found


def number(said: bytes) -> int:
    """Signed 64 bits."""
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)
