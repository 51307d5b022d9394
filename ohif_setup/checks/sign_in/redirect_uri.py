"""Is the viewer's redirect URI registered? Asked without a person, so the result is advice and never fails a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.provider_said import said
from ohif_setup.checks.sign_in.who_signs_in import no_sign_in
from ohif_setup.checks.silence import explain_silence, says_nothing
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.look.token_endpoint import TokenProbe
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.ohif import configuration
from ohif_setup.paste.urls import origin_of
from ohif_setup.providers import provider_of

ID = "redirect-uri"
# With `prompt=none` the provider must not show a page. It sends these errors to the redirect URI, which it does only after it has
# checked the client and the URI (OpenID Connect Core, 3.1.2.6; RFC 6749, 4.1.2.1). Entra's number for it is AADSTS50058.
CONFIRMED = {"login_required", "interaction_required", "consent_required", "account_selection_required"}


@dataclass(frozen=True)
class RedirectUriObservations:
    """One probe for each redirect URI; empty if there is no identity provider to ask. And what the token endpoint says to a made-up
    code, once for each origin."""

    probes: tuple[AuthorizeProbe, ...]
    tokens: tuple[TokenProbe, ...] = ()


def look(site: Look) -> RedirectUriObservations | None:
    """One GET for each redirect URI, and the probes of the token endpoint; None for a site without a sign-in."""
    if site.answers.sign_in is None:
        return None
    return RedirectUriObservations(site.redirect_probes(), site.token_probes())


def judge(answers: Answers, seen: RedirectUriObservations | None) -> Sequence[Finding]:
    """One finding for each redirect URI: confirmed, refused (with the provider's words), or unknown."""
    if seen is None or answers.sign_in is None:
        return [no_sign_in(ID)]
    if not seen.probes:
        return [skipped(ID, "", "no identity provider to ask", see=("tenant-exists",))]
    tokens = {token.origin: token for token in seen.tokens}
    findings = (_finding(answers.sign_in, probe, tokens.get(origin_of(probe.redirect_uri))) for probe in seen.probes)
    return [_with_sign_out(answers, found) for found in findings]


def _with_sign_out(answers: Answers, found: Finding) -> Finding:
    """A refused redirect URI with the addresses after signing out, which belong into the same settings."""
    assert answers.sign_in is not None
    console = provider_of(answers.sign_in).console.of(answers.sign_in.client_id)
    base = found.subject.removesuffix(configuration.CALLBACK)
    # Only where the URI itself is what to add: a provider that is busy needs other advice.
    to_add = any(found.subject in fix.text for fix in found.fix)
    if not to_add or base == found.subject or not console.sign_out_uris:
        return found
    uris = [uri for uri in configuration.sign_out_uris(answers) if uri.startswith(f"{base}/")]
    return replace(found, fix=(*found.fix, Fix(console.name, f"{console.sign_out_uris}: add {' and '.join(uris)}")))


def _finding(sign_in: SignIn, probe: AuthorizeProbe, token: TokenProbe | None) -> Finding:
    uri, provider = probe.redirect_uri, provider_of(sign_in)
    if probe.returned and probe.error in CONFIRMED:
        return Finding(ID, uri, "pass", f"{uri}  ({provider.confirmed})")
    status = probe.exchange.status or 0
    # A busy provider returns errors too, which say nothing about the URI.
    busy = not probe.returned and (status == 429 or status >= 500)
    if busy:
        return _unknown(probe, busy=True)
    judging = provider.judging()
    found = judging.redirect_uri(ID, sign_in, probe)
    if found is None and token and token.error and not token.accepted:
        # The page leaves it open, and some providers look at the redirect URI again before they look at the code.
        again = replace(
            probe, exchange=token.exchange, returned=False, error=token.error, description=token.description, page=""
        )
        found = judging.redirect_uri(ID, sign_in, again)
    return found or _unknown(probe, busy=False)


def _unknown(probe: AuthorizeProbe, *, busy: bool) -> Finding:
    """For a probe in which the provider said nothing about the URI."""
    uri, exchange = probe.redirect_uri, probe.exchange
    # Only a 401 or a refused handshake: a page or a redirect to a sign-in is what this endpoint normally answers.
    login = front_login(exchange)
    if login and (exchange.received is None or exchange.status == 401):
        return behind_login(ID, uri, exchange, login, where=exchange.sent.url.partition("?")[0])
    if busy or says_nothing(exchange):
        title, cause, fix = explain_silence(exchange)
        symptom = "until this is fixed, no user can sign in"
        return finding_of(
            ID, uri, Fault("", f"could not tell: {title}", symptom, cause, fix, "warn"), evidence(exchange)
        )
    reason = "the provider showed its own page"
    words = said(probe.error, probe.description)
    if probe.returned or words:
        reason = f"the provider says: {words or 'nothing'}"
    if exchange.trouble:
        reason = exchange.trouble.kind
    return skipped(ID, uri, f"could not tell ({reason}); only the viewer in a browser can")


CHECK = Check(
    ID,
    40,
    "Is the viewer's redirect URI registered?",
    look,
    judge,
    needs=("tenant-exists", "client-known"),
    proves="the redirect URI",
)
