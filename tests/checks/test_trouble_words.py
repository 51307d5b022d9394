"""What a server says, as a sentence takes it up."""

from __future__ import annotations

import pytest

from ohif_setup.checks.trouble_words import short


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("two\n words", "two words"),
        ("the first words fit", "the first words fit"),
        ("the first words fit here", "the first words fit…"),
        ("the first words fitting", "the first words…"),
        ("x" * 30, "x" * 20 + "…"),
    ],
)
def test_text_is_cut_between_words(text: str, cut: str) -> None:
    assert short(text, 20) == cut
