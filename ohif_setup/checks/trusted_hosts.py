"""May credentials and tokens be sent to the hosts in the answers? No findings if nobody signs in, or if all hosts are trusted."""

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
    """The addresses that are not trusted, and what the environment variable holds: hosts, and words that are not hosts."""

    untrusted: tuple[str, ...]
    named: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def look(site: Look) -> TrustObservations:
    """Compares only: sends no request."""
    return TrustObservations(site.untrusted(), *trust.words_of(os.environ))


def judge(answers: Answers, seen: TrustObservations) -> Sequence[Finding]:
    """One finding for each host that is not trusted."""
    # By host, so that two addresses on one host are reported once.
    places = {trust.place_of(url): url for url in seen.untrusted}
    # The suggested value keeps the hosts that are trusted already: setting the variable replaces all of it.
    value = ",".join((*seen.named, *places))
    note = ""
    if seen.unreadable:
        note = f" {trust.VARIABLE} contains {short(', '.join(seen.unreadable))}, which is not a host."
    return [_not_trusted(answers, place, url, value, note) for place, url in places.items()]


def _not_trusted(answers: Answers, place: str, url: str, value: str, note: str) -> Finding:
    key, at_risk, default = _source_of(answers, url)
    return finding_of(
        ID,
        place,
        Fault(
            "",
            f"{place} is not a trusted host",
            "the sign-in did not start, and no credential or token was sent",
            f"{key} points there, so anyone who can change the answers file could receive {at_risk}. Secrets and tokens are sent "
            "only to Microsoft's sign-in hosts, to Azure's health services and to this machine, and to other hosts only if the "
            f"environment allows it.{note}",
            (
                Fix("Answers", f"if the host is wrong, correct {key}{default}"),
                Fix("Environment", f"if the host is yours: export {trust.VARIABLE}={shlex.quote(value)}"),
                Fix("Pipeline", "set the variable in the same place as the secret, so that no branch can change it"),
            ),
        ),
        {"address": url},
    )


def _source_of(answers: Answers, url: str) -> tuple[str, str, str]:
    """The key of the answers with that address, what would be sent there, and a note on the key's default."""
    if answers.sign_in and url == answers.sign_in.authority:
        return (
            "sign_in.authority",
            "the secret or the password",
            ", or remove it: the default is Microsoft's own sign-in host",
        )
    number = [server.url for server in answers.servers].index(url) + 1
    # With one server the file has a table `[server]`, with several a list `[[servers]]`.
    key = f"servers.{number}.url"
    if answers.single:
        key = "server.url"
    return key, "the token", ""


CHECK = Check(ID, 45, "May credentials and tokens be sent to the hosts in the answers?", look, judge)
