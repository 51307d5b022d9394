"""Does the tenant know the client ID? Only some ways of signing in show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.redirect_uri import CONFIRMED
from ohif_setup.checks.sign_in.who_signs_in import nobody
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.sign_in.sign_in import SignInResult
from ohif_setup.providers import provider_of

ID = "client-known"

_NO_PROOF = {"temporarily_unavailable", "server_error", "invalid_tenant", "unauthorized_client"}
"""Errors that may come before the provider has looked for the client."""


@dataclass(frozen=True)
class ClientObservations:
    """The sign-in, and the answers of the authorize endpoint."""

    sign_in: SignInResult | None
    probes: tuple[AuthorizeProbe, ...]


def look(site: Look) -> ClientObservations | None:
    """Nothing of its own: what the sign-in and the redirect probes showed. None where nobody signs in."""
    if site.answers.sign_in is None:
        return None
    return ClientObservations(site.sign_in(), site.redirect_probes())


def judge(answers: Answers, seen: ClientObservations | None) -> Sequence[Finding]:
    """A refusal by the sign-in fails; one that only the authorize page showed is a hint, so it warns."""
    if seen is None or answers.sign_in is None:
        return [nobody(ID)]
    client = answers.sign_in.client_id
    judging = provider_of(answers.sign_in).judging()
    signed, refused = seen.sign_in, None
    if signed and signed.client_id not in ("", client):
        # A service principal may sign in as another application, which says nothing about this client ID.
        signed = None
    if signed and signed.reason == "refused":
        refused = signed
    unknown = judging.client(ID, client, refused, seen.probes)
    if unknown:
        return [unknown]
    if signed and (signed.token or (refused and refused.error not in _NO_PROOF)):
        return [Finding(ID, client, "pass", client)]
    if any((probe.returned and probe.error in CONFIRMED) or judging.knows_client(probe) for probe in seen.probes):
        return [Finding(ID, client, "pass", client)]
    if not seen.probes:
        return [skipped(ID, client, "no identity provider to ask", see=("tenant-exists",))]
    return [skipped(ID, client, "only a sign-in with this client ID can show it")]


CHECK = Check(ID, 30, "Does the tenant know the client ID?", look, judge, needs=("tenant-exists",))
