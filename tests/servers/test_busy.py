"""A server that answers some requests and is too busy for others: no run ends well on what nobody saw."""

from __future__ import annotations

import json
import re

import pytest

from tests.checks.archives import INSTANCE, attribute, dataset, study
from tests.checks.pages import CONFIG, page
from tests.servers.raw import Handler, RawRequest, RawServer, answer, never
from tests.servers.stage import FrontDoor, Ran

OPTIONS = ("--timeout", "5", "--sign-in", "none")
NO_UPLOADS = ("--skip", "uploads")
"""Which waits for silence."""
BUSY = {
    "429": (answer(429, "", ("Retry-After", "30")), ("(429)", "wait 30 s")),
    "503": (answer(503, "", ("Retry-After", "30")), ("(503)", "wait 30 s")),
    "503 of nginx": (answer(503, "<html><center>nginx</center></html>", kind="text/html"), ("(503)", "wait a few")),
    "502": (answer(502, "<html>", kind="text/html"), ("(502)",)),
    "407": (answer(407, ""), ("(407)",)),
}
FRAME = answer(
    200,
    b'--b\r\nContent-Type: application/octet-stream; transfer-syntax="1.2.840.10008.1.2.1"\r\n\r\n'
    + bytes(512 * 512 * 2)
    + b"\r\n--b--\r\n",
    kind='multipart/related; type="application/octet-stream"; boundary=b',
)
BUNDLE = answer(200, "x", ("Content-Encoding", "identity"), kind="text/javascript")


def archive(root: str) -> dict[str, object]:
    """What a DICOMweb server with one image says below its root."""
    return {
        "/studies": [study(root)],
        "/studies/1.2/series": [{"0020000E": attribute("1.2.3")}],
        "/studies/1.2/series/1.2.3/instances": [{"00080018": attribute("1.2.3.4")}],
        "/studies/1.2/metadata": [dataset()],
        "/studies/1.2/series/1.2.3/metadata": [dataset()],
        f"{INSTANCE}/metadata": [dataset()],
    }


def site(busy: str, said: bytes | None = None) -> Handler:
    """A site with its server behind one address, which answers everything but what matches `busy` (`METHOD target`)."""

    def handler(request: RawRequest) -> list[bytes]:
        line, path = f"{request.method} {request.target}", request.path
        if re.search(busy, line):
            return [said] if said else list(never(request))
        if request.method == "POST":
            return [answer(400, "")]
        root = f"http://{request.header('Host')}/dicom-web"
        known = archive(root)
        if path.removeprefix("/dicom-web") in known and path.startswith("/dicom-web"):
            return [answer(200, json.dumps(known[path.removeprefix("/dicom-web")]))]
        if "/frames/" in path:
            return [FRAME]
        if path in ("/", "/viewer", "/callback"):
            return [answer(200, page(), ("Cache-Control", "no-cache"), kind="text/html")]
        if path == "/app-config.js":
            return [answer(200, CONFIG, ("Cache-Control", "no-cache"), kind="text/javascript")]
        if path.startswith(("/app.bundle", "/init-service")):
            return [answer(200, "x", kind="text/css" if path.endswith("css") else "text/javascript")]
        return [answer(404, "no")]

    return handler


def check(door: FrontDoor, handler: Handler, *arguments: str) -> Ran:
    with RawServer(handler) as web:
        answers = {
            "viewer.url": web.url,
            "server.kind": "dicomweb",
            "server.url": "http://pacs:8042/dicom-web",
            "server.uploads": "true",
        }
        return door.check(answers, *OPTIONS, *arguments)


def test_nothing_fails_when_nothing_is_busy(door: FrontDoor) -> None:
    ran = check(door, site("^NOTHING"))
    assert ran.failed == set()
    assert [one["check"] for one in ran.findings if one["status"] == "skipped"] == [
        "tenant-exists", "client-known", "redirect-uri", "sign-in", "token", "cors-sign-in",
    ]  # fmt: skip


SEARCHES = {
    "the first search": r"/studies\?limit=1$",
    "every search": r"/studies\?",
    "longer searches": r"/studies\?limit=25&includefield=00080061",
    "series": r"/studies/1.2/series\?limit=20",
    "instances": r"/instances\?limit=1",
    "metadata of an instance": r"1\.2\.3\.4/metadata",
}


@pytest.mark.parametrize(
    ("name", "busy"), [*((name, "503") for name in SEARCHES), *(("longer searches", busy) for busy in BUSY)]
)
def test_search_that_is_not_answered_fails_once(door: FrontDoor, name: str, busy: str) -> None:
    said, words = BUSY[busy]
    ran = check(door, site(SEARCHES[name], said), *NO_UPLOADS)
    assert (ran.status, ran.failed) == (1, {"dicomweb-reachable"})
    named = ran.of("dicomweb-reachable")
    text = f"{named['title']} {named['fix']}"
    assert all(word in text for word in words), text


OTHERS = {
    "OHIF's list": (r"/studies\?.*fuzzymatching=(?!.*PatientName)", "dicomweb-answers", "fail"),
    "OHIF's series": (r"/studies/1.2/series(?!\?limit=20|/)", "dicomweb-answers", "fail"),
    "metadata of a series": (r"/series/1.2.3/metadata", "dicomweb-answers", "fail"),
    "frames": (r"/frames/1", "dicomweb-answers", "fail"),
    "names": (r"PatientName=", "capabilities", "warn"),
    "rendered": (r"/rendered", "capabilities", "warn"),
    "doors": (r"GET /system", "exposure", "warn"),
    "scripts": (r"/app.bundle.0f61.js", "viewer-served", "fail"),
    "configuration": (r"/app-config.js", "viewer-config", "fail"),
    "links": (r"GET /viewer\?", "viewer-routes", "fail"),
}


@pytest.mark.parametrize(("busy", "name", "status"), OTHERS.values(), ids=OTHERS)
def test_what_is_not_answered_is_named_by_the_check_that_asked(
    door: FrontDoor, busy: str, name: str, status: str
) -> None:
    ran = check(door, site(busy, BUSY["503"][0]), *NO_UPLOADS)
    named = [one for one in ran.findings if one["check"] == name and "(503)" in one["title"]]
    assert [one["status"] for one in named] == [status], [one["title"] for one in ran.findings]
    assert "wait 30 s and try again" in str(named[0]["fix"])
    assert ran.failed <= {name}


@pytest.mark.parametrize("busy", [r"/frames/1", r"PatientName=", r"/studies\?limit=25&includefield=00080061"])
def test_silence_is_no_pass(door: FrontDoor, busy: str) -> None:
    ran = check(door, site(busy), *NO_UPLOADS, "--timeout", "1.5")
    assert any("no answer in time" in one["title"] for one in ran.findings if one["status"] in ("warn", "fail"))


@pytest.mark.parametrize(
    "name", ["dicomweb-answers", "dicomweb-addresses", "filters", "capabilities", "exposure", "uploads"]
)
def test_check_alone_does_not_end_well(door: FrontDoor, name: str) -> None:
    ran = check(door, site(r"/studies\?", BUSY["503"][0]), "--only", name)
    assert (ran.status, ran.failed) == (1, {"dicomweb-reachable"})
