"""HTTP as the checks need it: raw header fields, no redirect followed, no cookie kept, everything limited in time and size."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
import requests.adapters
import requests.auth

from ohif_setup import __version__
from ohif_setup.network.exchange import Exchange, Headers, Received, Sent, Trouble
from ohif_setup.network.troubles import trouble_of

SIZE_LIMIT = 2 * 1024 * 1024
"""Bytes of a body that are read; discovery documents, study lists and error pages are far below it."""

PER_HOST = 8
"""Requests under way to one host at a time."""

REDACTED = "Bearer [token]"


@dataclass(frozen=True)
class Token:
    """An access token and the one origin that it may be sent to."""

    value: str = field(repr=False)
    origin: str


class _NoNetrc(requests.auth.AuthBase):
    """Keeps requests from adding a password out of ~/.netrc."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class Http:
    """A session with kept connections, for use by many threads.

    `timeout` (seconds) bounds each exchange as a whole, from the name look-up to the last byte. Proxies and
    `REQUESTS_CA_BUNDLE` come from the environment, as a user expects of requests.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._slots: dict[str, threading.Semaphore] = {}
        self._slots_lock = threading.Lock()
        self._session = requests.Session()
        self._session.headers.clear()
        self._session.auth = _NoNetrc()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = requests.adapters.HTTPAdapter(pool_connections=32, pool_maxsize=32, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(
        self,
        method: str,
        url: str,
        headers: Headers = (),
        *,
        body: Mapping[str, str] | None = None,
        token: Token | None = None,
        verify: str | bool = True,
    ) -> Exchange:
        """One request; never raises for what the network does.

        `body` is sent as a form. `verify` may name a CA file to use instead of the environment's. Raises ValueError when a
        token would go to another origin than its own: that would be a bug of ours.
        """
        sent_headers = (("User-Agent", f"ohif-setup/{__version__}"), *headers, ("Accept-Encoding", "identity"))
        if token and _origin(url) != token.origin:
            raise ValueError(f"a token for {token.origin} must not be sent to {url}")
        sent = Sent(method, url, (*headers, ("Authorization", REDACTED)) if token else headers)
        wire = dict(sent_headers) | ({"Authorization": f"Bearer {token.value}"} if token else {})
        # A server that sends its headers a byte at a time resets every socket timeout, so the whole exchange runs in a
        # thread of its own, which is left behind when the time is up.
        outcome: list[Received | Trouble] = []
        worker = threading.Thread(
            target=lambda: outcome.append(self._exchange(method, url, wire, body, verify)), daemon=True
        )
        with self._slot(_origin(url)):
            worker.start()
            worker.join(self.timeout + 0.5)
        result = outcome[0] if outcome else Trouble("timeout", f"no complete answer within {self.timeout:g} s")
        return Exchange(sent, trouble=result) if isinstance(result, Trouble) else Exchange(sent, received=result)

    def _slot(self, origin: str) -> threading.Semaphore:
        with self._slots_lock:
            return self._slots.setdefault(origin, threading.Semaphore(PER_HOST))

    def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: Mapping[str, str] | None, verify: str | bool
    ) -> Received | Trouble:
        for last_try in (False, True):
            try:
                return self._once(method, url, headers, body, verify)
            except Exception as error:
                trouble = trouble_of(error)
                # A kept connection may have been closed by the server meanwhile: that says nothing, so ask once more.
                if trouble.kind != "reset" or last_try or method not in ("GET", "OPTIONS"):
                    return trouble
        raise AssertionError

    def _once(
        self, method: str, url: str, headers: dict[str, str], body: Mapping[str, str] | None, verify: str | bool
    ) -> Received | Trouble:
        start = time.monotonic()
        response = self._session.request(
            method,
            url,
            headers=headers,
            data=body,
            stream=True,
            allow_redirects=False,
            timeout=self.timeout,
            verify=verify,
        )
        with response:
            content = bytearray()
            for chunk in response.iter_content(65536):
                content += chunk
                if len(content) > SIZE_LIMIT:
                    return Trouble("endless", f"the body is larger than {SIZE_LIMIT} bytes")
                if time.monotonic() - start > self.timeout:
                    return Trouble("timeout", f"the body did not end within {self.timeout:g} s")
            fields = tuple((str(name), str(value)) for name, value in response.raw.headers.iteritems())
        return Received(response.status_code, fields, bytes(content), time.monotonic() - start)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def token_for(value: str, url: str) -> Token:
    """A token bound to the origin of `url`."""
    return Token(value, _origin(url))
