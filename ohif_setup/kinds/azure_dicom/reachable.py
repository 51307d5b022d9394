"""Faults that only an Azure DICOM service has: the tenant that it trusts, roles, networks, versions, partitions.

The hosted service was never tested live. The statuses follow Microsoft's documentation and the source of the open-source server,
microsoft/dicom-server.
"""

from __future__ import annotations

import re
import shlex

from ohif_setup.answers.tables.tables import Server, SignIn
from ohif_setup.checks.dicomweb.other_form import type_of
from ohif_setup.checks.dicomweb.reachable_token import SeenWithToken, is_dicom_json
from ohif_setup.checks.dicomweb.server_fault import LIST_EMPTY
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds.azure_dicom import roles
from ohif_setup.network.look.challenge import challenge_of
from ohif_setup.network.look.discovery import tenant_of
from ohif_setup.network.wire.exchange import Exchange, evidence

FAILS_401 = "the sign-in succeeds, then every request to the DICOM service fails with 401"


def with_token(check: str, server: Server, sign_in: SignIn, seen: SeenWithToken) -> Finding | None:
    """The fault of a search: with the token if there is one, because that is what the viewer gets, else without."""
    # First, because no token can help if the service trusts another tenant.
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
    # The challenge has the tenant's ID, which cannot be compared with a domain name.
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
                Fix("Answers", "or, if server.url is the wrong service: copy it from the portal again"),
            ),
        ),
        evidence(seen.anonymous),
    )


