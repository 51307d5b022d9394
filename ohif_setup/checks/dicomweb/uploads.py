"""Can an image be stored through the web server? Asked with headers alone: the body never comes, so nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.each_server import Broken, judge_each, look_at_each
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
"""Bytes that are announced: more than nginx takes without being told, and as much as a long ultrasound film has."""
PATIENCE = 2.0
"""Seconds. A refusal comes at once; who keeps silent waits for the body."""
SYMPTOM = 'the upload ends with "Completed with 1 error"'


@dataclass(frozen=True)
class ServerUploads:
    """The announcements, a search, which tells whether the server is there at all, and the login in front of its `root`."""

    small: Exchange
    large: Exchange
    search: Exchange
    login: str = ""
    root: str = ""


@dataclass(frozen=True)
class UploadObservations:
    """One for each server that people may store at, and that wants no token of its own."""

    servers: tuple[ServerUploads | Broken, ...]


def look(site: Look) -> UploadObservations:
    """Two POST requests without a body for each server."""
    return UploadObservations(look_at_each(site, _storing(site.answers), _look_at))


def judge(answers: Answers, seen: UploadObservations) -> Sequence[Finding]:
    """One finding for each of them."""
    return judge_each(ID, answers, _storing(answers), seen.servers, lambda *observed: [_finding(*observed)])


def _storing(answers: Answers) -> list[Server]:
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
        # Without it Apache reads the whole body before it says that it refuses.
        ("Expect", "100-continue"),
    )
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
        return skipped(ID, server, "a proxy would change what is asked here", aspect)
    if seen.small.status == 401 and answers.sign_in:
        return skipped(ID, server, "storing wants a sign-in, and this tool has none for it", aspect)
    for exchange in (seen.small, seen.large):
        unasked = _unasked(server, exchange, aspect)
        if unasked:
            return unasked
    for exchange, size in ((seen.small, SMALL), (seen.large, LARGE)):
        fault = _fault(server, exchange, size)
        if fault:
            return finding_of(ID, server.url, fault, evidence(exchange), aspect)
    title = f"{LARGE // 1_000_000} MB were announced, and nobody refused; nothing was stored"
    return passed(ID, server, title, evidence(seen.large), aspect)


def _unasked(server: Server, exchange: Exchange, aspect: str) -> Finding | None:
    """Where something else than the server's will decides: a login in front, or a server in trouble."""
    received = exchange.received
    if received is None and exchange.trouble and exchange.trouble.kind == "timeout":
        # The server waits for the body.
        return None
    login = front_login(exchange)
    # A search passed without a login and this refusal asks for none, so no login stands in front.
    if login and not (received and received.status == 401 and not received.header("WWW-Authenticate")):
        return behind_login(ID, server.url, exchange, login, where=exchange.sent.url, aspect=aspect)
    if says_nothing(exchange) or ((exchange.status or 0) >= 500 and exchange.status != 501):
        fault = unanswered(exchange, "an upload", SYMPTOM)
        return finding_of(ID, server.url, fault, evidence(exchange), aspect)
    return None


def _fault(server: Server, exchange: Exchange, size: int) -> Fault | None:
    """None where the request is let through: silence, or an answer of the server itself to the missing body."""
    status, megabytes = exchange.status, size // 1_000_000
    web = web_server_of(server)
    if status == 413 or (web and status == web.gateway.too_large and size == LARGE):
        title, fixes = (
            f"images of {megabytes} MB are refused ({status})",
            web_server.fixes(server, lambda lines: lines.body_size),
        )
        cause = "The web server limits the size of a request"
        if size == SMALL:
            return Fault("FM74", title, SYMPTOM, f"{cause} (nginx: 1 MB by default).", fixes)
        return Fault("FM74", title, f"{SYMPTOM}; smaller images pass", f"{cause}.", fixes, "warn")
    what = "refused"
    if status is not None and 300 <= status < 400:
        what = "redirected"
    elif status not in (401, 403, 404, 405, 501):
        return None
    return Fault(
        "FM74",
        f"storing is {what} ({status})",
        SYMPTOM,
        f"{web_server.name_of(server)} lets no POST request through to the server, and the viewer shows Upload.",
        (
            *web_server.fixes(server, lambda lines: lines.post),
            Fix("Answers", f"or server.uploads = false, {web_server.then_regenerate(server, viewer=True)}"),
        ),
    )


CHECK = Check(ID, 76, "Can images be stored through the web server?", look, judge, needs=("dicomweb-reachable",))
