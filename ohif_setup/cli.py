"""The entry point: parses arguments, calls one command, and turns errors into a text and an exit status."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from ohif_setup import __version__, commands, terminal
from ohif_setup.errors import SetupError

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

# 130 is what a shell reports for a program ended by Ctrl-C (128 + SIGINT). The others are ours.
DONE, FAILED, IMPOSSIBLE, BUG, UNREAD, INTERRUPTED = 0, 1, 2, 3, 4, 130
DEFAULT_COMMAND = "init"
COMMANDS = {
    "init": "ask for the answers, write the files, check them (also without a command)",
    "generate": "write the configuration from the answers file; keeps hand edits, and a second run changes nothing",
    "import": "make an answers file from an app-config.js, on disk or from a running viewer, and report what is wrong in it",
    "set": "change answers in their file and regenerate; shows what changes and asks",
    "edit": "open the answers file in $VISUAL or $EDITOR, then validate it, show what changes, and regenerate",
    "unset": "remove answers from their file, so that the defaults apply, and regenerate",
    "diff": "show what generate would change and why: answers, hand edits, a newer tool; exit 1 if something would change",
    "status": "show the site, its files, the last check and what is open on one screen; changes nothing, uses no network",
    "install-viewer": "install a published build of OHIF, rewritten for the path of the viewer URL, with the configuration",
    "undo": "undo the last run, answers and files together, then the one before; shows what changes and asks",
    "check": "check the running site: viewer, sign-in, servers, CORS; changes nothing on it",
    "cors": "check whether a service allows a viewer by CORS; needs no answers file",
    "explain": "print what a check, an AADSTS code or an error means",
    "schema": "print the JSON Schema of the answers file, for editors",
    "completion": "print the script with which bash, zsh or fish completes commands, options, keys and IDs",
    "man": "print the manual page",
    "demo": "run a full setup and check on this machine, against stand-ins or a real Orthanc; --break shows a fault",
}
"""The commands in the order of the help, each with its description there. Each is a folder of `commands/`."""
FOLDERS = {"import": "import_config", "install-viewer": "install_viewer"}
"""The folders of commands whose names are not Python identifiers."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; `argv` without the program's name. Returns the exit status of `docs/reference/exit-status.md`."""
    # From here on no text of a server or of a file can send escape codes, and no command fails because of a closed
    # pipe.
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = terminal.guarded(sys.stdout), terminal.guarded(sys.stderr)
    if sys.stdin is None:  # `ohif-setup <&-`; questionary and isatty() need a stream
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  for the rest of the process
    try:
        status = _status(argv)
        # Lost output overrides a result only: after an error (2, 3) that error is what the caller must see.
        error = terminal.lost(sys.stdout)
        if error is not None and status in (DONE, FAILED):
            _say_error(_unread(error))
            status = UNREAD
        sys.stderr.flush()
    finally:
        sys.stdout, sys.stderr = before
    return status


def _status(argv: Sequence[str] | None) -> int:
    try:
        arguments = parse(list(sys.argv[1:] if argv is None else argv))
        status = int(module_of(arguments.command, "run").run(arguments))
        sys.stdout.flush()
        return status
    except SystemExit as end:  # argparse has already printed the help or its error
        return int(end.code or DONE)
    except SetupError as error:
        _say_error(error)
        return IMPOSSIBLE
    except KeyboardInterrupt:
        # `^C` is on the line of the prompt already.
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        return _bug(error)


def _unread(error: OSError) -> SetupError:
    return SetupError(
        "output-unwritable",
        f"could not be written completely: {error.strerror}. The command itself finished: the files that it changes "
        "are changed",
        where="standard output",
        hint="free space where the output goes, or redirect it elsewhere",
    )


def _say_error(error: SetupError) -> None:
    _say(f"ohif-setup: {terminal.in_one_line(error.where)}: {error.message}", indent=4)
    _say(f"  What to do  {error.hint}", indent=14)
    _say(f"  More        ohif-setup explain {error.id}", indent=14)


