"""The values of the browser room: the page's request, the server's answer, and the verdict.

Header fields are kept raw: one pair for each field line, in the order received, never merged. Header bytes are decoded
as Latin-1, so that each character stands for one byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Header = tuple[str, str]
Headers = tuple[Header, ...]
Engine = Literal["chromium", "firefox", "webkit"]

OPAQUE_ORIGIN = "null"
"""What a browser sends as `Origin` from a `file:` page, from a sandboxed frame and after some redirects (rule C3)."""

Step = Literal[
    "allowed",
    "same-origin",
    "mixed-content",
    "no-answer",
    "preflight-redirect",
    "preflight-malformed",
    "preflight-cors-missing",
    "preflight-cors-repeated",
    "preflight-cors-wildcard",
    "preflight-cors-origin",
    "preflight-cors-credentials",
    "preflight-status",
    "preflight-method-list-malformed",
    "preflight-header-list-malformed",
    "preflight-method",
    "preflight-header",
    "answer-malformed",
    "cors-missing",
    "cors-repeated",
    "cors-wildcard",
    "cors-origin",
    "cors-credentials",
    "redirect-limit",
    "redirect-location",
    "redirect-scheme",
    "redirect-credentials",
    "redirect-incomplete",
]

STEPS: Mapping[Step, str] = MappingProxyType(
    {
        "allowed": "the browser lets the page read the answer",
        "same-origin": "page and service have the same origin, so no CORS is needed",
        "mixed-content": "the page is https and the service is not, so the browser sends nothing",
        "no-answer": "there was no answer",
        "preflight-redirect": "the preflight is answered with a redirect, which a browser never follows",
        "preflight-malformed": "the answer to the preflight has a header that browsers reject",
        "preflight-cors-missing": "the answer to the preflight has no Access-Control-Allow-Origin",
        "preflight-cors-repeated": "the answer to the preflight has more than one Access-Control-Allow-Origin",
        "preflight-cors-wildcard": "the answer to the preflight allows `*`, but the request carries credentials",
        "preflight-cors-origin": "the answer to the preflight allows an origin other than the page's",
        "preflight-cors-credentials": "the answer to the preflight allows no credentials, but the request carries them",
        "preflight-status": "the status of the preflight is not 200 to 299",
        "preflight-method-list-malformed": "Access-Control-Allow-Methods is not a list of methods",
        "preflight-header-list-malformed": "Access-Control-Allow-Headers is not a list of header names",
        "preflight-method": "Access-Control-Allow-Methods does not list the method",
        "preflight-header": "Access-Control-Allow-Headers does not list a header that the page sends",
        "answer-malformed": "the answer has a header that browsers reject",
        "cors-missing": "the answer has no Access-Control-Allow-Origin",
        "cors-repeated": "the answer has more than one Access-Control-Allow-Origin",
        "cors-wildcard": "the answer allows `*`, but the request carries credentials",
        "cors-origin": "the answer allows an origin other than the page's",
        "cors-credentials": "the answer allows no credentials, but the request carries them",
        "redirect-limit": "there are more than 20 redirects in a row",
        "redirect-location": "the redirect has a Location that is not a URL, or more than one",
        "redirect-scheme": "the redirect leads to an address that is neither http nor https",
        "redirect-credentials": "the redirect leads to a URL with a user name or password in it",
        "redirect-incomplete": "the redirect chain continues, but the next answer was not recorded",
    }
)
"""What each step of a verdict means, in the order in which a request passes them, not by severity."""


@dataclass(frozen=True)
class ScriptRequest:
    """The request that a page's script makes.

    `headers` are those that the script sets, not those that the browser adds. `credentials` is the mode `include`
    (XMLHttpRequest `withCredentials`); an `Authorization` header set by the script does not make a request
    credentialed. `upload_listeners` means that an XMLHttpRequest listens to the progress of its upload, which forces
    a preflight (rule C11).
    """

    method: str
    url: str
    headers: Headers = ()
    credentials: bool = False
    upload_listeners: bool = False


@dataclass(frozen=True)
class Answer:
    """A raw answer. `url` is the address that answered, empty if it does not matter."""

    status: int
    headers: Headers = ()
    url: str = ""

    def values(self, name: str) -> tuple[str, ...]:
        """The value of each field with that name, trimmed as Fetch does (space, tab, CR, LF at the ends)."""
        return tuple(value.strip(" \t\r\n") for key, value in self.headers if key.lower() == name.lower())


@dataclass(frozen=True)
class Preflight:
    """The request with which a browser asks whether it may send the real one (rule C12). It never has credentials."""

    url: str
    headers: Headers
    method: str = "OPTIONS"


@dataclass(frozen=True)
class CorsWarning:
    """Something that works today but is against the standard or good practice. `rule` is as in a `Verdict`."""

    rule: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """How a browser judges an answer.

    `step` is the first step that failed (see `STEPS`), `rule` the rule that decided, such as `C14`; it is empty when
    all rules hold. `reason` is one sentence that quotes the header, `header` is that header as received (repeated
    fields joined by `, `), or None if it is absent. `url` is the address of the failing answer, if known, and `missing`
    lists, in lower case, the names that Access-Control-Allow-Headers lacks.
    """

    allowed: bool
    step: Step
    rule: str
    reason: str
    header: Header | None = None
    warnings: tuple[CorsWarning, ...] = ()
    url: str = ""
    missing: tuple[str, ...] = ()


def quoted(value: str, limit: int = 200) -> str:
    """A header value for use in a sentence: in quotes, non-printing and non-ASCII bytes escaped, cut after `limit` characters."""
    shown = "".join(_visible(value[:limit]))
    if len(value) > limit:
        return f'"{shown}…" ({len(value)} bytes)'
    return f'"{shown}"'


def _visible(value: str) -> Iterator[str]:
    for character in value:
        if " " <= character <= "~":
            yield character
        else:
            yield {"\t": "\\t", "\r": "\\r", "\n": "\\n"}.get(character, f"\\x{ord(character):02x}")
