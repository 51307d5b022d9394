"""The requests session used by `Http`: follows no redirects, keeps no cookies, and limits the size and time of a body."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Mapping
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
_LONGEST_BODY = 64 * 1024 * 1024
"""How many bytes of a body are read to see its end. The main bundle of OHIF has 17 MB."""


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
    to_end: bool = False,
) -> Received | Trouble:
    """Sends one request; a mapping as `body` is sent as a form, bytes as they are; `peek` keeps only the beginning of a long
    answer; `timeout` is in seconds.

    `to_end`: what `peek` leaves is read and thrown away, for half of the timeout at most, so that an answer that is cut off is
    noticed. Raises the exceptions of requests and urllib3.
    """
    start = time.monotonic()
    response = session.request(
        method, url, headers=headers, data=body, stream=True, allow_redirects=False, timeout=timeout
    )
    with response:
        content = bytearray()
        # Undecoded, so that the size limit applies before decompression; `unpacked` decompresses.
        chunks = response.raw.stream(_CHUNK, decode_content=False)
        for chunk in chunks:
            content += chunk
            if peek and len(content) >= PEEK:
                if to_end:
                    _throw_away(chunks, start + timeout / 2)
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


def codings_of(encoding: str) -> list[str]:
    """The codings of a `Content-Encoding` in lower case, in the order in which they were applied."""
    return [coding for part in encoding.split(",") if (coding := part.strip().lower())]


def unpacked(content: bytes, encoding: str) -> bytes | Trouble:
    """The body without its Content-Encoding, as browsers undo it. We ask for `identity`, but some proxies compress nevertheless.

    Brotli and zstd stay as they are, because Python cannot undo them, and so does every list with an unknown coding, of which
    browsers undo nothing (measured in Chromium).
    """
    codings = codings_of(encoding)
    if not content or not all(coding in _UNPACKED for coding in codings):
        return content
    for coding in reversed(codings):
        plain = _without(coding, content)
        if isinstance(plain, Trouble):
            return plain
        content = plain
    return content


_UNPACKED = ("gzip", "x-gzip", "deflate")


def _without(coding: str, content: bytes) -> bytes | Trouble:
    # Not by urllib3: depending on its version, a small chunk may become gigabytes at once. The 32 recognises gzip and zlib headers.
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        # Browsers accept `deflate` without the header that zlib writes (measured in Chromium and Firefox).
        if coding == "deflate" and content[0] & 15 != 8:
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        plain = unpacker.decompress(content, SIZE_LIMIT + 1)
    except zlib.error as error:
        return Trouble("coding", f"Content-Encoding says {coding}, and the body is none ({error})")
    if len(plain) <= SIZE_LIMIT:
        return plain
    return _endless()


def _throw_away(chunks: Iterator[bytes], until: float) -> None:
    read = 0
    for chunk in chunks:
        read += len(chunk)
        if read > _LONGEST_BODY or time.monotonic() > until:
            return


def _endless() -> Trouble:
    return Trouble("endless", f"the body is larger than {SIZE_LIMIT} bytes")
