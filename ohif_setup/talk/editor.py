"""A text in the editor that the user has named."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

EDITOR = "notepad" if os.name == "nt" else "vi"
OPEN_AT_LINE = ("vi", "vim", "nvim", "nano", "emacs", "micro")
"""Editors that accept `+7` for the seventh line."""


def edited(name: str, text: str, line: int = 0) -> tuple[bytes | None, str]:
    """What the user made of the text; or None, and why there is no result. The editor opens at `line`, from 1, where it can.

    `name` is that of the file, so that the editor highlights its language."""
    editor = editor_words()
    with tempfile.TemporaryDirectory(prefix="ohif-setup-") as folder:
        file = Path(folder) / Path(name).name
        # newline="": the text has the line endings of the file on disk already.
        file.write_text(text, encoding="utf-8", newline="")
        at = [f"+{line}"] if line and Path(editor[0]).name in OPEN_AT_LINE else []
        try:
            with _interrupts_go_to_the_editor():
                command = [*editor, *at, str(file)]
                ended = subprocess.run(command, check=False)  # noqa: S603  the editor that the person named
            content = file.read_bytes()
        except OSError as error:
            return None, f"{editor[0]}: {error.strerror}. Set {_named()} to another editor"
    # `:cq` in vim: the user abandons the edit.
    if ended.returncode:
        return None, f"{editor[0]} ended with status {ended.returncode}, so its changes are ignored."
    return content, ""


def editor_words() -> list[str]:
    """The command that starts the editor."""
    named = os.environ.get(_named()) or EDITOR
    try:
        # A value such as `code --wait` has arguments; one with an unbalanced quote can only be a path.
        return shlex.split(named) or [EDITOR]
    except ValueError:
        return [named]


def _named() -> str:
    """The variable that names the editor: VISUAL takes precedence, as in git."""
    if os.environ.get("VISUAL"):
        return "VISUAL"
    return "EDITOR"


@contextlib.contextmanager
def _interrupts_go_to_the_editor() -> Iterator[None]:
    """Ignores SIGINT here: Ctrl-C is for the editor, which would lose its terminal if this process ended.

    A handler rather than SIG_IGN, which the editor would inherit.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
