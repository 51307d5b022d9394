"""An answers file whose tenant is given as a domain, with the tenant's ID in its place and nothing else changed."""

from __future__ import annotations

from collections.abc import MutableMapping

import tomlkit


def with_tenant_id(text: str, domain: str, tenant_id: str) -> str | None:
    """The text with the ID for the domain, in `sign_in.tenant_id` and in an authority that names it; None where the file does not
    have that domain, as when a variable gave it. `text` is valid TOML, its line ends stay."""
    windows = "\r\n" in text
    document = tomlkit.parse(text.replace("\r\n", "\n"))
    sign_in = document.get("sign_in")
    if not isinstance(sign_in, MutableMapping) or str(sign_in.get("tenant_id", "")).strip().casefold() != domain:
        return None
    sign_in["tenant_id"] = tenant_id
    authority = sign_in.get("authority")
    if isinstance(authority, str) and domain in authority.casefold():
        at = authority.casefold().index(domain)
        sign_in["authority"] = authority[:at] + tenant_id + authority[at + len(domain) :]
    changed = tomlkit.dumps(document)
    if windows:
        changed = changed.replace("\n", "\r\n")
    return changed
