"""What is wrong with the data sources of a configuration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from ohif_setup.config_js.lint.judge import misspelt
from ohif_setup.config_js.lint.remark import ConfigTable, Remark, quoted, sources
from ohif_setup.config_js.read.config import Code, ReadConfig
from ohif_setup.config_js.read.roots import ROOTS, Root, kind_at, root, root_of
from ohif_setup.kinds import KINDS
from ohif_setup.ohif.keys import DEAD_IN_SOURCE, DICOMWEB
from ohif_setup.paste.urls import host_of, is_loopback, netloc_of, origin_of


def remarks(read: ReadConfig, served_from: str | None) -> Iterator[Remark]:
    """Every remark on `dataSources`."""
    found = list(sources(read))
    yield from _together(found)
    for source, options in found:
        yield from _names(source, options)
        if source.get("namespace") != DICOMWEB:
            continue
        yield from _roots(options, served_from)
        found_root = root_of(options.table)
        words = f"{options.text('name')} {options.text('friendlyName')}"
        of_kind = list(kind_at(found_root, words).reading.remarks(options, found_root.path))
        yield from _options(options, {remark.path for remark in of_kind})
        yield from of_kind


def _together(found: list[tuple[ConfigTable, ConfigTable]]) -> Iterator[Remark]:
    names = Counter(source.text("sourceName") for source, _ in found)
    for source, _ in found:
        name = source.text("sourceName")
        if name and names[name] > 1:
            names[name] = 0
            yield source.remark(
                "same-name", "error", "sourceName", "Two data sources have this name.", "Give each its own name"
            )
    spaces = [source.text("namespace") for source, _ in found]
    if spaces.count(DICOMWEB) > 1 and not any(space.endswith(".merge") for space in spaces):
        second = [source for source, _ in found if source.text("namespace") == DICOMWEB][1]
        wrong = "OHIF lists the studies of one data source at a time, at first those of defaultDataSourceName."
        do = "People choose another one in the list, or by ?datasources=NAME; a source of the module merge shows several at once"
        yield second.remark("several-sources", "note", "", wrong, do, fm="FM28")


def _names(source: ConfigTable, options: ConfigTable) -> Iterator[Remark]:
    namespace = source.text("namespace")
    meant = ""
    if namespace:
        meant = misspelt(namespace)
    if meant:
        wrong = "OHIF has no data source module of that name and drops the source without a word."
        yield source.remark("namespace", "error", "namespace", wrong, f"Write namespace: '{meant}'", fm="FM27")
    if "friendlyName" in source.table and "friendlyName" not in options.table:
        wrong = "The dialog for connection errors looks for friendlyName inside configuration only."
        yield source.remark("friendly-name", "warning", "friendlyName", wrong, "Move it into configuration")


def _roots(options: ConfigTable, served_from: str | None) -> Iterator[Remark]:
    for key, effect in (("qidoRoot", "the study list stays empty"), ("wadoRoot", "OHIF asks at /undefined/studies")):
        if not options.get(key):
            yield options.remark("no-root", "error", key, f"{key} is missing: {effect}.", f"Write {key}")
    seen = set()
    for key in ROOTS:
        found = root(options.get(key))
        if found.text and found not in seen and key != "wadoUriRoot":
            seen.add(found)
            if found.relative:
                yield from _relative(options, key, found, served_from)
            else:
                yield from _absolute(options, key, found, served_from)
            if re.search(r"/studies$", found.path):
                wrong = "OHIF adds /studies itself, and asks at /studies/studies."
                yield options.remark("studies-suffix", "error", key, wrong, "Take /studies off its end", fm="FM20")


def _relative(options: ConfigTable, key: str, found: Root, served_from: str | None) -> Iterator[Remark]:
    if not found.text.startswith("/"):
        wrong = "It has no slash at its beginning, so it is looked for below whatever page is open."
        yield options.remark("root-slash", "error", key, wrong, f"Write {key}: {quoted('/' + found.text)}", fm="FM23")
        return
    at = "the viewer's own host"
    if served_from:
        at = quoted(f"{origin_of(served_from)}{found.path}")
    wrong = f"It is a path, so OHIF asks at {at}, and a web server there must pass it on to the DICOMweb server."
    yield options.remark(
        "relative-root", "note", key, wrong, "If the viewer's page comes back for it, the proxy is missing", fm="FM23"
    )


def _absolute(options: ConfigTable, key: str, found: Root, served_from: str | None) -> Iterator[Remark]:
    host = host_of(found.text)
    if is_loopback(host):
        if served_from and not is_loopback(host_of(served_from)):
            wrong = "It names this machine, which in a browser is the machine of the person who looks."
            yield options.remark(
                "loopback-root", "error", key, wrong, "Name the server as people's browsers reach it", fm="FM21"
            )
    elif "." not in host and not host.startswith("["):
        wrong = "It is a name that only containers or one network know; a browser looks it up itself."
        yield options.remark(
            "docker-name", "error", key, wrong, "Name the server as people's browsers reach it", fm="FM21"
        )
    if (
        found.text.lower().startswith("http://")
        and served_from
        and served_from.startswith("https://")
        and not is_loopback(host)
    ):
        wrong = "The viewer is at https:// and asks at http://, which browsers block as mixed content."
        yield options.remark(
            "mixed-content", "error", key, wrong, "Serve DICOMweb over https, or at the viewer's origin", fm="FM17"
        )
    for kind in KINDS.values():
        if misplaced := kind.reading.misplaced(netloc_of(found.text), found.path):
            yield options.remark("rest-root", "error", key, *misplaced, fm="FM18")


def _options(options: ConfigTable, known: Collection[str]) -> Iterator[Remark]:
    """What is wrong for every server; a missing imageRendering only where that key is not `known` to be wrong for the kind."""
    for key in options.table:
        if key in DEAD_IN_SOURCE:
            yield options.remark(
                "dead-key", "note", key, f"{key} does nothing: {DEAD_IN_SOURCE[key]}.", f"Take {key} out"
            )
    if not options.get("imageRendering"):
        wrong = "It is not set, and OHIF then asks for whole files by WADO-URI."
        remark = options.remark("wado-uri", "warning", "imageRendering", wrong, "Write imageRendering: 'wadors'")
        if remark.path not in known:
            yield remark
    if not options.get("bulkDataURI"):
        wrong = "It is missing, which crashed OHIF 3.8 and 3.9."
        yield options.remark(
            "bulk-data", "warning", "bulkDataURI", wrong, "Write bulkDataURI: { enabled: true }", fm="FM26"
        )
    accept = options.get("acceptHeader")
    if accept is not None and not isinstance(accept, list | Code):
        wrong = "It must be a list of texts."
        yield options.remark("accept-header", "error", "acceptHeader", wrong, "Write acceptHeader: ['...']", fm="FM31")
