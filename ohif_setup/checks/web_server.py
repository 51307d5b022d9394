"""Fixes in the front of a server: the web server, or the DICOMweb server itself if that serves the viewer."""

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
    """The name of the front for a sentence."""
    front = front_of(server)
    if front is None:
        return own_of(server).called
    return front.label


def fixes(server: Server, line: Callable[[Lines], str]) -> tuple[Fix, ...]:
    """The one line to change in the site's web server, if that web server has such a line, then the generated file as a whole."""
    front = front_of(server)
    text = line(front.lines) if front else ""
    # Some web servers have no single line for a fault. The generated file fixes it in each of them, so it is always offered.
    if not text:
        return (regenerate(server),)
    return Fix(name_of(server), text), regenerate(server)


def regenerate(server: Server) -> Fix:
    """Install the generated file again. A login that the user added to the installed file must be kept."""
    if front_of(server) is None:
        return Fix("Server", "its own configuration (see NEXT-STEPS.md)")
    return Fix(
        "Generated",
        f"ohif-setup generate, put {file_of(server)} in its place (see NEXT-STEPS.md; keep any login or allow list that was "
        f"added there), then: {reload_of(server)}",
    )


def other_sites(server: Server) -> tuple[Fix, ...]:
    """How to list the other sites of the web server, one of which may take precedence over the viewer's. It only lists: a fix never
    removes a site that this tool does not know."""
    front = front_of(server)
    if front is None or not front.sites:
        return ()
    return (Fix(front.label, f"find which of its sites have that name and port: {front.sites}"),)


def is_it_running(server: Server) -> Fix:
    """The first thing to check if nothing listens."""
    front = _front(server)
    return Fix(front.label, f"check that it is running: {front.status}; to start it: {front.start or front.reload}")


def then_regenerate(server: Server, *, viewer: bool = False) -> str:
    """What to do after a change of the answers, as the end of a sentence. `viewer`: the change affects `app-config.js` too."""
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
    """The name of the generated file for the web server."""
    front = _front(server)
    if route_of(server).same_origin:
        return front.file
    return front.cors_file or front.file


def add_login(server: Server, file: str) -> tuple[Fix, ...]:
    """Have the web server send the login of the server, which it reads from `file`."""
    if front_of(server) is None:
        return (
            Fix("Server", "the viewer cannot send the server's own login: configure a sign-in ([sign_in]) instead"),
        )
    command = f"ohif-setup set proxy.orthanc_credentials_file={shlex.quote(file)}"
    # In this order: a web server refuses a configuration whose login file does not exist yet.
    steps = (
        f"create {file} as the new NEXT-STEPS.md shows, put {file_of(server)} in its place, then: {reload_of(server)}"
    )
    return (Fix("Answers", command), Fix("Files", steps))


def instead_of_server(server: Server) -> str:
    """The command after which a web server serves the viewer instead of the DICOMweb server. It needs a free port."""
    host = host_of(server.url)
    viewer, listen = f"viewer.url=http://{host}", ""
    if (port_of(server.url) or 80) == 80:
        # The DICOMweb server itself uses port 80.
        viewer, listen = f"{viewer}:8080", " proxy.listen=8080"
    return f"ohif-setup set server.route={routes_of(server.kind)[0]} {shlex.quote(viewer)}{listen}"


def can_decode(server: Server) -> bool:
    """Whether the front can decode the `%2C` in queries for a server that does not decode them (Debian 12's Orthanc)."""
    front = front_of(server)
    return front is not None and front.decodes_commas


def instead_to_decode(server: Server) -> Fix:
    """The web servers that can decode the commas in queries, and the command that selects the first of them."""
    able = [webserver for webserver in WEBSERVERS.values() if webserver.decodes_commas]
    # A site without a web server has to change its route first; which command does that depends on who serves the viewer.
    command = f"ohif-setup set server.proxy={able[0].name}"
    if route_of(server).direct:
        command = f"ohif-setup set server.route={routes_of(server.kind)[0]}"
    elif route_of(server).by_server:
        command = instead_of_server(server)
    names = " or ".join(webserver.label for webserver in able)
    return Fix("Best", f"put {names} in front of it, which can decode the commas: {command}")


def needs_to_decode(server: Server) -> tuple[Fix, ...]:
    """What to do before the web server can load a new file that decodes commas, such as enabling a module."""
    front = front_of(server)
    if front is None or not front.decoding_needs:
        return ()
    return (Fix(front.label, f"{front.decoding_needs}, which the new {front.file} needs"),)


def reload_of(server: Server) -> str:
    """The command that makes a change take effect."""
    return _front(server).reload


def _front(server: Server) -> Front:
    front = front_of(server)
    assert front is not None, "browsers ask this server itself"
    return front
