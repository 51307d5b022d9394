"""The generated files of a web server, run as they are by Debian's nginx or Apache, and requests whose target is sent untouched."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.output.plan import plan
from tests.parts import apache, nginx

HOSTILE = "o \"q' b\\ack; #x {y} %z é🦀"
"""A name that any of the languages may trip over, without what the answers refuse."""

PAGE = b"<!doctype html><p>the viewer"
FILES = {
    "index.html": PAGE,
    "app-config.js": b"window.config = {};\n" * 100,
    "app.bundle.css": b"p { margin: 0 }",
    "a1b2.wasm": b"\0asm",
    "worker.mjs": b"export {}",
    "assets/icon.png": b"png",
    "customizations/index.html": b"another page",
    "customizations/tools.jsonc": b"{}",
    "manifest.json": b"{}",
    "app.js.map": b"{}",
    "logo.svg": b"<svg/>",
    "favicon.ico": b"ico",
    "font.woff2": b"font",
    "robots.txt": b"x",
    "browserconfig.xml": b"<x/>",
    "ort/model.onnx": b"onnx",
}
TYPES = {
    "html": ["text/html"],
    "js": ["text/javascript"],
    "mjs": ["text/javascript"],
    "css": ["text/css"],
    "wasm": ["application/wasm"],
    "json": ["application/json"],
    "jsonc": ["application/json"],
    "map": ["application/json"],
    "png": ["image/png"],
    "svg": ["image/svg+xml"],
    "ico": ["image/vnd.microsoft.icon"],
    "woff2": ["font/woff2"],
    "txt": ["text/plain"],
    "xml": ["application/xml"],
    "onnx": ["application/octet-stream"],
}
"""By extension."""


@dataclass(frozen=True)
class Answer:
    """What came back; names of fields in lower case."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def of(self, name: str) -> list[str]:
        """The values of a field, in order."""
        return [value for known, value in self.fields if known == name]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int,
    target: str,
    method: str = "GET",
    body: bytes = b"",
    tls: ssl.SSLContext | None = None,
    *,
    address: str = "127.0.0.1",
    more: Mapping[str, str] | None = None,
    **fields: str,
) -> Answer:
    """One request; `Content_Type="..."` for a field, `more` of them by their names. The target goes out as it is."""
    fields |= more or {}
    connection = (
        http.client.HTTPSConnection(address, port, timeout=20, context=tls)
        if tls
        else http.client.HTTPConnection(address, port, timeout=20)
    )
    try:
        connection.putrequest(method, target, skip_host="Host" in fields, skip_accept_encoding=True)
        for name, value in fields.items():
            connection.putheader(name.replace("_", "-"), value)
        if body or method == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        found = tuple((name.lower(), value) for name, value in response.getheaders())
        return Answer(response.status, found, response.read())
    finally:
        connection.close()


def generated(answers: Mapping[str, Any]) -> dict[str, str]:
    """The text of each artefact by its name."""
    return {one.name: one.text for one in plan(Answers.model_validate(answers))}


def viewer_folder(parent: Path, name: str = HOSTILE) -> Path:
    """A folder that stands for a built viewer, readable by all."""
    folder = parent / name
    for file, content in FILES.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@contextmanager
def front(kind: str, folder: Path, answers: Mapping[str, Any]) -> Iterator[int]:
    """nginx or Apache runs with the generated files, unmodified; gives its port. Complaints of its own test are a failure."""
    files = generated(answers)
    port: int = answers["proxy"]["listen"]
    folder.mkdir()
    mine = [name for name in ("nginx.conf", "nginx-cors.conf", "ohif-listen.conf", "ohif.conf") if name in files]
    paths = [folder / f"generated-{name}" for name in mine]
    for name, path in zip(mine, paths, strict=True):
        path.write_text(files[name], encoding="utf-8")
    if kind == "nginx":
        # What nginx serves where nobody says what: Debian's welcome page.
        for welcome in ("index.html", "dicom-web/index.html", "dicom-web/system", "system"):
            page = folder / "html" / welcome
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text("Welcome to nginx!")
        # Without Debian's MIME types: the file has its own.
        assert nginx.nginx_test(folder, paths, mime_types=False) == ""
        with nginx.nginx_with(folder, paths, [port], mime_types=False):
            yield port
        return
    modules = (*apache.ENABLED, "ssl")
    assert apache.apache_test(folder, paths, modules) == ""
    with apache.apache_with(folder, paths, [port], modules):
        yield port


class _Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said = json.dumps({"path": self.path, "fields": {name.lower(): value for name, value in self.headers.items()}})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def echo(tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The origin of a server that answers with the path and the header fields that reached it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
