"""A proxy that makes tunnels, all of them to this machine."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

from tests.servers.raw import RawRequest, RawServer


class TunnelProxy(RawServer):
    """Takes CONNECT and passes everything on to the port that was asked for, on this machine whatever the host; with `opens` it
    shows that certificate itself, as a company's proxy does that looks into TLS."""

    def __init__(self, opens: ssl.SSLContext | None = None) -> None:
        super().__init__(self._unused)
        self._opens = opens

    def _unused(self, _: RawRequest) -> Iterator[bytes]:
        yield b""

    def _talk(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ", 2)
        self.requests.append(RawRequest(method, target, head.decode()))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if self._opens:
            self._opens.wrap_socket(connection, server_side=True)
            return
        with socket.create_connection(("127.0.0.1", int(target.rpartition(":")[2])), timeout=10) as beyond:
            back = threading.Thread(target=_pump, args=(beyond, connection), daemon=True)
            back.start()
            _pump(connection, beyond)
            back.join(5)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
