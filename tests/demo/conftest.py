from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from ohif_setup.demo.site import DemoSite


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


@pytest.fixture
def session(site: DemoSite) -> Iterator[requests.Session]:
    """A client that trusts the site, follows no redirect by itself, and knows no proxy."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = site.environment["REQUESTS_CA_BUNDLE"]
        yield session


@pytest.fixture
def token(site: DemoSite) -> str:
    """Ada's access token for the DICOM service."""
    granted = site.entra.granted("https://dicom.healthcareapis.azure.com/Dicom.ReadWrite", site.registration)
    return site.entra.access_token(site.registration.client_id, granted, site.entra.user)
