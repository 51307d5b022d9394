"""What is left to do before a viewer is served, in the words of the site's own way to serve it."""

from __future__ import annotations

import shlex

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.finding import Fix
from ohif_setup.network.exchange import Received
from ohif_setup.network.served import text_of
from ohif_setup.servers import routes

_HOST = Fix(
    "Host", "put the files of the build there, with the generated app-config.js in place of its own: see NEXT-STEPS.md"
)


def install(answers: Answers) -> Fix:
    """The command that puts the viewer into its folder."""
    package = f"npm pack @ohif/app@{answers.viewer.ohif_version}"
    return Fix("Viewer", f"{command(answers)}   (BUILD: the .tgz that {package} makes)")


def command(answers: Answers) -> str:
    """It, for a terminal; a site whose viewer is served elsewhere names no folder."""
    return "ohif-setup install-viewer BUILD" + ("" if answers.viewer.folder else " --into DIR")


def steps(answers: Answers) -> tuple[Fix, ...]:
    """All that it takes to have the viewer served, in order."""
    server = viewer_server(answers)
    if server:
        return (install(answers), web_server.anew(server), Fix("Then", "ohif-setup check"))
    if routes.own_servers(answers):
        folder = answers.viewer.folder or "the folder of install-viewer"
        return (
            install(answers),
            Fix("Host", f"let a web server serve {folder} at {answers.viewer.url}: see NEXT-STEPS.md"),
        )
    return (_HOST,)


def viewer_server(answers: Answers) -> Server | None:
    """The server whose web server hands out the viewer too; None where that is somebody else's (Azure, the route cors)."""
    return next((one for one in routes.own_servers(answers) if routes.same_origin(one)), None)


def line(
    answers: Answers, *, nginx: str, apache: str = "", iis: str = "", orthanc: str = "", host: str = ""
) -> tuple[Fix, ...]:
    """What to change in the web server that serves the viewer: its own line where it is known, else those of each (`host` is for
    hosts of static files)."""
    server = viewer_server(answers)
    if server:
        return web_server.fixes(server, nginx=nginx, apache=apache, iis=iis, orthanc=orthanc)
    lines = (("Host", host), ("nginx", nginx), ("Apache", apache))
    return tuple(Fix(where, text) for where, text in lines if text)


def anew(answers: Answers) -> tuple[Fix, ...]:
    """The generated file of the web server once more; nothing where that is somebody else's."""
    server = viewer_server(answers)
    return (web_server.anew(server),) if server else ()


def missing(answers: Answers, received: Received) -> tuple[str, str, tuple[Fix, ...], str]:
    """Title, cause, ways out and failure mode where the web server answers and has no page."""
    server, folder = viewer_server(answers), answers.viewer.folder
    status, url = received.status, answers.viewer.url
    title = f"no viewer at {url} ({status})"
    if server is None:
        return title, "The web server answers, and has no page there.", steps(answers), ""
    if server.route == "serve-folders":
        return _missing_in_orthanc(answers, server, received, title)
    cause = f"{web_server.name_of(server)} answers, and finds no page: {folder} is not there or empty, or may not be read by it."
    if status == 403:
        cause = f"{web_server.name_of(server)} may not read {folder}, or its configuration forbids it."
    readable = Fix(
        "Folder", f"its user must be able to read it: chmod -R a+rX {shlex.quote(folder)}, and every folder above a+x"
    )
    fixes = (readable, web_server.anew(server), install(answers))
    return title, cause, fixes if status in (403, 500) else (install(answers), web_server.anew(server)), ""


def _missing_in_orthanc(
    answers: Answers, server: Server, received: Received, title: str
) -> tuple[str, str, tuple[Fix, ...], str]:
    said = text_of(received)
    if "Unknown resource" in said:
        cause = "Orthanc serves no folder at that path: its plugin ServeFolders is not loaded, or knows no such folder."
        plugin = Fix(
            "Orthanc", 'the folder of libServeFolders.so must be in "Plugins" (Debian: /usr/share/orthanc/plugins)'
        )
        return title, cause, (web_server.anew(server), plugin), "FM76"
    cause = f"Orthanc serves a folder there, and finds no index.html in it: {answers.viewer.folder} is empty or another one."
    return title, cause, (install(answers), web_server.anew(server)), "FM76"
