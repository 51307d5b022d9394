"""Secrets are found in every writing that a server or a library may give them, and ordinary text stays."""

from __future__ import annotations

import base64
import html
import json
import re
import secrets
import string
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ohif_setup.network.wire.hiding import HIDDEN, SHORTEST_PIECE, Hiding, all_in_use

SECRET = "aB3~x/Y+9=q&Z \\\"'<é>.-_Q~Kd8"
CLIENT_SECRET = "Q8s8Q~dk2.kLmN_0pQrStUvWxYz-12345abcdEFG"
SHORT = "hun/t#2"
JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (
        b'{"typ":"JWT","alg":"RS256","kid":"made-up"}',
        b'{"aud":"made-up","oid":"%d"}' % 10**90,
        bytes(range(256)),
    )
)


def lower(percent: str) -> str:
    """With the hexadecimal digits of the percent forms in lower case."""
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), percent)


def writings(secret: str) -> dict[str, str]:
    """By name, what holds the whole secret."""
    content = secret.encode()
    java = quote_plus(secret, safe="*").replace("~", "%7E")
    dotnet = "".join(one if one.isalnum() and one.isascii() else f"\\u{ord(one):04X}" for one in secret)
    return {
        "plain": secret,
        "quote": quote(secret, safe=""),
        "quote with slashes": quote(secret),
        "encodeURIComponent": quote(secret, safe="!'()*~"),
        "form": quote_plus(secret),
        "form of Java": java,
        "percent in lower case": lower(quote(secret, safe="")),
        "form in lower case": lower(java),
        "twice in percent": quote(quote(secret, safe=""), safe=""),
        "twice in percent, lower": lower(quote(quote(secret, safe=""), safe="")),
        "every letter in percent": "".join(f"%{byte:02X}" for byte in content),
        "every letter in percent, lower": "".join(f"%{byte:02x}" for byte in content),
        "every letter in percent, twice": "".join(f"%25{byte:02X}" for byte in content),
        "every letter in hexadecimals": content.hex(),
        "every letter in hexadecimals, upper": content.hex().upper(),
        "every letter in HTML": "".join(f"&#{ord(one)};" for one in secret),
        "every letter in HTML, hexadecimal": "".join(f"&#x{ord(one):x};" for one in secret),
        "every letter in JSON": "".join(f"\\u{ord(one):04x}" for one in secret),
        "every letter in JavaScript": "".join(f"\\x{ord(one):02X}" for one in secret),
        "JSON": json.dumps(secret),
        "JSON with letters": json.dumps(secret, ensure_ascii=False),
        "JSON in JSON": json.dumps(json.dumps(secret)),
        "JSON with slashes": json.dumps(secret).replace("/", "\\/"),
        "JSON of .NET": dotnet,
        "JavaScript": dotnet.replace("\\u00", "\\x"),
        "repr": repr(secret),
        "HTML": html.escape(secret),
        "HTML with names": html.escape(secret).replace("&#x27;", "&apos;"),
        "HTML in decimals": "".join(one if one.isalnum() and one.isascii() else f"&#{ord(one)};" for one in secret),
        "HTML in hexadecimals": "".join(
            one if one.isalnum() and one.isascii() else f"&#X{ord(one):X};" for one in secret
        ),
    }


