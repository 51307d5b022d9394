"""Addresses that a server hands out, written so that one parser sees the server and another one sees a thief: nobody goes there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from ohif_setup.checks.cors.look import CorsCase, look_at_request
from ohif_setup.demo.site import PIPELINE_SECRET
from ohif_setup.network.look import authorize
from ohif_setup.network.look.find import find
from ohif_setup.network.look.instances import find_instance
from ohif_setup.network.look.served import look_at_viewer
from ohif_setup.network.wire.http import Http
from tests.extent import LONG
from tests.servers.adas_browser import AdasBrowser
from tests.servers.raw import RawRequest, RawServer, always, answer
from tests.servers.stage import DEVICE_CODE, DISCOVERY, PIPELINE, FrontDoor, Stage

FORMS = (
    r"https://{evil}\@{own}",
    r"https://{evil}\\@{own}",
    r"https://{own}\@{evil}",
    r"https:\\{evil}",
    "https://{own}@{evil}",
    "https://{evil}@{own}",
    "https://{own}:443@{evil}",
    "https://@{evil}",
    "https://{evil};@{own}",
    "https://{evil}#@{own}",
    "https://{evil}?@{own}",
    "https://{evil}/@{own}",
    "https://{evil}%5C@{own}",
    " https://{evil}",
    "https://{evil}\t@{own}",
    "https://{own}\n@{evil}",
    "https://{own}\x00@{evil}",
    "https://{evil} @{own}",
    "https://{own}:{evil}",
    "//{evil}",
    "https:///{evil}",
    "https:{evil}",
    "HTTPS://{evil}",
    "https://{evil}",
)
VIEWER = "https://viewer.example.org"
TWO_WAYS = tuple(
    form for form in FORMS if any(mark in form for mark in "\\@ \t\n\x00") and not re.search("[/?#]@", form)
)
ENDPOINTS = {
    "token_endpoint": "/token",
    "authorization_endpoint": "/authorize",
    "device_authorization_endpoint": "/devicecode",
}
AT_ENDPOINTS = tuple(
    (form, name)
    for number, form in enumerate(FORMS)
    for shift, name in enumerate(ENDPOINTS)
    if LONG or (number + shift) % len(ENDPOINTS) == 0
)
"""Each form at each endpoint; in `make test` at one of them, in turn."""
TRIMMED = tuple(form for form in TWO_WAYS if not form.startswith(" "))
"""Without the one that is ordinary where blanks around it are taken off: in header fields and in HTML."""
USED_BY = {
    "token_endpoint": "service-principal",
    "authorization_endpoint": "browser",
    "device_authorization_endpoint": "device-code",
}


@pytest.fixture
def evil() -> Iterator[RawServer]:
    """Somebody else's server. It takes connections, and none may come."""
    with RawServer(always(answer(200, "{}")), address="127.0.0.2") as thief:
        yield thief
        assert thief.connections == 0


def written(form: str, evil: RawServer, own: RawServer) -> str:
    return form.format(evil=f"127.0.0.2:{evil.port}", own=f"127.0.0.1:{own.port}")


def document(site: Stage, **changed: str) -> bytes:
    own = site.answers["sign_in.authority"]
    endpoints = {name: f"{own}/oauth2/v2.0{path}" for name, path in ENDPOINTS.items()}
    keys = {"jwks_uri": f"{own}/discovery/v2.0/keys"}
    return answer(200, json.dumps({"issuer": f"{own}/v2.0", **endpoints, **keys, **changed}))


def check(door: FrontDoor, site: Stage, method: str) -> dict[str, str]:
    ran = door.check(site.answers, "--sign-in", method, environment={**site.environment, **PIPELINE})
    return {one["check"]: one["status"] for one in ran.findings}


@pytest.mark.parametrize("asked", AT_ENDPOINTS, ids=ascii)
def test_nobody_follows_a_discovery_document_to_a_thief(
    door: FrontDoor, site: Stage, adas_browser: AdasBrowser, evil: RawServer, asked: tuple[str, str]
) -> None:
    form, name = asked
    adas_browser.person = site.person
    url = written(form, evil, site.entra) + ENDPOINTS[name]
    site.entra.faults[DISCOVERY] = lambda _: [document(site, **{name: url})]
    found = check(door, site, USED_BY[name])
    assert (found["tenant-exists"], found["sign-in"]) == ("fail", "skipped")
    assert adas_browser.opened == []
    assert not any(PIPELINE_SECRET in one.text for front in site.fronts for one in front.requests)


@pytest.mark.parametrize("method", USED_BY.values())
def test_ordinary_discovery_document_is_followed(
    door: FrontDoor, site: Stage, adas_browser: AdasBrowser, method: str
) -> None:
    adas_browser.person = site.person
    host = f"HTTPS://127.0.0.1:{site.entra.port}"
    tenant = site.answers["sign_in.authority"].rpartition("/")[2]
    changed = {name: f"{host}/{tenant}/oauth2/v2.0{path}?a=%40b%5C" for name, path in ENDPOINTS.items()}
    site.entra.faults[DISCOVERY] = lambda _: [document(site, **changed)]
    found = check(door, site, method)
    assert (found["tenant-exists"], found["sign-in"]) == ("pass", "pass")


