"""Bytes and headers that browsers obey: where `check` fails, the viewer in Chromium does not start, and where it passes it does."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser import chromium
from tests.browser.chromium import PATIENCE_SECONDS
from tests.browser.viewer_host import KINDS
from tests.flows.front_door import ohif_setup
from tests.servers.raw import RawRequest, RawServer, answer

pytestmark = pytest.mark.browser

VERSION = "3.13.2"
STUDY = {
    "0020000D": {"vr": "UI", "Value": ["2.25.1"]},
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^John"}]},
    "00100020": {"vr": "LO", "Value": ["1"]},
    "00080020": {"vr": "DA", "Value": ["20240101"]},
    "00080061": {"vr": "CS", "Value": ["CT"]},
}
NOSNIFF = ("X-Content-Type-Options", "nosniff")
GZIP = ("Content-Encoding", "gzip")
NO_PAGE = """() => document.readyState === "complete" && !document.getElementById("root")"""


@dataclass(frozen=True)
class Fault:
    """What is done to the answer for one file: a key of `_wrong`."""

    file: str
    how: str


class Viewer(RawServer):
    """A published build with an archive of one study behind it; one file may be served wrongly."""

    def __init__(self, build: Path) -> None:
        super().__init__(self._answer)
        self.build = build
        self.config = b""
        self.fault: Fault | None = None

    def _answer(self, request: RawRequest) -> list[bytes]:
        if request.path.startswith("/dicom-web"):
            return [answer(200, json.dumps([STUDY]), kind="application/dicom+json")]
        name = request.path.removeprefix("/") or "index.html"
        if "." not in name:
            name = "index.html"
        if name == "app-config.js":
            content = self.config
        elif (self.build / name).is_file():
            content = (self.build / name).read_bytes()
        else:
            return [answer(404, "no")]
        kind = KINDS.get(Path(name).suffix, "application/octet-stream")
        if request.header("Range"):
            return [answer(206, content[-65536:], kind=kind)]
        if self.fault is None or not name.startswith(self.fault.file):
            packed = gzip.compress(content, 1)
            return [answer(200, packed, GZIP, ("Cache-Control", "no-cache"), kind=kind)]
        return [_wrong(self.fault.how, content, kind)]


def _wrong(how: str, content: bytes, kind: str) -> bytes:
    packed = gzip.compress(content, 1)
    plain: Mapping[str, bytes] = {
        "gzip-unsaid": answer(200, packed, kind=kind),
        "gzip-said-of-plain": answer(200, content, GZIP, kind=kind),
        "gzip-twice-said-once": answer(200, gzip.compress(packed, 1), GZIP, kind=kind),
        "gzip-twice-said-twice": answer(200, gzip.compress(packed, 1), GZIP, GZIP, kind=kind),
        "cut-off": answer(200, content, kind=kind)[: -len(content) // 3],
        "utf-16": answer(200, content.decode("latin-1").encode("utf-16-le"), kind=kind),
        "utf-16-marked": answer(200, b"\xff\xfe" + content.decode("latin-1").encode("utf-16-le"), kind=kind),
        "text-nosniff": answer(200, content, NOSNIFF, kind="text/plain"),
        "text": answer(200, content, kind="text/plain"),
        "video": answer(200, content, kind="video/mp2t"),
        "unknown-coding": answer(200, content, ("Content-Encoding", "aws-chunked"), kind=kind),
    }
    return plain[how]


@pytest.fixture(scope="module")
def viewer(builds: Mapping[str, Path]) -> Iterator[Viewer]:
    with Viewer(builds[VERSION]) as running:
        yield running


@pytest.fixture(scope="module")
def chromium_here(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with closing(chromium.launch(playwright, {}, tmp_path_factory.mktemp("home"), ("localhost",))) as browser:
        yield browser


@pytest.mark.parametrize(
    ("fault", "starts"),
    [
        (Fault("none", ""), True),
        (Fault("app-config.js", "gzip-unsaid"), False),
        (Fault("app-config.js", "gzip-said-of-plain"), False),
        (Fault("app-config.js", "gzip-twice-said-once"), False),
        (Fault("app-config.js", "gzip-twice-said-twice"), True),
        (Fault("app-config.js", "cut-off"), False),
        (Fault("app-config.js", "utf-16"), False),
        (Fault("app-config.js", "utf-16-marked"), True),
        (Fault("app-config.js", "text-nosniff"), False),
        (Fault("app-config.js", "text"), True),
        (Fault("app-config.js", "video"), False),
        (Fault("app-config.js", "unknown-coding"), True),
        (Fault("app.bundle.0f6159c501addfe9.js", "gzip-unsaid"), False),
        (Fault("app.bundle.0f6159c501addfe9.js", "cut-off"), False),
        (Fault("app.bundle.0f6159c501addfe9.js", "text"), True),
        (Fault("index.html", "gzip-unsaid"), False),
        (Fault("index.html", "text"), False),
        (Fault("init-service-worker.js", "gzip-unsaid"), True),
    ],
    ids=lambda value: f"{value.file}-{value.how}" if isinstance(value, Fault) else "",
)
def test_check_fails_where_the_viewer_does_not_start(
    viewer: Viewer, chromium_here: Browser, tmp_path: Path, fault: Fault, starts: bool
) -> None:
    url = f"http://localhost:{viewer.port}"
    answers = tmp_path / "ohif-setup.toml"
    answers.write_text(
        f'version = 1\n[viewer]\nurl = "{url}"\nfolder = "/var/www/ohif"\n[server]\nkind = "orthanc"\n'
        'url = "http://127.0.0.1:8042/dicom-web"\n'
    )
    assert ohif_setup("generate", "--answers", str(answers), cwd=tmp_path).status == 0
    viewer.config = (tmp_path / "deploy" / "app-config.js").read_bytes()
    viewer.fault = fault
    only = ("--only", "viewer-config", "--only", "viewer-served")
    run = ohif_setup("check", "--answers", str(answers), "--json", *only, cwd=tmp_path)
    findings = json.loads(run.out)["findings"]
    assert all(one["status"] != "fail" for one in findings) == starts, findings
    with closing(chromium.new_profile(chromium_here)) as profile, closing(profile.new_page()) as page:
        fatal: list[str] = []
        page.on("pageerror", lambda error: fatal.append(str(error)))
        page.on("requestfailed", lambda request: fatal.append(request.url))
        page.goto(url, wait_until="commit")
        study = page.get_by_text("Doe, John", exact=True).first
        if starts:
            study.wait_for()
            return
        # Where no page is shown at all, nothing fails that a page could tell.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not fatal and not page.evaluate(NO_PAGE):
            assert time.monotonic() < deadline
            page.wait_for_timeout(50)
        assert not study.is_visible()
