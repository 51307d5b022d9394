"""Converts data sources to servers: kind, address and route of each, and the options that are kept as hand edits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.rules.defaults import NAME
from ohif_setup.config_js.convert.parted import Conversion
from ohif_setup.config_js.lint.judge import misspelt
from ohif_setup.config_js.read.config import Code, Path
from ohif_setup.config_js.read.roots import Root, kind_at, kind_of_host, plain_origin, root, root_of
from ohif_setup.kinds import KINDS
from ohif_setup.ohif.keys import DEAD_IN_SOURCE, DICOMWEB
from ohif_setup.paste.urls import host_of, is_loopback, is_secure, netloc_of, origin_of
from ohif_setup.routes import ROUTES, direct_route, routes_of

# What the answers accept as the name of a server.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")

# Options that the tool writes from the answers. All others are kept as they are.
_WRITTEN = {
    "qidoRoot", "enableStudyLazyLoad", "dicomUploadEnabled", "supportsFuzzyMatching", "supportsWildcard",
    "omitQuotationForMultipartRequest", "supportsReject", "bulkDataURI", "wadoUriRoot", "wadoRoot", "stowRoot",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One DICOMweb source of the original: the paths of the source and of its options, and both tables. In OHIF 2 they are one."""

    path: Path
    options_path: Path
    table: Mapping[str, Any]
    options: Mapping[str, Any]
    name: str

    @property
    def root(self) -> Root:
        """The address of its study list."""
        return root_of(self.options)


def convert_servers(conversion: Conversion, viewer_url: str, server_url: str, server_kind: str) -> None:
    """Fills `server` or `servers`, and `proxy`. A source that cannot be a server is kept as a hand edit.

    `server_url` and `server_kind` are the user's values for the first server; empty if not given.
    """
    sources = _dicomweb_sources(conversion)
    chosen: list[tuple[Source, dict[str, Any]]] = []
    taken: dict[str, Any] = {}
    for source in sources:
        # What the user gave is about the default source, which comes first.
        given = ("", "") if chosen else (server_url, server_kind)
        server = _server(source, viewer_url, *given)
        if _fits(source, server, taken):
            chosen.append((source, server))
        else:
            conversion.keep(source.path, ("dataSources", source.name))
    single = len(chosen) == 1
    for index, (source, server) in enumerate(chosen):
        key = "server" if single else f"servers.{index + 1}"
        _finish(conversion, source, server, key=key, server_url=server_url if index == 0 else "", single=single)
        _options(conversion, source, server)
    # `origin` was only for `proxy.url`; the answers have no such key.
    tables = [{key: value for key, value in server.items() if key != "origin"} for _, server in chosen]
    if single:
        conversion.tables["server"] = tables[0]
    elif tables:
        conversion.tables["servers"] = tables
    else:
        conversion.miss("server.url", "the file has no DICOMweb data source")
    origin = next((server["origin"] for _, server in chosen if server.get("origin")), "")
    if origin:
        conversion.tables["proxy"] = {"url": origin}
    _default_name(conversion, [source for source, _ in chosen])


def _dicomweb_sources(conversion: Conversion) -> list[Source]:
    """The DICOMweb sources, the default one first. Every other source is kept as a hand edit."""
    if conversion.read.is_v2:
        return _v2_sources(conversion)
    given = conversion.read.config.get("dataSources")
    if not isinstance(given, list):
        if given is not None:
            conversion.lose(("dataSources",), "it is not a literal list")
        return []
    found: list[Source] = []
    names: set[str] = set()
    for index, table in enumerate(given):
        path: Path = ("dataSources", index)
        name = None
        if isinstance(table, dict):
            name = table.get("sourceName")
        if not isinstance(table, dict) or not isinstance(name, str) or not name:
            conversion.lose(path, "it is not a data source with a name")
        elif name in names:
            conversion.lose(path, f"another data source has the name {name[:40]}")
        elif _is_dicomweb(table.get("namespace")) and isinstance(table.get("configuration"), dict):
            names.add(name)
            found.append(Source(path, (*path, "configuration"), table, table["configuration"], name))
        else:
            conversion.keep(path, ("dataSources", name))
    # The tool writes the first server as the default. The sort is stable, so the others keep their order.
    default = conversion.read.config.get("defaultDataSourceName")
    return sorted(found, key=lambda source: source.name != default)


