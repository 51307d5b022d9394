"""`app-config.js`: the configuration that OHIF loads at start."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import SignIn
from ohif_setup.files.artefact import Artefact
from ohif_setup.kinds import kind_of, scope
from ohif_setup.viewer import configuration

_SIGN_IN_NOTES = {
    "post_logout_redirect_uri": "unset, signing out breaks the address of the study list",
}
_ENTRA_NOTES = {
    "scope": "offline_access gives the refresh token: without it the code flow cannot renew",
    "revokeAccessTokenOnSignout": "Entra ID has no revocation endpoint: true makes signing out fail",
    "loadUserInfo": "that would ask Microsoft Graph, which refuses a token for the DICOM service",
}
_IMPLICIT_NOTES = {
    "scope": "the implicit flow has no refresh token, so no offline_access",
    "automaticSilentRenew": "OHIF renews in a hidden frame, whatever is set here",
}


def context(answers: Answers) -> dict[str, Any]:
    """What `templates/app-config.js.j2` needs. `source_notes` has the notes of each data source, `notes` those of `oidc`."""
    sources = [kind_of(one).data_source(answers, one) for one in answers.servers]
    return {
        "answers": answers,
        "azure": any(one.is_azure for one in answers.servers),
        "config": configuration.window_config(answers, sources, scope(answers)),
        "source_notes": [kind_of(one).notes for one in answers.servers],
        "notes": _notes(answers, answers.sign_in) if answers.sign_in else {},
    }


def _notes(answers: Answers, sign_in: SignIn) -> dict[str, str]:
    """Why a key of `oidc` has the value that it has, for whoever opens the file."""
    implicit = sign_in.flow == "implicit"
    uris = " and ".join(configuration.redirect_uris(answers))
    platform = ", platform Single-page application" + ("; tick both token boxes" if implicit else "")
    notes = _SIGN_IN_NOTES | {"redirect_uri": f"register {uris}{platform if sign_in.is_entra else ''}"}
    if sign_in.is_entra:
        notes |= _ENTRA_NOTES
    return notes | (_IMPLICIT_NOTES if implicit else {})


ARTEFACT = Artefact("app-config.js", 10, context)
