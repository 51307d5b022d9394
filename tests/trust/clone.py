"""A site in a repository that somebody else made, cloned by git, and a home folder that nothing may touch."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.flows.front_door import ANSWERS, Run
from tests.regenerate.world import World

SECRET = "s3cr3t-of-the-pipeline"
"""In the environment of every command here, and in the victim's files."""
Attack = Callable[[Path], object]
"""Makes a repository hostile. The home folder of the victim is `../../home` as seen from it."""


@dataclass(frozen=True)
class Clone:
    """`folder` is the working copy, `home` what must stay as it is."""

    folder: Path
    home: Path

    def run(self, *words: str, **environment: str) -> Run:
        """A command in the clone, without a terminal."""
        world = World(self.folder, self.folder / "deploy")
        return world.run(*words, OHIF_SETUP_CLIENT_SECRET=SECRET, **environment)

    def outside(self) -> dict[str, object]:
        """Everything that is not in the clone, with modes, times and bytes."""
        return everything(self.home)


def everything(top: Path) -> dict[str, object]:
    """Every file and folder below `top`: links with their targets, files with mode, time of their last change and bytes."""
    found: dict[str, object] = {}
    for path in sorted(top.rglob("*")):
        status = path.lstat()
        name = path.relative_to(top).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif stat.S_ISREG(status.st_mode):
            found[name] = (status.st_mode, status.st_mtime_ns, path.read_bytes())
        else:
            found[name] = status.st_mode
    return found


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=Mallory", "-c", "user.email=mallory@example.org", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def clone_of(tmp_path: Path, attack: Attack, *planted: Attack, answers: str = ANSWERS) -> Clone:
    """A clone of a repository with a generated site in it, made hostile by `attack`. `planted` is done in the clone: what git
    cannot carry, such as a pipe."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "authorized_keys").write_text(f"ssh-ed25519 AAAA {SECRET}\n")
    (home / ".bashrc").write_text(f"export TOKEN={SECRET}\n")
    (home / "app-config.js").write_text(f"window.config = {{}}; // {SECRET}\n")
    repository = tmp_path / "theirs" / "repository"
    repository.mkdir(parents=True)
    (repository / "ohif-setup.toml").write_text(answers)
    made = Clone(repository, home).run("generate")
    assert made.status == 0, made.err
    attack(repository)
    git(repository, "init", "-q")
    git(repository, "add", "--force", ".")
    git(repository, "commit", "-qm", "a site")
    ours = tmp_path / "ours"
    ours.mkdir()
    git(ours, "clone", "-q", str(repository), "site")
    for one in planted:
        one(ours / "site")
    return Clone(ours / "site", home)
