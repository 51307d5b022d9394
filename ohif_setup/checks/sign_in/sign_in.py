"""Can a person, or a service principal, sign in and get a token for the DICOM service?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in import aadsts
from ohif_setup.checks.sign_in.who_signs_in import AGAIN, no_token
from ohif_setup.checks.trouble_words import from_status, from_trouble, short
from ohif_setup.network.sign_in import credentials
from ohif_setup.network.sign_in.sign_in import SignInResult
from ohif_setup.network.wire.exchange import evidence

ID = "sign-in"
SYMPTOM = "the sign-in ends on an error page, or returns without a token"

TERMINAL_CODES = {50011, 500113, 7000218, 70002, 9002327}
"""The registration lacks what a sign-in from a terminal needs. The viewer does not need it."""

# MSAL needs a public-client platform in the registration, which a viewer's registration does not have. Each of these works without.
_WITHOUT_MSAL = Fix(
    "Or",
    "ohif-setup check --sign-in none (skips the checks that need a token), or a service principal, or test the token alone with: "
    "az account get-access-token --resource https://dicom.healthcareapis.azure.com",
)


@dataclass(frozen=True)
class SignInObservations:
    """The result of the sign-in; None if there was no usable identity provider."""

    sign_in: SignInResult | None


def look(site: Look) -> SignInObservations | None:
    """Signs in once, with the selected method; None if this tool cannot sign in at this site."""
    if no_token(ID, site.answers):
        return None
    return SignInObservations(site.sign_in())


def judge(answers: Answers, seen: SignInObservations | None) -> Sequence[Finding]:
    """One finding: the account that signed in, or why the sign-in failed."""
    cannot = no_token(ID, answers)
    if cannot:
        return [cannot]
    if seen is None or answers.sign_in is None:
        return []
    signed = seen.sign_in
    if signed is None:
        return [skipped(ID, "", "no identity provider to sign in at", see=("tenant-exists",))]
    # The default method is `none`: a check must not open a browser or wait for a person unless the user chose that.
    if signed.reason == "not-asked":
        reason = "no sign-in was requested (--sign-in browser, device-code, service-principal)"
        return [skipped(ID, "", reason, unseen="the sign-in: nobody signed in", fix=(AGAIN,))]
    if signed.reason == "not-trusted":
        return [skipped(ID, signed.method, "a host is not trusted", see=("trusted-hosts",))]
    if signed.token:
        # An application's token has no `scp`: the service has no application permissions, Azure roles decide instead.
        scope = str(signed.claims.get("scp", "")) or "by role alone"
        return [
            Finding(ID, signed.method, "pass", f"{signed.account or 'signed in'}, token for the DICOM service, {scope}")
        ]
    if signed.reason in ("no-credential", "bad-credential"):
        return [_credential(signed)]
    if signed.reason == "nobody":
        return [_timed_out(answers.sign_in, signed)]
    if signed.reason == "no-answer" and signed.exchange:
        if signed.exchange.received is None:
            return [from_trouble(ID, signed.method, signed.exchange, SYMPTOM)]
        return [from_status(ID, signed.method, signed.exchange, SYMPTOM) or _odd(signed)]
    if signed.reason in ("odd-answer", "no-answer"):
        return [_odd(signed)]
    return [_refused(answers.sign_in, signed)]


def _odd(signed: SignInResult) -> Finding:
    came, shown = signed.description or "no token and no error", {}
    if signed.exchange:
        shown = evidence(signed.exchange)
        if signed.exchange.status:
            came = f"status {signed.exchange.status}, but no JSON object"
    return finding_of(
        ID,
        signed.method,
        Fault(
            "",
            "the identity provider's answer is invalid",
            SYMPTOM,
            f"It does not follow the protocol: {came}. Something in between may have answered instead.",
            (
                Fix(
                    "Network", "look for a proxy or a guest network that shows its own pages; try from another network"
                ),
                Fix("Answers", "check that sign_in.authority is the identity provider's address"),
            ),
        ),
        shown,
    )


def _credential(signed: SignInResult) -> Finding:
    return finding_of(
        ID,
        signed.method,
        Fault(
            "",
            "no usable credential for the service principal",
            "a pipeline cannot sign in",
            signed.description or "Neither variable contains a credential.",
            (
                Fix("Environment", f"export {credentials.SECRET} (the secret's Value, not its ID)"),
                Fix(
                    "Environment", f"or {credentials.CERTIFICATE}: a PEM file with the private key and the certificate"
                ),
                Fix("Environment", f"{credentials.CLIENT}, if the pipeline has an application of its own"),
            ),
        ),
    )


def _timed_out(app: SignIn, signed: SignInResult) -> Finding:
    if signed.method == "device-code":
        return finding_of(
            ID,
            signed.method,
            Fault(
                "",
                "the code expired before anyone signed in",
                SYMPTOM,
                "The code was shown but not entered, or the page refused it.",
                (Fix("Again", "ohif-setup check --sign-in device-code"), _WITHOUT_MSAL),
            ),
        )
    # Entra shows most faults of a registration on its own page and never redirects; MSAL then only times out (measured).
    # Only the user can see the cause.
    return finding_of(
        ID,
        signed.method,
        Fault(
            "",
            f"the browser did not return within {signed.waited:g} s",
            "the browser shows an error page of the identity provider, or nothing at all",
            "The provider shows most faults of a registration on its own page. Look there for AADSTS and a number. "
            "AADSTS50011: this app has no http://localhost under Mobile and desktop applications, which a sign-in from a terminal "
            "needs and the viewer does not.",
            (
                Fix("Explain", "ohif-setup explain AADSTS50011   (or the number that the page shows)"),
                Fix(
                    "Portal",
                    "for the terminal only: App registrations › your app › Authentication › Add a platform › "
                    "Mobile and desktop applications: http://localhost",
                ),
                Fix("Over SSH", "ohif-setup check --sign-in device-code"),
                _WITHOUT_MSAL,
            ),
        ),
        {"client_id": app.client_id},
    )


def _refused(app: SignIn, signed: SignInResult) -> Finding:
    codes = aadsts.codes_in(signed.description)
    shown: dict[str, object] = {
        "error": short(signed.error),
        "suberror": short(signed.suberror),
        "aadsts": list(codes),
        "correlation_id": short(signed.correlation_id, 60) or aadsts.correlation_id(signed.description),
    }
    # `client-known` reports a refused client ID, but only the viewer's: the application of a pipeline is judged here.
    if aadsts.CLIENT_CODES & set(codes) and signed.client_id == app.client_id:
        return skipped(ID, signed.method, "the client ID itself is refused", see=("client-known",))
    row = next((found for code in codes if (found := aadsts.lookup(code))), None)
    named, cause = short(signed.error, 60), _said(signed)
    # The help gets more specific step by step: the log, Microsoft's page for the number, our own table, the known cases.
    fix = [Fix("Portal", "Microsoft Entra ID › Sign-in logs: find the attempt by its time")]
    if codes:
        named = f"AADSTS{codes[0]}"
        fix = [Fix("Look up", aadsts.link(codes[0]))]
    is_app, symptom = signed.method == "service-principal", SYMPTOM
    if is_app:
        symptom = "a pipeline cannot sign in"
    if row and is_app:
        cause = f"{row.app_cause or row.cause} {cause}"
        fix = [Fix("Portal", row.app_fix or row.fix)]
    elif row:
        cause = f"{row.cause} {cause}"
        fix = [Fix("Portal", row.fix)]
    if aadsts.NO_SERVICE_PRINCIPAL in codes:
        fix = [
            Fix("az", f"az ad sp create --id {shlex.quote(signed.client_id or app.client_id)}"),
            Fix("Then", "give it its role at the DICOM service, and wait some minutes"),
        ]
    # A service principal has no redirect URI: with that method the same numbers mean something else.
    if TERMINAL_CODES & set(codes) and not is_app:
        return _terminal(signed, named, shown)
    # The OAuth error decides, as Microsoft recommends. The numbers are for answers without it: 90094 and 90095 need the
    # consent of an administrator, 65001 that of any user who may give it.
    needs_consent = "consent_required" in (signed.error, signed.suberror) or {65001, 90094, 90095} & set(codes)
    if needs_consent:
        client = signed.client_id or app.client_id
        fix = [
            Fix("Portal", "App registrations › your app › API permissions › Grant admin consent"),
            Fix("az", f"az ad app permission admin-consent --id {shlex.quote(client)}"),
            Fix(
                "Link",
                f"{app.authority}/adminconsent?client_id={client}   (for an administrator)",
            ),
        ]
    return finding_of(
        ID, signed.method, Fault("", f"the identity provider refused: {named}", symptom, cause, tuple(fix)), shown
    )


def _terminal(signed: SignInResult, named: str, shown: dict[str, object]) -> Finding:
    """A warning: the registration lacks only the setting that a sign-in from a terminal needs."""
    wants = "http://localhost under Mobile and desktop applications"
    where = "App registrations › your app › Authentication › "
    portal = "Add a platform › Mobile and desktop applications: http://localhost (no port, no path)"
    option = "--public-client-redirect-uris http://localhost   # replaces the list of that platform"
    instead: tuple[Fix, ...] = ()
    if signed.method == "device-code":
        wants = "Allow public client flows"
        # With the flag on, an attacker can start a sign-in in the app's name and send the code to a victim.
        portal = (
            "Allow public client flows › Yes (only during the check: while it is on, anyone who knows the client ID can start "
            "such a sign-in)"
        )
        option = "--is-fallback-public-client true   # afterwards: false"
        instead = (Fix("Instead", "ohif-setup check --sign-in browser, which needs http://localhost instead"),)
    # MSAL's description can be a bare number; without a sentence there is nothing to quote.
    said = _said(signed) if " " in signed.description else ""
    return finding_of(
        ID,
        signed.method,
        Fault(
            "",
            f"the app is not set up for a sign-in from a terminal ({named})",
            "only this tool's own sign-in fails. The viewer is not affected: it uses the Single-page application platform",
            f"The registration lacks {wants}, which only a sign-in from a terminal by {signed.method} needs. {said}".strip(),
            (
                Fix("Portal", where + portal),
                Fix("az", f"az ad app update --id {shlex.quote(signed.client_id)} {option}"),
                *instead,
                _WITHOUT_MSAL,
            ),
            "warn",
        ),
        shown,
    )


def _said(signed: SignInResult) -> str:
    """The provider's own text, with the correlation ID and the time by which support finds the attempt."""
    # Entra appends these fields to the text. They change with every attempt, so they are cut off and only two are shown.
    text = (
        re.split(r"\s*(?:Trace ID|Correlation ID|Timestamp):", signed.description.strip(), maxsplit=1)[0]
        or signed.error
    )
    found = short(signed.correlation_id, 60) or aadsts.correlation_id(signed.description)
    time = re.search(r"Timestamp: (\S+ \S+)", signed.description)
    said = f"It said: {short(text, 400)}"
    if found and time:
        return f"{said} (Correlation ID {found}, {time[1]})"
    if found:
        return f"{said} (Correlation ID {found})"
    return said


CHECK = Check(
    ID,
    50,
    "Can a user sign in and get a token for the DICOM service?",
    look,
    judge,
    needs=("tenant-exists", "client-known", "trusted-hosts"),
    proves="the sign-in",
)
