"""The contract for judging a provider's answers that need no sign-in."""

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
    from ohif_setup.network.look.token_endpoint import TokenProbe
    from ohif_setup.network.sign_in.sign_in import SignInResult


@dataclass(frozen=True, kw_only=True)
class Judging:
    """The judgements of one provider. Functions that return a finding take the check's ID first; None if they find no fault.

    - `discovery`: the fault of the discovery document. A status with the same meaning for every provider was judged before. The
      challenge is that of a server that names the tenant which it trusts, if there is one.
    - `passed`: the title of the finding if the document has no fault.
    - `client`: the fault of a client ID that the provider does not know or accept, by this tool's sign-in if it was refused, and by
      the answers of the authorize endpoint.
    - `knows_client`: whether an answer of the authorize endpoint proves that the provider knows the client.
    - `redirect_uri`: the fault of a redirect URI by the answer of the authorize endpoint.
    - `refusal_tells`: whether this refusal of a made-up code shows what the provider thinks of the client and the origin.
    """

    discovery: Callable[[str, Answers, SignIn, Discovery, Challenge | None], Finding | None]
    passed: Callable[[SignIn, Discovery], str]
    client: Callable[[str, SignIn, SignInResult | None, Sequence[AuthorizeProbe]], Finding | None]
    knows_client: Callable[[AuthorizeProbe], bool] = lambda _: False
    redirect_uri: Callable[[str, SignIn, AuthorizeProbe], Finding | None]
    refusal_tells: Callable[[TokenProbe], bool] = lambda _: True
