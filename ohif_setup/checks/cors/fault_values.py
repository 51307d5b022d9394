"""Faults in what the headers say: the lists of a preflight, and the origin that is let in."""

from __future__ import annotations

from ohif_setup.browser.cors_check import ALLOW_ORIGIN
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.preflight import ALLOW_HEADERS, ALLOW_METHODS
from ohif_setup.checks.cors.fault import Case, CorsFault

# What is missing most gravely names the fault: without authorization nothing works at all.
_GRAVITY = ("authorization", "accept", "content-type")


def of_lists(case: Case) -> CorsFault | None:
    """What the preflight does not list."""
    if case.step == "header":
        return _header(case)
    if case.step == "method":
        method = case.judged.look.script.method
        return CorsFault(
            "method",
            f"method {method} is not allowed",
            case.judged.reason,
            f"Methods: add  {method}",
            f"add {method} to {ALLOW_METHODS}",
        )
    if case.step in ("method-list-malformed", "header-list-malformed"):
        return CorsFault(
            "list-malformed",
            "a list of the preflight cannot be read",
            case.judged.reason,
            "enter each name alone, one a line",
            "separate the names by commas, without quotes and blanks in them",
        )
    return None


def of_origin(case: Case) -> CorsFault | None:
    """An origin, but not the viewer's."""
    origin, seen = case.origin, case.seen
    if case.step == "cors-repeated" or (case.step == "cors-origin" and "," in seen):
        return CorsFault(
            "origin-repeated",
            f"{ALLOW_ORIGIN} holds more than one value",
            f"{case.judged.reason}. The server and the proxy before it both add it, or a proxy adds it twice; browsers refuse that "
            "even when the values are equal.",
            proxy="keep one: proxy_hide_header Access-Control-Allow-Origin in nginx; Header set, not Header add, in Apache",
        )
    if case.step != "cors-origin":
        return None
    if _same_machine(seen, origin) or (seen != origin and seen in case.target.origins):
        return CorsFault(
            "origin-other-name",
            f"{seen} is allowed, {origin} is not",
            "An origin is compared letter by letter: localhost, 127.0.0.1, a machine's name and its public name are different "
            "origins, though they are one machine.",
            f"Origins: add  {origin}",
            f"allow {origin} as well, or open the viewer at {seen}",
        )
    return CorsFault(
        "origin-different",
        f"{seen or 'an empty origin'} is allowed, not {origin}",
        case.judged.reason,
        f"Origins: exactly  {origin}",
        f"write it exactly so: {origin}",
    )


def _header(case: Case) -> CorsFault:
    """One fault for all requests that meet the same list, so that one change mends them."""
    lacking = {
        name
        for sibling in case.siblings
        if sibling.verdict and sibling.step == "preflight-header" and _list_of(sibling.verdict.header) == case.seen
        for name in sibling.verdict.missing
    }
    own = case.judged.verdict.missing if case.judged.verdict else ()
    worst = next((name for name in (*_GRAVITY, *own) if name in own), "")
    # Only authorization stops every request, so only then does one fault stand for what all of them lack.
    if worst != "authorization":
        lacking = set(own)
    names = sorted(lacking)
    shown = " and ".join(f'"{name}"' for name in names)
    why = f"The viewer sends {shown}, so the browser asks first (preflight) whether it may."
    if names == ["accept"]:
        why = (
            "OHIF asks for this with an Accept header that has quotes in it, so the browser asks first (preflight) whether "
            '"accept" may be sent.'
        )
    title = f"header {shown} is not allowed for {case.origin}"
    if len(names) > 1:
        title = f"headers {shown} are not allowed for {case.origin}"
    return CorsFault(
        f"header-{worst}",
        title,
        f"{why} The service allows: {case.seen or 'none'}",
        f"Headers: add  {', '.join(names)}",
        f"add {', '.join(names)} to {ALLOW_HEADERS}, by name",
    )


def _list_of(header: tuple[str, str] | None) -> str:
    return header[1] if header else ""


def _same_machine(first: str, second: str) -> bool:
    """Whether two origins differ by the name of this machine alone."""
    here = {"localhost", "127.0.0.1", "[::1]", "::1"}
    a, b = parts_of(first), parts_of(second)
    return {a.host, b.host} <= here and a.host != b.host and a.port == b.port
