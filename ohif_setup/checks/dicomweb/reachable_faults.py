"""What came instead of a study list, and whose fault it is: the web server's, the address's or the server's."""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.who_answered import is_web_servers_page
from ohif_setup.kinds import KINDS, own_of
from ohif_setup.network.look.archive import Archive
from ohif_setup.network.look.find import Found
from ohif_setup.network.look.same import MissingStudy
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.paste.urls import host_of, is_loopback
from ohif_setup.webservers import web_server_of
from ohif_setup.webservers.webserver import Gateway

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
    missing: MissingStudy | None = None
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
    others = (own.misplaced for own in (kind.own() for kind in KINDS.values()) if own.misplaced)
    for recognise in (_page, *others, _gateway):
        found = recognise(server, seen, received)
        if found:
            return found
    return None


def place_of(url: str) -> str:
    """An address without its scheme."""
    return url.split("//", 1)[-1]


def _page(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """Where the viewer's own page, or another one, comes instead of data."""
    if not received.is_html() or received.status not in (200, 404):
        return None
    if received.status == 404:
        title, symptom = f"nobody answers at {seen.path} (404)", FAILED
    else:
        title = "a web page comes instead of studies"
        if seen.page.received is not None and received.body == seen.page.received.body:
            title = "the viewer's own page comes instead of studies"
        symptom = "the study list is empty, and so is the browser's console"
    if server.url == seen.root:
        fix = Fix("Answers", f"is {server.url} the root of DICOMweb?")
        if seen.direct and seen.direct.proven and seen.direct.url:
            fix = Fix("Answers", f"server.url = {seen.direct.url}")
        return Fault("FM23", title, symptom, "Something else than a DICOMweb server answers there.", (fix,))
    pattern = seen.path.replace(".", r"\.")
    cause = f"{web_server.name_of(server)} hands {seen.path} on to nobody, so something else of it answers."
    if seen.itself:
        cause += f" {name_of(server).capitalize()} itself does answer, at {place_of(server.url)}."
    return Fault(
        "FM23",
        title,
        symptom,
        cause,
        web_server.fixes(server, lambda lines: lines.hand_on(pattern, seen.path, server.url)),
    )


def _gateway(server: Server, seen: SeenOwn, received: Received) -> Fault | None:
    """The web server answers, and does not reach what is behind it."""
    status, web = received.status, web_server_of(server)
    gateway = web.gateway if web else Gateway()
    busy = status == 503 and (
        (gateway.busy_503 and is_web_servers_page(received)) or bool(received.header("Retry-After"))
    )
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
    if hangs(seen):
        return silent_itself(server, seen, title, symptom)
    if seen.itself:
        fixes = [Fix("SELinux", "sudo setsebool -P httpd_can_network_connect on"), web_server.regenerate(server)]
        if is_loopback(host_of(server.url)):
            fixes.insert(0, _CONTAINER)
        return Fault(
            "",
            title,
            symptom,
            f"{name_of(server).capitalize()} answers this machine at {behind}, but not {web_server.name_of(server)}, which asks "
            "elsewhere, or may not ask.",
            tuple(fixes),
        )
    return Fault(
        "",
        title,
        symptom,
        f"Nothing answers at {behind}: {name_of(server)} does not run, or it is another address.",
        (
            Fix("Server", own_of(server).start),
            Fix("Answers", f"or correct server.url, {web_server.then_regenerate(server)}"),
        ),
    )


def hangs(seen: SeenOwn) -> bool:
    """Whether the server does not answer at its own address either, though something takes the connection."""
    if seen.direct is None or seen.direct.exchange.trouble is None:
        return False
    return seen.direct.exchange.trouble.kind == "timeout"


def silent_itself(server: Server, seen: SeenOwn, title: str, symptom: str) -> Fault:
    """The web server waits for a server that says nothing."""
    name, before = name_of(server), web_server.name_of(server)
    who = f"Neither {before} nor this machine gets an"
    if server.url == seen.root:
        who = "This machine gets no"
    cause = f"{who} answer from {place_of(server.url)} in time: {name} itself is silent, because it hangs, or is busy."
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
