"""The names that a script has without declaring them, against those that the engines give it."""

from __future__ import annotations

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ohif_setup.browser.globals import is_global
from ohif_setup.browser.values import Engine
from tests.growth import grows_with_its_input
from tests.oracle.engines import missing, started

PAGE = b"""<!doctype html><meta charset="utf-8"><script>
const names = new Set();
for (let one = window; one; one = Object.getPrototypeOf(one)) Object.getOwnPropertyNames(one).forEach(name => names.add(name));
fetch('/', { method: 'POST', body: JSON.stringify([...names]) });
</script>"""


@pytest.mark.parametrize(
    "name", ["window", "location", "URL", "URLSearchParams", "JSON", "console", "NaN", "onload", "top"]
)
def test_what_a_browser_has_is_known(name: str) -> None:
    assert is_global(name)


@pytest.mark.parametrize("name", ["root", "ROOT", "token", "process", "require", "module", "exports", "global", "$"])
def test_what_no_browser_has_is_not_taken_for_known(name: str) -> None:
    assert not is_global(name)


@pytest.mark.browser
@pytest.mark.parametrize("engine", ["chromium", "firefox", "webkit"])
def test_every_name_of_an_engine_is_known(engine: Engine, tmp_path: Path) -> None:
    lacking = missing(engine)
    if lacking:
        pytest.skip(lacking)
    found: queue.Queue[bytes] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def do_POST(self) -> None:
            found.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with started(engine, f"http://127.0.0.1:{server.server_port}/", tmp_path):
            names: list[str] = json.loads(found.get(timeout=60))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(names) > 800
    assert [name for name in names if not is_global(name)] == []


def test_long_name_takes_no_more_time_than_its_length_asks_for() -> None:
    assert grows_with_its_input(lambda size: is_global("A" + "a" * size + "$"), 5_000)
