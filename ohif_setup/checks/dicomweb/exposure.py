"""Is more exposed than the images: the server's own REST API, an open proxy, an archive that anyone or any web page may read?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import parts_of
from ohif_setup.browser.safety import FOREIGN_ORIGIN, openness
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_at_each
from ohif_setup.checks.dicomweb.exposed_images import NOTHING_SEEN, is_local_only, public_images
from ohif_setup.checks.dicomweb.server_fault import aspect_of, name_of, passed, skipped
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.front_login import front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import unanswered
from ohif_setup.checks.speakers import fault_spoken_by
from ohif_setup.kinds import KINDS, own_of
from ohif_setup.kinds.own import Own
from ohif_setup.network.look.exposure import ExposureLook
from ohif_setup.network.wire.exchange import Exchange, Received, evidence
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes import reach, route_of

ID = "exposure"


@dataclass(frozen=True)
class ServerExposure:
    """What is exposed beside the images of one server, and a search without a token.

    `login` is the login in front of that search, `page_login` the one in front of the viewer's page at the same origin; both are in
    words, empty for none.
    """

    exposure: ExposureLook
    search: Exchange
    login: str = ""
    page_login: str = ""


@dataclass(frozen=True)
class ExposureObservations:
    """One entry for each server that requires no access token, in the order of the answers."""

    servers: tuple[ServerExposure | LookCrash, ...]


def look(site: Look) -> ExposureObservations:
    """Send GET requests for addresses that no viewer needs, one in the form that asks a proxy. None of them changes anything."""
    return ExposureObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: ExposureObservations) -> Sequence[Finding]:
    """For each server one finding per thing that is exposed or could not be tested, or one that passes."""
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _judge_server)


def _look_at(site: Look, server: Server) -> ServerExposure:
    page_login = front_login(site.viewer().page) if reach.same_origin(server) else ""
    return ServerExposure(site.exposure(server), site.anonymous(server), site.login_before(server), page_login)


def _judge_server(answers: Answers, server: Server, seen: ServerExposure) -> list[Finding]:
    aspect = aspect_of(answers, server)
    # No answer at all proves nothing about exposure. A login that is a client certificate leaves no answer either, but is known.
    if seen.search.received is None and not seen.login:
        return [skipped(ID, server, "the server does not answer", aspect, see=("dicomweb-reachable",))]
    # A page is no list of images, whatever its status: a fallback of the web server, a notice of a firewall.
    status = None if seen.search.received and seen.search.received.is_html() else seen.search.status
    images = public_images(answers, server, status, seen.login, seen.page_login)
    found = [
        *_rest_api(server, seen.exposure, outside=not is_local_only(answers)),
        *_open_proxy(server, seen.exposure),
        *_foreign_pages(answers, server, seen),
        *((fault, seen.search) for fault in images),
        *_unanswered(seen),
    ]
    if not found:
        return [_not_exposed(answers, server, seen, aspect)]
    return [finding_of(ID, server.url, fault, evidence(exchange), aspect) for fault, exchange in found]


def _not_exposed(answers: Answers, server: Server, seen: ServerExposure, aspect: str) -> Finding:
    """The finding if nothing was found: it passes only if the server itself answered the search, or a login guards it."""
    received = seen.search.received
    if seen.login:
        guarded = evidence(seen.search) | {"login": seen.login}
        return passed(ID, server, f"nothing is exposed without the login in front: {seen.login}", guarded, aspect)
    # A gateway error, a redirect or a fallback page comes from something in front: the server itself was never asked.
    if (
        received is None
        or received.status not in (200, 204, 401, 403)
        or (received.status == 200 and received.is_html())
        or fault_spoken_by(seen.search)
    ):
        return skipped(ID, server, "no search is answered", aspect, see=("dicomweb-reachable",))
    # With ServeFolders Orthanc itself serves the viewer, so its API shares the port, and nothing in front can close it.
    if route_of(server).by_server and _open_api_answers(server, seen.exposure):
        title = f"{name_of(server)}'s REST API is open too, as always on this route; the viewer's address is for this machine only"
    else:
        title = "nothing but the images is exposed"
        if is_local_only(answers):
            title += " (on this machine)"
    return passed(ID, server, title, evidence(seen.search), aspect)


def _open_api_answers(server: Server, seen: ExposureLook) -> list[Exchange]:
    """The answers that the server's own API gave, a challenge for its login included."""
    api = own_of(server).rest_api
    return [exchange for exchange in seen.doors if api and api.wrote(exchange.received)]


