"""The faults that the demo with Orthanc can show: what is broken in Orthanc or nginx, and which check must name it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Settings = dict[str, Any]
"""Orthanc's configuration."""


@dataclass(frozen=True)
class OrthancFault:
    """One way to break the site. `check` is the ID of the check that must name it. `settings` changes Orthanc's configuration
    before the start, `proxy` the text of `nginx.conf`. `needs_viewer`: the fault shows only where a build of the viewer is
    served."""

    name: str
    summary: str
    check: str
    settings: Callable[[Settings], None] | None = None
    proxy: Callable[[str], str] | None = None
    needs_viewer: bool = False


def _without_plugin(settings: Settings) -> None:
    settings["Plugins"] = []


def _with_login(settings: Settings) -> None:
    # A random password: the port is open to every user of this machine while the demo runs.
    settings |= {"AuthenticationEnabled": True, "RegisteredUsers": {"demo": secrets.token_urlsafe(12)}}


def _debians_host(settings: Settings) -> None:
    # The value of Debian's package: every BulkDataURI then begins with http://localhost/, whatever nginx sends.
    settings["DicomWeb"]["Host"] = "localhost"


def _without(directives: str) -> Callable[[str], str]:
    """Removes every line with one of these directives, given as a regular expression."""

    def change(text: str) -> str:
        return _changed(rf"^[ \t]*(?:{directives})[^\n]*;\n", "", text)

    return change


def _small_bodies(text: str) -> str:
    return _changed(r"client_max_body_size\s+\S+;", "client_max_body_size 1m;", text)


def _whole_api(text: str) -> str:
    """Adds a proxy_pass with a slash after the port, which strips `/dicom-web`: the rest of the path reaches Orthanc's REST API."""
    return _changed(
        r"location\s[^\n{]*/dicom-web/\s*\{\s*return 404;",
        f"location /dicom-web/ {{ proxy_pass {_upstream(text)}/;",
        text,
    )


def _upstream(text: str) -> str:
    found = re.search(r"proxy_pass\s+\"?(https?://[^;\"/]+)", text)
    if found is None:
        raise ValueError("the configuration has no proxy_pass")
    return found[1]


def _without_fallback(text: str) -> str:
    return _changed(r"try_files [^;\n]*/index\.html\"?;", "try_files $uri $uri/ =404;", text)


def _changed(pattern: str, replacement: str, text: str) -> str:
    """Replaces all matches. Raises ValueError where there is none: the fault would not exist."""
    changed, count = re.subn(pattern, lambda _: replacement, text, flags=re.MULTILINE)
    if not count:
        raise ValueError(f"the configuration has nothing like {pattern}")
    return changed


_ALL = (
    OrthancFault(
        "no-plugin", "Orthanc runs without its DICOMweb plugin", "dicomweb-reachable", settings=_without_plugin
    ),
    OrthancFault("login", "Orthanc wants a login that nginx does not add", "dicomweb-reachable", settings=_with_login),
    OrthancFault(
        "debian-host",
        'DicomWeb.Host is "localhost", as Debian ships it',
        "dicomweb-addresses",
        settings=_debians_host,
    ),
    OrthancFault(
        "host-header",
        "nginx does not tell Orthanc which host was asked",
        "dicomweb-addresses",
        proxy=_without(r"proxy_set_header (?:Host|Forwarded|X-Forwarded-\w+) "),
    ),
    OrthancFault("rest-api", "nginx exposes Orthanc's whole REST API", "exposure", proxy=_whole_api),
    OrthancFault("body-limit", "nginx takes uploads up to 1 MB", "uploads", proxy=_small_bodies),
    OrthancFault(
        "no-fallback",
        "nginx has no page for deep links and the sign-in's callback",
        "viewer-routes",
        proxy=_without_fallback,
        needs_viewer=True,
    ),
)

FAULTS: dict[str, OrthancFault] = {fault.name: fault for fault in _ALL}
