"""What was generated last, what is on disk, what would be generated now: every row of that table, as a user meets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.flows.front_door import CLIENT
from tests.regenerate.world import (
    CLIENT_LINE,
    CONFIG,
    HIDDEN,
    ORTHANC,
    OTHER_CLIENT,
    STUDY_LIST,
    World,
    words_of,
)

CHANGE = ("--set", f"sign_in.client_id={OTHER_CLIENT}")
MINE = CLIENT_LINE.replace(CLIENT, "mine")
FOREIGN = "// somebody else's\nwindow.config = {};\n"


def nothing(world: World) -> None:
    """The file is as it was generated."""


def elsewhere(world: World) -> None:
    world.edit(STUDY_LIST, HIDDEN)


def same_line(world: World) -> None:
    world.edit(CLIENT_LINE, MINE)


def both_places(world: World) -> None:
    elsewhere(world)
    same_line(world)


def as_new(world: World) -> None:
    """Somebody has made the change of the answers by hand."""
    world.path().write_text(world.text().replace(CLIENT, OTHER_CLIENT))


def away(world: World) -> None:
    world.path().unlink()


def not_text(world: World) -> None:
    world.path().write_bytes(b"\xff\xfe" + "window".encode("utf-16-le"))


def with_marks(world: World) -> None:
    world.edit(f"  {STUDY_LIST},", f"<<<<<<< HEAD\n  {STUDY_LIST},\n=======\n  {HIDDEN},\n>>>>>>> night")


def broken(world: World) -> None:
    """Elsewhere, and no JavaScript any more."""
    world.edit("extensions: [],", "extensions: [,")


def left(world: World) -> tuple[bool, bool, bool, bool]:
    """Whether the new ID, the old one, the ID by hand, the other edit by hand stand in the file."""
    text = world.text() if world.path().exists() else ""
    return OTHER_CLIENT in text, CLIENT in text, '"mine"' in text, HIDDEN in text


ROWS = [
    # edit by hand, answers changed, word, status, (new ID, old ID, ID by hand, other edit), app-config.js.new
    (nothing, (), "identical", 0, (False, True, False, False), False),
    (nothing, CHANGE, "update", 0, (True, False, False, False), False),
    (elsewhere, (), "kept, edited by hand", 0, (False, True, False, True), False),
    (elsewhere, CHANGE, "merged", 0, (True, False, False, True), False),
    (same_line, (), "kept, edited by hand", 0, (False, False, True, False), False),
    (same_line, CHANGE, "conflict, hand edits and the answers change the same lines", 1, (0, 0, 1, 0), True),
    (both_places, CHANGE, "conflict, hand edits and the answers change the same lines", 1, (0, 0, 1, 1), True),
    (as_new, CHANGE, "identical", 0, (True, False, False, False), False),
    (away, (), "create", 0, (False, True, False, False), False),
    (away, CHANGE, "create", 0, (True, False, False, False), False),
    (not_text, (), "kept, edited by hand", 0, None, False),
    (not_text, CHANGE, "conflict, edited, and not UTF-8 text", 1, None, True),
    (with_marks, (), "conflict, contains conflict markers", 1, (False, True, False, True), False),
    (with_marks, CHANGE, "conflict, contains conflict markers", 1, (False, True, False, True), False),
    (broken, (), "kept, edited by hand", 1, (False, True, False, False), False),
    (broken, CHANGE, "conflict, the merged text would not work: line 7", 1, (False, True, False, False), True),
]


@pytest.mark.parametrize(
    ("edit", "change", "said", "status", "stands", "beside"),
    ROWS,
    ids=[f"{row[0].__name__}-{'changed' if row[1] else 'same'}" for row in ROWS],
)
def test_row(
    generated: World,
    *,
    edit: Callable[[World], None],
    change: tuple[str, ...],
    said: str,
    status: int,
    stands: tuple[bool, ...] | None,
    beside: bool,
) -> None:
    edit(generated)
    before = generated.path().read_bytes() if generated.path().exists() else None
    run = generated.run("generate", *change)
    assert generated.words("generate", "--dry-run", *change).keys() == {CONFIG, "NEXT-STEPS.md"}
    assert words_of(run.out)[CONFIG].startswith(said)
    assert run.status == status
    if stands is not None:
        assert left(generated) == tuple(map(bool, stands))
    if said.startswith(("kept", "conflict", "identical")):
        assert generated.path().read_bytes() == before
    assert generated.path(f"{CONFIG}.new").exists() == beside
    if beside:
        assert OTHER_CLIENT in generated.text(f"{CONFIG}.new")
    again = generated.everything()
    second = generated.run("generate", *change)
    assert {**generated.everything(), "memory/seen": 0} == {**again, "memory/seen": 0}
    expected = "identical" if said.startswith(("update", "create")) else "kept" if said == "merged" else said
    assert words_of(second.out)[CONFIG].startswith(expected)
    assert second.status == status


STRATEGIES = [
    (same_line, "--ours", "kept, edited by hand", (False, False, True, False)),
    (same_line, "--theirs", "update, the version on disk was discarded, as requested", (True, False, False, False)),
    (same_line, "--merge-markers", "conflict, contains conflict markers", (True, False, True, False)),
    (both_places, "--merge-markers", "conflict, contains conflict markers", (True, False, True, True)),
    (elsewhere, "--theirs", "merged", (True, False, False, True)),
    (elsewhere, "--ours", "merged", (True, False, False, True)),
    (not_text, "--theirs", "update, the version on disk was discarded, as requested", (True, False, False, False)),
    (with_marks, "--theirs", "update, the version on disk was discarded, as requested", (True, False, False, False)),
    (broken, "--theirs", "update, the version on disk was discarded, as requested", (True, False, False, False)),
    (away, "--ours", "kept, deleted by hand", (False, False, False, False)),
    (away, "--theirs", "create", (True, False, False, False)),
]


@pytest.mark.parametrize(
    ("edit", "flag", "said", "stands"), STRATEGIES, ids=[f"{row[0].__name__}{row[1]}" for row in STRATEGIES]
)
def test_strategy(
    generated: World, edit: Callable[[World], None], flag: str, said: str, stands: tuple[bool, ...]
) -> None:
    edit(generated)
    run = generated.run("generate", flag, *CHANGE)
    assert words_of(run.out)[CONFIG] == said
    assert left(generated) == stands
    assert run.status == (1 if said.startswith("conflict") else 0)
    # What was decided stays decided.
    again = generated.run("generate", *CHANGE)
    if run.status == 0:
        assert again.status == 0
        assert words_of(again.out)[CONFIG].split(",")[0] in ("identical", "kept")
        assert left(generated) == stands


def test_deleted_file_stays_away_until_theirs(generated: World) -> None:
    away(generated)
    assert generated.words("generate", "--ours")[CONFIG] == "kept, deleted by hand"
    assert generated.words("generate")[CONFIG] == "kept, deleted by hand"
    assert generated.words("generate", *CHANGE)[CONFIG] == "kept, deleted by hand"
    assert not generated.path().exists()
    assert generated.words("generate", "--theirs")[CONFIG] == "create"
    assert generated.path().exists()


def test_file_of_somebody_else_is_not_overwritten_without_force(world: World) -> None:
    world.output.mkdir()
    world.path().write_text(FOREIGN)
    run = world.run("generate")
    assert run.status == 1
    assert f"conflict   deploy/{CONFIG}, ohif-setup did not write this file" in run.out
    assert "--force" in run.out
    assert world.text() == FOREIGN
    assert "window.config" in world.text(f"{CONFIG}.new")
    assert world.words("generate", "--theirs")[CONFIG].startswith("conflict")
    assert world.text() == FOREIGN
    assert world.words("generate", "--force")[CONFIG] == "update, the version on disk was discarded, as requested"
    assert CLIENT in world.text()
    assert not world.path(f"{CONFIG}.new").exists()
    assert world.run("undo", "--yes").status == 0
    assert world.text() == FOREIGN


def test_unknown_files_are_never_touched(generated: World) -> None:
    generated.path("README").write_text("ours")
    generated.path(".ohif-setup/notes").write_text("ours")
    assert generated.run("generate", "--force", "--theirs", *CHANGE).status == 0
    assert generated.path("README").read_text() == generated.path(".ohif-setup/notes").read_text() == "ours"


@pytest.mark.parametrize("edited", [False, True], ids=["untouched", "edited"])
def test_file_that_no_answer_needs_is_removed_only_when_untouched(world: World, edited: bool) -> None:
    world.answers.write_text(ORTHANC)
    world.run("generate")
    assert world.path("nginx.conf").exists()
    if edited:
        world.path("nginx.conf").write_text(world.text("nginx.conf") + "# by hand\n")
    said = world.words("generate", "--set", "server.proxy=apache")
    if edited:
        assert said["nginx.conf"] == "kept, no longer needed, but edited by hand"
        assert world.text("nginx.conf").endswith("# by hand\n")
    else:
        assert said["nginx.conf"] == "remove"
        assert not world.path("nginx.conf").exists()
        assert not world.path(".ohif-setup/generated/nginx.conf").exists()
    again = world.words("generate", "--set", "server.proxy=apache")
    assert again.get("nginx.conf", "").split(",")[0] == ("kept" if edited else "")


def test_conflict_ends_when_its_lines_are_edited(generated: World) -> None:
    both_places(generated)
    assert generated.run("generate", *CHANGE).status == 1
    generated.edit(MINE, MINE.replace("mine", OTHER_CLIENT))
    assert generated.words("generate", *CHANGE)[CONFIG].startswith("kept")
    assert left(generated) == (True, False, False, True)
    assert not generated.path(f"{CONFIG}.new").exists()


def test_conflict_ends_when_the_new_file_is_moved_over_the_old(generated: World) -> None:
    both_places(generated)
    generated.run("generate", *CHANGE)
    generated.path(f"{CONFIG}.new").replace(generated.path())
    assert generated.words("generate", *CHANGE)[CONFIG] == "identical"


def test_conflict_help_names_the_same_site_again(generated: World) -> None:
    same_line(generated)
    run = generated.run("generate", "--answers", str(generated.answers), *CHANGE)
    again = f"ohif-setup generate --answers {generated.answers} --set sign_in.client_id={OTHER_CLIENT} --theirs"
    assert again in run.out
    assert generated.run(*again.split()[1:]).status == 0
    assert left(generated)[0]
