"""The section of `NEXT-STEPS.md` for a web server without sections of its own, and values that all such sections need."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.kinds import kind_of
from ohif_setup.output.section import Section, Stage
from ohif_setup.paste.urls import DEFAULT_PORTS, is_loopback, port_of
from ohif_setup.routes import reach
from ohif_setup.webservers import facts
from ohif_setup.webservers.webserver import WebServer


def usual(answers: Answers, web_server: WebServer) -> Section:
    """The general section: what any web server must do, and the files that were generated for it."""
    files = [file.name for file in web_server.artefacts if file.context(answers) is not None]
    values = {"label": web_server.label, "reload": web_server.reload, "files": files}
    return Section("web-server", Stage.WEB_SERVER, about(answers) | values)


def login(answers: Answers, label: str, before: str, after: str) -> list[Section]:
    """The section on the login file of the server. The file has one line: the login in Base64 between `before` and `after`."""
    if not answers.proxy.orthanc_credentials_file:
        return []
    values = {"servers": defaults.logged_in(answers), "label": label, "before": before, "after": after}
    return [Section("login", Stage.LOGIN, values)]


def about(answers: Answers) -> dict[str, Any]:
    """The values about the web server of the site that its sections need."""
    servers = facts.proxied(answers)
    port = defaults.listen(answers)
    outside = facts.outside(answers)
    addresses = facts.addresses(answers)
    tls = bool(answers.proxy.tls_certificate)
    route = reach.site_route(answers)
    return {
        "port": port,
        "tls": tls,
        "site": defaults.site_name(outside),
        "names": facts.names(answers),
        "addresses": addresses,
        "without_ipv6": _without_ipv6(addresses),
        "local": facts.is_for_this_machine(answers) or all(map(is_loopback, addresses)),
        "shares_port": facts.shares_port(answers),
        "outside": outside,
        # Such as a port that is published by a container. The answers do not say what forwards it, so the section warns.
        "other_port": (port_of(outside) or DEFAULT_PORTS[outside.partition(":")[0]]) != port
        and not facts.scheme_outside(answers),
        "ended_before": bool(facts.scheme_outside(answers)),
        # Ports on which the packages of web servers listen by default.
        "usual_port": port == 80 or (port == 443 and tls),
        "unverified": [server.origin for server in servers if server.https and not server.verified],
        "verified": [server.origin for server in servers if server.verified],
        "ca_bundle": facts.CA_BUNDLE,
        "unexamined": _unexamined(answers),
        "decodes_commas": any(server.decodes_commas for server in servers),
        "uploads": any(server.uploads for server in servers),
        "path": answers.viewer.base_path.strip("/"),
        "viewer_elsewhere": route is not None and not route.serves_viewer,
    }


def _unexamined(answers: Answers) -> dict[str, str]:
    """The label of a kind that may not decode a query, and which of its versions do not, for a server that was not examined yet;
    empty where there is none."""
    for server in reach.own_servers(answers):
        kind = kind_of(server)
        if kind.next_steps.undecoded and server.capabilities.percent_decoding is None:
            return {"kind": kind.label, "undecoded": kind.next_steps.undecoded}
    return {}


def _without_ipv6(addresses: tuple[str, ...]) -> str:
    """The IPv4 addresses among these, for `proxy.listen_addresses` on a machine without IPv6; empty where none is IPv6, or all
    are."""
    others = [address for address in addresses if not address.startswith("[")]
    if len(others) == len(addresses):
        return ""
    return ",".join(others).replace("*", "0.0.0.0")  # noqa: S104 - in place of *
