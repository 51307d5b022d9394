"""Faults of requests that reach Orthanc, but not its DICOMweb: the REST API, a wrong path, or a missing plugin.

Every error of Orthanc contains the path that it received in `Uri` (measured with 1.10). Compared with the path that the browser
requested, it shows what the web server in between has changed.
"""

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
    """The fault, if Orthanc identifies itself in the answer; None for any other answer."""
    return _rest_api(server, seen, received) or _error(server, seen, received)


def _rest_api(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """A list of identifiers: Orthanc's REST API has `/studies` too."""
    found = _json(received)
    if received.status != 200 or not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        return None
    return _stripped(server, seen, "Orthanc's own list of identifiers is returned, not DICOMweb")


def _error(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """An error of Orthanc, judged by the path that it received."""
    said = _json(received)
    if not isinstance(said, dict) or "OrthancError" not in said:
        return None
    uri, asked = str(said.get("Uri", "")), f"{server.path}/studies"
    if uri == asked:
        return _no_plugin(server, seen, received)
    # The REST API has `/studies` at the top, where a web server that removes the prefix sends the request.
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
        f"The browser asked for {seen.path}/studies. A missing or an extra slash at the end of the target causes that.",
        web_server.fixes(server, lambda lines: lines.whole_path),
    )


def _stripped(server: Server, seen: SeenOwn, title: str) -> Fault:
    # Without a web server in between nothing can have removed the prefix, so the address itself is wrong.
    if server.url == seen.root:
        root = Fix("Answers", f"server.url = {server.url}/dicom-web, the root of DICOMweb (DicomWeb.Root in Orthanc)")
        cause = "The address is that of Orthanc's REST API, which is not DICOMweb."
        return Fault("FM18", title, FAILED, cause, (root,))
    return Fault(
        "FM18",
        title,
        FAILED,
        f"{web_server.name_of(server)} removes {server.path} from the path, so the request reaches Orthanc's REST API. The API is "
        "then open to every browser too, and can read, change and delete everything.",
        web_server.fixes(server, lambda lines: lines.keeps_path(server.path)),
    )


def _no_plugin(server: Server, seen: SeenOwn, received: Received) -> Fault:
    """The fault if the request arrives with the right path, but Orthanc has nothing there."""
    found = seen.direct
    # From the most certain cause to the least: DICOMweb proven elsewhere, a plugin that is loaded, one that is missing, unknown.
    if found and found.proven and found.url != server.url:
        fix = Fix("Answers", f"server.url = {found.url}, {web_server.then_regenerate(server, viewer=True)}")
        title = f"DICOMweb is not at {server.path} ({received.status})"
        return Fault("FM18", title, FAILED, f"Orthanc has it at {found.url}.", (fix,))
    root = Fix("Orthanc", f'its root: "DicomWeb": {{"Enable": true, "Root": "{server.path}/"}}')
    if found and found.advice == PLUGIN_IS_THERE:
        cause = "Its DICOMweb plugin is loaded, but disabled, or has another root."
        title = f"Orthanc has no DICOMweb at {server.path} ({received.status})"
        return Fault("FM19", title, FAILED, cause, (root,))
    install = (
        Fix("Orthanc", INSTALL_PLUGIN),
        Fix("Container", "use an image with plugins: orthancteam/orthanc or jodogne/orthanc-plugins"),
    )
    if found and found.advice == INSTALL_PLUGIN:
        title, cause = "Orthanc runs without its DICOMweb plugin", "The list of its plugins does not contain dicom-web."
        return Fault("FM19", title, FAILED, cause, install)
    title = f"Orthanc has no DICOMweb at {server.path} ({received.status})"
    cause = "Its DICOMweb plugin is not loaded, or has another root."
    return Fault("FM19", title, FAILED, cause, (*install, root))


def _json(received: Received) -> Any:
    try:
        return received.json()
    except ValueError:
        return None
