"""`schema`: the JSON Schema of the answers file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

NAME = "schema"
HELP = "print the JSON Schema of the answers file, for editors"
ORDER = 50


def add_arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def run(arguments: Namespace) -> int:
    """Always 0."""
    import json

    from ohif_setup.answers.schema import answers_schema

    print(json.dumps(answers_schema(), indent=2))
    return 0
