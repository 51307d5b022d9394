"""`check --save`, and the head line of a site with several servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ohif_setup import cli
from tests.network.test_served import orthanc_like
from tests.servers.raw import RawServer


def answers(web: RawServer, more: str = "") -> str:
    return f"""# Of the hospital.
version = 1

[viewer]
url = "http://localhost:1"

[server]
kind = "orthanc"   # in the cellar
url = "{web.url}/dicom-web"
{more}"""


def check(*arguments: str) -> int:
    return cli.main(["check", "--sign-in", "none", "--timeout", "2", "--only", "capabilities", *arguments])


def test_what_was_found_goes_into_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "ohif-setup.toml"
    with RawServer(orthanc_like()) as web:
        file.write_text(answers(web))
        check("--save")
        out = capsys.readouterr().out
        text = file.read_text()
        assert "# Of the hospital." in text
        assert 'kind = "orthanc"   # in the cellar' in text
        assert "percent_decoding = false" in text
        assert "+percent_decoding = false" in out
        assert "ohif-setup generate" in out
        before = file.stat().st_mtime_ns
        check("--save")
        assert "identical" in capsys.readouterr().out
        assert file.stat().st_mtime_ns == before


def test_without_it_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "ohif-setup.toml"
    with RawServer(orthanc_like()) as web:
        file.write_text(answers(web))
        check()
        assert "percent_decoding" not in file.read_text()
    assert "check --save" in capsys.readouterr().out


def test_what_was_set_for_this_run_stays_out_of_the_file(folder: Path) -> None:
    file = folder / "ohif-setup.toml"
    with RawServer(orthanc_like(decodes=True)) as web:
        file.write_text(answers(web))
        check("--save", "--set", "server.uploads=true")
        text = file.read_text()
        assert "percent_decoding = true" in text
        assert "uploads = true" not in text
        check("--save", "--set", f"server.url={web.url}/other")
        assert file.read_text() == text


def test_json_stays_alone_on_standard_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "ohif-setup.toml"
    with RawServer(orthanc_like()) as web:
        file.write_text(answers(web))
        check("--save", "--json")
    out, err = capsys.readouterr()
    assert json.loads(out)["schema"] == "ohif-setup.check/1"
    assert "update" in err


def test_each_of_several_servers_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "ohif-setup.toml"
    with RawServer(orthanc_like()) as one, RawServer(orthanc_like(decodes=True)) as other:
        file.write_text(
            f"""version = 1
[viewer]
url = "http://localhost:1"
[[servers]]
kind = "orthanc"
url = "{one.url}/dicom-web"
name = "old"
[[servers]]
kind = "dicomweb"
url = "{other.url}/rs"
name = "new"
"""
        )
        check("--save")
    out = capsys.readouterr().out
    head = out.splitlines()[0]
    assert f"Orthanc 127.0.0.1:{one.port}/dicom-web, DICOMweb server 127.0.0.1:{other.port}/rs" in head
    assert "capabilities  old" in out
    assert "percent_decoding = false" in file.read_text()
