"""A request to a stand-in, its record, and the reply."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

Fields = tuple[tuple[str, str], ...]

SECRET_PARAMETERS = {
    "code",
    "access_token",
    "id_token",
    "id_token_hint",
    "refresh_token",
    "client_secret",
    "client_assertion",
}
# An allow list: a form of an unknown grant may have secrets under any name.
SAFE_FORM_FIELDS = {"client_id", "grant_type", "redirect_uri", "response_mode", "response_type", "scope"}
SECRET_HEADERS = {"authorization", "cookie", "proxy-authorization"}
HIDDEN = "(hidden)"


@dataclass(frozen=True)
class Request:
    """One request as it was received. `path` is still percent-encoded; `query` and `headers` keep order and repeats."""

    method: str
    path: str
    query: Fields
    headers: Fields
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The values of one header joined by `, `, or None when it was not sent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def form(self) -> dict[str, str]:
        """The fields of a URL-encoded body; the last value of a repeated field."""
        content_type = (self.header("Content-Type") or "").partition(";")[0].strip().lower()
        if content_type != "application/x-www-form-urlencoded":
            return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the request."""
        pairs = (part.strip().partition("=") for part in (self.header("Cookie") or "").split(";"))
        return {name: value for name, _, value in pairs if name}

    def noted(self) -> RecordedRequest:
        """The record of the request. Tokens, codes, cookies and secrets are replaced, so that a test report cannot leak them."""
        return RecordedRequest(
            self.method,
            self.path,
            tuple((key, HIDDEN if key in SECRET_PARAMETERS else value) for key, value in self.query),
            tuple((key, _without_secret(key, value)) for key, value in self.headers),
            tuple((key, value) for key, value in self.form.items() if key in SAFE_FORM_FIELDS),
        )


@dataclass(frozen=True)
class RecordedRequest:
    """The record that a stand-in keeps of a request. Of an `Authorization` header only the scheme is left."""

    method: str
    path: str
    query: Fields
    headers: Fields
    form: Fields = ()

    def header(self, name: str) -> str | None:
        """The values of one header joined by `, `, or None when it was not sent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True)
class Reply:
    """One answer. `Date` and `Content-Length` are added when it is sent."""

    status: int
    headers: Fields = ()
    body: bytes = b""

    def adding(self, *headers: tuple[str, str]) -> Reply:
        """The same answer with more headers."""
        return replace(self, headers=self.headers + headers)

    @classmethod
    def json(
        cls, status: int, value: object, *headers: tuple[str, str], kind: str = "application/json; charset=utf-8"
    ) -> Reply:
        """An answer that holds `value` as JSON."""
        return cls(status, (("Content-Type", kind), *headers), json.dumps(value).encode())

    @classmethod
    def text(cls, status: int, text: str, *headers: tuple[str, str]) -> Reply:
        """A plain text answer."""
        return cls(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), text.encode())

    @classmethod
    def html(cls, status: int, page: str, *headers: tuple[str, str]) -> Reply:
        """A page that must be neither framed nor cached, as those of Entra ID: a silent sign-in in a hidden frame fails here
        too."""
        protection = (("X-Frame-Options", "DENY"), ("Cache-Control", "no-store, no-cache"))
        return cls(status, (("Content-Type", "text/html; charset=utf-8"), *protection, *headers), page.encode())


def _without_secret(name: str, value: str) -> str:
    if name.lower() not in SECRET_HEADERS:
        return value
    scheme, blank, _ = value.partition(" ")
    # The scheme tells a missing token from a wrong one. A cookie has no scheme before its first space.
    if blank and name.lower() != "cookie":
        return f"{scheme} {HIDDEN}"
    return HIDDEN
