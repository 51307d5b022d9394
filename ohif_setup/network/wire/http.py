"""HTTP for the checks: raw header fields, no redirects followed, no cookies kept, everything limited in time and size."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from ohif_setup import __version__
from ohif_setup.browser.foreign import moment_of
from ohif_setup.browser.values import Headers
from ohif_setup.network.wire import client_certificate, raw, surroundings, trust
from ohif_setup.network.wire.addresses import addresses_of
from ohif_setup.network.wire.exchange import Exchange, Received, Sent, Trouble
from ohif_setup.network.wire.hiding import Hiding
from ohif_setup.network.wire.origin import origin_of
from ohif_setup.network.wire.parallel import Memo, within
from ohif_setup.network.wire.session import PEEK, SIZE_LIMIT, ask, new_session
from ohif_setup.network.wire.troubles import trouble_of

__all__ = ["PEEK", "PER_HOST", "REDACTED", "SIZE_LIMIT", "Http", "Token", "token_for"]

PER_HOST = 8
"""Maximum number of concurrent requests to one host."""

GRACE = 0.5
"""Seconds beyond the timeout after which a request is abandoned here, if the requests library has not given up by itself."""

LOOK_UP = 1.0
"""Seconds for the name look-up of `addresses`; only a warning depends on its result."""

REDACTED = "Bearer [token]"


@dataclass(frozen=True)
class Token:
    """An access token and the only origin that it may be sent to."""

    value: str = field(repr=False)
    origin: str


class Http:
    """A thread-safe session with persistent connections.

    `timeout` (seconds) bounds each exchange as a whole, from the name look-up to the last byte. Proxies and
    `REQUESTS_CA_BUNDLE` come from the environment, as users of requests expect. `hiding` removes every token and
    secret that was sent, and the passwords of proxies, from the answers. `told` hears of each exchange, with the seconds that it
    took.
    """

    def __init__(self, timeout: float, told: Callable[[Exchange, float], None] | None = None) -> None:
        self._told = told
        self.timeout = timeout
        self.hiding = Hiding()
        self.hiding.add(*surroundings.proxy_secrets())
        self._gates: dict[str, _Gate] = {}
        self._gates_lock = threading.Lock()
        self._memo = Memo()
        self._session = new_session()
        weakref.finalize(self, self._session.close)

    def send(
        self,
        method: str,
        url: str,
        headers: Headers = (),
        *,
        body: Mapping[str, str] | bytes | None = None,
        token: Token | None = None,
        peek: bool = False,
        to_end: bool = False,
        encoding: str = "identity",
    ) -> Exchange:
        """Sends one request. Never raises for network failures, nor for an invalid address that came from a server.

        A mapping as `body` is sent as a form; the body of the answer is then returned unredacted, because it may be the requested
        token. Bytes are sent as they are.
        `peek`: the beginning of the answer's body suffices, as for an image; with `to_end` the rest is read too, and thrown away,
        as far as half of the timeout lasts: a body that is cut off is then the trouble `cut`.
        `encoding` is the `Accept-Encoding`; the body is returned decompressed.
        Raises ValueError if a token would be sent to an origin other than its own or to a host that is not trusted, which would
        be a bug in this tool.
        """
        start = time.monotonic()
        exchange = self._sent(method, url, headers, body=body, token=token, peek=peek, to_end=to_end, encoding=encoding)
        self._tell(exchange, start)
        return exchange

    def _sent(
        self,
        method: str,
        url: str,
        headers: Headers,
        *,
        body: Mapping[str, str] | bytes | None,
        token: Token | None,
        peek: bool,
        to_end: bool,
        encoding: str,
    ) -> Exchange:
        wire = dict((("User-Agent", f"ohif-setup/{__version__}"), *headers, ("Accept-Encoding", encoding)))
        sent = Sent(method, url, headers)
        try:
            origin = origin_of(url)
        except ValueError as error:
            return Exchange(sent, trouble=Trouble("address", str(error)))
        if token:
            if origin != token.origin or not trust.is_trusted(url, os.environ):
                raise ValueError(f"a token for {token.origin} must not be sent to {url}")
            self.hiding.add(token.value)
            sent = replace(sent, headers=(*headers, ("Authorization", REDACTED)))
            wire["Authorization"] = f"Bearer {token.value}"
        ask_once = partial(ask, self._session, method, url, headers=wire, body=body, peek=peek, to_end=to_end)
        function = partial(self._ask, method, ask_once)
        # A CA file or proxy that cannot be used would fail every request, with a library message that does not name it.
        result = self._ca_trouble(url) or surroundings.proxy_trouble(url) or self._in_turn(origin, function)
        if isinstance(result, Trouble):
            return Exchange(sent, trouble=self._explained(result, url))
        proxy = ""
        # With https a proxy only forwards bytes; with http the answer may be the proxy's own.
        if url.startswith("http:"):
            proxy = surroundings.proxy_for(url)
        return Exchange(sent, received=self._redacted(result, url, keep_body=isinstance(body, Mapping)), proxy=proxy)

    def send_as_is(
        self,
        method: str,
        url: str,
        target: str = "",
        headers: Headers = (),
        *,
        patience: float | None = None,
        address: str = "",
        host: str = "",
    ) -> Exchange:
        """Sends one request with exactly this target (by default that of `url`): `%31` stays `%31`, which `send` would decode.
        No token, no proxy, no retry. Never raises for network failures.

        `patience` (seconds, replaces `timeout`) is for requests that announce a body and never send it: silence is then an expected
        result, reported as the trouble `timeout`, and does not mark the host as dead. `address` is the IP address of the host to
        connect to, by default any. `host` is the value of `Host`, by default that of `url`.
        """
        start = time.monotonic()
        exchange = self._sent_as_is(method, url, target, headers, patience=patience, address=address, host=host)
        self._tell(exchange, start)
        return exchange

    def _sent_as_is(
        self,
        method: str,
        url: str,
        target: str,
        headers: Headers,
        *,
        patience: float | None,
        address: str,
        host: str,
    ) -> Exchange:
        target = target or raw.target_of(url)
        fields = (("Host", host or raw.host_of(url)), ("User-Agent", f"ohif-setup/{__version__}"), *headers)
        shown = url
        if target != raw.target_of(url):
            shown = f"{url} (asked for {target})"
        if host:
            shown = f"{url} (asked as {host})"
        sent = Sent(method, shown, headers)
        timeout = self.timeout
        if patience is not None:
            timeout = patience
        function = partial(raw.ask_as_is, method, url, target, fields, timeout, address=address)
        try:
            origin = origin_of(url)
        except ValueError as error:
            return Exchange(sent, trouble=Trouble("address", str(error)))
        if patience is None:
            # Each address has a gate of its own: if one does not answer, the others still may.
            place = origin
            if address:
                place = f"{origin} at {address}"
            result = self._ca_trouble(url) or self._in_turn(place, function)
        else:
            try:
                result = self._ca_trouble(url) or within(timeout + GRACE, function)
            except TimeoutError:
                result = Trouble("timeout", f"no answer within {timeout:g} s")
        if isinstance(result, Trouble):
            return Exchange(sent, trouble=replace(result, detail=self.hiding.redact(result.detail)))
        return Exchange(sent, received=self._redacted(result, shown, keep_body=False))

    def addresses(self, host: str) -> tuple[str, ...]:
        """The IP addresses of a host, looked up once; empty if the name does not resolve within `LOOK_UP` seconds."""
        return self._memo(("addresses", host), lambda: addresses_of(host, min(self.timeout, LOOK_UP)))

    def _tell(self, exchange: Exchange, start: float) -> None:
        if self._told:
            self._told(exchange, time.monotonic() - start)

    def _in_turn(self, place: str, function: partial[Received | Trouble]) -> Received | Trouble:
        """Runs `function` in one of the host's slots. The slot is released when the time is up, even if the request still runs in
        its abandoned thread."""
        with self._gates_lock:
            gate = self._gates.setdefault(place, _Gate())
        asked = time.monotonic()
        with gate.slots:
            if gate.fell_silent_since(asked):
                return Trouble(
                    "timeout", f"not sent: earlier requests to this host got no answer within {self.timeout:g} s"
                )
            try:
                # A server that sends its headers one byte at a time restarts the socket timeout with each, so the whole exchange
                # needs a limit too.
                result = within(self.timeout + GRACE, function)
            except TimeoutError:
                result = Trouble("timeout", f"no complete answer within {self.timeout:g} s")
            gate.note(result)
            return result

    def _ask(self, method: str, send: Callable[..., Received | Trouble]) -> Received | Trouble:
        start = time.monotonic()
        first: Received | Trouble
        try:
            first = send(timeout=self.timeout)
            pause = _pause_of(first)
        except Exception as error:
            first = trouble_of(error)
            # The server may have closed a persistent connection in the meantime, which is not a fault.
            pause = 0.0 if first.kind == "reset" else None
        # Once more, but only methods that change nothing, and within the same time limit.
        left = self.timeout - (time.monotonic() - start)
        if pause is None or pause >= left or method not in ("GET", "OPTIONS"):
            return first
        time.sleep(pause)
        try:
            return send(timeout=left - pause)
        except Exception as error:
            return trouble_of(error) if isinstance(first, Trouble) else first

    def _ca_trouble(self, url: str) -> Trouble | None:
        if not url.startswith("https:"):
            return None
        return self._memo("ca", lambda: surroundings.ca_bundle_trouble(os.environ))

    def _explained(self, trouble: Trouble, url: str) -> Trouble:
        """The trouble with its proxy added, without secrets, and with a missing client certificate recognised."""
        proxy = ""
        if trouble.kind != "ca-bundle":
            proxy = surroundings.proxy_for(url)
        kind = trouble.kind
        # requests raises the same exception for an unusable proxy address as for an unusable URL. The URL has been checked before.
        if proxy and (kind == "address" or not surroundings.has_host(proxy)):
            kind = "proxy"
        explained = Trouble(kind, self.hiding.redact(trouble.detail), proxy)
        if url.startswith("https:") and client_certificate.may_be_missing(explained):
            key = ("client-certificate", origin_of(url))
            if self._memo(key, lambda: client_certificate.is_wanted(explained, url, self.timeout)):
                return replace(explained, kind="client-certificate")
        return explained

    def _redacted(self, received: Received, url: str, *, keep_body: bool) -> Received:
        headers = tuple((self.hiding.redact(name), self.hiding.redact(value)) for name, value in received.headers)
        body = received.body
        if not keep_body:
            body = self.hiding.redact_bytes(body)
        return replace(received, headers=headers, url=url, body=body)


def _pause_of(received: Received | Trouble) -> float | None:
    """The seconds after which a server that is busy (429, 503) asks to be asked again by `Retry-After`; None if it does not."""
    if isinstance(received, Trouble) or received.status not in (429, 503):
        return None
    text = received.header("Retry-After").strip()
    if text.isascii() and text.isdecimal() and len(text) < 6:
        return float(text)
    moment = moment_of(text)
    if moment is None:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


class _Gate:
    """The slots of one host, and when it last answered and last timed out."""

    def __init__(self) -> None:
        self.slots = threading.Semaphore(PER_HOST)
        self._answered = self._silent = float("-inf")

    def note(self, result: Received | Trouble) -> None:
        # Any other trouble is a sign of life: a refused connection comes back at once.
        if isinstance(result, Trouble) and result.kind == "timeout":
            self._silent = time.monotonic()
        else:
            self._answered = time.monotonic()

    def fell_silent_since(self, moment: float) -> bool:
        """Whether requests timed out since `moment` and none was answered. Without this, a dead host would cost the full time limit
        once for every eight requests that wait."""
        return self._answered < moment < self._silent


def token_for(value: str, url: str) -> Token:
    """A token bound to the origin of `url`."""
    return Token(value, origin_of(url))
