"""Takes the answer of a sign-in in the browser, at `http://localhost` on a free port.

MSAL has a receiver too, but that one waits for one connection at a time (a browser opens spare ones that stay silent), writes
the authorization code into its log, and shows a traceback for a request that it cannot read.
"""

from __future__ import annotations

import hmac
import queue
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

LARGEST = 256 * 1024
"""Bytes of an answer; codes and state have some thousand at most."""
_SILENCE_SECONDS = 30.0
_DONE = (
    b"<!doctype html><title>ohif-setup</title><p>The sign-in has come back to the terminal. This page can be closed."
)
_ODD = b"<!doctype html><title>ohif-setup</title><p>That is not the answer that the terminal waits for."


class Receiver:
    """Listens from `with` on, on 127.0.0.1 only. Takes a POST (`response_mode=form_post`) that carries the right state."""

    def __init__(self, state: str = "") -> None:
        self.state = state
        self._answers: queue.Queue[dict[str, str]] = queue.Queue()
        self._server = _Server(self._take)

    @property
    def redirect_uri(self) -> str:
        """Where the provider has to send the browser."""
        return f"http://localhost:{self._server.server_address[1]}"

    def wait(self, seconds: float, tick: Callable[[float], None]) -> Mapping[str, str] | None:
        """The fields of the answer, None when none came in time. `tick` gets the seconds that are left, about once a second."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            tick(left)
            try:
                return self._answers.get(timeout=min(1.0, left))
            except queue.Empty:
                continue
        return None

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, form: bytes) -> bool:
        fields = dict(parse_qsl(form.decode("utf-8", "replace")))
        if not self.state or not hmac.compare_digest(fields.get("state", "").encode(), self.state.encode()):
            return False
        if not fields.keys() & {"code", "error"}:
            return False
        self._answers.put(fields)
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, take: Callable[[bytes], bool]) -> None:
        super().__init__(("127.0.0.1", 0), _RedirectHandler)
        self.take = take

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that hangs up here is no news."""


class _RedirectHandler(BaseHTTPRequestHandler):
    timeout = _SILENCE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        self._send(400, _ODD)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        known = length.isascii() and length.isdecimal() and int(length[:9]) <= LARGEST
        taken = known and self.server.take(self.rfile.read(int(length)))
        if taken:
            self._send(200, _DONE)
        else:
            self._send(400, _ODD)

    def _send(self, status: int, page: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the address of a request may hold a code."""
