"""What `init` sees at the addresses of a site: what each server still needs, and whether another site is at the viewer URL."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from typing import Literal

    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables import Server
    from ohif_setup.network.http import Http

MOST_SECONDS = 5.0
"""For each of these looks: they are worth no long wait."""


@dataclass(frozen=True)
class ServerSeen:
    """What one look at a server of one's own found. `host` is about the addresses in its answers: `right`, `fixed` to another host
    than was asked (`fixed_to`), or `unknown`. `wants_login`: it answered 401. `lacks_plugin`: Orthanc has no DICOMweb plugin."""

    host: Literal["right", "fixed", "unknown"] = "unknown"
    fixed_to: str = ""
    wants_login: bool = False
    lacks_plugin: bool = False


def look_at_servers(answers: Answers, timeout: float) -> tuple[ServerSeen, ...]:
    """One for each server behind a web server of the site, in their order."""
    from functools import partial

    from ohif_setup.network.http import Http
    from ohif_setup.network.parallel import side_by_side
    from ohif_setup.servers import routes

    http = Http(min(timeout, MOST_SECONDS))
    return tuple(side_by_side([partial(_seen, http, one) for one in routes.own_servers(answers)]))


def _seen(http: Http, server: Server) -> ServerSeen:
    from ohif_setup.servers.find import INSTALL_PLUGIN, find, named_origins

    found = find(http, server.url)
    named = named_origins(found)
    if not named:
        return ServerSeen(wants_login=found.login == "basic", lacks_plugin=found.advice == INSTALL_PLUGIN)
    other = next((one for one in named if one != found.origin), "")
    return ServerSeen("fixed" if other else "right", other)


def something_else_at(answers: Answers, timeout: float) -> bool:
    """Whether something answers at the viewer URL that is not served from the files of these answers."""
    from ohif_setup.answers.urls import origin_of
    from ohif_setup.files.plan import plan
    from ohif_setup.network.http import Http
    from ohif_setup.network.served import CONFIG, text_of
    from ohif_setup.servers import routes
    from ohif_setup.viewer import build

    http, viewer = Http(min(timeout, MOST_SECONDS)), answers.viewer.url
    page = "index.html" if routes.route(answers) == "serve-folders" else ""
    there = http.send("GET", f"{viewer}/{page}", (("Accept", "text/html"),)).received
    if there is None or there.status == 401:
        return False
    servers_own = origin_of(viewer) in [origin_of(one.url) for one in answers.servers]
    if servers_own and build.base_of(text_of(there)) is None:
        return False  # that is the server, which does not serve the viewer yet
    config = text_of(http.send("GET", f"{viewer}/{CONFIG}").received)
    return config != next(one.text for one in plan(answers) if one.name == CONFIG)
