"""`app-config.js`: the configuration that OHIF loads at start."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.kinds import kind_of, scope
from ohif_setup.ohif import configuration
from ohif_setup.output.artefact import Artefact
from ohif_setup.providers import provider_of

_SIGN_IN_NOTES = {
    "post_logout_redirect_uri": "unset, signing out breaks the address of the study list",
}
_FORBIDDEN = "the server, or the web server before it, refuses this"
_IMPLICIT_NOTES = {
    "scope": "the implicit flow has no refresh token, so no offline_access",
    "automaticSilentRenew": "OHIF renews in a hidden frame, whatever is set here",
}


def context(answers: Answers) -> dict[str, Any]:
    """The variables of `templates/app-config.js.j2`. `source_notes` has the notes of each data source, `notes` those of `oidc`."""
    sources = [kind_of(server).data_source(answers, server) for server in answers.servers]
    return {
        "answers": answers,
        "forbidden": next(filter(None, (kind_of(server).forbidden for server in answers.servers)), _FORBIDDEN),
        "config": configuration.window_config(answers, sources, scope(answers)),
        "source_notes": [kind_of(server).notes for server in answers.servers],
        "notes": _notes(answers, answers.sign_in) if answers.sign_in else {},
    }


def _notes(answers: Answers, sign_in: SignIn) -> dict[str, str]:
    """Comments for keys of `oidc` that give the reason for the value, by key."""
    implicit = sign_in.flow == "implicit"
    uris = " and ".join(configuration.redirect_uris(answers))
    provider = provider_of(sign_in)
    register = ", ".join(filter(None, (f"register {uris}", provider.platform)))
    # The two boxes of the implicit flow at the registration.
    if implicit and provider.implicit:
        register += f"; {provider.implicit}"
    notes = {**_SIGN_IN_NOTES, "redirect_uri": register, **provider.notes}
    if implicit:
        notes |= _IMPLICIT_NOTES
    return notes


ARTEFACT = Artefact("app-config.js", 10, context)