def _v2_sources(conversion: Conversion) -> list[Source]:
    servers = conversion.read.config["servers"]
    for key in servers:
        if key != "dicomWeb":
            conversion.lose(("servers", key), "only OHIF 2 reads it")
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
            conversion.lose(path, "it is not a literal server entry")
    return found


def _is_dicomweb(namespace: Any) -> bool:
    return isinstance(namespace, str) and (namespace == DICOMWEB or misspelt(namespace) == DICOMWEB)


def _server(source: Source, viewer_url: str, server_url: str, server_kind: str) -> dict[str, Any]:
    """The part of the server table that follows from the file and the user's values. `origin` in the result is that of a web server
    that adds CORS, if there is one; a missing `url` is asked for later."""
    address = source.root
    host = host_of(address.text)
    words = f"{source.name} {source.options.get('name')} {source.options.get('friendlyName')} {host}"
    kind = KINDS.get(server_kind) or kind_at(address, words)
    server: dict[str, Any] = {"kind": kind.name}
    # 1. The host belongs to the kind, as in Azure: the address in the file is the server's own.
    if not address.relative and kind is kind_of_host(host):
        return server | {"url": plain_origin(address.text) + address.path}
    # 2. The viewer's own origin, so a web server there forwards to an address that the file does not contain.
    if address.relative or not address.text or (viewer_url and plain_origin(address.text) == origin_of(viewer_url)):
        return server
    # 3. An address that browsers cannot use: mixed content under an https viewer, or a container's name or port. It is taken for
    #    the server's own, to which a web server at the viewer's address forwards.
    blocked = viewer_url.startswith("https://") and not is_secure(address.text)
    if blocked or _is_upstream(address.text):
        return server | {"url": plain_origin(address.text) + address.path}
    # 4. Another origin that browsers can use.
    origin, direct = plain_origin(address.text), direct_route(kind.name)
    fitting = routes_of(kind.name)
    if len(fitting) == 1:
        return server | {"url": origin + address.path}
    if direct and server_url in ("", origin + address.path):
        return server | {"route": direct, "url": origin + address.path}
    # The user gave another address for the server, so a web server at `origin` stands in front of it and adds CORS.
    proxied = (name for name in fitting if ROUTES[name].web_server and not ROUTES[name].same_origin)
    through = next(proxied, fitting[0])
    return server | {"route": through, "origin": origin}


def _is_upstream(url: str) -> bool:
    """Whether the address looks like one that only a web server uses: the default port of a kind, or a host name without a dot, as
    in a container network."""
    host = host_of(url)
    bare = "." not in host and not host.startswith("[") and not is_loopback(host)
    ports = tuple(f":{kind.reading.port}" for kind in KINDS.values() if kind.reading.port)
    return bare or netloc_of(url).endswith(ports)


def _fits(source: Source, server: Mapping[str, Any], taken: dict[str, Any]) -> bool:
    """Whether the site's one web server can serve this server as well. `taken` maps the paths of the servers chosen before to their
    origin; it is extended."""
    kind = KINDS[server["kind"]]
    if not kind.behind_web_server or server.get("route") == direct_route(kind.name):
        return True
    # One web server has one origin, and forwards a path to one server.
    path, origin = source.root.path, server.get("origin")
    if path in taken or origin != next(iter(taken.values()), origin):
        return False
    taken[path] = origin
    return True


def _finish(
    conversion: Conversion, source: Source, server: dict[str, Any], *, key: str, server_url: str, single: bool
) -> None:
    """Completes the server table with what follows from the options, and reports a missing address (`key` is its table)."""
    if server_url:
        server["url"] = server_url
    elif "url" not in server:
        address = source.root
        requested = f"{address.path or '/'} of its own origin"
        if "origin" in server:
            requested = server["origin"] + address.path
        where = ""
        if address.text:
            where = f"OHIF asks at {requested}; "
        why = f"{where}the address at which the web server reaches the DICOMweb server is not in the file"
        # The same path on this machine is right for a web server that forwards paths unchanged.
        port = KINDS[server["kind"]].reading.port
        guess = ""
        if port and address.path and "origin" not in server:
            guess = f"http://127.0.0.1:{port}{address.path}"
        conversion.miss(f"{key}.url", why, guess)
    if source.options.get("dicomUploadEnabled") is True:
        server["uploads"] = True
    if _NAME.fullmatch(source.name):
        if not single or source.name != NAME:
            server["name"] = source.name
    else:
        conversion.lose(
            (*source.path, "sourceName"), "in the answers a name has only letters, digits, hyphens and underscores"
        )
    if KINDS[server["kind"]].varies:
        # Across origins and without sign-in the tool omits the quotes anyway: it saves a preflight for each frame.
        quotes_matter = "route" not in server or "oidc" in conversion.read.config
        capabilities = _capabilities(source.options, quotes_matter=quotes_matter)
        if capabilities:
            server["capabilities"] = capabilities


