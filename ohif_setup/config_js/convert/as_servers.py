"""Data sources to servers: the kind, the address and the route of each, and which options stay by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.rules.defaults import NAME
from ohif_setup.config_js.convert.parted import Parted
from ohif_setup.config_js.lint.judge import misspelt
from ohif_setup.config_js.read.config import Code, Path
from ohif_setup.config_js.read.roots import Root, kind_at, kind_of_host, plain_origin, root, root_of
from ohif_setup.kinds import KINDS
from ohif_setup.ohif.keys import DEAD_IN_SOURCE, DICOMWEB
from ohif_setup.paste.urls import host_of, is_loopback, is_secure, netloc_of, origin_of
from ohif_setup.routes import ROUTES, direct_route, routes_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")

_WRITTEN = {
    "qidoRoot", "enableStudyLazyLoad", "dicomUploadEnabled", "supportsFuzzyMatching", "supportsWildcard",
    "omitQuotationForMultipartRequest", "supportsReject", "bulkDataURI", "wadoUriRoot", "wadoRoot", "stowRoot",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One DICOMweb source of the original: the paths of its two tables, and the tables."""

    path: Path
    options_path: Path
    table: Mapping[str, Any]
    options: Mapping[str, Any]
    name: str

    @property
    def root(self) -> Root:
        """Where it asks for the study list."""
        return root_of(self.options)


def part_servers(parted: Parted, viewer_url: str, server_url: str, server_kind: str) -> None:
    """Fills `server` or `servers`, and `proxy`; what no server can be stays by hand."""
    sources = _dicomweb_sources(parted)
    chosen: list[tuple[Source, dict[str, Any]]] = []
    before: dict[str, Any] = {}
    for source in sources:
        known = ("", "") if chosen else (server_url, server_kind)
        server = _server(source, viewer_url, *known)
        if _fits(source, server, before):
            chosen.append((source, server))
        else:
            parted.keep(source.path, ("dataSources", source.name))
    single = len(chosen) == 1
    for index, (source, server) in enumerate(chosen):
        key = "server" if single else f"servers.{index + 1}"
        _finish(parted, source, server, key=key, server_url=server_url if index == 0 else "", single=single)
        _options(parted, source, server)
    tables = [{key: value for key, value in server.items() if key != "origin"} for _, server in chosen]
    if single:
        parted.tables["server"] = tables[0]
    elif tables:
        parted.tables["servers"] = tables
    else:
        parted.miss("server.url", "the file has no DICOMweb data source")
    origin = next((server["origin"] for _, server in chosen if server.get("origin")), "")
    if origin:
        parted.tables["proxy"] = {"url": origin}
    _default_name(parted, [source for source, _ in chosen])


def _dicomweb_sources(parted: Parted) -> list[Source]:
    """The DICOMweb sources, the default one first; every other source is kept by hand."""
    if parted.read.is_v2:
        return _v2_sources(parted)
    given = parted.read.config.get("dataSources")
    if not isinstance(given, list):
        if given is not None:
            parted.lose(("dataSources",), "it is no list that is written out")
        return []
    found: list[Source] = []
    names: set[str] = set()
    for index, table in enumerate(given):
        path: Path = ("dataSources", index)
        name = None
        if isinstance(table, dict):
            name = table.get("sourceName")
        if not isinstance(table, dict) or not isinstance(name, str) or not name:
            parted.lose(path, "it is no data source with a name")
        elif name in names:
            parted.lose(path, f"another data source has the name {name[:40]}")
        elif _is_dicomweb(table.get("namespace")) and isinstance(table.get("configuration"), dict):
            names.add(name)
            found.append(Source(path, (*path, "configuration"), table, table["configuration"], name))
        else:
            parted.keep(path, ("dataSources", name))
    default = parted.read.config.get("defaultDataSourceName")
    return sorted(found, key=lambda source: source.name != default)


