"""`unset`: removes answers from their file, so that the defaults apply again, and regenerates."""

from __future__ import annotations

from argparse import Namespace

from ohif_setup.answers.faults import unknown_key
from ohif_setup.answers.file.removing import is_known
from ohif_setup.answers.problems import UNSET_COMMAND, AnswersError, Problem, problem
from ohif_setup.commands.shared import change

NAME = "unset"


def run(arguments: Namespace) -> int:
    """Returns the status of `change.run`."""
    # `unset KEY=VALUE`, typed after `set KEY=VALUE`, can only mean the key.
    keys = [key.partition("=")[0].strip() for key in arguments.keys]
    unknown = [_unknown(key) for key in keys if not is_known(key)]
    if unknown:
        raise AnswersError(unknown, where=UNSET_COMMAND)
    return change.run(arguments, NAME, lambda _: (), keys)


def _unknown(key: str) -> Problem:
    if key != "servers":
        return unknown_key(key, UNSET_COMMAND)
    # Not [server], as for any other name that is like it: the user means a list that a site may have.
    wrong = "is the list of all servers, of which a site needs one: name the one to remove"
    return problem(key, None, wrong, example="ohif-setup unset servers.2", where=UNSET_COMMAND, kind="unknown")
