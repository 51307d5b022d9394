"""Is what answers at the authority an OIDC provider, and does it call itself what the viewer calls it?"""

from __future__ import annotations

from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.sign_in.provider_fault import SYMPTOM, refused_address
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.network.wire.origin import why_refused


def odd(check: str, sign_in: SignIn, discovery: Discovery) -> Finding | None:
    """The first thing that is wrong with its discovery document; None when nothing is."""
    status = discovery.exchange.status
    if not discovery.ok:
        said = f" It said: {short(discovery.error, 100)}." if discovery.error else ""
        return finding_of(
            check,
            sign_in.authority,
            Fault(
                "",
                f"no identity provider answers at that address ({status})",
                SYMPTOM,
                f"An OpenID Connect discovery document was expected at {discovery.exchange.sent.url}.{said}",
                (
                    Fix(
                        "Answers",
                        "sign_in.authority is the issuer: for Keycloak https://HOST/realms/REALM, in older ones /auth/realms/",
                    ),
                ),
            ),
            evidence(discovery.exchange),
        )
    refused = refused_address(check, sign_in.authority, discovery)
    if refused:
        return refused
    issuer = discovery.endpoint("issuer")
    if issuer == sign_in.authority:
        return _inside(check, sign_in, discovery)
    severity: Severity = "warn"
    symptom = "none in OHIF, which does not compare"
    if sign_in.flow == "implicit":
        severity, symptom = "fail", "signing in works, then the viewer refuses the answer"
    theirs = [Fix("Answers", f"sign_in.authority = {short(issuer)}, if browsers reach it there")]
    return finding_of(
        check,
        sign_in.authority,
        Fault(
            "",
            "the identity provider calls itself by another name",
            symptom,
            f"The document names the issuer {short(issuer) or '(none)'}, the answers say {sign_in.authority}. They must be "
            "equal, letter by letter, by the standard.",
            (
                *([] if why_refused(issuer) else theirs),
                Fix("Provider", "or correct its own address (Keycloak behind a proxy: KC_HOSTNAME, KC_PROXY_HEADERS)"),
            ),
            severity,
        ),
        evidence(discovery.exchange) | {"issuer": short(issuer)},
    )


def _inside(check: str, sign_in: SignIn, discovery: Discovery) -> Finding | None:
    """Endpoints that only other containers reach."""
    for name in ("authorization_endpoint", "token_endpoint"):
        url = discovery.endpoint(name)
        host = parts_of(url).host
        own = parts_of(sign_in.authority).host
        if host and "." not in host and ":" not in host and host not in ("localhost", own):
            return finding_of(
                check,
                sign_in.authority,
                Fault(
                    "FM21",
                    f"the identity provider sends browsers to {short(host, 60)}",
                    "the browser says that the server is not found (ERR_NAME_NOT_RESOLVED)",
                    f"The document names as {name} {short(url)}: a name that only other containers know.",
                    (Fix("Provider", "give it its public address (Keycloak: KC_HOSTNAME)"),),
                ),
                evidence(discovery.exchange),
            )
    return None
