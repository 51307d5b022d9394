"""Turns answers into texts: what should be on disk. Pure, except that it reads the templates."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cache

import jinja2

from ohif_setup.answers.model import Answers
from ohif_setup.kinds import KINDS
from ohif_setup.output import quoting, resources
from ohif_setup.output.artefact import artefacts_of
from ohif_setup.providers import PROVIDERS
from ohif_setup.routes import ROUTES
from ohif_setup.webservers import WEBSERVERS

_GALLERIES = (KINDS, ROUTES, WEBSERVERS, PROVIDERS)


@dataclass(frozen=True)
class Planned:
    """One file as it should be: its name in the output folder, and its whole text."""

    name: str
    text: str


def plan(answers: Answers) -> tuple[Planned, ...]:
    """Every artefact that the site needs, rendered."""
    # The galleries are asked for their folders at each call, because tests add made-up exhibits to them.
    environment = _environment(tuple(folder for gallery in _GALLERIES for folder in gallery.folders()))
    contexts = ((artefact.name, artefact.context(answers)) for artefact in artefacts_of(answers))
    return tuple(
        Planned(name, environment.get_template(f"{name}.j2").render(context))
        for name, context in contexts
        if context is not None
    )


@cache
def _environment(exhibits: tuple[str, ...]) -> jinja2.Environment:
    """One environment for all sites of a run, so that each template is compiled once. It has the templates of every site, and
    those in the folders of `exhibits`."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([resources.templates(), *exhibits]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  the files are not HTML: each value is quoted for its own language
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        js=quoting.js,
        js_key=quoting.js_key,
        js_comment=quoting.js_comment,
        code=quoting.markdown_code,
        shell=shlex.quote,
        xml=quoting.xml,
        json=quoting.as_json,
    )
    # Every web server brings the filter for its own language; their names differ.
    for web_server in WEBSERVERS.values():
        environment.filters.update(web_server.filters)
    return environment
