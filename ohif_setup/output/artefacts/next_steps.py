"""`NEXT-STEPS.md`: what is left to do by hand, with the exact values."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.output import next_steps
from ohif_setup.output.artefact import Artefact
from ohif_setup.routes import reach


def context(answers: Answers) -> dict[str, Any]:
    """The variables of `templates/NEXT-STEPS.md.j2`: the sections in their order."""
    return {
        "answers": answers,
        "prefaces": next_steps.prefaces(answers),
        "own": bool(reach.own_servers(answers)),
        "tried_on": next_steps.tried_on(answers),
        "sections": next_steps.sections(answers),
    }


ARTEFACT = Artefact("NEXT-STEPS.md", 20, context)
