"""App registrations, and which platform a redirect URI belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Platform = Literal["spa", "web", "desktop"]


@dataclass
class AppRegistration:
    """One app registration of the tenant, as the portal shows it. Change it while the stand-in runs.

    `id_tokens` and `access_tokens` are the two boxes of the implicit flow. `certificate` is the uploaded certificate as
    PEM. `dicom_permission` stands for Dicom.ReadWrite under *API permissions*, `admin_consent` for the grant of it.
    """

    client_id: str
    name: str = "ohif-viewer"
    spa_redirect_uris: tuple[str, ...] = ()
    web_redirect_uris: tuple[str, ...] = ()
    desktop_redirect_uris: tuple[str, ...] = ()
    public_client_flows: bool = False
    id_tokens: bool = False
    access_tokens: bool = False
    admin_consent: bool = True
    dicom_permission: bool = True
    secret: str | None = None
    certificate: str | None = None

    @property
    def redirect_uris(self) -> tuple[tuple[Platform, str], ...]:
        """All redirect URIs with their platform.

        Where two match equally, Entra picks any (reply-url.md); here the order decides, so that the result is repeatable.
        """
        spa: list[tuple[Platform, str]] = [("spa", uri) for uri in self.spa_redirect_uris]
        web: list[tuple[Platform, str]] = [("web", uri) for uri in self.web_redirect_uris]
        desktop: list[tuple[Platform, str]] = [("desktop", uri) for uri in self.desktop_redirect_uris]
        return (*spa, *web, *desktop)

    def platform_of(self, redirect_uri: str) -> Platform | None:
        """The platform of a redirect URI, or None when it is not registered.

        The match is exact and case-sensitive; only for `http://localhost` the port is ignored (entra-docs, reply-url.md). That an
        empty path equals `/` there is an assumption.
        """
        for platform, registered in self.redirect_uris:
            # An empty result of _localhost means "some other address", and two of those are not equal.
            if registered == redirect_uri or _localhost(registered) == _localhost(redirect_uri) != "":
                return platform
        return None


def _localhost(uri: str) -> str:
    """An `http://localhost` address without its port; empty for any other address."""
    parts = urlsplit(uri)
    if parts.scheme != "http" or parts.hostname != "localhost":
        return ""
    return f"{parts.path or '/'}?{parts.query}"
