"""`NEXT-STEPS.md`: what is left to do by hand, with the exact values."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ohif_setup.answers.model import Answers
from ohif_setup.files.artefact import Artefact
from ohif_setup.servers import azure_cors, azure_dicom, entra
from ohif_setup.viewer import configuration


def context(answers: Answers) -> dict[str, Any]:
    """What `templates/NEXT-STEPS.md.j2` needs."""
    uploads = answers.server.uploads
    role = (azure_dicom.OWNER, azure_dicom.OWNER_ID) if uploads else (azure_dicom.READER, azure_dicom.READER_ID)
    settings = azure_cors.wanted("dicom", answers.viewer.origins, uploads=uploads)
    return {
        "answers": answers,
        "service_url": re.split(r"/v[12](?:/|$)", answers.server.url)[0],
        "redirect_uris": configuration.redirect_uris(answers),
        "redirect_command": entra.add_redirect_uris(answers.sign_in.client_id, configuration.redirect_uris(answers)),
        "role_command": azure_dicom.assign_role(role[1]),
        "app_id": azure_dicom.APP_ID,
        "scope": azure_dicom.SCOPE,
        "role": role[0],
        "cors": settings,
        "fhir_cors": azure_cors.wanted("fhir", answers.viewer.origins, uploads=uploads) if answers.fhir else None,
        "max_age": azure_cors.MAX_AGE,
        "cors_fixes": azure_cors.remedies("dicom", settings, ""),
        "public_url": answers.viewer.base_path if answers.viewer.base_path == "/" else f"{answers.viewer.base_path}/",
        "viewer_host": urlsplit(answers.viewer.url).netloc,
        "service_name": azure_dicom.service_name(answers.server.url),
    }


ARTEFACT = Artefact("NEXT-STEPS.md", 20, context)
