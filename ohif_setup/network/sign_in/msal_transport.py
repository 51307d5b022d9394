"""The HTTP client that MSAL uses: our session with its limits, no redirects, one host, and a distinct error for each fault."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlencode

from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire import trust
from ohif_setup.network.wire.exchange import Exchange, Received, Sent, Trouble
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import is_same_origin

_SECRET_FIELDS = (
    "client_secret",
    "client_assertion",
    "code",
    "code_verifier",
    "device_code",
    "refresh_token",
    "password",
)
_SECRET_ANSWERS = ("access_token", "refresh_token", "id_token", "device_code")
# Statuses that do not come from the provider's sign-in logic: proxy login, rate limit, captive portal. MSAL reports all of them,
# and a wrong tenant, as the same ValueError (measured with MSAL 1.39).
_SAYS_NOTHING = (407, 429, 511)


class NoAnswerError(Exception):
    """The provider could not be reached, or something other than the provider answered. Raised through MSAL, caught by
    `sign_in`."""

    def __init__(self, exchange: Exchange) -> None:
        reason = f"status {exchange.status}"
        if exchange.trouble:
            reason = exchange.trouble.kind
        super().__init__(reason)
        self.exchange = exchange


class MsalReply:
    """The parts of an answer that MSAL reads."""

    def __init__(self, status_code: int, text: str, headers: Mapping[str, str]) -> None:
        self.status_code = status_code
        self.text = text
        self.headers = headers

    def raise_for_status(self) -> None:
        """Does nothing: MSAL calls it for a status of 500 or more, which `_send` has already turned into an error."""


class MsalTransport:
    """The `http_client` of one MSAL app. Sends to the provider of `discovery` only, and answers MSAL's own request for the
    discovery document with the one that was checked."""

    def __init__(self, http: Http, discovery: Discovery) -> None:
        self._http = http
        self._discovery = discovery
        self.posted = False

    def hide(self, texts: tuple[str, ...]) -> None:
        """Registers texts that must never be shown."""
        self._http.hiding.add(*texts)

    def scrub(self, text: object) -> str:
        """`text` without the secrets that were sent or received; empty if it is not a string."""
        if isinstance(text, str):
            return self._http.hiding.redact(text)
        return ""

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: object
    ) -> MsalReply:
        """Sends a GET for MSAL."""
        # MSAL's constructor requests the discovery document, which has been requested and checked already.
        received = self._discovery.exchange.received
        if received and url == self._discovery.exchange.sent.url and not params:
            return _reply(received)
        return self._send("GET", _with_query(url, params), headers, None)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> MsalReply:
        """Sends a form POST for MSAL."""
        # MSAL passes the client assertion as bytes.
        body = {
            key: value.decode() if isinstance(value, bytes) else str(value)
            for key, value in (data or {}).items()
            if value
        }
        # Before sending: the answer, or an exception on the way, may repeat them.
        self.hide(tuple(body[key] for key in _SECRET_FIELDS if body.get(key)))
        self.posted = True
        return self._send("POST", _with_query(url, params), headers, body)

    def close(self) -> None:
        """Does nothing: the session belongs to the caller."""

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, body: Mapping[str, str] | None
    ) -> MsalReply:
        # A discovery document must not direct secrets to a host that the user did not name, nor may the answers file do so.
        if not is_same_origin(url, self._discovery.exchange.sent.url) or not trust.is_trusted(url, os.environ):
            raise NoAnswerError(
                Exchange(Sent(method, url), trouble=Trouble("address", "not at the identity provider itself"))
            )
        exchange = self._http.send(method, url, tuple((headers or {}).items()), body=body)
        received = exchange.received
        # MSAL would write an answer that is not JSON into its log, with a traceback.
        answer = None
        if received:
            answer = _object(received)
        if received is None or answer is None or received.status >= 500 or received.status in _SAYS_NOTHING:
            raise NoAnswerError(exchange)
        self.hide(tuple(value for key in _SECRET_ANSWERS if isinstance(value := answer.get(key), str)))
        return _reply(received)


def _object(received: Received) -> dict[str, object] | None:
    try:
        value = received.json()
    except ValueError:
        return None
    if isinstance(value, dict):
        return value
    return None


def _with_query(url: str, params: Mapping[str, str] | None) -> str:
    if not params:
        return url
    return f"{url}?{urlencode(params)}"


def _reply(received: Received) -> MsalReply:
    return MsalReply(received.status, received.body.decode("utf-8-sig", "replace"), dict(received.headers))
