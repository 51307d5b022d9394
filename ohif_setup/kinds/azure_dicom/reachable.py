"""What only a DICOM service of Azure answers to a search: whose tenant it trusts, roles, networks, versions, partitions."""

from __future__ import annotations

import re
import shlex

from ohif_setup.answers.tables.tables import Server, SignIn
from ohif_setup.checks.dicomweb.reachable_token import SeenWithToken, is_dicom_json
from ohif_setup.checks.dicomweb.server_fault import LIST_EMPTY
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds.azure_dicom import roles
from ohif_setup.network.look.challenge import challenge_of
from ohif_setup.network.look.discovery import tenant_of
from ohif_setup.network.wire.exchange import Exchange, evidence

FAILS_401 = "signing in works, then every request to the DICOM service fails with 401"


def with_token(check: str, server: Server, sign_in: SignIn, seen: SeenWithToken) -> Finding | None:
    """With the token what a viewer would meet, else what the challenge says."""
    foreign = _foreign_tenant(check, server, sign_in, seen)
    if foreign:
        return foreign
    if seen.with_token:
        return _with_token(check, server, seen.with_token, seen.principal)
    return _anonymous(check, server, seen.anonymous)


def _foreign_tenant(check: str, server: Server, sign_in: SignIn, seen: SeenWithToken) -> Finding | None:
    challenge = challenge_of(seen.anonymous.received)
    tenant = tenant_of(seen.discovery)
    if not tenant and not seen.discovery.error:
        tenant = sign_in.tenant_id
    # A domain name cannot be compared with the ID that the challenge names.
    if challenge is None or not challenge.tenant_id or not tenant or "." in tenant or challenge.tenant_id == tenant:
        return None
    return finding_of(
        check,
        server.url,
        Fault(
            "",
            "the DICOM service trusts another tenant",
            FAILS_401,
            f"Its challenge names the tenant {challenge.tenant_id}, the answers say {tenant}. A DICOM service trusts the "
            "tenant of its subscription only, and that cannot be changed.",
            (
                Fix("Answers", f"sign_in.tenant_id = {challenge.tenant_id}, with an app registration in that tenant"),
                Fix("Answers", "or server.url is the service of somebody else: copy it from the portal again"),
            ),
        ),
        evidence(seen.anonymous),
    )


def _anonymous(check: str, server: Server, exchange: Exchange) -> Finding | None:
    received = exchange.received
    assert received is not None
    subject = server.url
    shown = evidence(exchange)
    if received.status == 401:
        return None
    if received.status == 200 and not is_dicom_json(received):
        return _no_dicom_json(check, subject, exchange)
    if received.status in (200, 204):
        return finding_of(
            check,
            subject,
            Fault(
                "",
                f"{received.status} without a token: anybody can search",
                "none in the viewer",
                "An Azure DICOM service never answers a search without a token. Something in front of it adds one, or this is "
                "another server.",
                (Fix("Server", "find out what stands in front, and whether it may be open"),),
                "warn",
            ),
            shown,
        )
    if received.status == 403:
        return finding_of(
            check,
            subject,
            Fault(
                "",
                "403 before anybody signed in",
                LIST_EMPTY,
                "The service refuses this network: public network access is probably disabled. (Not verified on a live service.)",
                (
                    Fix(
                        "Portal",
                        "Health Data Services workspace › Networking: allow public access, or use the private endpoint",
                    ),
                    Fix("Network", "people who view need that network too"),
                ),
            ),
            shown,
        )
    if received.status == 404:
        return _not_found(check, server, exchange)
    return _other(check, server, exchange)


def _with_token(check: str, server: Server, exchange: Exchange, principal: str) -> Finding | None:
    received = exchange.received
    assert received is not None
    subject = server.url
    shown = evidence(exchange)
    milliseconds = f"{received.seconds * 1000:.0f} ms"
    path = subject.split("/", 3)[-1]
    if received.status == 200 and not is_dicom_json(received):
        return _no_dicom_json(check, subject, exchange)
    if received.status in (200, 401):
        return None
    if received.status == 204:
        return finding_of(
            check,
            subject,
            Fault(
                "",
                f"connected, nothing found (204 from /{path}/studies, {milliseconds})",
                "the study list is empty, without any error",
                "Everything works; the archive holds no study.",
                (Fix("Images", f"store some: {_viewer(server)}, or send them as the tutorial shows"),),
                "warn",
            ),
            shown,
        )
    if received.status == 403:
        return _no_role(check, server, exchange, principal)
    if received.status == 404:
        return _not_found(check, server, exchange)
    return _other(check, server, exchange)


