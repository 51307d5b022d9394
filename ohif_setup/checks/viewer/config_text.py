"""The text of a configuration: whether OHIF would start with it, and how to correct it."""

from __future__ import annotations

import re

from ohif_setup.answers.model import Answers
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer import steps as viewer_steps
from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.read.config import read_config
from ohif_setup.config_js.read.source import UnreadableError

READABLE_BY_BROWSERS = ("config-not-plain", "config-too-large")
"""Errors of texts that this tool cannot read, but browsers may: code that computes values, and texts that are too large."""


def broken(answers: Answers, served: str, generated: str | None) -> Fault | None:
    """The fault of a served text that no browser can run as a configuration. A text that can be read is judged key by key."""
    unreadable = _unreadable(served)
    if not unreadable:
        return None
    # Installing the generated file again helps only if that one is in order. Otherwise the edit that broke both has to go.
    if generated is None or why_not(generated) is not None:
        return _fault("app-config.js", unreadable, by_hand(answers))
    file = f"{answers.output.directory}/app-config.js"
    again = Fix("Or", f"copy {file} to {_folder(answers)}")
    return _fault("app-config.js", f"{unreadable} {file} is in order.", (viewer_steps.install(answers), again))


def broken_generated(answers: Answers, generated: str | None) -> Fault | None:
    """The fault of a file in the output folder with which OHIF would not start. That file may not be served yet."""
    if generated is None:
        return None
    wrong = why_not(generated)
    if not wrong:
        return None
    return _fault(f"{answers.output.directory}/app-config.js", wrong, by_hand(answers))


def by_hand(answers: Answers) -> tuple[Fix, ...]:
    """How to correct a hand edit that broke the file. `generate` without `--force` keeps such an edit."""
    install = viewer_steps.command(answers)
    return (
        Fix(
            "File",
            f"correct that line in {answers.output.directory}/app-config.js, then: {install} (or copy the file to "
            f"{_folder(answers)} again)",
        ),
        Fix("Or", f"discard the hand edit: ohif-setup generate --force, then: {install} (or copy the file)"),
    )


def _fault(name: str, wrong: str, fix: tuple[Fix, ...]) -> Fault:
    # The reader of configurations begins its sentence with the line if it knows one, and a title needs no more than that.
    line = re.match(r"line \d+", wrong)
    title = f"OHIF does not start with {name}"
    if line:
        title += f" ({line[0]})"
    cause = short(wrong[:1].upper() + wrong[1:], 500)
    return Fault("", title, "a blank page", cause, fix)


def _unreadable(text: str) -> str:
    """Why no browser can run the text, in one sentence; empty if one can, or if this tool cannot tell."""
    try:
        read_config(text)
    except UnreadableError as error:
        if error.id not in READABLE_BY_BROWSERS:
            return why_not(text) or ""
    return ""


def _folder(answers: Answers) -> str:
    return answers.viewer.folder or "the folder that is served"
