"""The options of `diff`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True)
    options.add_examples(
        parser,
        "ohif-setup diff",
        "ohif-setup diff --set server.uploads=true",
    )
