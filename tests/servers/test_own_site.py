"""A site with a web server of its own that misbehaves, from the front door: an end in time, no traceback, nothing done by others'
words."""

from __future__ import annotations

import json
import time

import pytest

from tests.checks.archives import INSTANCE, attribute, dataset, study
from tests.checks.pages import CONFIG, page
from tests.servers import hostile
from tests.servers.raw import RawRequest, RawServer, always, answer
from tests.servers.stage import FrontDoor, Ran

QUICK = ("--timeout", "0.5", "--sign-in", "none")
NO_UPLOADS = ("--skip", "uploads")
"""Which waits two seconds for a refusal."""


def check(door: FrontDoor, web: RawServer, *arguments: str, as_json: bool = True, route: str = "reverse-proxy") -> Ran:
    answers = {
        "viewer.url": f"{web.url}/ohif" if route == "serve-folders" else web.url,
        "server.kind": "orthanc",
        "server.url": f"{web.url}/dicom-web" if route == "serve-folders" else "http://orthanc:8042/dicom-web",
        "server.route": route,
        "server.uploads": "true",
    }
    return door.check(answers, *QUICK, *arguments, as_json=as_json)


@pytest.mark.parametrize("fault", hostile.FEW, ids=lambda fault: fault.name)
def test_fault_of_the_web_server_is_named_once(door: FrontDoor, fault: hostile.Fault) -> None:
    start = time.monotonic()
    with RawServer(fault.handler) as web:
        ran = check(door, web, *NO_UPLOADS)
    assert time.monotonic() - start < 15
    assert "viewer-served" in ran.failed
    assert ran.failed <= {"viewer-served", "dicomweb-reachable"}
    assert ran.err == ""


@pytest.mark.parametrize(("name", "body"), hostile.WRONG_JSON, ids=[name for name, _ in hostile.WRONG_JSON])
def test_json_of_the_wrong_shape_everywhere(door: FrontDoor, name: str, body: bytes) -> None:
    def handler(request: RawRequest) -> list[bytes]:
        if request.path.startswith("/dicom-web"):
            return [answer(200, body)]
        return [answer(200, page(), kind="text/html") if request.path == "/" else answer(200, CONFIG)]

    with RawServer(handler) as web:
        ran = check(door, web, *NO_UPLOADS)
    assert "dicomweb-reachable" in ran.failed, name


@pytest.mark.parametrize("route", ["reverse-proxy", "serve-folders"])
def test_terminal_is_not_steered(door: FrontDoor, route: str) -> None:
    mean = hostile.ESCAPES

    def handler(request: RawRequest) -> list[bytes]:
        if request.path.startswith("/dicom-web"):
            error = {"OrthancError": mean, "Message": mean, "Uri": f"/{mean}", "HttpStatus": 404}
            return [
                answer(
                    404,
                    json.dumps(error),
                    ("WWW-Authenticate", f'Basic realm="{mean.encode("ascii", "ignore").decode()}"'),
                )
            ]
        if request.path.endswith(".js"):
            return [
                answer(
                    200, f"window.config = {{ '{mean}': 'http://{mean}/', acceptHeader: 1 }};", kind="text/javascript"
                )
            ]
        return [
            answer(200, page("/ohif/" if route == "serve-folders" else "/", f"<title>{mean}</title>"), kind="text/html")
        ]

    with RawServer(handler) as web:
        ran = check(door, web, *NO_UPLOADS, as_json=False, route=route)
    assert not any(character in ran.out for character in "\x1b\x07\x00\x9b\u202e")


def test_identifiers_and_addresses_of_a_server_lead_nowhere_else(door: FrontDoor) -> None:
    """What a server writes into its answers is compared, and never followed to another host."""
    with RawServer(always(answer(200, "[]"))) as victim:
        elsewhere = f"{victim.url}/secret"
        described = dataset() | {"00420011": {"BulkDataURI": elsewhere}, "0020000D": attribute(f"{elsewhere}/1.2")}

        def handler(request: RawRequest) -> list[bytes]:
            path = request.path.removeprefix("/dicom-web")
            bodies = {
                "/studies": [study(elsewhere)],
                "/studies/1.2/series": [{"0020000E": attribute("1.2.3")}],
                "/studies/1.2/series/1.2.3/instances": [{"00080018": attribute("1.2.3.4")}],
                f"{INSTANCE}/metadata": [described],
            }
            if path in bodies:
                return [answer(200, json.dumps(bodies[path]))]
            if path == "/":
                return [
                    answer(200, page().replace('"/app.bundle.css"', '"http://localhost:1/x.css"'), kind="text/html")
                ]
            if path.endswith(".js"):
                return [answer(200, CONFIG.replace("/dicom-web", elsewhere), kind="text/javascript")]
            return [answer(302, "", ("Location", elsewhere))]

        with RawServer(handler) as web:
            ran = check(door, web, *NO_UPLOADS)
        assert "dicomweb-addresses" in ran.failed
        assert victim.requests == []


def test_nothing_but_get_and_announcements_and_an_empty_upload(door: FrontDoor) -> None:
    with RawServer(always(answer(404, "no"))) as web:
        check(door, web)
    assert {one.method for one in web.requests} <= {"GET", "POST"}
    # The end of a multipart body without a part: nothing in it could be stored.
    assert {one.body for one in web.requests if one.method == "POST"} <= {"", "--ohif--\r\n"}
