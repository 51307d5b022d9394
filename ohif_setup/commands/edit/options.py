"""The options of `edit`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, sets=False)
    options.add_strategy(parser)
    parser.set_defaults(yes=False, quiet=False)
    options.add_examples(
        parser,
        "ohif-setup edit",
        "EDITOR=nano ohif-setup edit --answers north/",
    )
