"""Recognises sign-in pages, and redirects to them. Pure.

Portals differ in everything but habits: words in paths, host names and titles, a password field, the parameters of a protocol,
an address to return to. Each pattern below is one such habit.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from ohif_setup.browser.foreign import Parts, parts_of, resolve
from ohif_setup.network.look.served import text_of
from ohif_setup.network.wire.exchange import Received
from ohif_setup.ohif import build
from ohif_setup.providers import PROVIDERS

# `my.policy` is the login of F5's access manager.
_WORDS = r"log-?[io]n|sign[-_]?[io]n|sso|saml2?|oauth2?|oidc|openid(?:-connect)?|authori[sz]e|authenticate|adfs|idp|my\.policy"
# Whole words of a path, separated by `/`, `.`, `_` or `-`: `/signing` or `/idpool` must not match.
_PATH = re.compile(rf"(?:^|[/._-])(?:{_WORDS}|cas)(?:[/._-]|$)", re.IGNORECASE)
# The first label of a host name, perhaps with a suffix: `login.`, `sso-eu.`, `auth2.`.
_HOST = re.compile(rf"(?:{_WORDS}|auth[nz]?|authelia|authentik|keycloak|accounts?|sts)(?:[-\d][^.]*)?\.", re.IGNORECASE)
# Portals translate their title to the language of the browser or of the company, so English alone is not enough.
_TITLE = re.compile(
    r"\b(?:sign|log)[ -]?[io]n\b|\bsingle sign|anmeld|einloggen|connexion|connecter|authentifi|iniciar ses|accedi\b|inloggen"
    r"|aanmelden|logga in|log ind|logg inn|zaloguj|přihlá|ログイン|登录|登入|로그인",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"""<input\b[^>]{0,500}\btype\s*=\s*["']?password\b""", re.IGNORECASE)
# Every repetition in these patterns has a limit: the page may be hostile, and unlimited ones would take for ever on it.
_HEADING = re.compile(
    r"""<(?:h[1-3]|legend|button)\b[^>]{0,500}>\s*([^<]{1,100})|<input\b[^>]{0,500}\bvalue\s*=\s*["']([^"']{1,100})""",
    re.IGNORECASE,
)
"""A heading, or the text of a button."""
_LEADS = re.compile(
    r"""<form\b[^>]{0,500}\baction\s*=\s*["']?([^"'\s>]{1,2000})"""
    r"""|http-equiv=["']?refresh\b[^>]{0,100}\burl=["']?([^"'>]{1,2000})"""
    r"""|\blocation(?:\.href)?\s*=\s*["']([^"']{1,2000})|\blocation\.(?:replace|assign)\(\s*["']([^"']{1,2000})""",
    re.IGNORECASE,
)
"""Where a page sends the browser: by a form, by a refresh, or by a script."""
_BACK = {
    "rd", "rurl", "redirect", "redirect_uri", "redirect_url", "return", "return_to", "return_url", "returnurl", "next",
    "continue", "goto", "target", "dest", "destination", "back", "backurl", "service", "url", "post_login_redirect_uri",
}  # fmt: skip
"""Parameters, in lower case, with the address to return to after the sign-in."""
_PROTOCOLS = ({"client_id", "response_type"}, {"samlrequest"}, {"wa", "wtrealm"})
"""Parameters of OAuth 2.0, SAML and WS-Federation, in lower case: all of a set must be there."""
# Characters of a page that are searched, and matches of each pattern that are looked at.
_PAGE_LENGTH, _MOST = 200_000, 10


def sign_in_at(asked: str, location: str) -> str:
    """Host or path of the sign-in that a redirect from the address `asked` leads to.

    Empty if it leads elsewhere, for example to the same page with a trailing slash, over https, or on another host.
    """
    there, here = parts_of(resolve(asked, location)), parts_of(asked)
    host, own = there.host, here.host
    if there.scheme not in ("http", "https") or not host:
        return ""
    other_path = there.path.rstrip("/") != here.path.rstrip("/")
    is_provider = any(provider.signs_in_at(host) for provider in PROVIDERS.values())
    named = (host != own and _HOST.match(f"{host}.")) or (other_path and _PATH.search(there.path))
    if not (is_provider or named or _leads_back(there, here)):
        return ""
    if host == own:
        return there.path[:100]
    # Without a user name and password in the address, which would end up in the report.
    return there.netloc.rpartition("@")[2][:100]


def sign_in_page(asked: str, received: Received) -> str:
    """The title of a sign-in page that came from the address `asked`, or `no title`; empty for any other answer, and for OHIF's
    own page."""
    if received.status not in (200, 403) or not received.is_html():
        return ""
    html = text_of(received)[:_PAGE_LENGTH]
    # First, because the viewer's own page may have such words in it too.
    if build.base_of(html) is not None:
        return ""
    found = re.search(r"<title[^>]{0,200}>([^<]{1,200})</title", html, re.IGNORECASE)
    title = " ".join(found[1].split())[:60] if found else ""
    headings = " | ".join(next(filter(None, groups)) for groups in _HEADING.findall(html)[:_MOST])
    if _TITLE.search(f"{title} | {headings}") or _PASSWORD.search(html) or 'name="SAMLRequest"' in html:
        return title or "no title"
    # A page without any such word may still forward the browser to the sign-in by itself.
    leads = [next(filter(None, groups)) for groups in _LEADS.findall(html)[:_MOST]]
    if any(sign_in_at(asked, address) for address in leads):
        return title or "no title"
    return ""


def _leads_back(there: Parts, here: Parts) -> bool:
    """Whether the query has the parameters of a sign-in protocol, or an address to return to."""
    query = {name.lower(): value for name, value in parse_qsl(there.query[:4000])}
    if any(names <= query.keys() for names in _PROTOCOLS):
        return True
    # The same page again with `?url=…` is a redirect that a server makes for itself, such as one that adds a parameter.
    if (there.host, there.path.rstrip("/")) == (here.host, here.path.rstrip("/")):
        return False
    back = [value for name, value in query.items() if name in _BACK]
    return any(value.startswith("/") or f"://{here.netloc}" in value for value in back)
