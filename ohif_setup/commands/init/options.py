"""The options of `init`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser)
    options.add_timeout(parser)
    parser.add_argument("--yes", action="store_true", help="write without asking; the questions are asked all the same")
    parser.add_argument(
        "--no-input",
        action="store_true",
        help="ask nothing, at a terminal too: take the answers from --set, the environment and the file, and write them",
    )
    options.add_quiet(parser)
    parser.add_argument(
        "--sign-in", choices=options.METHODS, help="how the check at the end signs in; see check --help"
    )
    options.add_examples(
        parser,
        "ohif-setup",
        "ohif-setup init --answers north/",
        "ohif-setup init --no-input --set server.url=http://localhost:8042 --set viewer.url=http://localhost:8080",
    )
