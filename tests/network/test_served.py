"""The viewer and the archive as they show themselves, at real sockets."""

from __future__ import annotations

import gzip
import json

from ohif_setup.network.look.archive import look_at_archive
from ohif_setup.network.look.capabilities import look_at_capabilities
from ohif_setup.network.look.exposure import look_at_exposure
from ohif_setup.network.look.opening import look_at_opening
from ohif_setup.network.look.served import MISSING, look_at_viewer, references_of
from ohif_setup.network.wire.http import Http, token_for
from tests.checks.archives import INSTANCE, UIDS, attribute, dataset, study
from tests.checks.pages import CONFIG, page
from tests.servers.raw import Handler, RawRequest, RawServer, always, answer


def viewer(request: RawRequest) -> list[bytes]:
    """A build under `/ohif/`, compressed for whoever takes that."""
    packed = "gzip" in request.header("Accept-Encoding")
    name = request.path.removeprefix("/ohif/")
    if name == "app-config.js":
        return (
            [answer(200, gzip.compress(CONFIG.encode()), ("Content-Encoding", "gzip"))]
            if packed
            else [answer(200, CONFIG)]
        )
    if name.endswith((".js", ".css")) and name != MISSING:
        if request.header("Range") == "bytes=-65536":
            return [answer(206, '__webpack_require__.p = "/ohif/"', kind="text/javascript")]
        return [answer(200, "x", kind="text/javascript")]
    if name in ("", "viewer", "callback"):
        return [answer(200, page("/ohif/"), kind="text/html")]
    return [answer(404, "no")]


def test_page_with_all_that_it_loads() -> None:
    with RawServer(viewer) as server:
        seen = look_at_viewer(Http(2), f"{server.url}/ohif/", "", signs_in=True)
    assert [one.url.rpartition("/")[2] for one in seen.parts] == [
        "init-service-worker.js",
        "app.bundle.0f61.js",
        "app.bundle.css",
    ]
    assert [one.kind for one in seen.parts] == ["module", "script", "style"]
    assert seen.config
    assert seen.config_packed
    assert seen.config.received
    assert seen.config_packed.received
    assert seen.config.received.body == seen.config_packed.received.body
    assert seen.bundle_end
    assert seen.bundle_end.status == 206
    assert [one.status for one in (seen.deep_link, seen.callback, seen.missing, seen.bare) if one] == [
        200,
        200,
        404,
        404,
    ]
    assert {one.method for one in server.requests} == {"GET"}


END = (
    'return "" + ({16: "worker",}[chunkId] || chunkId) + ".bundle." + {16: "a1",20: "b2",30: "c3",}[chunkId] + ".js"\n'
    '__webpack_require__.p = "/ohif/"'
)
LISTED = """caching.precacheAndRoute([{'url':'/worker.bundle.a1.js'},{"url":"/20.bundle.b2.js"},{'url':'/0a1b2c3d.wasm'},
  {'url':'/ort/x.wasm'}])"""


def test_what_is_loaded_later_is_asked_for_too() -> None:
    def handler(request: RawRequest) -> list[bytes]:
        if request.header("Range"):
            return [answer(206, END, kind="text/javascript")]
        if request.path == "/ohif/sw.js":
            return [answer(200, LISTED, kind="text/javascript")]
        return viewer(request)

    with RawServer(handler) as server:
        seen = look_at_viewer(Http(2), f"{server.url}/ohif/", "", signs_in=False)
    # The third chunk is in no list of files: a build names chunks that have no script.
    assert [(one.url.removeprefix(f"{server.url}/ohif/"), one.kind) for one in seen.later] == [
        ("0a1b2c3d.wasm", "wasm"),
        ("worker.bundle.a1.js", "script"),
        ("20.bundle.b2.js", "script"),
    ]


