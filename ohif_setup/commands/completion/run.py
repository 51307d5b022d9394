"""`completion`: the script with which a shell completes commands, options, keys, checks, kinds and the IDs of `explain`."""

from __future__ import annotations

from argparse import Action, Namespace
from collections.abc import Sequence
from typing import Any

import shtab

from ohif_setup import cli
from ohif_setup.answers.keys import FREE_TABLE, KEYS
from ohif_setup.checks.check import all_checks
from ohif_setup.checks.sign_in.aadsts import TABLE
from ohif_setup.commands.cors import options as cors
from ohif_setup.commands.explain.run import error_ids
from ohif_setup.commands.shared import options
from ohif_setup.demo.orthanc import faults as orthanc_faults
from ohif_setup.kinds import KINDS


def run(arguments: Namespace) -> int:
    """Always 0."""
    parser = cli.parser_of_all()
    for name, sub in cli.subparsers_of(parser).items():
        for action in sub._actions:
            _complete(name, action)
    print(shtab.complete(parser, shell=arguments.shell))
    return 0


def _complete(command: str, action: Action) -> None:
    """Tells shtab what an option or an argument takes."""
    words = _words(command, action)
    if words:
        # The parser completes and never parses, so words that are only examples may be its choices.
        action.choices = list(words)
    elif action.type in options.PATHS:
        file: Any = action
        file.complete = shtab.FILE


def _words(command: str, action: Action) -> Sequence[str]:
    dest = action.dest
    checks = [check.id for check in all_checks()]
    keys = [key for key in KEYS if key not in ("version", FREE_TABLE)]
    if command == "explain":
        return [*checks, *error_ids(), *(f"AADSTS{code}" for row in TABLE for code in row.codes)]
    if dest in ("only", "skip"):
        return checks
    if dest in ("sets", "changes"):
        return [f"{key}=" for key in keys]
    if dest == "keys":
        return keys
    if action.type is cors.kind:
        return [*KINDS, cors.FHIR]
    if dest == "fault":
        return ["list", *_faults_of_stand_ins(), *orthanc_faults.FAULTS]
    return ()


def _faults_of_stand_ins() -> Sequence[str]:
    # Late: the extra that the stand-ins need may be missing.
    try:
        from ohif_setup.demo import faults
    except ModuleNotFoundError:
        return ()
    return tuple(faults.FAULTS)
