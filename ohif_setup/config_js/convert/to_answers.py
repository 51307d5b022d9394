"""A configuration to the answers that would give it, with what has to be asked, what stays by hand, and what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.tables import ohif_table
from ohif_setup.answers.tables.ohif_table import mentions_upload
from ohif_setup.config_js.convert.as_servers import part_servers
from ohif_setup.config_js.convert.as_sign_in import part_sign_in
from ohif_setup.config_js.convert.left_behind import refuse_left_behind
from ohif_setup.config_js.convert.parted import NOTHING, Kept, Lost, MissingAnswer, Parted, codes, holds_all
from ohif_setup.config_js.read.config import Code, Path, ReadConfig
from ohif_setup.ohif.keys import DEAD_KEYS, NOT_READ, READ_AT_TOP
from ohif_setup.paste.urls import path_of

_ELSEWHERE = ("dataSources", "defaultDataSourceName", "oidc", "oauth", "routerBasename")
_USUAL: dict[str, Any] = {"extensions": [], "modes": [], "showStudyList": True}
"""What the tool writes anyway."""


@dataclass(frozen=True)
class Draft:
    """Answers as their file has them (`tables`), not yet validated and complete only with what is `missing`. `kept` is laid over
    the generated text by `graft`; `lost` is in neither."""

    tables: dict[str, Any]
    missing: tuple[MissingAnswer, ...]
    kept: tuple[Kept, ...]
    lost: tuple[Lost, ...]


def to_answers(
    read: ReadConfig, *, viewer_url: str = "", server_url: str = "", server_kind: str = "", ohif_version: str = ""
) -> Draft:
    """The answers in `read`. The viewer URL, the address of a proxied server, its kind and the version of OHIF are in no such file:
    give them, or find them under `missing` (the version has a default). Raises `UnreadableError` (`config-needs-names`) when code
    that is kept needs names that cannot come along."""
    parted = Parted(read)
    parted.tables["version"] = 1
    _viewer(parted, viewer_url, ohif_version)
    part_servers(parted, viewer_url, server_url, server_kind)
    part_sign_in(parted)
    _others(parted)
    refuse_left_behind(read, [kept.source for kept in parted.kept])
    return Draft(parted.tables, tuple(parted.missing), tuple(parted.kept), tuple(parted.lost))


def _viewer(parted: Parted, viewer_url: str, ohif_version: str) -> None:
    table = parted.tables["viewer"] = {}
    basename = parted.read.config.get("routerBasename")
    path = ""
    if isinstance(basename, str) and basename.startswith("/"):
        path = basename.rstrip("/") or "/"
    if viewer_url:
        table["url"] = viewer_url
        if path and path != path_of(viewer_url):
            parted.lose(("routerBasename",), f"the viewer URL has the path {path_of(viewer_url)}")
    else:
        below = ""
        if path not in ("", "/"):
            below = f"; its path is {path}"
        parted.miss(
            "viewer.url", f"no configuration says where people open the viewer{below}", _suggested_url(parted, path)
        )
    if ohif_version:
        table["ohif_version"] = ohif_version


def _suggested_url(parted: Parted, path: str) -> str:
    """The viewer URL of an absolute redirect URI, which ends in /callback."""
    oidc = parted.read.config.get("oidc")
    first = None
    if isinstance(oidc, list) and oidc:
        first = oidc[0]
    uri = None
    if isinstance(first, dict):
        uri = first.get("redirect_uri")
    if not isinstance(uri, str) or not uri.startswith(("http://", "https://")):
        return ""
    base, _, end = uri.rpartition("/")
    if end == "callback" and (not path or path_of(base) == path):
        return base
    return ""


def _others(parted: Parted) -> None:
    """The keys for the free table of the answers."""
    table: dict[str, Any] = {}
    for key, value in parted.read.config.items():
        path: Path = (key,)
        if key in _ELSEWHERE or (key == "servers" and parted.read.is_v2) or (key in _USUAL and value == _USUAL[key]):
            continue
        if key in DEAD_KEYS:
            parted.lose(path, f"at that place {DEAD_KEYS[key]}")
        elif key in NOT_READ:
            parted.lose(path, NOT_READ[key])
        elif parted.read.is_v2 and (key not in READ_AT_TOP or key in ("extensions", "modes")):
            parted.lose(path, "it is a key of OHIF 2")
        elif key in ("extensions", "modes") and not isinstance(value, list | Code):
            parted.lose(path, "it is no list, and OHIF would not start with it")
        elif key == "httpErrorHandler" or (key == "dangerouslyUseDynamicConfig" and any(codes(value))):
            parted.keep(path, path)
        else:
            _free(parted, table, key, value)
    if table:
        parted.tables["ohif"] = table


def _free(parted: Parted, table: dict[str, Any], key: str, value: Any) -> None:
    path: Path = (key,)
    if key == "customizationService" and mentions_upload(value):
        # A part that is left out would shift what stays by hand, so that goes in whole or not at all.
        value = _without_upload(parted, value, path)
        if not holds_all(value):
            parted.lose(
                path, "it mixes what no answer holds with dicomUploadComponent, which crashes the Upload button"
            )
            return
        if not value:
            return
    found = parted.split(value, path)
    if found is NOTHING:
        return
    try:
        ohif_table.checked({key: found})
    except ValueError as error:
        parted.lose(path, f"the answers refuse it: [ohif] {error}")
    else:
        table[key] = found


def _without_upload(parted: Parted, value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        left = {key: item for key, item in value.items() if not mentions_upload({key: None})}
        for key in value.keys() - left.keys():
            parted.lose((*path, key), "it crashes the Upload button of every OHIF that was tried")
        return {key: _without_upload(parted, item, (*path, key)) for key, item in left.items()}
    if isinstance(value, list):
        kept = [(index, item) for index, item in enumerate(value) if not mentions_upload(item)]
        for index in set(range(len(value))) - {index for index, _ in kept}:
            parted.lose((*path, index), "it crashes the Upload button of every OHIF that was tried")
        return [item for _, item in kept]
    if mentions_upload(value):
        parted.lose(path, "it crashes the Upload button of every OHIF that was tried")
        return ""
    return value
