"""Where the encoding of the output lacks what the tool likes to print: words, in columns that stay straight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cors.services import ANY, KEPT, VIEWER, Service, allowing
from tests.flows.front_door import ANSWERS
from tests.servers.raw import RawServer
from tests.terminal.process import ohif_setup

LACKING = ("ascii", "latin-1", "cp1252")
CLOSED = "http://127.0.0.1:2"


@pytest.mark.parametrize("encoding", LACKING)
def test_findings_stay_in_their_columns(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "ohif-setup.toml").write_text(
        f'version = 1\n[viewer]\nurl = "http://127.0.0.1:1"\n[server]\nkind = "orthanc"\nurl = "{CLOSED}/dicom-web"\n'
    )
    words = ["check", "--timeout", "1", "--sign-in", "none"]
    ended = ohif_setup(*words, cwd=tmp_path, environment={"PYTHONIOENCODING": encoding})
    text = ended.out.decode(encoding)
    rows = re.findall(r"(?m)^  (ok  |warn|FAIL|skip) (\S+(?: \S+)*)( +)\S", text)
    assert {mark for mark, _, _ in rows} >= {"ok  ", "FAIL", "skip"}
    assert len({len(name) + len(blanks) for _, name, blanks in rows}) == 1
    whole = ohif_setup(*words, cwd=tmp_path, environment={"PYTHONIOENCODING": "utf-8"})
    assert text.count("?") == whole.out.count(b"?")


@pytest.mark.parametrize("encoding", LACKING)
def test_matrix_of_cors_stays_in_its_columns(tmp_path: Path, encoding: str) -> None:
    service = Service((ANY, *allowing("authorization"), KEPT), (ANY,))
    with RawServer(service) as web:
        words = ["cors", "--service-url", f"{web.url}/dicom-web", "--viewer-url", VIEWER]
        ended = ohif_setup(*words, cwd=tmp_path, environment={"PYTHONIOENCODING": encoding})
    lines = ended.out.decode(encoding).splitlines()
    header = next(line for line in lines if "search  series" in line)
    marks = next(line for line in lines if line.startswith(f"  {VIEWER}"))
    at = {kind: marks[header.index(kind) :].split(None, 1)[0] for kind in header.split()}
    assert at == {"search": "ok", "series": "ok", "metadata": "ok", "frames": "FAIL", "bulk": "FAIL"}


@pytest.mark.parametrize("encoding", LACKING)
def test_sites_stay_in_their_columns(tmp_path: Path, encoding: str) -> None:
    for name, text in (("right", ANSWERS), ("wrong", "version = 0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ohif-setup.toml").write_text(text)
    words = ["generate", "--dry-run", "--answers", "."]
    ended = ohif_setup(*words, cwd=tmp_path, environment={"PYTHONIOENCODING": encoding})
    assert ended.out.decode(encoding).splitlines()[0].startswith("ok   right/ohif-setup.toml  ")
    assert ended.out.decode(encoding).splitlines()[1].startswith("FAIL wrong/ohif-setup.toml  ")


@pytest.mark.parametrize("name", ["cors", "redirect-uri", "AADSTS50011", "output-unwritable"])
@pytest.mark.parametrize("encoding", LACKING)
def test_pages_are_readable(tmp_path: Path, name: str, encoding: str) -> None:
    said = ohif_setup("explain", name, cwd=tmp_path, environment={"PYTHONIOENCODING": encoding}).out.decode(encoding)
    whole = ohif_setup("explain", name, cwd=tmp_path, environment={"PYTHONIOENCODING": "utf-8"}).out.decode()
    assert said.count("?") == whole.count("?")
    assert "\\u" not in said


def test_a_name_that_the_encoding_lacks_can_be_told_from_others(tmp_path: Path) -> None:
    ended = ohif_setup("explain", "Zürich-登", cwd=tmp_path, environment={"PYTHONIOENCODING": "ascii"})
    assert "Z\\u00fcrich-\\u767b: there is no page" in ended.text


def test_words_of_utf_8_stay(tmp_path: Path) -> None:
    (tmp_path / "ohif-setup.toml").write_text(ANSWERS)
    words = ["check", "--only", "answers", "--answers", "."]
    assert ohif_setup(*words, cwd=tmp_path, environment={"PYTHONIOENCODING": "utf-8"}).text.startswith("✓ ")
