"""`origin_of` against what requests and urllib3 really dial: their own pool for a URL, and a socket that listens."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as some
from requests.adapters import HTTPAdapter

from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import is_same_origin, origin_of, resolve, why_refused
from tests.servers.raw import RawServer, always, answer

IDP, EVIL = "login.example.org", "evil.example.net"
TWO_WAYS = (
    rf"https://{EVIL}\@{IDP}/token",
    rf"https://{EVIL}\\@{IDP}/token",
    rf"https://{EVIL}\{IDP}/token",
    rf"https://{IDP}\@{EVIL}/token",
    rf"https://{IDP}\.{EVIL}/token",
    rf"https:\\{EVIL}\token",
    rf"https:/\{EVIL}/token",
    rf"https://{IDP}/token\x",
    f"https://{IDP}@{EVIL}/token",
    f"https://{IDP}:443@{EVIL}/token",
    f"https://{EVIL}@{IDP}/token",
    f"https://@{EVIL}/token",
    f"https://:@{IDP}/token",
    f"https://{EVIL};@{IDP}/token",
    f"https://{EVIL}%2F@{IDP}/token",
    f"https://{EVIL}%5C@{IDP}/token",
    f"https://{IDP}%40{EVIL}/token",
    f"https://{IDP}%2F{EVIL}/token",
    f"https://{IDP}%2e{EVIL}/token",
    f"https://{IDP}%00.{EVIL}/token",
    f" https://{EVIL}/token",
    f"https://{EVIL} @{IDP}/token",
    f"https://{IDP} .{EVIL}/token",
    f"https://{IDP}/to ken",
    f"https://{IDP}/token ",
    f"https://{IDP}\t.{EVIL}/token",
    f"https://{IDP}\n.{EVIL}/token",
    f"https://{IDP}\r\nHost: {EVIL}",
    f"https://{IDP}/token\x00",
    f"https://{IDP}/token\x7f",
    f"https://{IDP}/token\x85",
    f"https://{IDP}/\u202etoken",
    f"https://{IDP}\u200b.{EVIL}/token",
    f"https://{IDP}\u00a0/token",
    f"https://{IDP}\u3000/token",
    f"https://{EVIL}\uff20{IDP}/token",
    f"https://{EVIL}\uff0f{IDP}/token",
    f"https://{IDP}\u2100{EVIL}/token",
    f"https://{IDP}:443:{EVIL}/token",
    f"https://{IDP}:{EVIL}/token",
    f"https://{IDP}:-1/token",
    f"https://{IDP}:65536/token",
    f"https://{IDP}:\uff14\uff14\uff13/token",
    f"https://[{EVIL}]/token",
    f"https://[::1]{EVIL}/token",
    f"https://[::1].{EVIL}/token",
    "https://[::1%25eth0]/token",
    "https://[x/token",
    "https://x]/token",
    f"https:{EVIL}/token",
    f"https:/{EVIL}/token",
    f"https:///{EVIL}/token",
    f"//{EVIL}/token",
    f"\\\\{EVIL}\\token",
    "/token",
    "token",
    "",
    "https://",
    f"ftp://{IDP}/",
    f"http+unix://{IDP}/",
    "javascript:alert(1)",
    f"https://{IDP}/{'x' * 9000}",
)
ORDINARY = (
    ("https://login.example.org/token", "https://login.example.org:443"),
    ("HTTPS://Login.Example.ORG/Token", "https://login.example.org:443"),
    ("https://login.example.org:8443/a%20b%2Fc%5Cd%40e?x=%5C&y=a@b#@z", "https://login.example.org:8443"),
    ("https://login.example.org:0443", "https://login.example.org:443"),
    ("https://login.example.org:/", "https://login.example.org:443"),
    ("http://localhost:8042/dicom-web?limit=1,2&q=*", "http://localhost:8042"),
    ("http://127.0.0.1", "http://127.0.0.1:80"),
    ("https://[::1]:8443/x", "https://[::1]:8443"),
    ("https://[0:0:0:0:0:0:0:1]/x", "https://[::1]:443"),
    ("https://[2001:DB8::A]/x", "https://[2001:db8::a]:443"),
    ("https://b\u00fccher.example/x", "https://xn--bcher-kva.example:443"),
    ("https://stra\u00dfe.example/x", "https://xn--strae-oqa.example:443"),
    ("https://xn--bcher-kva.example/x", "https://xn--bcher-kva.example:443"),
    ("https://login.example.org/b\u00fccher/\u0645?q=\u4e2d", "https://login.example.org:443"),
    ("https://a_b.example.org/x", "https://a_b.example.org:443"),
    ("https://login.example.org?x", "https://login.example.org:443"),
    ("https://login.example.org#x", "https://login.example.org:443"),
    (f"https://login.example.org/?{'x' * 8000}", "https://login.example.org:443"),
    ("https://login.example.org/~tenant;v=1/(a)!$&'*+,=:@", "https://login.example.org:443"),
)


def dialled(url: str) -> str:
    """What urllib3's pool for a request of requests would connect to."""
    request = requests.Request("GET", url).prepare()
    pool = HTTPAdapter().get_connection_with_tls_context(request, verify=True)
    host = f"[{pool.host}]" if ":" in pool.host else pool.host
    return f"{pool.scheme}://{host}:{pool.port}"


