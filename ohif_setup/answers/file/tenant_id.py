"""Replaces the domain of a tenant in an answers file with the ID of the tenant; nothing else changes."""

from __future__ import annotations

from collections.abc import MutableMapping

import tomlkit


def with_tenant_id(text: str, domain: str, tenant_id: str) -> str | None:
    """The text with the ID instead of the domain, in `sign_in.tenant_id` and in an authority that names it.

    None if the file does not have that domain, for example because a variable set it. `text` must be valid TOML."""
    # tomlkit keeps CRLF in most places but writes LF for new lines, so convert both ways.
    windows = "\r\n" in text
    document = tomlkit.parse(text.replace("\r\n", "\n"))
    sign_in = document.get("sign_in")
    if not isinstance(sign_in, MutableMapping) or str(sign_in.get("tenant_id", "")).strip().casefold() != domain:
        return None
    sign_in["tenant_id"] = tenant_id
    authority = sign_in.get("authority")
    if isinstance(authority, str) and domain in authority.casefold():
        # Only the domain is replaced: cloud and path of the authority stay as they were typed.
        at = authority.casefold().index(domain)
        sign_in["authority"] = authority[:at] + tenant_id + authority[at + len(domain) :]
    changed = tomlkit.dumps(document)
    if windows:
        changed = changed.replace("\n", "\r\n")
    return changed
