"""Converts a configuration to the answers that would generate it, with what must be asked, what is kept, and what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.tables import ohif_table
from ohif_setup.answers.tables.ohif_table import mentions_upload
from ohif_setup.config_js.convert.as_servers import convert_servers
from ohif_setup.config_js.convert.as_sign_in import convert_sign_in
from ohif_setup.config_js.convert.left_behind import refuse_missing_names
from ohif_setup.config_js.convert.parted import NOTHING, Conversion, Kept, Lost, MissingAnswer, codes, holds_all
from ohif_setup.config_js.read.config import Code, Path, ReadConfig
from ohif_setup.ohif.keys import DEAD_KEYS, NOT_READ, READ_AT_TOP
from ohif_setup.paste.pasted import placeholder_in
from ohif_setup.paste.urls import path_of

_CRASHES = "it makes the Upload button crash"
# Keys that have functions of their own below.
_ELSEWHERE = ("dataSources", "defaultDataSourceName", "oidc", "oauth", "routerBasename")
# Values that the tool writes anyway.
_USUAL: dict[str, Any] = {"extensions": [], "modes": [], "showStudyList": True}


@dataclass(frozen=True)
class Draft:
    """Answers in the form of their file (`tables`), not yet validated, and incomplete without those in `missing`. `graft` adds
    `kept` to the generated text; `lost` is in neither."""

    tables: dict[str, Any]
    missing: tuple[MissingAnswer, ...]
    kept: tuple[Kept, ...]
    lost: tuple[Lost, ...]


def to_answers(
    read: ReadConfig, *, viewer_url: str = "", server_url: str = "", server_kind: str = "", ohif_version: str = ""
) -> Draft:
    """The answers in `read`. No configuration contains the viewer URL, the address of a proxied server, its kind or the version of
    OHIF: pass them, or find them under `missing` (the version has a default). Raises `UnreadableError` (`config-needs-names`) if
    code that is kept needs names that cannot be copied."""
    conversion = Conversion(read)
    # The order of the tables in the file; sign-in depends on the servers.
    conversion.tables["version"] = 1
    _viewer(conversion, viewer_url, ohif_version)
    convert_servers(conversion, viewer_url, server_url, server_kind)
    convert_sign_in(conversion)
    _others(conversion)
    refuse_missing_names(read, [kept.source for kept in conversion.kept])
    return Draft(conversion.tables, tuple(conversion.missing), tuple(conversion.kept), tuple(conversion.lost))


def _viewer(conversion: Conversion, viewer_url: str, ohif_version: str) -> None:
    table = conversion.tables["viewer"] = {}
    basename = conversion.read.config.get("routerBasename")
    path = ""
    if isinstance(basename, str) and basename.startswith("/") and not placeholder_in(basename):
        path = basename.rstrip("/") or "/"
    if viewer_url:
        table["url"] = viewer_url
        if path and path != path_of(viewer_url):
            conversion.lose(("routerBasename",), f"the viewer URL has the path {path_of(viewer_url)}")
    else:
        below = ""
        if path not in ("", "/"):
            below = f"; its path is {path}"
        conversion.miss(
            "viewer.url",
            f"a configuration does not contain the viewer's address{below}",
            _suggested_url(conversion, path),
        )
    if ohif_version:
        table["ohif_version"] = ohif_version


def _suggested_url(conversion: Conversion, path: str) -> str:
    """The viewer URL that an absolute redirect URI implies; empty unless that ends in /callback and fits the path."""
    oidc = conversion.read.config.get("oidc")
    first = None
    if isinstance(oidc, list) and oidc:
        first = oidc[0]
    uri = None
    if isinstance(first, dict):
        uri = first.get("redirect_uri")
    if not isinstance(uri, str) or not uri.startswith(("http://", "https://")) or placeholder_in(uri):
        return ""
    base, _, end = uri.rpartition("/")
    if end == "callback" and (not path or path_of(base) == path):
        return base
    return ""


def _others(conversion: Conversion) -> None:
    """Converts the remaining keys to the free table `[ohif]` of the answers."""
    table: dict[str, Any] = {}
    for key, value in conversion.read.config.items():
        path: Path = (key,)
        if (
            key in _ELSEWHERE
            or (key == "servers" and conversion.read.is_v2)
            or (key in _USUAL and value == _USUAL[key])
        ):
            continue
        if key in DEAD_KEYS:
            conversion.lose(path, f"at that place {DEAD_KEYS[key]}")
        elif key in NOT_READ:
            conversion.lose(path, NOT_READ[key])
        elif conversion.read.is_v2 and (key not in READ_AT_TOP or key in ("extensions", "modes")):
            conversion.lose(path, "it is a key of OHIF 2")
        elif key in ("extensions", "modes") and not isinstance(value, list | Code):
            conversion.lose(path, "it is not a list, and OHIF would not start with it")
        # A dynamic configuration is kept as a whole: without its regex, which is code, it would be open to every address.
        elif key == "httpErrorHandler" or (key == "dangerouslyUseDynamicConfig" and any(codes(value))):
            conversion.keep(path, path)
        else:
            _free(conversion, table, key, value)
    if table:
        conversion.tables["ohif"] = table


def _free(conversion: Conversion, table: dict[str, Any], key: str, value: Any) -> None:
    path: Path = (key,)
    if key == "customizationService" and mentions_upload(value):
        # Leaving out a part would shift the paths of hand edits, so the rest must be an answer as a whole or is lost.
        value = _without_upload(conversion, value, path)
        if not holds_all(value):
            conversion.lose(
                path,
                "it combines dicomUploadComponent, which crashes the Upload button, with values that no answer can hold",
            )
            return
        if not value:
            return
    answer = conversion.split(value, path)
    if answer is NOTHING:
        return
    try:
        ohif_table.checked({key: answer})
    except ValueError as error:
        conversion.lose(path, f"the answers do not accept it: [ohif] {error}")
    else:
        table[key] = answer


def _without_upload(conversion: Conversion, value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        left = {key: item for key, item in value.items() if not mentions_upload({key: None})}
        for key in value.keys() - left.keys():
            conversion.lose((*path, key), _CRASHES)
        return {key: _without_upload(conversion, item, (*path, key)) for key, item in left.items()}
    if isinstance(value, list):
        kept = [(index, item) for index, item in enumerate(value) if not mentions_upload(item)]
        for index in set(range(len(value))) - {index for index, _ in kept}:
            conversion.lose((*path, index), _CRASHES)
        return [item for _, item in kept]
    if mentions_upload(value):
        conversion.lose(path, _CRASHES)
        return ""
    return value
