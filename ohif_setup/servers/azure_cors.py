"""How to set CORS on the Azure DICOM and FHIR services: in the portal and with the az command line.

The az command has no option for it, and ARM's PATCH carries only tags and identity, so the whole resource is read, changed and
written back (REST API specification of Microsoft.HealthcareApis, 2024-03-31). Not run against a live service.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from ohif_setup.checks.finding import Fix

MAX_AGE = 600
"""Seconds that a browser may remember a preflight; the service takes 0 to 99999."""

ANY_ORIGIN = "Microsoft does not recommend * as an origin, because it is a security risk"
"""Of the page "Configure cross-origin resource sharing" of the DICOM and the FHIR service."""

# ARM's own pattern, ^(?:(?:(?:[hH][tT][tT][pP](?:[sS]|))\:\/\/(?:[a-zA-Z0-9-]+[.]?)+(?:\:[0-9]{1,5})?|[*]))$, without the nested
# repetition, which takes for ever on some texts.
_ORIGIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::[0-9]{1,5})?|\*", re.IGNORECASE)

Setting = Literal["origins", "headers", "methods", "maxAge", "allowCredentials"]


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


def takes_origin(origin: str) -> bool:
    """Whether the CORS settings of the services accept it: no `[::1]`, no underscore, no `null`, no wildcard inside."""
    return _ORIGIN.fullmatch(origin) is not None


def remedies(
    service: Literal["dicom", "fhir"], settings: CorsSettings, portal: str, exactly: Collection[Setting] = ()
) -> tuple[Fix, ...]:
    """The way out twice: `portal` says what to enter there, the commands add `settings` to what is there for other apps.

    The settings of `exactly` take the place of what is there.
    """
    name = "DICOM service" if service == "dicom" else "FHIR service"
    command = "dicom-service" if service == "dicom" else "fhir-service"
    option = "-n DICOM" if service == "dicom" else "--fhir-service-name FHIR"
    read_only = ".privateEndpointConnections"
    if service == "dicom":
        read_only += ", .authenticationConfiguration"
    listed = {"origins": settings.origins, "headers": settings.headers, "methods": settings.methods}
    # One word for the shell, whatever the origins hold.
    program = shlex.quote(
        "\n".join(
            (
                "del(.id, .name, .type, .etag, .systemData)",
                "  | .properties |= del(.serviceUrl, .provisioningState,",
                f"    {read_only})",
                "  | .properties.corsConfiguration |= ((. // {})",
                *(f"    | .{key} = {_list(key, values, exactly)}" for key, values in listed.items()),
                f"    | .maxAge {'=' if 'maxAge' in exactly else '//='} {MAX_AGE}",
                f"    | .allowCredentials {'=' if 'allowCredentials' in exactly else '//='} false)",
            )
        )
    )
    lines = (
        f"# RG, WS, {name[: -len(' service')]}: your resource group, workspace and service",
        "# needs jq and the az extension healthcareapis",
        f"ID=$(az healthcareapis workspace {command} show -g RG \\",
        f"  --workspace-name WS {option} --query id -o tsv)",
        'URL="https://management.azure.com${ID}?api-version=2024-03-31"',
        'az rest --method get --url "$URL" > before.json',
        f"jq {program} before.json > cors.json",
        "jq .properties.corsConfiguration cors.json   # look before the next line writes",
        'az rest --method put --url "$URL" --headers Content-Type=application/json \\',
        "  --body @cors.json",
    )
    return (Fix("Portal", f"{name} › CORS › {portal}"), Fix("az", "\n".join(lines)))


def _list(key: str, values: Sequence[str], exactly: Collection[str]) -> str:
    return json.dumps(list(values)) if key in exactly else f"((.{key} // []) + {json.dumps(list(values))} | unique)"
