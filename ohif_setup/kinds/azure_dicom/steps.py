"""The sections of `NEXT-STEPS.md` about the Azure DICOM service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds.azure_dicom import cors, roles, tokens
from ohif_setup.kinds.service import MAX_AGE, settings_for
from ohif_setup.ohif import configuration
from ohif_setup.output.section import Section, Stage
from ohif_setup.providers.entra.commands import add_redirect_uris


def sections(answers: Answers, server: Server) -> Iterator[Section]:
    """The service, its roles and CORS; for the first service also the app registration and the first images."""
    # Several services share one registration and one token, so these sections appear once.
    first = server == next(other for other in answers.servers if other.kind == server.kind)
    values = _values(answers, server)
    yield Section("azure-service", Stage.SERVICE, values)
    if first and answers.sign_in is not None:
        uris, after = configuration.redirect_uris(answers), configuration.sign_out_uris(answers)
        registration = {
            "redirect_uris": uris,
            "sign_out_uris": after,
            "redirect_command": add_redirect_uris(answers.sign_in.client_id, (*uris, *after)),
            "app_id": tokens.APP_ID,
        }
        yield Section("azure-registration", Stage.REGISTRATION, registration)
    yield Section("azure-role", Stage.ROLE, values)
    # A site has at most one FHIR service, with CORS settings of its own.
    fhir = None
    if first and answers.fhir:
        fhir = settings_for(answers.viewer.origins, writes=True)
    yield Section("azure-cors", Stage.CORS, values | {"fhir_cors": fhir})
    if first:
        yield Section("azure-images", Stage.IMAGES, values)


def _values(answers: Answers, server: Server) -> dict[str, Any]:
    settings = settings_for(answers.viewer.origins, writes=server.uploads)
    role, role_id = roles.READER, roles.READER_ID
    if server.uploads:
        role, role_id = roles.OWNER, roles.OWNER_ID
    return {
        "server": server,
        "service_url": re.split(r"/v[12](?:/|$)", server.url)[0],
        "role": role,
        "role_command": roles.assign_role(role_id),
        "cors": settings,
        "max_age": MAX_AGE,
        "cors_fixes": cors.remedies("dicom", settings, ""),
    }
