"""The two 64-bit hashes that windows, digests and expired entries are made of."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def uid_hash(uid: str) -> int:
    """Signed 64 bits of an entry's uid."""
    return content_digest((uid,))


def content_digest(parts: Iterable[str]) -> int:
    """Signed 64 bits of what a publisher sent, the parts in a fixed order."""
    data = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
