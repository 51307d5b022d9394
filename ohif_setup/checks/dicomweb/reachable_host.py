"""A server that answers only to its own name, asked by a web server that forwards the name of the site."""

from __future__ import annotations

import shlex

from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.reachable_faults import FAILED, SeenOwn, place_of
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.network.look.find import Found
from ohif_setup.network.look.recognise import is_dicomweb_list
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.ohif.requests import JSON

REFUSALS = (400, 403, 404, 421)
"""Statuses for a `Host` that the server does not know: 421 is the one for it (RFC 9110, 15.5.20), 400 that of IIS."""


def look_as_site(http: Http, root: str, public: Exchange, direct: Found | None) -> Exchange | None:
    """The search past the web server, but with the site's own `Host`; None where it could show nothing: a list came through the web
    server, or none comes at the server itself."""
    if direct is None or not direct.proven or direct.url == root or public.received is None or is_list(public):
        return None
    if public.status not in (200, *REFUSALS):
        return None
    headers = (("Accept", JSON),)
    return http.send_as_is("GET", f"{direct.url}/studies?limit=1", "", headers, host=parts_of(root).netloc)


def wants_its_own_name(server: Server, seen: SeenOwn, *, asked_as: str) -> Fault | None:
    """The fault of a web server that asks a server on a shared host by another name than its own. Proof: past the web server the
    answer to the site's name is that which came through the web server, and the answer to its own name is a list.

    `asked_as` is the name that the generated file sends; empty for that of the browser.
    """
    as_site, public = seen.as_site, seen.public.received
    if as_site is None or as_site.received is None or public is None or seen.direct is None or not seen.itself:
        return None
    if as_site.status != public.status or is_list(as_site):
        return None
    before, own, site = web_server.name_of(server), parts_of(seen.direct.url).netloc, parts_of(seen.root).netloc
    secure = seen.direct.url.startswith("https:")
    # Where the answers have the name already, only the file is missing that was generated from them.
    fixes = web_server.fixes(server, lambda lines: lines.own_name(own, secure))
    if asked_as != own:
        command = f"ohif-setup set proxy.upstream_host={shlex.quote(own)}"
        fixes = (Fix("Answers", f"{command}, {web_server.then_regenerate(server)}"),)
    return Fault(
        "own-name",
        f"{name_of(server)} answers to its own name alone, and {before} asks it by another ({public.status})",
        FAILED,
        f"{place_of(seen.direct.url)} lists studies if it is asked as {own}. Asked as {site}, it answers {as_site.status}, and "
        f"that comes through {before} too: several sites share its address, and Host chooses among them.",
        fixes,
    )


def is_list(exchange: Exchange) -> bool:
    """Whether it is an answer to a search."""
    received = exchange.received
    return received is not None and (received.status == 204 or is_dicomweb_list(received))
