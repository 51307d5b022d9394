"""Text of others never raises, whatever it is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ohif_setup.browser.foreign import Parts, Tag, moment_of, parts_of, resolve, tags_of
from ohif_setup.browser.origin import parse_address
from tests.growth import grows_with_its_input
from tests.servers.odd import ADDRESSES, DATES, MARKUP, NUMBERS

PIECES = st.sampled_from(
    ["http:", "//", "[", "]", ":", "::1", "@", "\\", "%", "%25", "\u2100", "\uff0f", "\x00", "\ud800", "9" * 5000, "-1", "?", "#"]
)  # fmt: skip
ADDRESS = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(), st.sampled_from(ADDRESSES))
SIGNS = st.sampled_from(
    ["<", "<!", "<![", "<!--", "</", "<?", ">", "[", "]", "&#", "&#x", "9" * 5000, ";", "script", " src=", '"', "'", "=", "\x00"]
)  # fmt: skip
PAGE = st.one_of(st.lists(SIGNS, max_size=12).map("".join), st.text(), st.sampled_from(MARKUP))
DATE = st.one_of(
    st.sampled_from((*DATES, *NUMBERS)), st.text(), st.from_regex(r"(\w{3}, )?\d{1,5} Oct \d{1,6} \d+:\d+:\d+ [+-]?\d+")
)


@given(ADDRESS)
def test_no_address_raises(address: str) -> None:
    parts = parts_of(address)
    assert parts == Parts() or parts.netloc == urlsplit(address).netloc
    assert parts.port is None or 0 <= parts.port <= 0xFFFF


@given(ADDRESS, ADDRESS)
def test_no_reference_raises(base: str, reference: str) -> None:
    assert isinstance(resolve(base, reference), str)


@given(PAGE)
@example("<![x[")
def test_no_page_raises(page: str) -> None:
    for tag in tags_of(page):
        assert all(isinstance(value, str) for value in tag.attributes.values())


@given(DATE, DATE)
def test_no_date_raises_and_two_can_be_compared(one: str, other: str) -> None:
    first, second = moment_of(one), moment_of(other)
    if first and second:
        assert isinstance(first - second, timedelta)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("HTTP://ada:pw@[::1]:8042/a?b#c", Parts("http", "ada:pw@[::1]:8042", "::1", 8042, "/a", "b")),
        ("/a", Parts(path="/a")),
        ("http://x:99999/a", Parts("http", "x:99999", "x", None, "/a")),
        ("http://x:-1/a", Parts("http", "x:-1", "x", None, "/a")),
        (f"http://x:{'9' * 5000}/", Parts("http", f"x:{'9' * 5000}", "x", None, "/")),
        ("http://[x/a", Parts()),
        ("//[", Parts()),
        ("http://a\u2100b/", Parts()),
    ],
)
def test_address_in_parts(address: str, parts: Parts) -> None:
    assert parts_of(address) == parts


@pytest.mark.parametrize("odd", ["<![x[", "<![x[>", "<![CDATA[", f"<a b='&#{'9' * 5000};'>", "<!x[>", "<!DOCTYPE [<!>"])
def test_tags_behind_what_the_parser_does_not_know_are_read(odd: str) -> None:
    assert tags_of(f"{odd}><script src=x.js defer></script>")[-1] == Tag("script", {"src": "x.js", "defer": ""})


def test_date_without_a_time_zone_is_utc() -> None:
    moment = moment_of("Wed, 21 Oct 2026 07:28:00 -0000")
    assert moment is not None
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize("read", [parts_of, parse_address, lambda url: resolve("https://a.example/", url)])
def test_endless_host_takes_no_more_time_than_its_length_asks_for(read: Callable[[str], object]) -> None:
    def run(size: int) -> None:
        with contextlib.suppress(ValueError):
            read("https://" + "\u0327\u0301" * size)

    assert grows_with_its_input(run, 20_000)


def test_endless_host_is_none() -> None:
    address = f"//{'a' * 8193}/b"
    assert parts_of(f"https:{address}") == Parts()
    assert resolve("https://a.example/", address) == address
    assert resolve("https://a.example/", f"//{'a' * 8192}/b") == f"https://{'a' * 8192}/b"
    assert parts_of(f"https://a.example/{'b' * 9000}").host == "a.example"
