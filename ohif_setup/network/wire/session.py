"""The requests session below `Http`, and the reading of a body: nothing followed, nothing remembered, nothing without an end."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import requests.adapters
import requests.auth

from ohif_setup.network.wire import surroundings
from ohif_setup.network.wire.exchange import Received, Trouble

SIZE_LIMIT = 2 * 1024 * 1024
"""Bytes of a body that are read; discovery documents, study lists and error pages are far below it."""

_CHUNK = 65536


def new_session() -> requests.Session:
    """A session with kept connections, for many threads. Proxies and `REQUESTS_CA_BUNDLE` come from the environment, as a user
    expects of requests; passwords out of `~/.netrc` do not."""
    session = _Session()
    session.headers.clear()
    session.auth = _NoNetrc()
    # No kind of cookie is even read, however it is written.
    session.cookies.set_policy(DefaultCookiePolicy(netscape=False, rfc2965=False, allowed_domains=[]))
    adapter = requests.adapters.HTTPAdapter(pool_connections=32, pool_maxsize=32, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def ask(
    session: requests.Session,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: Mapping[str, str] | None,
    timeout: float,
    peek: bool = False,
) -> Received | Trouble:
    """One request; `body` is sent as a form; `peek` leaves the rest of a long answer unread. Raises whatever requests and urllib3
    raise."""
    start = time.monotonic()
    response = session.request(
        method, url, headers=headers, data=body, stream=True, allow_redirects=False, timeout=timeout
    )
    with response:
        content = bytearray()
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            content += chunk
            if peek and len(content) >= _CHUNK:
                break
            if len(content) > SIZE_LIMIT:
                return _endless()
            if time.monotonic() - start > timeout:
                return Trouble("timeout", f"the body did not end within {timeout:g} s")
        fields = tuple((str(name), str(value)) for name, value in response.raw.headers.iteritems())
    plain = unpacked(bytes(content), response.headers.get("Content-Encoding", ""))
    if isinstance(plain, Trouble):
        return plain
    return Received(response.status_code, fields, body=plain, seconds=time.monotonic() - start)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the name is requests' own
        # Even with allow_redirects=False, requests reads the body of a redirect to its end, however long it is, and parses the
        # new address, whatever is wrong with it.
        return None

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
        if surroundings.is_loopback(url):
            return {**settings, "proxies": {}}
        return settings


class _NoNetrc(requests.auth.AuthBase):
    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


def unpacked(content: bytes, encoding: str) -> bytes | Trouble:
    """The body without its Content-Encoding. `identity` is asked for, but some proxies compress all the same."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate") or not content:
        return content
    # By urllib3's way a small chunk may become gigabytes at once, depending on its version.
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(content, SIZE_LIMIT + 1)
    except zlib.error as error:
        return Trouble("broken", f"the body is not what Content-Encoding says ({error})")
    if len(plain) <= SIZE_LIMIT:
        return plain
    return _endless()


def _endless() -> Trouble:
    return Trouble("endless", f"the body is larger than {SIZE_LIMIT} bytes")