@pytest.mark.parametrize("url", TWO_WAYS, ids=lambda url: ascii(url[:60]))
def test_url_that_parsers_may_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=re.compile("^(has|is not) ")):
        origin_of(url)
    assert why_refused(url)
    assert not is_same_origin(url, url)
    exchange = Http(5).send("GET", url)
    assert exchange.trouble is not None
    assert exchange.trouble.kind == "address"


@pytest.mark.parametrize(("url", "origin"), ORDINARY, ids=lambda url: ascii(url[:60]))
def test_ordinary_url_has_the_origin_that_is_dialled(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert is_same_origin(url, origin)
    if "[" not in url:
        assert dialled(url) == origin


PIECES = (
    *(
        "https://",
        "http://",
        "HTTPS:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        "?",
        "#",
        "%40",
        "%2F",
        "%5c",
        "%2e",
        "[",
        "]",
        "::1",
    ),
    *(
        IDP,
        EVIL,
        "127.0.0.1",
        "0x7f.1",
        "443",
        ".",
        "..",
        " ",
        "\t",
        "\n",
        "\x00",
        "\u3002",
        "\uff0f",
        "\uff20",
        "\u212a",
    ),
    *(
        "\u00df",
        "\u00fc",
        "\u0130",
        "\u200d",
        "\u2100",
        "\u00ad",
        "xn--",
        "*",
        "_",
        "-",
        ";",
        "&",
        "=",
        "~",
        "a",
        "\ud800",
    ),
)


@given(some.lists(some.sampled_from(PIECES), max_size=9).map("".join))
@example("https://\u212aelvin.example/")
def test_nothing_is_dialled_but_what_was_compared(url: str) -> None:
    if why_refused(url):
        return
    origin = origin_of(url)
    written, compared = urlsplit(url), urlsplit(origin)
    if "[" not in url:
        assert dialled(url) == origin
    if written.netloc.isascii() and "[" not in url:
        assert (written.scheme, written.hostname) == (compared.scheme, compared.hostname)
        assert (written.port or {"https": 443, "http": 80}[written.scheme]) == compared.port


@pytest.mark.parametrize("sent", ["send", "send_as_is"])
@pytest.mark.parametrize(
    "form",
    [
        "{evil}\\@{own}",
        "{own}\\@{evil}",
        "{evil}@{own}",
        "{own}@{evil}",
        "{evil};@{own}",
        "{evil}\t@{own}",
        "{own}:80@{evil}",
    ],
)
def test_no_socket_gets_a_connection_by_a_refused_url(form: str, sent: str) -> None:
    with RawServer(always(answer(200))) as own, RawServer(always(answer(200)), address="127.0.0.2") as evil:
        places = {"evil": f"127.0.0.2:{evil.port}", "own": f"127.0.0.1:{own.port}"}
        http = Http(5)
        exchange = getattr(http, sent)("GET", f"http://{form.format(**places)}/token")
        assert exchange.trouble is not None
        assert exchange.trouble.kind == "address"
        assert (evil.connections, own.connections) == (0, 0)
        assert http.send("GET", f"{own.url}/token?x=%5C@{places['evil']}").status == 200
        assert (evil.connections, own.connections) == (0, 1)


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("x.js", "https://viewer.example.org/ohif/x.js"),
        (" /x.js", " /x.js"),
        ("//cdn.example.org/x.js", "https://cdn.example.org/x.js"),
        ("https://cdn.example.org/x.js", "https://cdn.example.org/x.js"),
        ("?a=b", "https://viewer.example.org/ohif/?a=b"),
        (r"\x.js", r"\x.js"),
        (rf"\\{EVIL}\x.js", rf"\\{EVIL}\x.js"),
        (rf"https://{EVIL}\@viewer.example.org/x.js", rf"https://{EVIL}\@viewer.example.org/x.js"),
        ("//[x/app.js", "//[x/app.js"),
    ],
)
def test_reference_means_what_it_means_to_a_browser_or_stays_for_refusal(reference: str, url: str) -> None:
    found = resolve("https://viewer.example.org/ohif/", reference)
    assert found == url
    assert bool(why_refused(found)) is any(mark in reference for mark in "\\[ ")
