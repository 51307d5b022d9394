"""`unset`: takes answers out of their file, so that their defaults hold again, and regenerates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ohif_setup.steps import change

NAME = "unset"
HELP = "take answers out of their file, so that their defaults hold, and regenerate"
ORDER = 23


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "keys", nargs="+", metavar="KEY", help="an answer, such as viewer.extra_urls, or a table, such as fhir"
    )
    change.add_arguments(parser)


def run(arguments: Namespace) -> int:
    """0 when all is written, or was so already; 1 when a conflict is left."""
    # Late, so that --help does not load pydantic.
    from ohif_setup.answers.faults import unknown_key
    from ohif_setup.answers.problems import AnswersError
    from ohif_setup.answers.removing import is_known

    unknown = [unknown_key(key, "") for key in arguments.keys if not is_known(key)]
    if unknown:
        raise AnswersError(unknown, where="ohif-setup unset")
    return change.run(arguments, NAME, lambda _: (), arguments.keys)
