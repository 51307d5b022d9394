"""Recognises a login in front of the site (basic authentication, a portal, a client certificate) by its answer. Pure.

Such a login is there on purpose and this tool has no credentials for it. A check that meets one is skipped with the words from
here, and no fix ever suggests removing it.
"""

from __future__ import annotations

import re

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.finding import Finding, skipped
from ohif_setup.checks.sign_in_page import sign_in_at, sign_in_page
from ohif_setup.checks.speakers import is_web_servers_page, spoken_by
from ohif_setup.kinds import KINDS, own_of
from ohif_setup.kinds.own import OwnLogin
from ohif_setup.network.look.find import Found
from ohif_setup.network.wire.exchange import Exchange, Received, evidence
from ohif_setup.webservers import WEBSERVERS

CERTIFICATE = "a client certificate is required (mutual TLS)"


def front_login(exchange: Exchange) -> str:
    """The login that answered, as words for a sentence; empty if something else answered."""
    received = exchange.received
    if received is None:
        # Some servers refuse in the TLS handshake itself; then there is no HTTP answer.
        if exchange.trouble is not None and exchange.trouble.kind == "client-certificate":
            return CERTIFICATE
        return ""
    spoken, named = spoken_by(exchange), ""
    if spoken:
        # A gateway that wants a key, or a company's proxy: what it asks for is not a login of the site.
        if spoken.speaker.role != "login":
            return ""
        named = f", by {spoken.speaker.name}"
    # Others complete the handshake and refuse the request, each web server with an error page of its own.
    marks = (mark for webserver in WEBSERVERS.values() for mark in webserver.pages.no_certificate)
    if received.status in (400, 403) and any(mark in received.body for mark in marks):
        return CERTIFICATE
    if received.status == 401:
        return f"{_challenge(received)}{named}"
    if received.status in (301, 302, 303, 307, 308):
        place = sign_in_at(exchange.sent.url, received.header("Location"))
        if place:
            return f"a redirect ({received.status}) to the sign-in at {place}{named}"
    # Some portals answer 200 or 403 with the form itself instead of a redirect.
    title = sign_in_page(exchange.sent.url, received)
    if title:
        return f'a sign-in page ({received.status}, "{title}"){named}'
    # It is known by its answer, though that has no words of a sign-in, such as a 403 without a page.
    if spoken:
        return f"a login ({received.status}){named}"
    return ""


def before_server(
    answers: Answers, server: Server, search: Exchange, page: Exchange | None, direct: Found | None
) -> str:
    """The login in front of a server that needs no token, as words; empty if there is none.

    Empty as well for the login of the server itself, and for a server that wants the token which the viewer sends. `search` is a
    search at the address that browsers use. `page` is the viewer's page, None if the viewer has another origin. `direct` is what
    answers at the server's own address.
    """
    login, received = front_login(search), search.received
    # Only a 401 is ambiguous: redirects, pages and certificates are never the login of a DICOMweb server.
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
    # What is left is a 401 of unknown origin. Three signs say that something in front sent it: the web server's own error page,
    # a server that answers this machine without a login, or a challenge that is not the one known from this kind of server.
    direct_works = direct is not None and direct.proven
    foreign_challenge = own_of(server).login is not None and bool(challenge)
    if is_web_servers_page(received) or direct_works or foreign_challenge:
        return login
    return ""


def own_login(received: Received) -> OwnLogin | None:
    """The login that a DICOMweb server itself asks for, recognised by its realm; None for any other answer."""
    challenge = received.header("WWW-Authenticate")
    logins = (kind.own().login for kind in KINDS.values())
    return next((login for login in logins if login and login.realm in challenge), None)


def behind_login(
    check: str, subject: str, exchange: Exchange, login: str, *, where: str = "", aspect: str = ""
) -> Finding:
    """A skipped finding, because that login is in front of `where` (by default the subject)."""
    reason = f"a login is in front of {where or subject}: {login}; what is behind it was not checked"
    return skipped(check, subject, reason, evidence=evidence(exchange) | {"login": login}, aspect=aspect)


def _is_servers_own(received: Received, direct: Found | None) -> bool:
    """Whether the server itself sent this 401: asked directly, it refuses in the same way."""
    own = direct.exchange.received if direct else None
    if own is None or own.status != 401 or own.body != received.body:
        return False
    # Proxies often strip the challenge, so that browsers do not show their own password prompt.
    return received.header("WWW-Authenticate") in ("", own.header("WWW-Authenticate"))


def _challenge(received: Received) -> str:
    shown = received.header("WWW-Authenticate")
    own = own_login(received)
    if own:
        return own.named
    scheme = _scheme(shown)
    if not scheme:
        return "a login (401)"
    # Basic is what browsers answer with a prompt; the realm in it tells people whose login it is.
    if scheme.lower() != "basic":
        return f"a login (401, {scheme})"
    realm = re.search(r'realm="([^"]{1,60})"', shown)
    if realm is None:
        return "basic authentication (401)"
    return f'basic authentication (401, realm "{realm[1]}")'


def _scheme(challenge: str) -> str:
    """The first scheme of `WWW-Authenticate` (RFC 9110, 11.6.1); empty without one."""
    return challenge.partition(" ")[0].rstrip(",")[:20]
