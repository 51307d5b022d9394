"""Request and response headers (rules C6 to C10, C15, C31)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohif_setup.browser.headers import (
    cors_unsafe_header_names,
    is_safelisted,
    is_token,
    malformed_elements,
    parse_list,
    varies_by_origin,
)
from ohif_setup.browser.values import Answer

TOKEN_CHARACTERS = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
QUOTED_FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'
PLAIN_FRAMES = "multipart/related; type=application/octet-stream; transfer-syntax=*"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("Accept", "application/dicom+json", id="C6 accept"),
        pytest.param("accept-language", "de-DE,de;q=0.9, *", id="C6 accept-language"),
        pytest.param("content-language", "en", id="C6 content-language"),
        pytest.param("Content-Type", "text/plain;charset=UTF-8", id="C6 text/plain"),
        pytest.param("Content-Type", " Multipart/Form-Data ; boundary=x", id="C6 form data"),
        pytest.param("Content-Type", "application/x-www-form-urlencoded", id="C6 form"),
        pytest.param("Range", "bytes=200-", id="C6 range with a start"),
        pytest.param("Range", "bytes=200-300", id="C6 range with both"),
        pytest.param("accept", "a" * 128, id="C7 128 bytes"),
        pytest.param("accept", PLAIN_FRAMES, id="C9 frames without quotes"),
        pytest.param("accept", "a/b;c=d,*/*\t", id="C8 comma slash semicolon equals star tab"),
        pytest.param("accept", "\x80\xff", id="C8 high bytes"),
    ],
)
def test_safelisted(name: str, value: str) -> None:
    assert is_safelisted(name, value)
    assert cors_unsafe_header_names(((name, value),)) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("X-Requested-With", "XMLHttpRequest", id="C6 any other name"),
        pytest.param("Content-Type", "application/json", id="C6 json"),
        pytest.param("Content-Type", 'multipart/related; type="application/dicom"', id="C10 store"),
        pytest.param("Content-Type", "text/plain, text/plain", id="C6 two types"),
        pytest.param("Content-Type", "", id="C6 empty type"),
        pytest.param("Content-Type", "text/", id="C6 half a type"),
        pytest.param("Range", "bytes=-200", id="C6 range without a start"),
        pytest.param("Range", "bytes=5-4", id="C6 range backwards"),
        pytest.param("Range", "bytes=0-1,2-3", id="C6 two ranges"),
        pytest.param("Range", "bytes=0 - 1", id="C6 range with blanks"),
        pytest.param("Range", "items=0-1", id="C6 other unit"),
        pytest.param("accept-language", "de_DE", id="C6 underscore"),
        pytest.param("accept", "a" * 129, id="C7 129 bytes"),
        pytest.param("accept", QUOTED_FRAMES, id="C9 frames with quotes"),
        pytest.param("authorization", "Bearer x", id="C10 authorization"),
        *(
            pytest.param("accept", f"a{byte}b", id=f"C8 accept 0x{ord(byte):02x}")
            for byte in '\0\x1f"():<>?@[\\]{}\x7f'
        ),
        *(
            pytest.param("content-type", f"text/plain;a={byte}", id=f"C8 type 0x{ord(byte):02x}")
            for byte in '\x01"(:@{'
        ),
    ],
)
def test_not_safelisted(name: str, value: str) -> None:
    assert not is_safelisted(name, value)
    assert cors_unsafe_header_names(((name, value),)) == (name.lower(),)


def test_unsafe_names_are_lower_case_sorted_and_each_once() -> None:
    headers = (
        ("X-B", "1"),
        ("Authorization", "Bearer x"),
        ("x-b", "2"),
        ("Accept", QUOTED_FRAMES),
        ("Accept-Language", "de"),
    )
    assert cors_unsafe_header_names(headers) == ("accept", "authorization", "x-b")


@pytest.mark.parametrize(("length", "names"), [(1024, ()), (1025, ("accept",))], ids=["C7 sum 1024", "C7 sum 1025"])
def test_the_sum_of_safelisted_values_is_limited(length: int, names: tuple[str, ...]) -> None:
    headers = (("accept", "a" * 128),) * 8 + (("accept", "a" * (length - 1024)),)
    assert cors_unsafe_header_names(headers) == names


@pytest.mark.parametrize("name", ["Cookie", "Origin", "Sec-Fetch-Mode", "Proxy-Authorization", "Host"])
def test_what_a_script_cannot_set_is_not_asked_for(name: str) -> None:
    assert cors_unsafe_header_names(((name, "x"),)) == ()


@pytest.mark.parametrize(
    ("values", "tokens"),
    [
        pytest.param((), (), id="absent"),
        pytest.param(("",), (), id="empty"),
        pytest.param(("accept,authorization",), ("accept", "authorization"), id="plain"),
        pytest.param(("\taccept ,\t, authorization ,,",), ("accept", "authorization"), id="blanks and empty elements"),
        pytest.param(("accept", "authorization, x"), ("accept", "authorization", "x"), id="over all fields"),
        pytest.param(("*",), ("*",), id="wildcard"),
        pytest.param(("accept authorization",), None, id="blank inside"),
        pytest.param(("accept", 'x, "y"'), None, id="one malformed in the second field"),
        pytest.param(("accept;q=1",), None, id="semicolon"),
        pytest.param(("acc\0ept",), None, id="NUL"),
        pytest.param(("accept\x0b",), None, id="vertical tab"),
        pytest.param(("accept\r\n x",), None, id="folded line"),
        pytest.param(("açcept",), None, id="Latin-1"),
        pytest.param(("a" * 100_000,), ("a" * 100_000,), id="huge"),
    ],
)
def test_lists_are_read_over_all_fields(values: tuple[str, ...], tokens: tuple[str, ...] | None) -> None:
    assert parse_list(values) == tokens
    assert bool(malformed_elements(values)) is (tokens is None)


elements = st.text(TOKEN_CHARACTERS, max_size=8)
blanks = st.text(" \t", max_size=2)


@given(st.lists(st.lists(st.tuples(blanks, elements, blanks), min_size=1, max_size=4), max_size=4))
def test_header_lists_parse_as_rfc_9110_says(fields: list[list[tuple[str, str, str]]]) -> None:
    values = tuple(",".join("".join(element) for element in field) for field in fields)
    assert parse_list(values) == tuple(token for field in fields for _, token, _ in field if token)


@given(
    st.lists(elements, max_size=4),
    st.characters(max_codepoint=255).filter(lambda c: c not in TOKEN_CHARACTERS + " \t,"),
)
def test_one_malformed_element_spoils_the_list(tokens: list[str], character: str) -> None:
    assert parse_list((", ".join(tokens), f"a{character}b")) is None


@given(st.text(max_size=12))
def test_tokens_are_what_rfc_9110_says(text: str) -> None:
    assert is_token(text) is (text != "" and set(text) <= set(TOKEN_CHARACTERS))


@pytest.mark.parametrize(
    ("fields", "varies"),
    [((), False), (("Accept",), False), (("Accept, ORIGIN",), True), (("Accept", "origin"), True), (("*",), True)],
)
def test_vary_by_origin(fields: tuple[str, ...], varies: bool) -> None:
    assert varies_by_origin(Answer(200, tuple(("vary", field) for field in fields))) is varies
