"""Why an archive has no samples to inspect: the same words for every check that needs an instance."""

from __future__ import annotations

from dataclasses import replace

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.dicomweb.server_fault import aspect_of, skipped
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.front_login import behind_login
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.recognise import is_dicomweb_list
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.routes import reach

UNLISTED = "the study list stays empty or incomplete, or a study does not open"


def finding_without_samples(
    check: str, answers: Answers, server: Server, archive: Archive, login: str, *, needed: str = ""
) -> Finding | None:
    """The finding for an archive without samples; None if it has some. `login` stands in front of the root that browsers use.
    `needed` is what the viewer needs and this check then could not see.

    It is a skip as a rule. It fails only where `dicomweb-reachable` cannot report such a fault: past the web server, because that
    check asks at the public root, and of a server that needs a token.
    """
    aspect, search = aspect_of(answers, server), archive.search
    public = archive.root == reach.public_root(answers, server)
    listed = search.received is not None and is_dicomweb_list(search.received)
    if archive.samples:
        return None

    # An empty archive is no fault, so it comes before everything that explains why a list is missing.
    def unseen(why: str) -> str:
        return f"{needed}: {why}" if needed else ""

    if listed and not archive.studies:
        empty = "the archive is empty, so there is nothing to inspect; store an image and check again"
        return skipped(check, server, empty, aspect, unseen=unseen("the archive is empty"))
    # The login stands in front of the public root only; past the web server it does not explain anything.
    if login and public and not listed:
        behind = behind_login(check, server.url, search, login, where=archive.root, aspect=aspect)
        return replace(behind, unseen=unseen("a login is in front"))
    if search.status == 401 and answers.sign_in is not None:
        reason = "the server requires a sign-in, and this tool has no credentials for it"
        return skipped(check, server, reason, aspect, unseen=unseen("nobody signed in"))
    fault = unlisted(archive)
    # Of a server that needs a token `dicomweb-reachable` asks for nothing but one search.
    if fault and (not public or (listed and kind_of(server).token)):
        return finding_of(check, server.url, fault[0], evidence(fault[1]), aspect)
    reason = "no search is answered"
    if listed:
        reason = "the archive returns no series or instances to inspect"
    return skipped(check, server, reason, aspect, see=("dicomweb-reachable",))


def unlisted(archive: Archive) -> tuple[Fault, Exchange] | None:
    """What keeps studies, series or instances from being listed, and the exchange that shows it; None if enough of them came."""
    search = archive.search
    if search.received is None or not is_dicomweb_list(search.received):
        return _fault(search, "a search for several studies"), search
    # A gateway error counts even if other samples came. A plain refusal counts only if no sample came at all: one study
    # without instances is no fault of the server.
    refused = [exchange for exchange in archive.refused if says_nothing(exchange)]
    if not archive.samples:
        refused += archive.refused
    if not refused:
        return None
    return _fault(refused[0], "a search for series and instances"), refused[0]


def _fault(exchange: Exchange, what: str) -> Fault:
    if says_nothing(exchange):
        return unanswered(exchange, what, UNLISTED)
    return Fault(
        "",
        f"{what}: status {exchange.status} and no datasets",
        UNLISTED,
        "A search for one study is answered, but this one is not.",
        (
            Fix(
                "Server",
                "read its log for the time of this run; does the proxy in front pass every search on unchanged?",
            ),
        ),
    )
