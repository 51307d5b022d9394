"""Origins and addresses (rules C1, C2, C4, C34, C35)."""

from ipaddress import IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ohif_setup.browser.foreign import resolve
from ohif_setup.browser.origin import (
    has_userinfo,
    is_local_address,
    is_mixed_content,
    is_potentially_trustworthy,
    is_same_origin,
    serialize_origin,
)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        pytest.param("https://viewer.example.org", "https://viewer.example.org", id="as it is"),
        pytest.param("HTTPS://Viewer.Example.ORG/ohif/?a=b#c", "https://viewer.example.org", id="case and path"),
        pytest.param("https://viewer.example.org:443/", "https://viewer.example.org", id="default port of https"),
        pytest.param("http://viewer.example.org:80", "http://viewer.example.org", id="default port of http"),
        pytest.param("http://viewer.example.org:443", "http://viewer.example.org:443", id="default port of the other"),
        pytest.param("https://viewer.example.org:08443", "https://viewer.example.org:8443", id="port with zeros"),
        pytest.param("https://viewer.example.org:", "https://viewer.example.org", id="empty port"),
        pytest.param("https://viewer.example.org:0", "https://viewer.example.org:0", id="port 0"),
        pytest.param("https://ada:secret@viewer.example.org", "https://viewer.example.org", id="user and password"),
        pytest.param("  https://viewer.example.org\n", "https://viewer.example.org", id="blanks around"),
        pytest.param("https:\\\\viewer.example.org\\x", "https://viewer.example.org", id="backslashes"),
        pytest.param("https://viewer.example.org.", "https://viewer.example.org.", id="dot at the end is kept"),
        pytest.param("https://b%C3%BCcher.example", "https://xn--bcher-kva.example", id="percent encoded"),
        pytest.param("https://BÜCHER.example", "https://xn--bcher-kva.example", id="IDNA"),
        pytest.param("https://straße.example", "https://xn--strae-oqa.example", id="IDNA, sharp s stays"),
        pytest.param("https://viewer。example", "https://viewer.example", id="ideographic full stop"),
        pytest.param("https://ｖｉｅｗｅｒ.example", "https://viewer.example", id="full width"),
        pytest.param("https://view\u00ader.example", "https://viewer.example", id="soft hyphen"),
        pytest.param("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080", id="IPv6 shortest"),
        pytest.param("http://[2001:DB8:0:0:1:0:0:1]", "http://[2001:db8::1:0:0:1]", id="IPv6 first longest run"),
        pytest.param("http://[1:0:2:0:3:0:4:0]", "http://[1:0:2:0:3:0:4:0]", id="IPv6 single zeros stay"),
        pytest.param("http://[::ffff:192.0.2.1]", "http://[::ffff:c000:201]", id="IPv6 mapped"),
        pytest.param("http://0x7f.1", "http://127.0.0.1", id="IPv4 in old forms"),
        pytest.param("http://192.168.257", "http://192.168.1.1", id="IPv4 of three parts"),
        pytest.param("http://010.0.0.1", "http://8.0.0.1", id="IPv4 octal"),
    ],
)
def test_an_origin_is_serialised_as_a_browser_does(url: str, origin: str) -> None:
    assert serialize_origin(url) == origin
    assert serialize_origin(origin) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "viewer.example.org",
        "viewer.example.org:8443",
        "//viewer.example.org",
        "https://",
        "https:///",
        "http://:80",
        "file:///srv/viewer/index.html",
        "data:text/html,x",
        "null",
        "ftp://viewer.example.org",
        "javascript:1",
        "https://viewer example.org",
        "https://viewer.example.org:65536",
        "https://viewer.example.org:8o",
        "https://a:1:2",
        "https://a\0b",
        "https://a<b",
        "https://*.example.org",
        'https://"a"',
        "https://a%00b",
        "https://a%2fb",
        "https://%ff",
        "https://a\u2028b",
        "https://\ud800",
        "http://1.2.3.4.5",
        "http://256.256.256.256",
        "http://1_0.5",
        "http://a.1",
        "http://[::1",
        "http://[::1]x",
        "http://[::1%25eth0]",
        "http://[g::]",
        f"https://a:{'1' * 5000}",
        f"http://{'9' * 5000}",
    ],
)
def test_what_has_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        serialize_origin(url)


