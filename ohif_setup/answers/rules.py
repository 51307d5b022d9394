"""Rules that look at more than one table of the answers: what is missing because of another answer, and what does not
fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ohif_setup.answers import rules_own
from ohif_setup.answers.capabilities import Capabilities
from ohif_setup.answers.rules_own import Conflict, Place
from ohif_setup.answers.site import Site
from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import host_of, is_secure, why_https
from ohif_setup.answers.viewer_url import parse_viewer_url

__all__ = ["AZURE", "Conflict", "Place", "conflicts", "insecure", "insecure_viewer", "missing"]

AZURE = "azure-dicom"


def missing(raw: Mapping[str, Any]) -> Iterator[Place]:
    """The places of what is missing in tables as the file has them, not yet validated."""
    if raw.get("server") is None and raw.get("servers") in (None, [], ()):
        yield ("server",)
    kinds = _kinds(raw)
    sign_in = raw.get("sign_in")
    if AZURE in kinds and sign_in is None:
        yield ("sign_in", "tenant_id")
        yield ("sign_in",)
    elif isinstance(sign_in, Mapping) and not sign_in.get("tenant_id"):
        if AZURE in kinds:
            yield ("sign_in", "tenant_id")
        elif not sign_in.get("authority"):
            yield ("sign_in", "authority")
    proxy = raw.get("proxy")
    if isinstance(proxy, Mapping) and bool(proxy.get("tls_certificate")) != bool(proxy.get("tls_key")):
        yield ("proxy", "tls_key" if proxy.get("tls_certificate") else "tls_certificate")


def conflicts(answers: Site) -> Iterator[Conflict]:
    """What does not fit together in answers that are right each by itself."""
    if answers.single and answers.several:
        wrong = "stand beside [server]: write each server of the site as [[servers]], the default one first, and no [server]"
        yield ("servers",), None, wrong
        return
    own = [(place, one) for place, one in _placed(answers) if not one.is_azure]
    yield from _insecure(answers)
    yield from rules_own.with_command(list(_not_for_azure(answers)))
    yield from _names(answers)
    yield from _refused_by_azure(answers)
    yield from rules_own.conflicts(answers, own)


def insecure_viewer(url: str, *, signs_in: bool) -> str:
    """Why a viewer may not be at that address, as the end of a sentence; empty when it may."""
    return "" if not signs_in or is_secure(url) else why_https(url)


def insecure(raw: Mapping[str, Any]) -> Iterator[Conflict]:
    """What `conflicts` says of the viewer URL, for tables that have other faults, as the file has them."""
    viewer = raw.get("viewer")
    given = viewer.get("url") if isinstance(viewer, Mapping) else None
    signs_in = raw.get("sign_in") is not None or AZURE in _kinds(raw)
    try:
        wrong = insecure_viewer(parse_viewer_url(given), signs_in=signs_in) if isinstance(given, str) else ""
    except ValueError:
        return
    if wrong:
        yield ("viewer", "url"), given, wrong


def _kinds(raw: Mapping[str, Any]) -> list[object]:
    """The kinds of the servers; empty text for what is no table."""
    servers = raw.get("servers")
    given = servers if isinstance(servers, list | tuple) and servers else [raw.get("server") or {}]
    return [one.get("kind", AZURE) if isinstance(one, Mapping) else "" for one in given]


def _insecure(answers: Site) -> Iterator[Conflict]:
    for place, url in _viewers(answers):
        wrong = insecure_viewer(url, signs_in=answers.sign_in is not None)
        if wrong:
            yield place, url, wrong


def _not_for_azure(answers: Site) -> Iterator[Conflict]:
    """What was given for other servers, where it would do nothing."""
    for place, one in _placed(answers):
        if not one.is_azure:
            continue
        for key in ("route", "proxy"):
            if key in one.model_fields_set:
                wrong = "has no effect on the Azure DICOM service, which browsers reach by themselves"
                yield (*place, key), getattr(one, key), wrong
        if one.capabilities != Capabilities():
            yield (*place, "capabilities"), None, "has no effect on the Azure DICOM service, which is known"
    if all(one.is_azure for one in answers.servers):
        for key, value in answers.proxy:
            if value:
                wrong = "has no effect, because no web server stands before the Azure DICOM service"
                yield ("proxy", key), value, wrong


def _refused_by_azure(answers: Site) -> Iterator[Conflict]:
    """Viewers that the CORS settings of Azure's services do not take."""
    if not answers.fhir and not any(one.is_azure for one in answers.servers):
        return
    for place, url in _viewers(answers):
        if "_" in host_of(url):
            yield place, url, "has an underscore in its host name. Azure refuses such an origin in its CORS settings"


def _names(answers: Site) -> Iterator[Conflict]:
    names = Counter(one.name for one in answers.servers)
    for place, one in _placed(answers):
        if names[one.name] > 1:
            yield (*place, "name"), one.name, "is the name of two servers of this site, and OHIF tells them apart by it"


def _viewers(answers: Site) -> Iterator[tuple[Place, str]]:
    yield ("viewer", "url"), answers.viewer.url
    for number, url in enumerate(answers.viewer.extra_urls):
        yield ("viewer", "extra_urls", number), url


def _placed(answers: Site) -> Iterator[tuple[Place, Server]]:
    if answers.single:
        yield ("server",), answers.single
    for number, one in enumerate(answers.several):
        yield ("servers", number), one
