"""What every identity provider may get wrong in its discovery document."""

from __future__ import annotations

from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.wire.exchange import evidence

SYMPTOM = "the viewer stays blank, or the sign-in page shows an error, before any name can be typed"


def refused_address(check: str, subject: str, discovery: Discovery) -> Finding | None:
    """For every provider: an address in its document that nothing is sent to, because programs would not agree on its host."""
    if not discovery.refused:
        return None
    name, why = discovery.refused[0]
    return finding_of(
        check,
        subject,
        Fault(
            "",
            "the identity provider hands out an address that cannot be used",
            SYMPTOM,
            f"The document names as {name} {short(discovery.endpoint(name))}, which {why}. Programs do not agree on the host of "
            "such an address, so nothing is sent there and nobody is signed in. Something in between may have changed the "
            "document.",
            (
                Fix("Provider", f"correct its {name}: https, a host name, perhaps a port, and a path"),
                Fix("Answers", "or correct sign_in.authority"),
            ),
        ),
        evidence(discovery.exchange),
    )
