"""Ways out that lie in the web server before a DICOMweb server: in nginx, Apache or IIS, or in Orthanc that serves the viewer."""

from __future__ import annotations

import shlex

from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import host_of, port_of
from ohif_setup.checks.finding import Fix

ORTHANC = "Orthanc"
_NAMES = {"nginx": "nginx", "apache": "Apache", "iis": "IIS"}
_RELOAD = {
    "nginx": "sudo nginx -t && sudo systemctl reload-or-restart nginx",
    "apache": "sudo apachectl configtest && sudo systemctl reload-or-restart apache2",
    "iis": "IIS takes it at once",
    ORTHANC: "sudo systemctl restart orthanc",
}
_STATUS = {"nginx": "systemctl status nginx", "apache": "systemctl status apache2", ORTHANC: "systemctl status orthanc"}
_SITES = {
    "nginx": "sudo nginx -T 2>/dev/null | grep -E '^# configuration file|^ *(listen|server_name) ' (of two with one name the first "
    "one answers, and nginx -t warns: conflicting server name)",
    "apache": "sudo apachectl -S (of two with one name the first one answers)",
}
_FILES = {"nginx": "nginx.conf", "apache": "ohif.conf", "iis": "web.config", ORTHANC: "orthanc-serve-folders.json"}


def name_of(server: Server) -> str:
    """What stands before the server, in words."""
    return _NAMES[server.proxy] if server.route != "serve-folders" else ORTHANC


def fixes(server: Server, *, nginx: str = "", apache: str = "", iis: str = "", orthanc: str = "") -> tuple[Fix, ...]:
    """The line for the web server that the site has, if there is one for it, then the way that always works: the generated file."""
    kind = _kind(server)
    line = {"nginx": nginx, "apache": apache, "iis": iis, ORTHANC: orthanc}[kind]
    own = (Fix(name_of(server), line),) if line else ()
    return (*own, anew(server))


def anew(server: Server) -> Fix:
    """Put the generated file in place once more. A login in front that was written into the one that is there stays."""
    return Fix(
        "Generated",
        f"ohif-setup generate, put {file_of(server)} in its place (see NEXT-STEPS.md; keep any login or allow list that was "
        f"added there), then: {reload_of(server)}",
    )


def other_sites(server: Server) -> tuple[Fix, ...]:
    """How to find the other sites of the web server, one of which may come before that of the viewer. None is taken away by it."""
    command = _SITES.get(_kind(server))
    return (Fix(name_of(server), f"which of its sites have that name and port? {command}"),) if command else ()


def is_it_running(server: Server) -> Fix:
    """What to look at first where nothing listens."""
    command = _STATUS.get(_kind(server))
    how = (
        f" {command}, and to start it: {reload_of(server)}"
        if command
        else " iisreset /status, and to start it: iisreset /start"
    )
    return Fix(name_of(server), f"is it running?{how}")


def then_anew(server: Server, *, viewer: bool = False) -> str:
    """What follows a change of the answers, as the end of a sentence; `viewer`: the viewer's configuration is another one too."""
    files = f"{file_of(server)} and app-config.js in their places" if viewer else f"{file_of(server)} in its place"
    kept = "see NEXT-STEPS.md; keep any login or allow list that was added there"
    return f"then: ohif-setup generate, put {files} ({kept}), and: {reload_of(server)}"


def file_of(server: Server) -> str:
    """The generated file of the web server."""
    kind = _kind(server)
    return "nginx-cors.conf" if kind == "nginx" and server.route == "cors" else _FILES[kind]


def add_login(server: Server, file: str) -> tuple[Fix, ...]:
    """Let the web server add the login of the server, out of that file."""
    command = f"ohif-setup set proxy.orthanc_credentials_file={shlex.quote(file)}"
    places = (
        f"make {file} as the new NEXT-STEPS.md shows, put {file_of(server)} in its place, then: {reload_of(server)}"
    )
    return (Fix("Answers", command), Fix("Files", places))


def instead_of_orthanc(server: Server) -> str:
    """The command after which a web server, and no longer Orthanc, serves the viewer: it needs a port of its own."""
    host = host_of(server.url)
    port = 8080 if (port_of(server.url) or 80) == 80 else None
    viewer = f"viewer.url=http://{host}" + (f":{port}" if port else "")
    listen = f" proxy.listen={port}" if port else ""
    return f"ohif-setup set server.route=reverse-proxy {shlex.quote(viewer)}{listen}"


def can_decode(server: Server) -> bool:
    """Whether what stands before the server can decode the commas of a query for it."""
    return _kind(server) in ("nginx", "apache")


def modules_to_decode(server: Server) -> tuple[Fix, ...]:
    """What Apache needs before its new file can be loaded."""
    return (Fix("Apache", "sudo a2enmod rewrite, which the new ohif.conf needs"),) if _kind(server) == "apache" else ()


def reload_of(server: Server) -> str:
    """The command after which a change counts."""
    return _RELOAD[_kind(server)]


def _kind(server: Server) -> str:
    return ORTHANC if server.route == "serve-folders" else server.proxy
