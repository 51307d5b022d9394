"""A server of raw bytes on loopback: it can do what no proper server does."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self


class CutError(Exception):
    """Raised by a handler: the connection is to be reset."""


@dataclass(frozen=True)
class RawRequest:
    """A request as it came; `text` is all of it, to look for what must not be there."""

    method: str
    target: str
    text: str

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def body(self) -> str:
        return self.text.partition("\r\n\r\n")[2]

    def header(self, name: str) -> str:
        for line in self.text.partition("\r\n\r\n")[0].split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""


Handler = Callable[[RawRequest], Iterable[bytes]]
"""The pieces of the answer to a request; the connection is closed behind them. May never end: it is left when the client goes."""


class RawServer:
    """Listens on 127.0.0.1 (or another loopback address) in `with`. Without a TLS context it speaks plain HTTP.

    `handler` and `context` may be changed while it runs; `handler` None accepts connections and never reads from them.
    With `blurts` it says that to whatever comes first, and hangs up.
    """

    def __init__(
        self,
        handler: Handler | None,
        context: ssl.SSLContext | None = None,
        *,
        address: str = "127.0.0.1",
        blurts: bytes | None = None,
    ) -> None:
        self.handler = handler
        self.context = context
        self.blurts = blurts
        self.requests: list[RawRequest] = []
        self.connections = 0
        self.stopped = threading.Event()
        self._listener = socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET
        )
        self._open: set[socket.socket] = set()
        self.address = address
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{'https' if self.context else 'http'}://{host}:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        self._open.add(plain)
        connection = plain
        try:
            if self.blurts is not None:
                plain.recv(65536)
                plain.sendall(self.blurts)
                return
            if self.handler is None:
                self.stopped.wait()
                return
            if self.context:
                connection = self.context.wrap_socket(plain, server_side=True)
                self._open.add(connection)
            self._talk(connection)
        except CutError:
            # A linger of 0 seconds makes close() send RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (OSError, ValueError):
            pass
        finally:
            self._open -= {plain, connection}
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        while self.handler and (request := _read(connection)):
            self.requests.append(request)
            for piece in self.handler(request):
                if self.stopped.is_set() or (not piece and _hung_up(connection)):
                    return
                connection.sendall(piece)
            if not self.keeps(request):
                break
        if isinstance(connection, ssl.SSLSocket):
            connection.unwrap()

    def keeps(self, request: RawRequest) -> bool:  # noqa: ARG002 - for those that do
        """Whether the connection stays open behind the answer to `request`."""
        return False


def _hung_up(connection: socket.socket) -> bool:
    """Whether a client that waits for an answer says anything: by TLS or TCP that can only be the end."""
    return bool(select.select([connection], [], [], 0)[0])


def _read(connection: socket.socket) -> RawRequest | None:
    """None when the client hangs up before the end of its request, as one does that got no `100 Continue`."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ", 2)
    return RawRequest(method, target, (head + b"\r\n\r\n" + body).decode("latin-1"))


def answer(status: int, body: bytes | str = b"", *headers: tuple[str, str], kind: str = "application/json") -> bytes:
    """One whole answer, with the headers as they are, however wrong."""
    content = body.encode() if isinstance(body, str) else body
    lines = [
        f"HTTP/1.1 {status} Status",
        f"Content-Type: {kind}",
        f"Content-Length: {len(content)}",
        "Connection: close",
    ]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def always(*pieces: bytes) -> Handler:
    """Answers each request with these bytes."""
    return lambda _: pieces


def for_ever(head: bytes, piece: bytes, seconds: float = 0.0) -> Handler:
    """Sends `head`, then `piece` over and over, with a pause of so many seconds."""

    def handler(_: RawRequest) -> Iterator[bytes]:
        yield head
        for _again in itertools.count():
            if seconds:
                threading.Event().wait(seconds)
            yield piece

    return handler


def never(_: RawRequest) -> Iterator[bytes]:
    """Reads the request and keeps silent."""
    while True:
        threading.Event().wait(0.05)
        yield b""


def cut(_: RawRequest) -> Iterator[bytes]:
    """Reads the request and resets the connection."""
    raise CutError
    yield b""
