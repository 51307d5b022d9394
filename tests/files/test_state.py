"""`.ohif-setup/` on disk: the same bytes on every machine, nothing in it that leads out of the folder, every damage said."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from ohif_setup import __version__
from ohif_setup.errors import SetupError
from ohif_setup.files import regenerate, state, transaction
from ohif_setup.files.plan import Planned
from ohif_setup.files.reconcile import Word
from ohif_setup.files.state import FOLDER, Origin

BASE = "one\ntwo\nthree\n"
PLAN = {"app-config.js": BASE, "sub/nginx.conf": BASE}
ORIGIN = Origin("0.1.0", "a" * 64)


def run(folder: Path, plan: dict[str, str], origin: Origin = ORIGIN) -> list[Word]:
    found = regenerate.survey(folder, [Planned(name, text) for name, text in plan.items()], origin)
    decisions = regenerate.decide(found)
    transaction.run(found.home, regenerate.replacements(found, decisions))
    return [one.word for one in decisions]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_first_run_leaves_state_and_bases_and_what_git_must_not_have(tmp_path: Path) -> None:
    assert run(tmp_path, PLAN) == ["create", "create"]
    found = files(tmp_path)
    assert set(found) == {
        "app-config.js",
        "sub/nginx.conf",
        ".ohif-setup/.gitignore",
        ".ohif-setup/state.json",
        ".ohif-setup/generated/app-config.js",
        ".ohif-setup/generated/sub/nginx.conf",
    }
    raw = json.loads(found[".ohif-setup/state.json"])
    assert raw["schema"] == 1
    assert raw["tool"] == __version__
    assert raw["artefacts"]["app-config.js"].keys() == {"answers", "sha256", "tool"}


def test_state_has_no_place_and_no_time_in_it(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "two" / "three"
    run(one, PLAN)
    run(other, dict(reversed(PLAN.items())))
    assert files(one) == files(other)
    assert str(tmp_path).encode() not in b"".join(files(one).values())


def test_second_run_changes_no_byte(tmp_path: Path) -> None:
    run(tmp_path, PLAN)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert run(tmp_path, PLAN) == ["identical", "identical"]
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}


def test_git_commits_the_state_and_nothing_that_only_this_machine_needs(tmp_path: Path) -> None:
    run(tmp_path, PLAN)
    (tmp_path / "app-config.js").write_text(BASE.replace("two", "hers"))
    assert run(tmp_path, {**PLAN, "app-config.js": BASE.replace("two", "ours")}) == ["conflict", "identical"]
    home = tmp_path / FOLDER
    for name in ("lock", "undo", "seen", "seen.17", "journal.ready", "journal.tmp"):
        (home / name).touch()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    listed = ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard", FOLDER]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(Path(name).relative_to(FOLDER).as_posix() for name in names) == [
        ".gitignore",
        "generated/app-config.js",
        "generated/sub/nginx.conf",
        "state.json",
    ]
    assert (home / "conflicts.json").exists()


def test_line_ends_that_git_gave_to_everything_change_nothing(tmp_path: Path) -> None:
    run(tmp_path, PLAN)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = files(tmp_path)
    assert run(tmp_path, PLAN) == ["identical", "identical"]
    assert files(tmp_path) == before
    assert run(tmp_path, {name: text.replace("two", "TWO") for name, text in PLAN.items()}) == ["update", "update"]
    assert (tmp_path / "app-config.js").read_bytes() == b"one\r\nTWO\r\nthree\r\n"


def test_file_that_is_no_longer_needed_goes_with_its_base(tmp_path: Path) -> None:
    run(tmp_path, PLAN)
    assert run(tmp_path, {"app-config.js": BASE}) == ["identical", "remove"]
    assert not (tmp_path / "sub" / "nginx.conf").exists()
    assert sorted(path.name for path in (tmp_path / FOLDER / "generated").iterdir()) == ["app-config.js"]
    assert run(tmp_path, {}) == ["remove"]
    assert files(tmp_path).keys() == {".ohif-setup/.gitignore"}


def test_edited_file_that_is_no_longer_needed_is_said_each_time_until_it_is_gone(tmp_path: Path) -> None:
    run(tmp_path, PLAN)
    (tmp_path / "sub" / "nginx.conf").write_text("mine\n")
    for _ in range(2):
        assert run(tmp_path, {"app-config.js": BASE}) == ["identical", "kept"]
    (tmp_path / "sub" / "nginx.conf").unlink()
    assert run(tmp_path, {"app-config.js": BASE}) == ["identical", "remove"]
    assert run(tmp_path, {"app-config.js": BASE}) == ["identical"]


def test_unknown_files_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("the viewer")
    (tmp_path / "app-config.js.new").write_text("notes")
    run(tmp_path, PLAN)
    run(tmp_path, {})
    assert (tmp_path / "index.html").read_text() == "the viewer"
    assert (tmp_path / "app-config.js.new").read_text() == "notes"


def test_a_base_that_was_changed_is_not_merged_with(tmp_path: Path) -> None:
    lines = "one\ntwo\nthree\nfour\nfive\n"
    run(tmp_path, {"app-config.js": lines})
    (tmp_path / FOLDER / "generated" / "app-config.js").write_text(lines.replace("three", "false"))
    (tmp_path / "app-config.js").write_text(lines.replace("one", "ONE"))
    assert run(tmp_path, {"app-config.js": lines.replace("five", "FIVE")}) == ["conflict"]
    assert run(tmp_path, {"app-config.js": lines}) == ["kept"]
    assert (tmp_path / FOLDER / "generated" / "app-config.js").read_text() == lines


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"schema": 1}',
        b'{"schema": 1, "artefacts": []}',
        b'{"schema": 1, "artefacts": {"a": {}}}',
        b'{"schema": "1", "artefacts": {"a": 1}}',
        b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n",
        b"[" * 100_000,
        b" " * (state.LARGEST + 1),
        *(
            json.dumps({"schema": 1, "artefacts": {name: {"sha256": "0" * 64, "tool": "", "answers": ""}}}).encode()
            for name in (
                "../a",
                "/etc/passwd",
                "a/../../b",
                "",
                ".",
                "a//b",
                "a\\b",
                "C:a",
                "a\n",
                ".ohif-setup/undo",
                "a\0",
            )
        ),
        json.dumps({"schema": 1, "artefacts": {"a": {"sha256": "0", "tool": "", "answers": ""}}}).encode(),
    ],
    ids=lambda content: ascii(content[:70]),
)
def test_damaged_state_is_said_and_nothing_is_changed(tmp_path: Path, content: bytes) -> None:
    run(tmp_path, PLAN)
    (tmp_path / FOLDER / "state.json").write_bytes(content)
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        run(tmp_path, {})
    assert caught.value.id == "state-damaged"
    assert files(tmp_path) == before


def test_without_its_state_a_folder_is_adopted_where_it_fits(tmp_path: Path) -> None:
    """What the hint of a damaged state leads to."""
    run(tmp_path, PLAN)
    before = files(tmp_path)
    (tmp_path / FOLDER / "state.json").unlink()
    (tmp_path / "sub" / "nginx.conf").write_text("mine\n")
    assert run(tmp_path, PLAN) == ["identical", "conflict"]
    assert (tmp_path / "sub" / "nginx.conf").read_text() == "mine\n"
    assert (tmp_path / "app-config.js").read_bytes() == before["app-config.js"]


def owned(folder: Path, answers: Path | None) -> str | None:
    """Who else writes to the folder, as seen by a run with these answers, which is carried out."""
    found = regenerate.survey(folder, [Planned("app-config.js", BASE)], ORIGIN, answers)
    transaction.run(found.home, regenerate.replacements(found, regenerate.decide(found)))
    return found.other_owner


def test_answers_file_of_another_site_is_known_while_it_is_there(tmp_path: Path) -> None:
    a, b, folder = tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "deploy"
    a.touch()
    b.touch()
    assert owned(folder, None) is None
    assert state.load(folder / FOLDER).answers_file is None
    assert owned(folder, a) is None
    assert state.load(folder / FOLDER).answers_file == "../a.toml"
    assert owned(folder, a) is None
    found = regenerate.survey(folder, [], ORIGIN, b)
    assert found.other_owner == str(a)
    assert owned(folder, None) is None
    assert state.load(folder / FOLDER).answers_file == "../a.toml", "it stays known where a run does not say"
    (tmp_path / "link.toml").symlink_to(a)
    assert regenerate.survey(folder, [], ORIGIN, tmp_path / "link.toml").other_owner is None
    a.unlink()
    assert owned(folder, b) is None, "the answers file was given another name"
    assert state.load(folder / FOLDER).answers_file == "../b.toml"


@pytest.mark.parametrize(
    ("folder", "kept"),
    [
        ("site/deploy", "../ohif-setup.toml"),
        ("site/out/put", "../../ohif-setup.toml"),
        ("site", "ohif-setup.toml"),
        ("www/ohif", "../../site/ohif-setup.toml"),
        ("link/deploy", "../ohif-setup.toml"),
    ],
)
def test_answers_file_is_kept_as_seen_from_the_folder(tmp_path: Path, folder: str, kept: str) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "link").symlink_to("site")
    owned(tmp_path / folder, tmp_path / "site" / "ohif-setup.toml")
    assert state.load(tmp_path / folder / FOLDER).answers_file == kept


def test_answers_file_far_away_is_not_named(tmp_path: Path) -> None:
    """Its folders are those of this machine, and the state is committed."""
    owned(tmp_path / "out", tmp_path / "home" / "ada" / "ohif-setup.toml")
    assert "ada" not in (tmp_path / "out" / FOLDER / "state.json").read_text()


@pytest.mark.parametrize("named", [1, ["a"], "a\0"])
def test_answers_file_that_is_none_is_damage(tmp_path: Path, named: object) -> None:
    run(tmp_path, PLAN)
    path = tmp_path / FOLDER / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"answers_file": named}))
    with pytest.raises(SetupError) as caught:
        run(tmp_path, PLAN)
    assert caught.value.id == "state-damaged"


def test_state_of_a_newer_tool_is_refused_with_what_to_install(tmp_path: Path) -> None:
    home = tmp_path / FOLDER
    home.mkdir()
    (home / "state.json").write_text('{"schema": 2, "tool": "7.1.0", "sites": []}')
    with pytest.raises(SetupError) as caught:
        run(tmp_path, PLAN)
    assert caught.value.id == "state-newer"
    assert "7.1.0" in caught.value.hint
    (home / "state.json").write_text('{"schema": 2, "tool": "7; rm -rf /"}')
    with pytest.raises(SetupError) as caught:
        run(tmp_path, PLAN)
    assert "rm -rf" not in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"[]", b'{"app-config.js": 1}', b"\xff", b"[" * 100_000])
def test_damaged_notes_on_conflicts_only_say_them_once_more(tmp_path: Path, content: bytes) -> None:
    run(tmp_path, PLAN)
    (tmp_path / "app-config.js").write_text(BASE.replace("two", "hers"))
    changed = {**PLAN, "app-config.js": BASE.replace("two", "ours")}
    run(tmp_path, changed)
    before = files(tmp_path)
    (tmp_path / FOLDER / "conflicts.json").write_bytes(content)
    assert run(tmp_path, changed) == ["conflict", "identical"]
    assert files(tmp_path) == before


def test_causes_are_told_apart(tmp_path: Path) -> None:
    run(tmp_path, {"app-config.js": BASE})
    other = {"app-config.js": BASE.replace("three", "THREE")}

    def causes(plan: dict[str, str], origin: Origin) -> set[str]:
        found = regenerate.survey(tmp_path, [Planned(name, text) for name, text in plan.items()], origin)
        return {cause for one in regenerate.decide(found) for cause in regenerate.causes(found, one)}

    assert causes({"app-config.js": BASE}, Origin("9", "b")) == set()
    assert causes(other, Origin("0.1.0", "b")) == {"answers"}
    assert causes(other, Origin("9", "a" * 64)) == {"tool"}
    assert causes(other, Origin("9", "b")) == {"answers", "tool"}
    assert causes(other, ORIGIN) == {"tool"}, "a template that was changed under the same version"
    (tmp_path / "app-config.js").write_text("mine\n")
    assert causes({"app-config.js": BASE}, ORIGIN) == {"hand"}
    assert causes(other, Origin("0.1.0", "b")) == {"answers", "hand"}
    (tmp_path / "app-config.js").unlink()
    assert causes({"app-config.js": BASE}, ORIGIN) == {"hand"}


def test_causes_of_a_conflict_outlast_the_run_that_said_it(tmp_path: Path) -> None:
    run(tmp_path, {"app-config.js": BASE})
    (tmp_path / "app-config.js").write_text(BASE.replace("two", "hers"))
    plan = [Planned("app-config.js", BASE.replace("two", "ours"))]
    for _ in range(2):
        found = regenerate.survey(tmp_path, plan, Origin("0.1.0", "b"))
        (decision,) = regenerate.decide(found)
        assert regenerate.causes(found, decision) == ("answers", "hand")
        assert regenerate.diff(decision).splitlines()[-3:] == ["@@ line 2 @@", "-hers", "+ours"]
        transaction.run(found.home, regenerate.replacements(found, [decision]))
