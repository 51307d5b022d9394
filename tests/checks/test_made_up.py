"""A new exhibit that says no more than it must is judged in general words, without a change in any check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ohif_setup import kinds, webservers
from ohif_setup.answers.model import Answers
from ohif_setup.browser.values import ScriptRequest
from ohif_setup.checks import answers as answers_check
from ohif_setup.checks.cors import cors
from ohif_setup.checks.cors.look import CorsCase, CorsLook
from ohif_setup.checks.dicomweb import exposure, uploads
from ohif_setup.checks.dicomweb import reachable as dicomweb_reachable
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.viewer import served as viewer_served
from ohif_setup.kinds import cors_services
from ohif_setup.network.look.exposure import ExposureLook
from ohif_setup.network.look.find import Found
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import HTML, OWN, OWN_ROOT, got, own, trouble, words

ROOT = "https://archive.example.org/rs"
KIND = """
from dataclasses import replace
from ohif_setup.kinds.dicomweb import KIND as GENERAL

KIND = replace(GENERAL, name="acme", order=25, label="Acme", answers_origins=True, cors=None)
"""
WEBSERVER = """
from ohif_setup.webservers.webserver import Guard, WebServer

WEBSERVER = WebServer(
    name="caddy",
    order=25,
    label="Caddy",
    choice="Caddy 2",
    windows=False,
    file="Caddyfile",
    reload="caddy reload",
    status="systemctl status caddy",
    login_file="/etc/caddy/{}.login",
    guard=Guard(login="basic_auth", allow_list="remote_ip", refusals="its matchers"),
)
"""
ANSWERS = {
    "204": got(204),
    "401": got(401, "", (("WWW-Authenticate", "Basic"),)),
    "403": got(403),
    "404": got(404),
    "page": got(200, "<html>", HTML),
    "500": got(500),
    "502": got(502),
    "503": got(503),
    "refused": trouble("refused"),
    "timeout": trouble("timeout"),
    "dns": trouble("dns"),
}


@pytest.fixture(autouse=True)
def exhibits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package, name, text in ((kinds, "acme", KIND), (webservers, "caddy", WEBSERVER)):
        folder = tmp_path / package.__name__
        folder.mkdir()
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])


def direct() -> Answers:
    return own(server__kind="acme", server__url=ROOT, server__route="direct")


def behind_caddy(**changed: str) -> Answers:
    return own(server__kind="acme", server__url="http://127.0.0.1:9000/rs", server__proxy="caddy", **changed)


def reachable(site: Answers, public: Exchange, root: str, found: Found | None = None) -> Finding:
    seen = SeenOwn(root, public, found, got(200, "<html>the viewer", HTML))
    (finding,) = dicomweb_reachable.judge(site, dicomweb_reachable.ReachableObservations((seen,)))
    return finding


@pytest.mark.parametrize("public", ANSWERS.values(), ids=ANSWERS)
def test_server_that_browsers_ask_directly(public: Exchange) -> None:
    said = words(reachable(direct(), public, ROOT))
    assert "could not judge" not in said
    assert not [name for name in ("nginx", "Apache", "IIS", "Caddy", "put ") if name in said]


@pytest.mark.parametrize("public", ANSWERS.values(), ids=ANSWERS)
def test_server_behind_a_new_web_server(public: Exchange) -> None:
    root = f"{OWN}/rs"
    said = words(reachable(behind_caddy(), public, root, Found(None, "", ROOT, trouble("refused"))))
    assert "could not judge" not in said
    assert not [name for name in ("nginx", "Apache", "IIS", "Orthanc ") if name in said]


def test_other_checks_name_the_new_web_server() -> None:
    site = behind_caddy(server__uploads="true", viewer__folder="/var/www/ohif")
    shut, here = got(404), got(200, [{"0020000D": {}}])
    refused = uploads.ServerUploads(got(413), got(413), here)
    (upload,) = uploads.judge(site, uploads.UploadObservations((refused,)))
    open_proxy = ExposureLook((shut,), got(200, {"ApiVersion": 20}), shut)
    found = exposure.judge(site, exposure.ExposureObservations((exposure.ServerExposure(open_proxy, here),)))
    silent = ServedViewer(trouble("refused", OWN))
    (viewer,) = viewer_served.judge(site, viewer_served.ServedViewerObservations(silent))
    assert "put Caddyfile in its place" in words(upload)
    assert "Caddy is an open proxy" in words(found[0])
    assert "check that it is running: systemctl status caddy" in words(viewer)
    assert answers_check.judge(site, None)[0].status == "pass"


def test_cors_is_judged_as_of_any_server() -> None:
    site = direct()
    wanted = CorsCase(ROOT, "acme", (OWN,), "3.13", uploads=False, signs_in=False)
    assert wanted.service is cors_services()["dicomweb"]
    (request, *_) = wanted.requests
    bare = Exchange(got(200, [{}]).sent, got(200, [{}]).received)
    look = CorsLook(OWN, request, ScriptRequest("GET", request.url, request.headers), (None,), (bare,))
    case = replace(wanted, looks=(look,), strangers={"": bare}, origin_addresses={OWN: ()}, anonymous=got(200, [{}]))
    (found,) = cors.judge(site, [case])
    assert found.evidence["fault"] == "no-cors"
    assert found.fix[0] == Fix(
        "Server",
        f"in its own CORS settings:\nOrigins: {OWN}\nMethods: GET, OPTIONS\nHeaders: authorization, accept\n"
        "Exposed headers: none\nCredentials: off",
    )
    assert "Orthanc" not in found.cause
    assert OWN_ROOT not in words(found)
