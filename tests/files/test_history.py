"""Back once, and there again: answers, artefacts and state together."""

from __future__ import annotations

import json
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
    record = history.load(faults.home(site), faults.answers(site))
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
    record = history.load(faults.home(site), faults.answers(site))
    assert record
    assert (record.kind, record.title) == ("undo", "generate")
    steps = {one.path.relative_to(site).as_posix(): (one.before, one.after) for one in history.steps_back(record)}
    assert steps["ohif-setup.toml"] == (b"second answers\n", b"first answers\n")
    assert steps["deploy/new/nginx.conf"] == (faults.BASE.encode(), None)
    back(site)
    again = history.load(faults.home(site), faults.answers(site))
    assert again
    assert again.kind == "redo"


def test_what_was_changed_since_would_be_lost_and_is_named(site: Path) -> None:
    faults.second_run(site)
    record = history.load(faults.home(site), faults.answers(site))
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
    record = history.load(faults.home(site), faults.answers(site))
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
        record = history.load(here / FOLDER, answers)
        assert record
        history.go_back(here / FOLDER, record, history.steps_back(record), there / FOLDER)
        assert answers.read_bytes() == text
        assert (there / "a").read_bytes() == b"a"
        assert not (here / "a").exists()
        assert not (here / FOLDER / "undo").exists()


def with_row(site: Path, **changes: object) -> None:
    """The record of a site as somebody else may have committed it: one of its files is another one."""
    path = faults.home(site) / "undo"
    raw = json.loads(path.read_bytes())
    raw["files"][1] |= changes
    path.write_text(json.dumps(raw))


@pytest.mark.parametrize(
    "named",
    [
        "{}/victim",
        "../../victim",
        "../../other.toml",
        "../../beside/app-config.js",
        "../.git/hooks/pre-commit",
        "../sub/.profile",
        "../.ohif-setup/lock",
        "../.ohif-setup/generated/../../../victim",
        "../../linked/app-config.js",
        "../../../outside/deploy/app-config.js",
        "..",
        "",
    ],
)
def test_record_that_names_a_file_of_no_run_is_refused(site: Path, named: str) -> None:
    faults.second_run(site)
    (site / "beside").mkdir()
    (site / "linked").mkdir()
    (site / "linked" / FOLDER).symlink_to(site / "beside")
    (site.parent / "outside" / "deploy" / FOLDER).mkdir(parents=True)
    with_row(site, path=named.format(site))
    with pytest.raises(SetupError) as caught:
        history.load(faults.home(site), faults.answers(site))
    assert caught.value.id == "undo-damaged"


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": 0o4755},
        {"mode": "0755"},
        {"mode": -1},
        {"mode": True},
        {"after": "0"},
        {"after": 1},
        {"owner": ["a", 1]},
    ],
    ids=str,
)
def test_record_with_what_no_run_writes_is_refused(site: Path, changes: dict[str, object]) -> None:
    faults.second_run(site)
    with_row(site, **changes)
    with pytest.raises(SetupError) as caught:
        history.load(faults.home(site), faults.answers(site))
    assert caught.value.id == "undo-damaged"


def test_record_names_the_answers_of_this_site_alone(site: Path) -> None:
    faults.second_run(site)
    for answers in (None, site / "other.toml", site.parent / "ohif-setup.toml"):
        with pytest.raises(SetupError) as caught:
            history.load(faults.home(site), answers)
        assert caught.value.id == "undo-damaged"
    (site / "by-another-name.toml").symlink_to("ohif-setup.toml")
    assert history.load(faults.home(site), site / "by-another-name.toml")


def test_schema_beside_the_answers_is_taken_back(tmp_path: Path) -> None:
    answers, schema, home = tmp_path / "a.toml", tmp_path / "ohif-setup.schema.json", tmp_path / "deploy" / FOLDER
    history.run(home, [Replacement(answers, None, b"a"), Replacement(schema, None, b"{}")], "init")
    record = history.load(home, answers)
    assert record
    history.go_back(home, record, history.steps_back(record))
    assert not answers.exists()
    assert not schema.exists()


def test_mode_with_more_than_permissions_is_recorded_without_that(site: Path) -> None:
    (site / "deploy" / "not-needed.conf").chmod(0o4600)
    faults.second_run(site)
    back(site)
    assert stat.S_IMODE((site / "deploy" / "not-needed.conf").stat().st_mode) == 0o600


def test_folder_that_is_a_link_has_its_record(tmp_path: Path) -> None:
    """The names in the record are those of the output folder, wherever that lies."""
    (tmp_path / "www").mkdir()
    site = tmp_path / "site"
    site.mkdir()
    (site / "deploy").symlink_to("../www")
    faults.generate(site, faults.FIRST, "answers\n")
    back(site)
    assert not (tmp_path / "www" / "app-config.js").exists()


def test_record_that_was_there_for_all_to_read_is_for_its_owner_alone(site: Path) -> None:
    (faults.home(site) / "undo").chmod(0o644)
    faults.second_run(site)
    assert stat.S_IMODE((faults.home(site) / "undo").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["undo", "state.json", "conflicts.json", "generated", "generated/app-config.js", ""])
def test_link_in_our_folder_is_not_followed(site: Path, name: str) -> None:
    path, victim = faults.home(site) / name, site.parent / "victim"
    path.unlink(missing_ok=True) if path.is_symlink() or not path.exists() else path.rename(victim)
    if not victim.exists():
        victim.write_bytes(b"{}")
    path.symlink_to(victim)
    before = snapshot(site), snapshot(site.parent)
    with pytest.raises(SetupError) as caught:
        faults.second_run(site)
    assert caught.value.id in ("file-unreadable", "file-unwritable")
    assert "none is followed" in caught.value.message
    assert (snapshot(site), snapshot(site.parent)) == before


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
