"""The contract of how a provider's answers are judged, as far as it says anything without a sign-in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables.tables import SignIn
    from ohif_setup.checks.finding import Finding
    from ohif_setup.network.look.authorize import AuthorizeProbe
    from ohif_setup.network.look.challenge import Challenge
    from ohif_setup.network.look.discovery import Discovery
    from ohif_setup.network.sign_in.sign_in import SignInResult


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Each function takes the check's ID first, and gives None where nothing is wrong or nothing shows.

    `discovery` is what is wrong with the discovery document, beside a status that is trouble for everybody; the challenge is that
    of a server that names the tenant which it trusts. `passed` is the title where nothing is.

    `client` is the finding on a client ID that the provider does not know or take (client ID, the sign-in of this tool where it was
    refused, the authorize endpoint's answers); `knows_client` says whether such an answer proves the client. `redirect_uri` is what
    the authorize endpoint has against a redirect URI.
    """

    discovery: Callable[[str, Answers, SignIn, Discovery, Challenge | None], Finding | None]
    passed: Callable[[SignIn, Discovery], str]
    client: Callable[[str, str, SignInResult | None, Sequence[AuthorizeProbe]], Finding | None]
    knows_client: Callable[[AuthorizeProbe], bool] = lambda _: False
    redirect_uri: Callable[[str, SignIn, AuthorizeProbe], Finding | None]
