"""What every web server of a site needs to know of the viewer and of each DICOMweb server behind it, whichever program it is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Literal

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import kind_of
from ohif_setup.paste.urls import DEFAULT_PORTS, LOOPBACK_NAME, host_of, ip_version, is_loopback, netloc_of, origin_of
from ohif_setup.routes import reach

RESOURCES = "studies|series|instances"
"""What OHIF requests below a DICOMweb root. Orthanc's plugin has more there: `servers` makes Orthanc call other servers."""

ASSETS = (
    "css", "js", "mjs", "map", "json", "jsonc", "wasm", "onnx", "png", "jpg", "jpeg", "gif", "webp", "svg", "ico",
    "woff", "woff2", "ttf", "txt", "xml", "webapp", "webmanifest",
)  # fmt: skip
"""Extensions of the files of a build. A missing one must be 404: with the page instead, the viewer is blank
(`Unexpected token '<'`)."""

CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
"""The certificates that Debian, Ubuntu and Alpine trust."""


@dataclass(frozen=True)
class Proxied:
    """One server behind the web server.

    `path` is the path of its DICOMweb root, the same outside and inside, without a slash at its end (empty for the root); `origin`
    is where the web server reaches it. `host` is the host name to ask it with, which may have a port; empty for the one that the
    browser sent. `verified`: its certificate can be verified by name. `decodes_commas`: the web server must
    decode `%2C` in a query, because the server does not. `authorization` is what happens to that header.
    """

    path: str
    origin: str
    host: str
    https: bool
    verified: bool
    uploads: bool
    decodes_commas: bool
    authorization: Literal["login", "cleared", "passed on"]

    @property
    def pattern(self) -> str:
        """`path` as a regular expression. Of the characters that it may contain, only the full stop is special there."""
        return self.path.replace(".", r"\.")

    @property
    def own_host(self) -> bool:
        """Whether `host` is the one in its address, as against another one that the answers name."""
        return netloc_of(self.origin) == self.host

    @property
    def host_name(self) -> str:
        """`host` without its port, for a comparison with a certificate."""
        return self.host.partition(":")[0]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that browsers may use; GET includes HEAD."""
        if self.uploads:
            return ("GET", "POST")
        return ("GET",)


def proxied(answers: Answers) -> tuple[Proxied, ...]:
    """Every server behind the web server of the site."""
    return tuple(_proxied(answers, server) for server in reach.own_servers(answers))


def outside(answers: Answers) -> str:
    """The address at which browsers reach the web server: the viewer URL, or its own address where the viewer is served
    elsewhere."""
    if _serves_images_alone(answers):
        return defaults.proxy_url(answers)
    return answers.viewer.url


def names(answers: Answers) -> tuple[str, ...]:
    """The host names that the web server answers for, the main one first."""
    if _serves_images_alone(answers):
        return (host_of(defaults.proxy_url(answers)),)
    # Without repeats: two viewer URLs may differ in the port only.
    return tuple(dict.fromkeys(host_of(url) for url in (answers.viewer.url, *answers.viewer.extra_urls)))


def addresses(answers: Answers) -> tuple[str, ...]:
    """The addresses to listen on, IPv6 in brackets: only loopback where all names are those of this machine. `*` is every IPv4 and
    `[::]` every IPv6 address."""
    chosen = answers.proxy.listen_addresses
    if chosen:
        return tuple(f"[{address}]" if ip_version(address) == 6 else address for address in chosen)
    hosts = names(answers)
    if not is_for_this_machine(answers):
        # Reached by IPv4 addresses only: an IPv6 listener would be of no use, and fails where IPv6 is off.
        if all(ip_version(host) == 4 for host in hosts):
            return ("*",)
        return ("*", "[::]")
    # Browsers try ::1 for localhost first, so without it they may reach another site that listens there.
    each = (("127.0.0.1", "[::1]") if host == LOOPBACK_NAME else (host,) for host in hosts)
    found = tuple(dict.fromkeys(chain.from_iterable(each)))
    if not shares_port(answers):
        return found
    # Widened to the whole port, which the other sites use too; `guarded` then keeps other machines out.
    return tuple(dict.fromkeys("[::]" if address.startswith("[") else "*" for address in found))


def is_for_this_machine(answers: Answers) -> bool:
    """Whether all names of the web server are loopback names, and the answers name no addresses to listen on."""
    return not answers.proxy.listen_addresses and all(is_loopback(host) for host in names(answers))


def shares_port(answers: Answers) -> bool:
    """Whether the web server must listen on all addresses of a port, as its other sites do.

    nginx chooses by the address before it looks at the name: a site on 127.0.0.1:80 would also answer requests for every other
    site that reach it there.
    """
    web_server = reach.web_server(answers)
    by_address = web_server is not None and web_server.address_before_name
    return by_address and defaults.listen(answers) in DEFAULT_PORTS.values()


def scheme_outside(answers: Answers) -> Literal["https", ""]:
    """`https` where something in front of the web server terminates TLS; empty where its own scheme is that of the browser."""
    ended_before = outside(answers).startswith("https:") and not answers.proxy.tls_certificate
    if ended_before:
        return "https"
    return ""


def _serves_images_alone(answers: Answers) -> bool:
    route = reach.site_route(answers)
    return route is not None and not route.serves_viewer


def _proxied(answers: Answers, server: Server) -> Proxied:
    https = server.url.startswith("https:")
    host = defaults.upstream_host(answers, server)
    return Proxied(
        path=server.path,
        origin=origin_of(server.url),
        host=host,
        https=https,
        # Neither nginx nor Apache can match an IP address against a certificate.
        verified=https and bool(host),
        uploads=server.uploads,
        # None means that it was not examined; then the query is left alone.
        decodes_commas=server.capabilities.percent_decoding is False,
        authorization=_authorization(answers, server),
    )


def _authorization(answers: Answers, server: Server) -> Literal["login", "cleared", "passed on"]:
    """What happens to the header Authorization: a login goes to its own server only, and a token for one server to no other
    server."""
    if server in defaults.logged_in(answers):
        return "login"
    # OHIF sends the token of its sign-in to all data sources, also to a server that has nothing to do with it.
    if any(kind_of(server).token for server in answers.servers):
        return "cleared"
    return "passed on"
