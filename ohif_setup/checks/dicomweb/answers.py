"""Does the server accept the requests that OHIF sends, and do its answers contain what OHIF needs?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb import answer_faults
from ohif_setup.checks.dicomweb.archive_there import finding_without_samples
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_into_each
from ohif_setup.checks.dicomweb.server_fault import aspect_of, passed
from ohif_setup.checks.dicomweb.token_there import WithoutToken
from ohif_setup.checks.fault import finding_of
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.look.opening import Frame, Opening, look_at_opening
from ohif_setup.network.look.pixels import described, part_type
from ohif_setup.network.wire.exchange import Exchange, evidence

ID = "dicomweb-answers"
NEEDED = "the images"
"""What the viewer needs, for `Finding.unseen`."""


@dataclass(frozen=True)
class ServerAnswers:
    """The archive of one server as browsers see it, OHIF's requests for it, the encoding of queries on the way, and the login in
    front. `opening` is None if the archive has no sample to ask about, `queries` also if the server needs a token. `own_bulk` is an
    object of bulk data as `capabilities` asked for it, at the server itself if this machine reaches it."""

    archive: Archive
    opening: Opening | None
    queries: CapabilityLook | None
    login: str = ""
    own_bulk: Exchange | None = None


@dataclass(frozen=True)
class DicomwebAnswerObservations:
    """One entry for each server, in the order of the answers: `WithoutToken` for one that requires a token while there is none."""

    servers: tuple[ServerAnswers | WithoutToken | LookCrash, ...]


def look(site: Look) -> DicomwebAnswerObservations:
    """Request the list, a series, its metadata, a frame of each image and an object of bulk data, as OHIF does."""
    return DicomwebAnswerObservations(look_into_each(site, site.answers.servers, _look_at))


def judge(answers: Answers, seen: DicomwebAnswerObservations) -> Sequence[Finding]:
    """One finding for each fault of each server, or one that passes."""
    return judge_each(ID, answers, answers.servers, seen.servers, _judge_server, needed=NEEDED)


def _look_at(site: Look, server: Server) -> ServerAnswers:
    archive, token = site.archive(server), site.token(server)
    if not archive.samples:
        # Where a token opens the server, a login in front of it is a matter of `dicomweb-reachable`.
        login = "" if token else site.login_before(server)
        return ServerAnswers(archive, None, None, login)
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
        token=token,
    )
    if token:
        return ServerAnswers(archive, opening, None)
    return ServerAnswers(archive, opening, site.queries(server), own_bulk=site.capabilities(server).bulk)


def _judge_server(answers: Answers, server: Server, seen: ServerAnswers) -> list[Finding]:
    aspect = aspect_of(answers, server)
    without_samples = finding_without_samples(ID, answers, server, seen.archive, seen.login, needed=NEEDED)
    if without_samples:
        return [without_samples]
    if seen.opening is None:
        return []
    faults = answer_faults.faults(
        server, answers.viewer.ohif_version, seen.archive, seen.opening, seen.queries, own_bulk=seen.own_bulk
    )
    frames = seen.opening.frames
    asked = [seen.opening.search, seen.opening.series, seen.opening.metadata, *(frame.asked for frame in frames)]
    # A login may guard some locations only, for example the frames, while the list itself is open.
    guarded = [(exchange, login) for exchange in asked if exchange and (login := front_login(exchange))]
    found = [finding_of(ID, server.url, fault, evidence(exchange), aspect) for fault, exchange in faults]
    # One login usually stands in front of all of them, so it is reported once.
    for exchange, login in guarded[:1]:
        behind = behind_login(ID, server.url, exchange, login, where=exchange.sent.url, aspect=aspect)
        found.append(replace(behind, unseen=f"{NEEDED}: a login is in front"))
    if found:
        return found
    # Everything came. The title says which images that rests on: an archive of reports proves nothing about frames.
    if not frames:
        title = f"list, series, metadata as OHIF {answers.viewer.ohif_version} requests them; no image among the first studies"
        shown = evidence(seen.opening.metadata or seen.opening.search)
        unseen = f"{NEEDED}: none among the first studies of the archive"
        return [passed(ID, server, title, shown, aspect, unseen=unseen)]
    firsts = [frame for frame in frames if frame.number == 1]
    what = "an image" if len(firsts) == 1 else f"{len(firsts)} images"
    images = "; ".join(_described(frame) for frame in firsts)
    title = f"list, series, metadata and {what} as OHIF {answers.viewer.ohif_version} requests them ({images})"
    return [passed(ID, server, title, evidence(frames[0].asked), aspect)]


def _described(frame: Frame) -> str:
    kind = part_type(frame.asked.received) if frame.asked.received else ""
    return described(frame.dataset, kind)


CHECK = Check(
    ID,
    74,
    "Does the server accept OHIF's requests, and answer with what OHIF needs?",
    look,
    judge,
    needs=("dicomweb-reachable", "sign-in"),
    proves="the images",
)
