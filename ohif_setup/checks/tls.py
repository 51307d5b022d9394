"""Are the connections secure, and would a browser think so too?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.browser.origin import is_loopback
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import from_trouble, is_tls
from ohif_setup.network.wire.certificate import Certificate, host_and_port
from ohif_setup.network.wire.exchange import Exchange, Sent

ID = "tls"
SYMPTOM = "the browser shows a certificate warning, or the viewer reports a network error without a reason"
# Two weeks leave time to renew by hand once an automatic renewal has failed.
SOON = 14
"""Days of validity left below which a certificate gets a warning."""


@dataclass(frozen=True)
class TlsObservations:
    """One certificate for each https host."""

    certificates: tuple[Certificate, ...]


def look(site: Look) -> TlsObservations:
    """One TLS handshake with each host, and a second one if the environment sets its own CA bundle."""
    return TlsObservations(site.certificates())


def judge(answers: Answers, seen: TlsObservations) -> Sequence[Finding]:
    """One finding for each host. A viewer that cannot be reached at all is reported by `viewer-served`."""
    # A host that also serves images or FHIR stays in the report: `viewer-served` says nothing about those.
    others = {host_and_port(server.url) for server in answers.servers}
    if answers.fhir:
        others.add(host_and_port(answers.fhir.url))
    viewer = {host_and_port(answers.viewer.url)} - others
    return [
        _finding(certificate)
        for certificate in seen.certificates
        if certificate.host not in viewer or _connected(certificate)
    ]


def _connected(certificate: Certificate) -> bool:
    """Whether the host answered, even if only with a certificate that was refused."""
    trouble = certificate.trouble
    return trouble is None or is_tls(Exchange(Sent("TLS", f"https://{certificate.host}"), trouble=trouble))


def _finding(certificate: Certificate) -> Finding:
    host = certificate.host
    if certificate.proxy:
        return skipped(ID, host, f"{host} is behind the proxy of {certificate.proxy}, which hides the certificate")
    if certificate.trouble:
        exchange = Exchange(Sent("TLS", f"https://{host}"), trouble=certificate.trouble)
        if certificate.trouble.kind == "client-certificate":
            return skipped(ID, host, f"{host} requires a client certificate (mutual TLS)")
        if not is_tls(exchange):
            return skipped(ID, host, f"no connection to {host} ({certificate.trouble.kind})")
        return from_trouble(ID, host, exchange, SYMPTOM)
    days = certificate.days_left or 0
    shown = {"issuer": certificate.issuer, "days_left": round(days, 1), "publicly_trusted": certificate.public}
    if days < SOON:
        return finding_of(
            ID,
            host,
            Fault(
                "",
                f"{host}: the certificate expires in {days:.0f} days",
                "none yet; once it has expired, every browser refuses the server",
                "It has not been renewed so far, by hand or automatically.",
                (Fix("Server", "renew the certificate"),),
                "warn",
            ),
            shown,
        )
    # A private CA on loopback is a development setup: no other machine ever sees that certificate.
    if certificate.public or is_loopback(host.rpartition(":")[0]):
        title = f"{host}, valid until {certificate.until}"
        if not certificate.public:
            title += ", issued by a CA that only this machine trusts"
        return Finding(ID, host, "pass", title, evidence=shown)
    return finding_of(
        ID,
        host,
        Fault(
            "",
            f"{host}: only machines with your CA trust it",
            "works here, but a browser without that CA shows a certificate warning or a network error",
            f"The certificate was issued by {certificate.issuer or 'a private CA'}, which browsers do not trust by default.",
            (
                Fix(
                    "Browsers",
                    "install the CA on every machine that opens the viewer, or use a certificate of a public CA",
                ),
            ),
            "warn",
        ),
        shown,
    )


CHECK = Check(ID, 110, "Are the connections secure, for browsers too?", look, judge)
