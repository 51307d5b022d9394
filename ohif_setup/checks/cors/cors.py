"""Does the service let the viewer in? Asked for each viewer origin and each kind of request, as a browser would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import finding
from ohif_setup.checks.check import Check
from ohif_setup.checks.cors.findings import ID, findings_of
from ohif_setup.checks.cors.look import CorsCase, CorsLook
from ohif_setup.checks.cors.verdict import judge_service
from ohif_setup.checks.could_not_judge import judged
from ohif_setup.checks.dicomweb.server_fault import aspect_of, passed, skipped
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.front_login import behind_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import from_status, from_trouble, is_tls, named_by_tls
from ohif_setup.kinds import kind_of
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes import reach


def look(site: Look) -> tuple[CorsCase, ...]:
    """A preflight and a GET for each origin and kind, and a few GETs of strangers; nothing is ever stored. Nothing for a server
    that shares the viewer's origin."""
    cases = site.cors()
    certificates: tuple[Certificate, ...] = ()
    if any(is_tls(exchange) for case in cases for cors_look in case.looks for exchange in _first(cors_look)):
        certificates = site.certificates()
    servers = {
        reach.public_root(site.answers, server): server
        for server in site.answers.servers
        if not reach.same_origin(server)
    }
    return tuple(
        replace(_beside(site, servers[case.url], case) if case.url in servers else case, certificates=certificates)
        for case in cases
    )


def _beside(site: Look, server: Server, case: CorsCase) -> CorsCase:
    login = "" if kind_of(server).token else site.login_before(server)
    return replace(case, anonymous=site.anonymous(server), login=login)


def judge(answers: Answers, seen: Sequence[CorsCase]) -> Sequence[Finding]:
    """One finding for each origin and kind of request; one alone for a service that cannot be asked, or that needs no CORS."""
    cases = {case.url: case for case in seen}
    findings: list[Finding] = []
    for server in answers.servers:
        if reach.same_origin(server):
            findings.append(_needless(answers, server))
        else:
            case = cases.pop(reach.public_root(answers, server))
            findings += judged(ID, server.url, partial(_of_server, answers, server, case), aspect_of(answers, server))
    for url, case in cases.items():
        findings += judged(ID, url, partial(_of_fhir, case), "fhir")
    return findings


def _needless(answers: Answers, server: Server) -> Finding:
    origin = origin_of(answers.viewer.url)
    title = f"viewer and images have one origin ({origin}), so no CORS is needed"
    return passed(ID, server, title, {"rule": "C2", "step": "same-origin"}, aspect_of(answers, server))


def _of_server(answers: Answers, server: Server, case: CorsCase) -> list[Finding]:
    # The answers of a service in trouble tell nothing about CORS, and one check is enough to name the fault.
    aspect, anonymous = aspect_of(answers, server), case.anonymous
    assert anonymous is not None
    if case.login:
        login = f"{case.login}, and a page of another origin cannot log in there"
        return [behind_login(ID, server.url, anonymous, login, where=case.url, aspect=aspect)]
    if anonymous.trouble:
        where = "dicomweb-reachable"
        if named_by_tls(anonymous, case.certificates):
            where = "tls"
        return [skipped(ID, server, "the service cannot be asked", aspect, see=(where,))]
    if from_status(ID, "", anonymous, ""):
        return [skipped(ID, server, f"no {case.service.noun} answers", aspect, see=("dicomweb-reachable",))]
    prefix = ""
    if aspect:
        prefix = f"{aspect} "
    return _troubled(case, aspect) or findings_of(judge_service(case), prefix)


def _of_fhir(case: CorsCase) -> list[Finding]:
    troubled = _troubled(case, "fhir")
    if troubled:
        return troubled
    # A gateway's own error has no CORS headers, which says nothing about the service's settings.
    first = case.looks[0]
    busy = [from_status(ID, case.url, exchange, first.request.what_breaks) for exchange in _first(first)]
    if busy[0] and all(busy):
        return [busy[0].aspect_of("fhir")]
    return findings_of(judge_service(case), "fhir ")


def _troubled(case: CorsCase, aspect: str) -> list[Finding]:
    """The one finding for a service with which no exchange succeeds; nothing otherwise."""
    exchanges = [exchange for cors_look in case.looks for exchange in _first(cors_look)]
    troubled = [exchange for exchange in exchanges if exchange.trouble]
    if any(named_by_tls(exchange, case.certificates) for exchange in troubled):
        return [finding.skipped(ID, case.url, "no secure connection", see=("tls",), aspect=aspect)]
    if len(troubled) == len(exchanges):
        return [from_trouble(ID, case.url, troubled[0], case.looks[0].request.what_breaks).aspect_of(aspect)]
    return []


def _first(cors_look: CorsLook) -> list[Exchange]:
    """What was asked of the service itself, before any redirect."""
    return [exchange for exchange in (cors_look.preflight, cors_look.actual) if exchange]


CHECK = Check(
    ID, 80, "Does the service let the viewer in?", look, judge, needs=("dicomweb-reachable", "tls"), proves="CORS"
)
