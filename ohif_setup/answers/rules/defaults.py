"""Defaults that depend on other answers: the authority, the folder of the viewer, the names of the data sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, count
from typing import Any, TypeVar

from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import kind_of
from ohif_setup.paste.urls import DEFAULT_PORTS, host_of, ip_version, is_loopback, netloc_of
from ohif_setup.providers import provider_of
from ohif_setup.routes import ROUTES, route_of
from ohif_setup.webservers import WEBSERVERS, web_server_of

Answered = TypeVar("Answered", bound=Site)

FOLDERS = "/var/www/"
"""The parent of the viewer's folder if no web server of the site serves the viewer."""
NAME = "dicomweb"
"""The default name of the data source of a site with one server."""


def completed(answers: Answered) -> Answered:
    """The same answers with all defaults that depend on other answers filled in."""
    # A site without a server is invalid, and the rules report that.
    if not answers.servers:
        return answers
    changed: dict[str, Any] = {}
    sign_in = answers.sign_in
    if sign_in and not sign_in.authority and (usual := authority(answers)):
        changed["sign_in"] = sign_in.model_copy(update={"authority": usual})
    if not answers.viewer.folder and (default := default_folder(answers)):
        changed["viewer"] = answers.viewer.model_copy(update={"folder": default})
    names = named([server.kind for server in answers.servers], [server.name for server in answers.servers])
    servers = tuple(
        server if server.name else server.model_copy(update={"name": name})
        for server, name in zip(answers.servers, names, strict=True)
    )
    if servers != answers.servers:
        if answers.single:
            changed |= {"single": servers[0]}
        else:
            changed |= {"several": servers}
    if not changed:
        return answers
    return answers.model_copy(update=changed)


def authority(answers: Site) -> str:
    """The default of `sign_in.authority`: the address at which people sign in. Empty if there is no default."""
    if answers.sign_in is None:
        return ""
    return provider_of(answers.sign_in).authority(answers)


def default_folder(answers: Site) -> str:
    """The default of `viewer.folder`; empty if the tool has no part in serving the viewer."""
    own = next((server for server in answers.servers if not route_of(server).direct), None)
    if own is None:
        return ""
    return folder(own.route, own.proxy, answers.viewer.url)


def folder(route: str, proxy: str, viewer_url: str) -> str:
    """The default folder of the viewer for a route and a web server; empty if the tool has no part in serving the viewer."""
    if not ROUTES[route].serves_viewer:
        return ""
    folders = FOLDERS
    if ROUTES[route].web_server:
        folders = WEBSERVERS[proxy].folders
    return folders + site_name(viewer_url)


def login_file(proxy: str, viewer_url: str) -> str:
    """A path for the file with the login of the DICOM server. It is outside of the viewer's folder, which is public."""
    return WEBSERVERS[proxy].login_file.format(site_name(viewer_url))


def site_name(url: str) -> str:
    """A name for the files of the site at `url` on the host of its web server, different for each site on that host.

    An example is `ohif-viewer_example_org-8443-path`. It has no full stop, because Orthanc's ServeFolders takes what follows
    the last one in a path for the extension of the file."""
    # Brackets of IPv6 go. A hyphen for : and /, an underscore for the rest, keeps different addresses apart.
    place = url.partition("://")[2].replace("[", "").replace("]", "")
    return "ohif-" + re.sub(r"[^A-Za-z0-9-]", lambda sign: "-" if sign[0] in ":/" else "_", place)


def listen(answers: Site) -> int:
    """The port on which the web server listens."""
    return answers.proxy.listen or (443 if answers.proxy.tls_certificate else 80)


def proxy_url(answers: Site) -> str:
    """The public origin of the web server in front of the DICOMweb server."""
    if answers.proxy.url:
        return answers.proxy.url
    scheme = answers.viewer.url.partition("://")[0]
    port = listen(answers)
    origin = f"{scheme}://{host_of(answers.viewer.url)}"
    # An origin has no default port, and it is compared as text.
    if port == DEFAULT_PORTS[scheme]:
        return origin
    return f"{origin}:{port}"


def logged_in(answers: Site) -> tuple[Server, ...]:
    """The servers to which the web server adds the login; empty without a login file.

    These are the servers of a kind that asks for a login, or all servers behind the web server if there are none of such a kind."""
    if not answers.proxy.orthanc_credentials_file:
        return ()
    own = tuple(server for server in answers.servers if not route_of(server).direct)
    return tuple(server for server in own if kind_of(server).login) or own


def named(kinds: Sequence[str], given: Sequence[str]) -> list[str]:
    """The names of the data sources, with a name generated for each empty one in `given`."""
    if len(kinds) == 1:
        return [given[0] or NAME]
    # All given names first, so that a generated one does not collide with a later one.
    taken = {name for name in given if name}
    names = []
    for kind, name in zip(kinds, given, strict=True):
        names.append(name or _unused(kind, taken))
        taken.add(names[-1])
    return names


def names_to_write(servers: Sequence[Server]) -> list[str]:
    """The names that the file must contain, so that `named` generates the others; empty text for those."""
    kinds = [server.kind for server in servers]
    names = [server.name for server in servers]
    kept = list(names)
    # Greedy: leave out each name that `named` still restores without it.
    for number in range(len(kept)):
        fewer = [*kept[:number], "", *kept[number + 1 :]]
        if named(kinds, fewer) == names:
            kept = fewer
    return kept


def _unused(kind: str, taken: set[str]) -> str:
    return next(name for name in chain([kind], (f"{kind}-{number}" for number in count(2))) if name not in taken)


def upstream_host(answers: Site, server: Server) -> str:
    """The host name to ask a server with; empty for the one that the browser sent.

    A server with a name of its own may answer to no other one: an ingress, a cloud service. The addresses in its answers still
    become the viewer's, by Forwarded and X-Forwarded-Host.
    """
    if answers.proxy.upstream_host:
        return answers.proxy.upstream_host
    host = host_of(server.url)
    if ip_version(host) is not None or is_loopback(host):
        return ""
    return netloc_of(server.url)


def is_asked_by_name(answers: Site, server: Server) -> bool:
    """Whether the web server asks that server with another name than the one that the browser sent: the server may answer to its
    own name only, and a web server may not be able to pass another one on to https."""
    if upstream_host(answers, server):
        return True
    web_server = web_server_of(server)
    return web_server is not None and not web_server.host_to_https and server.url.startswith("https:")
