"""`schema`: the JSON Schema of the answers file."""

from __future__ import annotations

import json
from argparse import Namespace

from ohif_setup.answers.file.schema import answers_schema


def run(arguments: Namespace) -> int:
    """Always 0."""
    print(json.dumps(answers_schema(), indent=2))
    return 0
