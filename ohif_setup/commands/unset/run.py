"""`unset`: removes answers from their file, so that the defaults apply again, and regenerates."""

from __future__ import annotations

from argparse import Namespace

from ohif_setup.answers.faults import unknown_key
from ohif_setup.answers.file.removing import is_known
from ohif_setup.answers.problems import UNSET_COMMAND, AnswersError
from ohif_setup.commands.shared import change

NAME = "unset"


def run(arguments: Namespace) -> int:
    """Returns the status of `change.run`."""
    # `unset KEY=VALUE`, typed after `set KEY=VALUE`, can only mean the key.
    keys = [key.partition("=")[0].strip() for key in arguments.keys]
    unknown = [unknown_key(key, UNSET_COMMAND) for key in keys if not is_known(key)]
    if unknown:
        raise AnswersError(unknown, where=UNSET_COMMAND)
    return change.run(arguments, NAME, lambda _: (), keys)
