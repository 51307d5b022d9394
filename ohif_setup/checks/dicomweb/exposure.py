"""Does more lie open than the images: the server's own REST API, a proxy to anywhere, an archive that anybody may read?"""

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
from ohif_setup.checks.dicomweb.each_server import Broken, judge_each, look_at_each
from ohif_setup.checks.dicomweb.exposed_images import NOTHING_SEEN, anybody, is_here
from ohif_setup.checks.dicomweb.server_fault import aspect_of, name_of, passed, skipped
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.front_login import front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import unanswered
from ohif_setup.kinds import KINDS, own_of
from ohif_setup.kinds.own import Own
from ohif_setup.network.look.exposure import ExposureLook
from ohif_setup.network.wire.exchange import Exchange, Received, evidence
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes import reach, route_of

ID = "exposure"


@dataclass(frozen=True)
class ServerExposure:
    """What lies open beside the images of one server, a search without a token, the login in front of it, and the one in front of
    the viewer's page at the same origin."""

    exposure: ExposureLook
    search: Exchange
    login: str = ""
    page_login: str = ""


@dataclass(frozen=True)
class ExposureObservations:
    """One for each server that wants no token of its own."""

    servers: tuple[ServerExposure | Broken, ...]


def look(site: Look) -> ExposureObservations:
    """Some GETs of addresses that no viewer needs, one of them as one asks a proxy; nothing is changed by any of them."""
    return ExposureObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: ExposureObservations) -> Sequence[Finding]:
    """One finding for each thing that lies open or was left unanswered, or one that passes, for each server."""
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _of_server)


def _look_at(site: Look, server: Server) -> ServerExposure:
    page_login = front_login(site.viewer().page) if reach.same_origin(server) else ""
    return ServerExposure(site.exposure(server), site.anonymous(server), site.login_before(server), page_login)


def _of_server(answers: Answers, server: Server, seen: ServerExposure) -> list[Finding]:
    aspect = aspect_of(answers, server)
    if seen.search.received is None and not seen.login:
        return [skipped(ID, server, "the server cannot be asked", aspect, see=("dicomweb-reachable",))]
    found = [
        *_rest_api(server, seen.exposure, outside=not is_here(answers)),
        *_forward(server, seen.exposure),
        *_strangers(answers, server, seen),
        *((fault, seen.search) for fault in anybody(answers, server, seen.search.status, seen.login, seen.page_login)),
        *_unanswered(seen),
    ]
    if not found:
        return [_nothing_else(answers, server, seen, aspect)]
    return [finding_of(ID, server.url, fault, evidence(exchange), aspect) for fault, exchange in found]


def _nothing_else(answers: Answers, server: Server, seen: ServerExposure, aspect: str) -> Finding:
    """What nobody can be blamed for, or that there was nothing to see: who does not reach the server learns nothing about it."""
    received = seen.search.received
    if seen.login:
        guarded = evidence(seen.search) | {"login": seen.login}
        return passed(ID, server, f"nothing lies open without the login in front: {seen.login}", guarded, aspect)
    if (
        received is None
        or received.status not in (200, 204, 401, 403)
        or (received.status == 200 and received.is_html())
    ):
        return skipped(ID, server, "no search is answered", aspect, see=("dicomweb-reachable",))
    if route_of(server).by_server and _open_doors(server, seen.exposure):
        title = f"{name_of(server)}'s REST API is open too, as this route has it; the viewer's address is of this machine alone"
    else:
        title = "nothing but the images lies open"
        if is_here(answers):
            title += " (on this machine)"
    return passed(ID, server, title, evidence(seen.search), aspect)


def _open_doors(server: Server, seen: ExposureLook) -> list[Exchange]:
    api = own_of(server).rest_api
    return [exchange for exchange in seen.doors if api and api.wrote(exchange.received)]


