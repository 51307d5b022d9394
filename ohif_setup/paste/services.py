"""Addresses of Azure's health services and of its sign-in, as people paste them from the portal. Pure; faults are
ValueErrors."""

from __future__ import annotations

import re

from ohif_setup.paste import pasted
from ohif_setup.paste.identifiers import NOT_A_TENANT, is_guid, parse_tenant
from ohif_setup.paste.urls import AZURE_ZONES, host_of, parse_address

# Every address in a pasted text, up to a blank, a quote or a bracket.
_URL = re.compile(r"https?://[^\s\"'`<>“”‘’|]+", re.IGNORECASE)
# A host of an Azure health service without its scheme, as in "Service URL ws-dicom.dicom....com/v2".
_HOST = re.compile(
    r"(?<![\w.@-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.azurehealthcareapis\.(?:com|us)(?:/[\w./-]*)?", re.IGNORECASE
)
# The resource ID that "JSON View" of the portal shows.
_ARM_ID = re.compile(r"(?:^|\s)/?subscriptions/", re.IGNORECASE)
_ZONE = re.compile(r"(?:^|\.)azurehealthcareapis\.(?:com|us)$")
# Guides show the audience beside the service URL, so it may be pasted instead.
_AUDIENCES = ("dicom.healthcareapis.azure.com", "dicom.healthcareapis.azure.us")
# Azure Resource Manager in the public, US Government and China clouds.
_MANAGEMENT = ("management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn")
_ENTRA = (
    ".microsoftonline.com", ".microsoftonline.us", ".microsoftonline.cn", ".microsoftonline.de", ".login.microsoft.com",
    ".login.windows.net", ".sts.windows.net", ".login.chinacloudapi.cn", ".login.usgovcloudapi.net",
    ".login.sovcloud-identity.fr", ".login.sovcloud-identity.de", ".login.sovcloud-identity.sg",
)  # fmt: skip
"""Where people sign in to Entra ID, in any cloud and by former names. Source: the hosts that MSAL Python 1.39 knows."""
_PARTITION = re.compile(r"[A-Za-z0-9._-]{1,64}")
# What can follow the root in a request of the Azure DICOM service; cut off when a whole request was pasted.
_DICOM_RESOURCES = {
    "studies", "series", "instances", "frames", "workitems", "changefeed", "extendedquerytags", "operations", "export",
    "update", "api.yaml", "health",
}  # fmt: skip
# What follows the tenant in the endpoints that the portal and discovery documents list.
_AUTHORITY_ENDPOINTS = {"v2.0", "oauth2", ".well-known", "discovery", "saml2", "federationmetadata"}

_COPY_DICOM = (
    "Copy the Service URL from the Overview page of the DICOM service: "
    "https://<workspace>-<name>.dicom.azurehealthcareapis.com"
)
_COPY_FHIR = (
    "Copy the FHIR metadata endpoint from the Overview page of the FHIR service: "
    "https://<workspace>-<name>.fhir.azurehealthcareapis.com"
)


def parse_dicom_url(text: str) -> str:
    """The DICOMweb root of an Azure DICOM service: `https://host/v2`, or `https://host/v2/partitions/NAME`.

    The version segment is added when missing (`v2`); what follows the root (`/studies/...`) is cut off.
    """
    address = parse_address(_service_text(text, _COPY_DICOM))
    _refuse_other_azure_host(address.host, "dicom", _COPY_DICOM)
    return address.origin + _dicom_root(address.segments)


def parse_fhir_url(text: str) -> str:
    """The address of an Azure FHIR service, which is an origin: `https://host`."""
    address = parse_address(_service_text(text, _COPY_FHIR))
    _refuse_other_azure_host(address.host, "fhir", _COPY_FHIR)
    if address.segments and address.segments[0].lower() not in {"metadata", ".well-known"}:
        raise ValueError(f"has a path, which the Azure FHIR service does not: give {address.origin}")
    return address.origin


