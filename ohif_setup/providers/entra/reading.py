"""A sign-in at Microsoft Entra ID that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohif_setup.paste import pasted
from ohif_setup.paste.identifiers import NOT_A_TENANT, is_guid
from ohif_setup.paste.services import default_authority, parse_authority
from ohif_setup.providers.provider import SignInReading

if TYPE_CHECKING:
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark
    from ohif_setup.kinds.kind import ServerToken

_WHY = "the tool writes what Entra ID and the DICOM service need"


def answers_of(authority: str, server_url: str) -> dict[str, str]:
    """The tenant, and the authority where it does not follow from that and the server. ValueError as in `parse_authority`."""
    whole = parse_authority(re.sub(r"^https://sts\.windows\.net", "https://login.microsoftonline.com", authority))
    tenant = whole.split("://", 1)[-1].partition("/")[2]
    if not tenant:
        return {}
    if whole == default_authority(server_url, tenant):
        return {"tenant_id": tenant}
    return {"tenant_id": tenant, "authority": whole}


def remarks(first: ConfigTable, token: ServerToken | None) -> Iterator[Remark]:
    """What Entra ID does not have, or has in another way."""
    code = first.text("response_type") == "code"
    scopes = first.text("scope").split()
    if code and scopes and "offline_access" not in scopes:
        wrong = "Without offline_access there is no refresh token, and OHIF's page for silent renewal cannot renew the code flow."
        yield first.remark("offline-access", "error", "scope", wrong, "Add offline_access to scope", fm="FM46")
    if token and not any(scope.startswith(_beginnings(token)) for scope in scopes):
        wrong = "The token is not for the DICOM service, which answers 401."
        yield first.remark("dicom-scope", "error", "scope", wrong, f"Add {token.scope} to scope", fm="FM48")
    if code and first.get("revokeAccessTokenOnSignout") is not False:
        wrong = "Entra ID has no revocation endpoint, so signing out fails."
        do = "Write revokeAccessTokenOnSignout: false"
        yield first.remark("revocation", "error", "revokeAccessTokenOnSignout", wrong, do)
    if first.get("loadUserInfo") is True or (not code and first.get("loadUserInfo") is not False):
        wrong = "OHIF then asks Microsoft Graph for the person, and Graph refuses a token for the DICOM service."
        yield first.remark("user-info", "error", "loadUserInfo", wrong, "Write loadUserInfo: false", fm="FM45")
    if not code:
        wrong = "The implicit flow is out of date: it needs both token boxes and a hidden frame, and it always renews."
        yield first.remark("implicit-flow", "warning", "response_type", wrong, "Write response_type: 'code'", fm="FM43")
    yield from _authority(first)


def _beginnings(token: ServerToken) -> tuple[str, ...]:
    """Of a scope for that token: its audience, or the application that has it as an ID."""
    return (*token.audiences, *(f"api://{audience}" for audience in token.audiences))


def _authority(first: ConfigTable) -> Iterator[Remark]:
    authority = first.text("authority").rstrip("/")
    segments = authority.split("://", 1)[-1].split("/")[1:]
    tenant = segments[0] if segments else ""
    if tenant.lower() in NOT_A_TENANT or not tenant:
        wrong = "It names no tenant; a viewer signs in to one."
        do = "Write https://login.microsoftonline.com/TENANT_ID/v2.0"
        yield first.remark("no-tenant", "error", "authority", wrong, do, fm="FM50")
    elif pasted.is_placeholder(tenant):
        yield first.remark(
            "placeholder",
            "error",
            "authority",
            "It still has the placeholder of a recipe.",
            "Write the tenant ID",
            fm="FM50",
        )
    elif segments[1:] != ["v2.0"]:
        wrong = "It does not end in /v2.0, and the tokens of version 1 are for another audience."
        yield first.remark("authority-version", "error", "authority", wrong, "End it in /v2.0", fm="FM48")
    client = first.text("client_id")
    if client and not is_guid(client) and not pasted.is_placeholder(client):
        yield first.remark(
            "client-id", "warning", "client_id", "It is no client ID as Entra ID has them.", "Copy it from the portal"
        )


READING = SignInReading(
    answers_of=answers_of,
    decided=dict.fromkeys(("loadUserInfo", "revokeAccessTokenOnSignout", "scope"), _WHY),
    remarks=remarks,
)
