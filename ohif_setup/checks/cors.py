"""Does the service let the viewer in? Asked for each viewer origin and each kind of request, as a browser would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.cors_findings import ID, findings_of
from ohif_setup.checks.cors_look import ServiceLook
from ohif_setup.checks.cors_verdict import judge_service
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import from_status, from_trouble, is_tls, named_by_tls
from ohif_setup.network.certificate import Certificate
from ohif_setup.network.cors import CorsLook
from ohif_setup.network.exchange import Exchange


@dataclass(frozen=True)
class Seen:
    """What each service showed of CORS, a search without a token, and the certificates where TLS failed."""

    services: tuple[ServiceLook, ...]
    anonymous: Exchange
    certificates: tuple[Certificate, ...] = ()


def look(site: Look) -> Seen:
    """A preflight and a GET for each origin and kind, and a few GETs of strangers; nothing is ever stored."""
    services = site.cors()
    failed = any(is_tls(exchange) for service in services for one in service.looks for exchange in _exchanges(one))
    return Seen(services, site.anonymous(), site.certificates() if failed else ())


def judge(answers: Answers, seen: Seen) -> Sequence[Finding]:
    """One finding for each origin and kind of request; one alone for a service that cannot be asked."""
    return [finding for service in seen.services for finding in _of_service(answers, seen, service)]


def _of_service(answers: Answers, seen: Seen, service: ServiceLook) -> list[Finding]:
    dicom = service.wanted.url == answers.server.url
    prefix = "" if dicom else "fhir "
    first = service.looks[0]
    aspect = "" if dicom else "fhir"
    # Whatever a service in trouble says says nothing about CORS, and one check is enough to name the fault.
    if dicom and seen.anonymous.trouble:
        where = "tls" if named_by_tls(seen.anonymous, seen.certificates) else "dicomweb-reachable"
        return [
            Finding(
                ID, service.wanted.url, "skipped", f"skipped: the service cannot be asked, see {where}", aspect=aspect
            )
        ]
    if dicom and from_status(ID, "", seen.anonymous, ""):
        return [Finding(ID, service.wanted.url, "skipped", "skipped: no DICOM service answers, see dicomweb-reachable")]
    exchanges = [exchange for one in service.looks for exchange in _exchanges(one)]
    troubled = [exchange for exchange in exchanges if exchange.trouble]
    if any(named_by_tls(exchange, seen.certificates) for exchange in troubled):
        return [Finding(ID, service.wanted.url, "skipped", "skipped: no secure connection, see tls", aspect=aspect)]
    if len(troubled) == len(exchanges):
        return [from_trouble(ID, service.wanted.url, troubled[0], first.request.what_breaks).aspect_of(aspect)]
    busy = [from_status(ID, service.wanted.url, exchange, first.request.what_breaks) for exchange in _exchanges(first)]
    if not dicom and busy[0] and all(busy):
        return [busy[0].aspect_of(aspect)]
    return findings_of(judge_service(service), service.wanted, prefix)


def _exchanges(one: CorsLook) -> list[Exchange]:
    return [exchange for exchange in (one.preflight, one.actual) if exchange]


CHECK = Check(ID, 80, "Does the service let the viewer in?", look, judge, needs=("dicomweb-reachable", "tls"))
