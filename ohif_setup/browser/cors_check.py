"""The CORS check, which a browser applies to every answer from another origin (rules C20 to C25).

Source: https://fetch.spec.whatwg.org/#concept-cors-check.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ohif_setup.browser.origin import has_origin, is_same_origin, parse_address
from ohif_setup.browser.values import OPAQUE_ORIGIN, Answer, CorsWarning, Header, Step, Verdict, quoted

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"

_Kind = Literal["malformed", "missing", "repeated", "wildcard", "origin", "credentials"]
_STEPS: dict[_Kind, Step] = {
    "malformed": "answer-malformed",
    "missing": "cors-missing",
    "repeated": "cors-repeated",
    "wildcard": "cors-wildcard",
    "origin": "cors-origin",
    "credentials": "cors-credentials",
}
_PREFLIGHT_STEPS: dict[_Kind, Step] = {
    "malformed": "preflight-malformed",
    "missing": "preflight-cors-missing",
    "repeated": "preflight-cors-repeated",
    "wildcard": "preflight-cors-wildcard",
    "origin": "preflight-cors-origin",
    "credentials": "preflight-cors-credentials",
}


class _Fault(NamedTuple):
    kind: _Kind
    rule: str
    reason: str
    header: Header | None


def cors_check(origin: str, answer: Answer, *, credentials: bool, preflight: bool = False) -> Verdict:
    """Whether `answer`, which comes from another origin, allows a page of `origin` to read it, whatever its status.

    `origin` is serialised, or `OPAQUE_ORIGIN`. `preflight`: the answer is that to the preflight, and the verdict names it so.
    """
    subject = "the answer"
    if preflight:
        subject = "the answer to the preflight"
    fault = _fault(origin, answer, credentials=credentials)
    if fault is not None:
        step = (_PREFLIGHT_STEPS if preflight else _STEPS)[fault.kind]
        return Verdict(False, step, fault.rule, f"{subject} {fault.reason}", fault.header, url=answer.url)
    seen = answer.values(ALLOW_ORIGIN)[0]
    warnings = _warnings(seen, answer.values(ALLOW_CREDENTIALS), credentials=credentials)
    reason = f"{subject} has {ALLOW_ORIGIN} {quoted(seen)}"
    return Verdict(True, "allowed", "", reason, (ALLOW_ORIGIN, seen), warnings, answer.url)


def check_same_origin(origin: str, answer: Answer) -> Verdict:
    """Whether a page of `origin` may read an answer of the same origin: always, unless the answer is malformed (rule C2)."""
    fault = _malformed(answer)
    if fault is not None:
        return Verdict(
            False, "answer-malformed", fault.rule, f"the answer {fault.reason}", fault.header, url=answer.url
        )
    reason = f"{origin} serves both the page and the answer, so no CORS is needed"
    return Verdict(True, "same-origin", "C2", reason, url=answer.url)


def describe_difference(seen: str, origin: str) -> str:
    """In a few words, how the value `seen` differs from the expected `origin` (rule C23)."""
    # Browsers compare byte by byte. The order goes from the most specific advice to the most general.
    if not seen:
        return "the value is empty"
    if "," in seen or " " in seen:
        return "only one origin is allowed, not a list"
    if "*" in seen:
        return 'a wildcard works only as "*" alone'
    if seen == OPAQUE_ORIGIN:
        return '"null" stands for a page without an origin, such as a file'
    if seen.rstrip("/") == origin:
        return "remove the slash at the end"
    if seen.lower() == origin:
        return "it must be lower case"
    if "://" not in seen:
        if origin.endswith(f"//{seen}"):
            return "the scheme is missing"
        return "it is not an origin (scheme, host and port)"
    return _difference_of_urls(seen, origin)


def _malformed(answer: Answer) -> _Fault | None:
    # Not in the Fetch standard, but all engines drop an answer with a NUL byte in any of its headers.
    for name, value in answer.headers:
        if "\0" in name or "\0" in value:
            reason = (
                f"has a NUL byte in its header {quoted(name)} {quoted(value)}, so browsers discard the whole answer"
            )
            return _Fault("malformed", "C21", reason, (name, value))
    return None


def _fault(origin: str, answer: Answer, *, credentials: bool) -> _Fault | None:
    malformed = _malformed(answer)
    if malformed is not None:
        return malformed
    seen = answer.values(ALLOW_ORIGIN)
    if not seen:
        return _Fault("missing", "C21", f"(status {answer.status}) has no {ALLOW_ORIGIN} header", None)
    header = (ALLOW_ORIGIN, ", ".join(seen))
    if len(seen) > 1:
        # Browsers join repeated fields with ", " and compare the result, which equals no origin: even "*, *" fails.
        shown = " and ".join(quoted(value) for value in seen)
        reason = f"has {len(seen)} {ALLOW_ORIGIN} headers, {shown}; only one is allowed, even if they are equal"
        return _Fault("repeated", "C20", reason, header)
    if seen[0] == "*" and credentials:
        return _Fault(
            "wildcard", "C22", f'has {ALLOW_ORIGIN} "*", which does not cover requests with credentials', header
        )
    if seen[0] not in {"*", origin}:
        difference = describe_difference(seen[0], origin)
        return _Fault(
            "origin", "C23", f"has {ALLOW_ORIGIN} {quoted(seen[0])}, not {quoted(origin)}: {difference}", header
        )
    allowed = answer.values(ALLOW_CREDENTIALS)
    # Case-sensitive in the standard: `True` and `1` fail (C24).
    if credentials and allowed != ("true",):
        shown = "no value"
        if allowed:
            shown = quoted(", ".join(allowed))
        reason = f'has {shown} for {ALLOW_CREDENTIALS}, which must be "true"'
        return _Fault("credentials", "C24", reason, (ALLOW_CREDENTIALS, ", ".join(allowed)) if allowed else None)
    return None


def _difference_of_urls(seen: str, origin: str) -> str:
    if not has_origin(seen):
        return "it is not an origin (scheme, host and port)"
    if origin == OPAQUE_ORIGIN:
        return 'the page has no origin, so "null" or "*" is needed'
    # Equal as URLs but not as text: browsers compare the text.
    if is_same_origin(seen, origin):
        return "a browser sends an origin without a default port, a path or capital letters"
    allowed, page = parse_address(seen), parse_address(origin)
    if allowed.host != page.host:
        return "it is a different origin"
    if allowed.scheme == page.scheme:
        return "the port differs"
    return f"the scheme is {allowed.scheme}"


def _warnings(seen: str, allowed: tuple[str, ...], *, credentials: bool) -> tuple[CorsWarning, ...]:
    if not allowed or credentials:
        return ()
    # OHIF's token is a header that its script sets, so its requests are not credentialed and C25 ignores this header.
    value = quoted(", ".join(allowed))
    if seen == "*":
        text = f'{ALLOW_CREDENTIALS} {value} is useless with {ALLOW_ORIGIN} "*": browsers refuse the combination'
    else:
        text = f"{ALLOW_CREDENTIALS} {value} is not needed: OHIF does not send the browser's credentials"
    return (CorsWarning("C25", text),)
