"""The text of a configuration: whether OHIF would start with it, and what to do about what is wrong in it."""

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

UNKNOWN = ("config-not-plain", "config-too-large")
"""Texts that this tool cannot read, and browsers can."""


def broken(answers: Answers, served: str, generated: str | None) -> Fault | None:
    """Where the served text is none that a browser could run as a configuration. What can be read is judged by key."""
    unreadable = _unreadable(served)
    if not unreadable:
        return None
    if generated is None or why_not(generated) is not None:
        return _fault("app-config.js", unreadable, by_hand(answers))
    file = f"{answers.output.directory}/app-config.js"
    again = Fix("Or", f"copy {file} to {_folder(answers)}")
    return _fault("app-config.js", f"{unreadable} {file} is in order.", (viewer_steps.install(answers), again))


def broken_generated(answers: Answers, generated: str | None) -> Fault | None:
    """The same of the file in the output folder, which is not served (yet): whatever keeps OHIF from starting."""
    wrong = why_not(generated) if generated is not None else None
    if not wrong:
        return None
    return _fault(f"{answers.output.directory}/app-config.js", wrong, by_hand(answers))


def by_hand(answers: Answers) -> tuple[Fix, ...]:
    """The ways out of what an edit by hand has broken; `generate` alone keeps such an edit."""
    install = viewer_steps.command(answers)
    return (
        Fix(
            "File",
            f"correct that line in {answers.output.directory}/app-config.js, then: {install} (or copy the file to "
            f"{_folder(answers)} again)",
        ),
        Fix("Or", f"give the edit by hand up: ohif-setup generate --force, then: {install} (or copy the file)"),
    )


def _fault(name: str, wrong: str, fix: tuple[Fix, ...]) -> Fault:
    line = re.match(r"line \d+", wrong)
    title = f"OHIF does not start with {name}"
    if line:
        title += f" ({line[0]})"
    cause = short(wrong[:1].upper() + wrong[1:], 500)
    return Fault("", title, "a blank page", cause, fix)


def _unreadable(text: str) -> str:
    try:
        read_config(text)
    except UnreadableError as error:
        if error.id not in UNKNOWN:
            return why_not(text) or ""
    return ""


def _folder(answers: Answers) -> str:
    return answers.viewer.folder or "the folder that is served"
