"""Where a credential or a token may go: Microsoft's hosts in every cloud, this machine, and what the environment names."""

from __future__ import annotations

import pytest

from ohif_setup.network.sign_in.msal_transport import MsalTransport, NoAnswerError
from ohif_setup.network.wire import surroundings
from ohif_setup.network.wire.http import Http, token_for
from ohif_setup.network.wire.trust import VARIABLE, is_trusted, place_of, untrusted, words_of
from tests.checks.observed import discovery

TRUSTED = (
    "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555",
    "https://LOGIN.microsoftonline.com:443",
    "https://login.microsoftonline.us/x",
    "https://login.partner.microsoftonline.cn/x",
    "https://login.chinacloudapi.cn/x",
    "https://sts.windows.net/x",
    "https://ws-dicom.dicom.azurehealthcareapis.com/v2",
    "https://ws-dicom.dicom.azurehealthcareapis.us/v2",
)
HERE = (
    "https://localhost:8443",
    "http://localhost:8042",
    "https://127.0.0.1:1",
    "http://127.3.2.1",
    "https://[::1]:8443",
)
STRANGE = (
    "https://login.evil.example",
    "https://evilmicrosoftonline.com",
    "https://login-microsoftonline.com",
    "https://login.microsoftonline.com.evil.example",
    "https://login.microsoftonline.com.",
    "https://evil.example/login.microsoftonline.com",
    "https://evil.example?login.microsoftonline.com",
    "https://evil.example#.microsoftonline.com",
    "https://login.microsoftonline.com@evil.example",
    r"https://evil.example\@login.microsoftonline.com",
    r"https://evil.example\.microsoftonline.com",
    "https://login.micros\u043eftonline.com",
    "https://login.microsoftonline.co",
    "https://microsoft.com",
    "https://evil.azurewebsites.net",
    "https://evil.blob.core.windows.net",
    "https://azurehealthcareapis.com",
    "https://xazurehealthcareapis.com",
    "https://ws-dicom.dicom.azurehealthcareapis.com.evil.example",
    "https://ws-dicom.dicom.azurehealthcareapis.cn",
    "https://ws-dicom.dicom-azurehealthcareapis.com",
    "http://login.microsoftonline.com",
    "http://ws-dicom.dicom.azurehealthcareapis.com",
    "https://localhost.evil.example",
    "https://evil.localhost",
    "https://127.0.0.1.evil.example",
    "https://127.0.0.1@evil.example",
    "https://0x7f.1",
    "https://2130706433",
    "https://0.0.0.0",
    "https://[::ffff:127.0.0.1]",
    "https://[::2]",
    "ftp://localhost",
    "localhost",
    "",
)


@pytest.mark.parametrize("url", [*TRUSTED, *HERE])
def test_microsofts_hosts_and_this_machine_are_trusted(url: str) -> None:
    assert is_trusted(url, {})
    assert is_trusted(url, {VARIABLE: "idp.example.org"})


@pytest.mark.parametrize("url", HERE)
def test_what_is_trusted_as_this_machine_is_not_asked_through_a_proxy(url: str) -> None:
    assert surroundings.is_loopback(url)


@pytest.mark.parametrize("url", STRANGE, ids=ascii)
def test_other_hosts_are_not_trusted(url: str) -> None:
    assert not is_trusted(url, {})
    assert not is_trusted(url, {VARIABLE: "*,.,,https://evil.example,evil.example/x,.*.example, ,:443,idp.example.org"})


@pytest.mark.parametrize(
    ("named", "url", "trusted"),
    [
        ("idp.example.org", "https://idp.example.org/x", True),
        ("idp.example.org", "https://idp.example.org:8443/x", True),
        ("IDP.Example.org", "https://idp.example.ORG", True),
        (" x.example.org , idp.example.org ,", "https://idp.example.org", True),
        ("idp.example.org", "http://idp.example.org", False),
        ("idp.example.org", "https://a.idp.example.org", False),
        ("idp.example.org", "https://xidp.example.org", False),
        ("idp.example.org", "https://idp.example.org.evil.example", False),
        ("idp.example.org:8443", "https://idp.example.org:8443/x", True),
        ("idp.example.org:8443", "https://idp.example.org/x", False),
        ("idp.example.org:443", "https://idp.example.org/x", True),
        ("idp.example.org:443", "https://idp.example.org:8443/x", False),
        (".example.org", "https://idp.example.org", True),
        (".example.org", "https://a.b.example.org:8443", True),
        (".example.org", "https://example.org", False),
        (".example.org", "https://evilexample.org", False),
        (".example.org:8443", "https://idp.example.org:8443", True),
        (".example.org:8443", "https://idp.example.org", False),
        ("b\u00fccher.example", "https://xn--bcher-kva.example", True),
        ("192.0.2.7:8443", "https://192.0.2.7:8443", True),
        ("[2001:db8::7]:8443", "https://[2001:db8:0::7]:8443", True),
        ("[2001:db8::7]", "https://[2001:db8::7]:8443", True),
        ("https://idp.example.org", "https://idp.example.org", False),
        ("idp.example.org/x", "https://idp.example.org/x", False),
        ("*.example.org", "https://idp.example.org", False),
        ("*", "https://idp.example.org", False),
        ("idp.example.org;x.example.org", "https://idp.example.org", False),
        ("user@idp.example.org", "https://idp.example.org", False),
        ("idp.example.org:x", "https://idp.example.org", False),
        ("", "https://idp.example.org", False),
    ],
    ids=ascii,
)
def test_environment_names_others(named: str, url: str, *, trusted: bool) -> None:
    assert is_trusted(url, {VARIABLE: named}) is trusted
    assert untrusted([url, "https://localhost"], {VARIABLE: named}) == (() if trusted else (url,))


def test_words_that_name_no_host_are_told_apart() -> None:
    assert words_of({VARIABLE: " a.b:1,.c , *,https://x,"}) == (("a.b:1", ".c"), ("*", "https://x"))
    assert words_of({}) == ((), ())


@pytest.mark.parametrize(
    ("url", "place"),
    [("https://a.b/v2", "a.b"), ("https://A.b:8443/v2", "a.b:8443"), ("https://[2001:db8::1]:1", "[2001:db8::1]:1")],
)
def test_place_is_written_as_the_variable_takes_it(url: str, place: str) -> None:
    assert place_of(url) == place
    assert is_trusted(url, {VARIABLE: place})


def test_token_is_not_sent_to_a_host_that_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://pacs.example.org/v2/studies"
    token = token_for("a-very-secret-token", url)
    with pytest.raises(ValueError, match="must not be sent") as raised:
        Http(1).send("GET", url, token=token)
    assert "a-very-secret-token" not in str(raised.value)
    monkeypatch.setenv(VARIABLE, "pacs.example.org")
    trouble = Http(1).send("GET", url, token=token).trouble
    assert trouble is not None
    assert trouble.kind == "dns"


def test_secret_is_not_posted_to_a_host_that_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://login.example.org/token"
    seen = discovery()
    moved = type(seen)(type(seen.exchange)(type(seen.exchange.sent)("GET", url), seen.exchange.received), seen.document)
    for named, kind in (("", "address"), ("login.example.org", "dns")):
        monkeypatch.setenv(VARIABLE, named)
        with pytest.raises(NoAnswerError) as raised:
            MsalTransport(Http(1), moved).post(url, data={"client_secret": "a-very-secret-secret"})
        assert raised.value.exchange.trouble is not None
        assert raised.value.exchange.trouble.kind == kind
