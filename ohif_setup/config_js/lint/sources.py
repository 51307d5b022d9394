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
from ohif_setup.ohif.keys import DEAD_IN_SOURCE, DICOMWEB, LOGIN_IN_SOURCE
from ohif_setup.paste.urls import host_of, is_loopback, netloc_of, origin_of


def remarks(read: ReadConfig, served_from: str | None) -> Iterator[Remark]:
    """Every remark on `dataSources`. `served_from` is the viewer URL, None if it is unknown."""
    listed = list(sources(read))
    yield from _together(listed)
    for source, options in listed:
        yield from _names(source, options)
        # The other modules (dicomjson, dicomlocal, merge) have other options.
        if source.get("namespace") != DICOMWEB:
            continue
        yield from _roots(options, served_from)
        address = root_of(options.table)
        words = f"{options.text('name')} {options.text('friendlyName')}"
        of_kind = list(kind_at(address, words).reading.remarks(options, address.path))
        # A remark of the kind replaces the general one on the same key.
        yield from _options(options, {remark.path for remark in of_kind})
        yield from of_kind


def _together(listed: list[tuple[ConfigTable, ConfigTable]]) -> Iterator[Remark]:
    names = Counter(source.text("sourceName") for source, _ in listed)
    for source, _ in listed:
        name = source.text("sourceName")
        if name and names[name] > 1:
            # One remark for each name.
            names[name] = 0
            yield source.remark(
                "same-name", "error", "sourceName", "Two data sources have this name.", "Give each its own name"
            )
    spaces = [source.text("namespace") for source, _ in listed]
    if spaces.count(DICOMWEB) > 1 and not any(space.endswith(".merge") for space in spaces):
        second = [source for source, _ in listed if source.text("namespace") == DICOMWEB][1]
        wrong = "OHIF lists the studies of one data source at a time, starting with defaultDataSourceName."
        do = "Users choose another one in the list or with ?datasources=NAME; a source of the module merge shows several at once"
        yield second.remark("several-sources", "note", "", wrong, do, fm="FM28")


def _names(source: ConfigTable, options: ConfigTable) -> Iterator[Remark]:
    namespace = source.text("namespace")
    meant = ""
    if namespace:
        meant = misspelt(namespace)
    if meant:
        wrong = "OHIF has no data source module of that name and silently drops the source."
        yield source.remark("namespace", "error", "namespace", wrong, f"Write namespace: '{meant}'", fm="FM27")
    if "friendlyName" in source.table and "friendlyName" not in options.table:
        wrong = "The dialog for connection errors reads friendlyName inside configuration only."
        yield source.remark("friendly-name", "warning", "friendlyName", wrong, "Move it into configuration")


def _roots(options: ConfigTable, served_from: str | None) -> Iterator[Remark]:
    computed = isinstance(options.get("onConfiguration"), Code)
    if computed:
        wrong = "It is code that may set qidoRoot and wadoRoot when the viewer starts, so this tool cannot check them."
        yield options.remark(
            "computed-roots", "note", "onConfiguration", wrong, "Open the viewer and see which address it asks"
        )
    for key, effect in (("qidoRoot", "the study list stays empty"), ("wadoRoot", "OHIF requests /undefined/studies")):
        if not options.get(key) and not computed:
            yield options.remark("no-root", "error", key, f"{key} is missing: {effect}.", f"Write {key}")
    # Usually the roots are equal: report each address once. wadoUriRoot is used only for WADO-URI, which has its own remark.
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
                wrong = "OHIF appends /studies itself, so it requests /studies/studies."
                yield options.remark("studies-suffix", "error", key, wrong, "Remove /studies from its end", fm="FM20")


def _relative(options: ConfigTable, key: str, found: Root, served_from: str | None) -> Iterator[Remark]:
    if not found.text.startswith("/"):
        wrong = "It does not start with a slash, so it is resolved relative to the current page."
        yield options.remark("root-slash", "error", key, wrong, f"Write {key}: {quoted('/' + found.text)}", fm="FM23")
        return
    address = "the viewer's own host"
    if served_from:
        address = quoted(f"{origin_of(served_from)}{found.path}")
    wrong = f"It is a path, so OHIF sends its requests to {address}, where a web server must forward them to the DICOMweb server."
    yield options.remark(
        "relative-root", "note", key, wrong, "If the viewer's page is returned there, the proxy is missing", fm="FM23"
    )


def _absolute(options: ConfigTable, key: str, found: Root, served_from: str | None) -> Iterator[Remark]:
    host = host_of(found.text)
    if is_loopback(host):
        if served_from and not is_loopback(host_of(served_from)):
            wrong = "It is a loopback address, which in a browser means the user's own machine."
            yield options.remark(
                "loopback-root",
                "error",
                key,
                wrong,
                "Write the address at which users' browsers reach the server",
                fm="FM21",
            )
    # A name without a dot, such as the service name of a Compose file; the second condition exempts IPv6 addresses.
    elif "." not in host and not host.startswith("["):
        wrong = "It is a host name of a container network or a local network, and users' browsers have to resolve it themselves."
        yield options.remark(
            "docker-name", "error", key, wrong, "Write the address at which users' browsers reach the server", fm="FM21"
        )
    if (
        found.text.lower().startswith("http://")
        and served_from
        and served_from.startswith("https://")
        and not is_loopback(host)
    ):
        wrong = "The viewer is at https:// and this root at http://, which browsers block as mixed content."
        yield options.remark(
            "mixed-content", "error", key, wrong, "Serve DICOMweb over https, or at the viewer's origin", fm="FM17"
        )
    for kind in KINDS.values():
        if misplaced := kind.reading.misplaced(netloc_of(found.text), found.path):
            yield options.remark("rest-root", "error", key, *misplaced, fm="FM18")


def _options(options: ConfigTable, known: Collection[str]) -> Iterator[Remark]:
    """What is wrong for every server. `known` are the paths on which the kind has a remark of its own; a missing imageRendering is
    not reported twice."""
    for key in options.table:
        if key in LOGIN_IN_SOURCE:
            do = (
                f"Remove {key}. Sign users in with oidc; open studies with /viewer?StudyInstanceUIDs=UID&token=TOKEN; or let the "
                "web server in front of the images add the header"
            )
            yield options.remark("dead-key", "warning", key, f"{key} does nothing: {DEAD_IN_SOURCE[key]}.", do)
        elif key in DEAD_IN_SOURCE:
            yield options.remark(
                "dead-key", "note", key, f"{key} does nothing: {DEAD_IN_SOURCE[key]}.", f"Remove {key}"
            )
    if not options.get("imageRendering"):
        wrong = "It is not set, so OHIF requests whole files by WADO-URI."
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
        wrong = "It must be a list of strings."
        yield options.remark("accept-header", "error", "acceptHeader", wrong, "Write acceptHeader: ['...']", fm="FM31")
