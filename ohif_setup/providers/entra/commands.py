"""Commands for the app registration. Not run against a live tenant."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence


def add_redirect_uris(client_id: str, uris: Sequence[str]) -> str:
    """Commands that add redirect URIs on the platform Single-page application."""
    # `az ad app update` has no option for that platform, so the commands use Microsoft Graph. Its PATCH replaces the list, so
    # the jq program adds to the URIs that are registered already.
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
