"""The contract of a kind of DICOMweb server. Each file of this folder that has a `SERVER` is one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ohif_setup import servers
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server


@dataclass(frozen=True)
class ServerKind:
    """What the tool knows of one kind: `kind` as in `server.kind`, its `name` in words, a `label` for one server of it
    (`Azure DICOM service ws-dicom (v2)`), the OHIF data source, why its keys have their values (`notes`), and the delegated
    `scope` that a token for it must have (empty: none of its own)."""

    kind: str
    name: str
    label: Callable[[Server], str]
    data_source: Callable[[Answers, Server], dict[str, Any]]
    notes: Mapping[str, str]
    scope: str = ""


@cache
def all_kinds() -> Mapping[str, ServerKind]:
    """Every kind of the folder, by its name in the answers."""
    names = (module.name for module in pkgutil.iter_modules(servers.__path__))
    modules = (importlib.import_module(f"{servers.__name__}.{name}") for name in names)
    found = (getattr(module, "SERVER", None) for module in modules)
    return {one.kind: one for one in found if isinstance(one, ServerKind)}


def kind_of(server: Server) -> ServerKind:
    """What the tool knows of the kind of that server."""
    return all_kinds()[server.kind]


def scope(answers: Answers) -> str:
    """The delegated scope for the site's token; empty where no server wants one of its own."""
    return next((found for one in answers.servers if (found := kind_of(one).scope)), "")
