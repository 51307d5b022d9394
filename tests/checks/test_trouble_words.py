"""What a server says, as a sentence takes it up."""

from __future__ import annotations

import pytest

from ohif_setup.checks.trouble_words import explain_trouble, short
from tests.checks.observed import DICOM, OWN, trouble


@pytest.mark.parametrize(("url", "named"), [(DICOM, True), (OWN, False)])
def test_portal_is_for_names_of_azure(url: str, named: bool) -> None:
    _, _, fixes = explain_trouble(trouble("dns", url))
    assert ("portal" in fixes[0].text) == named


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