def _v2_sources(parted: Parted) -> list[Source]:
    servers = parted.read.config["servers"]
    for key in servers:
        if key != "dicomWeb":
            parted.lose(("servers", key), "only OHIF 2 read it")
    given = servers.get("dicomWeb")
    if not isinstance(given, list):
        return []
    found: list[Source] = []
    for index, table in enumerate(given):
        path: Path = ("servers", "dicomWeb", index)
        if isinstance(table, dict):
            name = NAME if not index else f"{NAME}-{index + 1}"
            found.append(Source(path, path, {"sourceName": name}, table, name))
        else:
            parted.lose(path, "it is no server that is written out")
    return found


def _is_dicomweb(namespace: Any) -> bool:
    return isinstance(namespace, str) and (namespace == DICOMWEB or misspelt(namespace) == DICOMWEB)


def _server(source: Source, viewer_url: str, server_url: str, server_kind: str) -> dict[str, Any]:
    """The server as far as the file tells, and somebody who knows its own URL and its kind; `origin` is that of a proxy that adds
    CORS."""
    found = source.root
    host = host_of(found.text)
    words = f"{source.name} {source.options.get('name')} {source.options.get('friendlyName')} {host}"
    kind = KINDS.get(server_kind) or kind_at(found, words)
    server: dict[str, Any] = {"kind": kind.name}
    if not found.relative and kind is kind_of_host(host):
        return server | {"url": plain_origin(found.text) + found.path}
    if found.relative or not found.text or (viewer_url and plain_origin(found.text) == origin_of(viewer_url)):
        return server
    # Browsers block http under a viewer at https, so only a web server at the viewer's address can ask such a server.
    blocked = viewer_url.startswith("https://") and not is_secure(found.text)
    if blocked or _is_upstream(found.text):
        return server | {"url": plain_origin(found.text) + found.path}
    origin, direct = plain_origin(found.text), direct_route(kind.name)
    fitting = routes_of(kind.name)
    if len(fitting) == 1:
        return server | {"url": origin + found.path}
    if direct and server_url in ("", origin + found.path):
        return server | {"route": direct, "url": origin + found.path}
    # The server has another address than browsers ask: a web server before it lets them in.
    proxied = (name for name in fitting if ROUTES[name].web_server and not ROUTES[name].same_origin)
    through = next(proxied, fitting[0])
    return server | {"route": through, "origin": origin}


def _is_upstream(url: str) -> bool:
    """Whether it is the DICOMweb server itself, as only a web server beside it reaches it: the usual port of a kind, or a bare
    name."""
    host = host_of(url)
    bare = "." not in host and not host.startswith("[") and not is_loopback(host)
    ports = tuple(f":{kind.reading.port}" for kind in KINDS.values() if kind.reading.port)
    return bare or netloc_of(url).endswith(ports)


def _fits(source: Source, server: Mapping[str, Any], before: dict[str, Any]) -> bool:
    """Whether one web server can stand before it and those that fitted already, whose paths and one origin are in `before`."""
    kind = KINDS[server["kind"]]
    if not kind.behind_web_server or server.get("route") == direct_route(kind.name):
        return True
    path, origin = source.root.path, server.get("origin")
    if path in before or origin != next(iter(before.values()), origin):
        return False
    before[path] = origin
    return True


def _finish(parted: Parted, source: Source, server: dict[str, Any], *, key: str, server_url: str, single: bool) -> None:
    if server_url:
        server["url"] = server_url
    elif "url" not in server:
        found = source.root
        own = f"{found.path or '/'} of its own origin" if "origin" not in server else server["origin"] + found.path
        where = ""
        if found.text:
            where = f"OHIF asks at {own}; "
        why = f"{where}the address at which the web server reaches the DICOMweb server is not in the file"
        port = KINDS[server["kind"]].reading.port
        guess = ""
        if port and found.path and "origin" not in server:
            guess = f"http://127.0.0.1:{port}{found.path}"
        parted.miss(f"{key}.url", why, guess)
    if source.options.get("dicomUploadEnabled") is True:
        server["uploads"] = True
    if _NAME.fullmatch(source.name):
        if not single or source.name != NAME:
            server["name"] = source.name
    else:
        parted.lose(
            (*source.path, "sourceName"), "the answers take letters, digits, hyphens and underscores for a name"
        )
    if KINDS[server["kind"]].varies:
        # Across origins the tool leaves the quotes out by itself where nobody signs in.
        quotes_matter = "route" not in server or "oidc" in parted.read.config
        found_out = _capabilities(source.options, quotes_matter=quotes_matter)
        if found_out:
            server["capabilities"] = found_out


