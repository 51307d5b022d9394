"""Addresses and IDs outside of Azure: Orthanc and other DICOMweb servers, and OIDC providers other than Entra ID.

Pure. Every fault is a ValueError whose text completes a sentence that begins with the value.
"""

from __future__ import annotations

import re

from ohif_setup.kinds import KINDS
from ohif_setup.paste import pasted
from ohif_setup.paste.services import is_entra_host
from ohif_setup.paste.showing import looks_secret
from ohif_setup.paste.urls import AZURE_ZONES, parse_address

DICOM_WEB = "/dicom-web"
"""The root of Orthanc's DICOMweb plugin, unless its `DicomWeb.Root` says otherwise."""

# The first segment of a DICOMweb request, at which a pasted request is cut back to its root.
_RESOURCES = {"studies", "series", "instances"}
# The first segments of Orthanc's REST API, of its Explorers and of its viewer plugins: what a user copies from the
# address bar of Orthanc.
_REST_API = {
    "system",
    "plugins",
    "patients",
    "app",
    "ui",
    "ohif",
    "explorer",
    "stone-webviewer",
    "modalities",
    "changes",
}
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
# No DICOMweb server other than the Azure DICOM service has a name under these domains.
_MICROSOFT = (".azure.com", ".azure.us", ".azure.net", ".microsoft.com")
# The characters of an RFC 3986 path, without an empty segment, and without @, before which some readers see a login.
_ISSUER_PATH = re.compile(r"(?:/[A-Za-z0-9._~!()*+,=:%-]+)*")
_DISCOVERY = "/.well-known/openid-configuration"


def parse_dicomweb_url(text: str, *, orthanc: bool) -> str:
    """The DICOMweb root, `http(s)://host[:port]/path`, without a slash at its end; what follows it (`/studies/...`) is cut off.

    `orthanc`: an address of Orthanc's own pages or REST API gets the plugin's usual root.
    """
    if pasted.is_portal_page(pasted.bounded(text)):
        raise ValueError("is a page of the Azure portal, not a DICOMweb server")
    address = parse_address(text, http="anywhere")
    if "*" in address.host:
        raise ValueError("has a * in it: give the address of one server")
    if address.host.endswith(AZURE_ZONES):
        raise ValueError("is the address of an Azure health service: for its DICOM service the kind is azure-dicom")
    segments = address.segments
    for number, segment in enumerate(segments):
        # Orthanc has /studies, /series and /instances in its REST API too, at the top, where they are no DICOMweb.
        if segment in _RESOURCES and (number or not orthanc):
            segments = segments[:number]
            break
    for segment in segments:
        if segment in ("", ".", "..") or not _SEGMENT.fullmatch(segment):
            raise ValueError(
                "has a path that no DICOMweb root has: use letters, digits and - . _ ~ between single slashes"
            )
    # The root, the REST API and the viewers all say which Orthanc it is, but nothing of its DicomWeb.Root.
    if orthanc and (not segments or segments[0] in _REST_API | _RESOURCES):
        return address.origin + DICOM_WEB
    return address.origin + "".join(f"/{segment}" for segment in segments)


def or_another_kind(text: str) -> str:
    """A hint to append to the fault of an Azure address, if the address is valid for another kind of server; else empty."""
    try:
        address = parse_address(text, http="anywhere")
        parse_dicomweb_url(text, orthanc=False)
    except ValueError:
        return ""
    if address.host.endswith(_MICROSOFT) or is_entra_host(address.host):
        return ""
    # The last kind is the general one, so the advice names the specific kinds first.
    *named, other = [kind for kind in KINDS.values() if kind.addresses.meant is None]
    known = "; ".join(f'if it is {kind.label}, write kind = "{kind.name}" above it' for kind in named)
    return (
        f". {known[:1].upper()}{known[1:]}; for {other.choice.partition(',')[0]}, or a gateway in front of the service, "
        f'kind = "{other.name}" (behind a gateway, sign_in.scope names the scope of the service too)'
    )


def parse_proxy_url(text: str) -> str:
    """The origin of the web server in front of the DICOMweb server: `https://host[:port]`."""
    address = parse_address(text, http="anywhere")
    if "*" in address.host:
        raise ValueError("has a * in it: give the one address under which browsers reach the proxy")
    if address.segments:
        raise ValueError(f"has a path; the path of DICOMweb is that of server.url: give {address.origin}")
    return address.origin


def parse_oidc_authority(text: str) -> str:
    """The issuer's address of an OIDC provider; its discovery URL will do too. https, or http on this machine."""
    if pasted.is_portal_page(pasted.bounded(text)):
        raise ValueError("is a page of the portal. Give the address of the OIDC provider where people sign in")
    address = parse_address(text)
    if "*" in address.host:
        raise ValueError("has a * in it: give the one address where people sign in")
    if is_entra_host(address.host):
        raise ValueError("is that of Entra ID: give the tenant in sign_in.tenant_id, and remove the authority")
    path = address.path.rstrip("/")
    # A loop, because a user may append the suffix to a value that has it already.
    while path.endswith(_DISCOVERY):
        path = path.removesuffix(_DISCOVERY).rstrip("/")
    if not _ISSUER_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise ValueError("has a path that no OIDC provider has: give its address as the provider shows it")
    return address.origin + path


def parse_oidc_client(text: str, form: str = "") -> str:
    """The ID of a public client, which is any text without blanks. One that matches the regular expression `form`, the provider's
    form of a client ID, is not taken for a secret, however random it looks."""
    client = pasted.trimmed(pasted.bounded(text))
    if not client or pasted.is_placeholder(client) or pasted.placeholder_in(client):
        raise ValueError(
            "is empty or a placeholder: give the ID of the public client that is registered for the viewer"
        )
    if looks_secret(client) and not re.fullmatch(form, client):
        raise ValueError("looks like a secret, not an ID. Do not put secrets in the answers")
    if pasted.has_control_characters(client) or any(character.isspace() for character in client):
        raise ValueError("contains a space or a line break, which no client ID has")
    return client
