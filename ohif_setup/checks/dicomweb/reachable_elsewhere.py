"""Studies come, but are they those of `server.url`? A web server that was not reloaded leads to the server that it knew before."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn, place_of
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault, Severity
from ohif_setup.checks.finding import Fix

_SYMPTOM = "the viewer shows the studies of another server, or none of one's own"


def leads_elsewhere(server: Server, seen: SeenOwn, *, by_proxy: bool) -> Fault | None:
    """None where both are the same as far as this machine sees. `by_proxy`: the web server adds a login towards the server, which
    this machine does not have."""
    before, behind = web_server.name_of(server), place_of(server.url)
    if server.url == seen.root or seen.direct is None:
        return None
    if seen.missing and seen.missing.side == "web server":
        return _fault(server, f"{behind} holds a study that does not come through {before}.")
    if seen.missing:
        return _fault(server, f"a study that comes through {before} is not in {behind}.")
    if seen.direct.proven:
        return None
    status = seen.direct.exchange.status
    if status == 401 and not by_proxy:
        said = f"studies come through {before} without a login, {behind} asks for one, and the answers name none to be added."
        login = Fix("Answers", "or name the login that is added there: proxy.orthanc_credentials_file")
        return _fault(server, said, login, severity="fail" if seen.local else "warn")
    # Only a loopback address surely means the same to the web server; others may let nobody in but that.
    if not seen.local or status == 401:
        return None
    trouble = seen.direct.exchange.trouble
    what = f"no search is answered there ({status})"
    if trouble:
        what = f"nothing answers there ({trouble.kind})"
    said = f"studies come through {before}, but server.url is {behind}, and {what}."
    there = Fix("Answers", f"is server.url right, and does {name_of(server)} run there?")
    return _fault(server, said, there, severity="warn")


def _fault(server: Server, said: str, *more: Fix, severity: Severity = "fail") -> Fault:
    before = web_server.name_of(server)
    return Fault(
        "",
        f"{before} leads to another server than server.url, or was not reloaded since the answers changed",
        _SYMPTOM,
        said[:1].upper() + said[1:],
        (Fix(before, web_server.reload_of(server)), *more, web_server.regenerate(server)),
        severity,
    )
