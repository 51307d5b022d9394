"""Older layouts of the answers file: brought to the newest text to text, and what is newest, newer or wrong is left alone."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from ohif_setup.answers.file.migration import STEPS, VERSION, migrated, needed

OLD = """#:schema ./ohif-setup.schema.json
# ours
[viewer]   # the viewer
url = "https://viewer.example.org"
"""


def in_newest(text: str) -> str:
    return migrated(text, tomllib.loads(text.removeprefix("\ufeff")))


def test_every_layout_has_a_step_to_the_next() -> None:
    assert sorted(STEPS) == list(range(VERSION))


def test_a_file_without_version_gets_the_line_below_its_opening_comments_and_keeps_the_rest() -> None:
    new = in_newest(OLD)
    assert new == OLD.replace("# ours\n", "# ours\nversion = 1\n")
    assert in_newest(new) == new


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(mark: str) -> None:
    old = mark + OLD.replace("\n", "\r\n")
    new = in_newest(old)
    assert new.startswith(f"{mark}#:schema")
    assert new.count("\n") == new.count("\r\n") == OLD.count("\n") + 1


def test_a_file_that_tomlkit_refuses_gets_the_line_all_the_same() -> None:
    deep = f"# ours\nx = {'[' * 150}{']' * 150}\n"
    assert in_newest(deep) == f"version = 1\n{deep}"


@pytest.mark.parametrize(
    "tables", [{"version": VERSION}, {"version": VERSION + 1}, {"version": "1"}, {"version": 0}, {"version": True}]
)
def test_what_is_newest_newer_or_wrong_is_left_alone(tables: dict[str, Any]) -> None:
    assert needed(tables) == ()
