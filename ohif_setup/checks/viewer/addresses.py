"""The viewer at each IP address of its host name: if another site answers at one of them, browsers may show that site.

The usual case is `localhost`: the viewer's web server listens on 127.0.0.1, and Debian's own nginx site listens on ::1 too.
"""

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
from ohif_setup.checks.viewer.other_page import describe, is_viewer
from ohif_setup.checks.viewer.steps import viewer_server
from ohif_setup.network.look.each_address import AtAddress
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.paste.urls import DEFAULT_PORTS, host_of, is_loopback, port_of
from ohif_setup.webservers import web_server_of

_HARMLESS = ("refused", "unreachable", "proxy")
"""Troubles at an address that no browser shows: without a connection it tries the next address. `proxy` means that this tool did
not ask, because a proxy looks the name up itself."""


def faults(answers: Answers, pages: Sequence[AtAddress]) -> list[Fault]:
    """One fault for each address that shows something else, if another address shows the viewer."""
    right = [page.address for page in pages if is_viewer(page.page.received)]
    # Without the viewer at any address it is not served at all, which `viewer-served` reports.
    if not right:
        return []
    wrong = [page for page in pages if page.address not in right and not front_login(page.page)]
    return [_fault(answers, page, pages, right) for page in wrong if not _is_harmless(page)]


def _is_harmless(at: AtAddress) -> bool:
    trouble = at.page.trouble
    return trouble is not None and trouble.kind in _HARMLESS


def _fault(answers: Answers, at: AtAddress, pages: Sequence[AtAddress], right: Sequence[str]) -> Fault:
    """The fault at one address. `right` are the addresses that show the viewer."""
    host = host_of(answers.viewer.url)
    # Another address of the same host gave the viewer, so silence here is the fault of this one.
    if at.page.trouble is not None and at.page.trouble.kind == "timeout":
        return unanswered(at.page, f"{host} at {at.address}", "the browser waits")
    if at.page.received and says_nothing(at.page):
        return unanswered(at.page, f"{host} at {at.address}", "sometimes the viewer comes, and sometimes an error")
    if at.page.received:
        what = describe(at.page)
    else:
        what, _, _ = explain_trouble(at.page)
    every = " and ".join(each.address for each in pages)
    return Fault(
        "",
        f"at {at.address} {host} is not the viewer, but {what}",
        f"the browser shows {what}: it uses the first address that answers, IPv6 first",
        f"{host} resolves to {every}. The viewer is at {' and '.join(right)}; at {at.address} another site or another program "
        "listens on the same port.",
        _fixes(answers, at.address),
        evidence=evidence(at.page) | {"address": at.address},
    )


def _fixes(answers: Answers, address: str) -> tuple[Fix, ...]:
    url = answers.viewer.url
    host, port = host_of(url), port_of(url) or DEFAULT_PORTS[url.partition(":")[0]]
    server = viewer_server(answers)
    where = "This machine" if is_loopback(host) else "Host"
    fixes = [Fix(where, f"what listens there? sudo ss -ltnp 'sport = :{port}'")]
    # Only a web server of the site has a generated file that can be made to listen there.
    if server is None or web_server_of(server) is None:
        fixes.append(Fix("Web server", f"make the viewer's web server listen on {address} too, port {port}"))
    else:
        fixes += [*_listen_address(answers, address), web_server.regenerate(server), *web_server.other_sites(server)]
    # A loopback name has no DNS records that could be wrong.
    if not is_loopback(host):
        record = (
            f"if {address} is another machine: remove it from the records of {host} (getent ahosts {shlex.quote(host)})"
        )
        fixes.append(Fix("DNS", record))
    return tuple(fixes)


def _listen_address(answers: Answers, address: str) -> tuple[Fix, ...]:
    """The command for answers whose `proxy.listen_addresses` leaves that address out; nothing if the file listens there already."""
    chosen = answers.proxy.listen_addresses
    # The wildcard address of the same family covers it. An empty list means the default, which includes it.
    wildcard = "::" if ":" in address else "0.0.0.0"  # noqa: S104 - compared
    if not chosen or address in chosen or wildcard in chosen:
        return ()
    return (
        Fix("Answers", f"ohif-setup set proxy.listen_addresses+={address}, so that the new file listens there too"),
    )
