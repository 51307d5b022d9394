"""The options of `schema`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """None of its own."""
    options.add_examples(
        parser,
        "ohif-setup schema > ohif-setup.schema.json",
    )
