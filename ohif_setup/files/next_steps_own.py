"""The sections of `NEXT-STEPS.md` about Orthanc and other DICOMweb servers, and the web server before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ohif_setup.answers import defaults
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import DEFAULT_PORTS, host_of, is_loopback, origin_of, port_of
from ohif_setup.files.section import Section
from ohif_setup.routes import reach
from ohif_setup.servers import azure_cors
from ohif_setup.viewer import configuration
from ohif_setup.webservers import facts
from ohif_setup.webservers.iis import web_config


def first(answers: Answers) -> Iterator[Section]:
    """The servers, the viewer, and the web server that stands before both."""
    route, proxy = reach.route(answers), reach.proxy_kind(answers)
    yield from (Section(one.kind, _server(answers, one)) for one in reach.own_servers(answers))
    if route == "serve-folders":
        yield Section("viewer", {"windows": False})
        yield Section("serve-folders", {"origin": origin_of(answers.viewer.url)})
        return
    if route == "cors":
        yield Section("viewer-elsewhere")
    else:
        yield Section("viewer", {"windows": proxy == "iis"})
    if answers.proxy.orthanc_credentials_file:
        yield Section(f"login-{proxy}", {"servers": defaults.logged_in(answers), "map": web_config.LOGIN_MAP})
    yield Section(f"{proxy}", _web_server(answers) | {"cors": route == "cors"})


def last(answers: Answers) -> Iterator[Section]:
    """Who may see the images, and the proof that all of it works."""
    roots = [reach.public_root(answers, one) for one in reach.own_servers(answers)]
    hosts = (*facts.names(answers), *answers.proxy.listen_addresses)
    outside = not all(is_loopback(host) for host in hosts)
    values = {
        "roots": roots,
        "outside": outside,
        "redirect_uris": configuration.redirect_uris(answers),
        "origins": answers.viewer.origins,
        "azure": any(one.is_azure for one in answers.servers),
        "orthanc": any(one.kind == "orthanc" for one in answers.servers),
    }
    if answers.fhir and not values["azure"]:
        yield Section("fhir", {"cors": azure_cors.wanted("fhir", answers.viewer.origins, uploads=False)})
    if answers.sign_in is not None and answers.sign_in.is_entra and not values["azure"]:
        yield Section("entra", values)
    elif answers.sign_in is not None and not answers.sign_in.is_entra:
        yield Section("oidc", values)
    yield Section("access", values)
    page = "/index.html" if reach.route(answers) == "serve-folders" else ""
    yield Section("proof", {"page": answers.viewer.url + page, "uploads": any(one.uploads for one in answers.servers)})


def _server(answers: Answers, server: Server) -> dict[str, Any]:
    """What the section about one server needs."""
    serves_viewer = server.route == "serve-folders"
    remote = not is_loopback(host_of(answers.viewer.url if serves_viewer else server.url))
    return {
        "server": server,
        "serves_viewer": serves_viewer,
        "remote": remote,
        "windows": reach.proxy_kind(answers) == "iis" and not remote,
        "login": server in defaults.logged_in(answers),
        "https": server.url.startswith("https:"),
        "name": f" ({server.name})" if len(reach.own_servers(answers)) > 1 else "",
    }


def _web_server(answers: Answers) -> dict[str, Any]:
    """What the section about nginx, Apache or IIS needs."""
    servers = facts.proxied(answers)
    port = defaults.listen(answers)
    outside = defaults.proxy_url(answers) if reach.route(answers) == "cors" else answers.viewer.url
    tls = bool(answers.proxy.tls_certificate)
    return {
        "port": port,
        "tls": tls,
        "site": defaults.site_name(outside),
        "names": facts.names(answers),
        "addresses": facts.addresses(answers),
        "without_ipv6": _without_ipv6(facts.addresses(answers)),
        "local": facts.is_for_this_machine(answers) or all(map(is_loopback, facts.addresses(answers))),
        "shares_port": facts.shares_port(answers),
        "outside": outside,
        # Something before it must translate, and no answer says what.
        "other_port": (port_of(outside) or DEFAULT_PORTS[outside.partition(":")[0]]) != port
        and not facts.scheme_outside(answers),
        "ended_before": bool(facts.scheme_outside(answers)),
        "usual_port": port == 80 or (port == 443 and tls),
        "unverified": [one.origin for one in servers if one.https and not one.verified],
        "verified": [one.origin for one in servers if one.verified],
        "ca_bundle": facts.CA_BUNDLE,
        "nobody_looked": any(
            one.kind == "orthanc" and one.capabilities.percent_decoding is None for one in reach.own_servers(answers)
        ),
        "decodes_commas": any(one.decodes_commas for one in servers),
        "uploads": any(one.uploads for one in servers),
        "modules": _modules(answers),
        "variables": web_config.variables(answers),
        "path": answers.viewer.base_path.strip("/"),
    }


def _without_ipv6(addresses: tuple[str, ...]) -> str:
    """What to listen on where the machine has no IPv6, for the command line; empty where none of these is IPv6, or all are."""
    others = [one for one in addresses if not one.startswith("[")]
    return "" if len(others) == len(addresses) else ",".join(others).replace("*", "0.0.0.0")  # noqa: S104 - in place of *


def _modules(answers: Answers) -> str:
    """What Apache needs on top of Debian's choice, and of that what somebody may have taken out."""
    servers = facts.proxied(answers)
    names = ["alias", *(["authz_host"] if facts.is_for_this_machine(answers) else [])]
    names += ["deflate", "dir", "filter", "headers", "mime", "proxy", "proxy_http"]
    if any(one.decodes_commas for one in servers):
        names.append("rewrite")
    if answers.proxy.tls_certificate or any(one.https for one in servers):
        names.append("ssl")
    return " ".join(names)
