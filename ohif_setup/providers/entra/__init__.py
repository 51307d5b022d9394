"""Microsoft Entra ID. The commands for the app registration were not run against a live tenant."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence

from ohif_setup.answers.services import is_entra_host
from ohif_setup.answers.tables import SignIn
from ohif_setup.providers.entra.reading import READING
from ohif_setup.providers.provider import Provider

NOTES = {
    "scope": "offline_access gives the refresh token: without it the code flow cannot renew",
    "revokeAccessTokenOnSignout": "Entra ID has no revocation endpoint: true makes signing out fail",
    "loadUserInfo": "that would ask Microsoft Graph, which refuses a token for the DICOM service",
}


def add_redirect_uris(client_id: str, uris: Sequence[str]) -> str:
    """Adds redirect URIs of the platform Single-page application. Microsoft Graph replaces the list, so the old ones go along."""
    client = shlex.quote(client_id)
    added = shlex.quote(f"{{spa: {{redirectUris: ((. // []) + {json.dumps(list(uris))} | unique)}}}}")
    return "\n".join(
        (
            f"OID=$(az ad app show --id {client} --query id -o tsv)",
            f"az ad app show --id {client} --query spa.redirectUris -o json |",
            f"  jq -c {added} > spa.json   # needs jq",
            'az rest --method patch --url "https://graph.microsoft.com/v1.0/applications/$OID" \\',
            "  --headers Content-Type=application/json --body @spa.json",
        )
    )


def takes(sign_in: SignIn) -> bool:
    """Entra ID is where a tenant is."""
    return bool(sign_in.tenant_id)


def issuer(authority: str) -> str:
    """That of version 2."""
    return f"{authority}/v2.0"


PROVIDER = Provider(
    name="entra",
    order=10,
    label="Microsoft Entra ID",
    choice="at Microsoft Entra ID",
    takes=takes,
    key="tenant_id",
    signs_in_at=is_entra_host,
    reading=READING,
    issuer=issuer,
    offline_access=True,
    notes=NOTES,
    platform="platform Single-page application",
    implicit="tick both token boxes",
    section="entra",
)
