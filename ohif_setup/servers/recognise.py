"""Which server answers at an address, by its answer to a search without a token."""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.network.challenge import challenge_of
from ohif_setup.network.exchange import Received
from ohif_setup.servers import azure_dicom


@dataclass(frozen=True)
class Recognised:
    """`name` in words, `tenant_id` where the server names the one that it trusts, `fits` whether this tool can set it up."""

    name: str
    tenant_id: str
    fits: bool


def recognise(received: Received) -> Recognised:
    """A careful guess: Azure by its challenge, Orthanc by its own error or header, else by the kind of answer."""
    challenge = challenge_of(received)
    if challenge and (challenge.audience in azure_dicom.AUDIENCES or challenge.tenant_id):
        return Recognised(azure_dicom.NAME, challenge.tenant_id, fits=True)
    if b"OrthancError" in received.body or "orthanc" in received.header("Server").lower():
        return Recognised("Orthanc, which this version of ohif-setup cannot set up", "", fits=False)
    if received.is_html():
        return Recognised("a web page, not a DICOM service", "", fits=False)
    if "json" in received.header("Content-Type"):
        return Recognised("a DICOMweb server that asks for no sign-in", "", fits=False)
    return Recognised(f"a server that answers {received.status} without naming itself", "", fits=received.status == 401)
