"""Ways out that lie in the web server before a DICOMweb server: in nginx, Apache or IIS, or in Orthanc that serves the viewer."""

from __future__ import annotations

from ohif_setup.answers.tables import Server
from ohif_setup.checks.finding import Fix

ORTHANC = "Orthanc"
_NAMES = {"nginx": "nginx", "apache": "Apache", "iis": "IIS"}
_RELOAD = {
    "nginx": "nginx -t && systemctl reload nginx",
    "apache": "apachectl configtest && systemctl reload apache2",
    "iis": "IIS takes it at once",
    ORTHANC: "systemctl restart orthanc",
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
    """Put the generated file in place once more."""
    return Fix(
        "Generated",
        f"ohif-setup generate, put {file_of(server)} in its place (see NEXT-STEPS.md), then: {reload_of(server)}",
    )


def then_anew(server: Server, *, viewer: bool = False) -> str:
    """What follows a change of the answers, as the end of a sentence; `viewer`: the viewer's configuration is another one too."""
    files = f"{file_of(server)} and app-config.js in their places" if viewer else f"{file_of(server)} in its place"
    return f"then: ohif-setup generate, put {files} (see NEXT-STEPS.md), and: {reload_of(server)}"


def file_of(server: Server) -> str:
    """The generated file of the web server."""
    kind = _kind(server)
    return "nginx-cors.conf" if kind == "nginx" and server.route == "cors" else _FILES[kind]


def can_decode(server: Server) -> bool:
    """Whether what stands before the server can decode the commas of a query for it."""
    return _kind(server) in ("nginx", "apache")


def modules_to_decode(server: Server) -> tuple[Fix, ...]:
    """What Apache needs before its new file can be loaded."""
    return (Fix("Apache", "a2enmod rewrite, which the new ohif.conf needs"),) if _kind(server) == "apache" else ()


def reload_of(server: Server) -> str:
    """The command after which a change counts."""
    return _RELOAD[_kind(server)]


def _kind(server: Server) -> str:
    return ORTHANC if server.route == "serve-folders" else server.proxy
