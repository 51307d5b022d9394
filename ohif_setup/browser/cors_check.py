"""The CORS check, which a browser makes on every answer from another origin (rules C20 to C25).

Source: https://fetch.spec.whatwg.org/#concept-cors-check.
"""

from __future__ import annotations

from typing import Literal

from ohif_setup.browser.origin import has_origin, serialize_origin
from ohif_setup.browser.values import OPAQUE_ORIGIN, Answer, CorsWarning, Step, Verdict, quoted

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"

_Fault = Literal["missing", "repeated", "wildcard", "origin", "credentials"]
_STEPS: dict[_Fault, Step] = {
    "missing": "cors-missing",
    "repeated": "cors-repeated",
    "wildcard": "cors-wildcard",
    "origin": "cors-origin",
    "credentials": "cors-credentials",
}
_PREFLIGHT_STEPS: dict[_Fault, Step] = {
    "missing": "preflight-cors-missing",
    "repeated": "preflight-cors-repeated",
    "wildcard": "preflight-cors-wildcard",
    "origin": "preflight-cors-origin",
    "credentials": "preflight-cors-credentials",
}


def cors_check(origin: str, answer: Answer, *, credentials: bool, preflight: bool = False) -> Verdict:
    """Whether `answer`, which comes from another origin, lets in a page of `origin`; the status plays no part.

    `origin` is serialised, or `OPAQUE_ORIGIN`. `preflight` says which of the two answers the verdict is to speak of.
    """
    steps = _PREFLIGHT_STEPS if preflight else _STEPS
    subject = "the answer to the preflight" if preflight else "the answer"
    seen = answer.values(ALLOW_ORIGIN)
    header = (ALLOW_ORIGIN, ", ".join(seen)) if seen else None

    def fail(fault: _Fault, rule: str, reason: str) -> Verdict:
        return Verdict(False, steps[fault], rule, reason, header, url=answer.url)

    if not seen:
        return fail("missing", "C21", f"{subject} (status {answer.status}) has no {ALLOW_ORIGIN} header")
    if len(seen) > 1:
        shown = " and ".join(quoted(value) for value in seen)
        return fail(
            "repeated",
            "C20",
            f"{subject} has {len(seen)} {ALLOW_ORIGIN} headers, {shown}; only one is allowed, even if equal",
        )
    if seen[0] == "*" and credentials:
        return fail(
            "wildcard", "C22", f'{subject} has {ALLOW_ORIGIN} "*", which does not cover requests with credentials'
        )
    if seen[0] not in {"*", origin}:
        difference = describe_difference(seen[0], origin)
        return fail(
            "origin", "C23", f"{subject} has {ALLOW_ORIGIN} {quoted(seen[0])}, not {quoted(origin)}: {difference}"
        )
    allowed = answer.values(ALLOW_CREDENTIALS)
    if credentials and allowed != ("true",):
        header = (ALLOW_CREDENTIALS, ", ".join(allowed)) if allowed else None
        shown = quoted(", ".join(allowed)) if allowed else "no value"
        return fail("credentials", "C24", f'{subject} has {shown} for {ALLOW_CREDENTIALS}, which must be "true"')
    reason = f"{subject} has {ALLOW_ORIGIN} {quoted(seen[0])}"
    return Verdict(
        True, "allowed", "", reason, header, _warnings(seen[0], allowed, credentials=credentials), answer.url
    )


def describe_difference(seen: str, origin: str) -> str:
    """In a few words, how a value that was seen differs from the origin that it should be (rule C23)."""
    if not seen:
        return "the value is empty"
    if "," in seen or " " in seen:
        return "one origin is allowed there, not a list"
    if "*" in seen:
        return 'a wildcard works only as "*" alone'
    if seen == OPAQUE_ORIGIN:
        return '"null" stands for a page without an origin, such as a file'
    if seen.rstrip("/") == origin:
        return "the slash at the end is too much"
    if seen.lower() == origin:
        return "it must be in lower case"
    if "://" not in seen:
        return (
            "the scheme is missing" if origin.endswith(f"//{seen}") else "it is not an origin (scheme, host and port)"
        )
    return _difference_of_urls(seen, origin)


def _difference_of_urls(seen: str, origin: str) -> str:
    if not has_origin(seen):
        return "it is not an origin (scheme, host and port)"
    normal = serialize_origin(seen)
    if normal == origin:
        return "a browser writes an origin without default port, path or capitals"
    if normal.partition("://")[2] == origin.partition("://")[2]:
        return f"the scheme is {normal.partition(':')[0]}"
    if normal.rpartition(":")[0] == origin or origin.rpartition(":")[0] == normal:
        return "the port differs"
    return "it is another origin"


def _warnings(seen: str, allowed: tuple[str, ...], *, credentials: bool) -> tuple[CorsWarning, ...]:
    if not allowed or credentials:
        return ()
    value = quoted(", ".join(allowed))
    if seen == "*":
        text = f'{ALLOW_CREDENTIALS} {value} beside {ALLOW_ORIGIN} "*" is of no use: browsers refuse the pair'
    else:
        text = f"{ALLOW_CREDENTIALS} {value} is not needed: OHIF sends no credentials of the browser"
    return (CorsWarning("C25", text),)
