"""The contract of an artefact, and all artefacts: those of every site, of its route, and of its web server."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.output import artefacts
from ohif_setup.routes import ROUTES, reach
from ohif_setup.webservers import WEBSERVERS


@dataclass(frozen=True)
class Artefact:
    """A file that the tool generates: its `name` in the output folder, its place in the report, and a pure function from the
    answers to what its template needs, or None if the site does not need the file. The template is `NAME.j2`, in `templates/` or
    in the folder of the exhibit that has the artefact."""

    name: str
    order: int
    context: Callable[[Answers], Mapping[str, Any] | None]


def artefacts_of(answers: Answers) -> tuple[Artefact, ...]:
    """The artefacts that the site may need, in order. Only its own route and web server are asked."""
    found = list(_of_every_site())
    # The other exhibits are not asked: their contexts expect answers that this site does not have.
    if route := reach.site_route(answers):
        found += route.artefacts
    if web_server := reach.web_server(answers):
        found += web_server.artefacts
    return _in_order(found)


def all_artefacts() -> tuple[Artefact, ...]:
    """Every artefact that any site may need, in order."""
    of_routes = (artefact for route in ROUTES.values() for artefact in route.artefacts)
    of_web_servers = (artefact for web_server in WEBSERVERS.values() for artefact in web_server.artefacts)
    return _in_order((*_of_every_site(), *of_routes, *of_web_servers))


@cache
def artefact_names() -> frozenset[str]:
    """The names of all artefacts; records of what was generated may name no others."""
    return frozenset(artefact.name for artefact in all_artefacts())


def _of_every_site() -> Iterable[Artefact]:
    """The `ARTEFACT` of each module in `artefacts/`."""
    names = (module.name for module in pkgutil.iter_modules(artefacts.__path__))
    modules = (importlib.import_module(f"{artefacts.__name__}.{name}") for name in names)
    found = (getattr(module, "ARTEFACT", None) for module in modules)
    return (artefact for artefact in found if isinstance(artefact, Artefact))


def _in_order(found: Iterable[Artefact]) -> tuple[Artefact, ...]:
    # By order, not by origin: the report lists app-config.js and NEXT-STEPS.md before the files of a web server.
    return tuple(sorted(found, key=lambda artefact: artefact.order))