def parse_authority(text: str) -> str:
    """`https://host` or `https://host/TENANT`, the tenant in its normal form, without `/v2.0` or any endpoint after
    it."""
    if pasted.is_portal_page(pasted.bounded(text)):
        raise ValueError(
            "is a page of the portal. The authority is the address where people sign in: https://login.microsoftonline.com/…"
        )
    # No http even on this machine: MSAL refuses an authority that is not https.
    address = parse_address(_pasted_url(text), http="never")
    if "*" in address.host:
        raise ValueError("has a * in it: give the one address where people sign in")
    if _ZONE.search(address.host):
        raise ValueError("is the address of a health service. The authority is the address where people sign in")
    segments = [segment for segment in address.segments if segment]
    if not segments:
        return address.origin
    tenant, *rest = segments
    if rest and rest[0].lower() not in _AUTHORITY_ENDPOINTS:
        raise ValueError(
            "has more than a tenant in its path: it ends after the tenant, as in https://login.microsoftonline.com/TENANT"
        )
    if tenant.lower() in NOT_A_TENANT:
        raise ValueError(f"ends in /{tenant.lower()}, {NOT_A_TENANT[tenant.lower()]}")
    try:
        return f"{address.origin}/{parse_tenant(tenant)}"
    except ValueError as error:
        raise ValueError(f"has a path that names no tenant; what it names {error}") from error


def default_authority(server_url: str, tenant_id: str) -> str:
    """Where the tenant of a service signs in: the cloud follows from the service's zone (facts of Azure: only `.us`
    has its own)."""
    if host_of(server_url).endswith(".azurehealthcareapis.us"):
        return f"https://login.microsoftonline.us/{tenant_id}"
    return f"https://login.microsoftonline.com/{tenant_id}"


def is_entra_host(host: str) -> bool:
    """Whether a host, in lower case and without a port, is one where people sign in to Entra ID."""
    # The leading full stop lets one list match each name and all names below it, and not evil-microsoftonline.com.
    return f".{host}".endswith(_ENTRA)


def is_microsofts(host: str) -> bool:
    """Whether a host, in lower case and without a port, belongs to the sign-in of Entra ID or to an Azure health service."""
    return is_entra_host(host) or host.endswith(AZURE_ZONES)


def is_of_azure(text: str) -> bool:
    """Whether a typed text is an address of an Azure health service, a page of the portal, or the resource ID of such a service."""
    return (
        "azurehealthcareapis" in text.lower()
        or pasted.is_portal_page(text)
        or bool(_ARM_ID.search(pasted.trimmed(text)))
    )


def is_dicom_url(url: str) -> bool:
    """Whether a URL has the host name of an Azure DICOM service."""
    return ".dicom.azurehealthcareapis." in url


def is_fhir_url(url: str) -> bool:
    """Whether a URL has the host name of an Azure FHIR service."""
    return ".fhir.azurehealthcareapis." in url


def refused_origin(viewer_url: str) -> str:
    """Why the CORS settings of Azure's health services do not take the origin of a viewer; empty where they do."""
    if "_" in host_of(viewer_url):
        return "has an underscore in its host name. Azure refuses such an origin in its CORS settings"
    return ""


def complete_authority(authority: str, tenant_id: str) -> str:
    """`authority` with the tenant added when it has none. ValueError when it names another tenant."""
    origin, _, named = authority.removeprefix("https://").partition("/")
    if not named:
        return f"https://{origin}/{tenant_id}"
    # A domain and a GUID cannot be compared without the network, so they may name the same tenant.
    if named != tenant_id and is_guid(named) == is_guid(tenant_id):
        raise ValueError(
            f"names another tenant than sign_in.tenant_id: remove sign_in.authority, or make it "
            f"https://{origin}/{tenant_id}"
        )
    return authority


