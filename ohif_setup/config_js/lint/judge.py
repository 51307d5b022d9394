"""Whether OHIF would start with a configuration. Source: OHIF's bundles 3.11.1 to 3.14.0-beta.6; each defect measured with
3.13.2."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ohif_setup.config_js.read.config import Code, ReadConfig, read_config
from ohif_setup.config_js.read.source import UnreadableError
from ohif_setup.ohif.keys import NAMESPACES

_DEFAULT_EXTENSION = "@ohif/extension-default"
_MODULE = ".dataSourcesModule."


@dataclass(frozen=True)
class Stop:
    """A defect that keeps OHIF from starting: the key, its line, what is wrong, what users see, and what to write."""

    key: str
    line: int
    wrong: str
    seen: str
    do: str


def why_not(text: str) -> str | None:
    """Why OHIF would not start with `text` as its configuration, in one sentence with the line; None if it would, or if that cannot
    be known without running the text."""
    try:
        read = read_config(text)
    except UnreadableError as error:
        # A configuration assembled by code may be valid.
        if error.id == "config-not-plain":
            return None
        if error.line:
            return f"line {error.line}: {error.message}"
        return error.message
    stop = next(stops(read), None)
    if stop:
        return f"line {stop.line}: {stop.wrong}, and OHIF shows {stop.seen}."
    return None


def stops(read: ReadConfig) -> Iterator[Stop]:
    """Everything that keeps OHIF from starting. Values that are code are assumed to be valid."""
    if read.form == "module":
        yield Stop("window.config", 1, "only module.exports is set", _BLANK, "Write window.config = { ... }")
        return
    for throw in read.throws:
        yield Stop(throw.name, read.line_of(throw.at), throw.wrong, _BLANK, throw.do)
    # Code that is not evaluated may add any missing key.
    if not read.complete:
        return
    if read.is_v2:
        line = read.line("servers")
        yield Stop(
            "servers", line, "it is a configuration of OHIF 2", _BLANK, "Write dataSources and defaultDataSourceName"
        )
        return
    # OHIF iterates over both at start: "appConfig.extensions is not iterable", "No modes are defined!".
    for key in ("extensions", "modes"):
        if key not in read.config:
            yield Stop(key, read.line(), f"{key} is missing", _BLANK, f"Write {key}: []")
        elif not isinstance(read.config[key], list | Code):
            yield Stop(key, read.line(key), f"{key} is not a list", _BLANK, f"Write {key}: []")
    yield from _sources(read)
    yield from _sign_in(read)


def misspelt(namespace: str) -> str:
    """The data source module that a misspelt namespace means; empty if it is valid or may belong to another extension."""
    extension, between, name = namespace.partition(_MODULE)
    # A namespace without a module part is always wrong; `org.ohif.` is an older prefix of OHIF's own extensions. Other extensions
    # may bring data source modules of their own, so only names close to OHIF's extension count as misspelt.
    ours = (
        not between
        or extension.startswith("org.ohif.")
        or bool(difflib.get_close_matches(extension, (_DEFAULT_EXTENSION,), 1, 0.9))
    )
    if not ours or namespace in NAMESPACES:
        return ""
    meant = namespace
    if between:
        meant = f"{_DEFAULT_EXTENSION}{_MODULE}{name}"
    return next(iter(difflib.get_close_matches(meant, NAMESPACES, 1, 0.6)), NAMESPACES[0])


_BLANK = "a blank page"
_WRONG = '"Something went wrong"'


def _sources(read: ReadConfig) -> Iterator[Stop]:
    sources = read.config.get("dataSources")
    if isinstance(sources, Code):
        return
    line = read.line("dataSources")
    if not isinstance(sources, list):
        wrong = "dataSources is not a list"
        if sources is None:
            wrong = "dataSources is missing"
        yield Stop("dataSources", line, wrong, _WRONG, "Write dataSources: [ ... ] with at least one data source")
        return
    default = read.config.get("defaultDataSourceName")
    if isinstance(default, Code) or any(isinstance(source, Code) for source in sources):
        return
    at = read.line("defaultDataSourceName")
    named = [(index, source) for index, source in enumerate(sources) if isinstance(source, dict)]
    names = [source.get("sourceName") for _, source in named]
    if not default or not isinstance(default, str):
        yield Stop(
            "defaultDataSourceName", at, "defaultDataSourceName is missing", _WRONG, "Name one of the data sources"
        )
        return
    if default not in names and not any(isinstance(name, Code) for name in names):
        wrong = "no data source has the name that defaultDataSourceName gives"
        yield Stop("defaultDataSourceName", at, wrong, _WRONG, "Write the sourceName of a data source there")
        return
    # OHIF silently drops a source with an unknown namespace, and then finds no default one ("reading '0'").
    usable = [(index, source) for index, source in named if source.get("sourceName") == default]
    if usable and not any(_has_module(source) for _, source in usable):
        index, source = usable[0]
        key = f"dataSources[{index}].namespace"
        wrong = "OHIF has no data source module of that name, so it drops the default data source"
        meant = misspelt(str(source.get("namespace", ""))) or NAMESPACES[0]
        yield Stop(key, read.line("dataSources", index, "namespace"), wrong, _WRONG, f"Write namespace: '{meant}'")


def _has_module(source: dict[str, Any]) -> bool:
    namespace = source.get("namespace")
    return isinstance(namespace, Code) or (isinstance(namespace, str) and bool(namespace) and not misspelt(namespace))


def _sign_in(read: ReadConfig) -> Iterator[Stop]:
    oidc = read.config.get("oidc")
    # A missing or falsy oidc switches sign-in off, but an empty list or object does not: OHIF then reads its first entry.
    if not oidc and not isinstance(oidc, list | dict):
        return
    line = read.line("oidc")
    if isinstance(oidc, Code):
        return
    if not isinstance(oidc, list) or not oidc:
        wrong = "oidc is not a list"
        if oidc == []:
            wrong = "oidc is an empty list"
        yield Stop("oidc", line, wrong, _BLANK, "Write oidc: [ { ... } ], or remove the key if the site has no sign-in")
        return
    first = oidc[0]
    if isinstance(first, Code):
        return
    # Only oidc-client-ts, which OHIF uses for the code flow, refuses to start without these keys.
    if not isinstance(first, dict) or first.get("response_type") != "code":
        return
    for key in ("authority", "client_id"):
        if not first.get(key):
            at = read.line("oidc", 0)
            yield Stop(f"oidc[0].{key}", at, f"the provider in oidc has no {key}", _BLANK, f"Write {key} there")
