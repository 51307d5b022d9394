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
    from ohif_setup.answers.problems import UNSET_COMMAND, AnswersError
    from ohif_setup.answers.removing import is_known

    # `unset KEY=VALUE` means the key.
    keys = [key.partition("=")[0].strip() for key in arguments.keys]
    unknown = [unknown_key(key, UNSET_COMMAND) for key in keys if not is_known(key)]
    if unknown:
        raise AnswersError(unknown, where=UNSET_COMMAND)
    return change.run(arguments, NAME, lambda _: (), keys)
