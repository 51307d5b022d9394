"""The preflight: when a browser sends one, what is in it, and how the browser judges the answer (rules C5, C11 to C19).

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch.
"""

from __future__ import annotations

import re

from ohif_setup.browser.cors_check import cors_check
from ohif_setup.browser.headers import cors_unsafe_header_names, malformed_elements, parse_list
from ohif_setup.browser.values import (
    Answer,
    CorsWarning,
    Header,
    Preflight,
    ScriptRequest,
    Step,
    Verdict,
    quoted,
)

ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_HEADERS = "Access-Control-Allow-Headers"
MAX_AGE = "Access-Control-Max-Age"

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})

# The only methods that browsers upper-case (https://fetch.spec.whatwg.org/#concept-method-normalize).
_UPPER_CASED = {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}
_SAFE_METHODS = {"GET", "HEAD", "POST"}


def normalise_method(method: str) -> str:
    """The method as the browser sends it: `get` becomes GET, `patch` stays lower-case (rule C5)."""
    if method.upper() in _UPPER_CASED:
        return method.upper()
    return method


def needs_preflight(request: ScriptRequest) -> bool:
    """Whether a browser sends a preflight before it sends this request to another origin."""
    unsafe_method = normalise_method(request.method) not in _SAFE_METHODS
    return unsafe_method or request.upload_listeners or bool(cors_unsafe_header_names(request.headers))


def preflight_for(request: ScriptRequest, origin: str) -> Preflight:
    """The preflight exactly as a browser sends it for this request (rule C12): same URL with query, no credentials."""
    # Joined without spaces, and left out when empty, as browsers send it.
    names = cors_unsafe_header_names(request.headers)
    asked: tuple[Header, ...] = (("Access-Control-Request-Headers", ",".join(names)),) if names else ()
    method = ("Access-Control-Request-Method", normalise_method(request.method))
    return Preflight(request.url.partition("#")[0], (("Accept", "*/*"), method, *asked, ("Origin", origin)))


def judge_preflight(request: ScriptRequest, origin: str, answer: Answer) -> Verdict:
    """Whether the answer to the preflight allows the browser to send the request (rules C13 to C18).

    A redirect is reported first, as browsers do, because nothing else in such an answer matters. Otherwise the first
    failing rule is reported, in the order of the standard.
    """
    if answer.status in REDIRECT_STATUSES and answer.values("location"):
        return _redirected(answer)
    verdict = cors_check(origin, answer, credentials=request.credentials, preflight=True)
    if not verdict.allowed:
        return verdict
    if not 200 <= answer.status <= 299:
        reason = f"the preflight is answered with status {answer.status}, but browsers require 200 to 299"
        return Verdict(False, "preflight-status", "C14", reason, url=answer.url)
    fault = _judge_lists(answer) or _judge_method(request, answer) or _judge_headers(request, answer)
    if fault is not None:
        return fault
    warnings = verdict.warnings + _wildcard_warning(request, answer) + _cache_warning(answer)
    return Verdict(True, "allowed", "", "the preflight allows the request", verdict.header, warnings, answer.url)


def _redirected(answer: Answer) -> Verdict:
    target = ", ".join(answer.values("location"))
    reason = (
        f"the preflight is answered with a redirect ({answer.status}) to {quoted(target)}, which browsers do not follow"
    )
    return Verdict(False, "preflight-redirect", "C14", reason, ("Location", target), url=answer.url)


def _judge_lists(answer: Answer) -> Verdict | None:
    # One malformed element fails the whole preflight, even in a list that the request does not need (C15).
    lists: tuple[tuple[str, Step, str], ...] = (
        (ALLOW_METHODS, "preflight-method-list-malformed", "methods"),
        (ALLOW_HEADERS, "preflight-header-list-malformed", "header names"),
    )
    for name, step, content in lists:
        values = answer.values(name)
        if parse_list(values) is None:
            malformed = ", ".join(quoted(element) for element in malformed_elements(values))
            reason = f"{name} {quoted(', '.join(values))} is not a list of {content} because of {malformed}"
            return Verdict(False, step, "C15", reason, (name, ", ".join(values)), url=answer.url)
    return None


def _judge_method(request: ScriptRequest, answer: Answer) -> Verdict | None:
    method = normalise_method(request.method)
    values = answer.values(ALLOW_METHODS)
    listed = parse_list(values) or ()
    by_wildcard = "*" in listed and not request.credentials
    # With the use-CORS-preflight flag set, a missing header counts as one that lists the method (C16).
    forced = request.upload_listeners and not values
    if method in listed or method in _SAFE_METHODS or by_wildcard or forced:
        return None
    header = None
    shown = "is missing"
    if values:
        header = (ALLOW_METHODS, ", ".join(values))
        shown = f"lists {quoted(', '.join(values))}"
    return Verdict(
        False, "preflight-method", "C16", f"{ALLOW_METHODS} {shown}, so {method} is not allowed", header, url=answer.url
    )


def _judge_headers(request: ScriptRequest, answer: Answer) -> Verdict | None:
    values = answer.values(ALLOW_HEADERS)
    listed = {name.lower() for name in parse_list(values) or ()}
    if "*" in listed and not request.credentials:
        return None
    missing = tuple(name for name in cors_unsafe_header_names(request.headers) if name not in listed)
    if not missing:
        return None
    header = None
    shown = "is missing"
    if values:
        header = (ALLOW_HEADERS, ", ".join(values))
        shown = f"lists {quoted(', '.join(values))}"
    if "*" in listed:
        shown += ", where * is not a wildcard because the request carries credentials"
    names = " and ".join(missing)
    verb = "are"
    if len(missing) == 1:
        verb = "is"
    reason = f"{ALLOW_HEADERS} {shown}, so {names} {verb} not allowed"
    return Verdict(False, "preflight-header", "C17", reason, header, url=answer.url, missing=missing)


def _wildcard_warning(request: ScriptRequest, answer: Answer) -> tuple[CorsWarning, ...]:
    listed = {name.lower() for name in parse_list(answer.values(ALLOW_HEADERS)) or ()}
    if "authorization" not in cors_unsafe_header_names(request.headers) or "authorization" in listed:
        return ()
    # Reached only when the request was allowed, so the list had a wildcard. In the standard it never covers authorization, but
    # Chromium 156, Firefox ESR 153 and WebKitGTK 2.50 accept it (measured): a warning, not a failure.
    text = (
        f'{ALLOW_HEADERS} "*" covers authorization in current browsers, contrary to the Fetch standard; this may change, '
        "so list authorization by name"
    )
    return (CorsWarning("C18", text),)


def _cache_warning(answer: Answer) -> tuple[CorsWarning, ...]:
    values = answer.values(MAX_AGE)
    # Browsers cache a preflight for five seconds when the value is missing, invalid or repeated (C19), and not at all when it is 0.
    # The cache is per URL and each frame has its own URL, so even a long max age saves only repeated requests.
    if len(values) == 1 and re.fullmatch("0*[1-9][0-9]*", values[0]):
        return ()
    seen = "is missing"
    if values:
        seen = f"is {quoted(', '.join(values))}"
    return (
        CorsWarning(
            "C19", f"{MAX_AGE} {seen}: browsers send a preflight before nearly every request, which costs a round trip"
        ),
    )
