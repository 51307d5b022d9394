"""The options that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from shlex import join

from ohif_setup.errors import SetupError

ANSWERS = "ohif-setup.toml"
TIMEOUT = 10.0
"""Seconds to wait for each answer."""
METHODS = ("browser", "device-code", "service-principal", "none")
"""How a check signs in."""


def path(text: str) -> Path:
    """The value of an option that names a file or a folder."""
    if not text:
        raise ArgumentTypeError("a path is needed, and this one is empty")
    return Path(text)


def add_answers(parser: ArgumentParser, *, many: bool = False, sets: bool = True) -> None:
    """`--answers FILE` and, with `sets`, `--set KEY=VALUE`. With `many` the first may be repeated, or name a
    folder, and gives a list."""
    if many:
        parser.add_argument(
            "--answers",
            type=path,
            action="append",
            metavar="PATH",
            help=f"the answers file (default: {ANSWERS} here); may be repeated, or name a folder of them or of their folders",
        )
    else:
        parser.add_argument(
            "--answers",
            type=path,
            default=ANSWERS,
            metavar="FILE",
            help=f"the answers file (default: {ANSWERS} here)",
        )
    if not sets:
        return
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="sets",
        metavar="KEY=VALUE",
        help="an answer for this run, over the file and the environment, such as server.uploads=true; may be repeated",
    )


def add_timeout(parser: ArgumentParser, what: str = "for each answer") -> None:
    """`--timeout SECONDS`."""
    parser.add_argument(
        "--timeout", type=_seconds, default=TIMEOUT, metavar="SECONDS", help=f"{what} (default: {TIMEOUT:.0f})"
    )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 600:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0.1 to 600")
    return value


def add_strategy(parser: ArgumentParser) -> None:
    """How conflicts between hand edits and new texts are settled, and whether files of others are overwritten."""
    group = parser.add_mutually_exclusive_group()
    strategies = {
        "ours": "in a conflict keep the file as it is; a deleted file stays deleted",
        "theirs": "in a conflict take the new text; what is on disk is given up",
        "merge-markers": "in a conflict write both between marks, to be edited",
    }
    for name, words in strategies.items():
        const = name.removeprefix("merge-")
        group.add_argument(f"--{name}", dest="strategy", action="store_const", const=const, default="stop", help=words)
    parser.add_argument(
        "--force",
        action="store_true",
        help="take the new text over hand edits, and over files that ohif-setup did not write",
    )


def add_change(parser: ArgumentParser) -> None:
    """The options of the commands that change answers files."""
    add_answers(parser, many=True, sets=False)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    add_strategy(parser)


def command(name: str, answers: Path, *more: str) -> str:
    """What to type to run a command for the same site."""
    return join(["ohif-setup", name, *naming(answers), *more])


def naming(answers: Path) -> list[str]:
    """`--answers FILE` where the file is not the usual one."""
    if str(answers) == ANSWERS:
        return []
    return ["--answers", str(answers)]


def needs_yes(name: str, hint: str) -> Exception:
    """The error of a command that asks, where nobody can be asked."""
    return SetupError(
        "needs-yes",
        "asks before it writes, and there is no terminal to ask at (or there are several sites)",
        where=f"ohif-setup {name}",
        hint=hint,
    )


def answers_of(arguments: Namespace) -> list[Path]:
    """What a command that takes many sites was given, or the answers file here."""
    return arguments.answers or [path(ANSWERS)]
