"""Whether an archive can be looked into at all, and why not: the same words for every check that needs an image."""

from __future__ import annotations

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.dicomweb.server_fault import aspect_of, skipped
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.front_login import behind_login
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.recognise import is_dicomweb_list
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.routes import reach

UNLISTED = "the study list stays empty or incomplete, or a study does not open"


def unseen(check: str, answers: Answers, server: Server, archive: Archive, login: str) -> Finding | None:
    """Why it cannot; None where it can. `login` is the one in front of where browsers ask.

    What `dicomweb-reachable` does not ask, since it lies past the web server, is named here.
    """
    aspect, search = aspect_of(answers, server), archive.search
    public = archive.root == reach.public_root(answers, server)
    listed = search.received is not None and is_dicomweb_list(search.received)
    if archive.samples:
        return None
    if listed and not archive.studies:
        empty = "the archive is empty, so there is nothing to ask for; store an image and check again"
        return skipped(check, server, empty, aspect)
    if login and public and not listed:
        return behind_login(check, server.url, search, login, where=archive.root, aspect=aspect)
    if search.status == 401 and answers.sign_in is not None:
        return skipped(check, server, "the server asks for a sign-in, and this tool has none for it", aspect)
    fault = unlisted(archive)
    if fault and not public:
        return finding_of(check, server.url, fault[0], evidence(fault[1]), aspect)
    nothing = "no search is answered"
    if listed:
        nothing = "the archive hands out no series or instances to look at"
    return skipped(check, server, nothing, aspect, see=("dicomweb-reachable",))


def unlisted(archive: Archive) -> tuple[Fault, Exchange] | None:
    """What keeps studies, series or instances from being listed, and the exchange that shows it; None where enough came."""
    search = archive.search
    if search.received is None or not is_dicomweb_list(search.received):
        return _fault(search, "a search for several studies"), search
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
        f"{what}: status {exchange.status}, and no datasets",
        UNLISTED,
        "A search for one study is answered, and this one is not.",
        (Fix("Server", "its log of the time of this run; does what stands before it pass every search on unchanged?"),),
    )
