"""The DICOM service of Azure Health Data Services."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.services import parse_dicom_url
from ohif_setup.answers.tables import Server
from ohif_setup.kinds.azure_dicom import steps
from ohif_setup.kinds.azure_dicom.reading import READING
from ohif_setup.kinds.azure_dicom.roles import OWNER, OWNER_ID, READER, READER_ID, assign_role
from ohif_setup.kinds.azure_dicom.tokens import APP_ID, AUDIENCE, AUDIENCES, DEFAULT_SCOPE, SCOPE
from ohif_setup.kinds.kind import Kind, NextSteps, Token
from ohif_setup.viewer import configuration

__all__ = [
    "APP_ID",
    "AUDIENCE",
    "AUDIENCES",
    "DEFAULT_SCOPE",
    "OWNER",
    "OWNER_ID",
    "READER",
    "READER_ID",
    "SCOPE",
    "assign_role",
]

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
    return host.split(".", 1)[0] if ".dicom.azurehealthcareapis." in host else host


def label_of(server: Server) -> str:
    """The service in words, with the part of its address after the host."""
    return f"{NAME} {service_name(server.url)} ({server.url.split('/', 3)[-1]})"


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
    token=Token("entra", SCOPE, DEFAULT_SCOPE, AUDIENCES),
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
)