def _capabilities(options: Mapping[str, Any], *, quotes_matter: bool) -> dict[str, bool]:
    """The capabilities that the options imply and that differ from the tool's defaults."""
    capabilities = {}
    if options.get("supportsWildcard") is False:
        capabilities["wildcard"] = False
    if options.get("supportsFuzzyMatching") is True:
        capabilities["fuzzy"] = True
    bulk = options.get("bulkDataURI")
    if isinstance(bulk, dict) and bulk.get("enabled") is False:
        capabilities["bulk_data"] = False
    if quotes_matter and options.get("omitQuotationForMultipartRequest") is True:
        capabilities["quoted_accept"] = False
    return capabilities


def _options(conversion: Conversion, source: Source, server: Mapping[str, Any]) -> None:
    """Sorts the keys of a source into those that the tool writes, those that are lost, and those that are kept as hand edits."""
    kind = KINDS[server["kind"]]
    # The name of the source in the generated file.
    name = server.get("name")
    if name is None:
        name = source.name
        if conversion.read.is_v2 or not _NAME.fullmatch(source.name):
            name = NAME
    for key in source.table:
        if key not in ("namespace", "sourceName", "configuration") and source.path != source.options_path:
            # Only inside `configuration` does OHIF's error dialog find friendlyName, so it moves there.
            inner = ("configuration",) if key == "friendlyName" and key not in source.options else ()
            conversion.keep((*source.path, key), ("dataSources", name, *inner, key))
    target: Path = ("dataSources", name, "configuration")
    for key, value in source.options.items():
        path = (*source.options_path, key)
        if key in DEAD_IN_SOURCE:
            conversion.lose(path, f"it does nothing: {DEAD_IN_SOURCE[key]}")
            conversion.lose_secrets(path)
        elif kind.reading.decides(key, value):
            conversion.lose(path, f"the tool writes what the {kind.label} needs")
        else:
            _option(conversion, source, key, value, (*target, key))


def _option(conversion: Conversion, source: Source, key: str, value: Any, target: Path) -> None:
    path = (*source.options_path, key)
    if key == "bulkDataURI" and isinstance(value, dict):
        # `enabled` is a capability; prefixes and the like have no answer.
        for inner in value:
            if inner != "enabled":
                conversion.keep((*path, inner), (*target, inner))
    elif key == "wadoUriRoot" and source.options.get("imageRendering") == "wadors":
        conversion.lose(path, "OHIF reads it only if imageRendering is not wadors")
    elif key == "supportsReject" and value is True and not _is_dcm4chee(source):
        conversion.lose(path, "only dcm4chee supports it")
    elif key == "qidoRoot":
        # A known root became the address of the server.
        if source.root.unknown:
            conversion.keep(path, target)
    elif key not in _WRITTEN or _has_no_answer(source, key, value) or (isinstance(value, Code) and not value.meaning):
        conversion.keep(path, target)


def _has_no_answer(source: Source, key: str, value: Any) -> bool:
    """Whether the value of an option that the tool writes differs from what any answer could make of it."""
    if key in ("wadoRoot", "stowRoot"):
        # A server has one root in the answers; a second one can only be a hand edit.
        here = root(value)
        return here.unknown or here.path != source.root.path or netloc_of(here.text) != netloc_of(source.root.text)
    return key in ("enableStudyLazyLoad", "wadoUriRoot") or (key == "supportsReject" and value is True)


def _is_dcm4chee(source: Source) -> bool:
    return "dcm4chee" in str(source.options.get("name", "")).casefold()


def _default_name(conversion: Conversion, chosen: list[Source]) -> None:
    path: Path = ("defaultDataSourceName",)
    default = conversion.read.config.get("defaultDataSourceName")
    if default is None or (chosen and default == chosen[0].name):
        return
    by_hand = any(kept.target == ("dataSources", default) for kept in conversion.kept)
    if isinstance(default, Code) or by_hand:
        conversion.keep(path, path)
    else:
        conversion.lose(path, "no data source has that name")
