"""`man`: the manual page, made from the parsers."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterator

from ohif_setup import __version__, cli

_NONE = "==SUPPRESS=="


def run(arguments: Namespace) -> int:
    """Always 0."""
    print("\n".join(page()))
    return 0


def page() -> Iterator[str]:
    """The page in roff, with the macros of man(7)."""
    parser = cli.parser_of_all()
    yield f'.TH OHIF-SETUP 1 "" "ohif-setup {__version__}"'
    yield ".SH NAME"
    yield rf"ohif\-setup \- {_plain((parser.description or '').partition(':')[0])}"
    yield ".SH SYNOPSIS"
    yield r".B ohif\-setup"
    yield r"[COMMAND] [OPTION...]"
    yield ".SH DESCRIPTION"
    yield _plain(parser.description or "")
    yield ".PP"
    yield _plain(parser.epilog or "")
    yield ".SH COMMANDS"
    for name, sub in cli.subparsers_of(parser).items():
        yield f".SS {_plain(name)}"
        yield _plain(sub.description or "")
        for action in sub._actions:
            yield from _action(action)
        yield from _examples(sub)
    yield ".SH SEE ALSO"
    yield r"\fBohif\-setup explain\fR lists the pages about checks and errors."


def _action(action: Action) -> Iterator[str]:
    if action.dest == "help" or action.help in (None, _NONE):
        return
    metavar = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if action.choices:
        metavar = "{" + ",".join(map(str, action.choices)) + "}"
    yield ".TP"
    yield rf"\fB{_plain(', '.join(action.option_strings))}\fR {_plain(str(metavar))}".replace(r"\fB\fR ", "")
    # argparse takes %% for a percent sign.
    yield _plain((action.help or "").replace("%%", "%"))


def _examples(parser: ArgumentParser) -> Iterator[str]:
    if parser.epilog:
        yield ".PP"
        yield ".nf"
        yield from (_plain(line) for line in parser.epilog.splitlines())
        yield ".fi"


def _plain(text: str) -> str:
    """Text in roff: no escape, no request at the start of a line, and hyphens that can be copied."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped
