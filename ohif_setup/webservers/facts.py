"""What a web server of the site needs to know of the viewer and of each DICOMweb server behind it; the same for every program."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import kind_of
from ohif_setup.paste.urls import DEFAULT_PORTS, LOOPBACK_NAME, host_of, is_loopback, origin_of
from ohif_setup.routes import reach

RESOURCES = "studies|series|instances"
"""What OHIF asks for below a DICOMweb root. Orthanc's plugin has more there: `servers` makes Orthanc call others."""

ASSETS = (
    "css", "js", "mjs", "map", "json", "jsonc", "wasm", "onnx", "png", "jpg", "jpeg", "gif", "webp", "svg", "ico",
    "woff", "woff2", "ttf", "txt", "xml", "webapp", "webmanifest",
)  # fmt: skip
"""Extensions of a build's files: a missing one is 404, and never the viewer's page in its place."""

CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
"""The certificates that Debian, Ubuntu and Alpine trust."""


@dataclass(frozen=True)
class Proxied:
    """One server behind the web server.

    `path` is that of its DICOMweb root, outside and inside, without a slash at its end, so empty for the root; `origin` is where
    the web server reaches it. `verified`: its certificate can be checked by name. `decodes_commas`: it leaves `%2C` in a query as
    it is, so somebody else must decode it. `authorization` is what becomes of that header.
    """

    path: str
    origin: str
    https: bool
    verified: bool
    uploads: bool
    decodes_commas: bool
    authorization: Literal["login", "cleared", "passed on"]

    @property
    def pattern(self) -> str:
        """`path` as a regular expression: of the signs that it can have, the full stop alone means something there."""
        return self.path.replace(".", r"\.")

    @property
    def methods(self) -> tuple[str, ...]:
        """What browsers may ask; HEAD goes with GET."""
        if self.uploads:
            return ("GET", "POST")
        return ("GET",)


def proxied(answers: Answers) -> tuple[Proxied, ...]:
    """Every server that the web server of the site stands before."""
    return tuple(_proxied(answers, server) for server in reach.own_servers(answers))


def outside(answers: Answers) -> str:
    """The address by which browsers reach the web server: the viewer's, or one of its own where the viewer is served elsewhere."""
    if _serves_images_alone(answers):
        return defaults.proxy_url(answers)
    return answers.viewer.url


def names(answers: Answers) -> tuple[str, ...]:
    """The host names that the web server answers for, the first one the main one."""
    if _serves_images_alone(answers):
        return (host_of(defaults.proxy_url(answers)),)
    return tuple(dict.fromkeys(host_of(url) for url in (answers.viewer.url, *answers.viewer.extra_urls)))


def addresses(answers: Answers) -> tuple[str, ...]:
    """The addresses to listen on, IPv6 in brackets: those of this machine alone where no name leads to it from outside; `*` is
    every IPv4 and `[::]` every IPv6 address."""
    chosen = answers.proxy.listen_addresses
    if chosen:
        return tuple(f"[{address}]" if _version(address) == 6 else address for address in chosen)
    hosts = names(answers)
    if not is_for_this_machine(answers):
        if all(_version(host) == 4 for host in hosts):
            return ("*",)
        return ("*", "[::]")
    # Browsers try ::1 for localhost first, and meet whatever other site listens there.
    each = (("127.0.0.1", "[::1]") if host == LOOPBACK_NAME else (host,) for host in hosts)
    found = tuple(dict.fromkeys(chain.from_iterable(each)))
    if not shares_port(answers):
        return found
    return tuple(dict.fromkeys("[::]" if address.startswith("[") else "*" for address in found))


def is_for_this_machine(answers: Answers) -> bool:
    """Whether all names of the web server are this machine's own, and nobody chose other addresses to listen on."""
    return not answers.proxy.listen_addresses and all(is_loopback(host) for host in names(answers))


def shares_port(answers: Answers) -> bool:
    """Whether the web server must listen on a port as its other sites do, because it looks at the address before the name: with one
    of 127.0.0.1 alone it would answer for every other site that is reached there."""
    web_server = reach.web_server(answers)
    by_address = web_server is not None and web_server.address_before_name
    return by_address and defaults.listen(answers) in DEFAULT_PORTS.values()


def scheme_outside(answers: Answers) -> Literal["https", ""]:
    """`https` where something before the web server ends TLS; empty where the web server itself knows how the browser came."""
    ended_before = outside(answers).startswith("https:") and not answers.proxy.tls_certificate
    if ended_before:
        return "https"
    return ""


def _serves_images_alone(answers: Answers) -> bool:
    route = reach.site_route(answers)
    return route is not None and not route.serves_viewer


def _proxied(answers: Answers, server: Server) -> Proxied:
    https = server.url.startswith("https:")
    return Proxied(
        path=server.path,
        origin=origin_of(server.url),
        https=https,
        # Neither nginx nor Apache finds an IP address in a certificate.
        verified=https and _version(host_of(server.url)) is None and not is_loopback(host_of(server.url)),
        uploads=server.uploads,
        decodes_commas=server.capabilities.percent_decoding is False,
        authorization=_authorization(answers, server),
    )


def _authorization(answers: Answers, server: Server) -> Literal["login", "cleared", "passed on"]:
    """A login is for its own server alone, and a token that is meant for one server is nobody else's to see."""
    if server in defaults.logged_in(answers):
        return "login"
    if any(kind_of(server).token for server in answers.servers):
        return "cleared"
    return "passed on"


def _version(host: str) -> int | None:
    """4 or 6 for an IP address, None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]")).version
    except ValueError:
        return None
