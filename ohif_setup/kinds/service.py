"""The contract of a service at another origin: which requests OHIF sends there, how CORS is configured, and how to fix it."""

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
"""Seconds that a browser may cache a preflight; Azure's services accept 0 to 99999."""

Setting = Literal["origins", "headers", "methods", "maxAge", "allowCredentials"]


@dataclass(frozen=True)
class CorsSettings:
    """What the service should allow. One set of rules applies to all origins."""

    origins: tuple[str, ...]
    headers: tuple[str, ...]
    methods: tuple[str, ...]


def settings_for(origins: Sequence[str], *, writes: bool) -> CorsSettings:
    """The CORS settings that the viewer needs."""
    # `accept` is for images: the quotes in their Accept header make it unsafe, so without this entry the list shows and no image.
    # OPTIONS need not be listed for a preflight, and does no harm.
    if writes:
        return CorsSettings(tuple(origins), ("authorization", "accept", "content-type"), ("GET", "POST", "OPTIONS"))
    return CorsSettings(tuple(origins), ("authorization", "accept"), ("GET", "OPTIONS"))


class Remedies(Protocol):
    """The fixes for a fault of CORS."""

    def __call__(
        self, case: CorsCase, origin: str, *, own: str, proxy: str, exactly: tuple[Setting, ...] = ()
    ) -> tuple[Fix, ...]:
        """`origin` is the viewer origin that was refused, one of those in `case`.

        `own` says what to enter in the service's own settings, empty if those cannot fix it; `proxy` what to change in a web server
        in front of it. The settings in `exactly` replace existing values; all others are added to them.
        """


@dataclass(frozen=True, kw_only=True)
class CorsService:
    """A service at another origin than the viewer's.

    - `label`: its name. `noun`: what it is called in a sentence.
    - `requests`: the kinds of request that OHIF sends there (arguments: root, version of OHIF, whether uploads are on, UIDs of an
      instance). `by_uids`: they contain the UIDs of instances.
    - `takes_token`: the site's token is for such a service.
    - `writes`: clients write to it, so its fixes allow POST and Content-Type even if the answers turn uploads off.
    - `remedies`: the fixes for a fault.
    - `mute`: a sentence about why such a service sends no CORS header at all, if that is known. `not_listed`: the end of a sentence
      about answers without any CORS header, if those have one cause. `any_origin`: the same about answers that allow every origin
      behind a sign-in.
    - `sets_vary`: its administrator can make it send `Vary`.
    - `is_host`: whether a host name belongs to such services.
    - `recognises`: whether the answers from an address are those of such a service. `otherwise`: the service to assume if not.
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
