"""401 and 403 at the root of DICOMweb: whose login is it, and who should add it?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import host_of, is_loopback
from ohif_setup.checks import web_server
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.server_fault import Fault, name_of
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer_steps import past
from ohif_setup.checks.who_answered import between
from ohif_setup.network.exchange import Exchange
from ohif_setup.network.exposure import REALM

HANGS = "the request hangs, the list stays empty and so does the console; in a window of its own the browser may ask for a password"
_ALLOW_LISTS = {"nginx": "allow and deny", "apache": "Require", "iis": "ipSecurity"}
SAYS_401 = 'the viewer says "Data Source Connection Error", and the console shows 401'
_OR_REMOTE = "RemoteAccessAllowed false means 401 too, to everybody but 127.0.0.1."
REMOTE = Fix("Orthanc", '"RemoteAccessAllowed": true, with a login of its own (AuthenticationEnabled, RegisteredUsers)')


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
    # The generated files keep Orthanc's realm from the browser, which would ask people for the password.
    if REALM in asks or (status == 401 and login.by_proxy and server.kind == "orthanc"):
        return _orthancs(server, login, itself, _symptom(server, asks))
    if status == 401 and login.by_proxy:
        return _wrong_login(server, "the server", "the server's own", _symptom(server, asks))
    if login.by_viewer and status == 401:
        return None
    if status == 403:
        return _forbidden(server, exchange)
    said = f" ({short(asks, 80)})" if asks else ""
    return Fault(
        "",
        f"the way to the images asks for a login ({status})",
        _symptom(server, asks),
        f"{name_of(server).capitalize()}, or what stands before it, answers {status}{said}, and the viewer sends no token.",
        web_server.add_login(server, login.file),
    )


def _forbidden(server: Server, exchange: Exchange) -> Fault:
    """Who forbids it may well mean to: no rule is to be taken away."""
    before, other = web_server.name_of(server), between(exchange)
    title, symptom = "the way to the images is forbidden (403)", "the viewer says that the request failed (403)"
    if other:
        cause = f"{other[:1].upper()}{other[1:]} seems to have answered, and not {before} of this site."
        return Fault("", title, symptom, cause, past(exchange.sent.url, exchange))
    people = f"does its allow list ({_ALLOW_LISTS[server.proxy]}) have the network of the people who view, and this machine's?"
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
    return HANGS if "basic" in asks.lower() and server.route != "cors" else SAYS_401


def _orthancs(server: Server, login: Login, itself: bool, symptom: str) -> Fault:
    """Orthanc answers 401 to a missing login, to a wrong one, and to whoever asks from another machine while that is off."""
    if server.route == "serve-folders":
        return Fault(
            "",
            "Orthanc asks for a login (401)",
            "the browser asks for a name and a password, once",
            "Its login is on, and this check has none. Without it, nothing behind it can be seen.",
            (Fix("Browser", "open the viewer: if it shows studies behind the login, all is well"),),
            "warn",
        )
    if itself:
        return _not_to_the_web_server(server, symptom)
    # To the address 127.0.0.1 RemoteAccessAllowed makes no difference, and with it Orthanc is open to the network.
    here = is_loopback(host_of(server.url))
    remote_cause, remote_fix = ("", ()) if here else (f" {_OR_REMOTE}", (REMOTE,))
    if login.by_proxy:
        wrong = _wrong_login(server, "Orthanc", "Orthanc's RegisteredUsers", symptom)
        return replace(wrong, cause=wrong.cause + remote_cause, fix=(*wrong.fix, *remote_fix))
    return Fault(
        "FM56",
        "Orthanc asks for a login, and nobody adds it (401)",
        symptom,
        f"OHIF sends none, so {web_server.name_of(server)} has to.{remote_cause}",
        (*web_server.add_login(server, login.file), *remote_fix),
    )


def _not_to_the_web_server(server: Server, symptom: str) -> Fault:
    """This machine needs no login where the web server does."""
    before = web_server.name_of(server)
    title = f"Orthanc answers 401 to {before}, and this machine without a login"
    reload = Fix(before, f"where the answers were changed: {web_server.reload_of(server)}")
    if is_loopback(host_of(server.url)):
        cause = f"{before} leads to another Orthanc than server.url, or was not reloaded since the answers changed."
        return Fault("FM56", title, symptom, cause, (reload, web_server.anew(server)))
    return Fault(
        "FM02",
        title,
        symptom,
        "RemoteAccessAllowed is false, as in Debian's package: Orthanc then answers 401 to everybody but 127.0.0.1, so a web "
        "server on another machine or in another container seems to have the wrong password. Or the answers were changed, and "
        f"{before} still leads to another server.",
        (reload, Fix("Best", f"let {before} run on Orthanc's machine and ask 127.0.0.1"), REMOTE),
    )


def _wrong_login(server: Server, name: str, right: str, symptom: str) -> Fault:
    """The web server adds a login that the server does not take; `right` is where the server has its own."""
    before = web_server.name_of(server)
    form = Fix("File", f"correct it (NEXT-STEPS.md shows its form), then: {web_server.reload_of(server)}")
    return Fault(
        "FM56",
        f"{name} refuses the login that {before} adds (401)",
        symptom,
        f"The file of proxy.orthanc_credentials_file has another name or password than {right}, or is not included.",
        (form, web_server.anew(server)),
    )