def encoded(secret: str) -> dict[str, str]:
    """By name, base64 of what holds the secret."""
    found = {}
    for name, around in (
        ("alone", "{}"),
        ("behind a user", "ada:{}"),
        ("behind an ID", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee:{}"),
        ("in a form", "client_secret={}&grant_type=client_credentials"),
        ("two letters before", "ab{}x"),
    ):
        content = around.replace("{}", secret).encode()
        found[name] = base64.b64encode(content).decode()
        found[f"{name}, no padding"] = found[name].rstrip("=")
        found[f"{name}, for URLs"] = base64.urlsafe_b64encode(content).decode()
        found[f"{name}, for URLs, no padding"] = found[f"{name}, for URLs"].rstrip("=")
        found[f"{name}, in percent"] = quote(found[name], safe="")
        found[f"{name}, in percent, lower"] = lower(quote(found[name], safe=""))
        found[f"{name}, in JSON"] = found[name].replace("/", "\\/").replace("+", "\\u002B")
    return found


def hiding(*texts: str) -> Hiding:
    found = Hiding()
    found.add(*texts)
    return found


@pytest.mark.parametrize("secret", [SECRET, CLIENT_SECRET, SHORT, "päßwörd"], ids=ascii)
@pytest.mark.parametrize("name", writings(""))
def test_secret_is_hidden_however_it_is_written(secret: str, name: str) -> None:
    written = writings(secret)[name]
    text = f"before {written} between {written}, after"
    hidden = hiding(secret).redact(text)
    bare = written.strip("\"'\\")
    assert bare not in hidden
    assert hidden.count(HIDDEN) == 2
    assert hidden.startswith("before ")
    assert hidden.endswith(", after")
    assert len(hidden) < 70
    assert hiding(secret).redact_bytes(text.encode()).decode() == hidden


@pytest.mark.parametrize("secret", [SECRET, CLIENT_SECRET, SHORT, "päßwörd", JWT], ids=ascii)
@pytest.mark.parametrize("name", encoded(""))
def test_secret_in_base64_is_hidden(secret: str, name: str) -> None:
    written = encoded(secret)[name]
    hidden = hiding(secret).redact(f"Basic {written}")
    assert HIDDEN in hidden
    plain = unquote(hidden).replace("\\/", "/").replace("\\u002B", "+").replace("-", "+").replace("_", "/")
    for before in range(3):
        core = base64.b64encode(b"\0" * before + secret.encode()).decode()[before + 1 : -4]
        piece = min(len(core), SHORTEST_PIECE)
        assert not any(core[at : at + piece] in plain for at in range(len(core) - piece + 1))
    if len(secret) <= 200:
        assert len(plain.replace(HIDDEN, "")) <= len("Basic ") + len(encoded("")[name]) + 6


def test_login_in_latin_1_is_hidden() -> None:
    """As requests writes `Proxy-Authorization`."""
    login = base64.b64encode("ada:päßwörd".encode("latin-1")).decode()
    assert hiding("ada:päßwörd", "päßwörd").redact(f"Basic {login}.") == f"Basic {HIDDEN}."


HEADER, PAYLOAD, SIGNATURE = JWT.split(".")


@pytest.mark.parametrize(
    "piece",
    [
        JWT,
        HEADER,
        PAYLOAD,
        SIGNATURE,
        f"{HEADER}.{PAYLOAD}",
        f"{PAYLOAD}.{SIGNATURE}",
        SIGNATURE[: len(SIGNATURE) // 2],
        SIGNATURE[len(SIGNATURE) // 2 :],
        SIGNATURE[40:80],
        JWT[:100],
        JWT[-100:],
        JWT[:-1],
        JWT[1:],
        PAYLOAD[3 : 3 + SHORTEST_PIECE],
        base64.b64encode(JWT.encode()).decode()[33:133],
    ],
    ids=lambda piece: f"{piece[:10]}… {len(piece)}",
)
@pytest.mark.parametrize("around", ["{}", " {} ", '{{"token": "{}…"}}', "x{}x", "Bearer {}...", "\u00e9\U0001f642{}\n"])
def test_piece_of_a_token_is_hidden(piece: str, around: str) -> None:
    hidden = hiding(JWT).redact(around.format(piece))
    left = hidden.replace(HIDDEN, "")
    assert len(left) <= len(around.format("")) + 2
    assert len(hidden) < len(around) + 2 * len(HIDDEN) + 4


def test_pieces_of_several_tokens_with_the_same_beginning_are_hidden() -> None:
    other = f"{HEADER}.{PAYLOAD[:20]}{SIGNATURE[::-1]}"
    hide = hiding(JWT, other)
    for text in (JWT[:150], other[:150], f"{JWT[5:200]},{other[3:190]}", JWT + other, other + JWT):
        assert set(hide.redact(text).replace(HIDDEN, "")) <= {","}


@given(
    some.integers(0, 300),
    some.integers(SHORTEST_PIECE, 300),
    some.text('aB.-_{" \n', max_size=30),
    some.text(max_size=30),
)
def test_any_piece_is_hidden_wherever_it_stands(begin: int, length: int, before: str, after: str) -> None:
    piece = JWT[begin : begin + length]
    if len(piece) < SHORTEST_PIECE:
        return
    hidden = hiding(JWT).redact(before + piece + after)
    windows = (piece[at : at + SHORTEST_PIECE] for at in range(len(piece) - SHORTEST_PIECE + 1))
    assert not any(one in hidden for one in windows)
    assert HIDDEN in hidden


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is the client secret value.",
        '{"error": "invalid_client", "error_codes": [7000215], "correlation_id": "11111111-aaaa-4bbb-8ccc-222222222222"}',
        f"starts alike: {JWT[: SHORTEST_PIECE - 1]}",
        f"{CLIENT_SECRET[:10]}… and …{CLIENT_SECRET[-10:]}",
        base64.b64encode(b"an image or another text that is no secret at all").decode(),
        "100%25%2F\\\\\\u002f&#47;[hidden]",
        "\x00\ud800\U0001f642",
        "AB3~X/Y+9=",
    ],
    ids=ascii,
)
def test_what_is_no_secret_stays(text: str) -> None:
    hide = hiding(CLIENT_SECRET, SECRET, JWT, "short", "")
    assert hide.redact(text) == text
    content = text.encode("utf-8", "surrogatepass")
    assert hide.redact_bytes(content) == content


def test_bytes_that_are_no_text_stay() -> None:
    content = bytes(range(256)) * 40
    assert hiding(CLIENT_SECRET, JWT).redact_bytes(content) == content


HOSTILE = (
    b"\\",
    b"%25",
    b"&#0",
    b"0",
    b"%",
    b"~",
    b"a",
    b"\xff",
    CLIENT_SECRET[:-1].encode(),
    JWT[:15].encode(),
    JWT.encode(),
)


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE, ids=lambda piece: ascii(piece[:12]))
def test_time_grows_with_the_length_alone(piece: bytes) -> None:
    alphabet = string.ascii_letters + string.digits + "-_~."
    hide = hiding(
        CLIENT_SECRET, JWT, SECRET, *("".join(secrets.choice(alphabet) for _ in range(40)) for _ in range(20))
    )
    text = piece * (2_000_000 // len(piece))
    start = time.process_time()
    hide.redact_bytes(text)
    assert time.process_time() - start < 20


def test_all_hidings_are_known_while_others_begin() -> None:
    kept: list[Hiding] = []
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def work(_: int) -> None:
        for _ in range(300):
            kept.append(Hiding())
            assert kept[-1] in all_in_use()

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
    finally:
        sys.setswitchinterval(before)