def test_list_of_thousands_of_files_is_not_followed_through() -> None:
    chunks = ",".join(f'{number}: "d"' for number in range(500))
    end = f'return "" + ({{}}[c] || c) + ".bundle." + {{{chunks}}}[c] + ".js"\n__webpack_require__.p = "/ohif/"'
    listed = ",".join(f'"/{number}.bundle.d.js"' for number in range(500))

    def handler(request: RawRequest) -> list[bytes]:
        if request.header("Range"):
            return [answer(206, end, kind="text/javascript")]
        if request.path == "/ohif/sw.js":
            return [answer(200, listed, kind="text/javascript")]
        return viewer(request)

    with RawServer(handler) as server:
        seen = look_at_viewer(Http(5), f"{server.url}/ohif/", "", signs_in=False)
    assert len(seen.later) == 120


def test_nothing_more_is_asked_where_there_is_no_page() -> None:
    with RawServer(always(answer(404, "no"))) as server:
        seen = look_at_viewer(Http(2), f"{server.url}/", "", signs_in=False)
    assert len(server.requests) == 1
    assert seen.parts == ()


def test_page_with_thousands_of_parts_is_not_followed_through() -> None:
    many = "".join(f'<script src="/{number}.js"></script>' for number in range(5000))

    def handler(request: RawRequest) -> list[bytes]:
        return [answer(200, f"<html>{many}", kind="text/html") if request.path == "/" else answer(200, "x")]

    with RawServer(handler) as server:
        seen = look_at_viewer(Http(2), f"{server.url}/", "", signs_in=False)
    assert len(seen.parts) == 20


def test_references_of_a_broken_page() -> None:
    html = '<script src=/a.js><link rel="icon" href="/b"><LINK REL=StyleSheet HREF=/c.css><script>no</script><link rel=stylesheet'
    assert [one.address for one in references_of(html)] == ["/a.js"]
    assert [one.address for one in references_of("<script src=/a.js></script><LINK REL=StyleSheet HREF=/c.css>")] == [
        "/a.js",
        "/c.css",
    ]


def orthanc_like(*, decodes: bool = False) -> Handler:
    """A server with one CT image, that speaks DICOM JSON, and sends absolute addresses."""

    def handler(request: RawRequest) -> list[bytes]:
        path = request.path.removeprefix("/dicom-web")
        bulk = {"BulkDataURI": f"http://{request.header('Host')}/dicom-web{INSTANCE}/bulk/1"}
        if "limit=%31" in request.target and not decodes:
            return [answer(400, "{}")]
        described = study() | {"00081030": attribute("CT head")}
        bodies = {
            "/studies": [described],
            f"/studies/{UIDS.study}/series": [{"0020000E": attribute(UIDS.series)}],
            f"/studies/{UIDS.study}/series/{UIDS.series}/instances": [{"00080018": attribute(UIDS.instance)}],
            f"{INSTANCE}/metadata": [dataset() | {"00420011": bulk}],
        }
        if path in bodies:
            return [answer(200, json.dumps(bodies[path]))]
        return [answer(200, "x") if path.startswith(INSTANCE) else answer(404, "{}")]

    return handler


def test_archive_gives_a_sample_with_its_bulk_data() -> None:
    with RawServer(orthanc_like()) as server:
        seen = look_at_archive(Http(2), f"{server.url}/dicom-web")
    (sample,) = seen.samples
    assert (sample.uids, sample.is_image) == (UIDS, True)
    assert sample.bulk == (f"{server.url}/dicom-web{INSTANCE}/bulk/1",)
    assert {one.method for one in server.requests} == {"GET"}


def test_hostile_identifiers_are_not_put_into_addresses() -> None:
    mean = study() | {"0020000D": attribute("../../system")}
    with RawServer(always(answer(200, json.dumps([mean])))) as server:
        seen = look_at_archive(Http(2), f"{server.url}/dicom-web")
    assert seen.samples == ()
    assert len(server.requests) == 1


