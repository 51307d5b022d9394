"""Rules about Orthanc and other DICOMweb servers: the way of the browser to them, and the web server before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ohif_setup.answers import defaults
from ohif_setup.answers.places import is_windows, lies_in
from ohif_setup.answers.site import Site
from ohif_setup.answers.tables import Server
from ohif_setup.answers.urls import DEFAULT_PORTS, host_of, is_loopback, is_secure, origin_of, port_of

Place = tuple[str | int, ...]
Conflict = tuple[Place, object, str]
"""Where it is, the value, and what is wrong with it as the end of a sentence that begins with the value."""

_SERVE_FOLDERS = "has no effect where Orthanc serves the viewer itself (serve-folders)"
_BINDING = "has no effect, because IIS takes address, port and certificate from the binding of the site"
_RESOURCES = ("studies", "series", "instances")


def conflicts(answers: Site, own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """What does not fit together at a site with these servers of its own, each with its place in the tables."""
    if not own:
        return
    yield from _without_effect(answers, own)
    yield from _side_by_side(own)
    yield from _at_itself(answers, [one for _, one in own])
    for place, one in own:
        yield from _of_route(answers, place, one)
        yield from _of_web_server(answers, place, one)
    yield from _login(answers, own)
    yield from _published(answers)


def _without_effect(answers: Site, own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """What a web server would do, where there is none, or where it cannot be told so."""
    place, first = own[0]
    given = {name: value for name, value in answers.proxy if value}
    if first.route == "serve-folders":
        found: list[Conflict] = [(("proxy", name), value, _SERVE_FOLDERS) for name, value in given.items()]
        if first.proxy != "nginx":
            found.append(((*place, "proxy"), first.proxy, _SERVE_FOLDERS))
    elif first.route == "reverse-proxy" and first.proxy == "iis":
        names = ("listen_addresses", "tls_certificate", "tls_key")
        found = [(("proxy", name), given[name], _BINDING) for name in names if name in given]
        port = _port(answers.viewer.url)
        if given.get("listen", port) != port:
            found.append((("proxy", "listen"), given["listen"], f"{_BINDING}, and viewer.url says port {port}"))
    else:
        return
    yield from with_command(found)


def with_command(found: list[Conflict]) -> Iterator[Conflict]:
    """What has no effect, with the command that takes all of it out."""
    names = (".".join(str(part + 1) if isinstance(part, int) else part for part in place) for place, _, _ in found)
    command = f"ohif-setup unset {' '.join(names)}"
    for place, value, wrong in found:
        yield place, value, f"{wrong}: remove it ({command})"


def _side_by_side(own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """One web server stands before all of the site's own servers."""
    paths = Counter(one.path for _, one in own)
    for place, one in own:
        if paths[one.path] > 1:
            yield (
                (*place, "url"),
                one.url,
                (
                    "has the same path as another server of this site, and one web server stands before both: give one of them "
                    "another path (Orthanc: DicomWeb.Root)"
                ),
            )
        above = next((path for path in paths if path and one.path.startswith(f"{path}/")), "")
        if above and one.proxy != "nginx":
            wrong = f"has a path below that of another server of this site ({above}), where nothing else is let through"
            yield (*place, "url"), one.url, f"{wrong}: give one of them another path (Orthanc: DicomWeb.Root)"
        if one.route == "serve-folders" and len(own) > 1:
            yield (*place, "route"), one.route, "is the way of one Orthanc alone: choose reverse-proxy or cors for all"
            continue
        for key, first in (("route", own[0][1].route), ("proxy", own[0][1].proxy)):
            if getattr(one, key) != first:
                yield (
                    (*place, key),
                    getattr(one, key),
                    (f'differs from "{first}" of another server of this site, and one web server stands before both'),
                )


def _at_itself(answers: Site, own: list[Server]) -> Iterator[Conflict]:
    """A web server that would pass requests on to itself, or take the port of the server."""
    if own[0].route == "serve-folders":
        return
    cors = own[0].route == "cors"
    urls = (answers.proxy.url,) if cors else (answers.viewer.url, *answers.viewer.extra_urls)
    for number, url in enumerate(urls):
        if url and any(_place(url) == _place(one.url) for one in own):
            example = "http://localhost:8080" if is_loopback(host_of(url)) else "https://viewer.example.org"
            wrong = "is the address of the server itself, whose port the web server cannot have too: give another one, as in"
            where: Place = (
                ("proxy", "url") if cors else ("viewer", "extra_urls", number - 1) if number else ("viewer", "url")
            )
            yield where, url, f"{wrong} {example}"
            return
    # The binding of IIS is at the viewer's port, which was looked at.
    if own[0].proxy == "iis":
        return
    port = defaults.listen(answers)
    here = {"localhost", _place(defaults.proxy_url(answers))[0]}
    if any(_place(one.url)[1] == port and _place(one.url)[0] in here for one in own):
        wrong = "is the port of the server itself (server.url), which the web server cannot have too: give another one"
        yield ("proxy", "listen"), port, f"{wrong} in proxy.listen, as in 8080"


