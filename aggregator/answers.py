"""What a fetch can answer: plain values, read with `match`. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Fetched:
    """200 with a whole body, decoded and within the size limit."""

    url: str  # where the body came from, after redirects
    status: int
    body: bytes
    content_type: str = ""
    etag: str = ""  # byte for byte as received (latin-1), empty when absent
    last_modified: str = ""
    max_age: int | None = None  # seconds of Cache-Control max-age, else Expires minus Date; None without hint
    moved_to: str = ""  # where a chain of only permanent redirects (301, 308) leads; empty without or with others
    links: list[tuple[str, str, str]] = field(default_factory=list)  # HTTP Link: (rel, absolute url, type)
    milliseconds: int = 0
    size: int = 0  # of the body, where the body itself was let go


@dataclass(frozen=True, slots=True)
class NotModified:
    """304. A validator is None unless the answer states it."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    max_age: int | None = None
    moved_to: str = ""
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Any other status: the server answered and would not give it (401, 403, 404, 410, 429, 5xx …)."""

    url: str
    status: int
    retry_after: int | None = None  # seconds from now by our clock; None when absent, past or garbage
    milliseconds: int = 0


class Trouble(StrEnum):
    """Why no answer one can use was had."""

    TIMEOUT = "timeout"
    DNS = "dns"
    TLS = "tls"
    CONNECT = "connect"
    CUT_SHORT = "cut_short"  # the body ended early, or was not what its encoding said
    TOO_LARGE = "too_large"
    LOOP = "loop"  # a redirect to itself, or more than five hops
    DOWNGRADE = "downgrade"  # https to http
    UNSAFE = "unsafe"  # an address or port one must not connect to
    BAD_URL = "bad_url"
    PROTOCOL = "protocol"  # it does not speak HTTP


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer; `why` is a sentence for a person, without secrets."""

    url: str
    trouble: Trouble
    why: str
    milliseconds: int = 0


Answer = Fetched | NotModified | Refused | Failed
