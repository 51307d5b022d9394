"""The contract of a service as CORS sees it: what is asked of it, how CORS is set there, and what to change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from ohif_setup.checks.cors.look import CorsCase
    from ohif_setup.checks.finding import Fix
    from ohif_setup.network.wire.exchange import Received
    from ohif_setup.ohif.requests import Uids, ViewerRequest

MAX_AGE = 600
"""Seconds that a browser may remember a preflight; Azure's services take 0 to 99999."""

Setting = Literal["origins", "headers", "methods", "maxAge", "allowCredentials"]


@dataclass(frozen=True)
class CorsSettings:
    """What the service should allow. One set of rules holds for all origins."""

    origins: tuple[str, ...]
    headers: tuple[str, ...]
    methods: tuple[str, ...]


def settings_for(origins: Sequence[str], *, writes: bool) -> CorsSettings:
    """The settings that let the viewer in. `accept` is for images, whose Accept header has quotes in it."""
    if writes:
        return CorsSettings(tuple(origins), ("authorization", "accept", "content-type"), ("GET", "POST", "OPTIONS"))
    return CorsSettings(tuple(origins), ("authorization", "accept"), ("GET", "OPTIONS"))


class Remedies(Protocol):
    """The ways out of a fault of CORS."""

    def __call__(
        self, case: CorsCase, origin: str, *, own: str, proxy: str, exactly: tuple[Setting, ...] = ()
    ) -> tuple[Fix, ...]:
        """`origin` is the viewer's that was refused, among all of the case.

        `own` says what to enter in the service's own settings, empty where those cannot mend it; `proxy` is what to change in a
        web server before it. The settings of `exactly` take the place of what is there.
        """


@dataclass(frozen=True, kw_only=True)
class CorsService:
    """A service by another origin than the viewer's.

    `label` is its name, and `noun` what it is in a sentence. `requests` are the kinds of request that OHIF sends there (root,
    version of OHIF, whether people store, UIDs of an instance). `by_uids`: they name instances. `takes_token`: the site's token is
    for such a service. `writes`: people write to it, whatever the answers say of uploads.

    `mute` is a sentence on why such a service has no word of CORS at all, where that is known. `not_listed` is the end of a
    sentence on answers without a word of CORS where that has one cause, and `any_origin` one on answers that let every origin in,
    behind a sign-in. `sets_vary`: somebody can make it send `Vary`.

    `is_host`: a host of such services, by its name. `recognises`: whether an address and the answers that came from it are those
    of such a service; `otherwise` is what it else is.
    """

    label: str
    noun: str
    requests: Callable[[str, str, bool, Uids], tuple[ViewerRequest, ...]]
    remedies: Remedies
    by_uids: bool = True
    takes_token: bool = False
    writes: bool = False
    mute: str = ""
    not_listed: str = ""
    any_origin: str = ""
    sets_vary: bool = True
    is_host: Callable[[str], bool] = lambda _: False
    recognises: Callable[[str, Sequence[Received]], bool] = lambda *_: True
    otherwise: CorsService | None = None
