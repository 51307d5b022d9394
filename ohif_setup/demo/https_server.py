"""A real HTTPS server on loopback, the base class of all stand-ins."""

from __future__ import annotations

import contextlib
import email.utils
import http
import socket
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from ohif_setup.demo.certificates import CertificateAuthority, CertificateKind
from ohif_setup.demo.exchange import RecordedRequest, Reply, Request

LOOPBACK = "127.0.0.1"
HANDSHAKE_SECONDS = 10.0
IDLE_SECONDS = 60.0
LARGEST_BODY = 256 * 1024 * 1024

_Accepted = socket.socket | tuple[bytes, socket.socket]


class HttpsServer(ABC):
    """A stand-in: `with` starts it on 127.0.0.1 and stops it; `answer` returns its replies.

    `public_url` is the address that it advertises, for clients that resolve its host to loopback; the host name is added to the
    certificate, as are `hosts`. To be set while it runs: `delay` (seconds before each answer), `clock_skew` (seconds that its clock
    is ahead), `certificate` (for future connections).
    """

    def __init__(
        self,
        authority: CertificateAuthority,
        *,
        public_url: str | None = None,
        hosts: Sequence[str] = (),
        port: int = 0,
        certificate: CertificateKind = "valid",
    ) -> None:
        self.delay = 0.0
        self.clock_skew = 0.0
        self.certificate: CertificateKind = certificate
        self._authority = authority
        self._public_url = None
        public_host = None
        if public_url:
            self._public_url = public_url.rstrip("/")
            public_host = urlsplit(public_url).hostname
        self._hosts = tuple(dict.fromkeys(filter(None, [LOOPBACK, "localhost", public_host, *hosts])))
        self._port = port
        self._contexts: dict[CertificateKind, ssl.SSLContext] = {}
        self._recorded: list[RecordedRequest] = []
        self._failures: list[Exception] = []
        self._lock = threading.Lock()
        self._listener: _Listener | None = None

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """The reply to a request. Called from many threads at the same time."""

    @property
    def url(self) -> str:
        """The address that it advertises, without a trailing slash."""
        return self._public_url or self.listen_url

    @property
    def listen_url(self) -> str:
        """The address at which it listens, whatever it advertises."""
        return f"https://{LOOPBACK}:{self.port}"

    @property
    def port(self) -> int:
        """The TCP port. Kept after `stop`, so that a stopped server refuses connections and can be started again."""
        if self._port == 0:
            raise RuntimeError("the stand-in has no port before it is started")
        return self._port

    @property
    def requests(self) -> list[RecordedRequest]:
        """A copy of the records of all requests so far, in the order of arrival."""
        with self._lock:
            return list(self._recorded)

    def forget_requests(self) -> None:
        """Deletes the records of requests so far."""
        with self._lock:
            self._recorded.clear()

    def now(self) -> float:
        """The time by this server's clock, in seconds since 1970."""
        return time.time() + self.clock_skew

    def start(self) -> None:
        """Starts to listen, on the same port as before where it was stopped in between."""
        if self._listener is None:
            self._listener = _Listener(self._port, self._reply, self._context, self.now)
            self._port = self._listener.server_address[1]
            # A short poll interval, because shutdown() waits for one; the default of half a second adds up in tests.
            threading.Thread(target=self._listener.serve_forever, args=(0.005,), daemon=True).start()

    def stop(self) -> None:
        """Closes the port and all open connections."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener.close_connections()
            self._listener = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        if self._failures and error is None:
            raise RuntimeError(f"{type(self).__name__} failed while answering") from self._failures[0]

    def _context(self) -> ssl.SSLContext:
        kind = self.certificate
        with self._lock:
            if kind not in self._contexts:
                self._contexts[kind] = self._authority.server_context(self._hosts, kind)
            return self._contexts[kind]

    def _reply(self, request: Request) -> Reply:
        with self._lock:
            self._recorded.append(request.noted())
        if self.delay:
            time.sleep(self.delay)
        try:
            return self.answer(request)
        except Exception as error:
            # A bug of the stand-in must fail the test (see __exit__), not look like an answer of Microsoft's.
            self._failures.append(error)
            return Reply.text(500, "the stand-in failed")


class _Listener(ThreadingHTTPServer):
    """Does the TLS handshake in the thread of each connection, so that a client that is stuck does not block the others."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        reply: Callable[[Request], Reply],
        context: Callable[[], ssl.SSLContext],
        now: Callable[[], float],
    ) -> None:
        super().__init__((LOOPBACK, port), _HttpsHandler)
        self.reply = reply
        self.context = context
        self.now = now
        self._open: set[ssl.SSLSocket] = set()
        self._open_lock = threading.Lock()

    def finish_request(self, request: _Accepted, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        # A client that refuses the certificate is a normal case here; the tool under test reports it.
        with contextlib.suppress(OSError, ValueError):
            request.settimeout(HANDSHAKE_SECONDS)
            # The context is chosen for each connection, because a test may change `certificate` while the server runs.
            with self.context().wrap_socket(request, server_side=True) as connection:
                with self._open_lock:
                    self._open.add(connection)
                try:
                    _HttpsHandler(connection, client_address, self)
                finally:
                    with self._open_lock:
                        self._open.discard(connection)

    def handle_error(self, request: _Accepted, client_address: object) -> None:
        """Prints nothing: clients that hang up or refuse the certificate are expected."""

    def close_connections(self) -> None:
        """Closes the connections that clients keep alive."""
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    # Below TLS on purpose: the thread that reads from it must be woken at once, not waited for.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _HttpsHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: _Listener

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        # Chunked bodies are not implemented. The connection is closed, because the unread body would be taken for the
        # next request.
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            status = 413
            if "Transfer-Encoding" in self.headers:
                status = 411
            self._send(Reply(status))
            return
        target = urlsplit(self.path)
        request = Request(
            self.command,
            target.path,
            tuple(parse_qsl(target.query, keep_blank_values=True)),
            tuple((name, value) for name, value in self.headers.items()),
            self.rfile.read(int(length)),
        )
        self._send(self.server.reply(request))

    def _send(self, reply: Reply) -> None:
        lines = [f"HTTP/1.1 {reply.status} {http.HTTPStatus(reply.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        # By the clock of the stand-in: checks compare a token with the Date of the server.
        lines.append(f"Date: {email.utils.formatdate(self.server.now(), usegmt=True)}")
        if reply.status != 204:
            lines.append(f"Content-Length: {len(reply.body)}")
        if self.close_connection:
            lines.append("Connection: close")
        # Written in one piece: http.server's own methods would send several small packets.
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if self.command != "HEAD" and reply.status != 204:
            head += reply.body
        self.wfile.write(head)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing."""
