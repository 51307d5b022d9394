"""Orthanc's own login."""

from __future__ import annotations

from dataclasses import replace

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.reachable_login import Login, wrong_login
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.own import OwnLogin
from ohif_setup.paste.urls import host_of, is_loopback
from ohif_setup.routes import route_of

REALM = "Orthanc Secure Area"
"""Of Orthanc's own 401 (measured with 1.10)."""
_OR_REMOTE = "RemoteAccessAllowed false means 401 too, to everybody but 127.0.0.1."
REMOTE = Fix("Orthanc", '"RemoteAccessAllowed": true, with a login of its own (AuthenticationEnabled, RegisteredUsers)')


def fault(server: Server, login: Login, itself: bool, symptom: str) -> Fault:
    """Orthanc answers 401 to a missing login, to a wrong one, and to other machines while RemoteAccessAllowed is false."""
    if route_of(server).by_server:
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
    remote_cause = ""
    remote_fix: tuple[Fix, ...] = ()
    if not is_loopback(host_of(server.url)):
        remote_cause, remote_fix = f" {_OR_REMOTE}", (REMOTE,)
    if login.by_proxy:
        wrong = wrong_login(server, "Orthanc", "Orthanc's RegisteredUsers", symptom)
        return replace(wrong, cause=wrong.cause + remote_cause, fixes=(*wrong.fixes, *remote_fix))
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
        return Fault("FM56", title, symptom, cause, (reload, web_server.regenerate(server)))
    return Fault(
        "FM02",
        title,
        symptom,
        "RemoteAccessAllowed is false, as in Debian's package: Orthanc then answers 401 to everybody but 127.0.0.1, so a web "
        "server on another machine or in another container seems to have the wrong password. Or the answers were changed, and "
        f"{before} still leads to another server.",
        (reload, Fix("Best", f"let {before} run on Orthanc's machine and ask 127.0.0.1"), REMOTE),
    )


LOGIN = OwnLogin(realm=REALM, named="Orthanc's own login (401)", fault=fault)
