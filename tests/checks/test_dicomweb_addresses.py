"""What `docs/reference/checks/dicomweb-addresses.md` says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.checks.dicomweb.addresses import AddressObservations, ServerAddresses, judge
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.find import Found
from tests.checks.archives import INSTANCE, archive, empty, listing, study
from tests.checks.observed import BEHIND, HTML, OWN, OWN_ROOT, got, keycloak, own, trouble, words


def direct(root: str) -> Found:
    """Orthanc at its own address, where it calls itself by that root."""
    return Found("orthanc", "Orthanc", BEHIND, listing(study(root), url=f"{BEHIND}/studies?limit=1"), proven=True)


def one(seen: Archive, itself: Found | None = None, **changed: str) -> Finding:
    (finding,) = judge(own(**changed), AddressObservations((ServerAddresses(seen, itself),)))
    return finding


def test_passes_when_they_lead_back() -> None:
    found = one(archive(bulk=(f"{OWN_ROOT}{INSTANCE}/bulk/00420011",)))
    assert (found.status, found.title) == ("pass", f"all begin with {OWN_ROOT}")
    assert "the first studies have no bulk data" in one(archive()).title


@pytest.mark.parametrize(
    ("root", "cause"),
    [
        ("http://127.0.0.1:8042/dicom-web", "does not say which host the browser used"),
        ("https://pacs.example.org:8443/dicom-web", "passes the host on without its port"),
        ("https://inner.example.org/dicom-web", "Orthanc believes that its host is inner.example.org"),
        ("http://pacs.example.org/dicom-web", "sends no proto"),
        ('https://"pacs.example.org"/dicom-web', "quotes around the host"),
        ("https://pacs.example.org/orthanc/dicom-web", "rewrites the path"),
    ],
    ids=["host", "port", "other", "scheme", "quotes", "prefix"],
)
def test_what_differs_names_the_cause(root: str, cause: str) -> None:
    found = one(archive(root=root))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM25")
    assert cause in found.cause


@pytest.mark.parametrize("proxy", ["nginx", "apache", "iis"])
@pytest.mark.parametrize(
    ("root", "cause"),
    [
        ("http://127.0.0.1:8042/dicom-web", "calls the server 127.0.0.1:8042"),
        ("http://localhost/dicom-web", "The server believes that its host is localhost"),
        ("http://pacs.example.org/dicom-web", "the server does not know that"),
        ('https://"pacs.example.org"/dicom-web', "the server copies them into its addresses"),
        ("https://pacs.example.org/inner/dicom-web", "the server does not know the path that the browser used"),
    ],
    ids=["host", "other", "scheme", "quotes", "prefix"],
)
def test_owner_of_another_server_is_sent_to_no_file_of_orthanc(root: str, cause: str, proxy: str) -> None:
    found = one(archive(root=root), server__kind="dicomweb", server__proxy=proxy)
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM25")
    assert cause in found.cause
    assert "orthanc" not in words(found).lower()
    assert ("set the address at which browsers reach it" in words(found)) != ('"' in root)


def test_address_that_another_server_fixes_is_told_from_the_web_server() -> None:
    fixed = "http://localhost/dicom-web"
    found = one(archive(root=fixed), direct(fixed), server__kind="dicomweb")
    assert (
        found.cause == "The server's configuration hard-codes its host (http://localhost), whatever the request says."
    )
    assert [fix.where for fix in found.fix] == ["Server"]


def test_host_that_debian_fixes_is_told_from_the_web_server() -> None:
    fixed = "http://localhost/dicom-web"
    found = one(archive(root=fixed), direct(fixed))
    assert "Orthanc's configuration hard-codes its host (http://localhost)" in found.cause
    assert "/etc/orthanc/dicomweb.json" in words(found)
    assert "proxy_set_header" not in words(found)
    unknown = one(archive(root=fixed))
    assert "/etc/orthanc/dicomweb.json" in words(unknown)
    assert "proxy_set_header Host $http_host" in words(unknown)


def test_host_of_nobodys_package_is_not_debians() -> None:
    fixed = "http://inner.example.org/dicom-web"
    found = one(archive(root=fixed), direct(fixed))
    assert "Orthanc's configuration hard-codes its host (http://inner.example.org)" in found.cause
    assert "Debian" not in words(found)


def test_bulk_data_alone_may_be_wrong() -> None:
    found = one(archive(bulk=(f"http://localhost/dicom-web{INSTANCE}/bulk/00420011",)))
    assert found.title == "BulkDataURI points to http://localhost, not to https://pacs.example.org"


def test_apache_gets_its_own_lines() -> None:
    found = one(archive(root="http://pacs.example.org/dicom-web"), server__proxy="apache")
    assert "ProxyPreserveHost On" in words(found)
    behind_tls = words(
        one(
            archive(root="http://pacs.example.org/dicom-web"),
            server__proxy="apache",
            server__url="https://orthanc.example.org/dicom-web",
        )
    )
    assert ("ProxyPreserveHost" in behind_tls, "RequestHeader set Forwarded" in behind_tls) == (False, True)


def test_relative_addresses_are_right() -> None:
    seen = archive(bulk=(f"{OWN_ROOT}{INSTANCE}/bulk/1",))
    relative = Archive(OWN_ROOT, listing(study("/dicom-web")), seen.samples)
    assert one(relative).status == "pass"


def test_skipped_without_anything_to_look_at() -> None:
    assert "the archive is empty" in one(empty()).title
    assert "see dicomweb-reachable" in one(Archive(OWN_ROOT, trouble("refused"))).title
    assert "see dicomweb-reachable" in one(Archive(OWN_ROOT, got(401))).title
    assert "see dicomweb-reachable" in one(Archive(OWN_ROOT, got(200, "<html>viewer", HTML))).title
    assert "the archive is empty" in one(Archive(OWN_ROOT, got(204))).title
    (found,) = judge(keycloak(), AddressObservations((ServerAddresses(Archive(OWN_ROOT, got(401)), None),)))
    assert "requires a sign-in" in found.title


def test_path_before_a_server_that_browsers_ask_themselves_is_no_web_servers() -> None:
    found = one(
        archive(root=f"{OWN}/inner/dicom-web"),
        server__kind="dicomweb",
        server__route="direct",
        server__url=OWN_ROOT,
        viewer__url="https://v.example.org",
    )
    assert found.cause.startswith("Something in front of it, such as a gateway, rewrites the path")


def test_https_for_a_browser_that_uses_http_is_said_by_somebody() -> None:
    root = "http://pacs.example.org/dicom-web"
    seen = replace(archive(root=root.replace("http:", "https:")), root=root)
    found = one(seen, viewer__url="http://pacs.example.org")
    assert "says https in Forwarded or X-Forwarded-Proto" in found.cause
    assert "sends no proto" not in found.cause
