"""401 and 403 at the root of DICOMweb: whose login is it, and who should add it?"""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.front_login import own_login
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.steps import past_proxies
from ohif_setup.checks.who_answered import between
from ohif_setup.kinds import own_of
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.routes import route_of, routes_of
from ohif_setup.webservers import WEBSERVERS, front_of

HANGS = "the request hangs, the list stays empty and so does the console; in a window of its own the browser may ask for a password"
SAYS_CORS = 'the viewer says "Data Source Connection Error", and the console shows a CORS error'
SAYS_401 = 'the viewer says "Data Source Connection Error", and the console shows 401'


@dataclass(frozen=True)
class Login:
    """`by_viewer`: people sign in, so the viewer sends a token. `by_proxy`: the web server adds a login towards the server; `file`
    is where that may lie."""

    by_viewer: bool
    by_proxy: bool
    file: str


def refused(server: Server, login: Login, itself: bool, exchange: Exchange) -> Fault | None:
    """None for a 401 that a token mends. `itself`: the server answers this machine without any login. What a login in front says
    is not for here."""
    received = exchange.received
    assert received is not None
    asks, status = received.header("WWW-Authenticate"), received.status
    own = own_login(received)
    if own is None and status == 401 and login.by_proxy:
        # The generated files keep the server's realm from the browser, which would ask people for the password.
        own = own_of(server).login
    if own:
        return own.fault(server, login, itself, _symptom(server, asks))
    if status == 401 and login.by_proxy:
        return wrong_login(server, "the server", "the server's own", _symptom(server, asks))
    if login.by_viewer and status == 401:
        return None
    if status == 403:
        return _forbidden(server, exchange)
    answer = str(status)
    if asks:
        answer += f" ({short(asks, 80)})"
    return Fault(
        "",
        f"the way to the images asks for a login ({status})",
        _symptom(server, asks),
        f"{name_of(server).capitalize()}, or what stands before it, answers {answer}, and the viewer sends no token.",
        web_server.add_login(server, login.file),
    )


def no_login_across(server: Server, root: str, met: str, status: int | None) -> Fault:
    """A login at another origin than the viewer's, where nobody signs in; `met` is the login, in words."""
    best = "serve the viewer and DICOMweb from one origin, so that one login is before both"
    if front_of(server) is None:
        best = "serve both from one origin, by a web server that can add the server's own login"
    change = f"ohif-setup set server.route={routes_of(server.kind)[0]}"
    return Fault(
        "",
        f"the images are behind a login that the viewer cannot pass: {met}",
        SAYS_401 if status == 401 else SAYS_CORS,
        f"Browsers ask {root} from another origin, the viewer's: there they ask nobody for a password, and send no login that was "
        "given before. Nobody signs in to the viewer, so it sends no token either.",
        (
            Fix("Best", f"{best}: {change}"),
            Fix(
                "Sign-in", "or let people sign in to the viewer ([sign_in]), if what guards the images takes that token"
            ),
        ),
    )


def _forbidden(server: Server, exchange: Exchange) -> Fault:
    """Who forbids it may well mean to: no rule is to be taken away."""
    before, other = web_server.name_of(server), between(exchange)
    title, symptom = "the way to the images is forbidden (403)", "the viewer says that the request failed (403)"
    if other:
        cause = f"{other[:1].upper()}{other[1:]} seems to have answered, and not {before} of this site."
        return Fault("", title, symptom, cause, past_proxies(exchange.sent.url, exchange))
    if front_of(server) is None:
        own = Fix("Server", "does it let this machine, and the network of the people who view, in?")
        return Fault("", title, symptom, f"{before[:1].upper()}{before[1:]} does not let this machine in.", (own,))
    allow_list = WEBSERVERS[server.proxy].guard.allow_list
    people = f"does its allow list ({allow_list}) have the network of the people who view, and this machine's?"
    methods = f"does the location of DICOMweb let GET through? {web_server.file_of(server)} does"
    return Fault(
        "",
        title,
        symptom,
        f"{before}, or {name_of(server)} behind it, does not let this machine in.",
        (Fix(before, people), Fix(before, methods)),
    )


def _symptom(server: Server, asks: str) -> str:
    """Browsers ask people for a password only where they are told to, and only for the page's own origin."""
    if "basic" in asks.lower() and route_of(server).same_origin:
        return HANGS
    return SAYS_401


def wrong_login(server: Server, name: str, right: str, symptom: str) -> Fault:
    """The web server adds a login that the server does not take; `right` is where the server has its own."""
    before = web_server.name_of(server)
    form = Fix("File", f"correct it (NEXT-STEPS.md shows its form), then: {web_server.reload_of(server)}")
    return Fault(
        "FM56",
        f"{name} refuses the login that {before} adds (401)",
        symptom,
        f"The file of proxy.orthanc_credentials_file has another name or password than {right}, or is not included.",
        (form, web_server.regenerate(server)),
    )
