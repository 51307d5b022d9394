"""What an identity provider says of a request that it refuses."""

from __future__ import annotations

import re

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.providers import provider_of

_HTTPS = re.compile(r"https (?:is )?required", re.IGNORECASE)
_GRANT = re.compile(r"\bgrant[ _]types?\b", re.IGNORECASE)


def said(error: str, description: str) -> str:
    """Error and description in one line without a full stop; empty if the provider gave neither."""
    return ": ".join(filter(None, (short(error, 60), short(description).rstrip("."))))


def names_grant(description: str) -> bool:
    """Whether the provider says that it refuses the flow."""
    return bool(_GRANT.search(description))


def named_fix(sign_in: SignIn, description: str) -> tuple[Fix, ...]:
    """What to do about a cause that the provider names: it wants https, or the client is set up for another flow. Empty for any
    other."""
    console = provider_of(sign_in).console.of(sign_in.client_id)
    if names_grant(description):
        return (Fix(console.name, f"allow the grant type authorization_code for the client {sign_in.client_id}"),)
    if not _HTTPS.search(description):
        return ()
    if sign_in.authority.startswith("https:"):
        return (
            Fix("Web server", "send the header X-Forwarded-Proto: https to the provider behind it"),
            Fix(console.name, console.forwarded),
        )
    return (Fix(console.name, console.https or "give the provider an https address, and set sign_in.authority to it"),)
