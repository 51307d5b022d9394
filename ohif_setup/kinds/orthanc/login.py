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
"""The realm in Orthanc's own 401 (measured with 1.10)."""
_OR_REMOTE = "RemoteAccessAllowed false causes 401 too, for every client but 127.0.0.1."
REMOTE = Fix("Orthanc", '"RemoteAccessAllowed": true, with a login of its own (AuthenticationEnabled, RegisteredUsers)')


def fault(server: Server, login: Login, itself: bool, symptom: str) -> Fault:
    """The fault behind a 401 of Orthanc: a missing login, a wrong one, or RemoteAccessAllowed false."""
    # If Orthanc serves the viewer too, the browser itself asks for the login: that works, so it only warns.
    if route_of(server).by_server:
        return Fault(
            "",
            "Orthanc asks for a login (401)",
            "the browser asks for a user name and a password, once",
            "Its login is enabled and this check has no credentials, so nothing behind it can be checked.",
            (Fix("Browser", "open the viewer: if it shows studies after the login, this is no fault"),),
            "warn",
        )
    if itself:
        return _not_to_the_web_server(server, symptom)
    # RemoteAccessAllowed makes no difference for 127.0.0.1, and opens Orthanc to the network: never suggested for a local one.
    remote_cause = ""
    remote_fix: tuple[Fix, ...] = ()
    if not is_loopback(host_of(server.url)):
        remote_cause, remote_fix = f" {_OR_REMOTE}", (REMOTE,)
    if login.by_proxy:
        wrong = wrong_login(server, "Orthanc", "Orthanc's RegisteredUsers", symptom)
        return replace(wrong, cause=wrong.cause + remote_cause, fixes=(*wrong.fixes, *remote_fix))
    return Fault(
        "FM56",
        "Orthanc asks for a login, and the web server does not send one (401)",
        symptom,
        f"OHIF sends no login, so {web_server.name_of(server)} has to.{remote_cause}",
        (*web_server.add_login(server, login.file), *remote_fix),
    )


def _not_to_the_web_server(server: Server, symptom: str) -> Fault:
    """The fault if Orthanc answers this machine without a login, but not the web server."""
    before = web_server.name_of(server)
    title = f"Orthanc answers 401 to {before}, but needs no login from this machine"
    reload = Fix(before, f"if the answers were changed: {web_server.reload_of(server)}")
    if is_loopback(host_of(server.url)):
        cause = f"{before} forwards to another Orthanc than server.url, or was not reloaded after the answers changed."
        return Fault("FM56", title, symptom, cause, (reload, web_server.regenerate(server)))
    return Fault(
        "FM02",
        title,
        symptom,
        "RemoteAccessAllowed is false, the default in Debian's package: Orthanc then answers 401 to every client but 127.0.0.1, so "
        "a web server on another machine or in another container seems to have the wrong password. Or the answers were changed, "
        f"and {before} still forwards to another server.",
        (reload, Fix("Best", f"run {before} on Orthanc's machine and connect to 127.0.0.1"), REMOTE),
    )


LOGIN = OwnLogin(realm=REALM, named="Orthanc's own login (401)", fault=fault)
