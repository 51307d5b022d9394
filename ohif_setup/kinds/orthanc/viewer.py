"""The viewer as Orthanc hands it out by its plugin ServeFolders, which has no fallback to the page."""

from __future__ import annotations

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.viewer.steps import install
from ohif_setup.kinds.own import PageByFile
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Exchange, Received, evidence

ENTRY = "index.html"


def absent(answers: Answers, server: Server, received: Received) -> tuple[str, tuple[Fix, ...], str]:
    """No folder at that path, or one without the page."""
    if "Unknown resource" in text_of(received):
        cause = "Orthanc serves no folder at that path: its plugin ServeFolders is not loaded, or knows no such folder."
        plugin = Fix(
            "Orthanc", 'the folder of libServeFolders.so must be in "Plugins" (Debian: /usr/share/orthanc/plugins)'
        )
        return cause, (web_server.regenerate(server), plugin), "FM76"
    cause = f"Orthanc serves a folder there, and finds no index.html in it: {answers.viewer.folder} is empty or another one."
    return cause, (install(answers), web_server.regenerate(server)), "FM76"


def lost(answers: Answers, server: Server, exchange: Exchange, title: str, symptom: str) -> Fault:
    """Without a fallback the page lies there once more under the name of the route, without an extension."""
    if exchange.status == 200:
        return Fault(
            "FM76",
            title,
            "a link to a study, or reloading one, downloads a file",
            'The file has no extension, and Orthanc does not know it for HTML: "Extensions": {"": "text/html"} is missing, or the '
            "folder's path has a full stop in it, after which Orthanc takes everything for the extension.",
            (web_server.regenerate(server), Fix("Answers", "viewer.folder without a full stop, as in /var/www/ohif")),
            evidence=evidence(exchange),
        )
    cause = "Orthanc has no fallback, so the page must lie there a second time under that name. The copy is missing."
    return Fault("FM76", title, symptom, cause, (install(answers),), evidence=evidence(exchange))


def unknown(answers: Answers, html: str, page: Exchange) -> Fault | None:
    """A line of script in the page takes the file's name out of the address."""
    if "history.replaceState" in html and f"/{ENTRY}" in html:
        return None
    return Fault(
        "FM76",
        "OHIF will not know its own page",
        "OHIF shows its own page Error (404)",
        "Orthanc serves the list at index.html only, which is no route of OHIF. A line of script in the page has to take that "
        "out of the address, and it is not there.",
        (install(answers),),
        evidence=evidence(page),
    )


PAGE = PageByFile(entry=ENTRY, absent=absent, lost=lost, unknown=unknown)
