"""Which server answers at an address, by its answer to a search without a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ohif_setup.network.challenge import Challenge, challenge_of
from ohif_setup.network.exchange import Received
from ohif_setup.servers import azure_dicom

ServerKind = Literal["azure-dicom", "orthanc", "dicomweb", "fhir"]


@dataclass(frozen=True)
class Recognised:
    """`name` in words, `tenant_id` where the server names the one that it trusts, `fits` whether this tool can set it up."""

    kind: ServerKind
    name: str
    tenant_id: str
    fits: bool


def recognise(received: Received, url: str = "") -> Recognised:
    """A careful guess: Azure by its challenge, Orthanc by its own error or header, else by the kind of answer.

    `url` is the address that was asked; a FHIR service of Azure names itself as the audience of its tokens.
    """
    challenge = challenge_of(received)
    if challenge and challenge.audience in azure_dicom.AUDIENCES:
        return Recognised("azure-dicom", azure_dicom.NAME, challenge.tenant_id, fits=True)
    if _is_fhir(received, challenge, url):
        return Recognised("fhir", "a FHIR service, not a DICOM service", "", fits=False)
    if challenge and challenge.tenant_id:
        return Recognised("azure-dicom", azure_dicom.NAME, challenge.tenant_id, fits=True)
    if _is_orthanc(received):
        return Recognised("orthanc", "Orthanc, which this version of ohif-setup cannot set up", "", fits=False)
    if received.is_html():
        return Recognised("dicomweb", "a web page, not a DICOM service", "", fits=False)
    if "json" in received.header("Content-Type"):
        return Recognised("dicomweb", "a DICOMweb server that asks for no sign-in", "", fits=False)
    return Recognised(
        "dicomweb", f"a server that answers {received.status} without naming itself", "", fits=received.status == 401
    )


def is_orthanc_info(received: Received) -> bool:
    """Whether that is what Orthanc's DICOMweb plugin says of itself below its root, at `/info` (measured with plugin 1.7)."""
    return received.status == 200 and b'"OrthancApiRoot"' in received.body


def _is_fhir(received: Received, challenge: Challenge | None, url: str) -> bool:
    if "fhir+json" in received.header("Content-Type").lower():
        return True
    if challenge is None or not url:
        return False
    audience = challenge.audience.rstrip("/")
    return ".fhir.azurehealthcareapis." in audience or (audience.startswith("http") and url.startswith(f"{audience}/"))


def _is_orthanc(received: Received) -> bool:
    shown = f"{received.header('Server')} {received.header('WWW-Authenticate')}".lower()
    return b"OrthancError" in received.body or "orthanc" in shown
