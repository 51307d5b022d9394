"""Who can see the images: anyone who reaches the viewer's address, or anyone who reads the traffic on the way.

A login that guards the viewer's page only does not change that: the images have addresses of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.browser.origin import is_loopback
from ohif_setup.checks import web_server
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.paste.urls import host_of
from ohif_setup.routes import reach
from ohif_setup.webservers import WEBSERVERS

NOTHING_SEEN = "none in the viewer"
"""The symptom of every exposure: the viewer works."""


def public_images(answers: Answers, server: Server, status: int | None, login: str, page_login: str) -> Iterator[Fault]:
    """What anyone who reaches the viewer's address can see, and what is sent there unencrypted.

    `status` is that of a search without a token. `login` is the login in front of that search, `page_login` the one in front of the
    viewer's page; both are in words, empty for none.
    """
    answered = status in (200, 204) and not login
    # One of three: a sign-in or a login on the page explains more than the general warning, and gives people false confidence.
    if answered and answers.sign_in is not None:
        yield Fault(
            "",
            "people sign in at the viewer, but the images come without a sign-in",
            NOTHING_SEEN,
            "A search without a token is answered: the sign-in protects the viewer's page only, not the images.",
            (
                Fix(
                    web_server.name_of(server),
                    "make it, or the server behind it, check the token (auth_request, mod_auth_openidc)",
                ),
            ),
            "warn",
        )
    elif answered and page_login:
        yield Fault(
            "",
            "a login is in front of the viewer's page, but the images come without it",
            NOTHING_SEEN,
            f"The page asks for {page_login}. A search without it is answered: {server.path} is not behind the login.",
            (Fix(web_server.name_of(server), f"put {server.path}/ behind the same login"),),
            "warn",
        )
    elif answered and not is_local_only(answers):
        yield _no_login(server)
    # Independent of the above: what a login guards is sent over the network all the same.
    browsed = (answers.viewer.url, *answers.viewer.extra_urls, reach.public_root(answers, server))
    plain = [url for url in browsed if url.startswith("http://") and not is_loopback(host_of(url))]
    if plain and not is_local_only(answers):
        yield _unencrypted(answers, server, plain[0], login)


def is_local_only(answers: Answers) -> bool:
    """Whether the viewer is meant for this machine only: its addresses and those that the web server listens on are all loopback.

    That follows from the answers. Whether a port that a container publishes can be reached from elsewhere, they do not say.
    """
    urls = (answers.viewer.url, *answers.viewer.extra_urls)
    # `is_loopback` takes hosts as URLs have them, with IPv6 addresses in brackets.
    listened = (f"[{address}]" if ":" in address else address for address in answers.proxy.listen_addresses)
    return all(is_loopback(host) for host in (*map(host_of, urls), *listened))


def _no_login(server: Server) -> Fault:
    return Fault(
        "",
        "anyone who reaches the viewer's address can see every study without signing in",
        NOTHING_SEEN,
        "The viewer is not limited to this machine (viewer.url, proxy.listen_addresses), and nothing asks for a login.",
        (
            Fix(
                "Network",
                "limit access to people who may see everything: a VPN, a firewall, allow and deny in the web server",
            ),
            Fix("Login", f"or a login in the web server ({WEBSERVERS[server.proxy].guard.login})"),
            Fix(
                "Sign-in",
                "or [sign_in] with an OIDC provider such as Keycloak, and a web server that checks the token",
            ),
        ),
        "warn",
    )


def _unencrypted(answers: Answers, server: Server, url: str, login: str) -> Fault:
    return Fault(
        "",
        f"images and patient names go over the network unencrypted ({url.split('/', 3)[2]})",
        NOTHING_SEEN,
        "The address is http. Anyone on the way can read and change everything.",
        (
            Fix("Answers", _with_tls(answers, server, login)),
            Fix("Or", "end TLS in something in front of the web server"),
        ),
        "warn",
    )


def _with_tls(answers: Answers, server: Server, login: str) -> str:
    """How to turn TLS on, as a sentence."""
    settings = "https in viewer.url"
    if not answers.proxy.tls_certificate:
        settings = f"proxy.tls_certificate and proxy.tls_key, and {settings}"
    if not login:
        return f"{settings}; {web_server.then_regenerate(server, viewer=True)}"
    # That login was added to the file in place by hand, so replacing it with the generated file would open the site.
    lines = f"copy the TLS lines of {web_server.file_of(server)} into the file with the login"
    return f"{settings}; then: ohif-setup generate, and {lines}"
