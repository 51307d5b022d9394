"""How to set CORS on the Azure DICOM and FHIR services: in the portal and with the az command line.

`az resource update` reads the resource, changes what `--set` names, and writes the whole of it back, with everything that this tool
does not know (measured with az 2.45 and 2.91 against a stand-in of ARM; not run against a live service). The az commands of the
services have no option for CORS, and ARM's PATCH carries only tags and identity.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.service import MAX_AGE, CorsService, CorsSettings, Setting, settings_for
from ohif_setup.ohif.requests import Uids, ViewerRequest, dicomweb_requests
from ohif_setup.paste.services import is_dicom_url

if TYPE_CHECKING:
    from ohif_setup.checks.cors.look import CorsCase

API_VERSION = "2024-03-31"
"""Of ARM: the newest stable one."""
ANY_ORIGIN = "Microsoft does not recommend * as an origin, because it is a security risk"
"""Of the page "Configure cross-origin resource sharing" of the DICOM and the FHIR service."""

# ARM's own pattern, ^(?:(?:(?:[hH][tT][tT][pP](?:[sS]|))\:\/\/(?:[a-zA-Z0-9-]+[.]?)+(?:\:[0-9]{1,5})?|[*]))$, without the nested
# repetition, which takes for ever on some texts.
_ORIGIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::[0-9]{1,5})?|\*", re.IGNORECASE)

NOT_LISTED = "on Azure that means that the origin is not in its list, or that CORS was never set. (The status, 204, says nothing.)"


def wanted(service: Literal["dicom", "fhir"], origins: Sequence[str], *, uploads: bool) -> CorsSettings:
    """The settings that let the viewer in. `accept` is for images, whose Accept header has quotes in it."""
    return settings_for(origins, writes=uploads or service == "fhir")


def takes_origin(origin: str) -> bool:
    """Whether the CORS settings of the services accept it: no `[::1]`, no underscore, no `null`, no wildcard inside."""
    return _ORIGIN.fullmatch(origin) is not None


def remedies(
    service: Literal["dicom", "fhir"], settings: CorsSettings, portal: str, exactly: Collection[Setting] = ()
) -> tuple[Fix, ...]:
    """The way out twice: `portal` says what to enter there, the commands add `settings` to what is there for other apps.

    The settings of `exactly` replace what is there.
    """
    name = "DICOM service" if service == "dicom" else "FHIR service"
    letters = name.partition(" ")[0]
    listed = {"origins": settings.origins, "headers": settings.headers, "methods": settings.methods}
    # `az resource update` writes the whole configuration with a PUT, so the program starts from what is there.
    # Quoted, it is one word for the shell, whatever the origins hold.
    program = shlex.quote(
        "\n".join(
            (
                "(.properties.corsConfiguration // {})",
                *(f"  | .{key} = {_list(key, values, exactly)}" for key, values in listed.items()),
                f"  | .maxAge {_assigned('maxAge', exactly)} {MAX_AGE}",
                f"  | .allowCredentials {_assigned('allowCredentials', exactly)} false",
            )
        )
    )
    lines = (
        f"# RG, WS, {letters}: your resource group, workspace and service; needs jq",
        "SUB=$(az account show --query id -o tsv)",
        "ID=/subscriptions/$SUB/resourceGroups/RG/providers/Microsoft.HealthcareApis/workspaces/WS/"
        f"{service}services/{letters}",
        f'CORS=$(az resource show --ids "$ID" --api-version {API_VERSION} -o json |',
        f"  jq -c {program})",
        'echo "$CORS"   # look before the next line writes',
        f'az resource update --ids "$ID" --api-version {API_VERSION} \\',
        '  --set "properties.corsConfiguration=$CORS"',
    )
    return (Fix("Portal", f"{name} › CORS › {portal}"), Fix("az", "\n".join(lines)))


def change_in_azure(
    service: Literal["dicom", "fhir"],
    case: CorsCase,
    origin: str,
    *,
    own: str,
    proxy: str,
    exactly: tuple[Setting, ...],
) -> tuple[Fix, ...]:
    """The ways out of a fault."""
    if not own:
        text = f"look at what stands before the service, Azure itself does not do that: {proxy}"
        return (Fix("Gateway", text),)
    if not takes_origin(origin):
        text = f"Azure's settings take no origin like {origin}: open the viewer by a DNS name, or at http://localhost"
        return (Fix("Viewer", text),)
    settings = wanted(service, tuple(filter(takes_origin, case.origins)), uploads=case.uploads)
    return remedies(service, settings, own, exactly)


def _requests(root: str, version: str, uploads: bool, uids: Uids) -> tuple[ViewerRequest, ...]:
    """Azure hands out no bulk data by address."""
    return dicomweb_requests(root, version, uploads=uploads, fuzzy=True, bulk=False, uids=uids)


def _of_dicom(
    case: CorsCase, origin: str, *, own: str, proxy: str, exactly: tuple[Setting, ...] = ()
) -> tuple[Fix, ...]:
    return change_in_azure("dicom", case, origin, own=own, proxy=proxy, exactly=exactly)


def _list(key: str, values: Sequence[str], exactly: Collection[str]) -> str:
    if key in exactly:
        return json.dumps(list(values))
    return f"((.{key} // []) + {json.dumps(list(values))} | unique)"


def _assigned(key: str, exactly: Collection[str]) -> str:
    """jq's operator: `//=` keeps the value that is there."""
    if key in exactly:
        return "="
    return "//="


DICOM = CorsService(
    label="Azure DICOM service",
    noun="DICOM service",
    requests=_requests,
    remedies=_of_dicom,
    takes_token=True,
    not_listed=NOT_LISTED,
    any_origin=ANY_ORIGIN,
    # ASP.NET Core sends none where one origin is configured, and nobody can change that on Azure.
    sets_vary=False,
    is_host=is_dicom_url,
)
