"""Stands before a stand-in of the demo: passes requests on, but one address can be made to answer as in a bad dream."""

from __future__ import annotations

import http.client
import queue
import ssl
from collections.abc import Iterable
from types import TracebackType

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.https_server import HttpsServer
from tests.servers.raw import Handler, RawRequest, RawServer

HOP = {"connection", "content-length", "transfer-encoding", "host"}


class Interposer(RawServer):
    """`faults` holds handlers by the end of the path that they take over (`/token`, or `/` for all); `target` is what lies
    behind, and `trust` the CAs to trust there. `requests` keeps everything that came, headers and bodies whole. `name` is the host
    that it goes by; one that is not of this machine is reached through a `TunnelProxy` only."""

    def __init__(self, authority: CertificateAuthority, name: str = "127.0.0.1") -> None:
        super().__init__(self._route, authority.server_context((name, "localhost")))
        self.name = name
        self.faults: dict[str, Handler] = {}
        self.target: HttpsServer | None = None
        self.trust: ssl.SSLContext | None = None
        self._spare: queue.LifoQueue[http.client.HTTPSConnection] = queue.LifoQueue()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, traceback)
        while not self._spare.empty():
            self._spare.get().close()

    @property
    def url(self) -> str:
        return f"https://{self.name}:{self.port}"

    def heal(self) -> None:
        """Healthy again, and nothing remembered."""
        self.faults.clear()
        self.requests.clear()
        self.handler = self._route

    def keeps(self, request: RawRequest) -> bool:
        return self._fault(request) is None and self.handler is not None

    def _fault(self, request: RawRequest) -> Handler | None:
        return next((handler for end, handler in self.faults.items() if end == "/" or request.path.endswith(end)), None)

    def _route(self, request: RawRequest) -> Iterable[bytes]:
        fault = self._fault(request)
        return fault(request) if fault else [self._passed_on(request)]

    def _passed_on(self, request: RawRequest) -> bytes:
        connection = self._connection()
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", f"127.0.0.1:{connection.port}")
        for line in request.text.partition("\r\n\r\n")[0].split("\r\n")[1:]:
            name, _, value = line.partition(":")
            if name.lower() not in HOP:
                connection.putheader(name, value.strip())
        body = request.body.encode("latin-1")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        self._spare.put(connection)
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        lines += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() not in HOP]
        length = [] if answer.status == 204 else [f"Content-Length: {len(content)}"]
        return "\r\n".join([*lines, *length, "", ""]).encode("latin-1") + content

    def _connection(self) -> http.client.HTTPSConnection:
        assert self.target is not None
        try:
            return self._spare.get_nowait()
        except queue.Empty:
            return http.client.HTTPSConnection("127.0.0.1", self.target.port, timeout=10, context=self.trust)
