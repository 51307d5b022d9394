"""What `docs/reference/checks/trusted-hosts.md` says."""

from __future__ import annotations

import pytest

from ohif_setup.answers.sources import load
from ohif_setup.checks import trusted_hosts
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in import sign_in, token
from ohif_setup.checks.trusted_hosts import TrustObservations, judge
from ohif_setup.network.sign_in.sign_in import Method
from ohif_setup.network.sign_in.sign_in import SignInResult as Signed
from ohif_setup.network.wire.http import Http
from tests.checks.observed import TENANT, answers, keycloak, own, words
from tests.checks.test_run import NoScreen

IDP = f"https://login.example.org/{TENANT}"
PACS = "https://pacs.example.org:8443/v2"
BOTH = {"sign_in__authority": IDP, "server__url": PACS}


def seen(method: Method, **changed: str) -> TrustObservations:
    return trusted_hosts.look(Look(answers(**changed), Http(1), method, NoScreen()))


@pytest.mark.parametrize("method", ["service-principal", "browser", "device-code"])
def test_each_strange_host_is_named_with_what_to_type(monkeypatch: pytest.MonkeyPatch, method: Method) -> None:
    monkeypatch.setenv("OHIF_SETUP_TRUSTED_HOSTS", ".example.net,*")
    idp, pacs = judge(answers(**BOTH), seen(method, **BOTH))
    assert (idp.status, idp.subject, idp.title) == (
        "fail",
        "login.example.org",
        "login.example.org is not a trusted host",
    )
    assert "sign_in.authority" in words(idp)
    assert "the secret or the password" in words(idp)
    assert (pacs.status, pacs.subject) == ("fail", "pacs.example.org:8443")
    assert "server.url points there" in words(pacs)
    assert "could receive the token" in words(pacs)
    for found in (idp, pacs):
        export = "export OHIF_SETUP_TRUSTED_HOSTS=.example.net,login.example.org,pacs.example.org:8443"
        assert export in words(found)
        assert "contains *, which is not a host" in words(found)


def test_what_the_fix_says_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    (idp, _) = judge(answers(**BOTH), seen("browser", **BOTH))
    (text,) = (fix.text for fix in idp.fix if fix.where == "Environment")
    monkeypatch.setenv("OHIF_SETUP_TRUSTED_HOSTS", text.rpartition("=")[2])
    assert judge(answers(**BOTH), seen("browser", **BOTH)) == []


def test_second_server_is_looked_at_too() -> None:
    values = {
        "viewer.url": "https://viewer.example.org",
        "servers.1.kind": "azure-dicom",
        "servers.1.url": "https://ws-a.dicom.azurehealthcareapis.com/v2",
        "servers.2.kind": "azure-dicom",
        "servers.2.url": PACS,
        "sign_in.tenant_id": TENANT,
        "sign_in.client_id": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    }
    site = Look(load(None, [f"{key}={value}" for key, value in values.items()], {}), Http(1), "browser", NoScreen())
    (found,) = judge(site.answers, trusted_hosts.look(site))
    assert "servers.2.url points there" in found.cause


@pytest.mark.parametrize("method", ["service-principal", "browser", "device-code", "none"])
def test_usual_site_has_nothing_to_say(method: Method) -> None:
    assert judge(answers(), seen(method)) == []


def test_nothing_to_say_where_nobody_signs_in() -> None:
    assert judge(answers(**BOTH), seen("none", **BOTH)) == []
    for site in (own(), keycloak()):
        assert judge(site, trusted_hosts.look(Look(site, Http(1), "browser", NoScreen()))) == []


def test_nobody_is_signed_in_and_the_others_say_where_to_look() -> None:
    site = Look(answers(**BOTH), Http(1), "browser", NoScreen())
    assert site.sign_in() == Signed("browser", "not-trusted")
    (found,) = sign_in.judge(site.answers, sign_in.look(site))
    assert (found.status, "see trusted-hosts" in found.title) == ("skipped", True)
    assert "trusted-hosts" in sign_in.CHECK.needs
    (found,) = token.judge(site.answers, token.TokenObservations(site.sign_in(), "", 0))
    assert found.status == "skipped"
