"""The stand-in of the Azure DICOM service, rule by rule."""

from __future__ import annotations

from dataclasses import replace

import jwt
import pytest
import requests

from ohif_setup.demo.dicom import BuiltInArchive
from ohif_setup.demo.dicom.images import CT_SERIES, CT_STUDY, demo_instances
from ohif_setup.demo.entra.scopes import grant, graph_resource
from ohif_setup.demo.site import CLIENT_ID, VIEWER_URL, DemoSite

JSON = "application/dicom+json"
QUOTED = 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'
UNQUOTED = "multipart/related; type=application/octet-stream; transfer-syntax=*"
SERIES = f"/studies/{CT_STUDY}/series/{CT_SERIES}"
INSTANCE = f"{SERIES}/instances/2.25.90101"


class Viewer:
    """Asks the service as OHIF does, with Ada's token."""

    def __init__(self, site: DemoSite, session: requests.Session, token: str) -> None:
        self.site, self.session, self.token = site, session, token

    def get(self, path: str, accept: str | None = JSON, **headers: str | None) -> requests.Response:
        fields = {"Authorization": f"Bearer {self.token}", "Accept": accept, "Origin": VIEWER_URL} | headers
        sent = {name: value for name, value in fields.items() if value is not None}
        request = self.session.prepare_request(requests.Request("GET", f"{self.site.dicom.url}{path}"))
        request.headers.clear()
        request.headers.update(sent)
        return self.session.send(request, timeout=5, verify=self.session.verify, allow_redirects=False)

    def patients(self, query: str) -> list[str]:
        answer = self.get(f"/v2/studies?{query}")
        assert answer.status_code in {200, 204}, answer.text
        return [study["00100020"]["Value"][0] for study in answer.json()] if answer.content else []


@pytest.fixture
def viewer(site: DemoSite, session: requests.Session, token: str) -> Viewer:
    return Viewer(site, session, token)


def test_without_a_token_the_challenge_names_tenant_and_audience(viewer: Viewer) -> None:
    answer = viewer.get("/v2/studies", accept=None, Authorization=None)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer authorization_uri="{viewer.site.entra.tenant_url}/", '
        'resource_id="https://dicom.healthcareapis.azure.com", realm="https://dicom.healthcareapis.azure.com"'
    )
    assert answer.headers["Access-Control-Allow-Origin"] == VIEWER_URL


def test_a_preflight_is_anonymous(viewer: Viewer) -> None:
    headers = {"Origin": VIEWER_URL, "Access-Control-Request-Method": "GET"}
    answer = viewer.session.options(f"{viewer.site.dicom.url}/v2/studies", headers=headers, timeout=5)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, VIEWER_URL)
    plain = viewer.session.options(f"{viewer.site.dicom.url}/v2/studies", headers={"Origin": VIEWER_URL}, timeout=5)
    assert plain.status_code == 401


@pytest.mark.parametrize("fault", ["garbage", "forged", "expired", "audience", "tenant"])
def test_a_bad_token_is_refused_and_the_answer_stays_readable(site: DemoSite, viewer: Viewer, fault: str) -> None:
    if fault == "garbage":
        viewer.token = "no.j.wt"
    elif fault == "forged":
        claims = jwt.decode(viewer.token, options={"verify_signature": False})
        viewer.token = jwt.encode(claims, "s" * 32, algorithm="HS256")
    elif fault == "expired":
        site.dicom.clock_skew = 3600 + 301
    elif fault == "audience":
        graph = grant("User.Read", [graph_resource()])
        viewer.token = site.entra.access_token(CLIENT_ID, graph, site.entra.user)
    else:
        site.entra.tenant_id = "99999999-2222-4333-8444-555555555555"
    answer = viewer.get("/v2/studies")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert answer.headers["Access-Control-Allow-Origin"] == VIEWER_URL


def test_an_expired_token_has_five_minutes_of_grace(viewer: Viewer) -> None:
    viewer.site.dicom.clock_skew = 3600 + 290
    assert viewer.get("/v2/studies").status_code == 200


@pytest.mark.parametrize("role", ["owner", "reader", None])
def test_the_role_decides_after_the_token(viewer: Viewer, role: str | None) -> None:
    viewer.site.dicom.role = "owner" if role == "owner" else "reader" if role == "reader" else None
    answer = viewer.get("/v2/studies")
    assert (answer.status_code, answer.text == "Authorization failed.") == ((200, False) if role else (403, True))
    headers = {"Authorization": f"Bearer {viewer.token}", "Content-Type": 'multipart/related; type="application/dicom"'}
    url = f"{viewer.site.dicom.url}/v2/studies"
    assert viewer.session.post(url, b"x", headers=headers, timeout=5).status_code == (200 if role == "owner" else 403)
    wrong = headers | {"Content-Type": "text/plain"}
    assert viewer.session.post(url, b"x", headers=wrong, timeout=5).status_code == (415 if role == "owner" else 403)


