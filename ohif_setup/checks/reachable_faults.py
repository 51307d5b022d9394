"""What came in the place of a study list, and whose fault it is: the web server's, the address's or Orthanc's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import host_of, is_loopback, origin_of
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks import web_server
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.reachable_azure import SYMPTOM
from ohif_setup.checks.server_fault import Fault, name_of
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.who_answered import is_web_servers_page
from ohif_setup.network.archive import Archive
from ohif_setup.network.certificate import Certificate
from ohif_setup.network.exchange import Exchange, Received
from ohif_setup.network.same import Missing
from ohif_setup.servers.find import INSTALL_PLUGIN, PLUGIN_IS_THERE, Found
from ohif_setup.webservers.facts import RESOURCES

_CONTAINER = Fix("Container", "in a container 127.0.0.1 is that container: name the other one in server.url")
FAILED = 'the viewer says "Data Source Connection Error", or that the request failed'


@dataclass(frozen=True)
class SeenOwn:
    """A search without a token where browsers ask (below `root`), what is at the server's own address, the viewer's page, and the
    certificates where TLS failed. `missing` is a study that only one of the two addresses knows. `local`: `server.url` is a
    loopback address, and the web server runs on this machine, so both mean the same by it. `login` is the one in front of `root`,
    and `archive` what is listed there, None where no search is answered."""

    root: str
    public: Exchange
    direct: Found | None
    page: Exchange
    certificates: tuple[Certificate, ...] = ()
    missing: Missing | None = None
    local: bool = False
    login: str = ""
    archive: Archive | None = None

    @property
    def itself(self) -> bool:
        """Whether the server answers a search at its own address, as far as this machine sees."""
        return self.direct is not None and self.direct.proven and self.direct.url != self.root

    @property
    def path(self) -> str:
        """Of the root as browsers ask for it."""
        return parts_of(self.root).path


def recognised(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """The fault behind an answer that is no list of studies and no question for a login."""
    for recognise in (_page, _rest_api, _orthancs_error, _gateway):
        found = recognise(server, seen, received)
        if found:
            return found
    return None


def place_of(url: str) -> str:
    """An address without its scheme."""
    return url.split("//", 1)[-1]


def _page(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """Where the viewer's own page, or another one, comes in the place of data."""
    if not received.is_html() or received.status not in (200, 404):
        return None
    if received.status == 404:
        title, symptom = f"nobody answers at {seen.path} (404)", FAILED
    else:
        index = seen.page.received is not None and received.body == seen.page.received.body
        title = "the viewer's own page comes instead of studies" if index else "a web page comes instead of studies"
        symptom = "the study list is empty, and so is the browser's console"
    if server.url == seen.root:
        right = seen.direct.url if seen.direct and seen.direct.proven else ""
        fix = Fix("Answers", f"server.url = {right}" if right else f"is {server.url} the root of DICOMweb?")
        return Fault("FM23", title, symptom, "Something else than a DICOMweb server answers there.", (fix,))
    pattern = seen.path.replace(".", r"\.")
    itself = f" {name_of(server).capitalize()} itself does answer, at {place_of(server.url)}." if seen.itself else ""
    return Fault(
        "FM23",
        title,
        symptom,
        f"{web_server.name_of(server)} hands {seen.path} on to nobody, so something else of it answers.{itself}",
        web_server.fixes(
            server,
            nginx=f"location ~ ^{pattern}/({RESOURCES})(/|$) {{ proxy_pass {origin_of(server.url)}; ... }}",
            apache=f'ProxyPassMatch "^{pattern}/((?:{RESOURCES})(?:/.*)?)$" "{server.url}/$1", in the same VirtualHost',
            iis=f"a rewrite rule for ^{seen.path.lstrip('/')}/ before the fallback, and the proxy of ARR switched on",
        ),
    )


