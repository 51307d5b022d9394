"""The viewer at each address that its host name stands for: where another site answers at one of them, browsers may show that."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.checks import web_server
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.front_login import front_login
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import explain_trouble
from ohif_setup.checks.viewer.other_page import is_viewer, who
from ohif_setup.checks.viewer.steps import viewer_server
from ohif_setup.network.look.each_address import AtAddress
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.paste.urls import DEFAULT_PORTS, host_of, is_loopback, port_of
from ohif_setup.webservers import web_server_of

_TAKES_THE_NEXT = ("refused", "unreachable")
"""Where no connection comes about, browsers go on to the next address. Behind a proxy nobody asked."""


def faults(answers: Answers, pages: Sequence[AtAddress]) -> list[Fault]:
    """One for each address that shows something else, where another one shows the viewer; none where no address does."""
    right = [page.address for page in pages if is_viewer(page.page.received)]
    if not right:
        return []
    wrong = [page for page in pages if page.address not in right and not front_login(page.page)]
    return [_fault(answers, page, pages, right) for page in wrong if not _is_passed_over(page)]


def _is_passed_over(at: AtAddress) -> bool:
    trouble = at.page.trouble
    return trouble is not None and trouble.kind in (*_TAKES_THE_NEXT, "proxy")


def _fault(answers: Answers, at: AtAddress, pages: Sequence[AtAddress], right: Sequence[str]) -> Fault:
    host = host_of(answers.viewer.url)
    # Another address of the same host gave the viewer, so silence here is the fault of this one.
    is_mute = at.page.trouble is not None and at.page.trouble.kind == "timeout"
    if is_mute or (at.page.received and says_nothing(at.page)):
        symptom = "the browser waits" if is_mute else "sometimes the viewer comes, and sometimes an error"
        return unanswered(at.page, f"{host} at {at.address}", symptom)
    if at.page.received:
        what = who(at.page)
    else:
        what, _, _ = explain_trouble(at.page)
    every = " and ".join(each.address for each in pages)
    return Fault(
        "",
        f"at {at.address} {host} is not the viewer, but {what}",
        f"the browser shows {what}: it takes the first of the addresses that answers, IPv6 first",
        f"{host} stands for {every}. The viewer is at {' and '.join(right)}; at {at.address} another site or another program "
        "listens on the same port.",
        _fixes(answers, at.address),
        evidence=evidence(at.page) | {"address": at.address},
    )


def _fixes(answers: Answers, address: str) -> tuple[Fix, ...]:
    url = answers.viewer.url
    host, port = host_of(url), port_of(url) or DEFAULT_PORTS[url.partition(":")[0]]
    server = viewer_server(answers)
    where = "This machine" if is_loopback(host) else "Host"
    fixes = [Fix(where, f"who listens there? sudo ss -ltnp 'sport = :{port}'")]
    if server is None or web_server_of(server) is None:
        fixes.append(Fix("Web server", f"let the one of the viewer listen on {address} too, port {port}"))
    else:
        fixes += [*_listened(answers, address), web_server.regenerate(server), *web_server.other_sites(server)]
    if not is_loopback(host):
        record = (
            f"if {address} is another machine: take it out of the records of {host} (getent ahosts {shlex.quote(host)})"
        )
        fixes.append(Fix("DNS", record))
    return tuple(fixes)


def _listened(answers: Answers, address: str) -> tuple[Fix, ...]:
    """Where the answers leave that address away."""
    chosen = answers.proxy.listen_addresses
    every = "::" if ":" in address else "0.0.0.0"  # noqa: S104 - compared
    if not chosen or address in chosen or every in chosen:
        return ()
    return (
        Fix("Answers", f"ohif-setup set proxy.listen_addresses+={address}, so that the new file listens there too"),
    )
