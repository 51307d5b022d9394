"""What came instead of a study list, and where the fault is: in the web server, in the address, or in the server."""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.other_form import type_of
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.speakers import is_web_servers_page
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import KINDS, own_of
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.find import Found
from ohif_setup.network.look.same import MissingStudy
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.ohif.requests import JSON
from ohif_setup.paste.urls import host_of, is_loopback
from ohif_setup.webservers import web_server_of
from ohif_setup.webservers.webserver import Gateway

_CONTAINER = Fix("Container", "in a container 127.0.0.1 is that container: name the server's container in server.url")
FAILED = 'the viewer says "Data Source Connection Error", or that the request failed'


@dataclass(frozen=True)
class SeenOwn:
    """What a server that requires no access token shows to browsers and at its own address.

    `public` is a search below `root`, the address that browsers use. `direct` is what answers at `server.url`, past the web server;
    None if browsers use that address themselves. `page` is the viewer's page. `certificates` are read only if TLS failed. `missing`
    is a study that only one of the two addresses knows. `local` says that `server.url` is a loopback address and the web server is
    on this machine, so that the address means the same to both. `login` is the login in front of `root`, in words. `archive` is
    what is listed below `root`; None if no search is answered. `as_site` is the search at `server.url` with
    the `Host` of `root`; None if it could show nothing. `followed` is what comes where the search is redirected to, if a browser
    follows; else None.
    """

    root: str
    public: Exchange
    direct: Found | None
    page: Exchange
    certificates: tuple[Certificate, ...] = ()
    missing: MissingStudy | None = None
    local: bool = False
    login: str = ""
    archive: Archive | None = None
    as_site: Exchange | None = None
    followed: Exchange | None = None

    @property
    def itself(self) -> bool:
        """Whether the server answers a search of this machine at its own address."""
        return self.direct is not None and self.direct.proven and self.direct.url != self.root

    @property
    def path(self) -> str:
        """The path of the root that browsers use."""
        return parts_of(self.root).path


