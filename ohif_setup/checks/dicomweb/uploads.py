"""Can images, reports and segmentations be stored? Sends headers whose body never follows, and an upload without an instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_into_each
from ohif_setup.checks.dicomweb.server_fault import aspect_of, name_of, passed, skipped
from ohif_setup.checks.dicomweb.token_there import WithoutToken
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.front_login import behind_login, front_login, own_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.speakers import is_web_servers_page
from ohif_setup.kinds import own_of
from ohif_setup.kinds.own import Principal
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.network.wire.http import Token
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import dicomweb_requests
from ohif_setup.routes import reach
from ohif_setup.webservers import front_of, web_server_of

ID = "uploads"
NEEDED = "uploads"
SMALL, LARGE = 2_000_000, 500_000_000
"""Bytes that are announced: more than nginx accepts by default (1 MB), and the size of a long ultrasound clip."""
EMPTY = b"--ohif--\r\n"
"""The body of an upload with no instance in it: the last boundary alone. There is nothing in it that a server could store."""
PATIENCE = 2.0
"""Seconds. A refusal comes at once; a server that stays silent is waiting for the body."""
SYMPTOM = 'an upload ends with "Completed with 1 error", Create Report and saving a segmentation fail'
_REFUSALS = (401, 403, 404, 405, 501)


@dataclass(frozen=True)
class ServerUploads:
    """The two announcements, a search without a token, and the login in front of `root`, the root that browsers use. `empty` is an
    upload without an instance, None for a kind of which nobody knows that it stores nothing then. `itself` is the same (or the
    small announcement) at the server's own address; None without a web server in between."""

    small: Exchange
    large: Exchange
    search: Exchange
    login: str = ""
    root: str = ""
    empty: Exchange | None = None
    itself: Exchange | None = None


@dataclass(frozen=True)
class TokenUploads:
    """An upload without an instance with the token, None for a kind of which nobody knows that it stores nothing then; the search
    with the token; and whose token it is."""

    empty: Exchange | None
    search: Exchange | None
    principal: Principal = "User"


@dataclass(frozen=True)
class UploadObservations:
    """One entry for each server that accepts uploads, in the order of the answers."""

    servers: tuple[ServerUploads | TokenUploads | WithoutToken | LookCrash, ...]


def look(site: Look) -> UploadObservations:
    """Announce two uploads to each server, and send one without an instance."""
    return UploadObservations(look_into_each(site, _upload_servers(site.answers), _look_at))


def judge(answers: Answers, seen: UploadObservations) -> Sequence[Finding]:
    """One finding for each server that accepts uploads."""
    servers = _upload_servers(answers)
    return judge_each(ID, answers, servers, seen.servers, lambda *observed: [_finding(*observed)], needed=NEEDED)


def _upload_servers(answers: Answers) -> list[Server]:
    return [server for server in answers.servers if server.uploads]


def _look_at(site: Look, server: Server) -> ServerUploads | TokenUploads:
    root, token = reach.public_root(site.answers, server), site.token(server)
    sends = own_of(server).empty_upload
    if token:
        principal: Principal = "ServicePrincipal" if site.method == "service-principal" else "User"
        return TokenUploads(_empty(site, root, token) if sends else None, site.with_token(server), principal)
    small, large = side_by_side([partial(_announce, site, f"{root}/studies", size) for size in (SMALL, LARGE)])
    seen = ServerUploads(small, large, site.anonymous(server), site.login_before(server), root)
    if sends:
        seen = replace(seen, empty=_empty(site, root))
    direct = site.direct(server)
    # Only a refusal has to be located.
    if direct and direct.proven and direct.url != root and (seen.empty or small).status in _REFUSALS:
        itself = _empty(site, direct.url) if sends else _announce(site, f"{direct.url}/studies", SMALL)
        seen = replace(seen, itself=itself)
    return seen


def _empty(site: Look, root: str, token: Token | None = None) -> Exchange:
    store = dicomweb_requests(root, site.answers.viewer.ohif_version, uploads=True, fuzzy=False)[-1]
    return site.http.send(store.method, store.url, store.headers, body=EMPTY, token=token)


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


def _finding(answers: Answers, server: Server, seen: ServerUploads | TokenUploads) -> Finding:
    aspect = aspect_of(answers, server)
    if isinstance(seen, TokenUploads):
        return _with_token(server, seen, aspect)
    if seen.login:
        return _unseen(behind_login(ID, server.url, seen.search, seen.login, where=seen.root, aspect=aspect))
    # Where people sign in, a 401 is an answer too: this tool searches without a token here.
    is_answered = seen.search.status in (200, 204) or (seen.search.status == 401 and answers.sign_in)
    if not is_answered:
        return skipped(ID, server, "no search is answered", aspect, see=("dicomweb-reachable",))
    if seen.small.trouble and seen.small.trouble.kind == "proxy":
        reason = "a proxy on this machine's side would change the request"
        return skipped(ID, server, reason, aspect, unseen=f"{NEEDED}: a proxy is in between")
    if 401 in (seen.small.status, seen.empty.status if seen.empty else None) and answers.sign_in:
        reason = "storing requires a sign-in, and this tool has no credentials for it"
        return skipped(ID, server, reason, aspect, unseen=f"{NEEDED}: nobody signed in")
    asked = [(seen.small, SMALL), (seen.large, LARGE)]
    if seen.empty:
        asked.append((seen.empty, 0))
    # First whether all questions were answered at all, then the answers: a 503 to the large one says nothing about sizes.
    for exchange, _ in asked:
        inconclusive = _inconclusive(server, exchange, aspect)
        if inconclusive:
            return inconclusive
    # The small one first: if even that is refused, the fault is graver, and explains the others too.
    for exchange, size in asked:
        fault = _fault(server, exchange, size, seen.itself)
        if fault:
            return finding_of(ID, server.url, fault, evidence(exchange), aspect)
    title = f"a {LARGE // 1_000_000} MB upload was announced and not rejected"
    if seen.empty:
        title = f"an upload without an image is taken ({seen.empty.status}); {title}; nothing was stored"
        return passed(ID, server, title, evidence(seen.empty), aspect)
    unseen = (
        f"{NEEDED}: an upload was only announced, because this tool does not know whether such a server would store it"
    )
    return passed(ID, server, f"{title}; nothing was stored", evidence(seen.large), aspect, unseen=unseen)


