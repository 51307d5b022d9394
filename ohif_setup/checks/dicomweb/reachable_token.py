"""Does a server that requires an access token answer, and allow the person who is signed in to search?"""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.answers.tables.tables import Server, SignIn
from ohif_setup.checks.dicomweb.other_form import instead_of_list
from ohif_setup.checks.dicomweb.reachable_faults import unexplained
from ohif_setup.checks.dicomweb.server_fault import LIST_EMPTY, name_of
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.trouble_words import from_status, from_trouble, named_by_tls, short
from ohif_setup.kinds import own_of
from ohif_setup.kinds.own import Principal
from ohif_setup.network.look.challenge import challenge_of
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange, Received, evidence


@dataclass(frozen=True)
class SeenWithToken:
    """What a server that requires an access token shows.

    A search without a token, the same search with one (None if nobody signed in), the discovery document of the identity provider,
    the certificates if TLS failed, and whose token it is.
    """

    anonymous: Exchange
    with_token: Exchange | None
    discovery: Discovery
    certificates: tuple[Certificate, ...] = ()
    principal: Principal = "User"


def judge_with_token(check: str, server: Server, sign_in: SignIn, seen: SeenWithToken) -> Finding:
    """What the viewer would get with the token; without a token, what the refusal of the search shows."""
    # Both searches must have come through before their answers mean anything about tokens.
    for exchange in (seen.anonymous, seen.with_token):
        if exchange is None:
            continue
        if named_by_tls(exchange, seen.certificates):
            return skipped(check, server.url, "no secure connection", see=("tls",))
        if exchange.received is None:
            return from_trouble(check, server.url, exchange, LIST_EMPTY)
        # A page, a redirect or a busy server says nothing about the service.
        odd = from_status(check, server.url, exchange, LIST_EMPTY)
        if odd:
            return odd
        # The bare list or the other form is the answer of a DICOMweb server: what matters is what is wrong with it.
        fault = instead_of_list(server, exchange.received, itself=False)
        if fault:
            return finding_of(check, server.url, fault, evidence(exchange))
    # The kind of server comes before the general words: it knows what its statuses mean, such as a missing role behind a 403.
    own = own_of(server).with_token(check, server, sign_in, seen)
    if own:
        return own
    if seen.with_token:
        return _signed_in(check, server, seen.with_token)
    return _anonymous(check, server, seen.anonymous)


def is_dicom_json(received: Received) -> bool:
    """Whether the answer is a list of datasets. Datasets are objects: a list of strings is Orthanc's REST API."""
    try:
        studies = received.json()
    except ValueError:
        return False
    return isinstance(studies, list) and all(isinstance(study, dict) for study in studies)


def _anonymous(check: str, server: Server, exchange: Exchange) -> Finding:
    """The verdict without a token: a refusal is what should come."""
    received, subject = exchange.received, server.url
    assert received is not None
    if received.status == 401:
        known = challenge_of(received)
        whose = "without a challenge that names a tenant"
        if known and known.tenant_id:
            whose = "its challenge names the tenant"
        title = f"401 without a token, {whose}, {_time(received)}"
        return Finding(
            check, subject, "pass", title, evidence=evidence(exchange), unseen="the study list: nobody signed in"
        )
    if received.status != 204 and not is_dicom_json(received):
        return _other(check, server, exchange)
    return finding_of(
        check,
        subject,
        Fault(
            "",
            f"{received.status} without a token: anyone can search",
            "none in the viewer",
            f"A search without a token is answered, although {name_of(server)} should require one.",
            (Fix("Server", "find out what stands in front of it, and whether it is meant to be open"),),
            "warn",
        ),
        evidence(exchange),
    )


def _signed_in(check: str, server: Server, exchange: Exchange) -> Finding:
    """The verdict on a search with the token."""
    received, subject = exchange.received, server.url
    assert received is not None
    shown, where = evidence(exchange), f"/{subject.split('/', 3)[-1]}/studies"
    # 204 is success with an empty body. A person sees an empty list without any error, so it is worth a warning.
    if received.status == 204:
        return finding_of(
            check,
            subject,
            Fault(
                "",
                f"connected, nothing found (204 from {where}, {_time(received)})",
                "the study list is empty, without any error",
                "The search is answered; the archive contains no study.",
                (Fix("Images", own_of(server).store(server)),),
                "warn",
            ),
            shown,
        )
    if is_dicom_json(received):
        return Finding(check, subject, "pass", f"200 from {where}, {_time(received)}", evidence=shown)
    if received.status != 401:
        return _other(check, server, exchange)
    # The check `token` compares the claims; a service that says more says it in the error of its challenge (RFC 6750, 3.1).
    challenge = challenge_of(received)
    cause = "The token is for another audience or from another tenant, or the service cannot validate it."
    if challenge and challenge.error:
        cause += f" It said: {short(challenge.description or challenge.error)}."
    return finding_of(
        check,
        subject,
        Fault(
            "",
            "the service refuses the token (401)",
            f"sign-in works, then every request to {name_of(server)} fails with 401",
            cause,
            (Fix("Look", "the check `token` shows the claims: ohif-setup check --json --only token"),),
        ),
        shown,
    )


def _other(check: str, server: Server, exchange: Exchange) -> Finding:
    """The finding for an answer that nothing above explains: it repeats what the server said."""
    received = exchange.received
    assert received is not None
    title, cause = unexplained(received)
    return finding_of(
        check,
        server.url,
        Fault("", title, LIST_EMPTY, cause, (Fix("Answers", "is server.url the DICOMweb root?"),)),
        evidence(exchange),
    )


def _time(received: Received) -> str:
    return f"{received.seconds * 1000:.0f} ms"
