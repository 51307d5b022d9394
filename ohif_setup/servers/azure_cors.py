"""How to set CORS on the Azure DICOM and FHIR services: in the portal and with the az command line.

The az command has no option for it, and ARM's PATCH carries only tags and identity, so the whole resource is read, changed and
written back (REST API specification of Microsoft.HealthcareApis, 2024-03-31). Not run against a live service.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ohif_setup.checks.finding import Fix

MAX_AGE = 600
"""Seconds that a browser may remember a preflight; the service takes 0 to 99999."""

_READ_ONLY = {
    "dicom": "del(.id,.name,.type,.etag,.systemData) | del(.properties | .serviceUrl,.provisioningState,"
    ".privateEndpointConnections,.authenticationConfiguration)",
    "fhir": "del(.id,.name,.type,.etag,.systemData) | del(.properties | .serviceUrl,.provisioningState,"
    ".privateEndpointConnections)",
}


@dataclass(frozen=True)
class CorsSettings:
    """What the service should allow. One set of rules holds for all origins."""

    origins: tuple[str, ...]
    headers: tuple[str, ...]
    methods: tuple[str, ...]


def wanted(service: Literal["dicom", "fhir"], origins: Sequence[str], *, uploads: bool) -> CorsSettings:
    """The settings that let the viewer in. `accept` is for images, whose Accept header has quotes in it."""
    writes = uploads or service == "fhir"
    headers = ("authorization", "accept", "content-type") if writes else ("authorization", "accept")
    return CorsSettings(tuple(origins), headers, ("GET", "POST", "OPTIONS") if writes else ("GET", "OPTIONS"))


def remedies(service: Literal["dicom", "fhir"], settings: CorsSettings, portal: str) -> tuple[Fix, ...]:
    """The way out twice: `portal` says what to enter there, the commands add `settings` to what is there for other apps."""
    name = "DICOM service" if service == "dicom" else "FHIR service"
    command = "dicom-service" if service == "dicom" else "fhir-service"
    option = "-n DICOM" if service == "dicom" else "--fhir-service-name FHIR"
    lines = (
        f"# RG, WS, {'DICOM' if service == 'dicom' else 'FHIR'}: your resource group, workspace and service; needs jq and the az "
        "extension healthcareapis",
        f"ID=$(az healthcareapis workspace {command} show -g RG --workspace-name WS {option} --query id -o tsv)",
        'URL="https://management.azure.com${ID}?api-version=2024-03-31"',
        """az rest --method get --url "$URL" | jq '""" + _READ_ONLY[service],
        "  | .properties.corsConfiguration |= ((. // {})",
        f"    | .origins = ((.origins // []) + {json.dumps(list(settings.origins))} | unique)",
        f"    | .headers = ((.headers // []) + {json.dumps(list(settings.headers))} | unique)",
        f"    | .methods = ((.methods // []) + {json.dumps(list(settings.methods))} | unique)",
        f"    | .maxAge //= {MAX_AGE} | .allowCredentials //= false)' > cors.json",
        "jq .properties.corsConfiguration cors.json   # look before the next line writes it",
        'az rest --method put --url "$URL" --headers Content-Type=application/json --body @cors.json',
    )
    return (Fix("Portal", f"{name} › CORS › {portal}"), Fix("az", "\n".join(lines)))