@given(st.text(max_size=40))
@example("ⅷ.example")
@example("xn--ls8h.example:0")
def test_serialising_is_idempotent(host: str) -> None:
    try:
        origin = serialize_origin(f"https://{host}")
    except ValueError:
        return
    assert origin.isascii()
    assert origin == origin.lower()
    assert serialize_origin(origin) == origin


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_keeps_its_value(address: IPv6Address) -> None:
    origin = serialize_origin(f"http://[{address}]")
    assert IPv6Address(origin[8:-1]) == address


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("https://a.example/x", "https://A.example:443/y", True, id="port, case and path"),
        pytest.param("https://a.example", "http://a.example", False, id="scheme"),
        pytest.param("http://a.example:8080", "http://a.example:8081", False, id="port"),
        pytest.param("http://localhost:3000", "http://127.0.0.1:3000", False, id="localhost is not 127.0.0.1"),
        pytest.param("http://viewer", "http://viewer.example.org", False, id="short and full name"),
        pytest.param("http://a.example", "http://a.example.", False, id="dot at the end"),
        pytest.param("null", "null", False, id="opaque origins"),
    ],
)
def test_origins_are_the_same_by_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert is_same_origin(one, other) is same
    assert is_same_origin(other, one) is same


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example",
        "http://localhost:3000",
        "http://viewer.localhost",
        "http://127.8.9.1",
        "http://[::1]:80",
        "http://2130706433",
    ],
)
def test_trustworthy(url: str) -> None:
    assert is_potentially_trustworthy(url)
    assert not is_mixed_content("https://viewer.example.org", url)
    assert is_mixed_content("https://viewer.example.org", url, "webkit") is url.startswith("http:")


@pytest.mark.parametrize(
    "url", ["http://a.example", "http://localhost.example", "http://10.0.0.1", "http://127.example"]
)
def test_not_trustworthy(url: str) -> None:
    assert not is_potentially_trustworthy(url)
    assert is_mixed_content("https://viewer.example.org", url)
    assert not is_mixed_content("http://viewer.example.org", url)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "pacs.localhost",
        "127.0.0.1",
        "10.1.2.3",
        "172.31.255.255",
        "192.168.0.9",
        "169.254.1.1",
        "100.64.0.1",
        "::1",
        "[::1]",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
    ],
)
def test_local_addresses(host: str) -> None:
    assert is_local_address(host)


@pytest.mark.parametrize(
    "host", ["viewer.example.org", "172.32.0.1", "8.8.8.8", "2001:db8::1", "::ffff:8.8.8.8", "pacs", "", "not a host"]
)
def test_public_addresses_and_names(host: str) -> None:
    assert not is_local_address(host)


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/b?c", "http://a.example/b?c"),
        ("b", "http://a.example/x/b"),
        ("//b.example/", "http://b.example/"),
        ("\\\\b.example\\c?d\\e", "http://b.example/c?d\\e"),
        (" https://b.example/\n", "https://b.example/"),
        ("ftp://b.example/", "ftp://b.example/"),
        ("", "http://a.example/x/y?z"),
        ("http://[b", "http://[b"),
    ],
)
def test_references_are_resolved(reference: str, url: str) -> None:
    assert resolve("http://a.example/x/y?z", reference) == url


@pytest.mark.parametrize(
    ("url", "has"),
    [
        ("https://a@b.example", True),
        ("https://:p@b.example", True),
        ("https://:@b.example", False),
        ("https://b.example/a@b", False),
        ("mailto:a@b", False),
    ],
)
def test_user_information_is_found(url: str, has: bool) -> None:
    assert has_userinfo(url) is has
