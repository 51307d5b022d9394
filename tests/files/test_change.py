"""Records as earlier versions left them on disk: a run that they began is ended, and what they did is taken back."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.apply import history, transaction
from ohif_setup.apply.change import Replacement, bytes_of, digest_of
from ohif_setup.apply.compare import difference
from ohif_setup.apply.site_paths import remember_here
from tests.output.sites import ANSWERS, A, B, C, memory_of, site_of

RUN = "0123456789abcdef"
OLD, NEW = (hashlib.sha256(content).hexdigest() for content in (b"old", b"new"))
STEPS: list[dict[str, Any]] = [
    {"file": {"folder": ".", "name": "ohif-setup.toml"}, "before": OLD, "after": NEW},
    {"file": {"folder": "deploy", "name": "app-config.js"}, "before": OLD, "after": NEW},
    {"file": {"folder": "deploy", "name": "NEXT-STEPS.md"}, "before": None, "after": NEW},
    {"file": {"folder": "deploy", "name": "nginx.conf"}, "before": OLD, "after": None},
]


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def cut_off(folder: Path, phase: str, renamed: int) -> None:
    """A run of four files whose first ones have been renamed."""
    (folder / "deploy").mkdir()
    memory_of(folder).mkdir(parents=True)
    journal = {"run": RUN, "steps": STEPS, "folders": ["deploy"]}
    (memory_of(folder) / f"journal.{phase}").write_text(json.dumps(journal))
    for number, (name, step) in enumerate(zip((ANSWERS, A, B, C), STEPS, strict=True)):
        path = folder / name
        temporary, backup = (path.with_name(f".ohif-setup.{RUN}.{number}.{ending}") for ending in ("tmp", "old"))
        made = number < renamed
        if step["before"]:
            (backup if made else path).write_bytes(b"old")
        if step["after"]:
            (path if made else temporary).write_bytes(b"new")


WHOLE_OLD = {ANSWERS: b"old", A: b"old", C: b"old"}
WHOLE_NEW = {ANSWERS: b"new", A: b"new", B: b"new"}


@pytest.mark.parametrize(
    ("phase", "renamed", "ended", "left"),
    [
        ("staging", 0, "taken-back", WHOLE_OLD),
        ("ready", 0, "taken-back", WHOLE_OLD),
        ("ready", 1, "completed", WHOLE_NEW),
        ("ready", 3, "completed", WHOLE_NEW),
        ("ready", 4, "completed", WHOLE_NEW),
        ("done", 4, "completed", WHOLE_NEW),
        ("back", 3, "taken-back", WHOLE_OLD),
        ("back", 0, "taken-back", WHOLE_OLD),
    ],
)
def test_run_that_an_earlier_version_began_is_ended(
    tmp_path: Path, phase: str, renamed: int, ended: str, left: dict[str, bytes]
) -> None:
    cut_off(tmp_path, phase, renamed)
    assert transaction.recover(site_of(tmp_path)) == ended
    assert files(tmp_path) == left
    assert not list(memory_of(tmp_path).iterdir())


def undo_record(kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"schema": 2, "kind": kind, "title": "generate", "files": list(rows)}


def row(
    name: str, before: bytes | None, after: bytes | None, mode: int | None, owner: list[int] | None
) -> dict[str, Any]:
    return {
        "file": {"folder": "deploy", "name": name},
        "before": None if before is None else base64.b64encode(before).decode(),
        "after": None if after is None else hashlib.sha256(after).hexdigest(),
        "mode": mode,
        "owner": owner,
    }


def test_run_that_an_earlier_version_made_is_taken_back(tmp_path: Path) -> None:
    (tmp_path / A).parent.mkdir()
    (tmp_path / A).write_bytes(b"new")
    (tmp_path / B).write_bytes(b"edited since")
    memory_of(tmp_path).mkdir(parents=True)
    owner = [tmp_path.stat().st_uid, tmp_path.stat().st_gid]
    record = undo_record(
        "undo",
        row("app-config.js", b"old", b"new", 0o644, owner),
        row("NEXT-STEPS.md", None, b"new", None, None),
        row("nginx.conf", b"removed", None, 0o640, owner),
    )
    (memory_of(tmp_path) / "undo").write_text(json.dumps(record))
    site = site_of(tmp_path)
    last = next(iter(history.load(site)), None)
    assert last
    assert [path.name for path in history.losses(site, last)] == ["NEXT-STEPS.md"]
    history.go_back(site, last, history.steps_back(last))
    assert files(tmp_path) == {A: b"old", C: b"removed"}
    assert (tmp_path / C).stat().st_mode & 0o777 == 0o640


def test_records_are_written_as_earlier_versions_read_them(tmp_path: Path) -> None:
    site, path = site_of(tmp_path), tmp_path / A
    remember_here(site)
    path.parent.mkdir()
    path.write_bytes(b"old")
    path.chmod(0o640)
    owner = [path.stat().st_uid, path.stat().st_gid]
    changes = [
        Replacement(site.folder / A, b"old", b"new"),
        Replacement(site.folder / B, None, b"new"),
    ]
    history.run(site, changes, "generate")
    record = undo_record(
        "undo", row("app-config.js", b"old", b"new", 0o640, owner), row("NEXT-STEPS.md", None, b"new", None, None)
    )
    written = json.loads((memory_of(tmp_path) / "undo").read_bytes())
    # What earlier versions do not read is beside what they do.
    assert written.pop("when")
    assert written.pop("older") == []
    assert written == record


def test_digest_and_bytes_of_a_content() -> None:
    assert digest_of(b"old") == digest_of(OLD) == OLD
    assert digest_of(None) is None
    assert (bytes_of(b"old"), bytes_of(None)) == (b"old", None)
    with pytest.raises(ValueError, match="elsewhere"):
        bytes_of(OLD)
    with pytest.raises(ValueError, match="elsewhere"):
        difference("app-config.js", OLD, b"new")
