"""The options that several commands share."""

from __future__ import annotations

from argparse import ArgumentParser

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = "ohif-setup.toml"


def path(text: str) -> Path:
    """The value of an option that names a file or a folder."""
    from pathlib import Path

    return Path(text)


def add_answers(parser: ArgumentParser) -> None:
    """`--answers FILE` and `--set KEY=VALUE`."""
    parser.add_argument(
        "--answers",
        type=path,
        default=ANSWERS,
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