def _viewer(server: Server) -> str:
    if server.uploads:
        return "upload them in the viewer"
    return "turn uploads on (server.uploads = true)"


def _no_dicom_json(check: str, subject: str, exchange: Exchange) -> Finding:
    return finding_of(
        check,
        subject,
        Fault(
            "",
            "the answer is not DICOM JSON",
            LIST_EMPTY,
            "A search must answer with a list of studies. Something else answered with status 200.",
            (Fix("Answers", "is server.url the DICOM service's URL, with its version segment?"),),
        ),
        evidence(exchange),
    )


def _no_role(check: str, server: Server, exchange: Exchange, principal: str) -> Finding:
    role, role_id = roles.READER, roles.READER_ID
    if server.uploads:
        role, role_id = roles.OWNER, roles.OWNER_ID
    whom = "the pipeline's app (Enterprise applications, its Object ID)"
    if principal == "User":
        whom = "the people who view"
    return finding_of(
        check,
        server.url,
        Fault(
            "",
            "the signed-in account has no role on the DICOM service (403)",
            "signing in works, then every request to the DICOM service fails with 403",
            "The token is good, but Azure gives the account no access to the data. Owner or Contributor of the resource is not "
            "enough. (If public network access is disabled, that gives 403 too.)",
            (
                Fix("Portal", f"DICOM service › Access control (IAM) › Add role assignment › {role}, to {whom}"),
                Fix("az", roles.assign_role(role_id, principal)),
                Fix("Time", "an assignment takes some minutes to work: wait 5, then sign in again"),
            ),
        ),
        evidence(exchange),
    )


def _not_found(check: str, server: Server, exchange: Exchange) -> Finding:
    assert exchange.received is not None
    served = short(exchange.received.header("api-supported-versions"), 60)
    url = server.url
    other = re.sub(r"/v([12])(?=/|$)", lambda found: "/v1" if found[1] == "2" else "/v2", url, count=1)
    # A version that the service says it has is not the fault.
    has = re.search(r"/v(\d)(?=/|$)", url)
    title, fixes = "nothing at this address (404)", [Fix("Portal", "DICOM service › Overview: Service URL")]
    if has is None or not re.search(rf"\b{has[1]}(?:\.0)?\b", served):
        title += ": is it the right version segment?"
        fixes.insert(0, Fix("Answers", f"try: ohif-setup check --set {shlex.quote(f'server.url={other}')}"))
    cause = "The host answers, but not under this path."
    if served:
        cause += f" It says that it serves the versions: {served}."
    cause += " A gateway or Front Door with a path of its own has the same effect."
    return finding_of(
        check,
        url,
        Fault("", title, "the study list stays empty; the console shows 404", cause, tuple(fixes)),
        evidence(exchange),
    )


def _other(check: str, server: Server, exchange: Exchange) -> Finding:
    received = exchange.received
    assert received is not None
    said = "" if received.is_html() else short(received.body[:1000].decode("utf-8", "replace"))
    cause = "That is not an answer of a DICOM service to a search."
    fix = Fix(
        "Answers", "is server.url the DICOM service's URL? Is a proxy or gateway in between that changes requests?"
    )
    if received.status == 406:
        cause = (
            "The service refuses the Accept header application/dicom+json, which every DICOMweb server must take: something on "
            "the way drops or changes it."
        )
        fix = Fix("Proxy", "let it pass the Accept header on unchanged")
    elif received.status == 400 and "PartitionName" in said:
        cause = "The service has data partitions, and the URL names none."
        fix = Fix("Answers", f"server.url = {server.url}/partitions/Microsoft.Default")
    elif received.status == 424:
        cause = "The service does not reach its storage or its encryption key."
        fix = Fix("Portal", "DICOM service › Resource health; if you brought a key of your own, its Key vault")
    if said:
        cause += f" It said: {said}"
    return finding_of(
        check,
        server.url,
        Fault("", f"status {received.status} to a search", LIST_EMPTY, cause, (fix,)),
        evidence(exchange),
    )
