"""Which server answers at an address, by its answer to a search without a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ohif_setup.network.challenge import challenge_of
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


def recognise(received: Received) -> Recognised:
    """A careful guess: Azure by its challenge, Orthanc by its own error or header, else by the kind of answer."""
    challenge = challenge_of(received)
    if challenge and (challenge.audience in azure_dicom.AUDIENCES or challenge.tenant_id):
        return Recognised("azure-dicom", azure_dicom.NAME, challenge.tenant_id, fits=True)
    if b"OrthancError" in received.body or "orthanc" in received.header("Server").lower():
        return Recognised("orthanc", "Orthanc, which this version of ohif-setup cannot set up", "", fits=False)
    if received.is_html():
        return Recognised("dicomweb", "a web page, not a DICOM service", "", fits=False)
    if "json" in received.header("Content-Type"):
        return Recognised("dicomweb", "a DICOMweb server that asks for no sign-in", "", fits=False)
    return Recognised(
        "dicomweb", f"a server that answers {received.status} without naming itself", "", fits=received.status == 401
    )