def _of_route(answers: Site, place: Place, one: Server) -> Iterator[Conflict]:
    viewer = answers.viewer
    if one.route == "serve-folders":
        yield from _of_serve_folders(answers, place, one)
    elif one.route == "cors":
        yield from _of_cors(answers)
    elif not one.path:
        yield (
            (*place, "url"),
            one.url,
            ("has no path, and the viewer's own pages are at the root of the web server: give the DICOMweb root"),
        )
    elif viewer.base_path != "/" and f"{one.path}/".startswith(f"{viewer.base_path}/"):
        yield (
            (*place, "url"),
            one.url,
            (
                f"has a path at or below the viewer's ({viewer.base_path}), and one web server serves both: move one of them"
            ),
        )
    elif viewer.base_path.startswith(f"{one.path}/") and (
        one.proxy != "nginx" or _is_of_dicomweb(viewer.base_path, one)
    ):
        wrong = f"has a path below that of the server ({one.path}), where nothing but DICOMweb is let through"
        yield ("viewer", "url"), viewer.url, f"{wrong}: give it another path"


def _is_of_dicomweb(path: str, one: Server) -> bool:
    """Whether a path below a DICOMweb root is one that the viewer asks there."""
    return path.startswith(f"{one.path}/") and path[len(one.path) + 1 :].partition("/")[0] in _RESOURCES


def _of_serve_folders(answers: Site, place: Place, one: Server) -> Iterator[Conflict]:
    viewer = answers.viewer
    if one.kind != "orthanc":
        yield (*place, "route"), one.route, "is a way of Orthanc alone: choose reverse-proxy or cors"
    if viewer.base_path == "/":
        wrong = f"has no path, and Orthanc cannot serve a viewer at its root: give {viewer.url}/ohif"
        yield ("viewer", "url"), viewer.url, wrong
    elif f"{one.path}/".startswith(f"{viewer.base_path}/") or _is_of_dicomweb(viewer.base_path, one):
        wrong = f"has a path that is in the way of DICOMweb ({one.path}): give another one, as in"
        yield ("viewer", "url"), viewer.url, f"{wrong} {origin_of(viewer.url)}/ohif"
    if "." in viewer.folder:
        yield (
            ("viewer", "folder"),
            viewer.folder,
            (
                "has a full stop in it, and Orthanc then takes what follows for the extension of every file below: name a "
                "folder without one"
            ),
        )


def _of_cors(answers: Site) -> Iterator[Conflict]:
    viewer = answers.viewer
    proxy_url = defaults.proxy_url(answers)
    if proxy_url in viewer.origins:
        yield (
            ("proxy", "url"),
            proxy_url,
            (
                "is the viewer's own origin, and then no CORS is needed: choose server.route = reverse-proxy, or give another "
                "address or port (proxy.url, proxy.listen)"
            ),
        )
    elif not answers.proxy.url and proxy_url.startswith("https://") and not answers.proxy.tls_certificate:
        yield (
            ("proxy", "url"),
            proxy_url,
            (
                "is where browsers would look for the images, but the web server has no certificate: give "
                "proxy.tls_certificate and proxy.tls_key, or in proxy.url the address under which browsers reach it"
            ),
        )
    elif not is_secure(proxy_url) and any(origin.startswith("https://") for origin in viewer.origins):
        yield ("proxy", "url"), proxy_url, "begins with http://, and browsers block that under a viewer at https://"


def _of_web_server(answers: Site, place: Place, one: Server) -> Iterator[Conflict]:
    if one.route == "cors" and one.proxy != "nginx":
        yield (
            (*place, "proxy"),
            one.proxy,
            "cannot be configured for the route cors, which is made for nginx: choose nginx",
        )
    if one.route == "serve-folders":
        return
    iis = one.proxy == "iis"
    files = [("proxy", *file) for file in _files(answers) if not iis or file[0] == "orthanc_credentials_file"]
    for group, name, path in (("viewer", "folder", answers.viewer.folder), *files):
        if path and is_windows(path) and not iis:
            yield (group, name), path, "is a path of Windows, which fits server.proxy = iis only"
        elif path and iis and not is_windows(path):
            yield (group, name), path, "is no path of Windows, where IIS runs: give one as in C:\\inetpub\\ohif"


def _login(answers: Site, own: list[tuple[Place, Server]]) -> Iterator[Conflict]:
    """A password of one host must not reach another."""
    file = answers.proxy.orthanc_credentials_file
    origins = dict.fromkeys(_place(one.url) for one in defaults.logged_in(answers))
    if file and own[0][1].route != "serve-folders" and len(origins) > 1:
        named = " and ".join(dict.fromkeys(origin_of(one.url) for one in defaults.logged_in(answers)))
        wrong = (
            f"is one login for servers at several addresses ({named}), and each would learn the password of the other"
        )
        yield (
            ("proxy", "orthanc_credentials_file"),
            file,
            f"{wrong}: put each into a site of its own, or remove the login",
        )


def _published(answers: Site) -> Iterator[Conflict]:
    """Files that a web server would hand out to everybody, because they lie where the viewer lies."""
    for name, path in _files(answers):
        if name != "tls_certificate" and lies_in(path, answers.viewer.folder):
            yield ("proxy", name), path, "lies in viewer.folder, which everybody can read: put it elsewhere"


def _files(answers: Site) -> list[tuple[str, str]]:
    names = ("tls_certificate", "tls_key", "orthanc_credentials_file")
    return [(name, path) for name in names if (path := getattr(answers.proxy, name))]


def _place(url: str) -> tuple[str, int]:
    """Host and port, all names of this machine being one."""
    host = host_of(url)
    return "localhost" if is_loopback(host) else host, _port(url)


def _port(url: str) -> int:
    return port_of(url) or DEFAULT_PORTS[url.partition(":")[0]]