def test_capabilities_ask_by_get_alone() -> None:
    with RawServer(orthanc_like()) as server:
        seen = look_at_capabilities(Http(2), f"{server.url}/dicom-web")
    targets = [one.target for one in server.requests]
    assert seen.study == UIDS.study
    assert seen.raw_limit is not None
    assert seen.raw_limit.status == 400
    assert any("includefield=00081030%2C00080060%2C00100030" in one for one in targets)
    assert any("PatientName=*ovelac*" in one for one in targets)
    assert any("fuzzymatching=true&PatientName=Lovelaec" in one for one in targets)
    assert {one.method for one in server.requests} == {"GET"}


def test_bulk_data_of_another_host_is_not_asked_for() -> None:
    with RawServer(always(answer(200, "secret"))) as elsewhere:
        described = dataset() | {"00420011": {"BulkDataURI": f"{elsewhere.url}/bulk"}}

        def handler(request: RawRequest) -> list[bytes]:
            if request.path.endswith("/metadata"):
                return [answer(200, json.dumps([described]))]
            return list(orthanc_like()(request))

        with RawServer(handler) as server:
            seen = look_at_capabilities(Http(2), f"{server.url}/dicom-web")
        assert seen.bulk is None
        assert elsewhere.requests == []


def test_exposure_asks_as_one_asks_a_proxy() -> None:
    with RawServer(always(answer(404, "no"))) as server:
        seen = look_at_exposure(Http(2), f"{server.url}/dicom-web", [], behind="http://127.0.0.1:8042/system")
    assert seen.forwarded is not None
    assert "http://127.0.0.1:8042/system" in [one.target for one in server.requests]
    assert {one.method for one in server.requests} == {"GET"}
    assert "https://not-listed.invalid" in [one.header("Origin") for one in server.requests]


def _archive(request: RawRequest, kinds: dict[str, list[tuple[str, str]]]) -> list[bytes]:
    """An archive with a study for each key; its series are pairs of a modality and an SOP class."""
    parts = request.path.removeprefix("/dicom-web/").split("/")
    if parts == ["studies"]:
        listed = [{"0020000D": attribute(uid), "00080061": attribute(series[0][0])} for uid, series in kinds.items()]
        return [answer(200, json.dumps(listed))]
    series = kinds[parts[1]]
    if parts[2:] == ["series"]:
        found = [{"0020000E": attribute(f"7.{n}"), "00080060": attribute(m)} for n, (m, _) in enumerate(series)]
        return [answer(200, json.dumps(found))]
    number = int(parts[3].removeprefix("7."))
    if parts[-1] == "instances":
        return [answer(200, json.dumps([{"00080018": attribute(f"8.{number}")}]))]
    return [answer(200, json.dumps([dataset() | {"00080016": attribute(series[number][1])}]))]


CT, SR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.88.11"


def test_series_with_pixels_is_preferred_in_a_study() -> None:
    kinds = {"1.1": [("SR", SR), ("KO", SR), ("CT", CT)]}
    with RawServer(lambda request: _archive(request, kinds)) as server:
        seen = look_at_archive(Http(2), f"{server.url}/dicom-web")
    assert [(sample.uids.series, sample.is_image) for sample in seen.samples] == [("7.2", True)]


def test_more_studies_are_opened_where_the_first_are_no_images_and_not_without_end() -> None:
    reports = {f"1.{number}": [("SR", SR)] for number in range(20)}
    with RawServer(lambda request: _archive(request, reports)) as server:
        seen = look_at_archive(Http(2), f"{server.url}/dicom-web")
    assert [sample.is_image for sample in seen.samples] == [False] * 8


def test_token_goes_along_with_every_request_below_the_root() -> None:
    with RawServer(orthanc_like()) as server:
        root = f"{server.url}/dicom-web"
        token = token_for("a-token", root)
        archive = look_at_archive(Http(2), root, token)
        look_at_opening(Http(2), archive, version="3.13", fuzzy=False, quotes=True, token=token)
    assert {one.header("Authorization") for one in server.requests} == {"Bearer a-token"}
    assert any("/bulk/1" in one.path for one in server.requests)
    assert {one.method for one in server.requests} == {"GET"}
