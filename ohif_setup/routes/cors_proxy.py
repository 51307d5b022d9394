"""Viewer and images at two addresses: a web server forwards DICOMweb and allows the viewer's origins (CORS)."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules.defaults import proxy_url
from ohif_setup.answers.rules.rules_own import Conflict, Place
from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds.kind import Kind
from ohif_setup.paste.urls import is_secure
from ohif_setup.routes.route import Route


def fits(kind: Kind) -> bool:
    """Every server that may have a web server in front of it."""
    return kind.behind_web_server


def public_root(answers: Answers, server: Server) -> str:
    """At the origin of the web server, with the path that the server has."""
    return proxy_url(answers) + server.path


def conflicts(answers: Site, place: Place, server: Server) -> Iterator[Conflict]:
    """The web server must have another origin than the viewer, which the viewer's pages may query (no mixed content)."""
    viewer, url = answers.viewer, proxy_url(answers)
    wrong = ""
    # The same origin is not wrong as such, but this route generates a server for images only.
    if url in viewer.origins:
        wrong = (
            "is the viewer's own origin, so no CORS is needed: choose server.route = reverse-proxy, or give another "
            "address or port (proxy.url, proxy.listen)"
        )
    # Derived from the viewer URL: https is only true if the web server has a certificate.
    elif not answers.proxy.url and url.startswith("https://") and not answers.proxy.tls_certificate:
        wrong = (
            "is where browsers would request the images, but the web server has no certificate: give "
            "proxy.tls_certificate and proxy.tls_key, or in proxy.url the address under which browsers reach it"
        )
    elif not is_secure(url) and any(origin.startswith("https://") for origin in viewer.origins):
        wrong = "begins with http://, which browsers block for a viewer at https://"
    if wrong:
        yield ("proxy", "url"), url, wrong


ROUTE = Route(
    name="cors",
    order=30,
    choice="viewer and images at two addresses (last resort)",
    fits=fits,
    public_root=public_root,
    web_server=True,
    same_origin=False,
    serves_viewer=False,
    conflicts=conflicts,
)
