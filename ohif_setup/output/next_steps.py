"""The sections of `NEXT-STEPS.md`: those of each server, of the route, the web server and the provider, and those of every site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import kind_of
from ohif_setup.kinds import steps as server_steps
from ohif_setup.kinds.service import settings_for
from ohif_setup.ohif import configuration
from ohif_setup.output.section import Section, Stage
from ohif_setup.paste.urls import host_of, is_loopback
from ohif_setup.providers import provider_of
from ohif_setup.routes import ROUTES, reach
from ohif_setup.webservers import WEBSERVERS, facts
from ohif_setup.webservers import steps as web_server_steps


def sections(answers: Answers) -> list[Section]:
    """All sections of a site, in the order of their stages."""
    found = [section for server in answers.servers for section in _server(answers, server)]
    found += [_viewer(answers), *_route(answers), *_web_server(answers), *_fhir(answers)]
    # A kind may describe its app registration itself (Azure does); that section replaces the one of the provider.
    if not any(section.stage is Stage.REGISTRATION for section in found):
        found += _sign_in(answers)
    if reach.shown_without_token(answers):
        found.append(_access(answers))
    if reach.own_servers(answers):
        found.append(_proof(answers))
    return sorted(found, key=lambda section: section.stage)


def prefaces(answers: Answers) -> tuple[str, ...]:
    """Sentences for the beginning of the file, each once."""
    return tuple(dict.fromkeys(filter(None, (kind_of(server).next_steps.preface for server in answers.servers))))


def tried_on(answers: Answers) -> str:
    """The systems on which the commands for the site's own servers were tried; empty if they were not."""
    tried = reach.web_server(answers) or reach.site_route(answers)
    return tried.tried_on if tried else ""


def _server(answers: Answers, server: Server) -> Iterable[Section]:
    own = kind_of(server).next_steps.sections
    # A kind without its own sections gets the general ones, so that a new kind works from the start.
    return own(answers, server) if own else [server_steps.usual(answers, server)]


def _viewer(answers: Answers) -> Section:
    """How the viewer is served."""
    route, web_server = reach.site_route(answers), reach.web_server(answers)
    if route is None:
        base = answers.viewer.base_path
        return Section("viewer-alone", Stage.PROOF, {"public_url": base if base == "/" else f"{base}/"})
    # The same host serves viewer and images, so install-viewer can put the viewer there.
    if route.serves_viewer:
        return Section("viewer", Stage.VIEWER, {"windows": web_server is not None and web_server.windows})
    # Named as the simpler alternative to two origins.
    same_origin = next(name for name, other in ROUTES.items() if other.same_origin)
    return Section("viewer-elsewhere", Stage.VIEWER, {"same_origin": same_origin})


def _route(answers: Answers) -> Iterable[Section]:
    route = reach.site_route(answers)
    return route.sections(answers) if route and route.sections else ()


def _web_server(answers: Answers) -> Iterable[Section]:
    web_server = reach.web_server(answers)
    if web_server is None:
        return ()
    return web_server.sections(answers) if web_server.sections else [web_server_steps.usual(answers, web_server)]


def _fhir(answers: Answers) -> Iterable[Section]:
    # Azure has its own section, which covers the FHIR service too.
    if not answers.fhir or any(kind_of(server).next_steps.fhir for server in answers.servers):
        return ()
    settings = settings_for(answers.viewer.origins, writes=True)
    return [Section("fhir", Stage.FHIR, {"cors": settings})]


def _sign_in(answers: Answers) -> Iterable[Section]:
    if answers.sign_in is None:
        return ()
    provider = provider_of(answers.sign_in)
    missing = provider.wants.keys() - answers.sign_in.extra_parameters.keys()
    values = {
        "label": provider.label,
        "console": provider.console.of(answers.sign_in.client_id),
        "redirect_uris": configuration.redirect_uris(answers),
        "sign_out_uris": configuration.sign_out_uris(answers),
        "any_page": [url + provider.console.any_page for url in (answers.viewer.url, *answers.viewer.extra_urls)],
        "origins": answers.viewer.origins,
        "wants": {name: provider.wants[name] for name in sorted(missing)},
        "sign_out": provider.sign_out,
        "sign_out_remedy": provider.sign_out_remedy,
        "implicit": provider.implicit,
    }
    return [Section(provider.section, Stage.SIGN_IN, values)]


def _access(answers: Answers) -> Section:
    """The section on who may see the images, for servers that check no token."""
    roots = [reach.public_root(answers, server) for server in reach.shown_without_token(answers)]
    # Names, listening addresses and roots: one of them that is reachable from outside is enough.
    hosts = (*facts.names(answers), *answers.proxy.listen_addresses, *map(host_of, roots))
    values: dict[str, Any] = {
        "roots": roots,
        "outside": not all(map(is_loopback, hosts)),
    }
    return Section("access", Stage.ACCESS, values | _who_checks(answers))


def _who_checks(answers: Answers) -> dict[str, Any]:
    kinds = {kind.name: kind for kind in map(kind_of, answers.servers)}.values()
    open_kinds = [kind for kind in kinds if kind.next_steps.authorizer]
    # All web servers, not only the configured one: the advice may be a reason to choose another.
    before = [web_server.authorizer for web_server in WEBSERVERS.values() if web_server.authorizer]
    return {
        "checking": [kind.label for kind in kinds if kind.token],
        "open": [kind.label for kind in open_kinds],
        "authorizers": [*before, *(kind.next_steps.authorizer for kind in open_kinds)],
    }


def _proof(answers: Answers) -> Section:
    route = reach.site_route(answers)
    entry = f"/{route.entry}" if route and route.entry else ""
    uploads = any(server.uploads for server in answers.servers)
    return Section("proof", Stage.PROOF, {"page": answers.viewer.url + entry, "uploads": uploads})
