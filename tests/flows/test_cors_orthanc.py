"""`cors` with the address of a real Orthanc, as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.flows.front_door import Run, ohif_setup
from tests.parts import orthanc as parts
from tests.parts.orthanc import Orthanc, orthanc
from tests.parts.samples import ADA

pytestmark = pytest.mark.skipif(bool(parts.missing()), reason=parts.missing() or "all there")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with orthanc(tmp_path_factory.mktemp("orthanc"), studies=[ADA]) as running:
        yield running


def cors(url: str, *options: str) -> Run:
    return ohif_setup("cors", "--service-url", url, "--viewer-url", "http://localhost:3000", "--no-auth", *options)


def test_the_rest_root_of_orthanc_leads_to_its_dicomweb(server: Orthanc) -> None:
    run = cors(server.url)
    assert run.out.startswith(f"Service  {server.root}  (Orthanc")
    assert f"{server.url} is Orthanc, but not its DICOMweb root" in " ".join(run.out.split())
    report = json.loads(cors(server.url, "--json").out)
    assert [one["url"] for one in report["services"]] == [server.root]


def test_the_root_itself_needs_no_word(server: Orthanc) -> None:
    assert "but not its DICOMweb" not in cors(server.root).out


def test_an_address_without_a_scheme_is_taken(server: Orthanc) -> None:
    run = cors(f"localhost:{server.port}")
    assert (run.status, run.err) == (1, "")
    assert run.out.startswith(f"Service  http://localhost:{server.port}/dicom-web  (Orthanc")