def test_only_versions_served_are_found(viewer: Viewer) -> None:
    assert viewer.get("/v2/studies").headers["api-supported-versions"] == "1, 2"
    assert viewer.get("/studies").status_code == 404
    viewer.site.dicom.versions = ("v1",)
    assert viewer.get("/v2/studies").status_code == 404
    assert viewer.get("/v1/studies").headers["api-supported-versions"] == "1"
    assert viewer.get("/v1/nothing").status_code == 404


@pytest.mark.parametrize(
    ("partitions", "path", "status", "text"),
    [
        pytest.param((), "/v2/partitions", 400, "disabled", id="off-list"),
        pytest.param((), "/v2/partitions/a/studies", 400, "disabled", id="off"),
        pytest.param(("a",), "/v2/studies", 400, "missing in the route", id="missing"),
        pytest.param(("a",), "/v2/partitions/b/studies", 400, "does not exist", id="unknown"),
        pytest.param(("a",), "/v2/partitions/a/studies", 200, "", id="known"),
        pytest.param(("a",), "/v2/partitions", 200, "partitionName", id="list"),
    ],
)
def test_partitions_are_part_of_the_root(
    viewer: Viewer, partitions: tuple[str, ...], path: str, status: int, text: str
) -> None:
    viewer.site.dicom.partitions = partitions
    answer = viewer.get(path)
    assert (answer.status_code, text in answer.text) == (status, True)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        pytest.param(None, 406, id="none"),
        pytest.param("text/html", 406, id="html"),
        pytest.param(JSON, 200, id="dicom-json"),
        pytest.param("application/*;q=0.5", 200, id="wildcard"),
        pytest.param("*/*", 200, id="anything"),
        pytest.param(f"{JSON}, {QUOTED}", 200, id="ohif-3.11-quoted"),
        pytest.param(f"{JSON}, {UNQUOTED}", 406, id="ohif-3.11-unquoted"),
    ],
)
def test_json_routes_parse_accept_strictly(viewer: Viewer, accept: str | None, status: int) -> None:
    assert viewer.get("/v2/studies", accept).status_code == status
    assert viewer.get(f"/v2{SERIES}/metadata", accept).status_code == status


def test_the_token_is_looked_at_before_accept(viewer: Viewer) -> None:
    assert viewer.get("/v2/studies", "text/html", Authorization=None).status_code == 401


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        pytest.param(None, 406, "", id="none"),
        pytest.param(QUOTED, 200, "multipart/related", id="quoted"),
        pytest.param(UNQUOTED, 200, "multipart/related", id="unquoted"),
        pytest.param('multipart/related; type="application/octet-stream"', 200, "multipart/related", id="no-syntax"),
        pytest.param("*/*", 200, "multipart/related", id="anything"),
        pytest.param("application/octet-stream", 200, "application/octet-stream", id="single-part"),
        pytest.param(QUOTED.replace("*", "1.2.840.10008.1.2.4.50"), 406, "", id="other-syntax"),
        pytest.param('multipart/related; type="image/jpeg"', 406, "", id="jpeg"),
        pytest.param(JSON, 406, "", id="json"),
    ],
)
def test_frames_take_the_documented_forms(viewer: Viewer, accept: str | None, status: int, kind: str) -> None:
    answer = viewer.get(f"/v2{INSTANCE}/frames/1", accept)
    assert answer.status_code == status
    if status == 200:
        pixels = demo_instances()[0].pixels
        assert answer.headers["Content-Type"].startswith(kind)
        assert pixels in answer.content
        assert answer.content == pixels or answer.content.startswith(
            b"--frames-of-the-demo\r\nContent-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n"
        )


def test_bare_frames_begin_with_version_2(viewer: Viewer) -> None:
    assert viewer.get(f"/v1{INSTANCE}/frames/1", "application/octet-stream").status_code == 406


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(f"{INSTANCE}/frames/2", 404, id="no-such-frame"),
        pytest.param(f"{INSTANCE}/frames/0", 404, id="frames-count-from-1"),
        pytest.param("/studies/2.25.1/series/2.25.2/instances/2.25.3/frames/1", 404, id="no-such-instance"),
        pytest.param("/studies/2.25.1/metadata", 404, id="no-such-study"),
        pytest.param("/studies/2.25.1/series", 204, id="search-in-no-study"),
        pytest.param(f"/studies/{CT_STUDY}/rendered", 404, id="study-is-not-rendered"),
        pytest.param(f"{INSTANCE}/thumbnail", 404, id="no-thumbnails"),
    ],
)
def test_what_is_not_there(viewer: Viewer, path: str, status: int) -> None:
    assert viewer.get(f"/v2{path}", "*/*").status_code == status


@pytest.mark.parametrize(
    ("accept", "kind", "start"), [("image/png", "image/png", b"\x89PNG"), ("*/*", "image/jpeg", b"\xff\xd8\xff")]
)
def test_instances_are_rendered(viewer: Viewer, accept: str, kind: str, start: bytes) -> None:
    for path in ("rendered", "frames/1/rendered"):
        answer = viewer.get(f"/v2{INSTANCE}/{path}", accept)
        assert (answer.headers["Content-Type"], answer.content[: len(start)]) == (kind, start)


