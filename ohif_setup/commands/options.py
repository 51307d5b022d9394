"""The options that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

ANSWERS = "ohif-setup.toml"


def add_answers(parser: ArgumentParser) -> None:
    """`--answers FILE` and `--set KEY=VALUE`."""
    parser.add_argument(
        "--answers",
        type=Path,
        default=Path(ANSWERS),
        metavar="FILE",
        help=f"the answers file (default: {ANSWERS} here)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="sets",
        metavar="KEY=VALUE",
        help="an answer for this run, over the file and the environment, such as server.uploads=true; may be repeated",
    )
