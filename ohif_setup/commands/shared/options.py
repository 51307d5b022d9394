"""The options that several commands share."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from shlex import join

from ohif_setup.errors import SetupError

ANSWERS = "ohif-setup.toml"
EXAMPLES = "examples:"
"""How the epilog of a help with examples begins; the formatter leaves such a text as it is."""
TIMEOUT = 10.0
"""Seconds to wait for each answer."""
METHODS = ("browser", "device-code", "service-principal", "none")
"""How a check signs in."""


def path(text: str) -> Path:
    """The value of an option that names a file or a folder."""
    if not text:
        raise ArgumentTypeError("the path is empty")
    return Path(text)


def _answers_file(text: str) -> Path:
    """The answers file that the path names: itself, or `ohif-setup.toml` in the folder, which need not exist where the text ends
    in a slash."""
    named = path(text)
    # Path() drops the slash.
    ends_as_folder = text.endswith(tuple(filter(None, (os.sep, os.altsep))))
    try:
        return named / ANSWERS if ends_as_folder or named.is_dir() else named
    except OSError:  # for example a name that is too long; reading the file reports it
        return named


PATHS = (path, _answers_file)
"""The types of options that name a file or a folder."""


def add_examples(parser: ArgumentParser, *lines: str) -> None:
    """Examples below the help, each a line to paste."""
    parser.epilog = "\n".join([EXAMPLES, *(f"  {line}" for line in lines)])


def add_answers(parser: ArgumentParser, *, many: bool = False, sets: bool = True) -> None:
    """`--answers FILE` and, with `sets`, `--set KEY=VALUE`. With `many`, `--answers` may be repeated or name a folder, and its
    value is a list."""
    # Without a default: argparse would append to it. `answers_of` fills it in.
    if many:
        parser.add_argument(
            "--answers",
            type=path,
            action="append",
            metavar="PATH",
            help=f"the answers file (default: {ANSWERS} in the current folder); may be repeated, or name a folder of sites",
        )
    else:
        parser.add_argument(
            "--answers",
            type=_answers_file,
            default=ANSWERS,
            metavar="FILE",
            help=f"the answers file, or its folder (default: {ANSWERS} in the current folder)",
        )
    if not sets:
        return
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="sets",
        metavar="KEY=VALUE",
        help="an answer for this run, which overrides file and environment, such as server.uploads=true; may be repeated",
    )


def add_quiet(parser: ArgumentParser, what: str = "print only what is wrong, and what needs you") -> None:
    """`--quiet`."""
    parser.add_argument("--quiet", action="store_true", help=what)


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
    # Written so that nan, which compares false with everything, is refused too.
    if not 0.1 <= value <= 600:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0.1 to 600")
    return value


def add_strategy(parser: ArgumentParser) -> None:
    """How conflicts between hand edits and new texts are resolved, and whether foreign files are overwritten."""
    group = parser.add_mutually_exclusive_group()
    strategies = {
        "ours": "on conflict, keep the file as it is; a deleted file stays deleted",
        "theirs": "on conflict, use the new text and discard what is on disk",
        "merge-markers": "on conflict, write both versions between conflict markers",
    }
    for name, words in strategies.items():
        # The strategy is called `markers`; the option has the prefix because `--markers` alone would say too little.
        const = name.removeprefix("merge-")
        group.add_argument(f"--{name}", dest="strategy", action="store_const", const=const, default="stop", help=words)
    parser.add_argument(
        "--force",
        action="store_true",
        help="overwrite hand edits, and files that ohif-setup did not write",
    )


def add_change(parser: ArgumentParser) -> None:
    """The options of the commands that change answers files."""
    add_answers(parser, many=True, sets=False)
    parser.add_argument("--yes", action="store_true", help="write without asking")
    add_quiet(parser)
    add_strategy(parser)


def command(name: str, answers: Path, *more: str) -> str:
    """The command line that runs a command for the same site, quoted for a POSIX shell."""
    return join(["ohif-setup", name, *naming(answers), *more])


def naming(answers: Path) -> list[str]:
    """`--answers FILE` where the file is not the default one, so that printed commands stay short."""
    if str(answers) == ANSWERS:
        return []
    return ["--answers", str(answers)]


def needs_yes(name: str, hint: str) -> Exception:
    """The error of a command that needs confirmation where no terminal is there to ask at."""
    return SetupError(
        "needs-yes",
        "needs confirmation, but there is no terminal (or there are several sites)",
        where=f"ohif-setup {name}",
        hint=hint,
    )


def answers_of(arguments: Namespace) -> list[Path]:
    """The values of `--answers` for a command that takes many sites; the default file where there are none."""
    return arguments.answers or [path(ANSWERS)]