def _pasted_url(text: str) -> str:
    """The one address in `text`, which may have a label and blanks around it."""
    text = pasted.trimmed(text)
    if len(text.split()) < 2:
        return text
    found = list(dict.fromkeys(_bare_end(match) for match in _URL.findall(text)))
    if len(found) > 1:
        raise ValueError("contains more than one address: keep only the right one")
    # An address with a placeholder in its host (https://<workspace>...) is returned whole, so that the error names
    # the placeholder.
    if found and not re.search(r"://[^\s/]*[<{]", text):
        return found[0]
    return text


def _bare_end(url: str) -> str:
    """Without the full stop or bracket that ends the sentence around it."""
    # A closing ] belongs to the address if it has an IPv6 host.
    return url.rstrip(".,;)}" if "[" in url else ".,;)]}")


def _service_text(text: str, copy: str) -> str:
    if pasted.is_portal_page(pasted.bounded(text)):
        raise ValueError(f"is a page of the Azure portal, not the service. {copy}")
    if _ARM_ID.search(pasted.trimmed(text)):
        raise ValueError(f"is an Azure resource ID, not an address. {copy}")
    # The portal is copied with its label; a host without a scheme is accepted only from Azure.
    url = _pasted_url(text)
    if "://" in url or len(url.split()) < 2:
        return url
    hosts = list(dict.fromkeys(host.lower() for host in _HOST.findall(url)))
    if len(hosts) > 1:
        raise ValueError("contains more than one address: keep only the right one")
    if hosts:
        return str(hosts[0])
    return url


def _refuse_other_azure_host(host: str, wanted: str, copy: str) -> None:
    if host in _MANAGEMENT:
        raise ValueError(f"is the address of Azure's resource manager, not the service. {copy}")
    if host in _AUDIENCES:
        raise ValueError(
            f"is the audience of the tokens, the same for every DICOM service, and no service answers there. {copy}"
        )
    if is_entra_host(host):
        raise ValueError(f"is the address where people sign in, not the service. {copy}")
    if "*" in host:
        raise ValueError(f"has a * in it. {copy}")
    if not _ZONE.search(host):
        return
    # What is before the zone: WORKSPACE-NAME.dicom for a service.
    below = host.split(".azurehealthcareapis.", maxsplit=1)[0].split(".")
    if "privatelink" in below:
        raise ValueError(
            f"has privatelink in it. A service with a private endpoint keeps its own name: remove .privatelink. {copy}"
        )
    kind = below[-1] if len(below) > 1 else ""
    if kind == wanted and len(below) == 2:
        return
    other = {"dicom": "a DICOM service", "fhir": "a FHIR service", "workspace": "the workspace"}.get(kind)
    if other and len(below) > 1:
        raise ValueError(f"is the address of {other}, not of the {wanted.upper()} service. {copy}")
    raise ValueError(f"is not the address of one {wanted.upper()} service. {copy}")


def _dicom_root(segments: list[str]) -> str:
    # The version may be missing: Azure reports the service URL without one. v2 is the current one.
    if segments and re.fullmatch(r"v\d.*", segments[0], re.IGNORECASE):
        version, *rest = segments[0].lower(), *segments[1:]
        if version not in {"v1", "v2"}:
            reason = "was a preview that gives way to v2" if "prerelease" in version else "is not known"
            raise ValueError(
                f"has {version[:30]} in it, which {reason}. The service speaks v1 and v2: end the address in /v2"
            )
    else:
        version, rest = "v2", segments
    if rest and rest[0].lower() == "partitions":
        if len(rest) < 2 or not rest[1]:
            raise ValueError(
                "ends in /partitions without a name: name the partition, as in /v2/partitions/Microsoft.Default"
            )
        name, *rest = rest[1:]
        if not _PARTITION.fullmatch(name) or name in {".", ".."}:
            raise ValueError(
                "has an invalid partition name: use up to 64 letters, digits, full stops, underscores and hyphens"
            )
        version = f"{version}/partitions/{name}"
    if rest and rest[0].lower() not in _DICOM_RESOURCES:
        raise ValueError(
            f"has a path that the Azure DICOM service does not have (/{rest[0][:40]}): end the address in /v2"
        )
    return f"/{version}"
