"""What `docs/reference/checks/dicomweb-answers.md` says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ohif_setup.checks.dicomweb.answers import DicomwebAnswerObservations, ServerAnswers, judge
from ohif_setup.checks.dicomweb.token_there import WithoutToken
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.look.opening import Frame, Opening
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.archives import archive, attribute, dataset, empty, listing, series, study
from tests.checks.observed import HTML, JSON, OWN_ROOT, ROOT, Fields, answers, got, keycloak, own, trouble, words

MULTIPART: Fields = (("Content-Type", 'multipart/related; type="application/octet-stream"; boundary=b'),)


def frame(syntax: str = "1.2.840.10008.1.2.1", headers: Fields = MULTIPART, status: int = 200) -> Exchange:
    body = f"--b\r\nContent-Length: 4\r\nContent-Type: application/octet-stream; transfer-syntax={syntax}\r\n\r\nabcd\r\n--b--"
    return got(status, body, headers)


GOOD = Opening(listing(study()), got(200, [series()]), got(200, [dataset()]), (Frame(frame(), frame()),))


def framed(asked: Exchange, other: Exchange | None = None, direct: Exchange | None = None) -> Opening:
    """The second of two images comes so."""
    return replace(GOOD, frames=(*GOOD.frames, Frame(asked, other or frame(), direct)))


def judged(
    opening: Opening | None = GOOD, seen: Archive | None = None, queries: CapabilityLook | None = None, **changed: str
) -> list[Finding]:
    return list(
        judge(own(**changed), DicomwebAnswerObservations((ServerAnswers(seen or archive(), opening, queries),)))
    )


def one(opening: Opening = GOOD, seen: Archive | None = None, **changed: str) -> Finding:
    (finding,) = judge(own(**changed), DicomwebAnswerObservations((ServerAnswers(seen or archive(), opening, None),)))
    return finding


def test_passes_when_all_of_it_comes() -> None:
    assert one().title == "list, series, metadata and an image as OHIF 3.13 requests them (image, uncompressed)"
    assert one().unseen == ""


def test_report_alone_proves_no_image() -> None:
    found = one(replace(GOOD, frames=()))
    assert (found.status, "no image among the first studies" in found.title) == ("pass", True)
    assert found.unseen == "the images: none among the first studies of the archive"


def test_search_as_ohif_sends_it_is_refused() -> None:
    found = one(replace(GOOD, search=got(400, "unknown parameter fuzzymatching")))
    assert found.evidence["failure_mode"] == "FM35"
    assert "It said: unknown parameter fuzzymatching" in found.cause


@pytest.mark.parametrize("status", [400, 406])
def test_accept_of_old_ohif_is_refused(status: int) -> None:
    found = one(replace(GOOD, series=got(status)), viewer__ohif_version="3.11")
    assert found.evidence["failure_mode"] == "FM29"
    assert "OHIF 3.12 or newer" in words(found)
    assert "OHIF 3.12 or newer" not in words(one(replace(GOOD, series=got(status))))


def test_page_for_metadata_is_the_web_server() -> None:
    assert one(replace(GOOD, metadata=got(200, "<html>", HTML))).evidence["failure_mode"] == "FM23"


@pytest.mark.parametrize("tag", ["00280010", "00280011", "0020000E"])
def test_metadata_without_what_ohif_needs(tag: str) -> None:
    lacking = {key: value for key, value in dataset().items() if key != tag}
    found = one(replace(GOOD, metadata=got(200, [lacking])))
    assert one(replace(GOOD, metadata=trouble("endless")), archive(metadata=lacking)).title == found.title
    assert found.evidence["failure_mode"] == "FM37"
    assert '"StudiesMetadata": "Full"' in words(found)


def test_owner_of_another_server_is_sent_to_no_setting_of_orthanc() -> None:
    lacking = {key: value for key, value in dataset().items() if key != "00280010"}
    described = listing(study() | {"00081030": attribute("CT head")})
    queries = CapabilityLook(archive(), plain=described, encoded=listing(study()), raw_limit=got(400))
    for proxy in ("nginx", "iis"):
        found = judged(
            replace(GOOD, metadata=got(200, [lacking])), queries=queries, server__kind="dicomweb", server__proxy=proxy
        )
        assert [one.evidence["failure_mode"] for one in found] == ["FM37", "FM35"]
        assert not [one for one in found if "orthanc" in words(one).lower()]


def test_document_needs_no_rows() -> None:
    lacking = {key: value for key, value in dataset().items() if not key.startswith("0028")}
    opening = replace(GOOD, frames=(), metadata=got(200, [lacking]))
    assert one(opening, archive(metadata=lacking, image=False)).status == "pass"


def test_parameter_that_comes_twice() -> None:
    found = one(framed(got(400, "cannot generate: transfer-syntax=*; transfer-syntax=*")))
    assert found.evidence["failure_mode"] == "FM30"


@pytest.mark.parametrize(("quotes", "value"), [(True, "false"), (False, "true")])
def test_quotes_that_decide(quotes: bool, value: str) -> None:
    found = one(replace(framed(got(406)), quotes=quotes))
    assert found.evidence["failure_mode"] == "FM31"
    assert f"quoted_accept = {value}" in words(found)


def test_frame_that_neither_form_brings() -> None:
    found = one(framed(got(406), got(406)))
    assert (found.title, found.evidence["failure_mode"]) == ("a frame is refused (406)", "FM31")


def test_server_without_a_decoder() -> None:
    assert one(framed(got(500))).evidence["failure_mode"] == "FM33"


@pytest.mark.parametrize(
    ("headers", "mode"),
    [((("Content-Type", "application/octet-stream"),), "FM32"), (HTML, "FM23")],
    ids=["single", "page"],
)
def test_frame_of_another_type(headers: Fields, mode: str) -> None:
    assert one(framed(frame(headers=headers))).evidence["failure_mode"] == mode


def test_frame_that_the_web_server_changes() -> None:
    changed = framed(frame(), direct=frame("1.2.840.10008.1.2.4.90"))
    found = one(changed)
    assert found.evidence["failure_mode"] == "FM33"
    assert "drops or changes Accept on the way" in found.cause
    assert one(framed(got(500), direct=frame())).evidence["failure_mode"] == "FM33"
    assert one(framed(frame(), direct=frame())).status == "pass"


def test_descriptions_that_are_lost() -> None:
    described = listing(study() | {"00081030": attribute("CT head")})
    queries = CapabilityLook(archive(), plain=described, encoded=listing(study()), raw_limit=got(400))
    (found,) = judged(queries=queries)
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM35")
    assert "percent_decoding = false" in words(found)
    (iis,) = judged(queries=queries, server__proxy="iis")
    assert (iis.status, "ohif-setup set server.proxy=nginx" in words(iis)) == ("warn", True)
    (orthanc,) = judged(queries=queries, server__route="serve-folders", viewer__url="http://127.0.0.1:8042/ohif")
    assert "ohif-setup set server.route=reverse-proxy viewer.url=http://127.0.0.1" in words(orthanc)
    (apache,) = judged(queries=queries, server__proxy="apache")
    assert ("a2enmod rewrite" in words(apache), "a2enmod" in words(found)) == (True, False)
    (cured,) = judged(queries=replace(queries, encoded=described))
    assert cured.status == "pass"


def test_skipped_without_an_image() -> None:
    assert "the archive is empty" in judged(None, empty())[0].title


SMALL = dataset() | {"00280010": attribute(2), "00280011": attribute(4), "00080060": attribute("CT")}
"""An image of 2 rows and 4 columns with 16 bits: 16 bytes."""
EXPLICIT, JPEG, J2K, LS, RLE = (
    f"1.2.840.10008.1.2{end}" for end in (".1", ".4.50", ".4.90", ".4.80", ".5")
)  # fmt: skip


def part(content: bytes, syntax: str = EXPLICIT, *, last: bytes = b"\r\n--b--", length: str = "") -> Exchange:
    kind = f"application/octet-stream; transfer-syntax={syntax}".encode()
    fields = (*MULTIPART, ("Content-Length", length)) if length else MULTIPART
    return got(200, b"--b\r\nContent-Type: " + kind + b"\r\n\r\n" + content + last, fields)


def pixels(exchange: Exchange, image: dict[str, Any] = SMALL) -> Finding:
    return one(replace(GOOD, frames=(Frame(exchange, frame(), None, image),)))


@pytest.mark.parametrize(
    ("content", "syntax", "shown"),
    [
        (b"x" * 16, EXPLICIT, "CT 4×2, uncompressed"),
        (b"x" * 16, "1.2.840.10008.1.2", "CT 4×2, uncompressed"),
        (b"\xff\xd8\xff\xe0 and more", JPEG, "CT 4×2, JPEG"),
        (b"\xff\x4f\xff\x51 and more", J2K, "CT 4×2, JPEG 2000"),
        (b"\x00\x00\x00\x0cjP  \r\n", J2K, "CT 4×2, JPEG 2000"),
        (b"\xff\xd8\xff\xf7 and more", LS, "CT 4×2, JPEG-LS"),
        (b"\x01\x00\x00\x00\x40\x00\x00\x00", RLE, "CT 4×2, RLE"),
        (b"\xff\x4f\xff\x51 and more", "1.2.840.10008.1.2.4.201", "CT 4×2, HTJ2K"),
        (b"\x00\x00\x01\xb3 a film", "1.2.840.10008.1.2.4.100", "CT 4×2, transfer syntax 1.2.840.10008.1.2.4.100"),
    ],
)
def test_frame_that_is_what_it_says_passes(content: bytes, syntax: str, shown: str) -> None:
    found = pixels(part(content, syntax))
    assert (found.status, shown in found.title) == ("pass", True), found.title


@pytest.mark.parametrize(
    ("content", "syntax", "title"),
    [
        (b"x" * 15, EXPLICIT, "a frame comes with 15 of 16 bytes"),
        (b"", EXPLICIT, "a frame comes with an empty part"),
        (b"\xff\xd8\xff\xe0 a JPEG", EXPLICIT, "a frame is not what it says: JPEG"),
        (b"<!doctype html>", EXPLICIT, "a frame is not what it says: a web page"),
        (b"<html>Sorry", J2K, "a frame is not what it says: a web page"),
        (b"x" * 16, JPEG, "a frame is not what it says: bytes that begin with 78 78 78 78"),
        (b"\xff\x4f\xff\x51 and more", RLE, "a frame is not what it says: JPEG 2000"),
    ],
)
def test_frame_of_other_bytes_than_promised_fails(content: bytes, syntax: str, title: str) -> None:
    found = pixels(part(content, syntax))
    assert (found.status, found.title) == ("fail", title)
    assert found.evidence["fault"] == "no-pixels"


def test_frame_that_ends_too_early_fails() -> None:
    assert pixels(part(b"x" * 16, last=b"")).title == "a frame comes with no end"
    assert pixels(got(200, b"x" * 16, MULTIPART)).title == "a frame comes with no part"


@pytest.mark.parametrize(
    ("length", "status"), [("9000000", "pass"), ("8000000", "fail"), ("", "pass"), ("many", "pass")]
)
def test_large_frame_is_judged_by_its_announced_length(length: str, status: str) -> None:
    large = SMALL | {"00280010": attribute(2048), "00280011": attribute(2048)}
    found = pixels(part(b"x" * 70_000, last=b"", length=length), large)
    assert found.status == status


def test_frames_whose_size_is_special_pass() -> None:
    shared = SMALL | {"00280100": attribute(8), "00280002": attribute(3), "00280004": attribute("YBR_FULL_422")}
    assert pixels(part(b"x" * 16), shared).status == "pass"
    colour = shared | {"00280004": attribute("RGB")}
    assert pixels(part(b"x" * 16), colour).title == "a frame comes with 16 of 24 bytes"
    mask = SMALL | {"00280100": attribute(1)}
    assert pixels(part(b"x\0"), mask).status == "pass"
    nonsense = SMALL | {"00280010": attribute("9" * 5000), "00280011": attribute(-1)}
    assert pixels(part(b"x"), nonsense).status == "pass"


def changed(place: str, answer: Exchange) -> Opening:
    return {
        "search": replace(GOOD, search=answer),
        "series": replace(GOOD, series=answer),
        "metadata": replace(GOOD, metadata=answer),
    }[place]


XML: Fields = (("Content-Type", 'multipart/related; type="application/dicom+xml"; boundary=b1'),)


@pytest.mark.parametrize("place", ["search", "series", "metadata"])
@pytest.mark.parametrize(
    ("headers", "came"),
    [
        (XML, "XML"),
        ((("Content-Type", "application/xml"),), "XML"),
        ((("Content-Type", "application/octet-stream"),), "bytes without a form"),
        (JSON, "broken JSON"),
        ((), "no Content-Type"),
    ],
)
def test_answer_in_another_form_is_named(place: str, headers: Fields, came: str) -> None:
    found = one(changed(place, got(200, "--b1\r\n\r\n<NativeDicomModel/>", headers)))
    assert (found.status, f"{came} came instead of DICOM JSON" in found.title) == ("fail", True)
    assert "application/dicom+json was asked for" in found.cause


@pytest.mark.parametrize("place", ["series", "metadata"])
@pytest.mark.parametrize("answer", [got(200, []), got(204), got(200, b"")], ids=["[]", "204", "nothing"])
def test_study_in_which_nothing_comes_fails(place: str, answer: Exchange) -> None:
    found = one(changed(place, answer))
    assert (found.status, found.title) == ("fail", f"{place}: the answer is empty")


@pytest.mark.parametrize(
    ("place", "body", "title"),
    [
        ("series", [{}], "series: 1 of 1 come without SeriesInstanceUID (0020000E)"),
        ("series", [series(), {"0020000E": {"vr": "UI"}}], "series: 1 of 2 come without SeriesInstanceUID (0020000E)"),
        ("search", [{}, {}], "OHIF's search: 2 of 2 come without StudyInstanceUID (0020000D)"),
        ("series", ["1.2"], "series: the answer is no list of datasets"),
        ("metadata", {"error": "x"}, "metadata: the answer is no list of datasets"),
    ],
)
def test_list_without_what_it_must_hold_fails(place: str, body: object, title: str) -> None:
    found = one(changed(place, got(200, body)))
    assert (found.status, found.title) == ("fail", title)
    assert "nginx" not in found.cause


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (got(500), "status 500"),
        (got(403), "status 403"),
        (got(200, ""), "an empty answer"),
        (got(200, "<html>", HTML), "a web page"),
    ],
)
def test_bulk_data_that_do_not_come_warn(answer: Exchange, came: str) -> None:
    found = one(replace(GOOD, bulk=answer))
    assert (found.status, found.title) == ("warn", f"bulk data: {came} came")
    assert found.evidence["failure_mode"] == "FM26"


@pytest.mark.parametrize("answer", [got(200, "x"), got(404), got(406)], ids=["200", "404", "406"])
def test_bulk_data_that_come_or_are_left_to_capabilities_pass(answer: Exchange) -> None:
    assert one(replace(GOOD, bulk=answer)).status == "pass"
    assert one(replace(GOOD, bulk=got(500)), server__capabilities__bulk_data="false").status == "pass"


@pytest.mark.parametrize("status", [404, 406])
def test_bulk_data_that_the_server_itself_returns_are_refused_on_the_way(status: int) -> None:
    def judged(own_bulk: Exchange | None) -> Finding:
        seen = ServerAnswers(archive(), replace(GOOD, bulk=got(status)), None, own_bulk=own_bulk)
        (finding,) = judge(own(), DicomwebAnswerObservations((seen,)))
        return finding

    found = judged(got(200, "x"))
    assert (found.status, found.title) == ("warn", f"bulk data: status {status} came")
    assert "Orthanc itself returns it, so nginx, or what is between" in found.cause
    assert [fix.where for fix in found.fix] == ["nginx", "Generated"]
    assert judged(got(status)).status == judged(None).status == "pass"


def azure(seen: ServerAnswers | WithoutToken) -> Finding:
    (finding,) = judge(answers(), DicomwebAnswerObservations((seen,)))
    return finding


def test_server_that_wants_a_token_is_judged_alike() -> None:
    assert azure(ServerAnswers(archive(), GOOD, None)).status == "pass"
    assert azure(ServerAnswers(archive(), replace(GOOD, metadata=got(404)), None)).title == "metadata: status 404 came"
    assert azure(ServerAnswers(archive(), replace(GOOD, bulk=got(404)), None)).status == "warn"


def test_nobody_signed_in_leaves_the_images_unseen() -> None:
    found = azure(WithoutToken())
    assert (found.status, found.unseen) == ("skipped", "the images: nobody signed in")
    assert "ohif-setup check --sign-in device-code" in words(found)
    asked = azure(WithoutToken("sign-in"))
    assert (asked.see, asked.unseen) == (("sign-in",), "the images: nobody signed in")


def test_series_that_are_refused_with_the_token_are_named_here() -> None:
    refused = Archive(ROOT, listing(study()), (), (got(500, "no index"),))
    found = azure(ServerAnswers(refused, None, None))
    assert (found.status, "a search for series and instances: " in found.title) == ("fail", True)


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (ServerAnswers(empty(), None, None), "the archive is empty"),
        (ServerAnswers(Archive(OWN_ROOT, got(401)), None, None), "nobody signed in"),
        (ServerAnswers(Archive(OWN_ROOT, got(302)), None, None, "a portal"), "a login is in front"),
    ],
)
def test_what_was_not_seen_is_said(seen: ServerAnswers, why: str) -> None:
    (found,) = judge(keycloak(), DicomwebAnswerObservations((seen,)))
    assert (found.status, found.unseen) == ("skipped", f"the images: {why}")


PAGE_OF_NGINX = "<html><head><title>500</title></head><body><hr><center>nginx</center></body></html>"


def test_page_of_a_web_server_in_place_of_a_frame_is_not_accepts_fault() -> None:
    found = one(framed(got(500, PAGE_OF_NGINX, HTML), direct=frame()))
    assert "answers for that address with a page of its own" in found.cause
    assert "Accept" not in found.cause + repr(found.fix)


@pytest.mark.parametrize("asked", [part(b"", EXPLICIT), part(b"x" * 15, EXPLICIT), got(200, b"", MULTIPART)])
def test_frame_that_the_server_itself_returns_whole_is_changed_on_the_way(asked: Exchange) -> None:
    seen = Frame(asked, asked, part(b"x" * 16, EXPLICIT), dataset=SMALL)
    found = one(replace(GOOD, frames=(seen,)))
    assert "itself returns it whole" in found.cause
    assert "Accept" not in found.cause
    assert found.fix[0].where == "nginx"


def test_frame_that_the_server_itself_returns_broken_is_its_own_fault() -> None:
    asked = part(b"x" * 15, EXPLICIT)
    found = one(replace(GOOD, frames=(Frame(asked, asked, asked, dataset=SMALL),)))
    assert "itself returns it whole" not in found.cause
    assert found.fix[0].where == "Server"


def test_frames_are_not_judged_where_no_metadata_come() -> None:
    broken = replace(framed(got(500)), metadata=got(404))
    assert [finding.title for finding in judged(broken)] == ["metadata: status 404 came"]


def test_last_frame_of_an_image_that_does_not_come_is_a_fault() -> None:
    first, last = Frame(frame(), frame()), Frame(got(404), got(404), number=30)
    found = one(replace(GOOD, frames=(first, last)))
    assert (found.status, found.title) == ("fail", "a frame is refused (404)")
    assert "frame 30" in found.symptom
    assert one(replace(GOOD, frames=(first, replace(first, number=30)))).title == one().title
