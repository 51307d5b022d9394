"""Rules that compare tables of the answers: what is missing because of another answer, and what is in conflict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ohif_setup.answers.rules import rules_own
from ohif_setup.answers.rules.rules_own import Conflict, Place
from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import KINDS, kind_of
from ohif_setup.paste import services
from ohif_setup.paste.urls import is_secure, why_https
from ohif_setup.paste.viewer_url import parse_viewer_url
from ohif_setup.providers import PROVIDERS
from ohif_setup.routes import route_of
from ohif_setup.webservers import WEBSERVERS

__all__ = ["Conflict", "Place", "conflicts", "insecure", "insecure_viewer", "missing"]


def missing(raw: Mapping[str, Any]) -> Iterator[Place]:
    """The places of missing answers, for tables as the file has them, before validation."""
    if raw.get("server") is None and raw.get("servers") in (None, [], ()):
        yield ("server",)
    sign_in = raw.get("sign_in")
    # A server that needs tokens needs the key that identifies the provider of these tokens.
    keys = [PROVIDERS[name].key for name in wanted_providers(raw)]
    if keys and sign_in is None:
        # The whole table is missing, so both its key and the table are reported.
        yield from (("sign_in", key) for key in keys)
        yield ("sign_in",)
    elif isinstance(sign_in, Mapping):
        if keys:
            yield from (("sign_in", key) for key in keys if not sign_in.get(key))
        # Any provider will do, and the last one is the general one.
        elif not any(sign_in.get(provider.key) for provider in PROVIDERS.values()):
            yield ("sign_in", PROVIDERS[PROVIDERS.last].key)
    proxy = raw.get("proxy")
    # A certificate without its key, or the reverse.
    if isinstance(proxy, Mapping) and bool(proxy.get("tls_certificate")) != bool(proxy.get("tls_key")):
        yield ("proxy", "tls_key" if proxy.get("tls_certificate") else "tls_certificate")


def conflicts(answers: Site) -> Iterator[Conflict]:
    """Conflicts between answers each of which is valid by itself."""
    # Nothing else can be judged until it is clear which servers the site has.
    if answers.single and answers.several:
        wrong = "cannot be combined with [server]: write each server of the site as [[servers]], the default one first"
        yield ("servers",), None, wrong
        return
    # The servers that the site itself makes reachable, in contrast to those that browsers reach directly.
    own = [(place, server) for place, server in _servers_with_places(answers) if not route_of(server).direct]
    yield from _insecure(answers)
    yield from _scope(answers)
    yield from rules_own.with_command(list(_without_effect_on_kind(answers)))
    yield from _names(answers)
    yield from _refused_viewers(answers)
    for place, server in _servers_with_places(answers):
        if route_of(server).direct:
            yield from rules_own.not_its_route(place, server)
            yield from route_of(server).conflicts(answers, place, server)
    yield from rules_own.conflicts(answers, own)


def wanted_providers(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The providers whose tokens the servers need, for tables as the file has them; without repeats."""
    tokens = (KINDS[kind].token for kind in _kinds(raw) if kind in KINDS)
    return tuple(dict.fromkeys(token.provider for token in tokens if token))


def insecure_viewer(url: str, *, signs_in: bool) -> str:
    """Why the viewer must not have that address, as the end of a sentence; empty if it may."""
    return "" if not signs_in or is_secure(url) else why_https(url)


def insecure(raw: Mapping[str, Any]) -> Iterator[Conflict]:
    """The conflict of an insecure viewer URL, for tables that have other faults and so cannot be validated."""
    viewer = raw.get("viewer")
    given = viewer.get("url") if isinstance(viewer, Mapping) else None
    signs_in = raw.get("sign_in") is not None or bool(wanted_providers(raw))
    # The URL is parsed again here, because the tables are not validated.
    try:
        wrong = insecure_viewer(parse_viewer_url(given), signs_in=signs_in) if isinstance(given, str) else ""
    except ValueError:
        return
    if wrong:
        yield ("viewer", "url"), given, wrong


def _kinds(raw: Mapping[str, Any]) -> list[str]:
    """The kinds of the servers; empty text for a value of the wrong type."""
    servers = raw.get("servers")
    # [server] alone is the same as a list of one.
    given = servers if isinstance(servers, list | tuple) and servers else [raw.get("server") or {}]
    kinds = [server.get("kind", KINDS.first) if isinstance(server, Mapping) else "" for server in given]
    return [kind if isinstance(kind, str) else "" for kind in kinds]


def _insecure(answers: Site) -> Iterator[Conflict]:
    for place, url in rules_own.viewers(answers):
        wrong = insecure_viewer(url, signs_in=answers.sign_in is not None)
        if wrong:
            yield place, url, wrong


def _scope(answers: Site) -> Iterator[Conflict]:
    """A scope that asks for no token of a server that needs one."""
    asked = answers.sign_in.scope.split() if answers.sign_in else []
    tokens = (kind_of(server).token for server in answers.servers)
    token = next((token for token in tokens if token), None)
    if asked and token and not any(one.startswith(token.scope_beginnings) for one in asked):
        yield (
            ("sign_in", "scope"),
            " ".join(asked),
            f"lacks {token.scope}, without which the server answers 401: add it",
        )


def _without_effect_on_kind(answers: Site) -> Iterator[Conflict]:
    """Answers about a server that have no effect on its kind."""
    for place, server in _servers_with_places(answers):
        label, route, refused = kind_of(server).label, route_of(server), server.refused
        useless = {*refused}
        # The default may be written there, so that changing the route takes only one answer.
        if route.direct and server.proxy != WEBSERVERS.first:
            useless.add("proxy")
        why = "which browsers reach by themselves" if route.direct else f"which has the route {route.name} alone"
        for key in ("route", "proxy"):
            # Only what the user wrote: the model fills in the rest by itself.
            if key in useless and key in server.model_fields_set:
                yield (*place, key), getattr(server, key), f"has no effect on the {label}, {why}"
        # Capabilities are looked up only for servers that differ in them.
        if "capabilities" in refused and server.capabilities != Capabilities():
            yield (*place, "capabilities"), None, f"has no effect on the {label}, which is known"
    if all(route_of(server).direct for server in answers.servers):
        # Iterating over a model of pydantic gives pairs of field name and value.
        for key, value in answers.proxy:
            if value:
                wrong = f"has no effect, because no web server is in front of the {kind_of(answers.server).label}"
                yield ("proxy", key), value, wrong


def _refused_viewers(answers: Site) -> Iterator[Conflict]:
    """Viewers whose origin the CORS settings of a server, or of the FHIR service, refuse."""
    refusing = [kind_of(server).refuses_viewer for server in answers.servers]
    if answers.fhir:
        refusing.append(services.refused_origin)
    for place, url in rules_own.viewers(answers):
        wrong = next(filter(None, (refuses(url) for refuses in refusing)), "")
        if wrong:
            yield place, url, wrong


def _names(answers: Site) -> Iterator[Conflict]:
    # OHIF finds a data source by its name only, see /viewer?datasources=NAME.
    names = Counter(server.name for server in answers.servers)
    for place, server in _servers_with_places(answers):
        if names[server.name] > 1:
            yield (
                (*place, "name"),
                server.name,
                "is the name of two servers of this site, and OHIF tells them apart by it",
            )


def _servers_with_places(answers: Site) -> Iterator[tuple[Place, Server]]:
    if answers.single:
        yield ("server",), answers.single
    for number, server in enumerate(answers.several):
        yield ("servers", number), server
