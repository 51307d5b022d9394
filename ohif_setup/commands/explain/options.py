"""The options of `explain`."""

from __future__ import annotations

from argparse import ArgumentParser


def add_arguments(parser: ArgumentParser) -> None:
    """The ID to explain."""
    parser.add_argument(
        "id", metavar="ID", nargs="?", help="such as cors, AADSTS50011, FM56 or answers-invalid (default: list all)"
    )
