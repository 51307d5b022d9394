"""Ways out that lie in what answers browsers: a web server, or the DICOMweb server itself where that hands out the viewer."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds import own_of
from ohif_setup.paste.urls import host_of, port_of
from ohif_setup.routes import route_of, routes_of
from ohif_setup.webservers import WEBSERVERS, front_of
from ohif_setup.webservers.webserver import Front, Lines


def name_of(server: Server) -> str:
    """What answers browsers, in words."""
    front = front_of(server)
    if front is None:
        return own_of(server).called
    return front.label


def fixes(server: Server, line: Callable[[Lines], str]) -> tuple[Fix, ...]:
    """The line for the web server that the site has, if there is one for it, then the way that always works: the generated file."""
    front = front_of(server)
    text = line(front.lines) if front else ""
    if not text:
        return (regenerate(server),)
    return Fix(name_of(server), text), regenerate(server)


def regenerate(server: Server) -> Fix:
    """Put the generated file in place once more. A login in front that was written into the one that is there stays."""
    if front_of(server) is None:
        return Fix("Server", "its own configuration (see NEXT-STEPS.md)")
    return Fix(
        "Generated",
        f"ohif-setup generate, put {file_of(server)} in its place (see NEXT-STEPS.md; keep any login or allow list that was "
        f"added there), then: {reload_of(server)}",
    )


def other_sites(server: Server) -> tuple[Fix, ...]:
    """How to find the other sites of the web server, one of which may come before that of the viewer. None is taken away by it."""
    front = front_of(server)
    if front is None or not front.sites:
        return ()
    return (Fix(front.label, f"which of its sites have that name and port? {front.sites}"),)


def is_it_running(server: Server) -> Fix:
    """What to look at first where nothing listens."""
    front = _front(server)
    return Fix(front.label, f"is it running? {front.status}, and to start it: {front.start or front.reload}")


def then_regenerate(server: Server, *, viewer: bool = False) -> str:
    """What follows a change of the answers, as the end of a sentence; `viewer`: the viewer's configuration is another one too."""
    if front_of(server) is None:
        if viewer:
            return "then: ohif-setup generate, and put app-config.js in its place"
        return "then: ohif-setup generate"
    files = f"{file_of(server)} in its place"
    if viewer:
        files = f"{file_of(server)} and app-config.js in their places"
    kept = "see NEXT-STEPS.md; keep any login or allow list that was added there"
    return f"then: ohif-setup generate, put {files} ({kept}), and: {reload_of(server)}"


def file_of(server: Server) -> str:
    """The generated file of the web server."""
    front = _front(server)
    if route_of(server).same_origin:
        return front.file
    return front.cors_file or front.file


def add_login(server: Server, file: str) -> tuple[Fix, ...]:
    """Let the web server add the login of the server, out of that file."""
    if front_of(server) is None:
        return (Fix("Server", "its own login is in the way of the viewer, which has none: sign people in ([sign_in])"),)
    command = f"ohif-setup set proxy.orthanc_credentials_file={shlex.quote(file)}"
    places = (
        f"make {file} as the new NEXT-STEPS.md shows, put {file_of(server)} in its place, then: {reload_of(server)}"
    )
    return (Fix("Answers", command), Fix("Files", places))


def instead_of_server(server: Server) -> str:
    """The command after which a web server, and no longer the server itself, hands out the viewer: it needs a port of its own."""
    host = host_of(server.url)
    viewer, listen = f"viewer.url=http://{host}", ""
    if (port_of(server.url) or 80) == 80:
        # The server has port 80 itself.
        viewer, listen = f"{viewer}:8080", " proxy.listen=8080"
    return f"ohif-setup set server.route={routes_of(server.kind)[0]} {shlex.quote(viewer)}{listen}"


def can_decode(server: Server) -> bool:
    """Whether what stands before the server can decode the commas of a query for it."""
    front = front_of(server)
    return front is not None and front.decodes_commas


def instead_to_decode(server: Server) -> Fix:
    """The web servers that can decode the commas of a query, and the command that takes the first of them."""
    able = [webserver for webserver in WEBSERVERS.values() if webserver.decodes_commas]
    command = f"ohif-setup set server.proxy={able[0].name}"
    if route_of(server).direct:
        command = f"ohif-setup set server.route={routes_of(server.kind)[0]}"
    elif route_of(server).by_server:
        command = instead_of_server(server)
    names = " or ".join(webserver.label for webserver in able)
    return Fix("Best", f"{names} before it, which can decode the commas: {command}")


def needs_to_decode(server: Server) -> tuple[Fix, ...]:
    """What to do before a new file that decodes commas can be loaded."""
    front = front_of(server)
    if front is None or not front.decoding_needs:
        return ()
    return (Fix(front.label, f"{front.decoding_needs}, which the new {front.file} needs"),)


def reload_of(server: Server) -> str:
    """The command after which a change counts."""
    return _front(server).reload


def _front(server: Server) -> Front:
    front = front_of(server)
    assert front is not None, "browsers ask this server itself"
    return front
