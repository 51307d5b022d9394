"""Content Security Policies are read and applied as by a browser."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohif_setup.browser.csp import Policy, digest_of, policies_of, with_sources
from ohif_setup.browser.foreign import Script, scripts_of

PAGE = "https://pacs.example.org/ohif/"


def policy(text: str) -> Policy:
    (one,) = policies_of((("content-security-policy", text),))
    return one


@pytest.mark.parametrize(
    ("text", "directive", "deciding"),
    [
        ("script-src-elem a; script-src b; default-src c", "script-src-elem", "script-src-elem"),
        ("script-src b; default-src c", "script-src-elem", "script-src"),
        ("child-src b; script-src c; default-src d", "worker-src", "child-src"),
        ("script-src c; default-src d", "worker-src", "script-src"),
        ("child-src b; default-src d", "frame-src", "child-src"),
        ("script-src c; default-src d", "frame-src", "default-src"),
        ("default-src d", "connect-src", "default-src"),
        ("img-src d", "connect-src", ""),
        ("default-src 'none'", "frame-ancestors", ""),
    ],
)
def test_missing_directive_falls_back(text: str, directive: str, deciding: str) -> None:
    assert policy(text).deciding(directive) == deciding


@pytest.mark.parametrize(
    ("sources", "url", "allowed"),
    [
        ("*", "http://other.example.net/x", True),
        ("*", "blob:https://pacs.example.org/1", False),
        ("*", "data:image/png;base64,", False),
        ("blob:", "blob:https://pacs.example.org/1", True),
        ("'self'", "blob:https://pacs.example.org/1", False),
        ("'self'", "https://pacs.example.org/dicom-web/studies", True),
        ("'SELF'", "https://pacs.example.org/dicom-web/studies", True),
        ("'self'", "https://pacs.example.org:8443/dicom-web/studies", False),
        ("'self'", "http://pacs.example.org/dicom-web/studies", False),
        ("'none'", "https://pacs.example.org/x", False),
        ("'none' https:", "https://pacs.example.org/x", True),
        ("", "https://pacs.example.org/x", False),
        ("https:", "https://other.example.net/x", True),
        ("http:", "https://other.example.net/x", True),
        ("https:", "http://other.example.net/x", False),
        ("other.example.net", "https://other.example.net/x", True),
        ("other.example.net", "http://other.example.net/x", False),
        ("other.example.net", "https://other.example.net:8443/x", False),
        ("other.example.net:*", "https://other.example.net:8443/x", True),
        ("https://other.example.net:443", "https://other.example.net/x", True),
        ("http://other.example.net:80", "https://other.example.net/x", True),
        ("OTHER.example.net", "https://other.example.net/x", True),
        ("*.example.net", "https://a.b.example.net/x", True),
        ("*.example.net", "https://example.net/x", False),
        ("*.example.net", "https://badexample.net/x", False),
        ("https://other.example.net/rs/", "https://other.example.net/rs/studies", True),
        ("https://other.example.net/rs", "https://other.example.net/rs/studies", False),
        ("https://other.example.net/", "https://other.example.net/rs/studies", True),
        ("http://127.0.0.1:8042", "http://127.0.0.1:8042/studies", True),
        ("http://[::1]:8042", "http://[::1]:8042/studies", True),
        ("'nonce-abc' nonsense!", "https://pacs.example.org/x", False),
    ],
)
def test_source_matches_address(sources: str, url: str, allowed: bool) -> None:
    assert policy(f"connect-src {sources}").allows_url("connect-src", url, PAGE) is allowed


def test_every_policy_is_read_and_report_only_is_none() -> None:
    headers = (
        ("Content-Security-Policy", "default-src 'self', img-src *"),
        ("content-security-policy", "font-src 'none'"),
        ("Content-Security-Policy-Report-Only", "default-src 'none'"),
        ("Content-Security-Policy", " ; "),
    )
    html = (
        '<head><meta http-equiv="content-security-policy" content="script-src *; frame-ancestors x; sandbox"></head>'
        '<body><meta http-equiv="Content-Security-Policy" content="default-src x"></body>'
    )
    found = policies_of(headers, html)
    assert [sorted(one.directives) for one in found] == [["default-src"], ["img-src"], ["font-src"], ["script-src"]]
    assert [one.meta for one in found] == [False, False, False, True]


def test_first_of_two_equal_directives_counts() -> None:
    assert policy("IMG-SRC a; img-src b").sources("img-src") == ("a",)


@pytest.mark.parametrize(
    ("text", "evaluates", "compiles"),
    [
        ("img-src 'none'", True, True),
        ("script-src 'self'", False, False),
        ("script-src 'self' 'wasm-unsafe-eval'", False, True),
        ("script-src 'self' 'Unsafe-Eval'", True, True),
        ("default-src 'unsafe-eval'", True, True),
        ("script-src-elem 'unsafe-eval'; script-src 'self'", False, False),
    ],
)
def test_eval_and_wasm(text: str, evaluates: bool, compiles: bool) -> None:
    assert (policy(text).allows_eval(), policy(text).allows_wasm()) == (evaluates, compiles)


INLINE = Script({}, "window.PUBLIC_URL='/'")
LOADED = Script({"src": "/app.js"})
NONCE = Script({"src": "/app.js", "nonce": "abc"})
URL = "https://pacs.example.org/app.js"
SHA512 = base64.b64encode(hashlib.sha512(INLINE.text.encode()).digest()).decode()


@pytest.mark.parametrize(
    ("sources", "inline", "loaded", "nonce"),
    [
        ("'self'", False, True, True),
        ("'unsafe-inline'", True, False, False),
        ("'self' 'unsafe-inline' 'nonce-abc'", False, True, True),
        (f"'unsafe-inline' {digest_of('another')}", False, False, False),
        (digest_of(INLINE.text), True, False, False),
        (f"'SHA512-{SHA512}'", True, False, False),
        (f"'sha512-{SHA512.replace('+', '-').replace('/', '_')}'", True, False, False),
        ("'self' 'strict-dynamic' 'nonce-abc' 'unsafe-inline'", False, False, True),
        ("'self' 'strict-dynamic' 'unsafe-inline'", False, False, False),
    ],
)
def test_scripts_of_a_page(sources: str, inline: bool, loaded: bool, nonce: bool) -> None:
    one = policy(f"script-src {sources}")
    asked = (
        one.allows_script(INLINE, "", PAGE),
        one.allows_script(LOADED, URL, PAGE),
        one.allows_script(NONCE, URL, PAGE),
    )
    assert asked == (inline, loaded, nonce)


def test_worker_needs_no_address_under_strict_dynamic() -> None:
    assert policy("script-src 'nonce-abc' 'strict-dynamic'").allows_url("worker-src", URL, PAGE)
    assert not policy("worker-src 'nonce-abc' 'strict-dynamic'").allows_url("worker-src", URL, PAGE)


def test_inline_style_is_not_allowed_beside_a_nonce() -> None:
    assert policy("style-src 'self' 'unsafe-inline'").allows_inline_style()
    assert policy("script-src 'self'").allows_inline_style()
    assert not policy("style-src 'self' 'unsafe-inline' 'nonce-abc'").allows_inline_style()


def test_added_source_takes_the_place_of_none() -> None:
    assert with_sources(("'none'",), ("blob:",)) == "blob:"
    assert with_sources(("'self'", "blob:"), ("blob:", "data:")) == "'self' blob: data:"


def test_scripts_have_their_text_as_a_browser_digests_it() -> None:
    page = "<script>a\r\n<![CDATA[&amp;</b></script>\r\n<p>text</p><script src=x></script>tail"
    assert scripts_of(page) == (Script({}, "a\n<![CDATA[&amp;</b>"), Script({"src": "x"}, ""))


@given(st.text(), st.text())
def test_no_text_raises(text: str, url: str) -> None:
    for one in policies_of((("Content-Security-Policy", text),), text):
        one.allows_url("connect-src", url, PAGE)
        one.allows_script(Script({"src": url}, text), url, PAGE)
    scripts_of(text)
