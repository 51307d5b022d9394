"""A login in front of the site (basic authentication, a portal, a client certificate), recognised by what it answers. Pure.

It is there on purpose, and this tool has none for it. Who meets it is skipped with these words, and no fix takes it away.
"""

from __future__ import annotations

import re

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.finding import Finding, skipped
from ohif_setup.checks.sign_in_page import sign_in_at, sign_in_page
from ohif_setup.checks.who_answered import is_web_servers_page
from ohif_setup.kinds import KINDS, own_of
from ohif_setup.kinds.own import OwnLogin
from ohif_setup.network.look.find import Found
from ohif_setup.network.wire.exchange import Exchange, Received, evidence
from ohif_setup.webservers import WEBSERVERS

CERTIFICATE = "a client certificate is asked for (mutual TLS)"


def front_login(exchange: Exchange) -> str:
    """The login that answered, in words for a sentence; empty where something else did."""
    received = exchange.received
    if received is None:
        if exchange.trouble is not None and exchange.trouble.kind == "client-certificate":
            return CERTIFICATE
        return ""
    wanted = (mark for webserver in WEBSERVERS.values() for mark in webserver.pages.no_certificate)
    if received.status in (400, 403) and any(mark in received.body for mark in wanted):
        return CERTIFICATE
    if received.status == 401:
        return _challenge(received)
    if received.status in (301, 302, 303, 307, 308):
        place = sign_in_at(exchange.sent.url, received.header("Location"))
        if place:
            return f"a redirect ({received.status}) to the sign-in at {place}"
    title = sign_in_page(exchange.sent.url, received)
    if title:
        return f'a sign-in page ({received.status}, "{title}")'
    return ""


def before_server(
    answers: Answers, server: Server, search: Exchange, page: Exchange | None, direct: Found | None
) -> str:
    """The login in front of a server that wants no token of its own, where browsers `search`; empty where there is none, for the
    server's own login, and where the viewer brings the token that is asked for.

    `page` is the viewer's, None where that has another origin; `direct` is what is at the server's own address.
    """
    login, received = front_login(search), search.received
    if not login or received is None or received.status != 401:
        return login
    challenge = received.header("WWW-Authenticate")
    if own_login(received) or _is_servers_own(received, direct):
        return ""
    if page is not None and front_login(page):
        # The viewer's page is behind a login too, so it stands in front of the whole origin.
        return login
    # OHIF sends its token to a server that asks for one, with or without saying how.
    if answers.sign_in is not None and _scheme(challenge).lower() in ("", "bearer"):
        return ""
    let_in = direct is not None and direct.proven
    another = own_of(server).login is not None and bool(challenge)
    if is_web_servers_page(received) or let_in or another:
        return login
    return ""


def own_login(received: Received) -> OwnLogin | None:
    """The login of a DICOMweb server itself that asks, by its realm; None for any other answer."""
    challenge = received.header("WWW-Authenticate")
    logins = (kind.own().login for kind in KINDS.values())
    return next((login for login in logins if login and login.realm in challenge), None)


def behind_login(
    check: str, subject: str, exchange: Exchange, login: str, *, where: str = "", aspect: str = ""
) -> Finding:
    """What could not be looked at, because that login is in front of `where` (by default of the subject)."""
    reason = f"a login is in front of {where or subject}: {login}; what is behind it was not looked at"
    return skipped(check, subject, reason, evidence=evidence(exchange) | {"login": login}, aspect=aspect)


def _is_servers_own(received: Received, direct: Found | None) -> bool:
    """Whether the server itself refuses this machine alike; what stands before it may take the challenge away."""
    own = direct.exchange.received if direct else None
    if own is None or own.status != 401 or own.body != received.body:
        return False
    return received.header("WWW-Authenticate") in ("", own.header("WWW-Authenticate"))


def _challenge(received: Received) -> str:
    shown = received.header("WWW-Authenticate")
    own = own_login(received)
    if own:
        return own.named
    scheme = _scheme(shown)
    if not scheme:
        return "a login (401)"
    if scheme.lower() != "basic":
        return f"a login (401, {scheme})"
    realm = re.search(r'realm="([^"]{1,60})"', shown)
    if realm is None:
        return "basic authentication (401)"
    return f'basic authentication (401, realm "{realm[1]}")'


def _scheme(challenge: str) -> str:
    """The first scheme of `WWW-Authenticate` (RFC 9110, 11.6.1); empty without one."""
    return challenge.partition(" ")[0].rstrip(",")[:20]
