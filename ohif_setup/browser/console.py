"""Chromium's console message for a failed verdict, so that users can match our report with what they saw.

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

# When several headers are missing, Chromium names only one: the first in its own hash table (measured with Chromium 156).
_HASH_ORDER = ("authorization", "accept-language", "accept", "range", "content-type")


def console_message(verdict: Verdict, request: ScriptRequest, origin: str, api: Api = "XMLHttpRequest") -> str:
    """Chromium's console message for a failed verdict; empty when the verdict passes or Chromium has no message for its step."""
    detail = _detail(verdict, request, api)
    if verdict.allowed or not detail:
        return ""
    # After a redirect Chromium blames the address that answered, and names the requested one in brackets.
    at = verdict.url or request.url
    redirected = f" (redirected from '{request.url}')" if at != request.url else ""
    prefix = "Response to preflight request doesn't pass access control check: " if _is_access_control(verdict) else ""
    where = f"Access to {api} at '{at}'{redirected} from origin '{origin}'"
    return f"{where} has been blocked by CORS policy: {prefix}{detail}"


def _is_access_control(verdict: Verdict) -> bool:
    # Only these steps get Chromium's prefix: malformed lists and missing methods or headers are worded without it.
    return verdict.step.startswith("preflight-cors-") or verdict.step in {"preflight-status", "preflight-redirect"}


def _detail(verdict: Verdict, request: ScriptRequest, api: Api) -> str:
    value = verdict.header[1] if verdict.header else ""
    controlled = _CONTROLLED if api == "XMLHttpRequest" else ""
    # A failed CORS check reads the same in a preflight and in the answer itself, apart from the prefix added by the caller.
    match verdict.step.removeprefix("preflight-"):
        case "cors-missing":
            return f"No '{ALLOW_ORIGIN}' header is present on the requested resource."
        case "cors-repeated" | "cors-origin":
            # Chromium gives this advice for fetch() only.
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
            # The empty quotes are Chromium's own: its message leaves out the address.
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
    # Chromium accepts `*` and `"` in a host name, so it calls such a value "not equal", not "invalid". `has_origin` rejects both.
    if value != OPAQUE_ORIGIN and not has_origin(re.sub('[*"]', "x", value)):
        return f"contains the invalid value '{value}'."
    return f"has a value '{value}' that is not equal to the supplied origin."
