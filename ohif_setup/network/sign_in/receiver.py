"""Receives the answer of a sign-in in the browser, at `http://localhost` on a free port.

MSAL's own receiver handles one connection at a time (browsers open spare ones on which they send nothing), writes the authorization
code into its log, and prints a traceback for a request that it cannot parse.
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
"""Maximum size of an answer in bytes; code and state have a few thousand at most."""
# How long a connection may stay silent; it only occupies a thread.
_SILENCE_SECONDS = 30.0
_DONE = b"<!doctype html><title>ohif-setup</title><p>The terminal has received the answer. You can close this page."
_ODD = b"<!doctype html><title>ohif-setup</title><p>This is not the sign-in answer that the terminal is waiting for."


class Receiver:
    """Listens inside a `with` block, on 127.0.0.1 only. Accepts a POST (`response_mode=form_post`) with the right state."""

    def __init__(self, state: str = "") -> None:
        self.state = state
        self._answers: queue.Queue[dict[str, str]] = queue.Queue()
        self._server = _Server(self._take)

    @property
    def redirect_uri(self) -> str:
        """The address to which the provider sends the browser."""
        # Entra ID ignores the port of `http://localhost`, so the registered URI matches any free port.
        return f"http://localhost:{self._server.server_address[1]}"

    def wait(self, seconds: float, tick: Callable[[float], None]) -> Mapping[str, str] | None:
        """The fields of the answer; None if none arrived in time. `tick` is called about once a second with the seconds left."""
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
        # Any page in the browser can post here; only the provider's answer has the state. An unset state accepts nothing.
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
        """Prints nothing: browsers close connections at any time."""


class _RedirectHandler(BaseHTTPRequestHandler):
    timeout = _SILENCE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        self._send(400, _ODD)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        # Nine digits are enough for the comparison, and int() would refuse thousands of them with an error.
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
        """Logs nothing: the address of a request may contain a code."""
