"""`app-config.js`: the configuration that OHIF loads at start."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.files.artefact import Artefact
from ohif_setup.servers import azure_dicom
from ohif_setup.viewer import configuration

NOTES = {
    "imageRendering": "without it OHIF asks for images by WADO-URI, which this service does not have",
    "supportsWildcard": "true would send *name*, which Azure takes literally: every filter would empty the list",
    "omitQuotationForMultipartRequest": "quotes are what the service accepts in every OHIF version",
    "bulkDataURI": "left out, some versions crash",
    "dicomUploadEnabled": "storing needs the role DICOM Data Owner",
    "scope": "offline_access gives the refresh token: without it the code flow cannot renew",
    "post_logout_redirect_uri": "unset, signing out breaks the address of the study list",
    "revokeAccessTokenOnSignout": "Entra ID has no revocation endpoint: true makes signing out fail",
    "loadUserInfo": "that would ask Microsoft Graph, which refuses a token for the DICOM service",
}
"""Why a key has the value that it has, for whoever opens the file."""

_IMPLICIT_NOTES = {
    "scope": "the implicit flow has no refresh token, so no offline_access",
    "automaticSilentRenew": "OHIF renews in a hidden frame, whatever is set here",
}


def context(answers: Answers) -> dict[str, Any]:
    """What `templates/app-config.js.j2` needs."""
    config = configuration.window_config(answers, azure_dicom.data_source(answers), azure_dicom.SCOPE)
    notes = NOTES if answers.sign_in.flow == "code" else NOTES | _IMPLICIT_NOTES
    uris = " and ".join(configuration.redirect_uris(answers))
    boxes = "" if answers.sign_in.flow == "code" else "; tick both token boxes"
    notes = notes | {"redirect_uri": f"register {uris}, platform Single-page application{boxes}"}
    return {"answers": answers, "config": config, "notes": notes}


ARTEFACT = Artefact("app-config.js", 10, context)
