"""Which server answers, by its answer to a search without a token. Pure; `find` does the asking."""

from __future__ import annotations

from ohif_setup.kinds import KINDS
from ohif_setup.kinds.kind import Recognised
from ohif_setup.network.look.challenge import challenge_of
from ohif_setup.network.wire.exchange import Received


def recognise(received: Received, url: str = "") -> Recognised:
    """A careful guess: by what each kind of server says of itself, else by the kind of answer.

    `url` is the address that was asked; a FHIR service of Azure names itself as the audience of its tokens.
    """
    for kind in KINDS.values():
        found = kind.signs.recognise(received, url)
        if found:
            return found
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
    """Whether a FHIR service answers, by the form of its answer or by the audience of its tokens."""
    challenge = challenge_of(received)
    if "fhir+json" in received.header("Content-Type").lower():
        return True
    if challenge is None or not url:
        return False
    audience = challenge.audience.rstrip("/")
    return ".fhir.azurehealthcareapis." in audience or (audience.startswith("http") and url.startswith(f"{audience}/"))


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
    return isinstance(found, list) and all(isinstance(dataset, dict) and "0020000D" in dataset for dataset in found)
