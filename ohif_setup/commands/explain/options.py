"""The options of `explain`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The ID to explain."""
    parser.add_argument(
        "id", metavar="ID", nargs="?", help="such as cors, AADSTS50011, FM56 or answers-invalid (default: list all)"
    )
    options.add_examples(
        parser,
        "ohif-setup explain",
        "ohif-setup explain cors",
        "ohif-setup explain AADSTS50011",
    )
