"""`NEXT-STEPS.md`: what is left to do by hand, with the exact values."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.files import next_steps_azure, next_steps_own
from ohif_setup.files.artefact import Artefact
from ohif_setup.routes import reach


def context(answers: Answers) -> dict[str, Any]:
    """What `templates/NEXT-STEPS.md.j2` needs: the sections in their order."""
    azure = list(next_steps_azure.sections(answers))
    own = bool(reach.own_servers(answers))
    if own:
        sections = [*next_steps_own.first(answers), *azure, *next_steps_own.last(answers)]
    else:
        sections = [*azure, next_steps_azure.viewer(answers)]
    return {
        "answers": answers,
        "azure": bool(azure),
        "own": own,
        "windows": reach.proxy_kind(answers) == "iis",
        "sections": sections,
    }


ARTEFACT = Artefact("NEXT-STEPS.md", 20, context)
