"""Random lives of a site: whatever people do to it, in whatever order, nothing is lost without a word."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ohif_setup.apply.history import MOST_RUNS
from ohif_setup.config_js.read.config import Code, ReadConfig, read_config, shown_path
from tests.flows.front_door import ANSWERS, CLIENT, Run
from tests.regenerate.world import CONFIG, ORTHANC, STEPS, World, words_of

LIVES, STEPS_OF_A_LIFE = int(os.environ.get("LIVES", "20")), 30
"""`make lives` runs 60."""
PHASES = (Phase.generate, Phase.shrink)
"""Without `explain`, which traces every line of ours."""
BY_HAND = re.compile(r"by-hand-\d+")
SETTLED = {"identical", "kept", "conflict"}
UNCHANGING = ("  extensions: [],", "  modes: [],", "      406: 'the server refuses the Accept header',")
"""Lines of `app-config.js` that no answer here touches: once taken out by hand they must stay out."""
AZURE_CHANGES = [
    *(f"sign_in.client_id={CLIENT.replace('a', letter)}" for letter in "abc"),
    "sign_in.flow=implicit",
    "sign_in.flow=code",
]
ORTHANC_CHANGES = [
    "server.proxy=nginx",
    "server.proxy=apache",
    "server.route=serve-folders",
    "server.route=reverse-proxy",
]
CHANGES = [
    *("server.uploads=true", "server.uploads=false", "viewer.ohif_version=3.11", "viewer.ohif_version=3.12"),
    *("viewer.url=https://viewer.example.org/ohif", "viewer.url=https://other.example.org/ohif"),
    *(f"viewer.extra_urls{sign}=https://{name}.example.org/ohif" for name in ("one", "two") for sign in ("+", "-")),
]
CONTESTED = re.compile("client_id|response_type|OHIF 3|queryLimit|https://(viewer|other)")
"""In lines that the changes above change."""
STRATEGIES = [[], [], [], ["--ours"], ["--theirs"], ["--merge-markers"], ["--force"]]
EDITS = ["insert", "replace", "contest", "contest", "delete", "delete-unchanging", "value"]
OPTION = re.compile(r"(\s+\w+: ).*(,\n)")
"""A line of `app-config.js` with an option in it: what stands before its value, and behind."""
WHAT_HAPPENS = [
    *["edit"] * 18,
    *["set_answers"] * 15,
    *["generate", "edit_what_is_in_conflict"] * 6,
    *["undo", "edit_answers", "unset", "delete", "move_new_over_old", "undo_too_often", "look"] * 3,
    *["import_elsewhere"] * 2,
]
"""An import takes as long as ten other runs, so it is rarer."""
UNRECORDED = ("memory/seen", "memory/undo", "memory/lock")


def missing(old: str, new: str) -> list[tuple[str, str]]:
    """The options of one configuration that are not the same in the other, with their values."""
    there = dict(options(read_config(new)))
    return [(path, value) for path, value in options(read_config(old)) if there.get(path) != value]


def options(read: ReadConfig) -> Iterator[tuple[str, str]]:
    """Each value that is no table and no list, by its path."""
    for path in read.places:
        value = read.get(path)
        if isinstance(value, Code):
            yield shown_path(path), "".join(value.source.split())
        elif not isinstance(value, dict | list):
            yield shown_path(path), repr(value)


class Life(RuleBasedStateMachine):
    """One site. What a person knows of it is what she was told; that is compared with what is there."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")
        self.home = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
        self.edits = 0
        self.without: set[str] = set()
        self.back: dict[str, list[dict[str, object]]] = {"undo": [], "redo": []}
        """What each undo and each redo is to bring back, the next one last: the files as they shall be (None: no file)."""

    @initialize(answers=st.sampled_from([ANSWERS, ORTHANC]))
    def begin(self, answers: str) -> None:
        self.orthanc = answers == ORTHANC
        self.changes = CHANGES + (ORTHANC_CHANGES if self.orthanc else AZURE_CHANGES)
        self.world = World.made(self.home / "site", answers.replace("viewer.example.org", "viewer.example.org/ohif"))
        self.run("generate")

    def teardown(self) -> None:
        shutil.rmtree(self.world.memory)
        shutil.rmtree(self.home)

    def files(self) -> dict[str, object]:
        return {name: one for name, one in self.world.everything().items() if not name.endswith(UNRECORDED)}

    def by_hand(self) -> dict[str, set[str]]:
        """The lines that were written by hand, by file."""
        return {path.name: set(BY_HAND.findall(path.read_text(errors="replace"))) for path in self.artefacts()}

    def artefacts(self) -> list[Path]:
        found = sorted(path for path in self.world.output.glob("*") if path.is_file())
        return [path for path in found if not path.name.endswith(".new")]

    def run(self, *words: str) -> Run:
        """A command that may write, with all that must hold for each."""
        before, hand = self.files(), self.by_hand()
        run = self.world.run(*words)
        after = self.files()
        if run.status == 2:
            assert words[0] == "set"
            assert re.search("explain (answers-invalid|not-in-list)", run.err), (words, run)
            assert after == before
            return run
        asked = bool({"--theirs", "--force"} & set(words))
        self.nothing_is_lost(hand, run, back=words[0] == "undo", asked=asked)
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        if words[0] == "undo":
            kind, other = ("redo", "undo") if "--redo" in words else ("undo", "redo")
            wanted = self.back[kind].pop()
            assert {name: after.get(name) for name in wanted} == wanted, "undo restores bytes"
            assert changed <= wanted.keys()
            if changed:
                self.back[other].append({name: before.get(name) for name in wanted})
        elif changed:
            self.back = {"undo": [*self.back["undo"], {name: before.get(name) for name in changed}], "redo": []}
        if sum(map(len, self.back.values())) > MOST_RUNS:
            self.back["undo"].pop(0)
        return run

    def nothing_is_lost(self, hand: dict[str, set[str]], run: Run, *, back: bool, asked: bool) -> None:
        said, now = words_of(run.out), self.by_hand()
        for name, lines in hand.items():
            lost = lines - now.get(name, set())
            if lost and back:
                shown = all(re.search(rf"^-.*{line}", run.out, re.MULTILINE) for line in lost)
                assert shown or said.get(name) == "remove", (name, lost, run)
            elif lost:
                assert asked, (name, lost, run)
                assert said[name] == "update, the version on disk was discarded, as requested", (name, lost, run)
        text = self.world.text() if self.world.path().exists() else ""
        returned = {line for line in self.without if line in text.splitlines()}
        if returned:
            word = "" if back else said[CONFIG]
            assert back or word.startswith(("create", "conflict, contains conflict markers")) or "discarded" in word, (
                returned,
                run,
            )
            self.without -= returned

    @rule(data=st.data(), what=st.sampled_from(WHAT_HAPPENS))
    def something_happens(self, data: st.DataObject, what: str) -> None:
        getattr(self, what)(data)

    def generate(self, data: st.DataObject) -> None:
        strategy = data.draw(st.sampled_from(STRATEGIES))
        self.run("generate", *strategy)
        if strategy:
            return
        after = self.files()
        second = self.world.run("generate")
        assert self.files() == after, "a second run changes no byte"
        assert {word.split(",")[0] for word in words_of(second.out).values()} <= SETTLED
        third = self.world.run("generate")
        assert (third.status, third.out) == (second.status, second.out), "and says the same again"
        assert self.files() == after

    def set_answers(self, data: st.DataObject) -> None:
        changes = data.draw(st.lists(st.sampled_from(self.changes), min_size=1, max_size=2, unique=True))
        self.run("set", "--yes", *changes, *data.draw(st.sampled_from(STRATEGIES)))

    def unset(self, data: st.DataObject) -> None:
        keys = ["viewer.extra_urls", "server.uploads", "viewer.ohif_version", "output.directory"]
        self.run("unset", "--yes", data.draw(st.sampled_from(keys)))

    def edit(self, data: st.DataObject) -> None:
        """Somebody edits a file: one line."""
        files = self.artefacts()
        if not files:
            return
        kind = data.draw(st.sampled_from(EDITS))
        path = data.draw(st.sampled_from([*[path for path in files if path.name == CONFIG] * 2, *files]))
        self.edit_line(data, kind, path)

    def edit_line(self, data: st.DataObject, kind: str, path: Path) -> None:
        lines = path.read_text().splitlines(keepends=True)
        if kind == "delete-unchanging":
            there = [line for line in UNCHANGING if f"{line}\n" in lines] if path.name == CONFIG else []
            if there:
                line = data.draw(st.sampled_from(there))
                lines.remove(f"{line}\n")
                self.without.add(line)
        elif lines:
            self.edits += 1
            at = data.draw(st.sampled_from(self.choosable(kind, lines)))
            lines[at : at + (kind != "insert")] = self.edited(kind, path, lines[at])
        path.write_text("".join(lines))

    @staticmethod
    def choosable(kind: str, lines: list[str]) -> Sequence[int]:
        wanted = {"contest": CONTESTED.search, "value": OPTION.match}.get(kind)
        found = [number for number, line in enumerate(lines) if wanted and wanted(line)]
        return found or range(len(lines))

    def edited(self, kind: str, path: Path, line: str) -> list[str]:
        if kind == "delete":
            return []
        value = OPTION.fullmatch(line) if kind == "value" else None
        if value:
            return [f'{value[1]}"by-hand-{self.edits}"{value[2]}']
        return [f"{'//' if path.name.endswith('.js') else '#'} by-hand-{self.edits}\n"]

    def edit_answers(self, data: st.DataObject) -> None:
        """Somebody changes the answers in an editor, and forgets to regenerate."""
        text = self.world.answers.read_text()
        old, new = data.draw(
            st.sampled_from([("viewer.example", "other.example"), ("other.example", "viewer.example")])
        )
        self.edits += 1
        self.world.answers.write_text(f"{text.replace(old, new)}# note {self.edits}\n")

    def edit_what_is_in_conflict(self, _: st.DataObject) -> None:
        """Somebody settles a conflict: every line by hand gets other words. Then she generates."""
        if self.world.path(f"{CONFIG}.new").exists() and self.world.path().exists():
            self.edits += 1
            self.world.path().write_text(BY_HAND.sub(f"by-hand-{self.edits}", self.world.text()))
            self.run("generate")

    def delete(self, data: st.DataObject) -> None:
        names = [CONFIG, STEPS, "nginx.conf", f"{CONFIG}.new", "conflicts.json"]
        name = data.draw(st.sampled_from(names))
        folder = self.world.memory if name == "conflicts.json" else self.world.output
        (folder / name).unlink(missing_ok=True)
        if name == CONFIG:
            self.without.clear()

    def move_new_over_old(self, _: st.DataObject) -> None:
        if self.world.path(f"{CONFIG}.new").exists():
            self.world.path(f"{CONFIG}.new").replace(self.world.path())
            self.without.clear()

    def undo(self, data: st.DataObject) -> None:
        kinds = [kind for kind, runs in self.back.items() if runs]
        if kinds:
            kind = data.draw(st.sampled_from(kinds))
            self.run("undo", "--yes", *["--redo"] * (kind == "redo"))

    def undo_too_often(self, _: st.DataObject) -> None:
        before = self.files()
        for kind, runs in self.back.items():
            if not runs:
                assert self.world.run("undo", "--yes", *["--redo"] * (kind == "redo")).status == 2
        assert self.files() == before

    def look(self, data: st.DataObject) -> None:
        looks = [["diff"], ["generate", "--check"], ["generate", "--diff"], ["generate", "--dry-run"]]
        before = self.world.everything()
        assert self.world.run(*data.draw(st.sampled_from(looks))).status in (0, 1)
        assert self.world.everything() == before

    def import_elsewhere(self, data: st.DataObject) -> None:
        """Somebody makes a second site from the configuration of this one, after more edits of it."""
        if not self.world.path().exists():
            return
        for _ in range(3):
            self.edit_line(data, "value", self.world.path())
        other = World(self.home / "other", self.home / "other" / "deploy")
        sets = ["--set=viewer.url=https://viewer.example.org/ohif"]
        sets += ["--set=server.url=http://127.0.0.1:8042/dicom-web"] * self.orthanc
        before, there = self.world.everything(), self.world.text()
        run = self.world.run("import", f"deploy/{CONFIG}", "--answers", str(other.answers), *sets)
        assert self.world.everything() == before
        if run.status == 2:
            assert re.search("explain (import-incomplete|config-|answers-invalid)", run.err), (there, run)
            assert not other.folder.exists()
            return
        assert run.status == 0, (there, run)
        for path, value in missing(there, other.text()):
            assert re.search(rf"^  line \d+ +{re.escape(path)}, ", run.out, re.MULTILINE), (path, value, there, run)
        shutil.rmtree(other.folder)
        shutil.rmtree(other.memory)

    @invariant()
    def no_half_of_anything(self) -> None:
        names = [path.name for path in (*self.home.rglob("*"), *self.world.memory.rglob("*"))]
        assert not [name for name in names if name.startswith((".ohif-setup.", "journal."))]


def test_whatever_is_done_to_a_site_nothing_is_lost_without_a_word() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS_OF_A_LIFE,
            deadline=None,
            database=None,
            # Where CI is set the same lives each time: what a new one finds is for the next change, not for this one.
            derandomize=bool(os.environ.get("CI")),
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            phases=PHASES,
        ),
    )
