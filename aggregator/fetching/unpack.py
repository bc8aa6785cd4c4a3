"""Content-Encoding undone piece by piece, so that a bomb is noticed before it has gone off."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

PIECE = 256 * 1024  # bytes decoded at a time (brotli takes it for a hint and gives up to twice as much)
MEMBERS = 100  # gzip streams one after another in one body
ENOUGH = 8  # bytes to tell by whether somebody packed the document; no packed one is shorter
GZIP_MAGIC = b"\x1f\x8b"


class Garbled(ValueError):
    """The bytes are not what their encoding says."""


def unpacker(encoding: str) -> Unpacker:
    """For a Content-Encoding header. Garbled for encodings that were not offered, several at once included."""
    name = encoding.strip().lower()
    if name in ("gzip", "x-gzip"):
        return Unpacker(Gzip())
    if name == "deflate":
        return Unpacker(Deflate())
    if name == "br":
        return Unpacker(Brotli())
    if "," in name or name in ("zstd", "compress", "x-compress", "dcb", "dcz"):
        raise Garbled(name)
    return Unpacker(None)  # identity, and slips like "utf-8"


class Unpacker:
    """Feed it what arrives; it gives out the document. A plain text under a false label is given out as it is."""

    def __init__(self, codec: Codec | None) -> None:
        self._codec = codec
        self._head: bytes | None = b""  # what came in before the codec gave anything out; then None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The document's next pieces. Garbled when the bytes are not what their encoding says."""
        if self._codec is None:
            yield data
            return
        if self._head is not None:
            before, self._head = len(self._head), self._head + data
            if len(self._head) < ENOUGH:
                return
            data = self._head if before < ENOUGH else data
        try:
            for piece in self._codec.feed(data):
                if piece:
                    self._head = None
                    yield piece
        except (zlib.error, brotli.error) as error:
            if not self._head or not looks_plain(self._head):
                raise Garbled(str(error)) from None
            self._codec = None
            yield self._head

    @property
    def whole(self) -> bool:
        """Whether the encoding came to its end; an empty body is whole."""
        return self._codec is None or self._codec.ended or self._head == b""


def looks_plain(head: bytes) -> bool:
    """Whether a document begins here that nobody packed."""
    if not head.removeprefix(b"\xef\xbb\xbf")[:ENOUGH].isascii():
        return False
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"[")


class Codec(Protocol):
    """One way of packing; the first feed is of ENOUGH bytes."""

    @property
    def ended(self) -> bool: ...

    def feed(self, data: bytes) -> Iterator[bytes]: ...


class Gzip:
    """RFC 1952, any number of members up to a limit; what follows the last one is ignored, as browsers do."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(31)
        self._members = 1

    @property
    def ended(self) -> bool:
        return self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream.eof:
            data = self._another(data)
        while data:
            yield from inflate(self._stream, data)
            data = self._another(self._stream.unused_data)

    def _another(self, data: bytes) -> bytes:
        """Begin a new member if one begins here; what is left to read."""
        if not self._stream.eof or not data.startswith(GZIP_MAGIC):
            return b""
        self._members += 1
        if self._members > MEMBERS:
            raise zlib.error("too many members")
        self._stream = zlib.decompressobj(31)
        return data


class Deflate:
    """RFC 1950 as the standard says, or RFC 1951 as some servers understood it; the first two bytes tell."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    @property
    def ended(self) -> bool:
        return self._stream is not None and self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            wrapped = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            if not wrapped and looks_plain(data):
                raise zlib.error("plain text")  # much of it could be read as RFC 1951 before it fails
            self._stream = zlib.decompressobj(15 if wrapped else -15)
        if not self._stream.eof:
            yield from inflate(self._stream, data)


class Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._stream.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self.ended:
            piece = self._stream.process(data, output_buffer_limit=PIECE)
            if not piece:
                return
            yield piece
            data = b""


def inflate(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """All of what these bytes unpack to, a piece at a time."""
    piece = stream.decompress(data, PIECE)
    yield piece
    while stream.unconsumed_tail or len(piece) == PIECE:
        piece = stream.decompress(stream.unconsumed_tail, PIECE)
        yield piece
