"""The address at which people open the viewer, as they paste it.

Pure. Every fault is a ValueError whose text completes a sentence that begins with the value.
"""

from __future__ import annotations

import re

from ohif_setup.paste import pasted
from ohif_setup.paste.urls import AZURE_ZONES, HttpAddress, parse_address

_PATH_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
# Pages that OHIF adds for OIDC; a user copies them from the redirect URI in the app registration.
_VIEWER_ROUTES = {"callback", "silent-refresh.html", "logout-redirect.html"}


def parse_viewer_url(text: str) -> str:
    """`https://host[:port][/path]` of the place where people open OHIF, without a trailing slash.

    http is taken from everywhere; `rules` refuses it where people sign in, which needs a secure context.
    """
    if pasted.is_portal_page(pasted.bounded(text)):
        raise ValueError("is a page of the Azure portal. Give the address where people open the OHIF viewer")
    # "loopback" also adds a missing https://, which "anywhere" does not; so http is allowed only if it was typed.
    plain = pasted.trimmed(text).lstrip("<").lower().startswith("http://")
    address = parse_address(text, http="anywhere" if plain else "loopback")
    if "*" in address.host:
        raise ValueError(
            "has a * in it. Neither Entra ID nor the CORS rules of Azure take a pattern here: "
            "give each address by itself, further ones in viewer.extra_urls"
        )
    if address.host.endswith(AZURE_ZONES):
        raise ValueError(
            "is the address of an Azure health service. Give the address where people open the OHIF viewer"
        )
    segments = address.segments
    _refuse_odd_viewer_path(address, segments)
    return address.origin + "".join(f"/{segment}" for segment in segments)


def _refuse_odd_viewer_path(address: HttpAddress, segments: list[str]) -> None:
    for segment in segments:
        if segment in (".", ".."):
            raise ValueError("has . or .. in its path: give the address as the browser shows it")
        if not segment:
            raise ValueError("has two slashes in a row in its path")
        if "%" in segment:
            raise ValueError(
                "has a percent sign in its path. OHIF compares its path letter by letter: use plain letters and digits"
            )
        if not _PATH_SEGMENT.fullmatch(segment):
            raise ValueError(
                "has a character in its path that OHIF's router cannot match: use only letters, digits and - . _ ~"
            )
    if not segments:
        return
    # The address without its last segment, to offer in the message.
    base = address.origin + "".join(f"/{segment}" for segment in segments[:-1])
    last = segments[-1].lower()
    if last in _VIEWER_ROUTES:
        raise ValueError(
            f"is a page of the viewer for sign-in, not the viewer itself. The tool adds /callback: give {base}"
        )
    # Most often index.html, from the address bar.
    if re.search(r"\.(?:html?|js)$", last):
        raise ValueError(f"names a file, not the folder where the viewer is served: give {base}")
