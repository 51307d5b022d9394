"""Back once, and there again: answers, artefacts and state together."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ohif_setup.apply import history
from ohif_setup.apply.site_paths import OURS, remember_here
from ohif_setup.apply.transaction import Replacement
from ohif_setup.disk.safe_path import folder_at
from ohif_setup.errors import SetupError
from tests.apply import faults
from tests.apply.test_faults import snapshot, without_undo
from tests.output.sites import ANSWERS, memory_of, site_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site after two runs, with the edits of a night between them."""
    faults.edited(tmp_path / "site")
    return tmp_path / "site"


def back(site: Path) -> None:
    record = next(iter(history.load(site_of(site))), None)
    assert record
    history.go_back(site_of(site), record, history.steps_back(record))


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
    assert not [path for path in site.rglob("*") if path.is_file()]
    back(site)
    assert without_undo(snapshot(site)) == after


def test_record_says_what_going_back_would_be_and_would_do(site: Path) -> None:
    faults.second_run(site)
    record = next(iter(history.load(site_of(site))), None)
    assert record
    assert (record.kind, record.title) == ("undo", "generate")
    folder = site_of(site).folder
    steps = {one.path.below(folder): (one.before, one.after) for one in history.steps_back(record)}
    assert steps["ohif-setup.toml"] == (b"second answers\n", b"first answers\n")
    assert steps["deploy/nginx.conf"] == (faults.BASE.encode(), None)
    back(site)
    again = next(iter(history.load(site_of(site))), None)
    assert again
    assert again.kind == "redo"


def test_what_was_changed_since_would_be_lost_and_is_named(site: Path) -> None:
    faults.second_run(site)
    record = next(iter(history.load(site_of(site))), None)
    assert record
    assert history.losses(site_of(site), record) == ()
    (site / "deploy" / "nginx.conf").write_text("mine")
    (site / "deploy" / "ohif.conf").unlink()
    (site / "deploy" / "nginx-cors.conf").write_text("here again")
    names = [str(path.below(site_of(site).folder)) for path in history.losses(site_of(site), record)]
    assert sorted(names) == ["deploy/nginx-cors.conf", "deploy/nginx.conf", "deploy/ohif.conf"]


def test_what_was_changed_since_and_given_up_can_be_had_back(site: Path) -> None:
    faults.second_run(site)
    (site / "deploy" / "nginx.conf").write_text("mine")
    before = without_undo(snapshot(site))
    back(site)
    assert not (site / "deploy" / "nginx.conf").exists()
    back(site)
    assert without_undo(snapshot(site)) == before


def test_file_that_is_saved_after_the_question_is_not_lost(site: Path) -> None:
    faults.second_run(site)
    record = next(iter(history.load(site_of(site))), None)
    assert record
    steps = history.steps_back(record)
    (site / "ohif-setup.toml").write_text("saved meanwhile")
    with pytest.raises(SetupError) as caught:
        history.go_back(site_of(site), record, steps)
    assert caught.value.id == "file-changed"


def test_run_that_changes_nothing_is_not_the_last_one(site: Path) -> None:
    faults.second_run(site)
    before = (memory_of(site) / "undo").read_bytes()
    faults.second_run(site)
    assert (memory_of(site) / "undo").read_bytes() == before


def test_record_is_for_its_owner_alone(site: Path) -> None:
    faults.second_run(site)
    assert stat.S_IMODE((memory_of(site) / "undo").stat().st_mode) == 0o600


def test_moved_site_has_no_record(site: Path) -> None:
    """What a run did there is remembered of the place where it was done."""
    faults.second_run(site)
    moved = site.rename(site.with_name("moved"))
    assert history.load(site_of(moved)) == ()


