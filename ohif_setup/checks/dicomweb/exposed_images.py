"""Who sees the images: anybody who reaches the viewer's address, past a login that guards the page alone, or on the way."""

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


def anybody(answers: Answers, server: Server, status: int | None, login: str, page_login: str) -> Iterator[Fault]:
    """What is open to anybody who reaches the viewer's address, and what goes there in the clear. `status` is that of a search
    without a token; `login` is in front of it, `page_login` in front of the viewer's page: in words, empty for none."""
    answered = status in (200, 204) and not login
    if answered and answers.sign_in is not None:
        yield Fault(
            "",
            "people sign in at the viewer, and the images come without it",
            NOTHING_SEEN,
            "A search without a token is answered: the sign-in protects the viewer's page only, and the images lie open beside it.",
            (
                Fix(
                    web_server.name_of(server),
                    "let it, or the server behind it, check the token (auth_request, mod_auth_openidc)",
                ),
            ),
            "warn",
        )
    elif answered and page_login:
        yield Fault(
            "",
            "a login is in front of the viewer's page, and the images come without it",
            NOTHING_SEEN,
            f"The page asks for {page_login}. A search without it is answered: {server.path} lies open beside the page.",
            (Fix(web_server.name_of(server), f"put {server.path}/ behind the same login"),),
            "warn",
        )
    elif answered and not is_here(answers):
        yield _nobody_asks(server)
    plain = [url for url in _browsed(answers, server) if url.startswith("http://") and not is_loopback(host_of(url))]
    if plain and not is_here(answers):
        yield _in_the_clear(answers, server, plain[0], login)


def is_here(answers: Answers) -> bool:
    """Whether the viewer is meant for this machine alone, by every address that it has and that is listened on."""
    urls = (answers.viewer.url, *answers.viewer.extra_urls)
    listened = (f"[{address}]" if ":" in address else address for address in answers.proxy.listen_addresses)
    return all(is_loopback(host) for host in (*map(host_of, urls), *listened))


def _nobody_asks(server: Server) -> Fault:
    return Fault(
        "",
        "whoever reaches the viewer's address sees every study, without signing in",
        NOTHING_SEEN,
        "The viewer is not for this machine alone (viewer.url, proxy.listen_addresses), and nothing asks who comes.",
        (
            Fix(
                "Network",
                "let only those reach it who may see everything: a VPN, a firewall, allow and deny in the web server",
            ),
            Fix("Login", f"a login of the web server's own ({WEBSERVERS[server.proxy].guard.login})"),
            Fix(
                "Sign-in",
                "or [sign_in] with an OIDC provider such as Keycloak, and a web server that checks the token",
            ),
        ),
        "warn",
    )


def _in_the_clear(answers: Answers, server: Server, url: str, login: str) -> Fault:
    return Fault(
        "",
        f"images and names of patients go over the network unencrypted ({url.split('/', 3)[2]})",
        NOTHING_SEEN,
        "The address is http. Whoever is on the way can read and change everything.",
        (
            Fix("Answers", _with_tls(answers, server, login)),
            Fix("Or", "TLS in something that stands before the web server"),
        ),
        "warn",
    )


def _with_tls(answers: Answers, server: Server, login: str) -> str:
    settings = "https in viewer.url"
    if not answers.proxy.tls_certificate:
        settings = f"proxy.tls_certificate and proxy.tls_key, and {settings}"
    if not login:
        return f"{settings}; {web_server.then_regenerate(server, viewer=True)}"
    lines = f"take the lines of TLS out of {web_server.file_of(server)} over to where the login is"
    return f"{settings}; then: ohif-setup generate, and {lines}"


def _browsed(answers: Answers, server: Server) -> tuple[str, ...]:
    return (answers.viewer.url, *answers.viewer.extra_urls, reach.public_root(answers, server))
