"""Answers that no client should have to meet, by name."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass

from tests.servers.raw import Handler, always, answer, cut, for_ever, never

PORTAL = "<!DOCTYPE html><html><body>Welcome to Hotel Wi-Fi. Please sign in.</body></html>"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m\x00\u202e"
"""Sequences that would set a terminal's title, clear it and colour it, a NUL, and a mark that turns the direction of text."""

_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Fault:
    """`words` must stand in the finding's title, cause or fixes."""

    name: str
    handler: Handler
    words: tuple[str, ...]
    hangs: bool = False


def _bomb() -> bytes:
    packed = gzip.compress(b" " * (64 * 1024 * 1024), 9)
    return answer(200, packed, ("Content-Encoding", "gzip"))


CONNECTION = (
    Fault("cut", cut, ("the connection was reset", "firewall")),
    Fault("closed without a word", always(), ("the connection was reset",)),
    Fault("silent", never, ("no answer in time", "--timeout 30"), hangs=True),
    Fault(
        "header by header for ever", for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.03), ("no answer in time",), hangs=True
    ),
    Fault("body by drops for ever", for_ever(_CHUNKED, b"1\r\n \r\n", 0.03), ("no answer in time",), hangs=True),
    Fault("endless body", for_ever(_CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"), ("does not end", "2 MiB")),
    Fault("gzip bomb", always(_bomb()), ("does not end",)),
    Fault(
        "broken gzip",
        always(answer(200, b"\x1f\x8bnonsense", ("Content-Encoding", "gzip"))),
        ("Content-Encoding", "curl -sI"),
    ),
    Fault("body too short", always(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), ("was cut off",)),
    Fault(
        "not HTTP", always(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), ("could not be read", "check the host and the port")
    ),
    Fault("bad status line", always(b"HTTP/1.1 \x1b[2J \x00\r\n\r\n"), ("could not be read",)),
    Fault(
        "thousands of fields",
        always(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(5000)) + b"\r\n"),
        ("could not be read",),
    ),
    Fault("very long field", always(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"), ("could not be read",)),
)
"""No answer comes of these."""

STATUS = (
    Fault("captive portal", always(answer(200, PORTAL, kind="text/html")), ("a web page was returned", "in a browser")),
    Fault("captive portal without a type", always(answer(200, PORTAL, kind="")), ("a web page was returned",)),
    Fault("511", always(answer(511, PORTAL, kind="text/html")), ("a guest network asks for a sign-in", "in a browser")),
    Fault("407", always(answer(407, "no")), ("requires a login (407)", "HTTPS_PROXY", "NO_PROXY=127.0.0.1")),
    Fault("429", always(answer(429, "{}", ("Retry-After", "7"))), ("too many requests (429)", "wait 7 s")),
    Fault(
        "429 until a date",
        always(answer(429, "{}", ("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"))),
        ("too many requests", "after Wed, 21 Oct 2026 07:28:00 GMT"),
    ),
    Fault("429 with nonsense", always(answer(429, "{}", ("Retry-After", "9" * 5000))), ("wait a few minutes",)),
    Fault("500", always(answer(500, "Oops")), ("the server reports an internal error (500)", "log")),
    Fault(
        "503 in JSON",
        always(answer(503, '{"error": "temporarily_unavailable", "error_description": "AADSTS90033"}')),
        ("the server reports an internal error (503)", "wait a few minutes"),
    ),
)
"""Answers that say nothing about the question."""

FEW = tuple(
    fault
    for fault in CONNECTION + STATUS
    if fault.name in {"cut", "silent", "endless body", "not HTTP", "captive portal", "407", "429", "503 in JSON"}
)
"""One of each kind, where all of them would be told apart by the same code."""

WRONG_JSON = (
    ("null", b"null"),
    ("string", b'"text"'),
    ("number", b"1"),
    ("nothing", b""),
    ("list of lists", b"[[]]"),
    ("nested 100,000 deep", b"[" * 100_000 + b"]" * 100_000),
    ("nested 500 deep", b"[" * 500 + b"]" * 500),
    ("huge number", b"[" + b"9" * 10_000 + b"]"),
    ("infinite number", b'{"a": 1e999}'),
    ("NaN", b"[NaN]"),
    ("invalid UTF-8", b'[{"a": "\xff\xfe"}]'),
    ("UTF-16", json.dumps([{}]).encode("utf-16")),
    ("cut off", b'{"issuer": "https://'),
    ("lone surrogate in the wrong place", rb'["\ud800"]'),
)
"""With status 200 and the type application/json."""
