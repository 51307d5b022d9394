"""Faults of a viewer that Orthanc serves with its plugin ServeFolders.

The plugin serves files by their names: no index document, no fallback to the page, no headers that can be set, and a MIME type by
the extension.
"""

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
    """Cause and fixes if the page is missing: no folder at that path, or a folder without the page."""
    # Orthanc's core answers "Unknown resource"; only the plugin knows the folder and reports a missing file in it.
    if "Unknown resource" in text_of(received):
        cause = "Orthanc serves no folder at that path: its plugin ServeFolders is not loaded, or not configured for the path."
        plugin = Fix(
            "Orthanc", 'the folder of libServeFolders.so must be in "Plugins" (Debian: /usr/share/orthanc/plugins)'
        )
        return cause, (web_server.regenerate(server), plugin), "FM76"
    cause = (
        f"Orthanc serves a folder there, but without an index.html: {answers.viewer.folder} is empty or another folder."
    )
    return cause, (install(answers), web_server.regenerate(server)), "FM76"


def lost(answers: Answers, server: Server, exchange: Exchange, title: str, symptom: str) -> Fault:
    """The fault of a deep link. `install-viewer` makes up for the missing fallback: a copy of the page under the route's name,
    without an extension."""
    if exchange.status == 200:
        return Fault(
            "FM76",
            title,
            "a link to a study, or reloading one, downloads a file",
            'The file has no extension, and Orthanc does not send it as HTML: "Extensions": {"": "text/html"} is missing, or the '
            "folder's path contains a full stop, after which Orthanc takes everything as the extension.",
            (web_server.regenerate(server), Fix("Answers", "viewer.folder without a full stop, such as /var/www/ohif")),
            evidence=evidence(exchange),
        )
    cause = "Orthanc has no fallback, so a copy of the page is needed under that name. The copy is missing."
    return Fault("FM76", title, symptom, cause, (install(answers),), evidence=evidence(exchange))


def unknown(answers: Answers, html: str, page: Exchange) -> Fault | None:
    """The fault of a page without the line of script that removes the file name from the address."""
    if "history.replaceState" in html and f"/{ENTRY}" in html:
        return None
    return Fault(
        "FM76",
        "OHIF does not recognise its own start page",
        "OHIF shows its own page Error (404)",
        "Orthanc serves the study list only at index.html, which is not a route of OHIF. A line of script in the page has to "
        "remove that from the address, and it is missing.",
        (install(answers),),
        evidence=evidence(page),
    )


PAGE = PageByFile(entry=ENTRY, absent=absent, lost=lost, unknown=unknown)
