"""What `docs/reference/checks/viewer-config.md` says."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.generated import Generated
from ohif_setup.checks.look import Look
from ohif_setup.checks.viewer.config import ViewerConfigObservations, judge, look
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from tests.checks.observed import HTML, OWN, Fields, got, own, trouble, words
from tests.checks.pages import CONFIG, NO_CACHE, SCRIPT, page, served
from tests.checks.test_run import NoScreen
from tests.servers.raw import RawRequest, RawServer, answer

URL = f"{OWN}/app-config.js"
OLD = ("Last-Modified", "Sat, 26 Oct 1985 08:15:00 GMT")


def config(text: str = CONFIG, headers: Fields = NO_CACHE, status: int = 200) -> Exchange:
    return got(status, text, headers, URL)


def judged(plain: Exchange, packed: Exchange | None = None, generated: str | None = None) -> list[Finding]:
    viewer = replace(served(), config=plain, config_packed=packed or plain)
    return list(judge(own(), ViewerConfigObservations(viewer, Generated(generated, generated))))


def modes(found: list[Finding]) -> list[tuple[str, object]]:
    return [(one.status, one.evidence.get("failure_mode")) for one in found]


def test_passes_when_it_is_the_generated_one() -> None:
    (found,) = judged(config(), generated=f"\ufeff{CONFIG}".replace("\n", "\r\n"))
    assert (found.status, found.title) == ("pass", "app-config.js, as generated")


def test_says_when_it_could_not_compare() -> None:
    assert "not compared" in judged(config())[0].title


def test_skipped_without_a_viewer() -> None:
    (found,) = judge(own(), ViewerConfigObservations(ServedViewer(trouble("refused"))))
    assert found.title == "skipped: no viewer to inspect, see viewer-served"


def test_page_in_its_place_fails() -> None:
    assert modes(judged(config(page(), HTML))) == [("fail", "FM64")]
    assert modes(judged(config("no", status=404))) == [("fail", "FM64")]
    assert [one.title for one in judged(config("no", status=403))] == ["app-config.js: status 403"]


@pytest.mark.parametrize(
    ("text", "mode", "word"),
    [
        ("config/default.js\n", "FM65", "contains a path"),
        ("/usr/src/app/platform/app/public/config/azure.js", "FM65", "contains a path"),
        ("console.log(1)", "FM65", "contains no window.config"),
        ("\n", "FM63", "is empty"),
    ],
)
def test_file_that_sets_nothing_fails(text: str, mode: str, word: str) -> None:
    (found,) = judged(config(text))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", mode)
    assert word in found.title


def test_old_compressed_copy_fails() -> None:
    found = judged(config(), config("window.config = { old: 1 }"))
    assert modes(found) == [("fail", "FM63")]
    assert "app-config.js.gz" in words(found[0])


def test_date_of_1985_without_cache_control_warns() -> None:
    assert modes(judged(config(headers=(*SCRIPT, OLD)))) == [("warn", "FM73")]
    assert modes(judged(config(headers=(*NO_CACHE, OLD)))) == [("pass", None)]


def test_page_is_kept_too() -> None:
    viewer = replace(served(), page=got(200, page(), (*HTML, OLD), f"{OWN}/"))
    (found,) = judge(own(), ViewerConfigObservations(viewer))
    assert (found.status, found.title) == ("warn", "browsers will keep this index.html even if it changes")


def test_configuration_of_google_is_named() -> None:
    text = CONFIG.replace("'/dicom-web'", "'https://healthcare.googleapis.com/v1/x/dicomWeb'")
    assert ("fail", "FM66") in modes(judged(config(text)))
    assert ("fail", "FM66") not in modes(judged(config(text), generated=text))


def test_long_cache_warns() -> None:
    assert modes(judged(config(headers=(*SCRIPT, ("Cache-Control", "public, max-age=31536000"))))) == [("warn", "FM73")]
    assert modes(judged(config(headers=(*SCRIPT, ("Cache-Control", "max-age=60"))))) == [("pass", None)]


GZIP = gzip.compress(CONFIG.encode(), mtime=0)


@pytest.mark.parametrize(
    ("plain", "packed", "word"),
    [
        (config(), trouble("coding", URL), "is not what its Content-Encoding says"),
        (config(), trouble("cut", URL), "the answer was cut off"),
        (got(200, GZIP, NO_CACHE, URL), None, "app-config.js: gzip bytes came without Content-Encoding: gzip"),
        (config(), got(200, GZIP, (*NO_CACHE, ("Content-Encoding", "gzip")), URL), "is undone"),
        (got(200, CONFIG.encode("utf-16-le"), NO_CACHE, URL), None, "UTF-16 came without a byte order mark"),
    ],
)
def test_bytes_that_browsers_cannot_read_fail(plain: Exchange, packed: Exchange | None, word: str) -> None:
    (found,) = judged(plain, packed, CONFIG)
    assert (found.status, word in found.title) == ("fail", True)


def test_bytes_that_browsers_do_not_ask_for_harm_nothing() -> None:
    assert modes(judged(trouble("coding", URL), config(), CONFIG)) == [("pass", None)]
    with_mark = got(200, CONFIG.encode("utf-16"), NO_CACHE, URL)
    assert modes(judged(with_mark, generated=CONFIG)) == [("pass", None)]


def test_coding_that_this_tool_cannot_undo_is_not_seen() -> None:
    brotli = got(200, b"\x1b\x9f\0\0\xff\xfe\x01", (*NO_CACHE, ("Content-Encoding", "br")), URL)
    (found,) = judged(brotli, generated=CONFIG)
    assert (found.status, "Content-Encoding: br" in found.title) == ("skipped", True)
    assert modes(judged(brotli, config(), CONFIG)) == [("pass", None)]


@pytest.mark.parametrize(("day", "status"), [("01", "warn"), ("02", "pass"), ("03", "pass")])
def test_brotli_copy_older_than_the_file_warns(day: str, status: str) -> None:
    def dated(number: str, *more: tuple[str, str]) -> Fields:
        return (*NO_CACHE, ("Last-Modified", f"{number} Nov 2026 08:00:00 GMT"), *more)

    plain = config(headers=dated("02"))
    brotli = got(200, b"\x1b\x9f\0\0\xff\xfe\x01", dated(day, ("Content-Encoding", "br")), URL)
    viewer = replace(served(), config=plain, config_packed=plain, config_br=brotli)
    (found,) = judge(own(), ViewerConfigObservations(viewer, Generated(CONFIG, CONFIG)))
    assert found.status == status


@pytest.mark.parametrize(("nosniff", "status"), [(True, "fail"), (False, "warn")])
def test_wrong_type(nosniff: bool, status: str) -> None:
    headers: Fields = (("Content-Type", "application/octet-stream"), ("Cache-Control", "no-cache"))
    if nosniff:
        headers = (*headers, ("X-Content-Type-Options", "nosniff"))
    assert modes(judged(config(headers=headers))) == [(status, "FM75")]


def test_another_one_than_generated_warns() -> None:
    found = judged(config(), generated=CONFIG.replace("Orthanc", "Archive"))
    assert modes(found) == [("warn", "FM64")]
    assert "install-viewer" in words(found[0])


@pytest.mark.parametrize(
    ("was", "becomes", "mode"),
    [
        ("/dicom-web'", "https://d14fa38qiwhyfd.cloudfront.net/dicomweb'", "FM63"),
        ("/dicom-web'", "http://pacs.example.org/dicom-web'", "FM17"),
        ("routerBasename: '/'", "routerBasename: '/ohif'", "FM69"),
        ("dataSources:", "servers: { dicomWeb: [] }, x:", "FM27"),
    ],
    ids=["demo", "mixed-content", "basename", "v2"],
)
def test_fault_of_the_text_is_named(was: str, becomes: str, mode: str) -> None:
    assert mode in [one.evidence.get("failure_mode") for one in judged(config(CONFIG.replace(was, becomes)))]


def test_password_is_named_and_never_shown() -> None:
    secret = "orthanc:Tr0ub4dor&3"
    found = judged(config(CONFIG.replace("name: 'dicomweb',", f"requestOptions: {{ auth: '{secret}' }},")))
    # The secret, and that no request carries it.
    assert modes(found) == [("fail", "FM56"), ("warn", None)]
    assert "Tr0ub4dor" not in repr(found)


@pytest.mark.parametrize(("addresses", "status"), [((), "fail"), (("10.0.0.7",), "warn")])
def test_host_name_of_a_container_is_named(addresses: tuple[str, ...], status: str) -> None:
    text = CONFIG.replace("'/dicom-web'", "'http://orthanc:8042/dicom-web'")
    viewer = replace(served(), config=config(text), config_packed=config(text))
    found = list(judge(own(), ViewerConfigObservations(viewer, Generated(), {"orthanc": addresses})))
    assert (status, "FM21") in modes(found)


def test_many_host_names_are_counted() -> None:
    many = ", ".join(f"'http://h{number}/'" for number in range(300))
    text = CONFIG.replace("modes: []", f"modes: [], customizationUrlPrefixes: [{many}, {many}]")

    def handler(request: RawRequest) -> list[bytes]:
        if request.path == "/":
            return [answer(200, page(), kind="text/html")]
        return [answer(200, text, ("Cache-Control", "no-cache"), kind="text/javascript")]

    with RawServer(handler) as web:
        answers = own(viewer__url=web.url)
        seen = look(Look(answers, Http(1), "none", NoScreen()))
        found = [one for one in judge(answers, seen) if one.evidence.get("failure_mode") == "FM21"]
    assert list(seen.addresses) == [f"h{number}" for number in range(6)]
    assert [one.title for one in found[6:]] == ["the configuration names 294 more hosts without a dot"]
    assert found[6].status == "warn"


def test_what_cannot_be_read_here_only_warns() -> None:
    found = judged(config("window.config = make();"), generated=CONFIG)
    assert [(one.status, one.unseen) for one in found] == [("warn", "its configuration: this tool cannot read it")]


MISSING_COMMA = CONFIG.replace("extensions: [],", "extensions: []")
LATER = CONFIG.replace("Orthanc", "Archive")


def test_text_that_does_not_start_fails_with_its_line() -> None:
    (found,) = judged(config(MISSING_COMMA), generated=MISSING_COMMA)
    assert (found.status, found.symptom) == ("fail", "a blank page")
    assert found.cause.startswith('Line 2: "modes" is unexpected here: perhaps a comma')
    assert "deploy/app-config.js, then: ohif-setup install-viewer BUILD" in found.fix[0].text
    assert "ohif-setup generate --force" in found.fix[1].text
    assert "?." not in words(found)


def test_edit_of_the_served_copy_alone_is_mended_by_the_generated_file() -> None:
    (found,) = judged(config(MISSING_COMMA), generated=CONFIG)
    assert found.status == "fail"
    assert "deploy/app-config.js is in order" in found.cause
    assert "--force" not in words(found)


def test_key_that_is_missing_fails_and_names_a_way_out_that_works() -> None:
    (found,) = judged(config(text := CONFIG.replace("modes: [],", "")), generated=text)
    assert (found.status, found.symptom) == ("fail", "a blank page")
    assert "ohif-setup generate --force" in words(found)


def test_name_that_nothing_declares_fails_and_one_of_a_function_around_it_does_not() -> None:
    text = CONFIG.replace("'/dicom-web'", "root")
    (found,) = judged(config(text), generated=text)
    assert (found.status, found.symptom) == ("fail", "a blank page")
    assert found.title.startswith(
        "line 5, root: OHIF shows a blank page: neither this file nor the browser declares root"
    )
    assert "Declare root above that line" in found.fix[0].text
    around = f"(() => {{\nconst root = location.search ? '/a' : '/b';\n{text}}})();\n"
    assert judged(config(around), generated=around)[0].status == "pass"


@pytest.mark.parametrize("viewer", [ServedViewer(trouble("refused")), replace(served(), config=config(status=404))])
def test_generated_text_that_would_not_start_fails_before_it_is_served(viewer: ServedViewer) -> None:
    found = list(judge(own(), ViewerConfigObservations(viewer, Generated(CONFIG, MISSING_COMMA))))[-1]
    assert (found.status, found.subject) == ("fail", "deploy/app-config.js")
    assert "Line 2" in found.cause


def test_generated_text_that_would_not_start_warns_while_another_is_served() -> None:
    (found,) = judged(config(LATER), generated=MISSING_COMMA)
    assert (found.status, found.subject) == ("warn", "deploy/app-config.js")


def test_many_remarks_are_counted() -> None:
    sources = ", ".join(f"{{ namespace: 'n{number}', sourceName: 's{number}' }}" for number in range(20))
    text = CONFIG.replace(
        "dataSources: [", f"acceptHeader: 1, oauth: 1, useSharedArrayBuffer: 1, dataSources: [{sources}, "
    )
    text = text.replace(
        "supportsWildcard: true", "qidoSupportsIncludeField: 1, supportsReject: true, singlepart: 'pdf'"
    )
    text = text.replace("showStudyList: true", "filterQueryParam: 1, enableGoogleCloudAdapter: 1, showStudyLists: 1")
    found = judged(config(text))
    assert len(found) <= 7
    assert "more remarks" in found[-1].title
