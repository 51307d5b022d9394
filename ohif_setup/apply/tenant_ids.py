"""The ID that a tenant's domain name stood for when it was last looked up, in the memory of the site."""

from __future__ import annotations

import contextlib
import json

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.apply.site_paths import SitePaths, recalled, store
from ohif_setup.errors import SetupError

NAME = "tenant.json"


def remember(site: SitePaths, sign_in: SignIn, tenant_id: str) -> None:
    """Writes it down, in place of the one before. Nothing happens where this user has no place for it."""
    with contextlib.suppress(SetupError):
        store(site, NAME, json.dumps({"asked": _asked(sign_in), "id": tenant_id}).encode())


def recall(site: SitePaths, sign_in: SignIn) -> str:
    """The ID of the tenant that these answers name by its domain; empty if it is not known."""
    try:
        raw = json.loads(recalled(site, NAME) or b"null")
        return str(raw["id"]) if raw["asked"] == _asked(sign_in) else ""
    except (SetupError, ValueError, TypeError, KeyError, RecursionError):
        return ""


def _asked(sign_in: SignIn) -> list[str]:
    """Who was asked about which name."""
    return [sign_in.authority, sign_in.tenant_id]