def recognised(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """The fault behind an answer that is neither a study list nor a request for a login; None if the answer fits no known fault."""
    # All kinds are tried, because the answers may name the wrong one. They come before the gateway: an error that the server wrote
    # itself, such as Orthanc's JSON, is not the web server's.
    misplaced = (own.misplaced for own in (kind.own() for kind in KINDS.values()) if own.misplaced)
    for recognise in (_page, *misplaced, _gateway):
        found = recognise(server, seen, received)
        if found:
            return found
    return None


def unexplained(received: Received) -> tuple[str, str]:
    """Title and cause for an answer of which only is known that it is no list of studies: it repeats what the server said."""
    title, cause = f"status {received.status} to a search", "A search must answer with a list of studies."
    if received.status == 200:
        title = "the answer is not DICOM JSON"
        cause += f" {JSON} was asked for, and {type_of(received)} came."
    said = short(received.body[:1000].decode("utf-8", "replace"))
    if said and not received.is_html():
        cause += f" It said: {said}"
    return title, cause


def place_of(url: str) -> str:
    """An address without its scheme."""
    return url.split("//", 1)[-1]


def _page(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """A web page comes instead of data, for example the viewer's own page as the fallback."""
    # Other statuses are no sign of a missing location: 403 and 5xx have causes of their own.
    if not received.is_html() or received.status not in (200, 404):
        return None
    if received.status == 404:
        title, symptom = f"nothing answers at {seen.path} (404)", FAILED
    else:
        title = "a web page comes instead of studies"
        if seen.page.received is not None and received.body == seen.page.received.body:
            title = "the viewer's own page comes instead of studies"
        # Measured with OHIF: a page with status 200 shows as an empty list, without an error.
        symptom = "the study list is empty, and the browser's console shows no error"
    if _passed_on(seen, received):
        return _page_of_server(server, title, symptom)
    # No web server is in between, so the address itself is wrong.
    if server.url == seen.root:
        fix = Fix("Answers", f"is {server.url} the DICOMweb root?")
        if seen.direct and seen.direct.proven and seen.direct.url:
            fix = Fix("Answers", f"server.url = {seen.direct.url}")
        return Fault("FM23", title, symptom, "Something other than a DICOMweb server answers there.", (fix,))
    # The path goes into a regular expression of nginx.
    pattern = seen.path.replace(".", r"\.")
    cause = f"{web_server.name_of(server)} has no rule for {seen.path}, so another location answers."
    if seen.itself:
        cause += f" {name_of(server).capitalize()} itself answers at {place_of(server.url)}."
    return Fault(
        "FM23",
        title,
        symptom,
        cause,
        web_server.fixes(server, lambda lines: lines.hand_on(pattern, seen.path, server.url)),
    )


def _passed_on(seen: SeenOwn, received: Received) -> bool:
    """Whether the page comes from behind the web server: the server shows this machine the same one. Web servers that have nothing
    to show use one page, so that page proves nothing."""
    if seen.direct is None or seen.direct.proven or seen.direct.url == seen.root or is_web_servers_page(received):
        return False
    direct = seen.direct.exchange.received
    return direct is not None and (direct.status, direct.body) == (received.status, received.body)


def _page_of_server(server: Server, title: str, symptom: str) -> Fault:
    place, change = place_of(server.url), web_server.then_regenerate(server)
    return Fault(
        "FM23",
        title,
        symptom,
        f"{web_server.name_of(server)} passes the search on: asked by this machine, {place} shows the same page. DICOMweb is at "
        "another path there, or several sites share the address, and Host chooses among them.",
        (
            Fix("Answers", f"is {server.url} the DICOMweb root? ohif-setup set server.url=URL, {change}"),
            Fix("Answers", f"if it answers to one name alone: ohif-setup set proxy.upstream_host=NAME, {change}"),
        ),
    )


def _gateway(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """The web server answers, but cannot reach the server behind it."""
    status, web = received.status, web_server_of(server)
    gateway = web.gateway if web else Gateway()
    # nginx answers 503 on a page of its own when a request limit is reached; Retry-After means the same of any server.
    busy = status == 503 and (
        (gateway.busy_503 and is_web_servers_page(received)) or bool(received.header("Retry-After"))
    )
    # Apache answers 500 if it has a ProxyPass, but lacks mod_proxy_http.
    broken = gateway.broken_500 if status == 500 else None
    if server.url == seen.root or busy or (status not in (502, 503, 504) and not broken):
        return None
    before = web_server.name_of(server)
    title = f"{before} does not reach {name_of(server)} ({status})"
    symptom = f"the viewer says that the request failed ({status})"
    if broken:
        cause, command = broken
        return Fault("", title, symptom, cause, (Fix(before, command),))
    behind = place_of(server.url)
    # Three cases, by what this machine gets at server.url: nothing in time, a study list, no connection.
    if hangs(seen):
        return silent_itself(server, seen, title, symptom)
    if seen.itself:
        # The server runs, so the web server asks another address or is not allowed to connect, which SELinux may forbid.
        fixes = [Fix("SELinux", "sudo setsebool -P httpd_can_network_connect on"), web_server.regenerate(server)]
        if is_loopback(host_of(server.url)):
            fixes.insert(0, _CONTAINER)
        return Fault(
            "",
            title,
            symptom,
            f"{name_of(server).capitalize()} answers this machine at {behind}, but not {web_server.name_of(server)}, which asks "
            "another address, or is not allowed to connect.",
            tuple(fixes),
        )
    return Fault(
        "",
        title,
        symptom,
        f"Nothing answers at {behind}: {name_of(server)} is not running, or the address is wrong.",
        (
            Fix("Server", own_of(server).start),
            Fix("Answers", f"or correct server.url, {web_server.then_regenerate(server)}"),
        ),
    )


def hangs(seen: SeenOwn) -> bool:
    """Whether the server does not answer in time at its own address either, although something accepts the connection."""
    if seen.direct is None or seen.direct.exchange.trouble is None:
        return False
    return seen.direct.exchange.trouble.kind == "timeout"


def silent_itself(server: Server, seen: SeenOwn, title: str, symptom: str) -> Fault:
    """The fault of a server that accepts connections, but answers neither the web server nor this machine in time."""
    name, before = name_of(server), web_server.name_of(server)
    who = f"Neither {before} nor this machine gets an"
    if server.url == seen.root:
        who = "This machine gets no"
    cause = f"{who} answer from {place_of(server.url)} in time: {name} itself is silent, because it hangs or is busy."
    # A firewall is a likely cause only between two machines.
    if not is_loopback(host_of(server.url)):
        cause += " Or a firewall drops the packets."
    return Fault(
        "",
        title,
        symptom,
        cause,
        (
            Fix("Server", own_of(server).restart),
            Fix("Network", "try again with more time: ohif-setup check --timeout 30"),
        ),
    )
