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

# Comments in `app-config.js`, by the key that they explain.
NOTES = {
    "imageRendering": "without it OHIF requests images by WADO-URI, which this service does not have",
    "supportsWildcard": "true would send *name*, which Azure takes literally: every filter would empty the list",
    "omitQuotationForMultipartRequest": "the service accepts the quoted form from every OHIF version",
    "bulkDataURI": "without it, some versions crash",
    "dicomUploadEnabled": "storing needs the role DICOM Data Owner",
}


def data_source(answers: Answers, server: Server) -> dict[str, Any]:
    """The OHIF data source."""
    # The two official recipes (OHIF's azure.md, Microsoft's dicom-ohif) disagree, and each has wrong values: the service
    # supports neither wildcards nor WADO-URI, and rejects the unquoted Accept header of OHIF up to 3.11 with 406.
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
        # Rejecting studies is a feature of dcm4chee.
        "supportsReject": False,
        "omitQuotationForMultipartRequest": False,
        "bulkDataURI": {"enabled": True},
    }
    options |= configuration.limits_and_uploads(answers, server.url, uploads=server.uploads)
    return {"namespace": configuration.DICOMWEB, "sourceName": server.name, "configuration": options}


def service_name(url: str) -> str:
    """`ws-dicom` for `https://ws-dicom.dicom.azurehealthcareapis.com/v2`; any other host in full."""
    # Any other host: a gateway or Front Door with a name of its own.
    host = url.split("//", 1)[-1].split("/", 1)[0]
    if ".dicom.azurehealthcareapis." not in host:
        return host
    return host.split(".", 1)[0]


def label_of(server: Server) -> str:
    """The name of the service with the path of its address, which has the version."""
    return f"{NAME} {service_name(server.url)} ({server.url.split('/', 3)[-1]})"


def own() -> Own:
    """Imports late, because it needs the network."""
    from ohif_setup.kinds.azure_dicom.reachable import may_not_store, with_token

    # In the source of the service, the role is checked before the body is read, and without a part there is nothing to store.
    return Own(called="the DICOM service", with_token=with_token, empty_upload=True, may_not_store=may_not_store)


def beside() -> Mapping[str, CorsService]:
    """The FHIR service of the same workspace."""
    from ohif_setup.kinds.azure_dicom.fhir import FHIR

    return {"fhir": FHIR}


def recognise(received: Received, url: str) -> Recognised | None:
    """Recognised by its challenge, which names the audience of its tokens or at least a tenant."""
    from ohif_setup.network.look.challenge import challenge_of
    from ohif_setup.network.look.recognise import is_fhir

    challenge = challenge_of(received)
    if challenge is None:
        return None
    # The audience is the same for every DICOM service of the public cloud. A challenge with only a tenant may also come from a FHIR
    # service, which has the same form of challenge.
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
    # Browsers send it the user's token directly and it answers CORS requests itself, so no web server is needed.
    behind_web_server=False,
    answers_origins=True,
    forbidden="the signed-in user has no role on the DICOM service",
    reading=READING,
    next_steps=NextSteps(
        sections=steps.sections,
        preface="Menu paths are those of the Azure portal and of the Microsoft Entra admin centre.",
        fhir=True,
    ),
    # Every instance has the same capabilities, so none have to be found by requests.
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
