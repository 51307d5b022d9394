"""The server of the oracle: the page that drives an engine, and the random servers of the cases, on raw sockets of loopback."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from tests.oracle.case import Case, Places

BATCH = 200
PAGE = Path(__file__).with_name("page.html")
REASONS: Mapping[int, str] = {200: "OK", 204: "No Content", 304: "Not Modified"}


@dataclass(frozen=True)
class Asked:
    """A request that arrived for a case: at which stop, and its headers in lower case (the last of a name counts)."""

    stop: int
    method: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What the page saw of a case: `status` is 0 when the browser let nothing through, `error` is for the unexpected."""

    status: int
    error: str = ""


@dataclass
class Run:
    """One engine's way through the cases, or our own."""

    name: str
    cases: Sequence[Case]
    urls: Sequence[str] = ()
    next_batch: int = 0
    last_sign: float = field(default_factory=time.monotonic)
    asked: dict[int, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)
    agent: str = ""
    done: threading.Event = field(default_factory=threading.Event)


class CaseServer:
    """Serves pages and cases in a thread of its own. Use it as a context."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.places = Places("", "", "", "")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="case-server", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()

    def __enter__(self) -> CaseServer:
        self._thread.start()
        ports = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        home, near, far = (f"http://127.0.0.1:{port}" for port in ports)
        self.places = Places(home, near, f"http://localhost:{ports[1]}", far)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def begin(self, name: str, cases: Sequence[Case], urls: Sequence[str] = ()) -> Run:
        """A new run. Its page is at `page_url(run)`."""
        run = self.runs[name] = Run(name, cases, urls)
        return run

    def page_url(self, run: Run) -> str:
        return f"{self.places.home}/page/{run.name}"

    async def _start(self) -> list[int]:
        self._servers = [await asyncio.start_server(self._connected, "127.0.0.1", 0) for _ in range(3)]
        return [server.sockets[0].getsockname()[1] for server in self._servers]

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the browser closed the connection, or the run is over
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")[:-2]
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("transfer-encoding") == "chunked":
            await reader.readuntil(b"0\r\n\r\n")
        kind, run, *rest = [*path.partition("?")[0].strip("/").split("/"), ""]
        if kind == "case":
            writer.write(self._answer_case(run, int(rest[0]), int(rest[1]), method, headers))
        else:
            writer.write(self._answer_page(kind, run, headers, body))
        await writer.drain()
        return True

    def _answer_case(self, name: str, number: int, stop: int, method: str, headers: Mapping[str, str]) -> bytes:
        run = self.runs[name]
        case = run.cases[number]
        run.asked[number].append(Asked(stop, method, headers))
        if stop >= len(case.stops):
            return _message(410, ["Access-Control-Allow-Origin: *"], b"behind the last stop", method)
        at = case.stops[stop]
        is_preflight = method == "OPTIONS" and "access-control-request-method" in headers
        reply = at.preflight if is_preflight else at.answer
        lines = [self.places.fill(line, name, number, stop, case) for line in reply.lines]
        return _message(reply.status, lines, b"seen", method)

    def _answer_page(self, kind: str, name: str, headers: Mapping[str, str], body: bytes) -> bytes:
        run = self.runs.get(name)
        if run is None:
            return _message(404, [], b"", "GET")
        run.last_sign = time.monotonic()
        if kind == "page":
            run.agent = headers.get("user-agent", "")
            return _message(200, ["Content-Type: text/html; charset=utf-8"], PAGE.read_bytes(), "GET")
        if kind == "batch":
            return _message(200, ["Content-Type: application/json"], json.dumps(self._batch(run)).encode(), "GET")
        if kind == "urls":
            return _message(200, ["Content-Type: application/json"], json.dumps(run.urls).encode(), "GET")
        if kind == "origins":
            run.origins = json.loads(body)
            run.done.set()
        else:
            run.outcomes |= {number: Outcome(status, error) for number, status, error in json.loads(body)}
        return _message(204, [], b"", "POST")

    def _batch(self, run: Run) -> list[dict[str, object]]:
        numbers = range(run.next_batch, min(run.next_batch + BATCH, len(run.cases)))
        run.next_batch = numbers.stop
        return [
            {
                "number": number,
                "url": self.places.url(run.name, number, 0, case),
                "method": case.method,
                "headers": case.headers,
                "credentials": case.credentials,
                "upload_listeners": case.upload_listeners,
                "api": case.api,
            }
            for number, case in ((number, run.cases[number]) for number in numbers)
        ]


def _message(status: int, lines: list[str], body: bytes, method: str) -> bytes:
    empty = status in {204, 304} or 100 <= status < 200
    own = [] if empty else [f"Content-Length: {len(body)}"]
    head = "\r\n".join(
        [f"HTTP/1.1 {status} {REASONS.get(status, 'Made Up')}", "Cache-Control: no-store", *lines, *own, "", ""]
    )
    return head.encode("latin-1") + (b"" if empty or method == "HEAD" else body)
