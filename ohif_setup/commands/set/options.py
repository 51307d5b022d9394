"""The options of `set`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "changes",
        nargs="+",
        metavar="KEY=VALUE",
        help="an answer, such as server.uploads=true; lists grow and shrink with += and -=, "
        "as in viewer.extra_urls+=https://second.example.org",
    )
    options.add_change(parser)
    options.add_examples(
        parser,
        "ohif-setup set viewer.extra_urls+=https://second.example.org",
        "ohif-setup set --yes server.uploads=true sign_in.flow=implicit",
    )
