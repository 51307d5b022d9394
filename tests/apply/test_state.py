"""`.ohif-setup/` on disk: the same bytes on every machine, nothing in it that leads out of the folder, every damage said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ohif_setup import __version__
from ohif_setup.apply import regenerate, state, transaction
from ohif_setup.apply.reconcile import Decision, Word
from ohif_setup.apply.site_paths import OURS, remember_here, site_paths
from ohif_setup.apply.state import Origin
from ohif_setup.disk.safe_path import folder_at
from ohif_setup.errors import SetupError
from ohif_setup.output.plan import Planned
from tests.output.sites import ANSWERS, memory_of

BASE = "one\ntwo\nthree\n"
PLAN = {"app-config.js": BASE, "nginx.conf": BASE}
ORIGIN = Origin("0.1.0", "a" * 64)


def survey(
    folder: Path, plan: dict[str, str], origin: Origin = ORIGIN, answers: Path | None = None
) -> regenerate.Survey:
    """The output folder of a site whose answers file lies in it, unless another is named."""
    planned = [Planned(name, text) for name, text in plan.items()]
    return regenerate.survey(site_paths(answers or folder / ANSWERS), folder_at(folder), planned, origin)


def carry_out(found: regenerate.Survey, decisions: Sequence[Decision]) -> None:
    remember_here(found.site)
    transaction.run(found.site, regenerate.replacements(found, decisions))


def run(folder: Path, plan: dict[str, str], origin: Origin = ORIGIN) -> list[Word]:
    found = survey(folder, plan, origin)
    decisions = regenerate.decide(found)
    carry_out(found, decisions)
    return [one.word for one in decisions]


def known_answers(folder: Path) -> str | None:
    return state.load(folder_at(folder)).answers_file


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_first_run_leaves_state_and_bases_and_nothing_that_git_must_not_have(tmp_path: Path) -> None:
    assert run(tmp_path, PLAN) == ["create", "create"]
    found = files(tmp_path)
    assert set(found) == {
        "app-config.js",
        "nginx.conf",
        ".ohif-setup/state.json",
        ".ohif-setup/generated/app-config.js",
        ".ohif-setup/generated/nginx.conf",
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


def test_folder_for_git_holds_nothing_that_only_this_machine_needs(tmp_path: Path) -> None:
    run(tmp_path, PLAN)
    (tmp_path / "app-config.js").write_text(BASE.replace("two", "hers"))
    assert run(tmp_path, {**PLAN, "app-config.js": BASE.replace("two", "ours")}) == ["conflict", "identical"]
    assert files(tmp_path / OURS).keys() == {"generated/app-config.js", "generated/nginx.conf", "state.json"}
    assert (memory_of(tmp_path) / "conflicts.json").exists()


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
    assert not (tmp_path / "nginx.conf").exists()
    assert sorted(path.name for path in (tmp_path / OURS / "generated").iterdir()) == ["app-config.js"]
    assert run(tmp_path, {}) == ["remove"]
    assert not list(tmp_path.iterdir())


def test_edited_file_that_is_no_longer_needed_is_said_each_time_until_it_is_gone(tmp_path: Path) -> None:
    run(tmp_path, PLAN)
    (tmp_path / "nginx.conf").write_text("mine\n")
    for _ in range(2):
        assert run(tmp_path, {"app-config.js": BASE}) == ["identical", "kept"]
    (tmp_path / "nginx.conf").unlink()
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
    (tmp_path / OURS / "generated" / "app-config.js").write_text(lines.replace("three", "false"))
    (tmp_path / "app-config.js").write_text(lines.replace("one", "ONE"))
    assert run(tmp_path, {"app-config.js": lines.replace("five", "FIVE")}) == ["conflict"]
    assert run(tmp_path, {"app-config.js": lines}) == ["kept"]
    assert (tmp_path / OURS / "generated" / "app-config.js").read_text() == lines


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
    (tmp_path / OURS / "state.json").write_bytes(content)
    before = files(tmp_path)
    with pytest.raises(SetupError) as caught:
        run(tmp_path, {})
    assert caught.value.id == "state-damaged"
    assert files(tmp_path) == before


def test_without_its_state_a_folder_is_adopted_where_it_fits(tmp_path: Path) -> None:
    """What the hint of a damaged state leads to."""
    run(tmp_path, PLAN)
    before = files(tmp_path)
    (tmp_path / OURS / "state.json").unlink()
    (tmp_path / "nginx.conf").write_text("mine\n")
    assert run(tmp_path, PLAN) == ["identical", "conflict"]
    assert (tmp_path / "nginx.conf").read_text() == "mine\n"
    assert (tmp_path / "app-config.js").read_bytes() == before["app-config.js"]


def owned(folder: Path, answers: Path) -> str | None:
    """Who else writes to the folder, as seen by a run with these answers, which is carried out."""
    found = survey(folder, {"app-config.js": BASE}, answers=answers)
    carry_out(found, regenerate.decide(found))
    return found.other_owner


def test_answers_file_of_another_site_is_known_while_it_is_there(tmp_path: Path) -> None:
    a, b, folder = tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "deploy"
    a.touch()
    b.touch()
    assert owned(folder, a) is None
    assert known_answers(folder) == "../a.toml"
    assert owned(folder, a) is None
    assert survey(folder, {}, answers=b).other_owner == str(a)
    a.unlink()
    assert owned(folder, b) is None, "the answers file was given another name"
    assert known_answers(folder) == "../b.toml"


@pytest.mark.parametrize(
    ("folder", "kept"),
    [
        ("site/deploy", "../ohif-setup.toml"),
        ("site/out/put", "../../ohif-setup.toml"),
        ("site", "ohif-setup.toml"),
        ("www/ohif", "../../site/ohif-setup.toml"),
    ],
)
def test_answers_file_is_kept_as_seen_from_the_folder(tmp_path: Path, folder: str, kept: str) -> None:
    (tmp_path / "site").mkdir()
    owned(tmp_path / folder, tmp_path / "site" / "ohif-setup.toml")
    assert known_answers(tmp_path / folder) == kept


def test_answers_file_far_away_is_not_named(tmp_path: Path) -> None:
    """Its folders are those of this machine, and the state is committed."""
    owned(tmp_path / "out", tmp_path / "home" / "ada" / "ohif-setup.toml")
    assert "ada" not in (tmp_path / "out" / OURS / "state.json").read_text()


@pytest.mark.parametrize(
    "named", [1, ["a"], "a\0", "", "/etc/passwd", "..", "../..", "a/../b.toml", "a/b/c.toml", "../" * 80 + "a.toml"]
)
def test_answers_file_that_is_none_is_damage(tmp_path: Path, named: object) -> None:
    run(tmp_path, PLAN)
    path = tmp_path / OURS / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"answers_file": named}))
    with pytest.raises(SetupError) as caught:
        run(tmp_path, PLAN)
    assert caught.value.id == "state-damaged"


def test_state_of_a_newer_tool_is_refused_with_what_to_install(tmp_path: Path) -> None:
    home = tmp_path / OURS
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
    (memory_of(tmp_path) / "conflicts.json").write_bytes(content)
    assert run(tmp_path, changed) == ["conflict", "identical"]
    assert files(tmp_path) == before


def test_causes_are_told_apart(tmp_path: Path) -> None:
    run(tmp_path, {"app-config.js": BASE})
    other = {"app-config.js": BASE.replace("three", "THREE")}

    def causes(plan: dict[str, str], origin: Origin) -> set[str]:
        found = survey(tmp_path, plan, origin)
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
    plan = {"app-config.js": BASE.replace("two", "ours")}
    for _ in range(2):
        found = survey(tmp_path, plan, Origin("0.1.0", "b"))
        (decision,) = regenerate.decide(found)
        assert regenerate.causes(found, decision) == ("answers", "hand")
        assert regenerate.diff(decision).splitlines()[-3:] == ["@@ line 2 @@", "-hers", "+ours"]
        carry_out(found, [decision])