def _capabilities(options: Mapping[str, Any], *, quotes_matter: bool) -> dict[str, bool]:
    """What the options say of the server, where the tool would write something else."""
    found = {}
    if options.get("supportsWildcard") is False:
        found["wildcard"] = False
    if options.get("supportsFuzzyMatching") is True:
        found["fuzzy"] = True
    bulk = options.get("bulkDataURI")
    if isinstance(bulk, dict) and bulk.get("enabled") is False:
        found["bulk_data"] = False
    if quotes_matter and options.get("omitQuotationForMultipartRequest") is True:
        found["quoted_accept"] = False
    return found


def _options(parted: Parted, source: Source, server: Mapping[str, Any]) -> None:
    kind = KINDS[server["kind"]]
    name = server.get("name", NAME if parted.read.is_v2 or not _NAME.fullmatch(source.name) else source.name)
    for key in source.table:
        if key not in ("namespace", "sourceName", "configuration") and source.path != source.options_path:
            inner = ("configuration",) if key == "friendlyName" and key not in source.options else ()
            parted.keep((*source.path, key), ("dataSources", name, *inner, key))
    target: Path = ("dataSources", name, "configuration")
    for key, value in source.options.items():
        path = (*source.options_path, key)
        if key in DEAD_IN_SOURCE:
            parted.lose(path, f"it does nothing: {DEAD_IN_SOURCE[key]}")
        elif kind.reading.decides(key, value):
            parted.lose(path, f"the tool writes what the {kind.label} needs")
        else:
            _option(parted, source, key, value, (*target, key))


def _option(parted: Parted, source: Source, key: str, value: Any, target: Path) -> None:
    path = (*source.options_path, key)
    if key == "bulkDataURI" and isinstance(value, dict):
        for inner in value:
            if inner != "enabled":
                parted.keep((*path, inner), (*target, inner))
    elif key == "wadoUriRoot" and source.options.get("imageRendering") == "wadors":
        parted.lose(path, "it is read only where imageRendering is not wadors")
    elif key == "supportsReject" and value is True and not _is_dcm4chee(source):
        parted.lose(path, "only dcm4chee can reject")
    elif key == "qidoRoot":
        if source.root.unknown:
            parted.keep(path, target)
    elif key not in _WRITTEN or _is_of_its_own(source, key, value) or (isinstance(value, Code) and not value.meaning):
        parted.keep(path, target)


def _is_of_its_own(source: Source, key: str, value: Any) -> bool:
    """Whether a value that the tool writes too is another one here, which no answer can say."""
    if key in ("wadoRoot", "stowRoot"):
        here = root(value)
        return here.unknown or here.path != source.root.path or netloc_of(here.text) != netloc_of(source.root.text)
    return key in ("enableStudyLazyLoad", "wadoUriRoot") or (key == "supportsReject" and value is True)


def _is_dcm4chee(source: Source) -> bool:
    return "dcm4chee" in str(source.options.get("name", "")).casefold()


def _default_name(parted: Parted, chosen: list[Source]) -> None:
    path: Path = ("defaultDataSourceName",)
    default = parted.read.config.get("defaultDataSourceName")
    if default is None or (chosen and default == chosen[0].name):
        return
    by_hand = any(kept.target == ("dataSources", default) for kept in parted.kept)
    if isinstance(default, Code) or by_hand:
        parted.keep(path, path)
    else:
        parted.lose(path, "no data source has that name")
