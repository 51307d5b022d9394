"""The options of `man`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """None of its own."""
    options.add_examples(
        parser,
        "ohif-setup man | man -l -",
        "ohif-setup man > ~/.local/share/man/man1/ohif-setup.1",
    )
