"""The bytes of a page, a script or a WebAssembly file: whether browsers can read them, by their header. Pure.

Each verdict was measured in Chromium, of scripts in Firefox too.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ohif_setup.network.wire.exchange import Received
from ohif_setup.network.wire.session import codings_of

GZIP, ZSTD, WASM = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\0asm"
MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CODINGS = {"gzip", "x-gzip", "deflate", "br", "zstd"}
_UNREAD = {"br", "zstd"}
_SAMPLE = 1024
"""How many bytes of a body are looked at."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True)
class WrongBytes:
    """`what` came, for a title; `cause` is a sentence or two. `saved_as` is how the file should have been saved, if that is all."""

    what: str
    cause: str
    saved_as: str = ""


def wrong_bytes(received: Received, *, wasm: bool = False) -> WrongBytes | None:
    """What browsers cannot read about a body, which is text, or WebAssembly; None where they can, or where it is empty."""
    body, codings = received.body, codings_of(received.header("Content-Encoding"))
    if not body:
        return None
    packed, unread = _packed(body), _unread(codings)
    # `unpacked` has undone gzip and deflate where the header says so: what is packed still was packed once more, or not said to be.
    if packed and packed != unread:
        return _still_packed(packed, codings)
    if unread:
        # Text that was packed by Brotli or zstd is no text any more; in zstd it begins with four bytes of its own.
        if _is_text(body) or body.startswith(WASM):
            return WrongBytes(
                f"bytes that are not compressed came with Content-Encoding: {unread}",
                "Browsers refuse that: ERR_CONTENT_DECODING_FAILED. The header was set by hand, or something on the way unpacked "
                "the file and left it.",
            )
        return None
    if wasm:
        return None
    return _wrong_text(received)


def unread_coding(received: Received | None) -> str:
    """`br` or `zstd` where the body is compressed in a way that this tool cannot undo and browsers can; else empty."""
    if received is None:
        return ""
    return _unread(codings_of(received.header("Content-Encoding")))


def _unread(codings: list[str]) -> str:
    if all(coding in _CODINGS for coding in codings):
        return next((coding for coding in codings if coding in _UNREAD), "")
    return ""


def _packed(body: bytes) -> str:
    if body.startswith(GZIP):
        return "gzip"
    if body.startswith(ZSTD):
        return "zstd"
    return ""


def _still_packed(packed: str, codings: list[str]) -> WrongBytes:
    said = ", ".join(codings)[:60]
    if _unread(codings):
        return WrongBytes(
            f"{packed} bytes came with Content-Encoding: {said}",
            "The header names another compression than the bytes have, so browsers cannot undo it.",
        )
    if not any(coding in _CODINGS for coding in codings):
        return WrongBytes(
            f"{packed} bytes came without Content-Encoding: {packed}",
            "Browsers take the compressed bytes for the file itself. The compressed copy is served under the name of the file, or "
            "the header got lost: a file uploaded compressed without that metadata, or a proxy that removes it.",
        )
    if not all(coding in _CODINGS for coding in codings):
        return WrongBytes(
            f"{packed} bytes came with Content-Encoding: {said}",
            "Chromium undoes no coding of a list in which it does not know one.",
        )
    return WrongBytes(
        f"{packed} bytes are left when its Content-Encoding ({said}) is undone",
        "It is compressed twice, and the header says so once: a compressed file (.gz) to which the web server or a proxy adds its "
        "own compression.",
    )


def _wrong_text(received: Received) -> WrongBytes | None:
    start = received.body[:_SAMPLE]
    says_utf_16 = bool(re.search(r"charset\s*=\s*[\"']?utf-16", received.header("Content-Type").lower()))
    if start.startswith(MARKS_OF_UTF_16):
        return None
    if len(start) >= 8 and (not any(start[1::2]) or not any(start[::2])):
        if says_utf_16:
            return None
        return WrongBytes(
            "UTF-16 came without a byte order mark",
            "Browsers read it as UTF-8 and stop at its first zero byte: it was saved as Unicode (UTF-16), as PowerShell's > does.",
            "UTF-8",
        )
    if says_utf_16:
        return WrongBytes(
            "the header says UTF-16, and the bytes are not",
            "Browsers believe the charset in Content-Type, and read something else than the file.",
        )
    if not _is_text(start):
        return WrongBytes(
            "bytes came that are no text",
            "Browsers take them for the file itself and stop at the first: Invalid or unexpected token. A file compressed with "
            "Brotli that comes without Content-Encoding: br looks like this, or another file under that name.",
        )
    return None


def _is_text(body: bytes) -> bool:
    start = body[:_SAMPLE]
    controls = len(_CONTROL.findall(start))
    # Text without a control character is text in some encoding; a script may have one in a string.
    if not controls:
        return True
    try:
        # Incremental, because the end of the sample may cut a character in two.
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return controls * 50 < len(start)
