"""Reading: every bad file is an error of its own, with the place and the next step."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohif_setup.answers.file.reading import LARGEST, read_answers_file, read_answers_text
from ohif_setup.errors import SetupError


def error_of(path: Path) -> SetupError:
    with pytest.raises(SetupError) as caught:
        read_answers_file(path)
    assert caught.value.hint
    assert str(path) in caught.value.where
    return caught.value


def written(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "ohif-setup.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_tables_are_read(tmp_path: Path) -> None:
    assert read_answers_file(written(tmp_path, "version = 1\n[a]\nb = 'ü'\r\n")) == {"version": 1, "a": {"b": "ü"}}


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfversion = 1\n")
    assert read_answers_file(path) == {"version": 1}
    assert read_answers_text(path) == "version = 1\n"


def test_missing_file(tmp_path: Path) -> None:
    error = error_of(tmp_path / "none.toml")
    assert error.id == "answers-not-found"
    assert "ohif-setup init" in error.hint


def test_file_below_a_file(tmp_path: Path) -> None:
    assert error_of(written(tmp_path, "a = 1") / "x.toml").id == "answers-not-found"


def test_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    error = error_of(tmp_path)
    assert error.id == "answers-unreadable"
    assert "folder" in error.message


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may read everything, so a test run as root becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_file_without_permission(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = written(tmp_path, "a = 1")
    path.chmod(0)
    request.getfixturevalue("ordinary_user")
    error = error_of(path)
    assert error.id == "answers-unreadable"
    assert "permission denied" in error.message


@pytest.mark.parametrize("name", ["a\x00b", "a" * 300], ids=["nul", "long"])
def test_name_that_cannot_be_a_file_name(tmp_path: Path, name: str) -> None:
    assert error_of(tmp_path / name).id == "answers-unreadable"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"version = 1\n[a]\nb = '\xfc'\n", "Line 3", id="latin-1"),
        pytest.param("version = 1".encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(bytes(range(128, 256)), "Line 1", id="binary"),
    ],
)
def test_file_that_is_not_utf8(tmp_path: Path, content: bytes, words: str) -> None:
    error = error_of(written(tmp_path, content))
    assert error.id == "answers-not-utf8"
    assert words in error.message


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param("version = 1\nurl = https://h.example\n", "line 2, column 7", id="no-quotes"),
        pytest.param("a = 1\na = 2\n", "line 2, column 6", id="twice"),
        pytest.param('version = 1\nurl = "https://h', "line 2, column 17", id="cut-off"),
        pytest.param("[viewer\nurl = 1", "line 1, column 8", id="open-bracket"),
        pytest.param('a = "\x00"', "line 1", id="nul"),
        pytest.param("<html><body>Sign in</body></html>", "line 1, column 1", id="html"),
        pytest.param('{"viewer": {}}', "line 1, column 1", id="json"),
        pytest.param("a = " + "[" * 100_000, "ohif-setup.toml", id="deep-lists"),
        pytest.param("a = " + "{a=" * 100_000, "ohif-setup.toml", id="deep-tables"),
        pytest.param("\n" + "a." * 500_000 + "a = 1", "line 2", id="endless-key"),
        pytest.param("[" + "a." * 500_000 + "a]", "line 1", id="endless-table"),
        pytest.param("a = " + "9" * 5000, "ohif-setup.toml", id="endless-number"),
        pytest.param("a = 2026-02-31", "line 1", id="no-such-day"),
    ],
)
def test_file_that_is_not_toml_names_line_and_column(tmp_path: Path, content: str, place: str) -> None:
    error = error_of(written(tmp_path, content))
    assert error.id == "answers-not-toml"
    assert place in error.where
    assert len(error.message) < 300
    assert "(line " not in error.message
    assert "column" not in error.message


def spot(tmp_path: Path, content: str) -> list[str]:
    """The lines of the message below the first."""
    return error_of(written(tmp_path, content)).message.splitlines()[1:]


@pytest.mark.parametrize(
    ("content", "line", "below"),
    [
        pytest.param("a = 1\nurl = https://h.example\n", "url = https://h.example", "h", id="no-quotes"),
        pytest.param("a = 1\r\nb = x y\r\n", "b = x y", "x", id="windows"),
        pytest.param('\ta = "\x1b[31m"', ' a = "\\u001b[31m"', "\\", id="control"),
        pytest.param("a = [1,\n2\n", "2", "", id="end"),
        pytest.param('"ü" = x', '"ü" = x', "x", id="umlaut"),
    ],
)
def test_line_at_fault_is_shown_with_a_caret(tmp_path: Path, content: str, line: str, below: str) -> None:
    first, second = spot(tmp_path, content)
    assert first == f"    {line}"
    assert second.strip() == "^"
    assert first[second.index("^") :][: len(below)] == below
    assert (len(first) == second.index("^")) is (below == "")


def test_caret_knows_wide_letters(tmp_path: Path) -> None:
    assert spot(tmp_path, '"東京" = x') == ['    "東京" = x', "             ^"]


@pytest.mark.parametrize("before", [0, 60, 200, 5000])
def test_long_line_is_cut_around_the_caret(tmp_path: Path, before: int) -> None:
    first, second = spot(tmp_path, f'a = ["{"b " * (before // 2)}", ? {"c " * 300}')
    assert len(first) <= 104
    assert first[second.index("^")] == "?"
    assert first.endswith("…")


SECRET = "abc8Q~" + "x1Y2z3" * 6


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("client_secret = hunter2\n", id="name"),
        pytest.param(f"client_id = {SECRET}\n", id="value"),
        pytest.param(f"client_id = ,{SECRET.replace('~', 'Zz/+')}==\n", id="base64"),
        pytest.param("url = https://ada:hunter2@h.example\n", id="user"),
        pytest.param("url = https://h.example?sig=hunter2\n", id="query"),
        pytest.param("[client_secret]\nvalue = hunter2\n", id="table"),
        pytest.param('tokens = [\n  "hunter2" "x",\n', id="list"),
        pytest.param('tokens = [\n  ["hunter2" "x"],\n', id="list-of-lists"),
        pytest.param('password = """\nuser = hunter2', id="open-text"),
    ],
)
def test_line_that_may_hold_a_secret_is_not_shown(tmp_path: Path, content: str) -> None:
    assert spot(tmp_path, content) == []


def test_comment_about_secrets_hides_nothing(tmp_path: Path) -> None:
    assert spot(tmp_path, "# No secret belongs here.\na = [\nx\n")[0] == "    x"


def test_ten_megabytes_are_not_read_in(tmp_path: Path) -> None:
    assert error_of(written(tmp_path, b"# x\n" * 2_500_000)).id == "answers-too-large"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
def test_endless_file_is_not_even_opened() -> None:
    assert error_of(Path("/dev/zero")).id == "answers-unreadable"


def test_largest_file_is_still_read(tmp_path: Path) -> None:
    content = b"version = 1\na = 1\n#"
    assert read_answers_file(written(tmp_path, content + b"x" * (LARGEST - len(content)))) == {"version": 1, "a": 1}


@pytest.mark.parametrize("content", ["", "\n \n", "# only words\n", "\ufeff"])
def test_file_without_answers(tmp_path: Path, content: str) -> None:
    assert error_of(written(tmp_path, content)).id == "answers-empty"


@pytest.mark.parametrize(
    "module", ["ohif_setup.answers", "ohif_setup.ohif.versions", "ohif_setup.answers.file.reading"]
)
def test_import_loads_nothing_heavy(module: str) -> None:
    code = (
        f"import sys, {module}; print(sorted({{'pydantic', 'tomlkit', 'idna', 'requests', 'rich'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
