"""Whether a service allows more origins than it should (rules C37 and C38)."""

from __future__ import annotations

from typing import Literal

from ohif_setup.browser.cors_check import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from ohif_setup.browser.values import Answer

FOREIGN_ORIGIN = "https://not-listed.invalid"
"""An origin that no service lists on purpose: the top-level domain `invalid` is reserved (RFC 2606)."""

Openness = Literal["closed", "any", "reflects", "reflects-with-credentials"]


def openness(foreign_origin: str, answer: Answer) -> Openness:
    """How an answer treats the unlisted origin `foreign_origin`.

    `any` is `*`: harmless, unless only its network position protects the service (rule C38). `reflects` repeats the
    request's origin, which allows as much as `*`; with credentials it gives the user's session to any page (rule C37).
    """
    allowed = answer.values(ALLOW_ORIGIN)
    if allowed == ("*",):
        return "any"
    if allowed != (foreign_origin,):
        return "closed"
    if answer.values(ALLOW_CREDENTIALS) == ("true",):
        return "reflects-with-credentials"
    return "reflects"
