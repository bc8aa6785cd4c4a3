"""Content-Encoding undone piece by piece."""

import gzip
import zlib
from functools import cache

import brotli  # type: ignore[import-untyped]
import pytest

from aggregator.fetching.unpack import MEMBERS, PIECE, Garbled, unpacker

TEXT = b"<rss>" + bytes(range(256)) * 4000 + b"</rss>"
PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    " GZip ": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT, quality=5),
    "": TEXT,
    "identity": TEXT,
    "utf-8": TEXT,
}


def unpack(encoding: str, data: bytes, step: int) -> tuple[bytes, bool]:
    work = unpacker(encoding)
    out = b"".join(p for at in range(0, len(data), step) for p in work.feed(data[at : at + step]))
    return out, work.whole


@pytest.mark.parametrize("step", [1, 1000, 10**9])
@pytest.mark.parametrize("encoding", PACKED)
def test_what_was_packed_comes_out_whole(encoding: str, step: int) -> None:
    assert unpack(encoding, PACKED[encoding][: 10**5 if step == 1 else None], step)[0] in (TEXT, TEXT[: 10**5])
    if step > 1:
        assert unpack(encoding, PACKED[encoding], step) == (TEXT, True)


@pytest.mark.parametrize("step", [1, 10**9])
def test_deflate_without_its_wrapping_is_read_too(step: int) -> None:
    stream = zlib.compressobj(wbits=-15)
    assert unpack("deflate", stream.compress(b"<rss/>") + stream.flush(), step) == (b"<rss/>", True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("step", [1, 10**9])
@pytest.mark.parametrize("text", [b"<rss/>", b"\xef\xbb\xbf<?xml?>", b'{"items": []}', b"\n <feed>"])
def test_a_plain_text_under_a_false_label_is_read_as_it_is(encoding: str, step: int, text: bytes) -> None:
    text = text + b" and more of it, <b>\xff</b>" * 20
    assert unpack(encoding, text, step) == (text, True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("step", [1000, 10**9])
def test_a_truncated_stream_is_not_whole(encoding: str, step: int) -> None:
    packed = PACKED[encoding]
    for end in (len(packed) - 1, len(packed) // 2, 3, 1):
        assert not unpack(encoding, packed[:end], step)[1]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_an_empty_body_is_whole(encoding: str) -> None:
    assert unpack(encoding, b"", 1) == (b"", True)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_stream_broken_in_its_middle_never_counts_as_whole(encoding: str) -> None:
    for at in range(10, 2000, 100):
        packed = bytearray(PACKED[encoding])
        packed[at] ^= 0x55
        try:
            whole = unpack(encoding, bytes(packed), 1000)[1]
        except Garbled:
            whole = False
        assert not whole


def test_gzip_with_a_wrong_checksum_is_garbled() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 1
    with pytest.raises(Garbled):
        unpack("gzip", bytes(packed), 1000)


@pytest.mark.parametrize("encoding", ["zstd", "compress", "gzip, br", "br, gzip"])
def test_an_encoding_that_was_not_offered_is_garbled(encoding: str) -> None:
    with pytest.raises(Garbled):
        unpacker(encoding)


@pytest.mark.parametrize("step", [7, 10**9])
def test_gzip_may_have_several_members_and_junk_behind(step: int) -> None:
    packed = gzip.compress(b"<rss>") + gzip.compress(b"</rss>") + b"junk"
    assert unpack("gzip", packed, step) == (b"<rss></rss>", True)


def test_gzip_may_not_have_any_number_of_members() -> None:
    with pytest.raises(Garbled):
        unpack("gzip", gzip.compress(b"") * (MEMBERS + 1), 10**9)


@cache
def bombs() -> dict[str, bytes]:
    spaces = b" " * 2**20
    squeeze = zlib.compressobj(6, wbits=31)
    gzipped = b"".join(squeeze.compress(spaces) for _ in range(100)) + squeeze.flush()
    press = brotli.Compressor(quality=5)
    pressed = b"".join(press.process(spaces) for _ in range(100)) + press.finish()
    return {"gzip": gzipped, "br": pressed}


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_bomb_goes_off_in_small_pieces(encoding: str) -> None:
    bomb = bombs()[encoding]
    assert len(bomb) < 200_000
    sizes = [len(piece) for piece in unpacker(encoding).feed(bomb)]
    assert sum(sizes) == 100 * 2**20
    assert max(sizes) <= 2 * PIECE
