"""Whether a service lets in more pages than it should (rules C37 to C39)."""

from __future__ import annotations

from typing import Literal

from ohif_setup.browser.cors_check import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from ohif_setup.browser.origin import parse_address
from ohif_setup.browser.values import OPAQUE_ORIGIN, Answer

FOREIGN_ORIGIN = "https://not-listed.invalid"
"""An origin that nobody lists: the top-level domain `invalid` is reserved (RFC 2606)."""

Openness = Literal["closed", "any", "reflects", "reflects-with-credentials"]


def openness(foreign_origin: str, answer: Answer) -> Openness:
    """How far a service opened itself in an answer to an origin that it should not know.

    `any` is `*`: harmless, unless the network position is all that protects the service (rule C38). `reflects`
    repeats what was asked, which serves nobody better than `*`; together with credentials it hands out the user's
    session (rule C37).
    """
    allowed = answer.values(ALLOW_ORIGIN)
    if allowed == ("*",):
        return "any"
    if allowed != (foreign_origin,):
        return "closed"
    return "reflects-with-credentials" if answer.values(ALLOW_CREDENTIALS) == ("true",) else "reflects"


def foreign_origins(origin: str) -> tuple[str, ...]:
    """Origins to try beside the listed one: an unknown one, `null`, and look-alikes of `origin` (rule C39)."""
    address = parse_address(origin)
    port = origin.rpartition(":")[2] if origin.count(":") > 1 and not origin.endswith("]") else ""
    suffix = f":{port}" if port else ""
    twins = (f"http://{address.host}{suffix}",) if address.scheme == "https" else ()
    if address.host.startswith("["):
        return FOREIGN_ORIGIN, OPAQUE_ORIGIN, *twins
    look_alikes = (
        f"{address.scheme}://{address.host}.invalid{suffix}",
        f"{address.scheme}://not-{address.host}{suffix}",
    )
    return FOREIGN_ORIGIN, OPAQUE_ORIGIN, *twins, *look_alikes
