"""What differs between sites stands in the galleries."""

from __future__ import annotations

from tests.galleries.names import places


def test_nobody_outside_names_an_exhibit() -> None:
    assert list(places()) == []
