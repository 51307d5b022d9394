"""Which questions about signing in do not arise at a site, in one line for each check."""

from __future__ import annotations

from ohif_setup.answers.model import Answers
from ohif_setup.checks.finding import Finding, skipped
from ohif_setup.kinds import kind_of
from ohif_setup.providers import provider_of


def nobody(check: str) -> Finding:
    """For a site without a sign-in."""
    return skipped(check, "", "nobody signs in at this site")


def no_token(check: str, answers: Answers) -> Finding | None:
    """Why this tool cannot sign in at this site; None where it can. MSAL, which it signs in with, knows Entra ID only, and not
    every kind of server says what its token is to be."""
    if answers.sign_in is None:
        return nobody(check)
    if not provider_of(answers.sign_in).terminal:
        return skipped(check, "", "MSAL signs in at Entra ID only; the viewer in a browser proves this sign-in")
    if not any(kind_of(server).token for server in answers.servers):
        return skipped(check, "", "no Azure DICOM service at this site that a token could be for")
    return None
