"""Judges the discovery document of an OIDC provider: is it one, and does its issuer equal the configured authority?"""

from __future__ import annotations

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.sign_in.provider_fault import SYMPTOM, refused_address
from ohif_setup.checks.sign_in.provider_said import named_fix, said
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.network.wire.origin import why_refused


def fault(check: str, sign_in: SignIn, discovery: Discovery) -> Finding | None:
    """The first fault of the discovery document; None if there is none."""
    status = discovery.exchange.status
    if not discovery.ok:
        title, cause = f"no identity provider answers at that address ({status})", ""
        fixes = named_fix(sign_in, discovery.description)
        if fixes:
            # It is the provider, and at this address: its form is not the fault.
            title = f"the identity provider refuses the viewer's requests ({status})"
        words = said(discovery.error, discovery.description)
        if words:
            cause = f" It said: {words}."
        form = (
            "sign_in.authority is the issuer: for Keycloak https://HOST/realms/REALM, in older versions /auth/realms/"
        )
        return finding_of(
            check,
            sign_in.authority,
            Fault(
                "",
                title,
                SYMPTOM,
                f"An OpenID Connect discovery document was expected at {discovery.exchange.sent.url}.{cause}",
                fixes or (Fix("Answers", form),),
            ),
            evidence(discovery.exchange),
        )
    refused = refused_address(check, sign_in.authority, discovery)
    if refused:
        return refused
    issuer = discovery.endpoint("issuer")
    # Both libraries put one slash before `.well-known`, so a slash at the end makes no difference to the viewer.
    if issuer.rstrip("/") == sign_in.authority:
        return _internal_host(check, sign_in, discovery)
    # Measured: oidc-client-ts, OHIF's library for the code flow, does not compare the issuer. oidc-client, which OHIF uses for the
    # implicit flow, compares it exactly.
    severity: Severity = "warn"
    symptom = "none in OHIF, which does not compare the issuer"
    if sign_in.flow == "implicit":
        severity, symptom = "fail", "the sign-in succeeds, then the viewer rejects the answer"
    theirs = [Fix("Answers", f"sign_in.authority = {short(issuer)}, if browsers reach it there")]
    return finding_of(
        check,
        sign_in.authority,
        Fault(
            "",
            "the identity provider's issuer differs from sign_in.authority",
            symptom,
            f"The document names the issuer {short(issuer) or '(none)'}, the answers say {sign_in.authority}. The standard "
            "requires them to be identical.",
            (
                # Never suggest an address that the tool itself would refuse.
                *([] if why_refused(issuer) else theirs),
                Fix("Provider", "or correct its own address (Keycloak behind a proxy: KC_HOSTNAME, KC_PROXY_HEADERS)"),
            ),
            severity,
        ),
        evidence(discovery.exchange) | {"issuer": short(issuer)},
    )


def _internal_host(check: str, sign_in: SignIn, discovery: Discovery) -> Finding | None:
    """The fault of endpoints on a host that only other containers can resolve."""
    for name in ("authorization_endpoint", "token_endpoint"):
        url = discovery.endpoint(name)
        host = parts_of(url).host
        own = parts_of(sign_in.authority).host
        # Docker's names have one label (`http://keycloak:8080`). A colon means an IPv6 address. If the authority has the same
        # name, the answers were written for a network that resolves it.
        if host and "." not in host and ":" not in host and host not in ("localhost", own):
            return finding_of(
                check,
                sign_in.authority,
                Fault(
                    "FM21",
                    f"the identity provider sends browsers to {short(host, 60)}",
                    "the browser says that the server is not found (ERR_NAME_NOT_RESOLVED)",
                    f"The document names {short(url)} as {name}. Only other containers can resolve that name.",
                    (Fix("Provider", "give it its public address (Keycloak: KC_HOSTNAME)"),),
                ),
                evidence(discovery.exchange),
            )
    return None
