"""How an existing sign-in at Microsoft Entra ID is read."""

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
    """The tenant, and the authority unless it is the default for tenant and server. ValueError as in `parse_authority`."""
    # `sts.windows.net` is the issuer of v1 tokens, for the same tenants.
    whole = parse_authority(re.sub(r"^https://sts\.windows\.net", "https://login.microsoftonline.com", authority))
    tenant = whole.split("://", 1)[-1].partition("/")[2]
    if not tenant:
        return {}
    # The default is left out of the answers, so that it follows a later change of the server.
    if whole == default_authority(server_url, tenant):
        return {"tenant_id": tenant}
    return {"tenant_id": tenant, "authority": whole}


def remarks(first: ConfigTable, token: ServerToken | None) -> Iterator[Remark]:
    """Settings that do not work with Entra ID."""
    code = first.text("response_type") == "code"
    scopes = first.text("scope").split()
    if code and scopes and "offline_access" not in scopes:
        # Measured: the page silent-refresh.html that OHIF ships cannot complete the code flow.
        wrong = "Without offline_access there is no refresh token, and OHIF's page for silent renewal cannot renew the code flow."
        yield first.remark("offline-access", "error", "scope", wrong, "Add offline_access to scope", fm="FM46")
    if token and not any(scope.startswith(token.scope_beginnings) for scope in scopes):
        wrong = "The token is not for the DICOM service, which answers 401."
        yield first.remark("dicom-scope", "error", "scope", wrong, f"Add {token.scope} to scope", fm="FM48")
    if code and first.get("revokeAccessTokenOnSignout") is not False:
        wrong = "Entra ID has no revocation endpoint, so signing out fails."
        do = "Write revokeAccessTokenOnSignout: false"
        yield first.remark("revocation", "error", "revokeAccessTokenOnSignout", wrong, do)
    if first.get("loadUserInfo") is True or (not code and first.get("loadUserInfo") is not False):
        # The default differs by library: false in oidc-client-ts (code flow), true in oidc-client (implicit flow).
        wrong = (
            "OHIF then asks Microsoft Graph for the user's details, and Graph rejects a token for the DICOM service."
        )
        yield first.remark("user-info", "error", "loadUserInfo", wrong, "Write loadUserInfo: false", fm="FM45")
    if not code:
        wrong = "The implicit flow is outdated: it needs both token boxes and a hidden frame, and its renewal cannot be turned off."
        yield first.remark("implicit-flow", "warning", "response_type", wrong, "Write response_type: 'code'", fm="FM43")
    yield from _authority(first)


def _authority(first: ConfigTable) -> Iterator[Remark]:
    authority = first.text("authority").rstrip("/")
    segments = authority.split("://", 1)[-1].split("/")[1:]
    tenant = segments[0] if segments else ""
    # `/common` and the like accept every directory, but the DICOM service trusts one tenant only.
    if tenant.lower() in NOT_A_TENANT or not tenant:
        wrong = "It names no tenant; a viewer signs in to one."
        do = "Write https://login.microsoftonline.com/TENANT_ID/v2.0"
        yield first.remark("no-tenant", "error", "authority", wrong, do, fm="FM50")
    elif pasted.is_placeholder(tenant):
        yield first.remark(
            "placeholder",
            "error",
            "authority",
            "It still contains a placeholder.",
            "Write the tenant ID",
            fm="FM50",
        )
    elif segments[1:] != ["v2.0"]:
        wrong = "It does not end in /v2.0, and version 1 tokens have another audience."
        yield first.remark("authority-version", "error", "authority", wrong, "End it in /v2.0", fm="FM48")
    client = first.text("client_id")
    if client and not is_guid(client) and not pasted.is_placeholder(client):
        yield first.remark(
            "client-id", "warning", "client_id", "It does not have the form of a client ID.", "Copy it from the portal"
        )


READING = SignInReading(
    answers_of=answers_of,
    decided=dict.fromkeys(("loadUserInfo", "revokeAccessTokenOnSignout", "scope"), _WHY),
    remarks=remarks,
)
