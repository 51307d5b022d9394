"""The requests session used by `Http`: follows no redirects, keeps no cookies, and limits the size and time of a body."""

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
"""Maximum size of a body in bytes; discovery documents, study lists and error pages are far below it."""

_CHUNK = PEEK = 65536
"""Bytes after which `peek` ends."""


def new_session() -> requests.Session:
    """A thread-safe session with persistent connections. Proxies and `REQUESTS_CA_BUNDLE` come from the environment, as users of
    requests expect; passwords from `~/.netrc` are not used."""
    session = _Session()
    # The checks send exactly the headers of OHIF: a default such as `Accept: */*` would hide what a server does without it.
    session.headers.clear()
    # Without an auth object requests looks for the host in ~/.netrc.
    session.auth = _NoNetrc()
    # The policy keeps cookies from being parsed at all.
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
    body: Mapping[str, str] | bytes | None,
    timeout: float,
    peek: bool = False,
) -> Received | Trouble:
    """Sends one request; a mapping as `body` is sent as a form, bytes as they are; `peek` reads only the beginning of a long
    answer; `timeout` is in seconds. Raises the exceptions of requests and urllib3."""
    start = time.monotonic()
    response = session.request(
        method, url, headers=headers, data=body, stream=True, allow_redirects=False, timeout=timeout
    )
    with response:
        content = bytearray()
        # Undecoded, so that the size limit applies before decompression; `unpacked` decompresses.
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            content += chunk
            if peek and len(content) >= PEEK:
                break
            if len(content) > SIZE_LIMIT:
                return _endless()
            if time.monotonic() - start > timeout:
                return Trouble("timeout", f"the body did not end within {timeout:g} s")
        # `response.headers` joins repeated fields, and CORS rule C20 needs to know of each.
        fields = tuple((str(name), str(value)) for name, value in response.raw.headers.iteritems())
    plain = unpacked(bytes(content), response.headers.get("Content-Encoding", ""))
    if isinstance(plain, Trouble):
        return plain
    return Received(response.status_code, fields, body=plain, seconds=time.monotonic() - start)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the name is requests' own
        # Even with allow_redirects=False, requests reads the whole body of a redirect, without a limit, and parses its address,
        # which raises if it is invalid.
        return None

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
        # A proxy would look for the server on its own machine, whatever NO_PROXY says.
        if surroundings.is_loopback(url):
            return {**settings, "proxies": {}}
        return settings


class _NoNetrc(requests.auth.AuthBase):
    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


def unpacked(content: bytes, encoding: str) -> bytes | Trouble:
    """The body without its Content-Encoding. We ask for `identity`, but some proxies compress nevertheless."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate") or not content:
        return content
    # Not by urllib3: depending on its version, a small chunk may become gigabytes at once. The 32 recognises gzip and zlib headers.
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
