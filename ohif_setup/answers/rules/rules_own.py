"""Rules about servers that browsers reach through the site: their routes, and the web server in front of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.site import Site
from ohif_setup.answers.tables.tables import Server
from ohif_setup.kinds import KINDS
from ohif_setup.paste.places import is_windows, lies_in
from ohif_setup.paste.urls import DEFAULT_PORTS, host_of, is_loopback, origin_of, port_of
from ohif_setup.routes import ROUTES, direct_route, route_of, routes_of
from ohif_setup.webservers import WEBSERVERS, web_server_of, web_servers_for

if TYPE_CHECKING:
    from ohif_setup.routes.route import Route

Place = tuple[str | int, ...]
Conflict = tuple[Place, object, str]
"""The place in the tables, the value, and what is wrong, as the end of a sentence that begins with the value."""


def conflicts(answers: Site, own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """Conflicts of a site that makes these servers reachable itself, each given with its place in the tables."""
    if not own:
        return
    yield from _without_effect(answers, own)
    yield from _shared_web_server(own)
    yield from _address_collisions(answers, [server for _, server in own])
    for place, server in own:
        yield from not_its_route(place, server)
        yield from route_of(server).conflicts(answers, place, server)
        yield from _web_server_limits(answers, place, server)
    yield from _login(answers, own)
    yield from _public_secrets(answers)


def not_its_route(place: Place, server: Server) -> Iterator[Conflict]:
    """A route that servers of that kind cannot take."""
    route = route_of(server)
    if "route" not in server.refused and not route.fits(KINDS[server.kind]):
        *others, last = routes_of(server.kind)
        choice = f"{', '.join(others)} or {last}" if others else last
        yield (*place, "route"), route.name, f"is a way of {kinds_allowing(route)} alone: choose {choice}"


def _without_effect(answers: Site, own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """Answers about a web server that have no effect, because there is none or because it does not take them."""
    # `_shared_web_server` reports servers with different web servers, so the first one stands for all.
    place, first = own[0]
    given = {name: value for name, value in answers.proxy if value}
    route, web_server = route_of(first), web_server_of(first)
    found: list[Conflict] = []
    if web_server is None:
        wrong = f"has no effect where {kinds_allowing(route)} serves the viewer itself ({route.name})"
        found += [(("proxy", name), value, wrong) for name, value in given.items()]
        if first.proxy != WEBSERVERS.first:
            found.append(((*place, "proxy"), first.proxy, wrong))
    elif web_server.binding and route.same_origin:
        wrong = f"has no effect, because {web_server.label} takes address, port and certificate from the binding of the site"
        names = ("listen_addresses", "tls_certificate", "tls_key")
        found += [(("proxy", name), given[name], wrong) for name in names if name in given]
        # A port that agrees with the address is only redundant.
        port = _port(answers.viewer.url)
        if given.get("listen", port) != port:
            found.append((("proxy", "listen"), given["listen"], f"{wrong}, and viewer.url says port {port}"))
    yield from with_command(found)


def kinds_allowing(route: Route) -> str:
    """The kinds of server that allow that route, in words."""
    return " or ".join(kind.label for kind in KINDS.values() if route.fits(kind))


def with_command(found: list[Conflict]) -> Iterator[Conflict]:
    """The same conflicts, with the command that removes all answers without effect at once."""
    # Places count servers from 0, keys count them from 1.
    names = (".".join(str(part + 1) if isinstance(part, int) else part for part in place) for place, _, _ in found)
    command = f"ohif-setup unset {' '.join(names)}"
    for place, value, wrong in found:
        yield place, value, f"{wrong}: remove it ({command})"


def _shared_web_server(own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """Conflicts between servers that share one web server, which tells them apart by path."""
    paths = Counter(server.path for _, server in own)
    for number, (place, server) in enumerate(own, 1):
        if paths[server.path] > 1:
            wrong = "has the same path as another server of this site, and the web server before both tells them apart by path: "
            yield (*place, "url"), server.url, wrong + _own_path(server, number)
        # The location of one server would contain the other one.
        above = next((path for path in paths if path and server.path.startswith(f"{path}/")), "")
        if above and not WEBSERVERS[server.proxy].nested_paths:
            wrong = f"has a path below that of another server of this site ({above}), where nothing else is let through"
            yield (*place, "url"), server.url, f"{wrong}: {_own_path(server, number)}"
        if route_of(server).by_server and len(own) > 1:
            wrong = f"is the way of one {kinds_allowing(route_of(server))} alone: choose {_behind_web_server()} for all"
            yield (*place, "route"), server.route, wrong
            continue
        # All servers are compared with the first one, which is the default server.
        for key, first in (("route", own[0][1].route), ("proxy", own[0][1].proxy)):
            if getattr(server, key) != first:
                yield (
                    (*place, key),
                    getattr(server, key),
                    (f'differs from "{first}" of another server of this site, and one web server stands before both'),
                )


def _own_path(server: Server, number: int) -> str:
    """How a server gets a path that no other one of the site has: a fix that ends in the address to give."""
    name = server.name if server.name not in ("", defaults.NAME) else f"server-{number}"
    last = server.path.rpartition("/")[2]
    path = f"/{name}/{last}".rstrip("/")
    setting = KINDS[server.kind].root_setting.replace("PATH", path)
    set_there = "have it answer below a path of its own"
    if setting:
        set_there = f"set {setting} in the configuration of that server"
    return f"{set_there}, restart it, and give {origin_of(server.url)}{path}"


def _behind_web_server() -> str:
    return " or ".join(name for name, route in ROUTES.items() if route.web_server)


def _address_collisions(answers: Site, own: list[Server]) -> Iterator[Conflict]:
    """A web server that would forward requests to itself, or would need the port of the server."""
    web_server = web_server_of(own[0])
    if web_server is None:
        return
    # Where browsers reach the web server: its own address, or those of the viewer if both have one origin.
    reached: list[tuple[Place, str]] = [(("proxy", "url"), answers.proxy.url)]
    if route_of(own[0]).same_origin:
        reached = list(viewers(answers))
    for where, url in reached:
        if url and any(_place(url) == _place(server.url) for server in own):
            example = "http://localhost:8080" if is_loopback(host_of(url)) else "https://viewer.example.org"
            wrong = "is the address of the server itself, and the web server cannot use the same port: give another one, as in"
            direct = direct_route(own[0].kind)
            if direct and where == ("proxy", "url"):
                example += f"; or server.route = {direct}, if browsers ask the server itself and it answers with CORS of its own"
            yield where, url, f"{wrong} {example}"
            return
    # A binding has the port of the viewer, which was compared above.
    if web_server.binding:
        return
    port = defaults.listen(answers)
    # A server on this machine, or on the host under which the web server is reached.
    here = {"localhost", _place(defaults.proxy_url(answers))[0]}
    if any(_place(server.url)[1] == port and _place(server.url)[0] in here for server in own):
        wrong = "is the port of the server itself (server.url), and the web server cannot use it too: give another one"
        yield ("proxy", "listen"), port, f"{wrong} in proxy.listen, as in 8080"


def _web_server_limits(answers: Site, place: Place, server: Server) -> Iterator[Conflict]:
    web_server = web_server_of(server)
    if web_server is None:
        return
    able = web_servers_for(server.route)
    if web_server.name not in able:
        wrong = f"cannot be configured for the route {server.route}, which is made for {' or '.join(able)}"
        yield (*place, "proxy"), server.proxy, f"{wrong}: choose {' or '.join(able)}"
    files = [("proxy", *file) for file in _files(answers)]
    # The certificates of IIS are in the certificate store of Windows, not in files.
    if web_server.binding:
        files = [file for file in files if file[1] == "orthanc_credentials_file"]
    named = answers.proxy.upstream_host
    # Measured with Apache: it expects the name that the browser sent in the certificate, whatever Host it sends itself.
    if named and not web_server.host_to_https and server.url.startswith("https:") and host_of(server.url) != named:
        wrong = f"cannot be the name in a certificate: {web_server.label} asks a server at https with the name in its address alone"
        yield (
            ("proxy", "upstream_host"),
            named,
            f"{wrong}. Put that name into server.url, and its address into /etc/hosts",
        )
    for group, name, path in (("viewer", "folder", answers.viewer.folder), *files):
        if path and is_windows(path) and not web_server.windows:
            fitting = " or ".join(name for name, known in WEBSERVERS.items() if known.windows)
            yield (group, name), path, f"is a path of Windows, which fits server.proxy = {fitting} only"
        elif path and web_server.windows and not is_windows(path):
            wrong = f"is not a Windows path, and {web_server.label} runs on Windows"
            yield (group, name), path, f"{wrong}: give one such as {web_server.folders}ohif"


def _login(answers: Site, own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """A login for servers at several addresses: each of them would receive the password of the others."""
    file = answers.proxy.orthanc_credentials_file
    origins = dict.fromkeys(_place(server.url) for server in defaults.logged_in(answers))
    if file and route_of(own[0][1]).web_server and len(origins) > 1:
        named = " and ".join(dict.fromkeys(origin_of(server.url) for server in defaults.logged_in(answers)))
        wrong = (
            f"is one login for servers at several addresses ({named}), so each would receive the password of the other"
        )
        yield (
            ("proxy", "orthanc_credentials_file"),
            file,
            f"{wrong}: put each into a site of its own, or remove the login",
        )


def _public_secrets(answers: Site) -> Iterator[Conflict]:
    """Secret files that the web server would serve to everyone, because they are in the folder of the viewer."""
    for name, path in _files(answers):
        # A certificate is public anyway.
        if name != "tls_certificate" and lies_in(path, answers.viewer.folder):
            yield ("proxy", name), path, "is in viewer.folder, which everyone can read: move it elsewhere"


def viewers(answers: Site) -> Iterator[tuple[Place, str]]:
    """Every viewer URL with its place in the tables."""
    yield ("viewer", "url"), answers.viewer.url
    for number, url in enumerate(answers.viewer.extra_urls):
        yield ("viewer", "extra_urls", number), url


def _files(answers: Site) -> list[tuple[str, str]]:
    names = ("tls_certificate", "tls_key", "orthanc_credentials_file")
    return [(name, path) for name in names if (path := getattr(answers.proxy, name))]


def _place(url: str) -> tuple[str, int]:
    """Host and port, with one name for all loopback addresses."""
    host = host_of(url)
    return "localhost" if is_loopback(host) else host, _port(url)


def _port(url: str) -> int:
    return port_of(url) or DEFAULT_PORTS[url.partition(":")[0]]
