from __future__ import annotations

import json

import pytest

from ohif_setup.network.wire.exchange import Exchange, Received, Sent, evidence, parse_json
from tests.servers.hostile import WRONG_JSON

PARSED = {"null", "string", "number", "list of lists", "lone surrogate in the wrong place"}


@pytest.mark.parametrize(("name", "body"), WRONG_JSON, ids=[name for name, _ in WRONG_JSON])
def test_what_cannot_be_written_again_is_no_json(name: str, body: bytes) -> None:
    if name in PARSED:
        json.dumps(parse_json(body), allow_nan=False)
    else:
        with pytest.raises(ValueError, match=r"."):
            parse_json(body)


def test_byte_order_mark_is_passed_over() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": [1.5, "\xc3\xa4"]}') == {"a": [1.5, "ä"]}


def test_evidence_is_short_and_holds_no_cookie() -> None:
    fields = [("Set-Cookie", "c00kie"), *((f"X-{number}", "y" * 5000) for number in range(90))]
    shown = json.dumps(evidence(Exchange(Sent("GET", "https://x"), Received(200, tuple(fields), "", b"body", 0.1))))
    assert "c00kie" not in shown
    assert "body" not in shown
    assert len(shown) < 50_000


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/html; charset=utf-8", b"{}", True),
        ("application/json", b"  <!DOCTYPE HTML>", True),
        ("", b"<html>", True),
        ("application/json", b'{"a": "<html>"}', False),
    ],
)
def test_page_is_told_from_data(kind: str, body: bytes, expected: bool) -> None:
    assert Received(200, (("Content-Type", kind),), body=body).is_html() is expected
