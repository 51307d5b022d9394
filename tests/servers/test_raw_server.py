"""The servers of the tests themselves: no thread of theirs goes on, or even spins, for a client that has gone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest

from tests.servers.proxy import TunnelProxy
from tests.servers.raw import RawServer, always, never


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(
            lambda: RawServer(always()), b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf", id="in-the-body"
        ),
        pytest.param(lambda: RawServer(never), b"GET / HTTP/1.1\r\n\r\n", id="while-it-waits"),
        pytest.param(TunnelProxy, b"CONNECT", id="before-a-tunnel"),
    ],
)
def test_client_that_hangs_up_leaves_no_thread(make: Callable[[], RawServer], said: bytes) -> None:
    with make() as server:
        running = set(threading.enumerate())
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(said)
        deadline = time.monotonic() + 30
        while not server.connections or not set(threading.enumerate()) <= running:
            assert time.monotonic() < deadline
            time.sleep(0.01)
