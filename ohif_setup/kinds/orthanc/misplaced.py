"""Requests that end at Orthanc, but not at its DICOMweb: its REST API, another path, or Orthanc without its plugin."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.reachable_faults import FAILED, SeenOwn
from ohif_setup.checks.dicomweb.server_fault import LIST_EMPTY
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds.orthanc.find import INSTALL_PLUGIN, PLUGIN_IS_THERE
from ohif_setup.network.wire.exchange import Received


def fault(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """What came, where Orthanc shows itself in it."""
    return _rest_api(server, seen, received) or _error(server, seen, received)


def _rest_api(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """A list of identifiers: Orthanc's REST API has `/studies` too."""
    found = _json(received)
    if received.status != 200 or not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        return None
    return _stripped(server, seen, "Orthanc's own list of identifiers comes, not DICOMweb")


def _error(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """Orthanc names the path that it really received."""
    said = _json(received)
    if not isinstance(said, dict) or "OrthancError" not in said:
        return None
    uri, asked = str(said.get("Uri", "")), f"{server.path}/studies"
    if uri == asked:
        return _no_plugin(server, seen, received)
    if uri == "/studies":
        return _stripped(server, seen, f"Orthanc is asked for {uri}, not for {asked} ({received.status})")
    if uri.endswith("/studies/studies"):
        fix = Fix("Answers", f"server.url = {server.url.removesuffix('/studies')}")
        return Fault(
            "FM20", "the root already ends in /studies", LIST_EMPTY, f"Orthanc is asked for {short(uri)}.", (fix,)
        )
    return Fault(
        "FM24",
        f"{web_server.name_of(server)} changes the address: Orthanc is asked for {short(uri, 80)}",
        FAILED,
        f"The browser asked for {seen.path}/studies. A slash too few or too many at the end of the target does that.",
        web_server.fixes(server, lambda lines: lines.whole_path),
    )


def _stripped(server: Server, seen: SeenOwn, title: str) -> Fault:
    if server.url == seen.root:
        root = Fix("Answers", f"server.url = {server.url}/dicom-web, the root of DICOMweb (DicomWeb.Root in Orthanc)")
        cause = "The address is that of Orthanc's REST API, which is not DICOMweb."
        return Fault("FM18", title, FAILED, cause, (root,))
    return Fault(
        "FM18",
        title,
        FAILED,
        f"{web_server.name_of(server)} takes {server.path} away, so the request ends at Orthanc's REST API. That is then open to "
        "every browser too, and can read, change and delete everything.",
        web_server.fixes(server, lambda lines: lines.keeps_path(server.path)),
    )


def _no_plugin(server: Server, seen: SeenOwn, received: Received) -> Fault:
    """The request arrives as it should, and Orthanc knows nothing there."""
    found = seen.direct
    if found and found.proven and found.url != server.url:
        fix = Fix("Answers", f"server.url = {found.url}, {web_server.then_regenerate(server, viewer=True)}")
        title = f"DICOMweb is not at {server.path} ({received.status})"
        return Fault("FM18", title, FAILED, f"Orthanc has it at {found.url}.", (fix,))
    root = Fix("Orthanc", f'its root: "DicomWeb": {{"Enable": true, "Root": "{server.path}/"}}')
    if found and found.advice == PLUGIN_IS_THERE:
        cause = "Its DICOMweb plugin is loaded, and switched off, or has another root."
        title = f"Orthanc knows no DICOMweb at {server.path} ({received.status})"
        return Fault("FM19", title, FAILED, cause, (root,))
    install = (
        Fix("Orthanc", INSTALL_PLUGIN),
        Fix("Container", "take an image with plugins: orthancteam/orthanc or jodogne/orthanc-plugins"),
    )
    if found and found.advice == INSTALL_PLUGIN:
        title, cause = "Orthanc runs without its DICOMweb plugin", "The list of its plugins lacks dicom-web."
        return Fault("FM19", title, FAILED, cause, install)
    title = f"Orthanc knows no DICOMweb at {server.path} ({received.status})"
    cause = "Its DICOMweb plugin is not loaded, or has another root."
    return Fault("FM19", title, FAILED, cause, (*install, root))


def _json(received: Received) -> Any:
    try:
        return received.json()
    except ValueError:
        return None
