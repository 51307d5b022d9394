"""Faults of a client ID or a redirect URI, by the AADSTS numbers with which Entra ID refuses them."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.sign_in import aadsts
from ohif_setup.network.look.authorize import AuthorizeProbe
from ohif_setup.network.sign_in.sign_in import SignInResult
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.providers.entra.commands import add_redirect_uris


def client(
    check: str, sign_in: SignIn, signed: SignInResult | None, probes: Sequence[AuthorizeProbe]
) -> Finding | None:
    """The fault of the client ID: a failure if the sign-in was refused, a warning if only the authorize page shows it."""
    # Microsoft does not document what the authorize page shows without a session, so that is a hint and no proof.
    if signed:
        for code in aadsts.codes_in(signed.description):
            if code in aadsts.CLIENT_CODES:
                return _refused_client(check, sign_in.client_id, "fail", code, signed.description)
    for probe in probes:
        for code in aadsts.codes_in(probe.page):
            if code in aadsts.UNKNOWN_CLIENT:
                return _refused_client(check, sign_in.client_id, "warn", code, "")
    return None


def redirect_uri(check: str, sign_in: SignIn, probe: AuthorizeProbe) -> Finding | None:
    """The fault of the redirect URI, always a warning, because the authorize page is only a hint."""
    # An error that Entra delivers to the redirect URI has its number in the parameters; any other is on Entra's own page.
    shown = probe.page
    if probe.returned:
        shown = probe.description
    codes = aadsts.codes_in(shown)
    if aadsts.UNKNOWN_CLIENT & set(codes):
        return skipped(check, probe.redirect_uri, "the provider does not know the client ID", see=("client-known",))
    if not codes:
        return None
    return _refused_uri(check, sign_in, probe, codes)


def _refused_client(check: str, client: str, status: Severity, code: int, description: str) -> Finding:
    row = aadsts.lookup(code)
    assert row is not None
    shown = {"aadsts": [code], "correlation_id": aadsts.correlation_id(description)}
    symptom = f"the sign-in page shows AADSTS{code}"
    # Two kinds of refusal concern a client that does exist.
    if code not in aadsts.UNKNOWN_CLIENT:
        title = "the client ID is one of Microsoft's own apps"
        if code in aadsts.DISABLED:
            title = "the app is disabled in this tenant"
        return finding_of(check, client, Fault("", title, symptom, row.cause, (Fix("Portal", row.fix),), status), shown)
    return finding_of(
        check,
        client,
        Fault(
            "",
            "the tenant does not know this client ID",
            f"{symptom}: application was not found in the directory",
            row.cause,
            (
                Fix(
                    "Portal",
                    "Microsoft Entra ID › App registrations › your app › Overview: copy the Application (client) ID",
                ),
                Fix(
                    "Answers",
                    "set sign_in.client_id to it; if the app is in another tenant, sign_in.tenant_id is wrong too",
                ),
            ),
            status,
        ),
        shown,
    )


def _refused_uri(check: str, sign_in: SignIn, probe: AuthorizeProbe, codes: tuple[int, ...]) -> Finding:
    code = codes[0]
    row = aadsts.lookup(code)
    fix = [Fix("Portal", row.fix)] if row else []
    # The usual case gets the exact URI and a command instead of the general text.
    if code == 50011:
        fix = [
            Fix(
                "Portal",
                "App registrations › your app › Authentication › Add a platform › Single-page application: "
                f"{probe.redirect_uri}",
            ),
            Fix("az", add_redirect_uris(sign_in.client_id, [probe.redirect_uri])),
        ]
    symptom = f"during the sign-in, the browser shows AADSTS{code} instead of the viewer"
    if probe.returned:
        symptom = f"the browser returns to {probe.redirect_uri}#error={probe.error}, and no study list appears"
    cause = f"The identity provider refused with AADSTS{code}: {aadsts.link(code)}"
    if row:
        cause = row.cause
    return finding_of(
        check,
        probe.redirect_uri,
        Fault(
            "",
            f"refused with AADSTS{code}",
            symptom,
            f"{cause} (Seen without a sign-in, so this is a strong hint, not proof.)",
            tuple(fix),
            "warn",
        ),
        evidence(probe.exchange) | {"aadsts": list(codes)},
    )
