"""No check advises what its answers or observations show to be done already; each test has the case that still needs it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.checks.dicomweb import answers as dicomweb_answers
from ohif_setup.checks.dicomweb import exposure
from ohif_setup.checks.dicomweb import reachable as dicomweb_reachable
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.generated import Generated
from ohif_setup.checks.sign_in import tenant_exists
from ohif_setup.checks.viewer import config as viewer_config
from ohif_setup.checks.viewer import routes as viewer_routes
from ohif_setup.checks.viewer import served as viewer_served
from ohif_setup.kinds.orthanc.find import PLUGIN_IS_THERE
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.look.exposure import ExposureLook
from ohif_setup.network.look.find import Found
from ohif_setup.network.look.opening import Frame, Opening
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.archives import archive, attribute, dataset, listing, series, study
from tests.checks.observed import (
    BEHIND,
    HOST,
    HTML,
    JSON,
    OWN,
    OWN_ROOT,
    answers,
    discovery,
    got,
    own,
    trouble,
    words,
)
from tests.checks.pages import CONFIG, STYLE, page, part, served
from tests.checks.test_dicomweb_reachable import one as azure

PAGE = got(200, "<html>viewer</html>", HTML, f"{OWN}/")
CONTAINER = "http://orthanc:8042/dicom-web"


def reachable(public: Exchange, direct: Found | None = None, **changed: str) -> Finding:
    (found,) = dicomweb_reachable.judge(
        own(**changed), dicomweb_reachable.ReachableObservations((SeenOwn(OWN_ROOT, public, direct, PAGE),))
    )
    return found


def answering(opening: Opening, queries: CapabilityLook | None = None, **changed: str) -> Finding:
    seen = dicomweb_answers.ServerAnswers(archive(), opening, queries)
    (found,) = dicomweb_answers.judge(own(**changed), dicomweb_answers.DicomwebAnswerObservations((seen,)))
    return found


@pytest.mark.parametrize("uploads", [True, False])
def test_uploads_are_turned_on_once(uploads: bool) -> None:
    texts = [words(reachable(got(200, []), server__uploads=str(uploads).lower()))]
    texts.append(words(reachable(got(200, []), server__kind="dicomweb", server__uploads=str(uploads).lower())))
    texts.append(words(azure(got(204), server__uploads=str(uploads).lower())))
    for text in texts:
        assert ("server.uploads = true" in text) != uploads


def test_plugin_that_is_loaded_is_not_installed() -> None:
    error = got(404, {"OrthancError": "x", "Uri": "/dicom-web/studies"}, JSON)
    refused = got(404, [], JSON, BEHIND)
    loaded = words(reachable(error, Found("orthanc", "", BEHIND, refused, advice=PLUGIN_IS_THERE)))
    assert ("apt install" in loaded, '"Enable": true' in loaded) == (False, True)
    unknown = words(reachable(error, Found("orthanc", "", BEHIND, refused)))
    assert ("apt install" in unknown, '"Enable": true' in unknown) == (True, True)


def test_name_of_another_container_is_given_once() -> None:
    def gateway(url: str) -> str:
        there = Found("orthanc", "", url, got(200, []), proven=True)
        return words(reachable(got(502, "<html>", HTML), there, server__url=url))

    assert "name the server's container in server.url" in gateway(BEHIND)
    assert "name the server's container in server.url" not in gateway(CONTAINER)


def test_limit_of_nginx_is_no_gateway_that_fails() -> None:
    there = Found("orthanc", "", BEHIND, got(200, []), proven=True)
    limited = reachable(got(503, "<html><center>nginx/1.22.1</center></html>", HTML), there)
    assert limited.title == "the server reports an internal error (503)"
    assert "setsebool" not in words(limited)
    asked = reachable(got(503, "", (("Retry-After", "7"),)), there)
    assert "wait 7 s and try again" in words(asked)


def test_capability_that_is_in_the_answers_is_not_asked_for() -> None:
    described = listing(study() | {"00081030": attribute("CT head")})
    queries = CapabilityLook(archive(), plain=described, encoded=listing(study()), raw_limit=got(400))
    frame = got(200, "--b\r\n\r\nabcd\r\n--b--", (("Content-Type", "multipart/related; boundary=b"),))
    opening = Opening(listing(study()), got(200, [series()]), got(200, [dataset()]), (Frame(frame, frame),))
    setting = "percent_decoding = false"
    assert setting in words(answering(opening, queries))
    known = words(answering(opening, queries, server__capabilities__percent_decoding="false"))
    assert (setting in known, "put nginx.conf in its place" in known) == (False, True)


@pytest.mark.parametrize("known", ["", "true"])
def test_quotes_that_are_in_the_answers_are_not_asked_for(known: str) -> None:
    frame = got(200, "--b\r\n\r\nabcd\r\n--b--", (("Content-Type", "multipart/related; boundary=b"),))
    refused = replace(Opening(listing(study()), frames=(Frame(got(406), frame),)), quotes=False)
    changed = {"server__capabilities__quoted_accept": known} if known else {}
    text = words(answering(refused, None, **changed))
    assert ("quoted_accept = true" in text, "one origin" in text) == (not known, bool(known))


def test_frame_that_the_server_cannot_decode_blames_no_setting_that_nobody_made() -> None:
    opening = Opening(listing(study()), frames=(Frame(got(500), got(500)),))
    assert "requestTransferSyntaxUID" not in words(answering(opening))


def test_certificate_that_is_in_the_answers_is_not_asked_for() -> None:
    plain = {"viewer__url": "http://pacs.example.org"}
    with_tls = plain | {"proxy__tls_certificate": "/etc/ssl/a.pem", "proxy__tls_key": "/etc/ssl/a.key"}
    closed, studies = got(404, "no", HTML), got(200, [{"0020000D": {}}])

    def clear(login: str = "", **changed: str) -> str:
        seen = exposure.ServerExposure(ExposureLook((closed,), None, closed), studies, login)
        found = exposure.judge(own(**changed), exposure.ExposureObservations((seen,)))
        return next(words(one) for one in found if "unencrypted" in one.title)

    assert "proxy.tls_certificate and proxy.tls_key" in clear(**plain)
    assert "proxy.tls_certificate" not in clear(**with_tls)
    assert "in their places" in clear(**plain)
    assert "in their places" not in clear("basic authentication (401)", **plain)


def test_default_authority_is_not_to_be_the_default() -> None:
    def text(**changed: str) -> str:
        seen = tenant_exists.TenantObservations(discovery({"issuer": "https://evil.example.org/x/v2.0"}), None)
        return words(tenant_exists.judge(answers(**changed), seen)[0])

    assert "remove it" not in text()
    assert f"open {HOST} in a browser" in text()
    assert "remove it" in text(sign_in__authority="https://login.example.org")


def test_route_that_needs_no_name_is_not_advised_where_it_is_taken() -> None:
    inner = CONFIG.replace("'/dicom-web'", "'http://orthanc:8042/dicom-web'", 1)
    script = (("Content-Type", "text/javascript"), ("Cache-Control", "no-cache"))

    def text(**changed: str) -> str:
        config = got(200, inner, script, f"{OWN}/app-config.js")
        seen = viewer_config.ViewerConfigObservations(
            replace(served(), config=config, config_packed=config), Generated(), {"orthanc": ()}
        )
        found = viewer_config.judge(own(**changed), seen)
        return next(words(one) for one in found if one.evidence.get("failure_mode") == "FM21")

    assert "route reverse-proxy" not in text()
    assert "ohif-setup install-viewer" in text()
    assert "route reverse-proxy" in text(server__route="cors", proxy__url="https://dicom.example.org")


@pytest.mark.parametrize("max_age", [True, False])
def test_fresh_date_is_for_files_that_are_kept_by_their_date(max_age: bool) -> None:
    old = ("Last-Modified", "Sat, 26 Oct 1985 08:15:00 GMT")
    control = (("Cache-Control", "max-age=31536000"),) if max_age else ()
    config = got(200, CONFIG, (("Content-Type", "text/javascript"), old, *control), f"{OWN}/app-config.js")
    seen = viewer_config.ViewerConfigObservations(replace(served(), config=config, config_packed=config))
    (found,) = viewer_config.judge(own(), seen)
    assert found.evidence["failure_mode"] == "FM73"
    assert ("give it a fresh date" in words(found)) != max_age


def test_table_of_types_is_included_once() -> None:
    def text(viewer: ServedViewer) -> str:
        (found,) = viewer_served.judge(own(), viewer_served.ServedViewerObservations(viewer))
        return words(found)

    wasm = replace(served(), wasm=got(200, b"\0asm", STYLE, f"{OWN}/ort/ort-wasm-simd.wasm"))
    assert "include mime.types" not in text(wasm)
    assert "application/wasm wasm" in text(wasm)
    stream = (("Content-Type", "application/octet-stream"), ("Content-Encoding", "gzip"))
    assert "include mime.types" in text(part(served(), "app.bundle.css", got(200, "x", stream)))


def test_redirect_to_the_slash_is_added_once() -> None:
    def text(bare: Exchange) -> str:
        viewer = replace(served("/ohif/"), page=got(200, page("/ohif/"), HTML), bare=bare)
        (found,) = viewer_routes.judge(own(viewer__url=f"{OWN}/ohif"), viewer_routes.ViewerRouteObservations(viewer))
        return words(found)

    wrong_port = got(301, "", (("Location", "http://pacs.example.org:8080/ohif/"),), f"{OWN}/ohif")
    assert "location = /ohif" not in text(wrong_port)
    assert "absolute_redirect off;" in text(wrong_port)
    assert "location = /ohif" in text(got(404, "no", HTML, f"{OWN}/ohif"))
    assert "location = /ohif" in text(trouble("reset", f"{OWN}/ohif"))