def test_answers_that_name_another_folder_are_taken_back(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    remember_here(site)
    one, other = (site.folder / name / "app-config.js" for name in ("one", "other"))
    history.run(site, [Replacement(site.answers, None, b"one"), Replacement(one, None, b"a")], "generate")
    moving = [Replacement(site.answers, b"one", b"other"), Replacement(one, b"a", None), Replacement(other, None, b"a")]
    history.run(site, moving, "set")
    for there, here in (("one", "other"), ("other", "one"), ("one", "other")):
        back(tmp_path)
        assert (tmp_path / ANSWERS).read_text() == there
        assert (tmp_path / there / "app-config.js").read_bytes() == b"a"
        assert not (tmp_path / here / "app-config.js").exists()


def with_row(site: Path, **changes: object) -> None:
    """The record of a site with another file, or another word about it, than a run writes."""
    path = memory_of(site) / "undo"
    raw = json.loads(path.read_bytes())
    raw["files"][1] |= changes
    path.write_text(json.dumps(raw))


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        (".", "victim"),
        ("..", "app-config.js"),
        ("../beside", "app-config.js"),
        ("deploy/../../beside", "app-config.js"),
        (".", "other.toml"),
        (".", ".git/hooks/pre-commit"),
        ("deploy", "sub/.profile"),
        ("deploy", ".ohif-setup/lock"),
        ("deploy", ".ohif-setup/generated/../../../victim"),
        ("deploy", ".ohif-setup/generated/victim"),
        ("deploy", "app-config.js.new.new"),
        ("deploy", ""),
        ("", "app-config.js"),
        ("/etc/../tmp", "app-config.js"),
        (None, "../undo"),
        (None, "seen"),
        (["deploy"], "app-config.js"),
        ("deploy", 1),
    ],
)
def test_record_that_names_a_file_of_no_run_is_refused(site: Path, folder: object, name: object) -> None:
    faults.second_run(site)
    with_row(site, file={"folder": folder, "name": name})
    with pytest.raises(SetupError) as caught:
        history.load(site_of(site))
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
        history.load(site_of(site))
    assert caught.value.id == "undo-damaged"


def test_record_in_the_output_folder_is_nothing_to_us(site: Path) -> None:
    """As it may come with a clone."""
    faults.second_run(site)
    (memory_of(site) / "undo").rename(site / "deploy" / OURS / "undo")
    assert history.load(site_of(site)) == ()


def test_schema_beside_the_answers_is_taken_back(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    remember_here(site)
    history.run(site, [Replacement(site.answers, None, b"a"), Replacement(site.schema, None, b"{}")], "init")
    back(tmp_path)
    assert not list(tmp_path.iterdir())


def test_output_elsewhere_is_taken_back(tmp_path: Path) -> None:
    """As of `generate --output`, which the person named on the command line."""
    site, output = site_of(tmp_path / "site"), tmp_path / "www"
    output.mkdir()
    remember_here(site)
    history.run(site, [Replacement(folder_at(output) / "app-config.js", None, b"a")], "generate")
    back(tmp_path / "site")
    assert not list(output.iterdir())


def test_mode_with_more_than_permissions_is_recorded_without_that(site: Path) -> None:
    (site / "deploy" / "nginx-cors.conf").chmod(0o4600)
    faults.second_run(site)
    back(site)
    assert stat.S_IMODE((site / "deploy" / "nginx-cors.conf").stat().st_mode) == 0o600


def test_record_that_was_there_for_all_to_read_is_for_its_owner_alone(site: Path) -> None:
    (memory_of(site) / "undo").chmod(0o644)
    faults.second_run(site)
    assert stat.S_IMODE((memory_of(site) / "undo").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name",
    [
        "memory/undo",
        "memory/conflicts.json",
        f"deploy/{OURS}/state.json",
        f"deploy/{OURS}/generated",
        f"deploy/{OURS}/generated/app-config.js",
        f"deploy/{OURS}",
        "deploy/app-config.js",
        "deploy/nginx.conf",
        "deploy/app-config.js.new",
        "deploy",
        "ohif-setup.toml",
    ],
)
def test_link_is_not_followed(site: Path, name: str) -> None:
    path, victim = site / name, site.parent / "victim"
    if name.startswith("memory/"):
        path = memory_of(site) / name.removeprefix("memory/")
    if path.exists():
        path.rename(victim)
    else:
        victim.write_bytes(b"{}")
    path.symlink_to(victim)
    before = snapshot(site), snapshot(site.parent)
    with pytest.raises(SetupError) as caught:
        faults.second_run(site)
    assert caught.value.id in ("file-unreadable", "file-unwritable")
    assert "is a symbolic link" in caught.value.message
    assert (snapshot(site), snapshot(site.parent)) == before


def test_nothing_to_take_back(tmp_path: Path) -> None:
    assert history.load(site_of(tmp_path)) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"schema": 2, "kind": "undo", "title": "", "files": [{"file": "a"}]}',
        b'{"schema": 2, "kind": "undo", "title": "%s", "files": []}' % (b"x" * 1000),
    ],
    ids=lambda content: ascii(content[:20]),
)
def test_damaged_record_is_said(tmp_path: Path, content: bytes) -> None:
    memory_of(tmp_path).mkdir(parents=True)
    (memory_of(tmp_path) / "undo").write_bytes(content)
    with pytest.raises(SetupError) as caught:
        history.load(site_of(tmp_path))
    assert caught.value.id == "undo-damaged"
