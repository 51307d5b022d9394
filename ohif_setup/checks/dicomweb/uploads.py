"""Can an image be stored through the web server? Only headers are sent: the body never follows, so nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_at_each
from ohif_setup.checks.dicomweb.server_fault import aspect_of, passed, skipped
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.routes import reach
from ohif_setup.webservers import web_server_of

ID = "uploads"
SMALL, LARGE = 2_000_000, 500_000_000
"""Bytes that are announced: more than nginx accepts by default (1 MB), and the size of a long ultrasound clip."""
PATIENCE = 2.0
"""Seconds. A refusal comes at once; a server that stays silent is waiting for the body."""
SYMPTOM = 'the upload ends with "Completed with 1 error"'


@dataclass(frozen=True)
class ServerUploads:
    """The two announcements, a search without a token, and the login in front of `root`, the root that browsers use."""

    small: Exchange
    large: Exchange
    search: Exchange
    login: str = ""
    root: str = ""


@dataclass(frozen=True)
class UploadObservations:
    """One entry for each server that accepts uploads and requires no access token, in the order of the answers."""

    servers: tuple[ServerUploads | LookCrash, ...]


def look(site: Look) -> UploadObservations:
    """Send two POST requests without a body to each server."""
    return UploadObservations(look_at_each(site, _upload_servers(site.answers), _look_at))


def judge(answers: Answers, seen: UploadObservations) -> Sequence[Finding]:
    """One finding for each server that accepts uploads."""
    return judge_each(ID, answers, _upload_servers(answers), seen.servers, lambda *observed: [_finding(*observed)])


def _upload_servers(answers: Answers) -> list[Server]:
    return [server for server in reach.shown_without_token(answers) if server.uploads]


def _look_at(site: Look, server: Server) -> ServerUploads:
    root = reach.public_root(site.answers, server)
    small, large = side_by_side([partial(_announce, site, f"{root}/studies", size) for size in (SMALL, LARGE)])
    return ServerUploads(small, large, site.anonymous(server), site.login_before(server), root)


def _announce(site: Look, url: str, size: int) -> Exchange:
    headers = (
        ("Accept", "*/*"),
        ("Content-Type", 'multipart/related; type="application/dicom"; boundary=ohif'),
        ("Content-Length", str(size)),
        # Without it Apache reads the whole body before it sends its refusal.
        ("Expect", "100-continue"),
    )
    # `send` would not announce a body that it does not send.
    return site.http.send_as_is("POST", url, headers=headers, patience=PATIENCE)


def _finding(answers: Answers, server: Server, seen: ServerUploads) -> Finding:
    aspect = aspect_of(answers, server)
    if seen.login:
        return behind_login(ID, server.url, seen.search, seen.login, where=seen.root, aspect=aspect)
    # Where people sign in, a 401 is an answer too: this tool searches without a token here.
    is_answered = seen.search.status in (200, 204) or (seen.search.status == 401 and answers.sign_in)
    if not is_answered:
        return skipped(ID, server, "no search is answered", aspect, see=("dicomweb-reachable",))
    if seen.small.trouble and seen.small.trouble.kind == "proxy":
        return skipped(ID, server, "a proxy on this machine's side would change the request", aspect)
    if seen.small.status == 401 and answers.sign_in:
        reason = "storing requires a sign-in, and this tool has no credentials for it"
        return skipped(ID, server, reason, aspect)
    # First whether both questions were answered at all, then the answers: a 503 to the large one says nothing about sizes.
    for exchange in (seen.small, seen.large):
        inconclusive = _inconclusive(server, exchange, aspect)
        if inconclusive:
            return inconclusive
    # The small one first: if even that is refused, the fault is graver, and explains the large one too.
    for exchange, size in ((seen.small, SMALL), (seen.large, LARGE)):
        fault = _fault(server, exchange, size)
        if fault:
            return finding_of(ID, server.url, fault, evidence(exchange), aspect)
    title = f"a {LARGE // 1_000_000} MB upload was announced and not rejected; nothing was stored"
    return passed(ID, server, title, evidence(seen.large), aspect)


def _inconclusive(server: Server, exchange: Exchange, aspect: str) -> Finding | None:
    """The finding for an answer that does not tell whether uploads pass: a login in front gave it, or a server in trouble."""
    received = exchange.received
    if received is None and exchange.trouble and exchange.trouble.kind == "timeout":
        # The server waits for the body: the announcement passed.
        return None
    login = front_login(exchange)
    # A search passed without a login, and a 401 without a challenge asks for none, so no login stands in front: POST is refused.
    if login and not (received and received.status == 401 and not received.header("WWW-Authenticate")):
        return behind_login(ID, server.url, exchange, login, where=exchange.sent.url, aspect=aspect)
    # 501 means that the method is not implemented, which is a refusal. The other 5xx are accidents.
    if says_nothing(exchange) or ((exchange.status or 0) >= 500 and exchange.status != 501):
        fault = unanswered(exchange, "an upload", SYMPTOM)
        return finding_of(ID, server.url, fault, evidence(exchange), aspect)
    return None


def _fault(server: Server, exchange: Exchange, size: int) -> Fault | None:
    """The fault that an announcement of that many bytes shows; None if it passed.

    It passed if the server stays silent, or answers itself that the body is missing or wrong.
    """
    status, megabytes = exchange.status, size // 1_000_000
    web = web_server_of(server)
    # IIS answers 404 to a body over its limit of 30 MB (404.13). To the small body a 404 means that POST is not passed on.
    if status == 413 or (web and status == web.gateway.too_large and size == LARGE):
        title, fixes = (
            f"images of {megabytes} MB are refused ({status})",
            web_server.fixes(server, lambda lines: lines.body_size),
        )
        cause = "The web server limits the size of a request"
        if size == SMALL:
            return Fault("FM74", title, SYMPTOM, f"{cause} (nginx: 1 MB by default).", fixes)
        return Fault("FM74", title, f"{SYMPTOM}; smaller images pass", f"{cause}.", fixes, "warn")
    # Any other status, such as 400 for the missing body, comes from the server itself, so the request was passed on.
    what = "refused"
    if status is not None and 300 <= status < 400:
        what = "redirected"
    elif status not in (401, 403, 404, 405, 501):
        return None
    return Fault(
        "FM74",
        f"storing is {what} ({status})",
        SYMPTOM,
        f"{web_server.name_of(server)} does not pass POST requests on to the server, but the viewer shows Upload.",
        (
            *web_server.fixes(server, lambda lines: lines.post),
            Fix("Answers", f"or server.uploads = false, {web_server.then_regenerate(server, viewer=True)}"),
        ),
    )


CHECK = Check(
    ID, 76, "Can images be stored through the web server?", look, judge, needs=("dicomweb-reachable",), proves="uploads"
)