@pytest.mark.parametrize("form", TWO_WAYS, ids=ascii)
def test_keys_at_a_thief_are_not_fetched(door: FrontDoor, site: Stage, evil: RawServer, form: str) -> None:
    url = written(form, evil, site.entra) + "/keys"
    site.entra.faults[DISCOVERY] = lambda _: [document(site, jwks_uri=url)]
    ran = door.check({**site.answers, "sign_in.flow": "implicit"}, environment=site.environment)
    assert {"tenant-exists", "cors-sign-in"} <= ran.failed


@pytest.mark.parametrize("form", TWO_WAYS, ids=ascii)
def test_page_for_a_device_code_is_not_shown(door: FrontDoor, site: Stage, evil: RawServer, form: str) -> None:
    url = written(form, evil, site.entra) + "/device"
    flow = {"user_code": "ABC", "device_code": "long-device-code", "interval": 1, "expires_in": 60}
    site.entra.faults[DEVICE_CODE] = lambda _: [answer(200, json.dumps({**flow, "verification_uri": url}))]
    ran = door.check(site.answers, "--sign-in", "device-code", environment=site.environment)
    assert ran.of("sign-in")["status"] == "fail"
    assert "its verification_uri has" in ran.of("sign-in")["cause"]
    assert "127.0.0.2" not in ran.err


@pytest.mark.parametrize("form", TWO_WAYS, ids=ascii)
def test_authorize_endpoint_of_any_provider_is_asked_only_where_it_can_be_read_one_way(
    evil: RawServer, form: str
) -> None:
    with RawServer(always(answer(200, "<html>", kind="text/html"))) as own:
        endpoint = written(form, evil, own).replace("https:", "http:") + "/authorize"
        seen = authorize.probe(
            Http(5), endpoint, client_id="x", redirect_uri="https://v", response_type="code", scope="openid"
        )
    assert seen.exchange.trouble is not None
    assert own.connections == 0


@pytest.mark.parametrize("form", TRIMMED, ids=ascii)
def test_redirect_is_not_followed_to_a_thief(evil: RawServer, form: str) -> None:
    with RawServer(always()) as own:
        target = written(form, evil, own).replace("https:", "http:").replace("\x00", "").replace("\n", "")
        own.handler = always(answer(302, "", ("Location", target), ("Access-Control-Allow-Origin", "*")))
        case = CorsCase(own.url, "dicomweb", (VIEWER,), "3.13", uploads=False, signs_in=False)
        seen = look_at_request(Http(5), case, VIEWER, case.requests[0])
    assert all(answer.received is None for answer in seen.answers[1:])


@pytest.mark.parametrize("form", TWO_WAYS, ids=ascii)
def test_bulk_data_at_a_thief_is_not_asked_for(evil: RawServer, form: str) -> None:
    def archive(request: RawRequest) -> list[bytes]:
        value = {"Value": ["1.2.3"]}
        found: list[dict[str, object]] = [{"0020000D": value, "0020000E": value, "00080018": value}]
        if request.path.endswith("/metadata"):
            found = [{"00420011": {"vr": "OB", "BulkDataURI": written(form, evil, own).replace("https:", "http:")}}]
        return [answer(200, json.dumps(found))]

    with RawServer(archive) as own:
        found = find_instance(Http(5), own.url)
        assert found is not None
        if found.bulk_url:
            assert Http(5).send("GET", found.bulk_url).trouble is not None


@pytest.mark.parametrize("form", TRIMMED, ids=ascii)
def test_scripts_of_a_thief_are_not_loaded(evil: RawServer, form: str) -> None:
    with RawServer(always()) as own:
        url = written(form, evil, own).replace("https:", "http:")
        sources = [f"{url}/app.bundle.1.js", f"{url}/app-config.js"]
        scripts = "".join(f'<script src="{one}"></script>' for one in sources)
        page = answer(
            200, f'<!doctype html><html>{scripts}<link rel="stylesheet" href="{url}/x.css">', kind="text/html"
        )
        own.handler = always(page)
        look_at_viewer(Http(5), f"{own.url}/", "", signs_in=False)


@pytest.mark.parametrize("form", TWO_WAYS, ids=ascii)
def test_root_that_orthanc_names_is_not_looked_for_at_a_thief(evil: RawServer, form: str) -> None:
    def orthanc(request: RawRequest) -> list[bytes]:
        if request.path.endswith("/plugins/dicom-web"):
            root = f"{written(form, evil, own).replace('https:', 'http:')}/app/explorer.html"
            return [answer(200, json.dumps({"RootUri": root}))]
        return [answer(404, json.dumps({"HttpError": "Not Found", "OrthancStatus": 12}))]

    with RawServer(orthanc) as own:
        assert not find(Http(5), own.url).proven
