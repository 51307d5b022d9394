"""The options of `import`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("source", metavar="PATH|URL", help="an app-config.js, or the address of a running viewer")
    options.add_answers(parser)
    options.add_timeout(parser, "for the answer of the viewer")
    options.add_quiet(parser)
    parser.add_argument(
        "--force", action="store_true", help="overwrite files that ohif-setup did not write, or that were edited"
    )
    options.add_examples(
        parser,
        "ohif-setup import app-config.js --set viewer.url=https://viewer.example.org",
        "ohif-setup import https://viewer.example.org",
    )
