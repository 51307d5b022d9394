"""A tiny world: a folder with an answers file, commands that run in it, and a look at what they left."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ohif_setup import cli
from tests.flows.front_door import ANSWERS, CLIENT, Run
from tests.output.sites import memory_of, timeless

CONFIG, STEPS = "app-config.js", "NEXT-STEPS.md"
STUDY_LIST, HIDDEN = "showStudyList: true", "showStudyList: false"
"""A line of `app-config.js` that no answer touches here."""
CLIENT_LINE = f'client_id: "{CLIENT}"'
OTHER_CLIENT = CLIENT.replace("a", "b")
"""What a test sets to change the line CLIENT_LINE."""
ORTHANC = """\
version = 1
[viewer]
url = "https://viewer.example.org"
[server]
kind = "orthanc"
url = "http://127.0.0.1:8042/dicom-web"
"""
"""With nginx as its proxy, so there is an artefact that an answer can make needless: `nginx.conf`."""


@dataclass
class World:
    """`folder` is where the answers file is, and where commands run; `output` is the folder that they write to."""

    folder: Path
    output: Path

    @classmethod
    def made(cls, folder: Path, answers: str = ANSWERS) -> World:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ohif-setup.toml").write_text(answers, encoding="utf-8")
        return cls(folder, folder / "deploy")

    @property
    def answers(self) -> Path:
        return self.folder / "ohif-setup.toml"

    def run(self, *words: str, **environment: str) -> Run:
        """The command line in this process, without a terminal."""
        out, err = io.StringIO(), io.StringIO()
        with _inside(self.folder, environment), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = cli.main(words)
            except SystemExit as ended:
                status = int(ended.code or 0)
        assert status != cli.BUG, err.getvalue()
        return Run(status, out.getvalue(), err.getvalue())

    def words(self, *words: str, **environment: str) -> dict[str, str]:
        """The word that a run says of each file, with its remark, by name."""
        return words_of(self.run(*words, **environment).out)

    def path(self, name: str = CONFIG) -> Path:
        return self.output / name

    def text(self, name: str = CONFIG) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def edit(self, old: str, new: str, name: str = CONFIG) -> None:
        """Somebody edits a file by hand."""
        text = self.text(name)
        assert old in text
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")

    @property
    def memory(self) -> Path:
        """Where this user's records of the site are."""
        return memory_of(self.folder)

    def snapshot(self) -> dict[str, object]:
        """Every file with its mode and bytes, every link with its target; nothing of what only this user remembers."""
        return {name: one for name, one in self.everything().items() if not name.startswith("memory/")}

    def everything(self) -> dict[str, object]:
        """The same with the memory of the site, whose names begin with `memory/`."""
        entries: dict[str, object] = {}
        for top, before in ((self.folder, ""), (self.memory, "memory/")):
            for path in sorted(top.rglob("*")):
                name = before + path.relative_to(top).as_posix()
                if path.is_symlink():
                    entries[name] = f"-> {path.readlink()}"
                elif path.is_file():
                    entries[name] = (stat.S_IMODE(path.stat().st_mode), timeless(path.read_bytes()))
        return entries


def words_of(out: str) -> dict[str, str]:
    """Of the lines `kept       deploy/app-config.js, edited by hand`: by file name `kept, edited by hand`."""
    found = {}
    for line in out.splitlines():
        word, _, rest = line.partition(" ")
        if word in ("create", "update", "identical", "kept", "merged", "conflict", "remove"):
            path, _, remark = rest.strip().partition(", ")
            found[Path(path).name] = f"{word}, {remark}" if remark else word
    return found


@contextlib.contextmanager
def _inside(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    before, variables = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(variables)
