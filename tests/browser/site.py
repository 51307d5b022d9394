"""A deployed viewer, ready for visits."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from ohif_setup.demo.dicom import DicomService
from ohif_setup.demo.entra import Entra
from tests.browser import chromium
from tests.browser.chromium import Visit
from tests.browser.generated import DICOM_HOST, SIGN_IN_HOST, VIEWER_HOST, Deployment

KNOWN_HOSTS = frozenset({VIEWER_HOST, SIGN_IN_HOST, DICOM_HOST})


@dataclass(frozen=True)
class Site:
    """A deployed viewer and all that it talks to."""

    deployment: Deployment
    dicom: DicomService
    browser: Browser
    screenshots: Path

    def visit(self) -> AbstractContextManager[Visit]:
        """A person comes along."""
        return chromium.visiting(self.browser, KNOWN_HOSTS, self.screenshots)

    @property
    def entra(self) -> Entra:
        """The identity provider, whose tokens the DICOM service trusts."""
        return self.dicom.entra

    @property
    def grants(self) -> list[str | None]:
        """The `grant_type` of each request to the token endpoint so far."""
        asked = [one for one in self.entra.requests if one.path.endswith("/token") and one.method == "POST"]
        return [dict(one.form).get("grant_type") for one in asked]
