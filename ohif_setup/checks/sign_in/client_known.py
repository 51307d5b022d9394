"""Does the tenant know the client ID? Only some sign-in methods show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.redirect_uri import CONFIRMED
from ohif_setup.checks.sign_in.who_signs_in import no_sign_in
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.sign_in.sign_in import SignInResult
from ohif_setup.providers import provider_of

ID = "client-known"

_NO_PROOF = {"temporarily_unavailable", "server_error", "invalid_tenant", "unauthorized_client"}
"""Errors that the provider may return before it has looked up the client."""


@dataclass(frozen=True)
class ClientObservations:
    """The result of the sign-in, and the answers of the authorize endpoint."""

    sign_in: SignInResult | None
    probes: tuple[AuthorizeProbe, ...]


def look(site: Look) -> ClientObservations | None:
    """No request of its own: reuses the sign-in and the redirect probes. None for a site without a sign-in."""
    if site.answers.sign_in is None:
        return None
    return ClientObservations(site.sign_in(), site.redirect_probes())


def judge(answers: Answers, seen: ClientObservations | None) -> Sequence[Finding]:
    """One finding: a refusal by the sign-in fails; a refusal that only the authorize page shows warns, because it is a hint."""
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
    if unknown:
        return [unknown]
    # A token proves the client, and so does a refusal that the provider can only make after it has found the client.
    if signed and (signed.token or (refused and refused.error not in _NO_PROOF)):
        return [Finding(ID, client, "pass", client)]
    # Without a sign-in: an error that was delivered to the redirect URI is only sent for a known client (RFC 6749, 4.1.2.1).
    if any((probe.returned and probe.error in CONFIRMED) or judging.knows_client(probe) for probe in seen.probes):
        return [Finding(ID, client, "pass", client)]
    if not seen.probes:
        return [skipped(ID, client, "no identity provider to ask", see=("tenant-exists",))]
    return [skipped(ID, client, "only a sign-in with this client ID can tell")]


CHECK = Check(
    ID, 30, "Does the tenant know the client ID?", look, judge, needs=("tenant-exists",), proves="the client ID"
)
