"""Rules that look at more than one table of the answers: what is missing because of another answer, and what does not
fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ohif_setup.answers import defaults
from ohif_setup.answers.capabilities import Capabilities
from ohif_setup.answers.places import is_windows, lies_in
from ohif_setup.answers.site import Site
from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import host_of, is_loopback, is_secure, port_of, why_https
from ohif_setup.answers.viewer_url import parse_viewer_url

Place = tuple[str | int, ...]
Conflict = tuple[Place, object, str]
"""Where it is, the value, and what is wrong with it as the end of a sentence that begins with the value."""

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
    yield from _without_effect(answers)
    yield from _names(answers)
    yield from _side_by_side(own)
    for place, one in own:
        yield from _of_route(answers, place, one)
        yield from _of_web_server(answers, place, one)
    yield from _published(answers)


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
    extra = [(("viewer", "extra_urls", number), url) for number, url in enumerate(answers.viewer.extra_urls)]
    every: list[tuple[Place, str]] = [(("viewer", "url"), answers.viewer.url), *extra]
    for place, url in every:
        wrong = insecure_viewer(url, signs_in=answers.sign_in is not None)
        if wrong:
            yield place, url, wrong


def _without_effect(answers: Site) -> Iterator[Conflict]:
    """What was given for Azure alone, where it would do nothing."""
    for place, one in _placed(answers):
        if not one.is_azure:
            continue
        why = "has no effect on the Azure DICOM service, which browsers reach by themselves: remove it, or choose another kind"
        for key in ("route", "proxy"):
            if key in one.model_fields_set:
                yield (*place, key), getattr(one, key), why
        if one.capabilities != Capabilities():
            yield (
                (*place, "capabilities"),
                None,
                "have no effect on the Azure DICOM service, which is known: remove them",
            )
    if all(one.is_azure for one in answers.servers):
        for key, value in answers.proxy:
            if value:
                yield (
                    ("proxy", key),
                    value,
                    ("has no effect, because no web server stands before the Azure DICOM service: remove [proxy]"),
                )


def _names(answers: Site) -> Iterator[Conflict]:
    names = Counter(one.name for one in answers.servers)
    for place, one in _placed(answers):
        if names[one.name] > 1:
            yield (*place, "name"), one.name, "is the name of two servers of this site, and OHIF tells them apart by it"


def _side_by_side(own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """One web server stands before all of the site's own servers."""
    paths = Counter(one.path for _, one in own)
    for place, one in own:
        if paths[one.path] > 1:
            yield (
                (*place, "url"),
                one.url,
                (
                    "has the same path as another server of this site, and one web server stands before both: give one of them "
                    "another path (Orthanc: DicomWeb.Root)"
                ),
            )
        if one.route == "serve-folders" and len(own) > 1:
            yield (*place, "route"), one.route, "is the way of one Orthanc alone: choose reverse-proxy or cors for all"
            continue
        for key, first in (("route", own[0][1].route), ("proxy", own[0][1].proxy)):
            if getattr(one, key) != first:
                yield (
                    (*place, key),
                    getattr(one, key),
                    (f'differs from "{first}" of another server of this site, and one web server stands before both'),
                )


def _of_route(answers: Site, place: Place, one: Server) -> Iterator[Conflict]:
    if one.route == "reverse-proxy" and _place(answers.viewer.url) == _place(one.url):
        wrong = "is the address of the server itself, whose port the web server cannot have too: give another one, as in http://localhost:8080"
        yield ("viewer", "url"), answers.viewer.url, wrong
    viewer = answers.viewer
    if one.route == "serve-folders":
        if one.kind != "orthanc":
            yield (*place, "route"), one.route, "is a way of Orthanc alone: choose reverse-proxy or cors"
        if viewer.base_path == "/":
            yield (
                ("viewer", "url"),
                viewer.url,
                (f"has no path, and Orthanc cannot serve a viewer at its root: give {viewer.url}/ohif"),
            )
        if "." in viewer.folder:
            yield (
                ("viewer", "folder"),
                viewer.folder,
                (
                    "has a full stop in it, and Orthanc then takes what follows for the extension of every file below: name a "
                    "folder without one"
                ),
            )
    elif one.route == "cors":
        proxy_url = defaults.proxy_url(answers)
        if proxy_url in viewer.origins:
            yield (
                ("proxy", "url"),
                proxy_url,
                (
                    "is the viewer's own origin, and then no CORS is needed: choose server.route = reverse-proxy, or give another "
                    "address or port (proxy.url, proxy.listen)"
                ),
            )
        elif not answers.proxy.url and proxy_url.startswith("https://") and not answers.proxy.tls_certificate:
            yield (
                ("proxy", "url"),
                proxy_url,
                (
                    "is where browsers would look for the images, but the web server has no certificate: give "
                    "proxy.tls_certificate and proxy.tls_key, or in proxy.url the address under which browsers reach it"
                ),
            )
        elif not is_secure(proxy_url) and any(origin.startswith("https://") for origin in viewer.origins):
            yield ("proxy", "url"), proxy_url, "begins with http://, and browsers block that under a viewer at https://"
    elif not one.path:
        yield (
            (*place, "url"),
            one.url,
            ("has no path, and the viewer's own pages are at the root of the web server: give the DICOMweb root"),
        )
    elif viewer.base_path != "/" and f"{one.path}/".startswith(f"{viewer.base_path}/"):
        yield (
            (*place, "url"),
            one.url,
            (
                f"has a path at or below the viewer's ({viewer.base_path}), and one web server serves both: move one of them"
            ),
        )


def _place(url: str) -> tuple[str, int]:
    """Host and port, all names of this machine being one."""
    host = host_of(url)
    return "localhost" if is_loopback(host) else host, port_of(url) or (443 if url.startswith("https:") else 80)


def _of_web_server(answers: Site, place: Place, one: Server) -> Iterator[Conflict]:
    if one.route == "cors" and one.proxy != "nginx":
        yield (
            (*place, "proxy"),
            one.proxy,
            "cannot be configured for the route cors, which is made for nginx: choose nginx",
        )
    if one.route == "serve-folders":
        return
    iis = one.proxy == "iis"
    places = (("viewer", "folder", answers.viewer.folder), *(("proxy", *file) for file in _files(answers)))
    for group, name, path in places:
        if path and is_windows(path) and not iis:
            yield (group, name), path, "is a path of Windows, which fits server.proxy = iis only"
        elif path and iis and not is_windows(path):
            yield (group, name), path, "is no path of Windows, where IIS runs: give one as in C:\\inetpub\\ohif"


def _published(answers: Site) -> Iterator[Conflict]:
    """Files that a web server would hand out to everybody, because they lie where the viewer lies."""
    for name, path in _files(answers):
        if name != "tls_certificate" and lies_in(path, answers.viewer.folder):
            yield ("proxy", name), path, "lies in viewer.folder, which everybody can read: put it elsewhere"


def _files(answers: Site) -> list[tuple[str, str]]:
    names = ("tls_certificate", "tls_key", "orthanc_credentials_file")
    return [(name, path) for name in names if (path := getattr(answers.proxy, name))]


def _placed(answers: Site) -> Iterator[tuple[Place, Server]]:
    if answers.single:
        yield ("server",), answers.single
    for number, one in enumerate(answers.several):
        yield ("servers", number), one