def _rest_api(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """A list of identifiers: Orthanc's REST API has `/studies` too."""
    found = _json(received)
    if received.status != 200 or not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return None
    return _stripped(server, seen, "Orthanc's own list of identifiers comes, not DICOMweb")


def _orthancs_error(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
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
            "FM20", "the root already ends in /studies", SYMPTOM, f"Orthanc is asked for {short(uri)}.", (fix,)
        )
    return Fault(
        "FM24",
        f"{web_server.name_of(server)} changes the address: Orthanc is asked for {short(uri, 80)}",
        FAILED,
        f"The browser asked for {seen.path}/studies. A slash too few or too many at the end of the target does that.",
        web_server.fixes(
            server,
            nginx="proxy_pass without a path, as in proxy_pass http://HOST:PORT; the address then goes through as it is",
            apache="ProxyPassMatch with the slash between the path and (studies|series|instances), in the target too",
            iis="rewrite to the same path: http://HOST:PORT/{R:0}",
        ),
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
        web_server.fixes(
            server,
            nginx="proxy_pass without a path (no slash behind the port): the prefix then goes through",
            apache=f"ProxyPassMatch with the path in the target too: ...{server.path}/$1",
            iis="rewrite to the same path, with its prefix: http://HOST:PORT/{R:0}",
        ),
    )


def _no_plugin(server: Server, seen: SeenOwn, received: Received) -> Fault:
    """The request arrives as it should, and Orthanc knows nothing there."""
    found = seen.direct
    if found and found.proven and found.url != server.url:
        fix = Fix("Answers", f"server.url = {found.url}, {web_server.then_anew(server, viewer=True)}")
        title = f"DICOMweb is not at {server.path} ({received.status})"
        return Fault("FM18", title, FAILED, f"Orthanc has it at {found.url}.", (fix,))
    certain = bool(found and found.advice == INSTALL_PLUGIN)
    root = Fix("Orthanc", f'its root: "DicomWeb": {{"Enable": true, "Root": "{server.path}/"}}')
    if found and found.advice == PLUGIN_IS_THERE:
        cause = "Its DICOMweb plugin is loaded, and switched off, or has another root."
        title = f"Orthanc knows no DICOMweb at {server.path} ({received.status})"
        return Fault("FM19", title, FAILED, cause, (root,))
    title = "Orthanc runs without its DICOMweb plugin"
    cause = "The list of its plugins lacks dicom-web."
    if not certain:
        title = f"Orthanc knows no DICOMweb at {server.path} ({received.status})"
        cause = "Its DICOMweb plugin is not loaded, or has another root."
    return Fault(
        "FM19",
        title,
        FAILED,
        cause,
        (
            Fix("Orthanc", INSTALL_PLUGIN),
            Fix("Container", "take an image with plugins: orthancteam/orthanc or jodogne/orthanc-plugins"),
            *(() if certain else (root,)),
        ),
    )


def _gateway(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """The web server answers, and does not reach what is behind it."""
    status = received.status
    # nginx writes its page 503 for too many requests, Apache where it does not reach the server.
    of_nginx = server.proxy == "nginx" and is_web_servers_page(received)
    busy = status == 503 and (of_nginx or bool(received.header("Retry-After")))
    other = status not in (500, 502, 503, 504) or (status == 500 and server.proxy != "apache")
    if server.url == seen.root or busy or other:
        return None
    title = f"{web_server.name_of(server)} does not reach {name_of(server)} ({status})"
    symptom = f"the viewer says that the request failed ({status})"
    if status == 500:
        cause = "Apache has no module for proxies to http, or its configuration has a fault, which its error.log names."
        return Fault(
            "", title, symptom, cause, (Fix("Apache", f"sudo a2enmod proxy_http && {web_server.reload_of(server)}"),)
        )
    behind = place_of(server.url)
    if hangs(seen):
        return silent_itself(server, seen, title, symptom)
    if seen.itself:
        return Fault(
            "",
            title,
            symptom,
            f"{name_of(server).capitalize()} answers this machine at {behind}, but not {web_server.name_of(server)}, which asks "
            "elsewhere, or may not ask.",
            (
                *((_CONTAINER,) if is_loopback(host_of(server.url)) else ()),
                Fix("SELinux", "sudo setsebool -P httpd_can_network_connect on"),
                web_server.anew(server),
            ),
        )
    start = "sudo systemctl start orthanc; if it does not stay: sudo journalctl -u orthanc"
    return Fault(
        "",
        title,
        symptom,
        f"Nothing answers at {behind}: {name_of(server)} does not run, or it is another address.",
        (
            Fix("Server", start if server.kind == "orthanc" else "start it"),
            Fix("Answers", f"or correct server.url, {web_server.then_anew(server)}"),
        ),
    )


def hangs(seen: SeenOwn) -> bool:
    """Whether the server does not answer at its own address either, though something takes the connection."""
    trouble = seen.direct.exchange.trouble if seen.direct else None
    return trouble is not None and trouble.kind == "timeout"


def silent_itself(server: Server, seen: SeenOwn, title: str, symptom: str) -> Fault:
    """The web server waits for a server that says nothing."""
    name, before = name_of(server), web_server.name_of(server)
    who = "This machine gets no" if server.url == seen.root else f"Neither {before} nor this machine gets an"
    firewall = "" if is_loopback(host_of(server.url)) else " Or a firewall drops the packets."
    anew = "sudo systemctl restart orthanc; what it did last: sudo journalctl -u orthanc"
    return Fault(
        "",
        title,
        symptom,
        f"{who} answer from {place_of(server.url)} in time: {name} itself is silent, because it hangs, or is busy.{firewall}",
        (
            Fix("Server", anew if server.kind == "orthanc" else "start it anew"),
            Fix("Network", "try again with more time: ohif-setup check --timeout 30"),
        ),
    )


def _json(received: Received) -> Any:
    try:
        return received.json()
    except ValueError:
        return None
