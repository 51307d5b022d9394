"""Does the service let the viewer in? Asked for each viewer origin and each kind of request, as a browser would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import finding
from ohif_setup.checks.check import Check
from ohif_setup.checks.cors.findings import ID, findings_of
from ohif_setup.checks.cors.look import ServiceLook
from ohif_setup.checks.cors.verdict import judge_service
from ohif_setup.checks.could_not_judge import judged
from ohif_setup.checks.dicomweb.server_fault import aspect_of, passed, skipped
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.front_login import behind_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import from_status, from_trouble, is_tls, named_by_tls
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.cors import CorsLook
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes import reach


@dataclass(frozen=True)
class CorsObservations:
    """What each service of another origin showed of CORS, a search without a token and the login in front by the root that was
    asked, and the certificates where TLS failed."""

    services: tuple[ServiceLook, ...]
    anonymous: Mapping[str, Exchange] = field(default_factory=dict)
    certificates: tuple[Certificate, ...] = ()
    logins: Mapping[str, str] = field(default_factory=dict)


def look(site: Look) -> CorsObservations:
    """A preflight and a GET for each origin and kind, and a few GETs of strangers; nothing is ever stored. Nothing for a server
    that shares the viewer's origin."""
    services = site.cors()
    failed = any(
        is_tls(exchange) for service in services for cors_look in service.looks for exchange in _exchanges(cors_look)
    )
    roots = {
        reach.public_root(site.answers, server): server
        for server in site.answers.servers
        if not reach.same_origin(server)
    }
    anonymous = {root: site.anonymous(server) for root, server in roots.items()}
    logins = {root: site.login_before(server) for root, server in roots.items() if not kind_of(server).token}
    return CorsObservations(services, anonymous, site.certificates() if failed else (), logins)


def judge(answers: Answers, seen: CorsObservations) -> Sequence[Finding]:
    """One finding for each origin and kind of request; one alone for a service that cannot be asked, or that needs no CORS."""
    services = {service.target.url: service for service in seen.services}
    findings: list[Finding] = []
    for server in answers.servers:
        if reach.same_origin(server):
            findings.append(_needless(answers, server))
        else:
            service = services.pop(reach.public_root(answers, server))
            findings += judged(
                ID, server.url, partial(_of_server, answers, server, service, seen), aspect_of(answers, server)
            )
    for url, service in services.items():
        findings += judged(ID, url, partial(_of_fhir, service, seen), "fhir")
    return findings


def _needless(answers: Answers, server: Server) -> Finding:
    origin = origin_of(answers.viewer.url)
    title = f"viewer and images have one origin ({origin}), so no CORS is needed"
    return passed(ID, server, title, {"rule": "C2", "step": "same-origin"}, aspect_of(answers, server))


def _of_server(answers: Answers, server: Server, service: ServiceLook, seen: CorsObservations) -> list[Finding]:
    # The answers of a service in trouble tell nothing about CORS, and one check is enough to name the fault.
    root, aspect = service.target.url, aspect_of(answers, server)
    anonymous, login = seen.anonymous[root], seen.logins.get(root)
    if login:
        login = f"{login}, and a page of another origin cannot log in there"
        return [behind_login(ID, server.url, anonymous, login, where=root, aspect=aspect)]
    if anonymous.trouble:
        where = "dicomweb-reachable"
        if named_by_tls(anonymous, seen.certificates):
            where = "tls"
        return [skipped(ID, server, "the service cannot be asked", aspect, see=(where,))]
    if from_status(ID, "", anonymous, ""):
        return [skipped(ID, server, f"no {service.target.service.noun} answers", aspect, see=("dicomweb-reachable",))]
    prefix = ""
    if aspect:
        prefix = f"{aspect} "
    return _troubled(service, seen, aspect) or findings_of(judge_service(service), service.target, prefix)


def _of_fhir(service: ServiceLook, seen: CorsObservations) -> list[Finding]:
    target, first = service.target, service.looks[0]
    troubled = _troubled(service, seen, "fhir")
    if troubled:
        return troubled
    # A gateway's own error has no CORS headers, which says nothing about the service's settings.
    busy = [from_status(ID, target.url, exchange, first.request.what_breaks) for exchange in _exchanges(first)]
    if busy[0] and all(busy):
        return [busy[0].aspect_of("fhir")]
    return findings_of(judge_service(service), target, "fhir ")


def _troubled(service: ServiceLook, seen: CorsObservations, aspect: str) -> list[Finding]:
    """The one finding for a service with which no exchange succeeds; nothing otherwise."""
    exchanges = [exchange for cors_look in service.looks for exchange in _exchanges(cors_look)]
    troubled = [exchange for exchange in exchanges if exchange.trouble]
    url = service.target.url
    if any(named_by_tls(exchange, seen.certificates) for exchange in troubled):
        return [finding.skipped(ID, url, "no secure connection", see=("tls",), aspect=aspect)]
    if len(troubled) == len(exchanges):
        return [from_trouble(ID, url, troubled[0], service.looks[0].request.what_breaks).aspect_of(aspect)]
    return []


def _exchanges(asked: CorsLook) -> list[Exchange]:
    return [exchange for exchange in (asked.preflight, asked.actual) if exchange]


CHECK = Check(ID, 80, "Does the service let the viewer in?", look, judge, needs=("dicomweb-reachable", "tls"))
