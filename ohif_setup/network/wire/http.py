"""HTTP as the checks need it: raw header fields, no redirect followed, no cookie kept, everything limited in time and size."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ohif_setup import __version__
from ohif_setup.browser.values import Headers
from ohif_setup.network.wire import client_certificate, raw, surroundings, trust
from ohif_setup.network.wire.addresses import addresses_of
from ohif_setup.network.wire.exchange import Exchange, Received, Sent, Trouble
from ohif_setup.network.wire.hiding import Hiding
from ohif_setup.network.wire.origin import origin_of
from ohif_setup.network.wire.parallel import Memo, within
from ohif_setup.network.wire.session import SIZE_LIMIT, ask, new_session
from ohif_setup.network.wire.troubles import trouble_of

__all__ = ["PER_HOST", "REDACTED", "SIZE_LIMIT", "Http", "Token", "token_for"]

PER_HOST = 8
"""Requests under way to one host at a time."""

GRACE = 0.5
"""Seconds after which a request that requests should have given up is given up here."""

LOOK_UP = 1.0
"""Seconds for the name look-up of `addresses`, which nothing but a warning hangs on."""

REDACTED = "Bearer [token]"


@dataclass(frozen=True)
class Token:
    """An access token and the one origin that it may be sent to."""

    value: str = field(repr=False)
    origin: str


class Http:
    """A session with kept connections, for use by many threads.

    `timeout` (seconds) bounds each exchange as a whole, from the name look-up to the last byte. Proxies and
    `REQUESTS_CA_BUNDLE` come from the environment, as a user expects of requests. `hiding` takes every token and every
    secret that was sent, and the passwords of proxies, out of what is shown of the answers.
    """

    def __init__(self, timeout: float) -> None:
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
        body: Mapping[str, str] | None = None,
        token: Token | None = None,
        peek: bool = False,
        encoding: str = "identity",
    ) -> Exchange:
        """One request; never raises for what the network does, nor for an address that a server made up.

        `body` is sent as a form; the body of the answer is then given as it came, because a token may be what was asked for.
        `peek`: the beginning of the answer's body is enough, such as that of an image. `encoding` is the `Accept-Encoding`; the
        body is given unpacked.
        Raises ValueError when a token would go to another origin than its own, or to a host that is not trusted: that would be a
        bug of ours.
        """
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
        function = partial(self._ask, method, url, wire, body, peek)
        result = self._ca_trouble(url) or surroundings.proxy_trouble(url) or self._in_turn(origin, function)
        if isinstance(result, Trouble):
            return Exchange(sent, trouble=self._explained(result, url))
        proxy = ""
        # Of https a proxy only passes the bytes on; of http it may have given the answer itself.
        if url.startswith("http:"):
            proxy = surroundings.proxy_for(url)
        return Exchange(sent, received=self._hidden(result, url, keep_body=body is not None), proxy=proxy)

    def send_as_is(
        self,
        method: str,
        url: str,
        target: str = "",
        headers: Headers = (),
        *,
        patience: float | None = None,
        address: str = "",
    ) -> Exchange:
        """One request whose target (by default that of `url`) goes out letter by letter, which `send` does not do: `%31` stays
        `%31`. No token, no proxy, no second try. Never raises for what the network does.

        `patience` (seconds, instead of `timeout`) is for requests whose body never comes: silence is then an answer, the
        trouble `timeout`, and no sign that the host is dead. `address` is the one of the host's IP addresses that is asked, by
        default any.
        """
        target = target or raw.target_of(url)
        fields = (("Host", raw.host_of(url)), ("User-Agent", f"ohif-setup/{__version__}"), *headers)
        shown = url
        if target != raw.target_of(url):
            shown = f"{url} (asked for {target})"
        sent = Sent(method, shown, headers)
        timeout = self.timeout if patience is None else patience
        function = partial(raw.ask_as_is, method, url, target, fields, timeout, address=address)
        try:
            origin = origin_of(url)
        except ValueError as error:
            return Exchange(sent, trouble=Trouble("address", str(error)))
        if patience is None:
            # An address that keeps silent says nothing about the others.
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
            return Exchange(sent, trouble=replace(result, detail=self.hiding.out_of(result.detail)))
        return Exchange(sent, received=self._hidden(result, shown, keep_body=False))

    def addresses(self, host: str) -> tuple[str, ...]:
        """The IP addresses of a host, looked up once; empty when its name does not resolve soon."""
        return self._memo(("addresses", host), lambda: addresses_of(host, min(self.timeout, LOOK_UP)))

    def _in_turn(self, place: str, function: partial[Received | Trouble]) -> Received | Trouble:
        """Waits for one of the slots of a host. A slot is given back when the time is up, whatever becomes of the request."""
        with self._gates_lock:
            gate = self._gates.setdefault(place, _Gate())
        asked = time.monotonic()
        with gate.slots:
            if gate.fell_silent_since(asked):
                return Trouble("timeout", f"not asked: requests just before it had no answer within {self.timeout:g} s")
            try:
                # A server that sends its headers a byte at a time resets every socket timeout, so the exchange as a whole is
                # limited too.
                result = within(self.timeout + GRACE, function)
            except TimeoutError:
                result = Trouble("timeout", f"no complete answer within {self.timeout:g} s")
            gate.note(result)
            return result

    def _ask(
        self, method: str, url: str, headers: dict[str, str], body: Mapping[str, str] | None, peek: bool
    ) -> Received | Trouble:
        start = time.monotonic()
        try:
            return ask(self._session, method, url, headers=headers, body=body, timeout=self.timeout, peek=peek)
        except Exception as error:
            trouble = trouble_of(error)
        # A kept connection may have been closed by the server meanwhile: that says nothing, so ask once more.
        left = self.timeout - (time.monotonic() - start)
        if trouble.kind != "reset" or method not in ("GET", "OPTIONS") or left <= 0:
            return trouble
        try:
            return ask(self._session, method, url, headers=headers, body=body, timeout=left, peek=peek)
        except Exception as error:
            return trouble_of(error)

    def _ca_trouble(self, url: str) -> Trouble | None:
        if not url.startswith("https:"):
            return None
        return self._memo("ca", lambda: surroundings.ca_bundle_trouble(os.environ))

    def _explained(self, trouble: Trouble, url: str) -> Trouble:
        """The trouble with the proxy that the connection was to go through, and without secrets."""
        proxy = ""
        if trouble.kind != "ca-bundle":
            proxy = surroundings.proxy_for(url)
        kind = trouble.kind
        # requests says of a proxy's address that cannot be used the same as of the URL's.
        if proxy and (kind == "address" or not surroundings.has_host(proxy)):
            kind = "proxy"
        explained = Trouble(kind, self.hiding.out_of(trouble.detail), proxy)
        if url.startswith("https:") and client_certificate.may_be_missing(explained):
            key = ("client-certificate", origin_of(url))
            if self._memo(key, lambda: client_certificate.is_wanted(explained, url, self.timeout)):
                return replace(explained, kind="client-certificate")
        return explained

    def _hidden(self, received: Received, url: str, *, keep_body: bool) -> Received:
        headers = tuple((self.hiding.out_of(name), self.hiding.out_of(value)) for name, value in received.headers)
        body = received.body
        if not keep_body:
            body = self.hiding.out_of_bytes(body)
        return replace(received, headers=headers, url=url, body=body)


class _Gate:
    """The slots of one host, and when it last answered and last kept silent."""

    def __init__(self) -> None:
        self.slots = threading.Semaphore(PER_HOST)
        self._answered = self._silent = float("-inf")

    def note(self, result: Received | Trouble) -> None:
        if isinstance(result, Trouble) and result.kind == "timeout":
            self._silent = time.monotonic()
        else:
            self._answered = time.monotonic()

    def fell_silent_since(self, moment: float) -> bool:
        """Whether requests got nothing while this one waited its turn. Else a dead host would cost its time limit over and
        over, once for each eight requests."""
        return self._answered < moment < self._silent


def token_for(value: str, url: str) -> Token:
    """A token bound to the origin of `url`."""
    return Token(value, origin_of(url))
