"""A run that meets a fault at its n-th call of the operating system, for every STEP-th n.

`python -m tests.apply.faults SCENARIO FAULT DIR STEP`:

Every call that writes, flushes, links, renames or removes is counted in a forked child. `kill` ends it there with SIGKILL, in the
middle of the write if it is one; `ENOSPC` and `EACCES` let that call fail, the latter also those that open a file to read. What is
left lies in DIR/n; a line of JSON for each says how the child ended.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ohif_setup.apply import history, lock, regenerate, transaction
from ohif_setup.apply.state import Origin
from ohif_setup.apply.transaction import Replacement
from ohif_setup.errors import SetupError
from ohif_setup.output.plan import Planned
from tests.output.sites import copied, output_of, site_of

COUNTED = ("open", "write", "fsync", "link", "rename", "replace", "unlink", "mkdir", "rmdir", "fchmod", "fchown")
DONE, REFUSED, FAULTLESS = 0, 2, 9
BASE = "one\ntwo\nthree\nfour\nfive\n"


def generate(folder: Path, texts: dict[str, str], text: str, **how: Any) -> None:
    """One run: the answers file becomes `text`, the artefacts are reconciled with `texts`."""
    site = site_of(folder)
    with lock.held(site, "generate"):
        transaction.recover(site)
        planned = [Planned(name, one) for name, one in texts.items()]
        found = regenerate.survey(site, output_of(folder), planned, Origin("0.1.0", text))
        changes = regenerate.replacements(found, regenerate.decide(found, **how))
        path = Path(site.answers.real)
        old = path.read_bytes() if path.exists() else None
        history.run(site, [Replacement(site.answers, old, text.encode()), *changes], "generate")


def undo(folder: Path) -> None:
    site = site_of(folder)
    with lock.held(site, "undo"):
        transaction.recover(site)
        record = next(iter(history.load(site)), None)
        if record and record.kind == "undo":
            history.go_back(site, record, history.steps_back(record))


def recover(folder: Path) -> None:
    with lock.held(site_of(folder), "recover"):
        transaction.recover(site_of(folder))


FIRST = {
    "app-config.js": BASE,
    "NEXT-STEPS.md": BASE,
    "ohif.conf": BASE,
    "nginx-cors.conf": BASE,
    "ohif-listen.conf": BASE,
}
SECOND = {
    "app-config.js": BASE.replace("two", "ours"),  # a conflict
    "NEXT-STEPS.md": BASE.replace("five", "FIVE"),  # merged
    "ohif.conf": BASE.replace("five", "FIVE"),  # update
    "ohif-listen.conf": BASE,  # identical
    "nginx.conf": BASE,  # create; nginx-cors.conf is not needed any more
}


def empty(folder: Path) -> None:
    folder.mkdir()


def edited(folder: Path) -> None:
    """A site after its first run, with the edits of a night."""
    empty(folder)
    generate(folder, FIRST, "first answers\n")
    output = folder / "deploy"
    (output / "app-config.js").write_text(BASE.replace("two", "hers"))
    (output / "NEXT-STEPS.md").write_text(BASE.replace("one", "ONE"))
    (output / "NEXT-STEPS.md").chmod(0o640)
    (output / "nginx-cors.conf").chmod(0o600)


def second_run(site: Path) -> None:
    generate(site, SECOND, "second answers\n")


def changed(site: Path) -> None:
    edited(site)
    second_run(site)


SCENARIOS: dict[str, tuple[Callable[[Path], None], Callable[[Path], None]]] = {
    "first": (empty, lambda site: generate(site, FIRST, "first answers\n")),
    "change": (edited, second_run),
    "undo": (changed, undo),
}


class Shim:
    """Counts the calls of this process, and lets the n-th meet its fault."""

    def __init__(self, at: int, fault: str, links: bool = True) -> None:
        self.at, self.fault, self.calls, self.met = at, fault, 0, False
        self.log: list[tuple[Any, ...]] = []
        for name in COUNTED:
            setattr(os, name, self._counted(name, getattr(os, name)))
        if not links:
            os.link = _refused

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            reads = name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            self.calls += not reads or self.fault == "EACCES"
            if self.calls == self.at and not self.met:
                self.met = True
                self._fail(name, real, arguments)
            result = real(*arguments, **named)
            self.log.append((name, *map(str, arguments[:2]), result))
            return result

        return call

    def _fail(self, name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        if self.fault == "kill":
            if name == "write":
                real(arguments[0], arguments[1][: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        code = getattr(errno, self.fault)
        raise OSError(code, os.strerror(code), str(arguments[0]))


def _refused(*arguments: Any, **named: Any) -> None:
    raise OSError(errno.EPERM, "no hard links on this file system")


def in_child(action: Callable[[Path], None], site: Path, at: int, fault: str, *, links: bool = True) -> int:
    """How a forked child ended that met the fault: an exit status, or minus a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 3
    try:
        shim = Shim(at, fault, links)
        try:
            action(site)
            status = DONE
        except SetupError:
            status = REFUSED
        status = status if shim.met else FAULTLESS
    finally:
        os._exit(status)


def main(scenario: str, fault: str, folder: Path, step: int, links: bool) -> None:
    """One site for every `step`-th n, until a run meets no fault."""
    prepare, action = SCENARIOS[scenario]
    prepare(folder / "old")
    copied(folder / "old", folder / "new")
    action(folder / "new")
    at, status = 1 - step, DONE
    while status != FAULTLESS:
        at += step
        copied(folder / "old", folder / str(at))
        status = in_child(action, folder / str(at), at, fault, links=links)
        print(json.dumps({"at": at, "status": status}), flush=True)


def again(folder: Path) -> None:
    """A run that was killed in DIR is cleaned up after in DIR-1, DIR-2, …, and that is killed at each call."""
    at, status = 0, DONE
    while status != FAULTLESS:
        at += 1
        site = folder.with_name(f"{folder.name}-{at}")
        copied(folder, site)
        status = in_child(recover, site, at, "kill")


if __name__ == "__main__":
    if sys.argv[1] == "again":
        for name in sys.argv[2:]:
            again(Path(name))
    else:
        main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), "no-links" not in sys.argv[5:])
