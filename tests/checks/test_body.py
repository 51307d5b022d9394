"""Which bytes browsers read: as measured in Chromium and Firefox."""

from __future__ import annotations

import gzip
import os
import zlib

import pytest

from ohif_setup.checks.viewer.body import unread_coding, wrong_bytes
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Received, Trouble
from ohif_setup.network.wire.session import unpacked

SCRIPT = "window.config = { name: 'Ünïted' };\n" * 40
PLAIN = SCRIPT.encode()
BROTLI = bytes.fromhex("1b9f05008cd4c1b2c9a5c2e8") + os.urandom(900) + b"\0\1\xff"
ZSTD = b"\x28\xb5\x2f\xfd" + os.urandom(300)


def received(body: bytes, coding: str = "", kind: str = "text/javascript") -> Received | Trouble:
    """As `ask` returns it."""
    plain = unpacked(body, coding)
    headers = (("Content-Type", kind), *([("Content-Encoding", coding)] if coding else []))
    return plain if isinstance(plain, Trouble) else Received(200, headers, "", plain)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


TWICE = gzip.compress(gzip.compress(PLAIN, mtime=0), mtime=0)


@pytest.mark.parametrize(
    ("body", "coding", "kind"),
    [
        (PLAIN, "", "text/javascript"),
        (gzip.compress(PLAIN, mtime=0), "gzip", "text/javascript"),
        (gzip.compress(PLAIN, mtime=0), "X-GZIP", "text/javascript"),
        (gzip.compress(PLAIN, mtime=0)[:-8], "gzip", "text/javascript"),
        (gzip.compress(PLAIN, mtime=0) + b"more", "gzip", "text/javascript"),
        (zlib.compress(PLAIN), "deflate", "text/javascript"),
        (raw_deflate(PLAIN), "deflate", "text/javascript"),
        (TWICE, "gzip, gzip", "text/javascript"),
        (PLAIN, "identity", "text/javascript"),
        (PLAIN, "utf-8", "text/javascript"),
        (PLAIN, "aws-chunked", "text/javascript"),
        (BROTLI, "br", "text/javascript"),
        (ZSTD, "zstd", "text/javascript"),
        (SCRIPT.encode("utf-16"), "", "text/javascript"),
        (SCRIPT.encode("utf-16-le"), "", "text/javascript; charset=utf-16"),
        (SCRIPT.encode("utf-16-be"), "", 'text/javascript; charset="UTF-16BE"'),
        (b"\xef\xbb\xbf" + PLAIN, "", "text/javascript"),
        ("// Ü".encode("latin-1"), "", "text/javascript"),
        (PLAIN + b"'\x01'", "", "text/javascript"),
        (b"", "", "text/javascript"),
    ],
)
def test_bytes_that_run_in_browsers_are_read(body: bytes, coding: str, kind: str) -> None:
    got = received(body, coding, kind)
    assert isinstance(got, Received)
    assert wrong_bytes(got) is None
    if body and not unread_coding(got) and len(body) > 10:
        assert "window.config" in text_of(got)


@pytest.mark.parametrize(
    ("body", "coding", "kind", "word"),
    [
        (gzip.compress(PLAIN, mtime=0), "", "text/javascript", "gzip bytes came without Content-Encoding: gzip"),
        (gzip.compress(PLAIN, mtime=0), "utf-8", "text/javascript", "gzip bytes came without Content-Encoding: gzip"),
        (ZSTD, "", "text/javascript", "zstd bytes came without Content-Encoding: zstd"),
        (BROTLI, "", "text/javascript", "bytes came that are no text"),
        (TWICE, "gzip", "text/javascript", "gzip bytes are left when its Content-Encoding (gzip) is undone"),
        (
            gzip.compress(PLAIN, mtime=0),
            "aws-chunked, gzip",
            "text/javascript",
            "gzip bytes came with Content-Encoding: aws-chunked",
        ),
        (gzip.compress(PLAIN, mtime=0), "br", "text/javascript", "gzip bytes came with Content-Encoding: br"),
        (PLAIN, "br", "text/javascript", "not compressed came with Content-Encoding: br"),
        (PLAIN, "zstd", "text/javascript", "not compressed came with Content-Encoding: zstd"),
        (SCRIPT.encode("utf-16-le"), "", "text/javascript", "UTF-16 came without a byte order mark"),
        (SCRIPT.encode("utf-16-be"), "", "text/javascript; charset=utf-8", "UTF-16 came without a byte order mark"),
        (PLAIN, "", "text/javascript; charset=utf-16", "the header says UTF-16"),
    ],
)
def test_bytes_that_browsers_cannot_read_are_named(body: bytes, coding: str, kind: str, word: str) -> None:
    got = received(body, coding, kind)
    assert isinstance(got, Received)
    found = wrong_bytes(got)
    assert found is not None
    assert word in found.what


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (PLAIN, "gzip"),
        (PLAIN, "GZIP"),
        (PLAIN, "deflate"),
        (gzip.compress(PLAIN, mtime=0), "gzip, gzip"),
        (BROTLI, "gzip"),
    ],
)
def test_bytes_that_are_not_what_the_header_says(body: bytes, coding: str) -> None:
    got = received(body, coding)
    assert isinstance(got, Trouble)
    assert got.kind == "coding"


def test_webassembly_is_no_text() -> None:
    got = received(b"\0asm\1\0\0\0" * 9)
    assert isinstance(got, Received)
    assert wrong_bytes(got, wasm=True) is None
    assert wrong_bytes(got) is not None
