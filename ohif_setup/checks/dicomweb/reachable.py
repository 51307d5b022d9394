"""Does each server answer at the address that browsers use, and allow searches?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.origin import is_loopback
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_at_each
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
from ohif_setup.checks.dicomweb.reachable_host import look_as_site
from ohif_setup.checks.dicomweb.reachable_login import Login
from ohif_setup.checks.dicomweb.reachable_own import ID, ServerContext, judge_own
from ohif_setup.checks.dicomweb.reachable_token import SeenWithToken, judge_with_token
from ohif_setup.checks.dicomweb.server_fault import aspect_of
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.checks.redirects import is_followed, target_of
from ohif_setup.checks.trouble_words import is_tls
from ohif_setup.kinds import kind_of
from ohif_setup.kinds.own import Principal
from ohif_setup.network.look.same import is_this_machine, missing_study
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.ohif.requests import JSON
from ohif_setup.paste.urls import host_of
from ohif_setup.routes import reach


@dataclass(frozen=True)
class ReachableObservations:
    """One entry for each server, in the order of the answers: `SeenWithToken` for servers that require an access token."""

    servers: tuple[SeenWithToken | SeenOwn | LookCrash, ...]


def look(site: Look) -> ReachableObservations:
    """Send two GET requests for `/studies?limit=1`, and a few more if no token is required: past the web server, and for series."""
    return ReachableObservations(look_at_each(site, site.answers.servers, _look_at))


def judge(answers: Answers, seen: ReachableObservations) -> Sequence[Finding]:
    """One finding for each server."""
    return judge_each(ID, answers, answers.servers, seen.servers, lambda *observed: [_finding(*observed)])


def _look_at(site: Look, server: Server) -> SeenWithToken | SeenOwn:
    anonymous = site.anonymous(server)
    if kind_of(server).token is None:
        certificates = site.certificates() if is_tls(anonymous) else ()
        return _look_at_own(site, server, anonymous, certificates)
    with_token = site.with_token(server)
    # The certificates cost a connection to each host, and only tell whether the check `tls` reports the same trouble.
    failed = is_tls(anonymous) or (with_token is not None and is_tls(with_token))
    certificates = site.certificates() if failed else ()
    # The fix for a missing role is an az command, which needs --assignee-principal-type.
    principal: Principal = "User"
    if site.method == "service-principal":
        principal = "ServicePrincipal"
    return SeenWithToken(anonymous, with_token, site.discovery(), certificates, principal)


def _look_at_own(site: Look, server: Server, public: Exchange, certificates: tuple[Certificate, ...]) -> SeenOwn:
    root, direct = reach.public_root(site.answers, server), site.direct(server)
    loopback = is_loopback(host_of(server.url))
    local = loopback and is_this_machine(site.http, root)
    # A loopback address in server.url means the web server's machine. Asked from another machine, it is a different server.
    comparable = direct is not None and direct.proven and direct.url != root and (local or not loopback)
    missing = archive = None
    if direct and comparable:
        missing = missing_study(site.http, root, direct.url)
    # One search may be answered while a list of 25 studies is not. The checks that need that list point here.
    if public.status in (200, 204):
        archive = site.archive(server)
    login = site.login_before(server)
    as_site, followed = look_as_site(site.http, root, public, direct), None
    # Without a token, and at the same origin: a preflight follows no redirect, and a token is sent nowhere else.
    if reach.same_origin(server) and is_followed(public):
        followed = site.http.send("GET", target_of(public), (("Accept", JSON),))
    return SeenOwn(
        root, public, direct, site.viewer().page, certificates, missing, local, login, archive, as_site, followed
    )


def _finding(answers: Answers, server: Server, seen: SeenWithToken | SeenOwn) -> Finding:
    aspect = aspect_of(answers, server)
    if isinstance(seen, SeenWithToken):
        assert answers.sign_in is not None, "the answers have a sign-in if a server requires a token"
        return judge_with_token(ID, server, answers.sign_in, seen).aspect_of(aspect)
    login = Login(
        by_viewer=answers.sign_in is not None,
        by_proxy=server in defaults.logged_in(answers),
        file=defaults.login_file(server.proxy, answers.viewer.url),
    )
    asked_as = defaults.upstream_host(answers, server)
    return judge_own(server, ServerContext(login, reach.same_origin(server), aspect, asked_as), seen)


CHECK = Check(
    ID,
    70,
    "Does each server answer, and allow searches?",
    look,
    judge,
    needs=("viewer-served", "tls"),
    proves="the study list",
)