def _rest_api(server: Server, seen: ExposureLook, *, outside: bool) -> list[tuple[Fault, Exchange]]:
    """The server's own API: it can read, change and delete everything, and run scripts. `outside`: other machines may reach it."""
    answered = _open_api_answers(server, seen)
    if not answered:
        return []
    # An address that answers is worse than one that asks for a login.
    first = next((exchange for exchange in answered if exchange.status == 200), answered[0])
    path = parts_of(first.sent.url).path
    api = own_of(server).rest_api
    # On this route no web server stands between, so there is no line to change: the fault is the server kind's own.
    if route_of(server).by_server and api and api.open_by_server:
        if not outside:
            return []
        return [(api.open_by_server(server, path, first.status), first)]
    name = name_of(server)
    status: Severity = "fail"
    title = f"{name}'s REST API is open through {web_server.name_of(server)}: {path}"
    cause = (
        "Anyone who opens the viewer can read, change and delete everything in the archive there, and make "
        f"{name} call other servers."
    )
    # The API can be reached, but asks for a login, so this is a warning.
    if first.status == 401:
        status, title = "warn", f"{title} (it asks for a login)"
        cause = f"Only {name}'s login protects everything in the archive. A viewer needs only studies, series and instances."
    fixes = web_server.fixes(server, lambda lines: lines.resources_alone(server.path))
    return [(Fault("FM18", title, NOTHING_SEEN, cause, fixes, status), first)]


def _open_proxy(server: Server, seen: ExposureLook) -> list[tuple[Fault, Exchange]]:
    """A web server that fetches any address it is asked for, as Apache does with `ProxyRequests On`.

    The probe names an address of the server behind it, because only an answer of a known API proves that the address was fetched.
    """
    exchange = seen.forwarded
    if exchange is None:
        return []
    own = _api_owner(exchange.received)
    if own is None or own.rest_api is None:
        return []
    # A web server that ignores the host in the request line answers by the path alone. If the same path is open at the viewer's
    # own address, the probe proves nothing new, and `_rest_api` has reported that.
    door, wrote = own.rest_api.door, own.rest_api.wrote
    if any(parts_of(exchange.sent.url).path == door and wrote(exchange.received) for exchange in seen.doors):
        return []
    fault = Fault(
        "",
        f"{web_server.name_of(server)} is an open proxy: it fetches any address for anyone",
        NOTHING_SEEN,
        f"Asked for {origin_of(server.url)}{door} in the form that asks a proxy, it returned {own.called}'s answer. It does so for "
        "every address that it can reach, inside your network too.",
        web_server.fixes(server, lambda lines: lines.no_open_proxy),
    )
    return [(fault, exchange)]


def _api_owner(received: Received | None) -> Own | None:
    """The kind of server whose own API answered. All kinds are tried, because the answers may name the wrong one."""
    every = (kind.own() for kind in KINDS.values())
    return next((own for own in every if own.rest_api and own.rest_api.wrote(received)), None)


def _foreign_pages(answers: Answers, server: Server, seen: ServerExposure) -> list[tuple[Fault, Exchange]]:
    """Pages of other origins that may read the archive. On a route with CORS the check `cors` reports that."""
    foreign = seen.exposure.foreign
    if seen.login or foreign.received is None or foreign.received.status not in (200, 204):
        return []
    adds_login = server in defaults.logged_in(answers)
    how = openness(FOREIGN_ORIGIN, foreign.received)
    if how == "closed" or (not reach.same_origin(server) and not adds_login):
        return []
    # Worst is a login that the web server adds to every request: a hostile page then reads what only that login opens. Next is a
    # reflected origin with credentials, which sends the browser's own login along. Without either, only the network protects it.
    title = "any web page may read the archive"
    status: Severity = "fail"
    if adds_login:
        title += ", with the login that the web server adds"
    elif how != "reflects-with-credentials":
        status = "warn"
    change = f"allow {', '.join(answers.viewer.origins)} only, in a map with an empty default"
    if reach.same_origin(server):
        change = "remove Access-Control-Allow-Origin: this route does not need it"
    fault = Fault(
        "FM09",
        title,
        NOTHING_SEEN,
        f"A page of {FOREIGN_ORIGIN} may read it as well (Access-Control-Allow-Origin). If someone who can reach the viewer opens "
        "a hostile page, that page can read the archive.",
        (Fix(web_server.name_of(server), change), web_server.regenerate(server)),
        status,
    )
    return [(fault, foreign)]


def _unanswered(seen: ServerExposure) -> list[tuple[Fault, Exchange]]:
    """The addresses that could not be tested because the server was too busy to answer."""
    busy = [exchange for exchange in (*seen.exposure.doors, seen.exposure.foreign) if _is_busy(exchange)]
    # A server that is too busy for searches too is the fault of `dicomweb-reachable`.
    if not busy or _is_busy(seen.search):
        return []
    what = parts_of(busy[0].sent.url).path
    if len(busy) > 1:
        what += f" and {len(busy) - 1} more"
    return [(unanswered(busy[0], what, NOTHING_SEEN, "warn"), busy[0])]


def _is_busy(exchange: Exchange) -> bool:
    """Whether an answer leaves open whether the address is exposed.

    A cut connection is a refusal, and 502 or 504 means that there is no server behind the gateway: neither exposes anything.
    """
    return exchange.status in (429, 503) or (exchange.trouble is not None and exchange.trouble.kind == "timeout")


CHECK = Check(ID, 95, "Is more exposed than the images?", look, judge, needs=("dicomweb-reachable",))
