"""Does the server take OHIF's own requests, and do its answers hold what OHIF needs?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb import answer_faults
from ohif_setup.checks.dicomweb.archive_there import unseen
from ohif_setup.checks.dicomweb.each_server import Broken, judge_each, look_at_each
from ohif_setup.checks.dicomweb.server_fault import aspect_of, passed
from ohif_setup.checks.fault import finding_of
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.look.opening import Opening, look_at_opening
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.routes import reach

ID = "dicomweb-answers"


@dataclass(frozen=True)
class ServerAnswers:
    """What one server holds as browsers see it, OHIF's requests about it, how queries fare on the way, and the login in front."""

    archive: Archive
    opening: Opening | None
    queries: CapabilityLook | None
    login: str = ""


@dataclass(frozen=True)
class DicomwebAnswerObservations:
    """One for each server that wants no token of its own."""

    servers: tuple[ServerAnswers | Broken, ...]


def look(site: Look) -> DicomwebAnswerObservations:
    """The list, a series, its metadata and a frame, as OHIF asks for them."""
    return DicomwebAnswerObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: DicomwebAnswerObservations) -> Sequence[Finding]:
    """One finding for each fault of each server, or one that passes."""
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _of_server)


def _look_at(site: Look, server: Server) -> ServerAnswers:
    archive = site.archive(server)
    if not archive.samples:
        return ServerAnswers(archive, None, None, site.login_before(server))
    options = kind_of(server).data_source(site.answers, server)["configuration"]
    direct, direct_root = site.direct(server), ""
    if direct and direct.proven and direct.url != archive.root:
        direct_root = direct.url
    opening = look_at_opening(
        site.http,
        archive,
        version=site.answers.viewer.ohif_version,
        fuzzy=bool(options.get("supportsFuzzyMatching")),
        quotes=not options.get("omitQuotationForMultipartRequest"),
        direct=direct_root,
    )
    return ServerAnswers(archive, opening, site.queries(server))


def _of_server(answers: Answers, server: Server, seen: ServerAnswers) -> list[Finding]:
    aspect = aspect_of(answers, server)
    nothing = unseen(ID, answers, server, seen.archive, seen.login)
    if nothing:
        return [nothing]
    if seen.opening is None:
        return []
    faults = answer_faults.faults(server, answers.viewer.ohif_version, seen.archive, seen.opening, seen.queries)
    frames = seen.opening.frames
    asked = [seen.opening.search, seen.opening.series, seen.opening.metadata, *(frame.asked for frame in frames)]
    guarded = [(exchange, login) for exchange in asked if exchange and (login := front_login(exchange))]
    found = [finding_of(ID, server.url, fault, evidence(exchange), aspect) for fault, exchange in faults]
    # One login usually stands before all of them, so it is named once.
    for exchange, login in guarded[:1]:
        found.append(behind_login(ID, server.url, exchange, login, where=exchange.sent.url, aspect=aspect))
    if found:
        return found
    what, shown = "list, series, metadata", seen.opening.metadata or seen.opening.search
    if frames:
        shown = frames[0].asked
    match len(frames):
        case 0:
            what += "; no image among the first studies"
        case 1:
            what += " and an image"
        case several:
            what += f" and {several} images"
    return [passed(ID, server, f"{what} as OHIF {answers.viewer.ohif_version} asks for them", evidence(shown), aspect)]


CHECK = Check(
    ID,
    74,
    "Does the server take OHIF's requests, and answer with what OHIF needs?",
    look,
    judge,
    needs=("dicomweb-reachable",),
)
