"""The sections of `NEXT-STEPS.md` about a web server that has none of its own, and what such sections need."""

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
    """What any web server must do, and which files were generated for it."""
    files = [file.name for file in web_server.artefacts if file.context(answers) is not None]
    values = {"label": web_server.label, "reload": web_server.reload, "files": files}
    return Section("web-server", Stage.WEB_SERVER, about(answers) | values)


def login(answers: Answers, label: str, before: str, after: str) -> list[Section]:
    """The file with the login of the server, which holds one line: the login in Base64 between `before` and `after`."""
    if not answers.proxy.orthanc_credentials_file:
        return []
    values = {"servers": defaults.logged_in(answers), "label": label, "before": before, "after": after}
    return [Section("login", Stage.LOGIN, values)]


def about(answers: Answers) -> dict[str, Any]:
    """What a section needs about the web server of the site."""
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
        # Something before it must translate, and no answer says what.
        "other_port": (port_of(outside) or DEFAULT_PORTS[outside.partition(":")[0]]) != port
        and not facts.scheme_outside(answers),
        "ended_before": bool(facts.scheme_outside(answers)),
        "usual_port": port == 80 or (port == 443 and tls),
        "unverified": [server.origin for server in servers if server.https and not server.verified],
        "verified": [server.origin for server in servers if server.verified],
        "ca_bundle": facts.CA_BUNDLE,
        "nobody_looked": _nobody_looked(answers),
        "decodes_commas": any(server.decodes_commas for server in servers),
        "uploads": any(server.uploads for server in servers),
        "path": answers.viewer.base_path.strip("/"),
        "viewer_elsewhere": route is not None and not route.serves_viewer,
    }


def _nobody_looked(answers: Answers) -> dict[str, str]:
    """The kind of a server that may take a query as it is, which nobody has looked at; empty where there is none."""
    for server in reach.own_servers(answers):
        kind = kind_of(server)
        if kind.next_steps.undecoded and server.capabilities.percent_decoding is None:
            return {"kind": kind.label, "undecoded": kind.next_steps.undecoded}
    return {}


def _without_ipv6(addresses: tuple[str, ...]) -> str:
    """What to listen on where the machine has no IPv6, for the command line; empty where none of these is IPv6, or all are."""
    others = [address for address in addresses if not address.startswith("[")]
    if len(others) == len(addresses):
        return ""
    return ",".join(others).replace("*", "0.0.0.0")  # noqa: S104 - in place of *
