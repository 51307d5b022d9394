"""Whatever somebody else wrote, and wherever it is printed: no byte of it steers the terminal."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.cors.services import VIEWER
from tests.flows.front_door import ANSWERS
from tests.flows.test_import import ORTHANC, SOMEBODYS
from tests.output.sites import memory_of
from tests.servers.raw import RawRequest, RawServer, always, answer
from tests.terminal.process import MEAN, ohif_setup

IN_FIELD = MEAN[:-1].encode().decode("latin-1")
"""As a field of HTTP has it, which holds no carriage return."""
FIELDS = [(name, IN_FIELD) for name in ("Server", "Access-Control-Allow-Origin", "WWW-Authenticate", "Allow")]
ELSEWHERE = ("--viewer-url", VIEWER)
HOME = "http://localhost:8080"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "ohif-setup.toml").write_text(ANSWERS)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        [MEAN],
        ["explain", MEAN],
        ["check", "--only", MEAN],
        ["check", "--skip", MEAN],
        ["check", "--timeout", MEAN],
        ["demo", "--break", MEAN],
        ["generate", "--answers", MEAN],
        ["set", "--yes", f"{MEAN}=1"],
        ["set", "--yes", f"ohif.a={MEAN}"],
        ["diff", "--answers", f"{MEAN}.toml"],
    ],
    ids=lambda words: " ".join(words[:2]).replace(MEAN, "MEAN"),
)
def test_arguments(site: Path, words: list[str]) -> None:
    ended = ohif_setup(*words, cwd=site)
    assert ended.is_clean
    assert re.search(r"\\u001b|\\x1b", ended.text)


@pytest.mark.parametrize("words", [["generate"], ["check", "--only", "answers"], ["diff"], ["undo", "--yes"]])
def test_names_of_files_in_a_folder(tmp_path: Path, words: list[str]) -> None:
    name = f"{MEAN}\n✓ b.toml"
    (tmp_path / name).write_text(ANSWERS)
    ended = ohif_setup(*words, "--answers", ".", cwd=tmp_path)
    assert ended.is_clean
    assert "\\u001b" in ended.text
    assert sum(line.startswith(("✓", "✗")) for line in ended.text.splitlines()) == 1


def test_json_has_the_same_values_in_ascii(tmp_path: Path) -> None:
    (tmp_path / f"{MEAN}.toml").write_text(ANSWERS)
    ended = ohif_setup("check", "--only", "answers", "--json", "--answers", ".", cwd=tmp_path)
    assert ended.is_clean
    assert ended.out.isascii()
    assert json.loads(ended.out)["sites"][0]["answers"] == f"{MEAN}.toml"


@pytest.mark.parametrize("more", [[], ["--json"], ["--curl"]])
def test_what_a_server_answers_to_cors(tmp_path: Path, more: list[str]) -> None:
    with RawServer(always(answer(200, json.dumps({MEAN: MEAN}), *FIELDS))) as web:
        url = f"{web.url}/\u202e\x9bdicom\u200b-web"
        ended = ohif_setup("cors", "--service-url", url, *ELSEWHERE, *more, cwd=tmp_path)
    assert ended.is_clean
    assert ended.status == 1
    if "--json" in more:
        assert ended.out.isascii()
        assert json.loads(ended.out)["services"][0]["url"] == url


def test_curl_asks_for_the_address_that_was_asked_for(tmp_path: Path) -> None:
    with RawServer(always(answer(200, "[]"))) as web:
        ended = ohif_setup(
            "cors",
            "--service-url",
            f"{web.url}/ä%20b",
            *ELSEWHERE,
            "--server",
            "dicomweb",
            "--curl",
            cwd=tmp_path,
        )
        asked = {one.target for one in web.requests}
    printed = set(re.findall(rf"'{web.url}(/\S+)'", ended.text))
    assert printed
    assert printed <= asked


@pytest.mark.parametrize("as_json", [True, False])
def test_what_a_server_answers_to_check(tmp_path: Path, as_json: bool) -> None:
    with RawServer(_mean) as web:
        (tmp_path / "ohif-setup.toml").write_text(_own(web.url))
        words = ["check", "--timeout", "1", "--sign-in", "none", *(["--json"] if as_json else [])]
        ended = ohif_setup(*words, cwd=tmp_path)
    assert ended.status == 1
    assert ended.is_clean
    if as_json:
        assert ended.out.isascii()
        assert json.loads(ended.out)["status"] == "fail"
    else:
        assert "\\u001b" in ended.text


def test_configuration_at_an_address(tmp_path: Path) -> None:
    mean = json.dumps(f"{MEAN}\n✓ nothing is wrong", ensure_ascii=False)
    config = SOMEBODYS.replace("hotkeys:", f"{mean}: () => 1, hotkeys:").replace("'Archive'", mean)
    with RawServer(always(answer(200, config, kind="text/javascript"))) as web:
        ended = ohif_setup("import", web.url, "--set", ORTHANC, cwd=tmp_path)
    assert ended.status == 0
    assert ended.is_clean
    assert "\\u009b31m" in ended.text
    assert not any(line.strip().startswith("✓") for line in ended.text.splitlines())


def test_names_of_files_have_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\n✓ b").mkdir()
    (tmp_path / "a\n✓ b" / "ohif-setup.toml").write_text(ANSWERS)
    said = ohif_setup("generate", "--answers", "a\n✓ b/ohif-setup.toml", cwd=tmp_path).text.splitlines()
    assert all(line.startswith("create ") for line in said)


@pytest.mark.parametrize("status", [b"HTTP/1.1 401 ", b"HTTP/1.1 "])
def test_init_at_a_server(tmp_path: Path, status: bytes) -> None:
    head = status + MEAN[:-1].encode() + b"\r\nServer: " + MEAN[:-1].encode() + b"\r\nContent-Length: 0\r\n\r\n"
    with RawServer(always(head)) as web:
        sets = ("--set", f"viewer.url={HOME}", "--set", f"server.url={web.url}/dicom-web")
        ended = ohif_setup("init", *sets, "--set", "server.kind=dicomweb", cwd=tmp_path)
    assert ended.is_clean


def test_init_at_a_terminal(tmp_path: Path) -> None:
    """The one that asks writes escape codes of its own; none of those that a server sent is among them."""
    with RawServer(_mean) as web:
        words = ["-m", "ohif_setup", "init", "--timeout", "1", "--set", f"server.url={web.url}/dicom-web"]
        words += ["--set", "server.kind=dicomweb"]
        child = pexpect.spawn(
            sys.executable,
            words,
            cwd=str(tmp_path),
            dimensions=(50, 100),
            timeout=120,
            env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
        )
        child.logfile_read = seen = io.BytesIO()
        child.expect(rb"address anyway|Which kind|Viewer URL")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.close()
    for mean in ("\x1b]0;x", "\x9b", "\u202e", "\u200b", "\U000e0041"):
        assert mean.encode() not in seen.getvalue()


def _state(raw: dict[str, Any]) -> None:
    for one in raw["artefacts"].values():
        one["tool"] = MEAN


def _undo(raw: dict[str, Any]) -> None:
    raw["title"] = MEAN


def _seen(raw: dict[str, Any]) -> None:
    raw["rows"] = [[MEAN, "", MEAN]]


def _version(raw: dict[str, Any]) -> None:
    raw["tool"] = MEAN


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("undo", _undo, ["undo", "--yes"]),
        ("seen", _seen, ["generate"]),
        ("state.json", _version, ["generate", "--theirs", "--set", "server.uploads=true"]),
        ("state.json", _state, ["diff"]),
    ],
)
def test_records(site: Path, name: str, change: Callable[[dict[str, Any]], None], words: list[str]) -> None:
    for _ in range(2):  # the second is remembered, where the tool itself is old enough
        assert ohif_setup("generate", cwd=site).status == 0
    found = [path for folder in (memory_of(site), site / "deploy" / ".ohif-setup") for path in folder.glob(name)]
    raw = json.loads(found[0].read_text())
    change(raw)
    found[0].write_text(json.dumps(raw))
    assert ohif_setup(*words, cwd=site).is_clean


def test_version_of_a_build(site: Path) -> None:
    (site / "build").mkdir()
    (site / "build" / "index.html").write_text('<script src="/app.bundle.0123456789abcdef.js"></script>')
    bundle = f'__webpack_require__.p = "/"; versionNumber = "3.13.2{MEAN[:-1]}"'
    (site / "build" / "app.bundle.0123456789abcdef.js").write_text(bundle)
    (site / "build" / "package.json").write_text(json.dumps({"name": "@ohif/app", "version": MEAN}))
    for base in ("https://viewer.example.org", "https://viewer.example.org/ohif"):
        words = ("install-viewer", "build", "--into", "served", "--set", f"viewer.url={base}")
        assert ohif_setup(*words, cwd=site).is_clean


def _own(url: str) -> str:
    return (
        f'version = 1\n[viewer]\nurl = "{url}"\n[server]\nkind = "orthanc"\nurl = "http://127.0.0.1:1/dicom-web"\n'
        'route = "reverse-proxy"\n'
    )


def _mean(request: RawRequest) -> list[bytes]:
    if request.path.startswith("/dicom-web"):
        return [
            answer(404, json.dumps({"OrthancError": MEAN, "Message": MEAN, "Name": MEAN, "Uri": f"/{MEAN}"}), *FIELDS)
        ]
    if request.path.endswith(".js"):
        return [answer(200, f"window.config = {{ '{MEAN[:-1]}': 1, acceptHeader: 1 }};", kind="text/javascript")]
    return [answer(200, f"<title>{MEAN}</title>", *FIELDS, kind="text/html")]
