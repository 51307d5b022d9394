"""The options of `unset`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "keys", nargs="+", metavar="KEY", help="an answer, such as viewer.extra_urls, or a table, such as fhir"
    )
    options.add_change(parser)
    options.add_examples(
        parser,
        "ohif-setup unset viewer.extra_urls",
        "ohif-setup unset fhir",
    )
