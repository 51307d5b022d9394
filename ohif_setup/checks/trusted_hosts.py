"""May a credential and a token go to the hosts that the answers name? Silent where nobody signs in, and where all are trusted."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.trouble_words import short
from ohif_setup.network.wire import trust

ID = "trusted-hosts"


@dataclass(frozen=True)
class TrustObservations:
    """The addresses that are not trusted, and what the environment names: hosts, and words that are none."""

    untrusted: tuple[str, ...]
    named: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def look(site: Look) -> TrustObservations:
    """Asks nobody."""
    return TrustObservations(site.untrusted(), *trust.words_of(os.environ))


def judge(answers: Answers, seen: TrustObservations) -> Sequence[Finding]:
    """One finding for each host that is not trusted."""
    places = {trust.place_of(url): url for url in seen.untrusted}
    value = ",".join((*seen.named, *places))
    odd = (
        f" {trust.VARIABLE} holds {short(', '.join(seen.unreadable))}, which names no host." if seen.unreadable else ""
    )
    return [_not_trusted(answers, place, url, value, odd) for place, url in places.items()]


def _not_trusted(answers: Answers, place: str, url: str, value: str, odd: str) -> Finding:
    key, lost, default = _leads_there(answers, url)
    return finding_of(
        ID,
        place,
        Fault(
            "",
            f"{place} is not a trusted host",
            "nobody is signed in, and neither a credential nor a token was sent anywhere",
            f"{key} leads there, and anybody who changes the answers file could get {lost}. Secrets and tokens go to Microsoft's "
            f"sign-in hosts, to Azure's health services and to this machine, and elsewhere only where the environment says "
            f"so.{odd}",
            (
                Fix("Answers", f"is it the right host? Correct {key}{default}"),
                Fix("Environment", f"if the host is yours: export {trust.VARIABLE}={shlex.quote(value)}"),
                Fix("Pipeline", "set the variable where the secret is set, so that no branch can change it"),
            ),
        ),
        {"address": url},
    )


def _leads_there(answers: Answers, url: str) -> tuple[str, str, str]:
    """The key of the answers with that address, what would be sent there, and what the key's default is."""
    if answers.sign_in and url == answers.sign_in.authority:
        return (
            "sign_in.authority",
            "the secret or the password that signs in",
            ", or remove it: by default people sign in at Microsoft's own host",
        )
    number = [server.url for server in answers.servers].index(url) + 1
    key = f"servers.{number}.url"
    if answers.single:
        key = "server.url"
    return key, "the token", ""


CHECK = Check(ID, 45, "May a credential and a token go to the hosts of the answers?", look, judge)
