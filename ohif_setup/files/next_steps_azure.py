"""The sections of `NEXT-STEPS.md` about the Azure DICOM service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.files.section import Section
from ohif_setup.kinds import azure_dicom
from ohif_setup.kinds.azure_dicom import cors as azure_cors
from ohif_setup.kinds.azure_dicom import roles
from ohif_setup.kinds.service import MAX_AGE
from ohif_setup.providers.entra import commands as entra
from ohif_setup.viewer import configuration


def sections(answers: Answers) -> Iterator[Section]:
    """The services, the app registration, and what people must be allowed; nothing for a site without such a service."""
    services = [one for one in answers.servers if one.is_azure]
    if not services or answers.sign_in is None:
        return
    values = [_values(answers, one) for one in services]
    yield from (Section("azure-service", one) for one in values)
    uris = configuration.redirect_uris(answers)
    registration = {
        "redirect_uris": uris,
        "redirect_command": entra.add_redirect_uris(answers.sign_in.client_id, uris),
        "app_id": azure_dicom.APP_ID,
    }
    yield Section("azure-registration", registration)
    yield from (Section("azure-role", one) for one in values)
    fhir = None
    if answers.fhir:
        fhir = azure_cors.wanted("fhir", answers.viewer.origins, uploads=services[0].uploads)
    for number, one in enumerate(values):
        yield Section("azure-cors", one | {"fhir_cors": None if number else fhir})
    yield Section("azure-images", values[0])


def viewer(answers: Answers) -> Section:
    """How the viewer comes to be served, where the tool has no part in it."""
    base = answers.viewer.base_path
    return Section("azure-viewer", {"public_url": base if base == "/" else f"{base}/"})


def _values(answers: Answers, server: Server) -> dict[str, Any]:
    owner = server.uploads
    settings = azure_cors.wanted("dicom", answers.viewer.origins, uploads=owner)
    return {
        "server": server,
        "service_url": re.split(r"/v[12](?:/|$)", server.url)[0],
        "role": roles.OWNER if owner else roles.READER,
        "role_command": roles.assign_role(roles.OWNER_ID if owner else roles.READER_ID),
        "cors": settings,
        "max_age": MAX_AGE,
        "cors_fixes": azure_cors.remedies("dicom", settings, ""),
    }
