"""Is the viewer's redirect URI registered? Asked without a person, so the answer is advice and never fails a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import SignIn
from ohif_setup.checks import aadsts, oidc_provider
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import explain_silence, says_nothing
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.who_signs_in import nobody
from ohif_setup.network.authorize import AuthorizeProbe
from ohif_setup.network.exchange import evidence
from ohif_setup.providers import entra

ID = "redirect-uri"
UNKNOWN_CLIENT = {700016, 700011}
CONFIRMED = {"login_required", "interaction_required", "consent_required", "account_selection_required"}


@dataclass(frozen=True)
class Seen:
    """One probe for each redirect URI; none when there is no identity provider to ask."""

    probes: tuple[AuthorizeProbe, ...]


def look(site: Look) -> Seen | None:
    """One GET for each redirect URI; None where nobody signs in."""
    if site.answers.sign_in is None:
        return None
    return Seen(site.redirect_probes())


def judge(answers: Answers, seen: Seen | None) -> Sequence[Finding]:
    """One finding for each redirect URI: confirmed, refused with AADSTSn, or could not tell."""
    if seen is None or answers.sign_in is None:
        return [nobody(ID)]
    if not seen.probes:
        return [skipped(ID, "", "no identity provider to ask", see=("tenant-exists",))]
    return [_one(answers.sign_in, probe) for probe in seen.probes]


def _one(sign_in: SignIn, probe: AuthorizeProbe) -> Finding:
    uri = probe.redirect_uri
    status = probe.exchange.status or 0
    # A busy provider gives numbers too, which say nothing about the URI.
    busy = not probe.returned and (status == 429 or status >= 500)
    codes = () if busy else aadsts.codes_in(probe.description if probe.returned else probe.page)
    if probe.returned and probe.error in CONFIRMED:
        note = "registered; only a browser proves the platform" if sign_in.is_entra else "registered"
        return Finding(ID, uri, "pass", f"{uri}  ({note})")
    refused = None if sign_in.is_entra or busy else oidc_provider.refused_uri(ID, sign_in, probe)
    if refused:
        return refused
    if UNKNOWN_CLIENT & set(codes):
        return skipped(ID, uri, "the provider does not know the client ID", see=("client-known",))
    return _refused(sign_in, probe, codes) if codes else _unknown(probe, busy=busy)


def _unknown(probe: AuthorizeProbe, *, busy: bool) -> Finding:
    """Where the provider said nothing of the URI."""
    uri, exchange = probe.redirect_uri, probe.exchange
    # Whatever else comes from a provider may be its own page to sign in at.
    login = front_login(exchange) if exchange.received is None or exchange.status == 401 else ""
    if login:
        return behind_login(ID, uri, exchange, login, where=exchange.sent.url.partition("?")[0])
    if busy or says_nothing(exchange):
        title, cause, fix = explain_silence(exchange)
        symptom = "if it stays so, nobody can sign in"
        return Finding(ID, uri, "warn", f"could not tell: {title}", symptom, cause, fix, evidence(exchange))
    reason = "its own page came, not an answer"
    if probe.returned:
        reason = f"{short(probe.error, 60) or 'no error'} came back"
    if exchange.trouble:
        reason = exchange.trouble.kind
    return skipped(ID, uri, f"could not tell ({reason}); only the viewer in a browser can prove it")


def _refused(sign_in: SignIn, probe: AuthorizeProbe, codes: tuple[int, ...]) -> Finding:
    code = codes[0]
    row = aadsts.lookup(code)
    fix = [Fix("Portal", row.fix)] if row else []
    if code == 50011:
        fix = [
            Fix(
                "Portal",
                "App registrations › your app › Authentication › Add a platform › Single-page application: "
                f"{probe.redirect_uri}",
            ),
            Fix("az", entra.add_redirect_uris(sign_in.client_id, [probe.redirect_uri])),
        ]
    return Finding(
        ID,
        probe.redirect_uri,
        "warn",
        f"refused with AADSTS{code}",
        symptom=(
            f"the browser comes back to {probe.redirect_uri}#error={probe.error}, and no study list appears"
            if probe.returned
            else f"on the way to sign in, the browser shows AADSTS{code} instead of the viewer"
        ),
        cause=(row.cause if row else f"The identity provider refused with AADSTS{code}: {aadsts.link(code)}")
        + " (Learnt without a sign-in, so take it as a strong hint.)",
        fix=tuple(fix),
        evidence=evidence(probe.exchange) | {"aadsts": list(codes)},
    )


CHECK = Check(ID, 40, "Is the viewer's redirect URI registered?", look, judge, needs=("tenant-exists", "client-known"))