def _with_token(server: Server, seen: TokenUploads, aspect: str) -> Finding:
    """Whether the account that signed in may store."""
    if seen.search is None or seen.search.status not in (200, 204):
        return skipped(ID, server, "no search is answered", aspect, see=("dicomweb-reachable",))
    if seen.empty is None:
        return skipped(ID, server, "nothing is stored by a check", aspect, unseen=f"{NEEDED}: it was not tried")
    if says_nothing(seen.empty) or (seen.empty.status or 0) >= 500:
        return finding_of(ID, server.url, unanswered(seen.empty, "an upload", SYMPTOM), evidence(seen.empty), aspect)
    if seen.empty.status in _REFUSALS:
        fault = _refused_by_server(server, seen.empty, seen.principal)
        return finding_of(ID, server.url, fault, evidence(seen.empty), aspect)
    title = f"the account may store: an upload without an image is taken ({seen.empty.status}); nothing was stored"
    return passed(ID, server, title, evidence(seen.empty), aspect)


def _unseen(finding: Finding) -> Finding:
    return replace(finding, unseen=f"{NEEDED}: a login is in front")


def _inconclusive(server: Server, exchange: Exchange, aspect: str) -> Finding | None:
    """The finding for an answer that does not tell whether uploads pass: a login in front gave it, or a server in trouble."""
    received = exchange.received
    if received is None and exchange.trouble and exchange.trouble.kind == "timeout":
        # The server waits for the body: the announcement passed.
        return None
    login = front_login(exchange)
    # The login of the server itself stands in front of nothing: it was passed for a search.
    if received is not None and own_login(received):
        return None
    # A search passed without a login, and a 401 without a challenge asks for none, so no login stands in front: POST is refused.
    if login and not (received and received.status == 401 and not received.header("WWW-Authenticate")):
        return _unseen(behind_login(ID, server.url, exchange, login, where=exchange.sent.url, aspect=aspect))
    # 501 means that the method is not implemented, which is a refusal. The other 5xx are accidents.
    if says_nothing(exchange) or ((exchange.status or 0) >= 500 and exchange.status != 501):
        fault = unanswered(exchange, "an upload", SYMPTOM)
        return finding_of(ID, server.url, fault, evidence(exchange), aspect)
    return None


def _fault(server: Server, exchange: Exchange, size: int, itself: Exchange | None) -> Fault | None:
    """The fault that an announcement of that many bytes shows, or the upload without an instance (0); None if it passed. `itself`
    is the same at the server's own address.

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
    elif status not in _REFUSALS:
        return None
    elif _is_servers_own(server, exchange, itself):
        return _refused_by_server(server, exchange)
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


def _is_servers_own(server: Server, exchange: Exchange, itself: Exchange | None) -> bool:
    """Whether the server itself sent this refusal: it wrote it, it refuses at its own address too, or nothing stands before it."""
    received = exchange.received
    if received is None or is_web_servers_page(received):
        return False
    if own_of(server).wrote(received) or front_of(server) is None:
        return True
    return itself is not None and itself.status in _REFUSALS


def _refused_by_server(server: Server, exchange: Exchange, principal: Principal = "User") -> Fault:
    own = own_of(server).may_not_store(server, exchange.status or 0, principal)
    if own:
        return own
    name = name_of(server)
    return Fault(
        "FM74",
        f"{name} itself refuses to store ({exchange.status})",
        SYMPTOM,
        "It answers searches, but no POST to /studies: its configuration, or the rights of the account, forbid it.",
        (Fix("Server", "allow STOW-RS (POST /studies), or give the account that right"), *no_uploads(server)),
    )


def no_uploads(server: Server) -> tuple[Fix, ...]:
    """The other way out: a viewer that offers no uploads. Create Report and saving a segmentation then fail as before."""
    change = web_server.then_regenerate(server, viewer=True)
    return (Fix("Answers", f"or, if nobody is to store: ohif-setup set server.uploads=false; {change}"),)


CHECK = Check(
    ID,
    76,
    "Can images, reports and segmentations be stored?",
    look,
    judge,
    needs=("dicomweb-reachable", "sign-in"),
    proves="uploads",
)
