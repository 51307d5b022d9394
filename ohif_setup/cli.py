"""The front door: parses, calls one command, and turns errors into a text and an exit status. Nothing else does."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys

from ohif_setup import __version__, commands
from ohif_setup.errors import SetupError

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

DONE, FAILED, IMPOSSIBLE, BUG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 130, 141
DEFAULT_COMMAND = "init"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; `argv` without the program's name. Returns the exit status of `docs/reference/exit-status.md`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return _run(parse(list(sys.argv[1:] if argv is None else argv)))
    except SetupError as error:
        _say(f"ohif-setup: {error.where}: {error.message}", indent=4)
        _say(f"  What to do  {error.hint}", indent=14)
        _say(f"  More        ohif-setup explain {error.id}", indent=14)
        return IMPOSSIBLE
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone, as `head` does. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        return _bug(error)


def _say(text: str, *, indent: int) -> None:
    """Prints an error. At a terminal it is wrapped at blanks, so that a path or a command stays whole as long as it fits."""
    if sys.stderr.isatty():
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


def _run(arguments: argparse.Namespace) -> int:
    try:
        status = int(arguments.run(arguments))
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            raise
        # What files/ writes has its own errors, so this is standard output. Python would try once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SetupError(
            "output-unwritable",
            f"cannot be written: {error.strerror}",
            where="standard output",
            hint="make room where the output goes, or send it elsewhere",
        ) from None
    return status


def parse(argv: list[str]) -> argparse.Namespace:
    """The arguments of one command; the bare program means `init`."""
    parser = argparse.ArgumentParser(
        prog="ohif-setup",
        formatter_class=_formatter,
        description="Sets up the OHIF viewer against a DICOM service: asks, writes the configuration, and checks that it works.",
        epilog="Without a command: init. Exit status: 0 done, 1 a check failed or something would change, 2 could not do it, "
        "3 a bug, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"ohif-setup {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", title="commands")
    for module in all_commands():
        sub = subparsers.add_parser(
            module.NAME,
            formatter_class=_formatter,
            help=module.HELP,
            description=f"{module.HELP[0].upper()}{module.HELP[1:]}.",
        )
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    _suggest(parser, argv, [module.NAME for module in all_commands()])
    named = any(not word.startswith("-") for word in argv[:1]) or bool({"-h", "--help", "--version"} & set(argv[:1]))
    return parser.parse_args(argv if named else [DEFAULT_COMMAND, *argv])


def _suggest(parser: argparse.ArgumentParser, argv: list[str], names: list[str]) -> None:
    """Ends with the nearest command where the first word is none."""
    if argv and not argv[0].startswith("-") and argv[0] not in names:
        from difflib import get_close_matches

        near = get_close_matches(argv[0], names, 1)
        parser.error(f"there is no command {argv[0]!r}{f'; did you mean {near[0]}?' if near else ''}")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """argparse's own, which would import shutil and all its compressors to learn the width of the terminal."""
    try:
        width = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (ValueError, OSError):
        width = 100
    return argparse.HelpFormatter(prog, width=max(40, width - 2))


def all_commands() -> list[Any]:
    """The modules of `commands/`, in the order of the help."""
    files = os.listdir(commands.__path__[0])  # noqa: PTH208  pathlib takes longer to load than all commands
    names = (file.removesuffix(".py") for file in files if file.endswith(".py") and file != "__init__.py")
    modules = (importlib.import_module(f"{commands.__name__}.{name}") for name in names)
    return sorted(modules, key=lambda module: int(module.ORDER))


def _bug(error: Exception) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="ohif-setup-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write(f"ohif-setup {__version__}, Python {sys.version}\n")
        log.write("".join(traceback.format_exception(error)))
    print(
        f"ohif-setup: this is a bug in ohif-setup ({type(error).__name__}). Please report it with this file, which holds no "
        f"secrets: {log.name}",
        file=sys.stderr,
    )
    return BUG
