"""The options of `generate`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True)
    parser.add_argument("--output", type=options.path, metavar="DIR", help="write there instead of output.directory")
    parser.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
    parser.add_argument(
        "--diff", action="store_true", help="show the differences too, write nothing; exit 1 if there are any"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")
    options.add_quiet(parser)
    options.add_strategy(parser)
    options.add_examples(
        parser,
        "ohif-setup generate",
        "ohif-setup generate --check --answers sites/     (in a pipeline: exit status 1 if a file is not up to date)",
        "ohif-setup generate --theirs",
    )
