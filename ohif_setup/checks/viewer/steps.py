"""What is left to do before a viewer is served, in the words of the site's own way to serve it."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.who_answered import is_web_server, somebody_else
from ohif_setup.kinds import own_of
from ohif_setup.kinds.own import PageByFile
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.paste.urls import host_of
from ohif_setup.routes import reach, route_of
from ohif_setup.webservers import WEBSERVERS
from ohif_setup.webservers.webserver import Lines

_HOST = Fix(
    "Host", "put the files of the build there, with the generated app-config.js in place of its own: see NEXT-STEPS.md"
)


def install(answers: Answers) -> Fix:
    """The command that puts the viewer into its folder."""
    package = f"npm pack @ohif/app@{answers.viewer.ohif_version}"
    return Fix("Viewer", f"{command(answers)}   (BUILD: the .tgz that {package} makes)")


def command(answers: Answers) -> str:
    """It, for a terminal; a site whose viewer is served elsewhere names no folder."""
    if answers.viewer.folder:
        return "ohif-setup install-viewer BUILD"
    return "ohif-setup install-viewer BUILD --into DIR"


def steps(answers: Answers) -> tuple[Fix, ...]:
    """All that it takes to have the viewer served, in order."""
    server = viewer_server(answers)
    if server:
        return (install(answers), web_server.regenerate(server), Fix("Then", "ohif-setup check"))
    if reach.own_servers(answers):
        folder = answers.viewer.folder or "the folder of install-viewer"
        return (
            install(answers),
            Fix("Host", f"let a web server serve {folder} at {answers.viewer.url}: see NEXT-STEPS.md"),
        )
    return (_HOST,)


def viewer_server(answers: Answers) -> Server | None:
    """The server whose web server hands out the viewer too; None where that is somebody else's."""
    return next((server for server in reach.own_servers(answers) if reach.same_origin(server)), None)


def line(answers: Answers, text: Callable[[Lines], str], host: str = "") -> tuple[Fix, ...]:
    """What to change in the web server that serves the viewer: its own line where it is known, else those of each that may run at
    a host (`host` is for hosts of static files)."""
    server = viewer_server(answers)
    if server:
        return web_server.fixes(server, text)
    each = ((webserver.label, text(webserver.lines)) for webserver in WEBSERVERS.values() if not webserver.windows)
    return tuple(Fix(where, what) for where, what in (("Host", host), *each) if what)


def regenerate(answers: Answers) -> tuple[Fix, ...]:
    """The generated file of the web server once more; nothing where that is somebody else's."""
    server = viewer_server(answers)
    return (web_server.regenerate(server),) if server else ()


def missing(answers: Answers, exchange: Exchange, search: Exchange | None) -> tuple[str, str, tuple[Fix, ...], str]:
    """Title, cause, ways out and failure mode where something answers and has no page. `search` is one of the images beside it."""
    server, folder = viewer_server(answers), answers.viewer.folder
    status, url, received = exchange.status, answers.viewer.url, exchange.received
    title = f"no viewer at {url} ({status})"
    if server is None or received is None:
        return title, "The web server answers, and has no page there.", steps(answers), ""
    other = somebody_else(server, exchange)
    if other:
        cause = (
            f"{other[:1].upper()}{other[1:]} seems to have answered, and not {web_server.name_of(server)} of this site."
        )
        right = Fix("Answers", f"is {url} the address of {web_server.name_of(server)}? (viewer.url, server.proxy)")
        return title, cause, (*past(url, exchange), right), ""
    by_file = page_by_file(server)
    if by_file:
        return title, *by_file.absent(answers, server, received)
    cause = f"{web_server.name_of(server)} answers, and finds no page: {folder} is not there or empty, or may not be read by it."
    if status not in (403, 500):
        return title, cause, (install(answers), web_server.regenerate(server)), ""
    if search is not None and search.status == 403 and is_web_server(server, search):
        cause = f"{web_server.name_of(server)} refuses the images too, for which it reads no file: its configuration forbids both."
        allowed = Fix(
            web_server.name_of(server),
            f"is this machine among those who may come? Look at {WEBSERVERS[server.proxy].guard.refusals}",
        )
        return title, cause, (allowed, *past(url, exchange)), ""
    if status == 403:
        cause = f"{web_server.name_of(server)} may not read {folder}, or its configuration forbids it."
    if not is_web_server(server, exchange):
        cause += f" The answer does not say whether it comes from {web_server.name_of(server)}."
        return title, cause, (*past(url, exchange), web_server.regenerate(server), install(answers)), ""
    return title, cause, (readable(folder), web_server.regenerate(server), install(answers)), ""


def readable(path: str) -> Fix:
    """What to type where the web server may not read a file or folder."""
    return Fix(
        "Folder", f"its user must be able to read it: chmod -R a+rX {shlex.quote(path)}, and every folder above a+x"
    )


def past(url: str, exchange: Exchange) -> tuple[Fix, ...]:
    """What to look at where something before the web server may have answered."""
    host = shlex.quote(host_of(url))
    same = f"open {url} on the machine of the web server too: does the same page come? If not, ask who runs what is in between"
    fixes = [Fix("Network", same)]
    if exchange.proxy:
        fixes.insert(0, Fix("This machine", f"ask past it: NO_PROXY={host} ohif-setup check"))
    return tuple(fixes)


def page_by_file(server: Server) -> PageByFile | None:
    """How the server hands out the viewer where it does so itself, without a fallback to the page."""
    if route_of(server).by_server:
        return own_of(server).page_by_file
    return None