def _anonymous(check: str, server: Server, exchange: Exchange) -> Finding | None:
    received = exchange.received
    assert received is not None
    subject = server.url
    shown = evidence(exchange)
    # The expected answer to a request without a token.
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
                f"{received.status} without a token: anyone can search",
                "none in the viewer",
                "An Azure DICOM service never answers a search without a token. Something in front of it adds one, or this is "
                "another server.",
                (Fix("Server", "find out what is in front of it, and whether it is meant to be open"),),
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
                "403 without a token",
                LIST_EMPTY,
                "The service rejects this network: public network access is probably disabled. (Not verified on a live service.)",
                (
                    Fix(
                        "Portal",
                        "Health Data Services workspace › Networking: allow public access, or use the private endpoint",
                    ),
                    Fix("Network", "the viewer's users need access to that network too"),
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
    # 200 passes, and 401 with a token is judged like that of any server that needs one.
    if received.status in (200, 401):
        return None
    # Azure's answer to a search without a match is 204 and an empty body: the connection works.
    if received.status == 204:
        return finding_of(
            check,
            subject,
            Fault(
                "",
                f"connected, nothing found (204 from /{path}/studies, {milliseconds})",
                "the study list is empty, without any error",
                "The search is answered; the service contains no studies.",
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
    assert exchange.received is not None
    came = f"application/dicom+json was asked for, and {type_of(exchange.received)} came"
    return finding_of(
        check,
        subject,
        Fault(
            "",
            "the answer is not DICOM JSON",
            LIST_EMPTY,
            f"The answer to a search must be a list of studies. Something else answered with status 200: {came}.",
            (Fix("Answers", "check that server.url is the DICOM service's URL, with its version segment"),),
        ),
        evidence(exchange),
    )


def _no_role(check: str, server: Server, exchange: Exchange, principal: str) -> Finding:
    role, role_id = roles.READER, roles.READER_ID
    if server.uploads:
        role, role_id = roles.OWNER, roles.OWNER_ID
    # The Object ID under Enterprise applications is that of the service principal; the one under App registrations is another and
    # does not work for a role.
    assignee = "the pipeline's app (Enterprise applications, its Object ID)"
    if principal == "User":
        assignee = "the viewer's users"
    return finding_of(
        check,
        server.url,
        Fault(
            "",
            "the signed-in account has no role on the DICOM service (403)",
            "the sign-in succeeds, then every request to the DICOM service fails with 403",
            "The token is valid, but the account has no role for the data. Owner or Contributor of the resource is not enough. "
            "(Disabled public network access gives 403 too.)",
            (
                Fix("Portal", f"DICOM service › Access control (IAM) › Add role assignment › {role}, to {assignee}"),
                Fix("az", roles.assign_role(role_id, principal)),
                Fix("Time", "an assignment takes effect after some minutes: wait 5, then sign in again"),
            ),
        ),
        evidence(exchange),
    )


def may_not_store(server: Server, status: int, principal: str) -> Fault | None:
    """The fault of an account that may search and not store. (The role is in no token: only the answer tells.)"""
    if status != 403:
        return None
    assignee = "the viewer's users"
    if principal != "User":
        assignee = "the pipeline's app (Enterprise applications, its Object ID)"
    return Fault(
        "no-role-to-store",
        "the signed-in account may not store (403)",
        'viewing works; an upload ends with "Completed with 1 error", Create Report and saving a segmentation fail',
        f"The account may search, as with the role {roles.READER}. Storing needs {roles.OWNER}.",
        (
            Fix("Portal", f"DICOM service › Access control (IAM) › Add role assignment › {roles.OWNER}, to {assignee}"),
            Fix("az", roles.assign_role(roles.OWNER_ID, principal)),
            Fix("Time", "an assignment takes effect after some minutes: wait 5, then sign in again"),
            Fix("Answers", "or, if nobody is to store: ohif-setup set server.uploads=false, then ohif-setup generate"),
        ),
    )


def _not_found(check: str, server: Server, exchange: Exchange) -> Finding:
    assert exchange.received is not None
    served = short(exchange.received.header("api-supported-versions"), 60)
    url = server.url
    other = re.sub(r"/v([12])(?=/|$)", lambda found: "/v1" if found[1] == "2" else "/v2", url, count=1)
    # `api-supported-versions` lists what the service serves. If the version in the URL is among them, it is not the fault.
    has = re.search(r"/v(\d)(?=/|$)", url)
    title, fixes = "nothing at this address (404)", [Fix("Portal", "DICOM service › Overview: Service URL")]
    if has is None or not re.search(rf"\b{has[1]}(?:\.0)?\b", served):
        title += ": the version segment may be wrong"
        fixes.insert(0, Fix("Answers", f"try: ohif-setup check --set {shlex.quote(f'server.url={other}')}"))
    cause = "The host answers, but has nothing at this path."
    if served:
        cause += f" It says that it serves the versions: {served}."
    cause += " A gateway or Front Door that maps another path has the same effect."
    return finding_of(
        check,
        url,
        Fault("", title, "the study list stays empty; the console shows 404", cause, tuple(fixes)),
        evidence(exchange),
    )


def _other(check: str, server: Server, exchange: Exchange) -> Finding:
    received = exchange.received
    assert received is not None
    # A web page is not quoted: its first line is markup, not a reason.
    said = ""
    if not received.is_html():
        said = short(received.body[:1000].decode("utf-8", "replace"))
    cause = "A DICOM service does not answer a search like that."
    fix = Fix(
        "Answers",
        "check that server.url is the DICOM service's URL, and that no proxy or gateway in between changes requests",
    )
    # Of the service's documented errors, these three have one cause each for this request.
    if received.status == 406:
        cause = (
            "The service rejects the Accept header application/dicom+json, which every DICOMweb server must accept: something "
            "on the way drops or changes it."
        )
        fix = Fix("Proxy", "configure it to forward the Accept header unchanged")
    elif received.status == 400 and "PartitionName" in said:
        cause = "The service has data partitions, and the URL names none."
        fix = Fix("Answers", f"server.url = {server.url}/partitions/Microsoft.Default")
    elif received.status == 424:
        cause = "The service cannot reach its storage or its encryption key."
        fix = Fix("Portal", "DICOM service › Resource health; with a customer-managed key, also its Key vault")
    if said:
        cause += f" It said: {said}"
    return finding_of(
        check,
        server.url,
        Fault("", f"status {received.status} to a search", LIST_EMPTY, cause, (fix,)),
        evidence(exchange),
    )
