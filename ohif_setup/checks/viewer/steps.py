"""What is left to do before a viewer is served, in the terms of the site's web server."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.who_answered import is_web_server, other_responder
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
    """The step that puts the viewer into its folder."""
    package = f"npm pack @ohif/app@{answers.viewer.ohif_version}"
    return Fix("Viewer", f"{command(answers)}   (BUILD: the .tgz that {package} makes)")


def command(answers: Answers) -> str:
    """The `install-viewer` command to type, with a folder to fill in if the answers have none."""
    if answers.viewer.folder:
        return "ohif-setup install-viewer BUILD"
    return "ohif-setup install-viewer BUILD --into DIR"


def steps(answers: Answers) -> tuple[Fix, ...]:
    """All steps that it takes to serve the viewer, in order."""
    server = viewer_server(answers)
    # Three ways to serve it: by a web server of the site, by another web server beside a proxy of the site, by a static host.
    if server:
        return (install(answers), web_server.regenerate(server), Fix("Then", "ohif-setup check"))
    if reach.own_servers(answers):
        folder = answers.viewer.folder or "the folder of install-viewer"
        return (
            install(answers),
            Fix("Host", f"have a web server serve {folder} at {answers.viewer.url}: see NEXT-STEPS.md"),
        )
    return (_HOST,)


def viewer_server(answers: Answers) -> Server | None:
    """The server whose front also serves the viewer; None if the viewer is served by something outside the site."""
    return next((server for server in reach.own_servers(answers) if reach.same_origin(server)), None)


def web_server_line(answers: Answers, text: Callable[[Lines], str], host: str = "") -> tuple[Fix, ...]:
    """What to change in the web server that serves the viewer.

    `text` picks the line out of those that a web server has. If the site does not say which web server it is, the lines of all that
    a Linux host may run are given; `host` is what to do at a host of static files.
    """
    server = viewer_server(answers)
    if server:
        return web_server.fixes(server, text)
    each = ((webserver.label, text(webserver.lines)) for webserver in WEBSERVERS.values() if not webserver.windows)
    return tuple(Fix(where, what) for where, what in (("Host", host), *each) if what)


def regenerate(answers: Answers) -> tuple[Fix, ...]:
    """The step that puts the web server's generated file in place; none if something outside the site serves the viewer."""
    server = viewer_server(answers)
    return (web_server.regenerate(server),) if server else ()


def no_page(answers: Answers, exchange: Exchange, search: Exchange | None) -> tuple[str, str, tuple[Fix, ...], str]:
    """Title, cause, fixes and failure mode for an answer without the viewer's page. `search` is a search for images, if sent.

    The status alone does not tell the cause: nginx answers 500 both for a missing folder and for one that it may not read, while
    Apache and IIS answer 403 for the latter. So the cause follows from who answered, and from whether the images are refused too.
    """
    server, folder = viewer_server(answers), answers.viewer.folder
    status, url, received = exchange.status, answers.viewer.url, exchange.received
    title = f"no viewer at {url} ({status})"
    if server is None or received is None:
        return title, "The web server answers, but has no page there.", steps(answers), ""
    # Something in front of the web server, such as a company's proxy, answered: nothing can be said about the site itself.
    intermediary = other_responder(server, exchange)
    if intermediary:
        cause = (
            f"{intermediary[:1].upper()}{intermediary[1:]} seems to have answered, and not {web_server.name_of(server)} "
            "of this site."
        )
        right = Fix("Answers", f"is {url} the address of {web_server.name_of(server)}? (viewer.url, server.proxy)")
        return title, cause, (*past_proxies(url, exchange), right), ""
    by_file = page_by_file(server)
    if by_file:
        return title, *by_file.absent(answers, server, received)
    cause = f"{web_server.name_of(server)} answers, but finds no page: {folder} is missing, empty or not readable."
    if status not in (403, 500):
        return title, cause, (install(answers), web_server.regenerate(server)), ""
    # An allow list refuses both. It may be there on purpose, so no fix removes it.
    if search is not None and search.status == 403 and is_web_server(server, search):
        cause = f"{web_server.name_of(server)} refuses the images too, for which it reads no file: its configuration forbids both."
        allowed = Fix(
            web_server.name_of(server),
            f"is this machine allowed? Look at {WEBSERVERS[server.proxy].guard.refusals}",
        )
        return title, cause, (allowed, *past_proxies(url, exchange)), ""
    if status == 403:
        cause = f"{web_server.name_of(server)} may not read {folder}, or its configuration forbids it."
    # Permissions are advised only if the web server itself answered: `chmod` does nothing about a refusal by something else.
    if not is_web_server(server, exchange):
        cause += f" The answer does not say whether it comes from {web_server.name_of(server)}."
        return title, cause, (*past_proxies(url, exchange), web_server.regenerate(server), install(answers)), ""
    return title, cause, (make_readable(folder), web_server.regenerate(server), install(answers)), ""


def make_readable(path: str) -> Fix:
    """What to type if the web server may not read a file or folder."""
    # a+X opens folders and leaves files without the execute bit. The folders above only have to be entered, so a+x is enough there.
    return Fix(
        "Folder", f"its user must be able to read it: chmod -R a+rX {shlex.quote(path)}, and every folder above a+x"
    )


def past_proxies(url: str, exchange: Exchange) -> tuple[Fix, ...]:
    """How to find out whether something in front of the web server answered."""
    host = shlex.quote(host_of(url))
    same = (
        f"open {url} on the web server's machine too: does the same page come? If not, ask who runs what is in between"
    )
    fixes = [Fix("Network", same)]
    # This machine's own proxy is the likeliest intermediary, and the one that can be bypassed with a variable.
    if exchange.proxy:
        fixes.insert(0, Fix("This machine", f"bypass it: NO_PROXY={host} ohif-setup check"))
    return tuple(fixes)


def page_by_file(server: Server) -> PageByFile | None:
    """How the server serves the viewer if it does so itself, without a fallback to the page; None on any other route."""
    if route_of(server).by_server:
        return own_of(server).page_by_file
    return None
