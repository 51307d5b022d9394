"""Images, filters and uploads with Debian's Orthanc: what the checks say of it, and that nothing is stored by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.checks.dicomweb import answers as dicomweb_answers
from ohif_setup.checks.dicomweb import filters, uploads
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.network.wire.http import Http
from tests.checks.test_run import NoScreen
from tests.parts.orthanc import Orthanc, missing, orthanc
from tests.parts.samples import ADA, BYRON, GRACE, HEDY, JANE, JEAN, MARY, Study

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with orthanc(tmp_path_factory.mktemp("orthanc"), (ADA, BYRON, GRACE, JEAN)) as running:
        yield running


def site(server: Orthanc, **more: str) -> Answers:
    values = {
        "viewer.url": "http://127.0.0.1:1",
        "server.kind": "orthanc",
        "server.route": "direct",
        "server.url": server.root,
        "server.uploads": "true",
    } | {key.replace("__", "."): value for key, value in more.items()}
    return load(None, [f"{key}={value}" for key, value in values.items()], {})


def look(answers: Answers) -> Look:
    return Look(answers, Http(10), "none", NoScreen())


def stored(server: Orthanc) -> dict[str, int]:
    statistics = requests.get(f"{server.url}/statistics", timeout=10).json()
    return {key: value for key, value in statistics.items() if key.startswith("Count")}


def test_upload_without_an_image_is_taken_and_stores_nothing(server: Orthanc) -> None:
    before, answers = stored(server), site(server)
    (found,) = uploads.judge(answers, uploads.look(look(answers)))
    assert (found.status, found.unseen) == ("pass", ""), found
    assert found.title.startswith("an upload without an image is taken (200)")
    assert stored(server) == before


def test_orthanc_whose_script_refuses_is_named_itself(tmp_path: Path) -> None:
    script = tmp_path / "filter.lua"
    refuse = "function IncomingHttpRequestFilter(method, uri)\n return method ~= 'POST' or uri ~= '/dicom-web/studies'\nend\n"
    script.write_text(refuse)
    more = tmp_path / "scripts.json"
    more.write_text(json.dumps({"LuaScripts": [str(script)]}))
    home = tmp_path / "orthanc"
    home.mkdir()
    with orthanc(home, (ADA,), files={"zz-scripts.json": more}) as server:
        answers = site(server)
        (found,) = uploads.judge(answers, uploads.look(look(answers)))
    assert (found.status, found.title) == ("fail", "Orthanc itself refuses to store (403)")


def images(server: Orthanc) -> Finding:
    """What is said of the images. Debian's Orthanc does not decode queries, which is another matter: it is left out."""
    answers = site(server)
    (seen,) = dicomweb_answers.look(look(answers)).servers
    assert isinstance(seen, dicomweb_answers.ServerAnswers)
    alone = dicomweb_answers.DicomwebAnswerObservations((replace(seen, queries=None),))
    (found,) = dicomweb_answers.judge(answers, alone)
    return found


def test_images_are_named_in_the_forms_in_which_they_come(server: Orthanc) -> None:
    found = images(server)
    assert (found.status, found.unseen) == ("pass", ""), found
    # One study of each modality: GRACE and BYRON are both MR.
    assert "CT 128×128, uncompressed" in found.title
    assert "US 320×240, JPEG" in found.title


def test_last_of_several_frames_is_asked_for(server: Orthanc) -> None:
    (seen,) = dicomweb_answers.look(look(site(server))).servers
    assert isinstance(seen, dicomweb_answers.ServerAnswers)
    assert seen.opening is not None
    # The ultrasound has 30; the others are one image each.
    numbers = sorted(frame.number for frame in seen.opening.frames)
    assert (set(numbers), numbers.count(30)) == ({1, 30}, 1)
    assert {frame.asked.status for frame in seen.opening.frames} == {200}


def test_compressed_images_and_palette_colour_are_whole(tmp_path: Path) -> None:
    with orthanc(tmp_path, (GRACE, HEDY, MARY)) as server:
        found = images(server)
    assert (found.status, found.unseen) == ("pass", ""), found
    assert "MR 64×64, JPEG 2000" in found.title
    assert "US 800×350, uncompressed" in found.title


@pytest.mark.parametrize("studies", [(JANE, MARY), (JANE,)], ids=["report and PDF", "report"])
def test_archive_of_documents_proves_no_image(studies: tuple[Study, ...], tmp_path: Path) -> None:
    with orthanc(tmp_path, studies) as server:
        found = images(server)
    assert (found.status, found.unseen) == ("pass", "the images: none among the first studies of the archive")


def test_every_filter_of_orthanc_finds(server: Orthanc) -> None:
    answers = site(server)
    (found,) = filters.judge(answers, filters.look(look(answers)))
    title = "studies are found by patient name, MRN, date, description, modality; none has a value for accession number"
    assert (found.status, found.title) == ("pass", title)
