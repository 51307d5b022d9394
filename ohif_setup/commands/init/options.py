"""The options of `init`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser)
    options.add_timeout(parser)
    parser.add_argument(
        "--sign-in", choices=options.METHODS, help="how the check at the end signs in; see check --help"
    )
