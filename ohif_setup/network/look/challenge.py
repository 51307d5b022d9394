"""The 401 challenge of an Azure DICOM or FHIR service, which names its tenant and its audience."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ohif_setup.browser.foreign import parts_of
from ohif_setup.network.wire.exchange import Received
from ohif_setup.network.wire.origin import origin_of

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# One scheme, or one parameter with its value (RFC 9110, 11.2 and 11.6.1).
_PIECE = re.compile(rf'(?P<name>{_WORD})(?:\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,"]+)))?', re.DOTALL)
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


@dataclass(frozen=True)
class Challenge:
    """The parameters of `WWW-Authenticate: Bearer ...`; empty if absent."""

    authority: str = ""
    tenant_id: str = ""
    audience: str = ""
    error: str = ""
    description: str = ""


def challenge_of(received: Received | None) -> Challenge | None:
    """The Bearer challenge of an answer, read leniently; None if there is none. Of several, the one with the most parameters."""
    if received is None:
        return None
    bearers = [parameters for scheme, parameters in _challenges(received) if scheme == "bearer"]
    if not bearers:
        return None
    parameters = max(bearers, key=len)
    # Azure DICOM and FHIR send `authorization_uri`; the shorter spelling is accepted as well.
    authority = (parameters.get("authorization_uri") or parameters.get("authorization") or "").rstrip("/")
    return Challenge(
        authority=authority,
        tenant_id=_tenant(authority),
        audience=parameters.get("resource_id", ""),
        error=parameters.get("error", ""),
        description=parameters.get("error_description", ""),
    )


def _challenges(received: Received) -> Iterator[tuple[str, dict[str, str]]]:
    """Each scheme, in lower case, with its parameters, whether they are in one header field or in several."""
    for name, value in received.headers:
        if name.lower() != "www-authenticate":
            continue
        scheme: str | None = None
        parameters: dict[str, str] = {}
        for piece in _PIECE.finditer(value):
            # A word without a value begins the next challenge; one with a value is a parameter of the current one.
            if piece["quoted"] is None and piece["bare"] is None:
                if scheme is not None:
                    yield scheme, parameters
                scheme, parameters = piece["name"].lower(), {}
            else:
                text = piece["bare"]
                if piece["quoted"] is not None:
                    text = re.sub(r"\\(.)", r"\1", piece["quoted"], flags=re.DOTALL)
                parameters.setdefault(piece["name"].lower(), text)
        if scheme is not None:
            yield scheme, parameters


def _tenant(authority: str) -> str:
    try:
        secure = origin_of(authority).startswith("https:")
    except ValueError:
        return ""
    # A tenant by domain name, or an AD FS path, is not an ID.
    segment = parts_of(authority).path.strip("/").split("/")[0].lower()
    if secure and _GUID.match(segment):
        return segment
    return ""
