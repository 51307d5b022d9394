"""Does the server accept the requests that OHIF sends, and do its answers contain what OHIF needs?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb import answer_faults
from ohif_setup.checks.dicomweb.archive_there import finding_without_samples
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_at_each
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
    """The archive of one server as browsers see it, OHIF's requests for it, the encoding of queries on the way, and the login in
    front. `opening` and `queries` are None if the archive has no sample to ask about."""

    archive: Archive
    opening: Opening | None
    queries: CapabilityLook | None
    login: str = ""


@dataclass(frozen=True)
class DicomwebAnswerObservations:
    """One entry for each server that requires no access token, in the order of the answers."""

    servers: tuple[ServerAnswers | LookCrash, ...]


def look(site: Look) -> DicomwebAnswerObservations:
    """Request the list, a series, its metadata and a frame of each image, as OHIF does."""
    return DicomwebAnswerObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: DicomwebAnswerObservations) -> Sequence[Finding]:
    """One finding for each fault of each server, or one that passes."""
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _judge_server)


def _look_at(site: Look, server: Server) -> ServerAnswers:
    archive = site.archive(server)
    if not archive.samples:
        return ServerAnswers(archive, None, None, site.login_before(server))
    # The generated data source decides how OHIF spells its requests, so the probes follow its options, not defaults of their own.
    options = kind_of(server).data_source(site.answers, server)["configuration"]
    direct, direct_root = site.direct(server), ""
    # The same frame past the web server shows whether the web server changes Accept on the way.
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


def _judge_server(answers: Answers, server: Server, seen: ServerAnswers) -> list[Finding]:
    aspect = aspect_of(answers, server)
    without_samples = finding_without_samples(ID, answers, server, seen.archive, seen.login)
    if without_samples:
        return [without_samples]
    if seen.opening is None:
        return []
    faults = answer_faults.faults(server, answers.viewer.ohif_version, seen.archive, seen.opening, seen.queries)
    frames = seen.opening.frames
    asked = [seen.opening.search, seen.opening.series, seen.opening.metadata, *(frame.asked for frame in frames)]
    # A login may guard some locations only, for example the frames, while the list itself is open.
    guarded = [(exchange, login) for exchange in asked if exchange and (login := front_login(exchange))]
    found = [finding_of(ID, server.url, fault, evidence(exchange), aspect) for fault, exchange in faults]
    # One login usually stands in front of all of them, so it is reported once.
    for exchange, login in guarded[:1]:
        found.append(behind_login(ID, server.url, exchange, login, where=exchange.sent.url, aspect=aspect))
    if found:
        return found
    # Everything came. The title says how many images that rests on: an archive of reports proves nothing about frames.
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
    title = f"{what} as OHIF {answers.viewer.ohif_version} requests them"
    return [passed(ID, server, title, evidence(shown), aspect)]


CHECK = Check(
    ID,
    74,
    "Does the server accept OHIF's requests, and answer with what OHIF needs?",
    look,
    judge,
    needs=("dicomweb-reachable",),
    proves="the images",
)
