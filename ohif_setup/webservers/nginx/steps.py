"""The sections of `NEXT-STEPS.md` about nginx."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.output.section import Section, Stage
from ohif_setup.webservers import steps


def sections(answers: Answers) -> Iterator[Section]:
    """The login that nginx adds, and where its file goes."""
    yield from steps.login(answers, "nginx", 'proxy_set_header Authorization "Basic ', '";')
    yield Section("nginx", Stage.WEB_SERVER, steps.about(answers))
