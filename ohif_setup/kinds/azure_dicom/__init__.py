"""The DICOM service of Azure Health Data Services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds.azure_dicom import steps
from ohif_setup.kinds.azure_dicom.cors import DICOM
from ohif_setup.kinds.azure_dicom.reading import READING
from ohif_setup.kinds.azure_dicom.tokens import AUDIENCES, DEFAULT_SCOPE, SCOPE
from ohif_setup.kinds.kind import Addresses, Kind, NextSteps, Recognised, ServerToken, Signs
from ohif_setup.kinds.own import Own
from ohif_setup.kinds.service import CorsService
from ohif_setup.ohif import configuration
from ohif_setup.paste.services import is_dicom_url, is_of_azure, parse_dicom_url, refused_origin

if TYPE_CHECKING:
    from ohif_setup.network.wire.exchange import Received

NAME = "Azure DICOM service"

NOTES = {
    "imageRendering": "without it OHIF asks for images by WADO-URI, which this service does not have",
    "supportsWildcard": "true would send *name*, which Azure takes literally: every filter would empty the list",
    "omitQuotationForMultipartRequest": "quotes are what the service accepts in every OHIF version",
    "bulkDataURI": "left out, some versions crash",
    "dicomUploadEnabled": "storing needs the role DICOM Data Owner",
}


def data_source(answers: Answers, server: Server) -> dict[str, Any]:
    """The OHIF data source. What the published recipes have wrong: Azure knows no wildcards and no WADO-URI."""
    options: dict[str, Any] = {
        "friendlyName": f"{NAME} {service_name(server.url)}",
        "name": service_name(server.url),
        "qidoRoot": server.url,
        "wadoRoot": server.url,
        "imageRendering": "wadors",
        "thumbnailRendering": "wadors",
        "enableStudyLazyLoad": True,
        "supportsFuzzyMatching": True,
        "supportsWildcard": False,
        "supportsReject": False,
        "omitQuotationForMultipartRequest": False,
        "bulkDataURI": {"enabled": True},
    }
    options |= configuration.limits_and_uploads(answers, server.url, uploads=server.uploads)
    return {"namespace": configuration.DICOMWEB, "sourceName": server.name, "configuration": options}


def service_name(url: str) -> str:
    """`ws-dicom` of `https://ws-dicom.dicom.azurehealthcareapis.com/v2`; any other host as it is."""
    host = url.split("//", 1)[-1].split("/", 1)[0]
    if ".dicom.azurehealthcareapis." not in host:
        return host
    return host.split(".", 1)[0]


def label_of(server: Server) -> str:
    """The service in words, with the part of its address after the host."""
    return f"{NAME} {service_name(server.url)} ({server.url.split('/', 3)[-1]})"


def own() -> Own:
    """Late: it knows the network."""
    from ohif_setup.kinds.azure_dicom.reachable import with_token

    return Own(called="the DICOM service", with_token=with_token)


def beside() -> Mapping[str, CorsService]:
    """The FHIR service of the same workspace."""
    from ohif_setup.kinds.azure_dicom.fhir import FHIR

    return {"fhir": FHIR}


def recognise(received: Received, url: str) -> Recognised | None:
    """By its challenge, which names the audience of its tokens, or at least a tenant; a FHIR service does that too."""
    from ohif_setup.network.look.challenge import challenge_of
    from ohif_setup.network.look.recognise import is_fhir

    challenge = challenge_of(received)
    if challenge is None:
        return None
    named = challenge.audience in AUDIENCES
    if named or (challenge.tenant_id and not is_fhir(received, url)):
        return Recognised("azure-dicom", NAME, challenge.tenant_id, fits=True)
    return None


KIND = Kind(
    name="azure-dicom",
    order=10,
    label=NAME,
    choice="the DICOM service of Azure Health Data Services",
    parse_root=parse_dicom_url,
    example_url="https://ws-dicom.dicom.azurehealthcareapis.com",
    label_of=label_of,
    data_source=data_source,
    notes=NOTES,
    behind_web_server=False,
    answers_origins=True,
    forbidden="the signed-in person has no role on the DICOM service",
    reading=READING,
    next_steps=NextSteps(
        sections=steps.sections,
        preface="Menu paths are those of the Azure portal and of the Microsoft Entra admin centre.",
        fhir=True,
    ),
    varies=False,
    own=own,
    cors=DICOM,
    beside=beside,
    token=ServerToken("entra", SCOPE, DEFAULT_SCOPE, AUDIENCES, "Azure API for DICOM"),
    addresses=Addresses(meant=is_of_azure, owned=is_dicom_url),
    signs=Signs(name=NAME, recognise=recognise, roots=("/v2",)),
    asks=("fhir.url",),
    refuses_viewer=refused_origin,
)
