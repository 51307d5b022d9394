"""Answers as the tables of a file, before they are validated: what `init` reads its defaults from and lays its answers over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from ohif_setup.answers.file.reading import read_answers_file
from ohif_setup.answers.questions import has_moved, public_url, route_so_far
from ohif_setup.answers.sources import Collected
from ohif_setup.answers.tables.tables import refused_by
from ohif_setup.disk.reading import answers_at, is_there
from ohif_setup.kinds import KINDS
from ohif_setup.providers import PROVIDERS
from ohif_setup.routes import ROUTES
from ohif_setup.webservers import WEBSERVERS

_FIRST = re.compile(r"\Aservers\.1(?=\.|\Z)|\Aservers\[0\](?=\.|\Z)")


def first_server(key: str) -> str:
    """`server.url` of `servers.1.url`; every other key as it is."""
    return _FIRST.sub("server", key)


def texts(raw: Mapping[str, object]) -> dict[str, str]:
    """The answers that are single values, as text, by dotted key; of several servers those of the first."""
    found = {}
    if servers := _servers(raw):
        found = dict(_texts("server", servers[0]))
    for group, table in raw.items():
        if group not in ("ohif", "servers"):
            found |= dict(_texts(group, table))
    return found


def last_answers(file: Path) -> dict[str, str]:
    """The texts of the answers file alone; empty where there is none."""
    if not is_there(answers_at(file)):
        return {}
    return texts(read_answers_file(file))


def given_now(collected: Collected, file: str) -> set[str]:
    """The keys that `--set` or a variable gave in this run, those of the first server as `server.url`."""
    return {first_server(key) for key, origin in collected.origins.items() if origin != file}


def with_likely_tenant(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The tables with some tenant in them where the server will probably want a token, whose provider is known later only: so that
    a client ID that cannot be one of that provider is refused by itself."""
    sign_in, known = raw.get("sign_in"), texts(raw)
    kind, url = KINDS.get(known.get("server.kind", KINDS.first)), known.get("server.url")
    if kind is None or kind.token is None or not isinstance(sign_in, dict):
        return dict(raw)
    elsewhere = url is not None and not kind.addresses.may_be(url)
    if elsewhere or any(sign_in.get(provider.key) for provider in PROVIDERS.values()):
        return dict(raw)
    provider = PROVIDERS[kind.token.provider]
    return dict(raw) | {"sign_in": sign_in | {provider.key: provider.made_up[provider.key]}}


def laid_over(raw: Mapping[str, Any], answered: Mapping[str, object]) -> dict[str, Any]:
    """The tables with these answers in them, by dotted key, and without what they leave no use for: None takes a table or a key
    away, and another kind or route what only the old one had."""
    new: dict[str, Any] = {name: _copied(group) for name, group in raw.items()}
    several = _servers(new)
    if several:
        server = new["servers"][0] = dict(several[0])
    else:
        server = new.setdefault("server", {})
    for key, value in answered.items():
        group, _, name = key.partition(".")
        plain = _plain(value)
        if not name:
            new.pop(group, None)
            continue
        table = server if group == "server" else new.setdefault(group, {})
        if plain is None or plain == {}:
            table.pop(name, None)
        else:
            table[name] = plain
    _without_useless(new, server, answered)
    return {name: group for name, group in new.items() if group != {} or name == "server"}


def without_left_over(
    raw: Mapping[str, Any], before: Mapping[str, str], given: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """The tables without what followed from an address that the web server has no more, and the dotted keys that were taken out:
    its port, and its certificate where it is https no longer. `before` holds the answers of last time as text, `given` the keys
    that were answered again, which stay."""
    now = texts(raw)
    # Where browsers ask the first server directly, the route of the others is not among the texts.
    if route_so_far(now).direct or "viewer.url" not in before or not has_moved(before, now):
        return dict(raw), []
    secure = (public_url(now) or now.get("viewer.url", "")).startswith("https://")
    files = () if secure else ("proxy.tls_certificate", "proxy.tls_key")
    gone = [key for key in ("proxy.listen", *files) if key in now and key not in given]
    proxy = {name: value for name, value in raw.get("proxy", {}).items() if f"proxy.{name}" not in gone}
    return {name: table for name, table in {**raw, "proxy": proxy}.items() if table != {}}, gone


def _without_useless(new: dict[str, Any], server: dict[str, Any], answered: Mapping[str, object]) -> None:

    if not answered.get("proxy.tls_certificate", "not asked"):
        new.get("proxy", {}).pop("tls_key", None)
    kind = KINDS.get(str(server.get("kind", KINDS.first)), KINDS[KINDS.last])
    for name in refused_by(kind.name):
        server.pop(name, None)
    if kind.behind_web_server:
        _without_useless_proxy(new, server)
    elif len(_servers(new)) < 2:
        new.pop("proxy", None)
    if kind.token is None and "sign_in.client_id" in answered and "sign_in.tenant_id" not in answered:
        new.get("sign_in", {}).pop("tenant_id", None)
    elsewhere = "server.url" in answered and answered["server.url"] != server.get("url")
    if elsewhere and "server.capabilities" not in answered:
        server.pop("capabilities", None)


def _without_useless_proxy(new: dict[str, Any], server: dict[str, Any]) -> None:
    """What the web server of an earlier answer had and that of this one cannot have."""
    route = ROUTES.get(str(server.get("route")), ROUTES[ROUTES.first])
    web_server = WEBSERVERS.get(str(server.get("proxy")))
    if not route.web_server:
        server.pop("proxy", None)
        new.pop("proxy", None)
        return
    if route.same_origin:
        new.get("proxy", {}).pop("url", None)
    if web_server and web_server.binding:
        for name in ("tls_certificate", "tls_key", "listen", "listen_addresses"):
            new.get("proxy", {}).pop(name, None)


def _texts(group: str, table: object) -> Iterator[tuple[str, str]]:
    if not isinstance(table, dict):
        return
    for name, value in table.items():
        if isinstance(value, bool):
            yield f"{group}.{name}", "yes" if value else "no"
        elif isinstance(value, str | int):
            yield f"{group}.{name}", str(value)


def _servers(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    servers = raw.get("servers")
    if not isinstance(servers, list):
        return []
    return [server for server in servers if isinstance(server, dict)]


def _copied(group: object) -> object:
    if isinstance(group, dict):
        return dict(group)
    if isinstance(group, list):
        return list(group)
    return group


def _plain(value: object) -> Any:
    """As the file has it: a table for a model, a list for a tuple."""
    if hasattr(value, "model_dump"):
        return {name: inner for name, inner in value.model_dump().items() if inner is not None}
    if isinstance(value, tuple):
        return list(value)
    return value
