"""What is wrong at the top level of a configuration, independent of its servers."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator

from ohif_setup.answers.tables.ohif_table import mentions_upload
from ohif_setup.config_js.lint.judge import stops
from ohif_setup.config_js.lint.remark import ConfigTable, Level, Remark, quoted, top
from ohif_setup.config_js.read.config import Code, ReadConfig, shown_path
from ohif_setup.ohif.keys import DEAD_KEYS, DEMO_HOSTS, NOT_READ, READ_AT_TOP
from ohif_setup.paste.pasted import placeholder_in
from ohif_setup.paste.urls import path_of


def remarks(read: ReadConfig, served_from: str | None) -> Iterator[Remark]:
    """Every remark on the top level of the configuration. `served_from` is the viewer URL, None if it is unknown."""
    yield from _stops(read)
    part = top(read)
    yield from _unread(part)
    yield from _basename(part, served_from)
    yield from _dynamic(part)
    yield from _upload(part)
    yield from _demo(read, served_from)
    if "httpErrorHandler" not in read.config:
        # OHIF calls it without looking: "handler is not a function" replaces the real error (measured with 3.13.2).
        wrong = (
            "httpErrorHandler is missing: when an image cannot be loaded, OHIF hides the reason behind another error."
        )
        yield part.remark(
            "no-error-handler", "warning", "httpErrorHandler", wrong, "Write a function there, even an empty one"
        )
    if read.config.get("showStudyList", False) is False and "showStudyList" not in read.config:
        wrong = "showStudyList is missing, and its documented default hides the study list."
        yield part.remark("no-study-list", "warning", "showStudyList", wrong, "Write showStudyList: true")
    for note in read.notes:
        yield Remark("reading", "note", "", note.line, note.text, "Look at that line")


def _stops(read: ReadConfig) -> Iterator[Remark]:
    for stop in stops(read):
        fm = ""
        if stop.key == "servers":
            fm = "FM27"
        yield Remark(
            "does-not-start", "error", stop.key, stop.line, f"OHIF shows {stop.seen}: {stop.wrong}.", stop.do, fm
        )


def _unread(part: ConfigTable) -> Iterator[Remark]:
    for key in part.table:
        if key in DEAD_KEYS:
            do = f"Remove {key}"
            if "inside" in DEAD_KEYS[key]:
                do = f"Move it into the configuration of the data source, or remove {key}"
            yield part.remark("dead-key", "warning", key, f"{key} does nothing: at that place {DEAD_KEYS[key]}.", do)
        elif key == "oauth" and "oidc" not in part.table:
            yield part.remark("oauth", "error", key, f"{NOT_READ[key]}.", "Write oidc: [ { ... } ]", fm="FM52")
        elif key in NOT_READ and not part.read.is_v2:
            yield part.remark(
                "dead-key", "warning", key, f"{key} does nothing: {NOT_READ[key]}.", f"Remove {key}", fm="FM27"
            )
        elif key not in READ_AT_TOP:
            # Extensions may read keys of their own, so an unknown key is reported only if it resembles a known one.
            near = difflib.get_close_matches(key, [name for name in READ_AT_TOP if name not in part.table], 1, 0.86)
            if near:
                yield part.remark(
                    "misspelt-key", "warning", key, "OHIF does not read this key.", f"Write {near[0]}", fm="FM27"
                )


def _basename(part: ConfigTable, served_from: str | None) -> Iterator[Remark]:
    key = "routerBasename"
    value = part.get(key)
    signs_in = bool(part.get("oidc"))
    if value is None and signs_in:
        wrong = "It is not set, so OHIF uses the path of the build with its trailing slash, which breaks sign-in below a path."
        yield part.remark(
            "basename-unset",
            "warning",
            key,
            wrong,
            f"Write {key}: '/' or the path without a trailing slash",
            fm="FM53",
        )
    if not isinstance(value, str) or placeholder_in(value):
        return
    # Redirect URIs are appended to it, and `/ohif//callback` is not a route: 404 in OHIF 3.13 and 3.14, blank in 3.11 (measured).
    if value != "/" and value.endswith("/"):
        level: Level = "warning"
        if signs_in:
            level = "error"
        wrong = "The trailing slash breaks sign-in: users return to a 404 or a blank page."
        right = value.rstrip("/") or "/"
        yield part.remark("basename-slash", level, key, wrong, f"Write {key}: {quoted(right)}", fm="FM53")
    elif value and not value.startswith("/"):
        yield part.remark(
            "basename-slash",
            "error",
            key,
            "It does not start with a slash.",
            f"Write {key}: {quoted('/' + value)}",
            fm="FM69",
        )
    path = None
    if served_from:
        path = path_of(served_from)
    if path is not None and (value.rstrip("/") or "/") != path:
        wrong = f"The viewer is at {path}, but OHIF assumes that it is at {quoted(value)}, so it recognises none of its pages."
        yield part.remark(
            "basename-path", "error", key, wrong, f"Write {key}: '{path}', with a build for that path", fm="FM69"
        )


def _dynamic(part: ConfigTable) -> Iterator[Remark]:
    key = "dangerouslyUseDynamicConfig"
    value = part.get(key)
    if not isinstance(value, dict) or not value.get("enabled"):
        return
    # Up to OHIF 3.14.0-beta.6 a missing regex matches every address.
    regex = value.get("regex")
    open_to_all = regex is None or (isinstance(regex, Code) and regex.source.startswith("/.*/"))
    level: Level = "warning"
    origin = "from any address that matches the pattern"
    if open_to_all:
        level, origin = "error", "from any address"
    wrong = f"A link with ?configUrl= replaces the whole configuration with one {origin}."
    yield part.remark("dynamic-config", level, key, wrong, f"Remove {key}")


def _upload(part: ConfigTable) -> Iterator[Remark]:
    if mentions_upload(part.get("customizationService")):
        wrong = "dicomUploadComponent makes the Upload button crash (measured with OHIF 3.11 to 3.14)."
        do = "Remove it and write dicomUploadEnabled: true in the data source"
        yield part.remark("upload-component", "error", "customizationService", wrong, do)


def _demo(read: ReadConfig, served_from: str | None) -> Iterator[Remark]:
    for index, source in enumerate(read.listed("dataSources")):
        text = ""
        if isinstance(source, dict):
            # Any part of the source may name the host, so all of it is searched, code included.
            text = json.dumps(source, default=lambda code: code.source)
        if any(host in text for host in DEMO_HOSTS):
            default = source.get("sourceName") == read.config.get("defaultDataSourceName")
            path = ("dataSources", index)
            level: Level = "warning"
            wrong = "It is a public demonstration server, not yours."
            if default:
                level = "error"
                wrong = "It is a public demonstration server, not yours, and its studies are the first that users see."
            fm = ""
            # In a served viewer the demo as default often means that a container ignored the mounted configuration.
            if served_from and default:
                fm = "FM63"
            yield Remark(
                "demo-server", level, shown_path(path), read.line(*path), wrong, "Name your own DICOMweb server", fm
            )
