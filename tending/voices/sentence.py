"""The sentence of a text that points to somebody's house, and the words of its link. Pure."""

from __future__ import annotations

import re

from aggregator.cleaning.plain import from_clean

from .houses import house_of

LONGEST = 500
_A = re.compile(r"<a\b[^>]*\bhref=\"([^\"]*)\"[^>]*>(.*?)</a>", re.S)
_BLOCK = re.compile(r"</?(?:p|li|h[1-6]|div|blockquote|td|br|dd|dt|figcaption)\b[^>]*>")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")


def sentence_with(html: str, house: str) -> tuple[str, str]:
    """The sentence of a safe text that points to a house, and the words of its link; both empty for none."""
    for block in _BLOCK.split(html):
        for link in _A.finditer(block):
            if house_of(link[1].replace("&amp;", "&")) == house:
                anchor = from_clean(link[2])[0]
                said = _SENTENCE.split(from_clean(block)[0])
                return next((each for each in said if anchor in each), " ".join(said))[:500], anchor
    return "", ""
