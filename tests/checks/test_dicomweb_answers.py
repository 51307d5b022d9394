"""What `docs/reference/checks/dicomweb-answers.md` says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.checks.dicomweb.answers import DicomwebAnswerObservations, ServerAnswers, judge
from ohif_setup.checks.finding import Finding
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.look.opening import Frame, Opening
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.archives import archive, attribute, dataset, empty, listing, study
from tests.checks.observed import HTML, Fields, got, own, trouble, words

MULTIPART: Fields = (("Content-Type", 'multipart/related; type="application/octet-stream"; boundary=b'),)


def frame(syntax: str = "1.2.840.10008.1.2.1", headers: Fields = MULTIPART, status: int = 200) -> Exchange:
    body = f"--b\r\nContent-Length: 4\r\nContent-Type: application/octet-stream; transfer-syntax={syntax}\r\n\r\nabcd\r\n--b--"
    return got(status, body, headers)


GOOD = Opening(listing(study()), got(200, [{}]), got(200, [dataset()]), (Frame(frame(), frame()),))


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
    assert one().title == "list, series, metadata and an image as OHIF 3.13 requests them"
    assert "no image among the first studies" in one(replace(GOOD, frames=())).title


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
