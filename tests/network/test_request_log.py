"""What is told of each request: one line, in time, without a secret."""

from __future__ import annotations

import io
import re

from ohif_setup.network.request_log import RequestLog
from ohif_setup.network.wire.exchange import Exchange, Received, Sent, Trouble
from ohif_setup.network.wire.http import Http

URL = "https://pacs.example.org/dicom-web/studies"
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


def told(exchange: Exchange, seconds: float = 0.1234) -> str:
    out = io.StringIO()
    RequestLog([out])(exchange, seconds)
    return out.getvalue()


def test_answer() -> None:
    sent = Sent("OPTIONS", URL, (("Origin", "https://viewer.example.org"),))
    line = told(Exchange(sent, Received(403, ())))
    assert re.fullmatch(rf"\d\d:\d\d:\d\d  OPTIONS {URL} from https://viewer\.example\.org  403 in 123 ms\n", line)


def test_no_answer() -> None:
    line = told(Exchange(Sent("GET", URL), trouble=Trouble("refused", "the connection was refused")))
    assert line.endswith(f"GET {URL}  refused (the connection was refused) in 123 ms\n")


def test_secrets_are_hidden() -> None:
    http = Http(1)
    http.hiding.add("made-up-secret")
    url = f"https://ada:pa55word@pacs.example.org/?a={JWT}&b=made-up-secret&c=made%2Dup%2Dsecret"
    line = told(Exchange(Sent("GET", url), trouble=Trouble("dns", url)))
    assert not any(secret in line for secret in ("pa55word", JWT, "made-up-secret", "made%2Dup%2Dsecret"))


def test_foreign_text_stays_in_its_line() -> None:
    line = told(Exchange(Sent("GET", "https://a.example/\x1b[2J\n12:00:00  GET https://b.example"), Received(200, ())))
    assert line.count("\n") == 1
    assert "\x1b" not in line


def test_long_address_is_cut() -> None:
    assert len(told(Exchange(Sent("GET", URL + "a" * 100_000), Received(200, ())))) < 3000


def test_each_exchange_is_told_of_once() -> None:
    heard: list[str] = []
    http = Http(0.5, lambda exchange, _: heard.append(exchange.sent.method))
    http.send("GET", "http://127.0.0.1:1/")
    http.send_as_is("OPTIONS", "http://127.0.0.1:1/")
    http.send("GET", "http://[")
    assert heard == ["GET", "OPTIONS", "GET"]
