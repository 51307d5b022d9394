"""MSAL's way to the network: our session with its limits, no redirects, and every fault by its own name."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from ohif_setup.network.exchange import Trouble
from ohif_setup.network.http import Http

_SECRET_FIELDS = (
    "client_secret",
    "client_assertion",
    "code",
    "code_verifier",
    "device_code",
    "refresh_token",
    "password",
)


class NoAnswerError(Exception):
    """The provider could not be reached; `trouble` says why. Raised through MSAL, caught by `sign_in`."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.kind)
        self.trouble = trouble


class Reply:
    """What MSAL reads of an answer."""

    def __init__(self, status_code: int, text: str, headers: Mapping[str, str]) -> None:
        self.status_code = status_code
        self.text = text
        self.headers = headers

    def raise_for_status(self) -> None:
        """MSAL calls this for a status of 500 and more."""
        if self.status_code >= 400:
            raise NoAnswerError(Trouble("broken", f"status {self.status_code}"))


class MsalTransport:
    """The `http_client` of one MSAL app. Remembers what was posted, so that it can be taken out of any text that comes back."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._hidden: set[str] = set()
        self.posted = False

    def hide(self, texts: tuple[str, ...]) -> None:
        """Adds texts that must never be shown."""
        self._hidden.update(texts)

    def scrub(self, text: str) -> str:
        """`text` without anything secret that was posted."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, "[hidden]")
        return text

    def get(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, **_: object
    ) -> Reply:
        """A GET as MSAL asks for it."""
        return self._send("GET", f"{url}?{urlencode(params)}" if params else url, headers, None)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> Reply:
        """A form POST as MSAL asks for it."""
        body = {
            key: value.decode() if isinstance(value, bytes) else str(value)
            for key, value in (data or {}).items()
            if value
        }
        self._hidden.update(body[key] for key in _SECRET_FIELDS if body.get(key))
        self.posted = True
        return self._send("POST", f"{url}?{urlencode(params)}" if params else url, headers, body)

    def close(self) -> None:
        """MSAL closes what it opened; the session belongs to the caller."""

    def _send(self, method: str, url: str, headers: Mapping[str, str] | None, body: Mapping[str, str] | None) -> Reply:
        exchange = self._http.send(method, url, tuple((headers or {}).items()), body=body)
        if exchange.received is None:
            raise NoAnswerError(exchange.trouble or Trouble("broken", ""))
        received = exchange.received
        return Reply(received.status, received.body.decode("utf-8", "replace"), dict(received.headers))
