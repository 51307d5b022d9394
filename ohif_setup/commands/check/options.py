"""The options of `check`."""

from __future__ import annotations

from argparse import ArgumentParser

from ohif_setup.commands.shared import options


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser, many=True)
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object (schema ohif-setup.check/1, of many sites ohif-setup.check-sites/1)",
    )
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="only this check; may be repeated")
    parser.add_argument("--skip", action="append", default=[], metavar="ID", help="not this check; may be repeated")
    options.add_timeout(parser)
    parser.add_argument(
        "--sign-in",
        choices=options.METHODS,
        help="how to sign in (default: service-principal when its credential is in the environment; at a terminal browser, or "
        "device-code where no browser can be opened; else none)",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="end with status 1 for a warning too, and where something that the viewer needs could not be seen",
    )
    options.add_quiet(parser, "print only failures, warnings and what was not seen")
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="print each request with its time to standard error, without secrets",
    )
    parser.add_argument(
        "--log",
        type=options.path,
        metavar="FILE",
        help="the same into a file that only you can read; it must not exist yet",
    )
    parser.add_argument(
        "--save",
        action="store_true",
        help="afterwards write the detected capabilities of the servers into the answers file ([server.capabilities])",
    )
    options.add_examples(
        parser,
        "ohif-setup check",
        "ohif-setup check --only cors --only token --verbose",
        "ohif-setup check --strict --json --sign-in none > report.json",
    )
