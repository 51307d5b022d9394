"""Lists the values of a configuration that are missing or different in another one, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.rules.defaults import NAME
from ohif_setup.config_js.convert.graft import in_generated
from ohif_setup.config_js.convert.to_answers import Draft
from ohif_setup.config_js.lint.secrets import secret_paths
from ohif_setup.config_js.read.config import Code, Path, ReadConfig, shown_path
from ohif_setup.config_js.read.roots import ROOTS, root
from ohif_setup.paste.showing import shown


@dataclass(frozen=True)
class Loss:
    """One value of the original: its path and line, what the new file has instead (`now`, empty if nothing), and why."""

    path: str
    line: int
    now: str
    why: str


def losses(read: ReadConfig, final: ReadConfig, draft: Draft) -> tuple[Loss, ...]:
    """Every value in `read` that `final` does not have, in the order of its lines. No secret is shown."""
    reasons = {loss.path: loss.why for loss in draft.lost}
    targets = {kept.source: kept.target for kept in draft.kept}
    renamed = _names(read, draft)
    hidden = frozenset(secret_paths(final))
    found = []
    for path, value in _leaves(read.config, ()):
        target = in_generated(final, _target(path, targets, renamed))
        there = _at(final, target)
        if _same(path, there, value):
            continue
        # The reason may have been recorded for a table above the value.
        why = next((reasons[path[:n]] for n in range(len(path), 0, -1) if path[:n] in reasons), "")
        now = ""
        if there is not None and target not in hidden:
            now = shown(there)
            if isinstance(there, Code):
                now = "code"
        default = "there is no answer for it"
        if now:
            default = "the tool writes another value"
        found.append(Loss(shown_path(path), read.line(*path), now, why or default))
    return tuple(sorted(found, key=lambda loss: loss.line))


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    # An empty table or list is a value by itself.
    if isinstance(value, list) and value:
        value = dict(enumerate(value))
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves(below, (*path, key))
    else:
        yield path, value


def _names(read: ReadConfig, draft: Draft) -> dict[Path, str]:
    """The path of each data source of the original, and its name in the new file."""
    tables = draft.tables
    servers = list(tables.get("servers", ()))
    if "server" in tables:
        servers = [tables["server"]]
    if read.is_v2:
        return {("servers", "dicomWeb", index): str(server.get("name", NAME)) for index, server in enumerate(servers)}
    names: dict[Path, str] = {
        ("dataSources", index): str(source.get("sourceName"))
        for index, source in enumerate(read.listed("dataSources"))
        if isinstance(source, dict)
    }
    # A single server whose original name the answers do not accept is written with the default name.
    written = {str(server.get("name", NAME)) for server in servers}
    unnamed = [path for path, name in names.items() if name not in written]
    if len(servers) == 1 and "name" not in servers[0] and unnamed and NAME not in names.values():
        names[unnamed[0]] = NAME
    return names


def _target(path: Path, targets: dict[Path, Path], renamed: dict[Path, str]) -> Path:
    # A hand edit says itself where it went; everything else follows its data source.
    for length in range(len(path), 0, -1):
        if path[:length] in targets:
            return (*targets[path[:length]], *path[length:])
    # In OHIF 2 (`servers.dicomWeb[0]`) the options are in the entry itself, in OHIF 3 in its `configuration`.
    for source, inner in ((path[:2], ()), (path[:3], ("configuration",))):
        if source in renamed:
            return ("dataSources", renamed[source], *inner, *path[len(source) :])
    return path


def _at(final: ReadConfig, target: Path) -> Any:
    try:
        return final.get(target)
    except KeyError:
        return None


def _same(path: Path, there: Any, value: Any) -> bool:
    # Copied code may have been indented, so whitespace is ignored.
    if isinstance(value, Code) and not value.meaning:
        return isinstance(there, Code) and "".join(there.source.split()) == "".join(value.source.split())
    # `window.location.origin + '/dicom-web'` and `/dicom-web` are the same root.
    if path[-1:] and path[-1] in ROOTS:
        a, b = root(there), root(value)
        return bool(a.text) and a.relative == b.relative and a.text.rstrip("/") == b.text.rstrip("/")
    # A slash at the end of an issuer makes no difference to OHIF's libraries.
    if path[-1:] == ("authority",) and isinstance(there, str) and isinstance(value, str):
        return there.rstrip("/") == value.rstrip("/")
    if path[-1:] == ("scope",) and isinstance(there, str) and isinstance(value, str):
        return sorted(there.split()) == sorted(value.split())
    # By type first: in Python 1 == True.
    return type(there) is type(value) and bool(there == value)
