"""Which server answers, by its answer to a search without a token. Pure; `find` does the asking."""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.kinds import azure_dicom
from ohif_setup.network.challenge import Challenge, challenge_of
from ohif_setup.network.exchange import Received


@dataclass(frozen=True)
class Recognised:
    """`name` in words, `tenant_id` where the server names the one that it trusts, `fits` whether this tool can set it up."""

    kind: str
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
    if is_orthanc(received):
        return Recognised("orthanc", "Orthanc", "", fits=True)
    if received.is_html():
        return Recognised("dicomweb", "a web page, not a DICOM service", "", fits=False)
    if is_dicomweb_list(received):
        return Recognised("dicomweb", "a DICOMweb server", "", fits=True)
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


def is_orthanc(received: Received) -> bool:
    """Whether Orthanc itself answers: by its own form of an error, which a proxy hands on, or by the realm of its login."""
    shown = f"{received.header('Server')} {received.header('WWW-Authenticate')}".lower()
    return b"OrthancError" in received.body or "orthanc" in shown


def is_dicomweb_list(received: Received) -> bool:
    """Whether that answers a search by DICOMweb: nothing found, or a list of datasets. Orthanc's own REST API has lists of texts
    below the same names."""
    if received.status == 204:
        return True
    if received.status != 200 or received.is_html():
        return False
    try:
        found = received.json()
    except ValueError:
        return False
    return isinstance(found, list) and all(isinstance(one, dict) and "0020000D" in one for one in found)
