"""Requests that HTTP libraries do not send: a target that is neither decoded nor normalised, and an announced body that never
follows."""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import socket
import time

from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.values import Headers
from ohif_setup.network.wire import surroundings
from ohif_setup.network.wire.exchange import Received, Trouble
from ohif_setup.network.wire.origin import origin_of
from ohif_setup.network.wire.session import SIZE_LIMIT, unpacked
from ohif_setup.network.wire.troubles import trouble_of
from ohif_setup.paste.urls import DEFAULT_PORTS


def ask_as_is(
    method: str, url: str, target: str, headers: Headers, timeout: float, *, address: str = ""
) -> Received | Trouble:
    """Sends one request with exactly this target and these headers to the host of `url`, on its own connection.

    `timeout` (seconds) bounds each step; if no connection can be made in time, the trouble is `unreachable`. `address` is the IP
    address to connect to, by default any of the host's. Nothing is sent if the environment names a proxy for `url`, because a proxy
    would change the request.
    """
    proxy = surroundings.proxy_for(url)
    if proxy:
        return Trouble("proxy", "not sent: a proxy would change the request", proxy)
    start = time.monotonic()
    try:
        connection = _connection(url, timeout, address)
    except (OSError, ValueError) as error:
        return trouble_of(error)
    try:
        # Without these two flags http.client would add both headers by itself.
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        # One byte more than allowed, to recognise a body that is too large.
        content = response.read(SIZE_LIMIT + 1)
        left = response.length or 0
    except http.client.RemoteDisconnected as error:
        return Trouble("reset", str(error))
    except http.client.HTTPException as error:
        return Trouble("broken", f"the answer is not HTTP ({type(error).__name__})")
    except (OSError, ValueError) as error:
        return trouble_of(error)
    finally:
        connection.close()
    if len(content) > SIZE_LIMIT:
        return Trouble("endless", f"the body is larger than {SIZE_LIMIT} bytes")
    if left:
        return Trouble("cut", f"the body ends {left} bytes too early")
    plain = unpacked(content, response.getheader("Content-Encoding", ""))
    if isinstance(plain, Trouble):
        return plain
    return Received(response.status, tuple(response.getheaders()), body=plain, seconds=time.monotonic() - start)


def host_of(url: str) -> str:
    """The value of the `Host` header for a URL, without a login."""
    return parts_of(url).netloc.rpartition("@")[2]


def target_of(url: str) -> str:
    """The path and query of a URL, exactly as written."""
    # urlsplit would drop line ends, tabs and an empty query.
    scheme, _, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    if slash and scheme and place:
        return f"/{path}"
    return "/"


def _connection(url: str, timeout: float, address: str) -> http.client.HTTPConnection:
    parts = parts_of(origin_of(url))
    place = (address or parts.host, parts.port or DEFAULT_PORTS[parts.scheme])
    connection = http.client.HTTPConnection(*place, timeout=timeout)
    # The socket is made here, so that it can go to `address` while TLS still verifies the name of the host.
    connection.sock = _connected(place, timeout)
    if parts.scheme == "https":
        context = surroundings.client_context(surroundings.ca_bundle(os.environ)[0])
        connection.sock = context.wrap_socket(connection.sock, server_hostname=parts.host)
    return connection


def _connected(place: tuple[str, int], timeout: float) -> socket.socket:
    with contextlib.suppress(TimeoutError):
        return socket.create_connection(place, timeout)
    # Raised outside the handler: inside, the TimeoutError would be its context, and `trouble_of` would report that as the cause.
    raise OSError(errno.EHOSTUNREACH, "no connection could be made in time")