def _say(text: str, *, indent: int) -> None:
    """Prints an error. At a terminal it is wrapped at blanks only, so a path or a command stays whole as long as it fits."""
    if sys.stderr.isatty():
        # Late: only an error at a terminal needs them, and --help must stay fast.
        import shutil
        import textwrap

        width = max(40, shutil.get_terminal_size().columns - 1)
        wrap = textwrap.TextWrapper(
            width,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
        )
        text = "\n".join(wrap.fill(line) if len(line) > width else line for line in text.split("\n"))
    print(text, file=sys.stderr)


def parse(argv: list[str]) -> argparse.Namespace:
    """The arguments of one command; the bare program means `init`."""
    # `ohif-setup --set KEY=VALUE` means `init --set KEY=VALUE`, but -h and --version belong to the program.
    is_named = any(not word.startswith("-") for word in argv[:1]) or bool({"-h", "--help", "--version"} & set(argv[:1]))
    words = argv if is_named else [DEFAULT_COMMAND, *argv]
    # The options of the other commands are never shown, so their modules are not even imported.
    parser = _parser(words[:1])
    # Before argparse, whose own message lists all commands but suggests none.
    _suggest(parser, argv)
    arguments, unknown = parser.parse_known_args(words)
    if unknown:
        _refuse(subparsers_of(parser)[words[0]], unknown)
    return arguments


def parser_of_all() -> argparse.ArgumentParser:
    """The parser with the options of all commands, for pages and scripts that are made from it."""
    return _parser(COMMANDS)


def subparsers_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parser of each command, by its name."""
    (commands_of,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(commands_of.choices)


def _parser(with_options: Collection[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ohif-setup",
        formatter_class=_formatter,
        description="Sets up the OHIF viewer against a DICOM service: asks, writes the configuration, and checks that it works.",
        epilog="Without a command: init. Exit status: 0 done, 1 a check failed or something would change, 2 could not do it, "
        "3 a bug, 4 done, but its output could not be written, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"ohif-setup {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", title="commands")
    for name, purpose in COMMANDS.items():
        sub = subparsers.add_parser(
            name, formatter_class=_formatter, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}."
        )
        if name in with_options:
            module_of(name, "options").add_arguments(sub)
            sub.set_defaults(command=name)
    return parser


def _refuse(parser: argparse.ArgumentParser, unknown: Sequence[str]) -> None:
    """Exits, and suggests the most similar option of the command for the first word that is none."""
    from difflib import get_close_matches

    word = next((word for word in unknown if word.startswith("-")), "").partition("=")[0]
    near = get_close_matches(word, parser._option_string_actions, 1) if word else []
    parser.error(f"unrecognized arguments: {' '.join(unknown)}{f'; did you mean {near[0]}?' if near else ''}")


def _suggest(parser: argparse.ArgumentParser, argv: list[str]) -> None:
    """Exits and suggests the most similar command where the first word is not a command."""
    if argv and not argv[0].startswith("-") and argv[0] not in COMMANDS:
        from difflib import get_close_matches

        near = get_close_matches(argv[0], COMMANDS, 1)
        parser.error(f"unknown command {argv[0]!r}{f'; did you mean {near[0]}?' if near else ''}")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """argparse's formatter with a given width: to find it out itself, argparse imports shutil and all its compressors."""
    try:
        width = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (ValueError, OSError):
        width = 100
    return _Formatter(prog, width=max(40, width - 2))


class _Formatter(argparse.HelpFormatter):
    """argparse's formatter, which leaves examples as they are: lines to paste."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("examples:"):
            return text
        return super()._fill_text(text, width, indent)


def module_of(name: str, part: str) -> Any:
    """A command's module `options` (with `add_arguments(parser)`) or `run` (with `run(arguments)`, which returns an exit status).

    Options are parsed before anything heavy is imported, so `--help` and a mistyped option answer at once, while the modules
    behind `run` can import at their top.
    """
    folder = FOLDERS.get(name, name)
    return importlib.import_module(f"{commands.__name__}.{folder}.{part}")


def _bug(error: Exception) -> int:
    # Late: it loads the network, which most runs do not need.
    from ohif_setup.network import bug_log

    log = bug_log.write(error)
    report = f"with this file, which holds no secrets: {log}" if log else "with what this run printed"
    print(
        f"ohif-setup: this is a bug in ohif-setup ({type(error).__name__}). Please report it {report}", file=sys.stderr
    )
    return BUG
