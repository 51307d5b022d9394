"""Does the identity provider let the viewer's page read its discovery document?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.browser.console import console_message
from ohif_setup.browser.cors import judge_answer
from ohif_setup.browser.values import Answer, ScriptRequest
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.network.discovery import Discovery
from ohif_setup.network.exchange import evidence
from ohif_setup.network.parallel import side_by_side

ID = "cors-sign-in"


@dataclass(frozen=True)
class Seen:
    """The discovery document as each viewer origin gets it."""

    by_origin: tuple[tuple[str, Discovery], ...]


def look(site: Look) -> Seen:
    """One GET with `Origin` for each viewer origin."""
    origins = site.answers.viewer.origins
    found = side_by_side([lambda origin=origin: site.discovery_from(origin) for origin in origins])  # type: ignore[misc]
    return Seen(tuple(zip(origins, found, strict=True)))


def judge(answers: Answers, seen: Seen) -> Sequence[Finding]:
    """One finding for each viewer origin."""
    return [_one(origin, discovery) for origin, discovery in seen.by_origin]


def _one(origin: str, discovery: Discovery) -> Finding:
    received = discovery.exchange.received
    if received is None or not discovery.ok:
        return Finding(ID, origin, "skipped", "skipped: no discovery document to read, see tenant-exists or tls")
    url = discovery.exchange.sent.url
    verdict = judge_answer(origin, Answer(received.status, received.headers, url))
    if verdict.allowed:
        return Finding(
            ID,
            origin,
            "pass",
            f"{origin}  (its token endpoint, only a browser proves)",
            evidence=evidence(discovery.exchange),
        )
    return Finding(
        ID,
        origin,
        "fail",
        f"{origin} may not read the discovery document",
        symptom=f'the viewer stays blank; the browser says "{console_message(verdict, ScriptRequest("GET", url), origin)}"',
        cause=verdict.reason,
        fix=(
            Fix("Answers", "Entra ID lets every origin in: is sign_in.authority right, and is a proxy in between?"),
            Fix("Provider", f"another provider: allow the origin {origin} (Keycloak: the client's Web origins)"),
        ),
        evidence=evidence(discovery.exchange),
    )


CHECK = Check(
    ID, 90, "Does the identity provider let the viewer's page in?", look, judge, needs=("tenant-exists", "tls")
)
