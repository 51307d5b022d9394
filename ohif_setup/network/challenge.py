"""The 401 challenge of an Azure DICOM or FHIR service, which names its tenant and its audience."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ohif_setup.network.exchange import Received

_PARAMETER = re.compile(r'([A-Za-z_]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


@dataclass(frozen=True)
class Challenge:
    """What `WWW-Authenticate: Bearer ...` says; empty where it does not."""

    authority: str = ""
    tenant_id: str = ""
    audience: str = ""
    error: str = ""
    description: str = ""


def challenge_of(received: Received | None) -> Challenge | None:
    """The challenge of an answer, read leniently; None when there is no Bearer challenge."""
    value = received.header("WWW-Authenticate") if received else ""
    if not re.search(r"\bBearer\b", value, re.IGNORECASE):
        return None
    parameters = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(value)}
    authority = (parameters.get("authorization_uri") or parameters.get("authorization") or "").rstrip("/")
    segment = urlsplit(authority).path.strip("/").split("/")[0].lower() if authority.startswith("https://") else ""
    return Challenge(
        authority=authority,
        tenant_id=segment if _GUID.match(segment) else "",
        audience=parameters.get("resource_id", ""),
        error=parameters.get("error", ""),
        description=parameters.get("error_description", ""),
    )
