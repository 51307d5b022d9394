"""The words in which Chromium's console shows a failed verdict, so that a person finds what they saw.

Source: `cors_error_string.cc` of Chromium; compared with Chromium 156 by `tests/oracle/`.
"""

from __future__ import annotations

import re
from typing import Literal

from ohif_setup.browser.cors_check import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from ohif_setup.browser.origin import has_origin
from ohif_setup.browser.preflight import ALLOW_HEADERS, ALLOW_METHODS, normalise_method
from ohif_setup.browser.values import OPAQUE_ORIGIN, ScriptRequest, Verdict

Api = Literal["XMLHttpRequest", "fetch"]

_CONTROLLED = (
    " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute."
)

# Of several missing headers Chromium names the one that comes first in a hash table of its own (measured with Chromium 156).
_HASH_ORDER = ("authorization", "accept-language", "accept", "range", "content-type")


def console_message(verdict: Verdict, request: ScriptRequest, origin: str, api: Api = "XMLHttpRequest") -> str:
    """What Chromium's console says of a failed verdict; empty for one that passes, or that it has no words for."""
    detail = _detail(verdict, request, api)
    if verdict.allowed or not detail:
        return ""
    at = verdict.url or request.url
    redirected = f" (redirected from '{request.url}')" if at != request.url else ""
    prefix = "Response to preflight request doesn't pass access control check: " if _is_access_control(verdict) else ""
    where = f"Access to {api} at '{at}'{redirected} from origin '{origin}'"
    return f"{where} has been blocked by CORS policy: {prefix}{detail}"


def _is_access_control(verdict: Verdict) -> bool:
    return verdict.step.startswith("preflight-cors-") or verdict.step in {"preflight-status", "preflight-redirect"}


def _detail(verdict: Verdict, request: ScriptRequest, api: Api) -> str:
    value = verdict.header[1] if verdict.header else ""
    controlled = _CONTROLLED if api == "XMLHttpRequest" else ""
    match verdict.step.removeprefix("preflight-"):
        case "cors-missing":
            return f"No '{ALLOW_ORIGIN}' header is present on the requested resource."
        case "cors-repeated" | "cors-origin":
            advice = " Have the server send the header with a valid value." if api == "fetch" else ""
            return f"The '{ALLOW_ORIGIN}' header {_about_origin(value)}{advice}"
        case "cors-wildcard":
            return (
                f"The value of the '{ALLOW_ORIGIN}' header in the response must not be the wildcard '*' when the "
                f"request's credentials mode is 'include'.{controlled}"
            )
        case "cors-credentials":
            return (
                f"The value of the '{ALLOW_CREDENTIALS}' header in the response is '{value}' which must be 'true' when "
                f"the request's credentials mode is 'include'.{controlled}"
            )
        case "status":
            return "It does not have HTTP ok status."
        case "redirect":
            return "Redirect is not allowed for a preflight request."
        case "method-list-malformed":
            return f"Cannot parse {ALLOW_METHODS} response header field in preflight response."
        case "header-list-malformed":
            return f"Cannot parse {ALLOW_HEADERS} response header field in preflight response."
        case "method":
            return f"Method {normalise_method(request.method)} is not allowed by {ALLOW_METHODS} in preflight response."
        case "header":
            return f"Request header field {_first_named(verdict.missing)} is not allowed by {ALLOW_HEADERS} in preflight response."
        case "redirect-credentials":
            # Chromium leaves the address out, quotes and all.
            return (
                "Redirect location '' contains a username and password, which is disallowed for cross-origin requests."
            )
        case _:
            return ""


def _first_named(missing: tuple[str, ...]) -> str:
    return next((name for name in _HASH_ORDER if name in missing), missing[0])


def _about_origin(value: str) -> str:
    if " " in value or "," in value:
        return f"contains multiple values '{value}', but only one is allowed."
    # Chromium takes a star and a quote for parts of a host name.
    if value != OPAQUE_ORIGIN and not has_origin(re.sub('[*"]', "x", value)):
        return f"contains the invalid value '{value}'."
    return f"has a value '{value}' that is not equal to the supplied origin."
