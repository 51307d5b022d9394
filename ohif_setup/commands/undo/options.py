"""The options of `undo`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True, sets=False)
    parser.add_argument("--yes", action="store_true", help="undo without asking")
    parser.add_argument("--redo", action="store_true", help="redo what was undone, the last of it first")
    parser.add_argument(
        "--list", action="store_true", help="list the runs that can be undone and redone; changes nothing"
    )
    options.add_examples(
        parser,
        "ohif-setup undo",
        "ohif-setup undo --list",
        "ohif-setup undo --redo",
    )
