"""Cases that once showed something: each is run with every engine, beside the random ones. A disagreement is printed ready to be
added here.
"""

from __future__ import annotations

from tests.oracle.case import Case, Reply, Stop

ALLOWED = "Access-Control-Allow-Origin: {page}"
ANY = "Access-Control-Allow-Origin: *"
FRAMES = (
    ("Accept", 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'),
    ("Authorization", "Bearer made-up"),
)
LISTED = Reply(204, (ALLOWED, "Access-Control-Allow-Headers: accept, authorization"))

FOUND: tuple[Case, ...] = (
    # The literal wildcard lets Authorization pass in all engines, against the standard.
    Case(
        "frames",
        "GET",
        FRAMES,
        (Stop("near", Reply(204, (ALLOWED, "Access-Control-Allow-Headers: *")), Reply(200, (ALLOWED,))),),
    ),
    # An unasked 304 is judged like any other status.
    Case("simple", "GET", (), (Stop("near", Reply(500), Reply(304, ())),)),
    Case("simple", "GET", (), (Stop("near", Reply(500), Reply(304, (ANY,))),)),
    # An empty Location: no redirect for Chromium, the same URL again for Firefox, refused by WebKit.
    Case("simple", "GET", (), (Stop("near", Reply(500), Reply(302, (ANY, "Location: "))),)),
    # A NUL byte anywhere in the head spoils the answer.
    Case("simple", "GET", (), (Stop("near", Reply(500), Reply(200, (ANY, "X-Odd: a\0b"))),)),
    # A list may go on in a folded line.
    Case(
        "frames",
        "GET",
        FRAMES,
        (
            Stop(
                "near",
                Reply(204, (ALLOWED, "Access-Control-Allow-Headers: accept,\r\n authorization")),
                Reply(200, (ALLOWED,)),
            ),
        ),
    ),
    # To another origin the token is dropped, and the preflight there differs by engine.
    Case(
        "frames",
        "GET",
        FRAMES,
        (Stop("near", LISTED, Reply(307, (ALLOWED, "Location: {next}"))), Stop("far", LISTED, Reply(200, (ANY,)))),
    ),
    Case(
        "frames",
        "GET",
        FRAMES,
        (
            Stop("near", LISTED, Reply(307, (ALLOWED, "Location: {next}"))),
            Stop("far", Reply(204, (ANY, "Access-Control-Allow-Headers: accept")), Reply(200, (ANY,))),
        ),
    ),
)
