"""What OHIF makes of configurations as people write them, against what the lint says of each; at http:// in a local network."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.read.config import read_config
from tests.browser import chromium
from tests.browser.viewer_host import KINDS
from tests.config_js.configs import SMALL

pytestmark = pytest.mark.browser

# An address of a local network, which the browser of these tests finds on loopback.
HOST = "192.168.7.20"
OBJECT = SMALL.removeprefix("window.config = ").removesuffix(";\n")
VERSION = "3.13.2"


class Viewer:
    """A viewer with a configuration, and an archive without studies at every path. `asked` are the paths and headers of its
    searches."""

    def __init__(self, build: Path, config: bytes) -> None:
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        viewer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                file = build / path.lstrip("/")
                if path.endswith("/studies"):
                    viewer.asked.append((path, {name.lower(): value for name, value in self.headers.items()}))
                    self._send("application/dicom+json", b"[]")
                elif path == "/app-config.js":
                    self._send("text/javascript", config)
                elif file.is_file() and file.suffix in KINDS:
                    self._send(KINDS[file.suffix], file.read_bytes())
                else:
                    self._send("text/html", (build / "index.html").read_bytes())

            def _send(self, kind: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Nothing on standard error."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://{HOST}:{self.server.server_port}/"


@contextmanager
def opened(browser: Browser, build: Path, config: str, encoding: str = "utf-8") -> Iterator[tuple[Viewer, Page]]:
    """That viewer in a page of its own, as soon as its scripts have run."""
    viewer = Viewer(build, config.encode(encoding))
    thread = threading.Thread(target=viewer.server.serve_forever)
    thread.start()
    try:
        with closing(chromium.new_profile(browser)) as profile, closing(profile.new_page()) as page:
            page.goto(viewer.url)
            yield viewer, page
    finally:
        viewer.server.shutdown()
        viewer.server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def lan_browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not chromium.PROGRAM.exists():
        pytest.skip("Debian's package chromium is not installed")
    expect.set_options(timeout=chromium.PATIENCE_SECONDS * 1000)
    with closing(chromium.launch(playwright, {}, tmp_path_factory.mktemp("home"), [HOST])) as browser:
        yield browser


def remarks(text: str) -> set[str]:
    return {one.id for one in lint(read_config(text), served_from=f"http://{HOST}")}


def wait_for_search(viewer: Viewer, page: Page) -> tuple[str, Mapping[str, str]]:
    expect(page.get_by_text("Study List").first).to_be_visible()
    deadline = time.monotonic() + chromium.PATIENCE_SECONDS
    while not viewer.asked:
        assert time.monotonic() < deadline, "the list asks nothing"
        page.wait_for_timeout(50)
    return viewer.asked[0]


@pytest.mark.parametrize(
    ("members", "path", "found"),
    [
        ("headers: { 'X-Ward': 'north' }, requestOptions: { auth: () => 'Bearer of-code' },", "/dicom-web", "dead-key"),
        ("requestOptions: { auth: 'ada:made-up' },", "/dicom-web", "dead-key"),
        ("onConfiguration: config => ({ ...config, qidoRoot: '/set/by/code' }),", "/set/by/code", "computed-roots"),
    ],
    ids=["functions", "login", "onConfiguration"],
)
def test_login_is_not_sent_and_a_root_of_code_is_asked(
    lan_browser: Browser, builds: Mapping[str, Path], members: str, path: str, found: str
) -> None:
    text = SMALL.replace("imageRendering", f"{members} imageRendering")
    with opened(lan_browser, builds[VERSION], text) as (viewer, page):
        asked, headers = wait_for_search(viewer, page)
        # The list appears at http:// in a local network, which is no secure page.
        assert page.evaluate("[isSecureContext, typeof crypto.subtle, typeof SharedArrayBuffer]") == [
            False,
            "undefined",
            "undefined",
        ]
    assert asked == f"{path}/studies"
    assert not headers.keys() & {"authorization", "x-ward"}
    assert found in remarks(text)


@pytest.mark.parametrize("left", ["${ARCHIVE}", "__ARCHIVE__"])
def test_placeholder_is_asked_for_as_it_is(lan_browser: Browser, builds: Mapping[str, Path], left: str) -> None:
    text = SMALL.replace("'/dicom-web'", f"'{left}/rs'")
    with opened(lan_browser, builds[VERSION], text) as (viewer, page):
        asked, _ = wait_for_search(viewer, page)
    assert asked.replace("%7B", "{").replace("%7D", "}") == f"/{left}/rs/studies"
    assert "placeholder" in remarks(text)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"extensions": [], "modes": []}),
        f"export default {OBJECT};",
        f"const config: AppTypes.Config = {OBJECT};\nwindow.config = config;",
        f"const config = {OBJECT};",
        f"module.exports = {OBJECT};",
        SMALL.replace("'/dicom-web'", "`${process.env.ARCHIVE}/rs`"),
        SMALL.replace("'/dicom-web'", "__ARCHIVE__"),
        SMALL.replace("'/dicom-web'", "{{ .Values.root }}", 1),
        SMALL.replace("'/dicom-web'", "import.meta.env.ROOT"),
    ],
    ids=["json", "module", "typescript", "const", "module.exports", "process", "name", "template", "import.meta"],
)
def test_what_is_no_configuration_shows_a_blank_page(
    lan_browser: Browser, builds: Mapping[str, Path], text: str
) -> None:
    with opened(lan_browser, builds[VERSION], text) as (viewer, page):
        page.wait_for_function("document.readyState === 'complete'")
        assert page.evaluate("window.config") is None
        assert page.inner_text("#root").strip() == ""
    assert viewer.asked == []
    assert why_not(text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_byte_order_mark_starts_the_viewer(lan_browser: Browser, builds: Mapping[str, Path], encoding: str) -> None:
    text = "window.config = { extensions: [] };\n" + SMALL
    with opened(lan_browser, builds[VERSION], text, encoding) as (viewer, page):
        assert wait_for_search(viewer, page)[0] == "/dicom-web/studies"
    assert why_not(text) is None
