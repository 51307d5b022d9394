"""Studies come, but are they those of `server.url`? A web server that was not reloaded still asks the previous server."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn, place_of
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix

_SYMPTOM = "the viewer shows the studies of another server, or none of yours"


def leads_elsewhere(server: Server, seen: SeenOwn, *, by_proxy: bool) -> Fault | None:
    """The fault of a web server that asks another server than `server.url`; None if this machine cannot tell a difference.

    `by_proxy`: the web server adds a login to the requests to the server. This machine does not have that login.
    """
    before, behind = web_server.name_of(server), place_of(server.url)
    if server.url == seen.root or seen.direct is None:
        return None
    # Proof: a study that one address lists and the other, asked for it by its UID, does not know.
    if seen.missing and seen.missing.side == "web server":
        return _fault(server, f"{behind} has a study that does not come through {before}.")
    if seen.missing:
        return _fault(server, f"a study that comes through {before} is not in {behind}.")
    if seen.direct.proven:
        return None
    # No proof, but a contradiction: server.url refuses what the web server gets without a login.
    status = seen.direct.exchange.status
    if status == 401 and not by_proxy:
        cause = f"studies come through {before} without a login, {behind} asks for one, and the answers do not name one to add."
        login = Fix("Answers", "or name the login that is added there: proxy.orthanc_credentials_file")
        # A server on another machine may let the web server's address in without a login.
        certainty: Severity = "fail" if seen.local else "warn"
        return _fault(server, cause, login, severity=certainty)
    # A firewall may let only the web server in, so silence counts only for an address that surely means the same to both.
    if not seen.local or status == 401:
        return None
    trouble = seen.direct.exchange.trouble
    what = f"no search is answered there ({status})"
    if trouble:
        what = f"nothing answers there ({trouble.kind})"
    cause = f"studies come through {before}, but server.url is {behind}, and {what}."
    there = Fix("Answers", f"is server.url right, and does {name_of(server)} run there?")
    return _fault(server, cause, there, severity="warn")


def _fault(server: Server, cause: str, *more: Fix, severity: Severity = "fail") -> Fault:
    before = web_server.name_of(server)
    return Fault(
        "",
        f"{before} asks another server than server.url, or was not reloaded since the answers changed",
        _SYMPTOM,
        cause[:1].upper() + cause[1:],
        (Fix(before, web_server.reload_of(server)), *more, web_server.regenerate(server)),
        severity,
    )
