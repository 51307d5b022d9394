"""What the filter lets through, as pure functions."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohif_setup import terminal

ENCODINGS = ("ascii", "latin-1", "cp1252", "utf-8", "euc-jp")
VISIBLE_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Signs that stand before numbers: of the category of invisible characters, and seen."""


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_that_steers_or_is_not_seen_is_left(text: str) -> None:
    out = terminal.shown(text)
    for one in out:
        is_egyptian_joiner = "\U00013430" <= one <= "\U0001343f"
        unseen = unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        assert not unseen or one in "\n\t" or one in VISIBLE_FORMATS or is_egyptian_joiner, ascii(one)
    assert terminal.shown(out) == out
    out.encode()


def test_each_control_format_and_tag_character_is_written_out() -> None:
    unseen = [
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0xE0000, 0xE0200),
    ]
    for point in unseen:
        if chr(point) not in "\n\t":
            assert terminal.shown(chr(point)) == (f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}")


@pytest.mark.parametrize(
    "text",
    ["Universitätsklinikum Köln\n\tÅrhus", "登录 ログイン 로그인", "الأشعة רדיולוגיה", "✓ ✗ › … 🩻 ❤️", "a\\u001b"],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert terminal.shown(text) == text


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_letters_signs_and_blanks_stay(text: str) -> None:
    assert terminal.shown(text) == text


def test_a_name_has_one_line() -> None:
    assert terminal.in_one_line("a\nb\tc\r") == "a\\u000ab\\u0009c\\u000d"


@given(st.text(), st.sampled_from(ENCODINGS))
def test_every_encoding_can_write_every_text(text: str, encoding: str) -> None:
    fitted = terminal.fitting(terminal.shown(text), encoding)
    assert fitted.encode(encoding).decode(encoding) == fitted
    assert terminal.shown(fitted) == fitted


def test_what_an_encoding_lacks_is_said_in_words() -> None:
    text = "✓ ✗ a → b › c … “d” – é 登"
    assert terminal.fitting(text, "ascii") == 'ok FAIL a -> b > c ... "d" - \\u00e9 \\u767b'
    assert terminal.fitting(text, "latin-1") == 'ok FAIL a -> b > c ... "d" - é \\u767b'
    assert terminal.fitting(text, "cp1252") == "ok FAIL a -> b › c … “d” – é \\u767b"
    assert terminal.fitting(text, "utf-8") == text


@pytest.mark.parametrize(("encoding", "width"), [("ascii", 4), ("latin-1", 4), ("cp1252", 4), ("utf-8", 1)])
def test_all_signs_of_a_column_are_of_one_width(encoding: str, width: int) -> None:
    signs = [terminal.sign(one, encoding) for one in "✓!✗–"]
    assert {len(one) for one in signs} == {width}
    assert len(set(signs)) == 4
