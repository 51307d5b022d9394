"""Does an Azure DICOM service answer, trust this tenant, and let the signed-in person search?"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from ohif_setup.answers.tables import Server, SignIn
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.trouble_words import from_status, from_trouble, named_by_tls, short
from ohif_setup.kinds import azure_dicom
from ohif_setup.network.certificate import Certificate
from ohif_setup.network.challenge import challenge_of
from ohif_setup.network.discovery import Discovery, tenant_of
from ohif_setup.network.exchange import Exchange, Received, evidence

ID = "dicomweb-reachable"
SYMPTOM = "the study list stays empty, with an error in the browser's console"


@dataclass(frozen=True)
class SeenAzure:
    """A search without a token, the same with one (None without), what the identity provider said of itself, the certificates
    where TLS failed, and whose token it is."""

    anonymous: Exchange
    with_token: Exchange | None
    discovery: Discovery
    certificates: tuple[Certificate, ...] = ()
    principal: Literal["User", "ServicePrincipal"] = "User"


def judge_azure(server: Server, sign_in: SignIn, seen: SeenAzure) -> Finding:
    """With the token what a viewer would meet, else what the challenge says."""
    subject = server.url
    for exchange in (seen.anonymous, seen.with_token):
        if exchange is None:
            continue
        if named_by_tls(exchange, seen.certificates):
            return skipped(ID, subject, "no secure connection", see=("tls",))
        if exchange.received is None:
            return from_trouble(ID, subject, exchange, SYMPTOM)
        odd = from_status(ID, subject, exchange, SYMPTOM)
        if odd:
            return odd
    foreign = _foreign_tenant(server, sign_in, seen)
    if foreign:
        return foreign
    if seen.with_token:
        return _with_token(server, seen.with_token, seen.principal)
    return _anonymous(server, seen.anonymous)


def _foreign_tenant(server: Server, sign_in: SignIn, seen: SeenAzure) -> Finding | None:
    challenge = challenge_of(seen.anonymous.received)
    tenant = tenant_of(seen.discovery) or ("" if seen.discovery.error else sign_in.tenant_id)
    if challenge is None or not challenge.tenant_id or not tenant or "." in tenant or challenge.tenant_id == tenant:
        return None
    return Finding(
        ID,
        server.url,
        "fail",
        "the DICOM service trusts another tenant",
        symptom="signing in works, then every request to the DICOM service fails with 401",
        cause=f"Its challenge names the tenant {challenge.tenant_id}, the answers say {tenant}. A DICOM service trusts the "
        "tenant of its subscription only, and that cannot be changed.",
        fix=(
            Fix("Answers", f"sign_in.tenant_id = {challenge.tenant_id}, with an app registration in that tenant"),
            Fix("Answers", "or server.url is the service of somebody else: copy it from the portal again"),
        ),
        evidence=evidence(seen.anonymous),
    )


def _anonymous(server: Server, exchange: Exchange) -> Finding:
    received = exchange.received
    assert received is not None
    subject = server.url
    milliseconds = f"{received.seconds * 1000:.0f} ms"
    shown = evidence(exchange)
    if received.status == 401:
        known = challenge_of(received)
        whose = (
            "its challenge names the tenant" if known and known.tenant_id else "without a challenge that names a tenant"
        )
        return Finding(ID, subject, "pass", f"401 without a token, {whose}, {milliseconds}", evidence=shown)
    if received.status == 200 and not is_dicom_json(received):
        return _no_dicom_json(subject, exchange)
    if received.status in (200, 204):
        return Finding(
            ID,
            subject,
            "warn",
            f"{received.status} without a token: anybody can search",
            symptom="none in the viewer",
            cause="An Azure DICOM service never answers a search without a token. Something in front of it adds one, or this is "
            "another server.",
            fix=(Fix("Server", "find out what stands in front, and whether it may be open"),),
            evidence=shown,
        )
    if received.status == 403:
        return Finding(
            ID,
            subject,
            "fail",
            "403 before anybody signed in",
            symptom=SYMPTOM,
            cause="The service refuses this network: public network access is probably disabled. (Not verified on a live service.)",
            fix=(
                Fix(
                    "Portal",
                    "Health Data Services workspace › Networking: allow public access, or use the private endpoint",
                ),
                Fix("Network", "people who view need that network too"),
            ),
            evidence=shown,
        )
    if received.status == 404:
        return _not_found(server, exchange)
    return _other(server, exchange)


def _with_token(server: Server, exchange: Exchange, principal: str) -> Finding:
    received = exchange.received
    assert received is not None
    subject = server.url
    shown = evidence(exchange)
    milliseconds = f"{received.seconds * 1000:.0f} ms"
    path = subject.split("/", 3)[-1]
    if received.status == 200:
        if not is_dicom_json(received):
            return _no_dicom_json(subject, exchange)
        return Finding(ID, subject, "pass", f"200 from /{path}/studies, {milliseconds}", evidence=shown)
    if received.status == 204:
        return Finding(
            ID,
            subject,
            "warn",
            f"connected, nothing found (204 from /{path}/studies, {milliseconds})",
            symptom="the study list is empty, without any error",
            cause="Everything works; the archive holds no study.",
            fix=(Fix("Images", f"store some: {_viewer(server)}, or send them as the tutorial shows"),),
            evidence=shown,
        )
    if received.status == 401:
        challenge = challenge_of(received)
        said = f" It said: {short(challenge.description or challenge.error)}." if challenge and challenge.error else ""
        return Finding(
            ID,
            subject,
            "fail",
            "the service refuses the token (401)",
            symptom="signing in works, then every request to the DICOM service fails with 401",
            cause=f"The token is for another audience or from another tenant, or the service cannot check it.{said}",
            fix=(Fix("Look", "the check `token` shows the claims: ohif-setup check --json --only token"),),
            evidence=shown,
        )
    if received.status == 403:
        return _no_role(server, exchange, principal)
    if received.status == 404:
        return _not_found(server, exchange)
    return _other(server, exchange)


def _viewer(server: Server) -> str:
    return "upload them in the viewer" if server.uploads else "turn uploads on (server.uploads = true)"


def is_dicom_json(received: Received) -> bool:
    """Whether a list of datasets came."""
    try:
        studies = received.json()
    except ValueError:
        return False
    return isinstance(studies, list) and all(isinstance(study, dict) for study in studies)


def _no_dicom_json(subject: str, exchange: Exchange) -> Finding:
    return Finding(
        ID,
        subject,
        "fail",
        "the answer is not DICOM JSON",
        symptom=SYMPTOM,
        cause="A search must answer with a list of studies. Something else answered with status 200.",
        fix=(Fix("Answers", "is server.url the DICOM service's URL, with its version segment?"),),
        evidence=evidence(exchange),
    )


def _no_role(server: Server, exchange: Exchange, principal: str) -> Finding:
    role = azure_dicom.OWNER if server.uploads else azure_dicom.READER
    role_id = azure_dicom.OWNER_ID if server.uploads else azure_dicom.READER_ID
    whom = (
        "the people who view" if principal == "User" else "the pipeline's app (Enterprise applications, its Object ID)"
    )
    return Finding(
        ID,
        server.url,
        "fail",
        "the signed-in account has no role on the DICOM service (403)",
        symptom="signing in works, then every request to the DICOM service fails with 403",
        cause="The token is good, but Azure gives the account no access to the data. Owner or Contributor of the resource is not "
        "enough. (If public network access is disabled, that gives 403 too.)",
        fix=(
            Fix("Portal", f"DICOM service › Access control (IAM) › Add role assignment › {role}, to {whom}"),
            Fix("az", azure_dicom.assign_role(role_id, principal)),
            Fix("Time", "an assignment takes some minutes to work: wait 5, then sign in again"),
        ),
        evidence=evidence(exchange),
    )


def _not_found(server: Server, exchange: Exchange) -> Finding:
    assert exchange.received is not None
    served = short(exchange.received.header("api-supported-versions"), 60)
    url = server.url
    other = re.sub(r"/v([12])(?=/|$)", lambda found: "/v1" if found[1] == "2" else "/v2", url, count=1)
    # A version that the service says it has is not the fault.
    has = re.search(r"/v(\d)(?=/|$)", url)
    tried = Fix("Answers", f"try: ohif-setup check --set {shlex.quote(f'server.url={other}')}")
    wrong = has is None or not re.search(rf"\b{has[1]}(?:\.0)?\b", served)
    return Finding(
        ID,
        url,
        "fail",
        "nothing at this address (404)" + (": is it the right version segment?" if wrong else ""),
        symptom="the study list stays empty; the console shows 404",
        cause="The host answers, but not under this path."
        + (f" It says that it serves the versions: {served}." if served else "")
        + " A gateway or Front Door with a path of its own has the same effect.",
        fix=(
            *((tried,) if wrong else ()),
            Fix("Portal", "DICOM service › Overview: Service URL"),
        ),
        evidence=evidence(exchange),
    )


def _other(server: Server, exchange: Exchange) -> Finding:
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
    return Finding(
        ID,
        server.url,
        "fail",
        f"status {received.status} to a search",
        symptom=SYMPTOM,
        cause=cause + (f" It said: {said}" if said else ""),
        fix=(fix,),
        evidence=evidence(exchange),
    )
