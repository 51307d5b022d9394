"""Does the provider know the client ID, and let it in without a secret?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.cors_token import SYMPTOM
from ohif_setup.checks.sign_in.provider_said import named_fix, names_grant, said
from ohif_setup.checks.sign_in.redirect_uri import CONFIRMED
from ohif_setup.checks.sign_in.who_signs_in import no_sign_in
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.look.token_endpoint import TokenProbe
from ohif_setup.network.sign_in.sign_in import SignInResult
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.providers import provider_of

ID = "client-known"

_NO_PROOF = {"temporarily_unavailable", "server_error", "invalid_tenant", "unauthorized_client"}
"""Errors that the provider may return before it has looked up the client."""


@dataclass(frozen=True)
class ClientObservations:
    """The result of the sign-in, and the answers of the authorize endpoint and of the token endpoint."""

    sign_in: SignInResult | None
    probes: tuple[AuthorizeProbe, ...]
    tokens: tuple[TokenProbe, ...] = ()


def look(site: Look) -> ClientObservations | None:
    """No request of its own: reuses the sign-in and the probes of other checks. None for a site without a sign-in."""
    if site.answers.sign_in is None:
        return None
    return ClientObservations(site.sign_in(), site.redirect_probes(), site.token_probes())


def judge(answers: Answers, seen: ClientObservations | None) -> Sequence[Finding]:
    """One finding. A refusal by the sign-in or by the token endpoint fails; one that only the authorize page shows is a hint, which
    warns."""
    if seen is None or answers.sign_in is None:
        return [no_sign_in(ID)]
    client = answers.sign_in.client_id
    judging = provider_of(answers.sign_in).judging()
    signed, refused = seen.sign_in, None
    if signed and signed.client_id not in ("", client):
        # A service principal may be another application than the viewer's; its result says nothing about this client ID.
        signed = None
    if signed and signed.reason == "refused":
        refused = signed
    unknown = judging.client(ID, answers.sign_in, refused, seen.probes)
    tokens = [token for token in seen.tokens if judging.refusal_tells(token)]
    if any(token.accepted for token in tokens):
        return [Finding(ID, client, "pass", f"{client}  (without a secret)")]
    # An error that is delivered to the redirect URI is only sent for a known client (RFC 6749, 4.1.2.1).
    confirmed = any(probe.returned and probe.error in CONFIRMED for probe in seen.probes)
    without_secret = next((token for token in tokens if token.refused_client), None)
    # Some look at the redirect URI first, and have the same error for it (authentik, read in its source).
    other_uri = not confirmed and any(judging.knows_client(probe) for probe in seen.probes)
    if without_secret and not other_uri:
        return [_refused(answers.sign_in, without_secret, unknown, known=confirmed)]
    if unknown:
        return [unknown]
    # A token proves the client, and so does a refusal that the provider can only make after it has found the client.
    if signed and (signed.token or (refused and refused.error not in _NO_PROOF)):
        return [Finding(ID, client, "pass", client)]
    if confirmed:
        return [Finding(ID, client, "pass", client)]
    if other_uri:
        unseen = "whether the client needs a secret: the provider refuses the redirect URI first"
        return [Finding(ID, client, "pass", client, unseen=unseen if without_secret else "")]
    if not seen.probes:
        return [skipped(ID, client, "no identity provider to ask", see=("tenant-exists",))]
    return [skipped(ID, client, "only a sign-in with this client ID can tell")]


def _refused(sign_in: SignIn, token: TokenProbe, unknown: Finding | None, *, known: bool) -> Finding:
    """The token endpoint looks at the client before it looks at the code, so it refuses the viewer's request like this one."""
    words, shown = said(token.error, token.description), evidence(token.exchange)
    if unknown:
        cause = (
            f"Neither its sign-in page nor its token endpoint accepts the client ID ({words}): a typo, a client of another realm "
            "or tenant, or a disabled one."
        )
        return replace(unknown, status="fail", cause=cause, evidence=shown)
    console = provider_of(sign_in).console.of(sign_in.client_id)
    public = Fix(console.name, console.public)
    if token.error == "unauthorized_client" and names_grant(token.description):
        fault = Fault(
            "client-grant",
            "the provider does not allow this client the code flow",
            SYMPTOM,
            f"The client exists, and is not set up for the flow of the viewer. Its token endpoint says: {words}",
            named_fix(sign_in, token.description),
        )
    elif known:
        fault = Fault(
            "client-confidential",
            "the provider wants a client secret from the viewer",
            SYMPTOM,
            "The client is a confidential one: the provider knows it, and its token endpoint refuses it without a secret "
            f"({words}). A viewer in a browser cannot keep a secret.",
            (public,),
        )
    else:
        fault = Fault(
            "client-refused",
            "the provider does not accept this client ID",
            SYMPTOM,
            f"Its token endpoint refuses the client ID without a secret ({words}): the client does not exist, is disabled, or is a "
            "confidential one. Some providers refuse a redirect URI that is not registered in the same words.",
            (public, Fix("Answers", "or correct sign_in.client_id, or sign_in.authority")),
        )
    return finding_of(ID, sign_in.client_id, fault, shown)


CHECK = Check(
    ID,
    30,
    "Does the provider know the client ID, and let it in without a secret?",
    look,
    judge,
    needs=("tenant-exists",),
    proves="the client ID",
)
