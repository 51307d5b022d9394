"""Identifies a server by its answer to a search without a token. Pure functions; `find` sends the requests."""

from __future__ import annotations

from ohif_setup.kinds import KINDS
from ohif_setup.kinds.kind import Recognised
from ohif_setup.network.look.challenge import challenge_of
from ohif_setup.network.wire.exchange import Received


def recognise(received: Received, url: str = "") -> Recognised:
    """A cautious guess: by the signs of each kind of server, otherwise by the form of the answer.

    `url` is the requested address; an Azure FHIR service names itself as the audience of its tokens.
    """
    # The general kind comes last, so the specific ones are asked first.
    for kind in KINDS.values():
        recognised = kind.signs.recognise(received, url)
        if recognised:
            return recognised
    if is_fhir(received, url):
        return Recognised("fhir", "a FHIR service, not a DICOM service", "", fits=False)
    general = KINDS.last
    if received.is_html():
        return Recognised(general, "a web page, not a DICOM service", "", fits=False)
    if is_dicomweb_list(received):
        return Recognised(general, KINDS[general].signs.name, "", fits=True)
    name = f"a server that answers {received.status} without naming itself"
    return Recognised(general, name, "", fits=received.status == 401)


def is_fhir(received: Received, url: str) -> bool:
    """Whether the answer is that of a FHIR service, by its Content-Type or by the audience of its tokens."""
    challenge = challenge_of(received)
    if "fhir+json" in received.header("Content-Type").lower():
        return True
    if challenge is None or not url:
        return False
    # The audience of a DICOM service is the same for all instances; that of a FHIR service is its own address.
    audience = challenge.audience.rstrip("/")
    return ".fhir.azurehealthcareapis." in audience or (audience.startswith("http") and url.startswith(f"{audience}/"))


def is_dicomweb_list(received: Received) -> bool:
    """Whether the answer is that of a DICOMweb search: an empty result, or a list of datasets. (Orthanc's own REST API has lists of
    strings under the same paths.)"""
    # 204 is the standard's empty result.
    if received.status == 204:
        return True
    if received.status != 200 or received.is_html():
        return False
    try:
        parsed = received.json()
    except ValueError:
        return False
    return isinstance(parsed, list) and all(isinstance(dataset, dict) and "0020000D" in dataset for dataset in parsed)
