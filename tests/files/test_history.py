"""Back once, and there again: answers, artefacts and state together."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ohif_setup.errors import SetupError
from ohif_setup.files import history
from ohif_setup.files.state import FOLDER
from ohif_setup.files.transaction import Replacement
from tests.files import faults
from tests.files.test_faults import snapshot, without_undo


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site after two runs, with the edits of a night between them."""
    faults.edited(tmp_path / "site")
    return tmp_path / "site"


def back(site: Path) -> None:
    record = history.load(faults.home(site))
    assert record
    history.go_back(faults.home(site), record, history.steps_back(record))


def test_back_and_there_again_restores_every_byte_and_mode(site: Path) -> None:
    before = without_undo(snapshot(site))
    faults.second_run(site)
    after = without_undo(snapshot(site))
    for _ in range(2):
        back(site)
        assert without_undo(snapshot(site)) == before
        back(site)
        assert without_undo(snapshot(site)) == after


def test_first_run_is_taken_back_to_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    faults.generate(site, faults.FIRST, "answers\n")
    after = without_undo(snapshot(site))
    back(site)
    left = {name for name in snapshot(site) if not name.startswith(f"deploy/{FOLDER}/")}
    assert not left
    assert {path.name for path in faults.home(site).iterdir()} == {".gitignore", "undo"}
    back(site)
    assert without_undo(snapshot(site)) == after


def test_record_says_what_going_back_would_be_and_would_do(site: Path) -> None:
    faults.second_run(site)
    record = history.load(faults.home(site))
    assert record
    assert (record.kind, record.title) == ("undo", "generate")
    steps = {one.path.relative_to(site).as_posix(): (one.before, one.after) for one in history.steps_back(record)}
    assert steps["ohif-setup.toml"] == (b"second answers\n", b"first answers\n")
    assert steps["deploy/new/nginx.conf"] == (faults.BASE.encode(), None)
    back(site)
    again = history.load(faults.home(site))
    assert again
    assert again.kind == "redo"


def test_what_was_changed_since_would_be_lost_and_is_named(site: Path) -> None:
    faults.second_run(site)
    record = history.load(faults.home(site))
    assert record
    assert history.losses(record) == ()
    (site / "deploy" / "new" / "nginx.conf").write_text("mine")
    (site / "real.js").unlink()
    (site / "deploy" / "not-needed.conf").write_text("here again")
    names = [path.relative_to(site).as_posix() for path in history.losses(record)]
    assert sorted(names) == ["deploy/linked.js", "deploy/new/nginx.conf", "deploy/not-needed.conf"]


def test_what_was_changed_since_and_given_up_can_be_had_back(site: Path) -> None:
    faults.second_run(site)
    (site / "deploy" / "new" / "nginx.conf").write_text("mine")
    before = without_undo(snapshot(site))
    back(site)
    assert not (site / "deploy" / "new" / "nginx.conf").exists()
    back(site)
    assert without_undo(snapshot(site)) == before


def test_file_that_is_saved_after_the_question_is_not_lost(site: Path) -> None:
    faults.second_run(site)
    record = history.load(faults.home(site))
    assert record
    steps = history.steps_back(record)
    (site / "ohif-setup.toml").write_text("saved meanwhile")
    with pytest.raises(SetupError) as caught:
        history.go_back(faults.home(site), record, steps)
    assert caught.value.id == "file-changed"


def test_run_that_changes_nothing_is_not_the_last_one(site: Path) -> None:
    faults.second_run(site)
    before = (faults.home(site) / "undo").read_bytes()
    faults.second_run(site)
    assert (faults.home(site) / "undo").read_bytes() == before


def test_record_is_for_its_owner_alone(site: Path) -> None:
    faults.second_run(site)
    assert stat.S_IMODE((faults.home(site) / "undo").stat().st_mode) == 0o600


def test_record_fits_after_the_folder_was_moved(site: Path) -> None:
    before = without_undo(snapshot(site))
    faults.second_run(site)
    moved = site.rename(site.with_name("moved"))
    back(moved)
    assert without_undo(snapshot(moved)) == before


def test_answers_that_name_another_folder_take_the_record_along(tmp_path: Path) -> None:
    answers, one, other = tmp_path / "ohif-setup.toml", tmp_path / "one", tmp_path / "other"
    history.run(one / FOLDER, [Replacement(answers, None, b"one"), Replacement(one / "a", None, b"a")], "generate")
    moving = [
        Replacement(answers, b"one", b"other"),
        Replacement(one / "a", b"a", None),
        Replacement(other / "a", None, b"a"),
    ]
    history.run(other / FOLDER, moving, "set")
    for there, here, text in ((one, other, b"one"), (other, one, b"other"), (one, other, b"one")):
        record = history.load(here / FOLDER)
        assert record
        history.go_back(here / FOLDER, record, history.steps_back(record), there / FOLDER)
        assert answers.read_bytes() == text
        assert (there / "a").read_bytes() == b"a"
        assert not (here / "a").exists()
        assert not (here / FOLDER / "undo").exists()


def test_nothing_to_take_back(tmp_path: Path) -> None:
    assert history.load(tmp_path / FOLDER) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"schema": 1, "kind": "undo", "title": "", "files": [{"path": "a"}]}',
    ],
    ids=lambda content: ascii(content[:20]),
)
def test_damaged_record_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "undo").write_bytes(content)
    with pytest.raises(SetupError) as caught:
        history.load(tmp_path / FOLDER)
    assert caught.value.id == "undo-damaged"
