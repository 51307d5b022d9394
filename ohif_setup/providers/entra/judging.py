"""How Entra ID's answers are judged."""

from __future__ import annotations

import re
import shlex

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.sign_in import aadsts
from ohif_setup.checks.sign_in.provider_fault import SYMPTOM, refused_address
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.challenge import Challenge
from ohif_setup.network.look.discovery import Discovery, tenant_of
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.network.wire.origin import is_same_origin
from ohif_setup.providers.entra import registration
from ohif_setup.providers.judging import Judging


def discovery(
    check: str, answers: Answers, sign_in: SignIn, found: Discovery, challenge: Challenge | None
) -> Finding | None:
    """The fault if Entra ID does not know the tenant, or if the document is not one of Entra ID for that tenant."""
    return _refused(check, answers, sign_in, found, challenge) or _odd(check, answers, sign_in, found)


def passed(sign_in: SignIn, found: Discovery) -> str:
    """The tenant's ID; with the domain name in front if the answers have that."""
    tenant_id = tenant_of(found)
    if sign_in.tenant_id == tenant_id:
        return tenant_id
    return f"{sign_in.tenant_id} is {tenant_id}"


def _refused(
    check: str, answers: Answers, sign_in: SignIn, discovery: Discovery, challenge: Challenge | None
) -> Finding | None:
    if not discovery.error:
        return None
    fix = [Fix("Portal", "Microsoft Entra ID › Overview: copy the Tenant ID (not an application's or an object's ID)")]
    # The service's own challenge names the tenant that it trusts, which is very probably the right one.
    named = challenge.tenant_id if challenge else ""
    if named and named != sign_in.tenant_id:
        fix.insert(
            0,
            Fix("Answers", f"the DICOM service trusts the tenant {named}; to try it: {_try(answers, sign_in, named)}"),
        )
    # Usually AADSTS90002 (no such tenant) or AADSTS900023 (not a GUID).
    fix += [Fix("Code", f"ohif-setup explain AADSTS{code}") for code in aadsts.codes_in(discovery.description)[:1]]
    return finding_of(
        check,
        sign_in.tenant_id,
        Fault(
            "",
            "the identity provider does not know this tenant",
            SYMPTOM,
            f"{parts_of(sign_in.authority).host} answers {short(discovery.error, 60)}: "
            f"{short(re.split('Trace ID:', discovery.description)[0], 400) or 'without a reason'}",
            tuple(fix),
        ),
        evidence(discovery.exchange)
        | {"error": short(discovery.error), "correlation_id": aadsts.correlation_id(discovery.description)},
    )


def _try(answers: Answers, sign_in: SignIn, tenant_id: str) -> str:
    """The command for a check with another tenant at the same identity provider, without changing the answers file."""
    sets = [f"sign_in.tenant_id={tenant_id}"]
    if sign_in.authority != answers.default_authority:
        sets.append(f"sign_in.authority={sign_in.authority.replace(sign_in.tenant_id, tenant_id)}")
    options = " ".join(f"--set {shlex.quote(pair)}" for pair in sets)
    return f"ohif-setup check {options}   (if it passes, put that into the answers file and run generate)"


def _odd(check: str, answers: Answers, sign_in: SignIn, discovery: Discovery) -> Finding | None:
    subject = sign_in.tenant_id
    named = short(discovery.endpoint("issuer")) or "(none)"

    def fail(title: str, cause: str, *fix: Fix) -> Finding:
        shown = evidence(discovery.exchange) | {"issuer": named}
        return finding_of(check, subject, Fault("", title, SYMPTOM, cause, fix), shown)

    authority = Fix("Answers", "correct sign_in.authority, or remove it: the default follows from the tenant")
    # With the default authority the answers cannot be wrong, so the network must be.
    if sign_in.authority == answers.default_authority:
        host = parts_of(sign_in.authority).host
        authority = Fix("Network", f"open https://{host} in a browser: something on the way answers instead of it")
    if not discovery.ok:
        return fail(
            "that address is not an identity provider",
            f"An OpenID Connect discovery document was expected, but something else came (status {discovery.exchange.status}).",
            authority,
        )
    # MSAL checks neither the issuer nor the hosts of the endpoints, and sends passwords and secrets to whatever the document names.
    if not is_same_origin(sign_in.authority, discovery.endpoint("issuer")):
        return fail(
            "the identity provider's issuer is on another host",
            f"The document names the issuer {named}, which is not on the authority's own host. Something in between may have "
            "changed it.",
            authority,
        )
    if discovery.elsewhere:
        name = discovery.elsewhere[0]
        why = dict(discovery.refused).get(name, "is not on the authority's own host")
        return fail(
            "the identity provider sends sign-ins to another host",
            f"The document names {short(discovery.endpoint(name))} as {name}, which {why}. User names, passwords and secrets would "
            "be sent there, so the sign-in does not start. Something in between may have changed the document.",
            authority,
        )
    refused = refused_address(check, subject, discovery)
    if refused:
        return refused
    configured = sign_in.tenant_id
    found = tenant_of(discovery)
    # A domain name cannot be compared with the ID in the issuer.
    if not found or ("." not in configured and found != configured):
        return fail(
            "the identity provider answers for another tenant",
            f"The issuer contains the tenant {found or '(none)'}, the answers say {configured}.",
            Fix("Answers", "sign_in.tenant_id and the tenant in sign_in.authority must be the same"),
        )
    return None


JUDGING = Judging(
    discovery=discovery,
    passed=passed,
    client=registration.client,
    redirect_uri=registration.redirect_uri,
)
