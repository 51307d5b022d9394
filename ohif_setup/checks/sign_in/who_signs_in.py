"""Skipped findings for sites where the questions about the sign-in do not apply."""

from __future__ import annotations

from ohif_setup.answers.model import Answers
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.kinds import kind_of
from ohif_setup.providers import provider_of

AGAIN = Fix("Again", "ohif-setup check --sign-in device-code, or browser, as one who may see the images")
"""What to type where nobody was asked to sign in."""


def no_sign_in(check: str) -> Finding:
    """For a site without a sign-in."""
    return skipped(check, "", "this site has no sign-in", needless=True)


def no_token(check: str, answers: Answers) -> Finding | None:
    """Why this tool cannot sign in at this site; None if it can."""
    if answers.sign_in is None:
        return no_sign_in(check)
    # The tool signs in through MSAL for Python, which is made for Entra ID.
    if not provider_of(answers.sign_in).terminal:
        return skipped(check, "", "MSAL supports Entra ID only; test this sign-in with the viewer in a browser")
    # Without such a server, no scope and no audience are known that a token could be requested for.
    if not any(kind_of(server).token for server in answers.servers):
        return skipped(check, "", "this site has no Azure DICOM service to request a token for")
    return None