def _rest_api(server: Server, seen: ExposureLook, *, outside: bool) -> list[tuple[Fault, Exchange]]:
    """A server's own API can read, change and delete everything, and run scripts."""
    open_doors = _open_doors(server, seen)
    if not open_doors:
        return []
    # An address that answers is graver than one that asks for a login.
    first = next((exchange for exchange in open_doors if exchange.status == 200), open_doors[0])
    path = parts_of(first.sent.url).path
    api = own_of(server).rest_api
    if route_of(server).by_server and api and api.open_by_server:
        if not outside:
            return []
        return [(api.open_by_server(server, path, first.status), first)]
    name = name_of(server)
    status: Severity = "fail"
    title = f"{name}'s REST API is open through {web_server.name_of(server)}: {path}"
    cause = (
        "Whoever opens the viewer can read, change and delete everything in the archive there, and make "
        f"{name} call other servers."
    )
    if first.status == 401:
        status, title = "warn", f"{title} (it asks for a login)"
        cause = f"Only {name}'s login keeps people from everything in the archive. A viewer needs studies, series, instances alone."
    fixes = web_server.fixes(server, lambda lines: lines.resources_alone(server.path))
    return [(Fault("FM18", title, NOTHING_SEEN, cause, fixes, status), first)]


def _forward(server: Server, seen: ExposureLook) -> list[tuple[Fault, Exchange]]:
    """A web server that fetches whatever address it is asked for. Where the same path answers anyway, that was named already."""
    exchange = seen.forwarded
    if exchange is None:
        return []
    own = _answering(exchange.received)
    if own is None or own.rest_api is None:
        return []
    door, wrote = own.rest_api.door, own.rest_api.wrote
    if any(parts_of(exchange.sent.url).path == door and wrote(exchange.received) for exchange in seen.doors):
        return []
    fault = Fault(
        "",
        f"{web_server.name_of(server)} is an open proxy: it fetches any address for anybody",
        NOTHING_SEEN,
        f"Asked for {origin_of(server.url)}{door} as a proxy is asked, it handed out {own.called}'s answer. It does so for every "
        "address that it reaches itself, inside your network too.",
        web_server.fixes(server, lambda lines: lines.no_open_proxy),
    )
    return [(fault, exchange)]


def _answering(received: Received | None) -> Own | None:
    """The kind of server, whichever it is by the answers, whose own API answered."""
    every = (kind.own() for kind in KINDS.values())
    return next((own for own in every if own.rest_api and own.rest_api.wrote(received)), None)


def _strangers(answers: Answers, server: Server, seen: ServerExposure) -> list[tuple[Fault, Exchange]]:
    """Pages of other origins that may read the archive. Across origins, the check `cors` speaks of it."""
    foreign = seen.exposure.foreign
    if seen.login or foreign.received is None or foreign.received.status not in (200, 204):
        return []
    adds_login = server in defaults.logged_in(answers)
    how = openness(FOREIGN_ORIGIN, foreign.received)
    if how == "closed" or (not reach.same_origin(server) and not adds_login):
        return []
    title = "any web page may read the archive"
    status: Severity = "fail"
    if adds_login:
        title += ", with the login that is added"
    elif how != "reflects-with-credentials":
        status = "warn"
    change = f"allow {', '.join(answers.viewer.origins)} only, in a map with an empty default"
    if reach.same_origin(server):
        change = "take Access-Control-Allow-Origin out: on this route nobody needs it"
    fault = Fault(
        "FM09",
        title,
        NOTHING_SEEN,
        f"A page of {FOREIGN_ORIGIN} is let in as well (Access-Control-Allow-Origin). Whoever can reach the viewer and opens a "
        "hostile page hands it the archive.",
        (Fix(web_server.name_of(server), change), web_server.regenerate(server)),
        status,
    )
    return [(fault, foreign)]


def _unanswered(seen: ServerExposure) -> list[tuple[Fault, Exchange]]:
    """Addresses of which nothing can be said, because the server was too busy for them. Where it is for searches too,
    dicomweb-reachable names that."""
    busy = [exchange for exchange in (*seen.exposure.doors, seen.exposure.foreign) if _is_busy(exchange)]
    if not busy or _is_busy(seen.search):
        return []
    what = parts_of(busy[0].sent.url).path
    if len(busy) > 1:
        what += f" and {len(busy) - 1} more"
    return [(unanswered(busy[0], what, NOTHING_SEEN, "warn"), busy[0])]


def _is_busy(exchange: Exchange) -> bool:
    """A connection that is cut is a refusal, and behind a gateway without a server nothing lies open."""
    return exchange.status in (429, 503) or (exchange.trouble is not None and exchange.trouble.kind == "timeout")


CHECK = Check(ID, 95, "Does more lie open than the images?", look, judge, needs=("dicomweb-reachable",))
