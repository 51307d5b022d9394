"""What `init` observes at the addresses of a site: what each server still needs, and whether another site is at the viewer URL."""

from __future__ import annotations

from functools import partial

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.viewer.other_page import is_viewer
from ohif_setup.network.look.each_address import pages_at
from ohif_setup.network.look.find import ServerSeen, find, named_origins
from ohif_setup.network.look.served import ACCEPT_PAGE, CONFIG, text_of
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.output.plan import plan
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes import reach

MOST_SECONDS = 5.0
"""The limit for each of these requests: they only improve the advice, so a long wait is not worth it."""


def look_at_servers(answers: Answers, timeout: float) -> tuple[ServerSeen, ...]:
    """The observations of each server behind a web server of the site, in their order."""
    http = Http(min(timeout, MOST_SECONDS))
    return tuple(side_by_side([partial(_seen, http, server) for server in reach.own_servers(answers)]))


def _seen(http: Http, server: Server) -> ServerSeen:
    found = find(http, server.url)
    named = named_origins(found)
    if not named:
        return ServerSeen(wants_login=found.login == "basic", lacks_part=found.lacks_part)
    # A fixed address in the answers (such as DicomWeb.Host of Orthanc) would send browsers there for bulk data.
    for origin in named:
        if origin != found.origin:
            return ServerSeen("fixed", origin)
    return ServerSeen("right", "")


def something_else_at(answers: Answers, timeout: float) -> Exchange | None:
    """The answer of another site at the viewer URL, at one of its IP addresses or at the root of its origin: an answer that is not
    served from the files of these answers. None where there is none."""
    http, viewer = Http(min(timeout, MOST_SECONDS)), answers.viewer.url
    route = reach.site_route(answers)
    url = f"{viewer}/"
    if route and route.by_server:
        url += "index.html"
    found = [seen.page for seen in pages_at(http, url)] or [http.send("GET", url, ACCEPT_PAGE)]
    if origin_of(viewer) in [origin_of(server.url) for server in answers.servers]:
        # Every other page belongs to the server itself, which does not serve the viewer yet.
        found = [page for page in found if is_viewer(page.received)]
    elif answers.viewer.base_path != "/":
        # The generated file is a whole server for the name, so it would hide whatever is at other paths, too.
        found.insert(0, http.send("GET", f"{origin_of(viewer)}/", ACCEPT_PAGE))
    # 401 does not show which site is behind the login.
    there = [page for page in found if page.received and page.status != 401]
    if not there:
        return None
    config = text_of(http.send("GET", f"{viewer}/{CONFIG}").received)
    # The same app-config.js means: it is our viewer, installed by an earlier run.
    own = config == next(artefact.text for artefact in plan(answers) if artefact.name == CONFIG)
    return next((page for page in there if not (own and is_viewer(page.received))), None)
