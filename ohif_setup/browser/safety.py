"""Whether a service lets in more pages than it should (rules C37 and C38)."""

from __future__ import annotations

from typing import Literal

from ohif_setup.browser.cors_check import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from ohif_setup.browser.values import Answer

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
    if answer.values(ALLOW_CREDENTIALS) == ("true",):
        return "reflects-with-credentials"
    return "reflects"
