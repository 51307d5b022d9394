"""The sections of `NEXT-STEPS.md` about IIS."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.output.section import Section, Stage
from ohif_setup.webservers import steps
from ohif_setup.webservers.iis import web_config


def sections(answers: Answers) -> Iterator[Section]:
    """The login that IIS adds, and the settings that are made once per server."""
    if answers.proxy.orthanc_credentials_file:
        login = {"servers": defaults.logged_in(answers), "map": web_config.LOGIN_MAP}
        yield Section("login-iis", Stage.LOGIN, login)
    yield Section("iis", Stage.WEB_SERVER, steps.about(answers) | {"variables": web_config.variables(answers)})
