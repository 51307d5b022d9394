"""How to set CORS on the Azure DICOM and FHIR services: in the portal, and with the az command line.

`az resource update` reads the resource, changes what `--set` names, and writes all of it back, including properties that this tool
does not know (measured with az 2.45 and 2.91 against a stand-in for ARM; not run against a live service). The az commands for the
services have no option for CORS, and ARM's PATCH accepts only tags and identity.
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
"""The newest stable API version of ARM for these services."""
ANY_ORIGIN = "Microsoft does not recommend * as an origin, because it is a security risk"
"""From Microsoft's page "Configure cross-origin resource sharing" for the DICOM and the FHIR service."""

# ARM's own pattern, ^(?:(?:(?:[hH][tT][tT][pP](?:[sS]|))\:\/\/(?:[a-zA-Z0-9-]+[.]?)+(?:\:[0-9]{1,5})?|[*]))$, without the nested
# repetition, which backtracks exponentially on some texts.
_ORIGIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::[0-9]{1,5})?|\*", re.IGNORECASE)

# ASP.NET Core answers every preflight with 204, whatever the verdict; only the missing headers show that the origin is not allowed.
NOT_LISTED = (
    "on Azure that means that the origin is not in the service's list, or that CORS was never configured. (The status 204 says "
    "nothing about it.)"
)


def wanted(service: Literal["dicom", "fhir"], origins: Sequence[str], *, uploads: bool) -> CorsSettings:
    """The CORS settings that the viewer needs at that service."""
    # POST for a FHIR service even without uploads: OHIF's requests there may write.
    return settings_for(origins, writes=uploads or service == "fhir")


def takes_origin(origin: str) -> bool:
    """Whether the services' CORS settings accept that origin: no `[::1]`, no underscore, no `null`, no `*` within a name."""
    return _ORIGIN.fullmatch(origin) is not None


def remedies(
    service: Literal["dicom", "fhir"], settings: CorsSettings, portal: str, exactly: Collection[Setting] = ()
) -> tuple[Fix, ...]:
    """The fix in two forms: `portal` says what to enter in the portal; the commands add `settings` to existing ones.

    The service may have settings for other apps, so values are added. Only the settings in `exactly` replace existing values.
    """
    name = "DICOM service"
    if service == "fhir":
        name = "FHIR service"
    letters = name.partition(" ")[0]
    listed = {"origins": settings.origins, "headers": settings.headers, "methods": settings.methods}
    # `az resource update` writes the whole configuration with a PUT, so the jq program starts from the existing one.
    # Quoted, it is one word for the shell, whatever the origins contain.
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
    """The fixes for a fault of CORS: the parameters are those of `Remedies`."""
    # Faults without a setting in Azure, such as a doubled header, can only come from a gateway in front of the service.
    if not own:
        text = f"check the gateway in front of the service, because Azure itself does not do that: {proxy}"
        return (Fix("Gateway", text),)
    if not takes_origin(origin):
        text = f"Azure's settings do not accept {origin}: open the viewer at a DNS name, or at http://localhost"
        return (Fix("Viewer", text),)
    # ARM validates every origin, so one that it does not accept would make the command fail for all of them.
    settings = wanted(service, tuple(filter(takes_origin, case.origins)), uploads=case.uploads)
    return remedies(service, settings, own, exactly)


def _requests(root: str, version: str, uploads: bool, uids: Uids) -> tuple[ViewerRequest, ...]:
    """The requests of OHIF, without bulk data: the service's metadata contains no `BulkDataURI`."""
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
    """The jq operator for a setting: `//=` keeps an existing value, `=` replaces it."""
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
    # ASP.NET Core sends no `Vary` if one origin is configured, and the service has no setting for it.
    sets_vary=False,
    is_host=is_dicom_url,
)