@pytest.mark.parametrize(
    ("query", "patients"),
    [
        pytest.param("", ["DEMO-1", "DEMO-2"], id="all"),
        pytest.param("limit=1&offset=1", ["DEMO-2"], id="page"),
        pytest.param("offset=2", [], id="past-the-end"),
        pytest.param("PatientName=doe", [], id="names-match-whole"),
        pytest.param("PatientName=doe^jane", ["DEMO-1"], id="in-any-case"),
        pytest.param("fuzzymatching=true&PatientName=do", ["DEMO-1"], id="fuzzy"),
        pytest.param("fuzzymatching=true&00100010=ja do", ["DEMO-1"], id="fuzzy-by-word-and-tag"),
        pytest.param("fuzzymatching=true&PatientName=oe", [], id="fuzzy-is-a-prefix"),
        pytest.param("fuzzymatching=true&PatientName=doe jo", [], id="every-word-counts"),
        pytest.param("PatientName=*doe*", [], id="no-wildcards"),
        pytest.param("fuzzymatching=true&PatientName=*doe*", [], id="no-wildcards-in-fuzzy"),
        pytest.param("PatientID=DEMO-2", ["DEMO-2"], id="id"),
        pytest.param("PatientID=DEMO", [], id="id-matches-whole"),
        pytest.param("StudyDate=20240601-20240630", ["DEMO-1"], id="range"),
        pytest.param("StudyDate=20240701-", ["DEMO-2"], id="open-range"),
        pytest.param("ModalitiesInStudy=MR", ["DEMO-2"], id="modality"),
        pytest.param(f"StudyInstanceUID={CT_STUDY}", ["DEMO-1"], id="uid"),
        pytest.param(f"StudyInstanceUID={CT_STUDY}%5C2.25.90002", [], id="no-uid-lists"),
    ],
)
def test_searches_match_as_documented(viewer: Viewer, query: str, patients: list[str]) -> None:
    assert viewer.patients(query) == patients


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "offset=-1",
        "PatientSex=F",
        "PatientName=",
        "fuzzymatching=maybe",
        "fuzzymatching=true&PatientName=%22doe",
        "includefield=all,00081030",
    ],
)
def test_searches_refused_with_400(viewer: Viewer, query: str) -> None:
    answer = viewer.get(f"/v2/studies?{query}")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (400, VIEWER_URL)


@pytest.mark.parametrize("limit", [1, 200])
def test_limits_at_the_border_are_taken(viewer: Viewer, limit: int) -> None:
    assert viewer.get(f"/v2/studies?limit={limit}").status_code == 200


def test_version_2_shows_less_until_asked(viewer: Viewer) -> None:
    assert "00100040" not in viewer.get("/v2/studies").json()[0]
    assert "00100040" in viewer.get("/v1/studies").json()[0]
    shown = viewer.get("/v2/studies?includefield=00100040,ModalitiesInStudy").json()[0]
    assert (shown["00100040"]["Value"], shown["00080061"]["Value"]) == (["F"], ["CT"])
    assert len(viewer.get("/v2/studies?includefield=all").json()[0]) > 20


def test_series_and_instances_are_searched_within_the_study(viewer: Viewer) -> None:
    assert len(viewer.get(f"/v2/studies/{CT_STUDY}/series").json()) == 1
    assert len(viewer.get(f"/v2{SERIES}/instances").json()) == 3
    assert len(viewer.get("/v2/instances?Modality=CT").json()) == 3
    assert len(viewer.get("/v2/series").json()) == 2


def test_metadata_hold_what_ohif_needs_and_no_pixels(viewer: Viewer) -> None:
    datasets = viewer.get(f"/v2{SERIES}/metadata").json()
    assert [one["00200013"]["Value"] for one in datasets] == [[1], [2], [3]]
    assert {"0020000D", "0020000E", "00080018", "00280010"} <= set(datasets[0])
    assert "BulkDataURI" not in str(datasets)
    assert "7FE00010" not in datasets[0]


def test_an_empty_archive_answers_204(viewer: Viewer) -> None:
    viewer.site.dicom.archive = BuiltInArchive(())
    answer = viewer.get("/v2/studies")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == VIEWER_URL


def test_cors_settings_change_while_it_runs(viewer: Viewer) -> None:
    viewer.site.dicom.cors = replace(viewer.site.dicom.cors, origins=("https://other.example.org",))
    assert "Access-Control-Allow-Origin" not in viewer.get("/v2/studies").headers


def test_health_and_description_are_open(viewer: Viewer) -> None:
    assert viewer.get("/health/check", Authorization=None).status_code == 200
    assert viewer.get("/v2/api.yaml", Authorization=None).status_code == 200
