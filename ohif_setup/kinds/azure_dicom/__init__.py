"""The DICOM service of Azure Health Data Services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.services import parse_dicom_url
from ohif_setup.answers.tables import Server
from ohif_setup.kinds.azure_dicom.cors import DICOM
from ohif_setup.kinds.cors import CorsService
from ohif_setup.kinds.kind import Kind, Token
from ohif_setup.viewer import configuration

NAME = "Azure DICOM service"

AUDIENCE = "https://dicom.healthcareapis.azure.com"
APP_ID = "75e725bf-66ce-4cea-9b9a-5c4caae57f33"
"""The resource application "Azure API for DICOM"; a token may carry it as its audience."""
AUDIENCES = (AUDIENCE, f"{AUDIENCE}/", APP_ID)
SCOPE = f"{AUDIENCE}/Dicom.ReadWrite"
"""The only delegated scope. An application has none: Azure roles alone decide about it."""
DEFAULT_SCOPE = f"{AUDIENCE}/.default"

READER = "DICOM Data Reader"
READER_ID = "e89c7a3c-2f64-4fa1-a847-3e4c9ba4283a"
OWNER = "DICOM Data Owner"
OWNER_ID = "58a3b984-7adf-4c20-983a-32417c86fbc8"


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


def assign_role(role_id: str, principal: str = "User") -> str:
    """Gives a role on the service to the person who is signed in at the az command line, or to a `ServicePrincipal`."""
    person = principal == "User"
    who = "az ad signed-in-user show" if person else "az ad sp show --id CLIENT_ID_OF_THE_PIPELINE"
    return "\n".join(
        (
            "# RG, WS, DICOM: your resource group, workspace and service"
            + ("; another person: az ad user show --id NAME" if person else ""),
            "ID=$(az healthcareapis workspace dicom-service show -g RG --workspace-name WS -n DICOM --query id -o tsv)",
            f"WHO=$({who} --query id -o tsv)",
            f'az role assignment create --assignee-object-id "$WHO" --assignee-principal-type {principal} \\',
            f'  --role {role_id} --scope "$ID"',
        )
    )


def service_name(url: str) -> str:
    """`ws-dicom` of `https://ws-dicom.dicom.azurehealthcareapis.com/v2`; any other host as it is."""
    host = url.split("//", 1)[-1].split("/", 1)[0]
    return host.split(".", 1)[0] if ".dicom.azurehealthcareapis." in host else host


def label_of(server: Server) -> str:
    """The service in words, with the part of its address after the host."""
    return f"{NAME} {service_name(server.url)} ({server.url.split('/', 3)[-1]})"


def beside() -> Mapping[str, CorsService]:
    """The FHIR service of the same workspace."""
    from ohif_setup.kinds.azure_dicom.fhir import FHIR

    return {"fhir": FHIR}


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
    token=Token(SCOPE, DEFAULT_SCOPE, AUDIENCES),
    behind_web_server=False,
    answers_origins=True,
    varies=False,
    cors=DICOM,
    beside=beside,
)
