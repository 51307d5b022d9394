"""The free table `[ohif]`: further keys of OHIF's window.config, and the keys and values that are refused in it.

Pure; faults are ValueErrors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ohif_setup.answers.rules.secret_values import is_secret
from ohif_setup.ohif.keys import NOT_READ

OWNED = {
    "oidc": "the tool writes it from sign_in.tenant_id, sign_in.client_id, sign_in.flow and sign_in.authority",
    "dataSources": "the tool writes it from server.url and server.uploads",
    "defaultDataSourceName": "the tool writes it, so that it names the data source of server.url",
    "routerBasename": "the tool writes it from the path of viewer.url",
    "httpErrorHandler": "the tool writes it, and it is a function, which this file cannot hold",
}
"""Keys that the tool itself writes, and what decides about them."""
DEAD = {
    "oauth": f"{NOT_READ['oauth']}; the tool writes oidc from sign_in.*",
    "servers": f"{NOT_READ['servers']}; the server is set by server.url",
}
REFUSED = (*OWNED, *DEAD)

# Bounds the recursion; no configuration of OHIF comes near it.
_DEEPEST = 20
# Number.MAX_SAFE_INTEGER: JavaScript rounds larger integers.
_LARGEST = 2**53 - 1
# In lower case without underscores and hyphens, as `_refuse_key` compares them.
_SECRETS = {"clientsecret", "clientassertion"}
_PUBLIC = (
    "Everyone who opens the viewer can read this file, and a browser needs no secret: remove it, and if it was published, "
    "replace it"
)
_UPLOAD = "dicomuploadcomponent"


def checked(table: dict[str, Any]) -> dict[str, Any]:
    """`table` unchanged. Raises ValueError, with the key, if it contains a key of the tool, a secret, or a value that JavaScript
    cannot represent."""
    _refuse_names(table)
    for path, value in _walk(table, "", 0):
        _refuse_value(path, value)
    _refuse_secrets(table, ())
    # Older guides add it. OHIF 3.11 to 3.14 crash with InvalidCharacterError when Upload is clicked.
    if mentions_upload(table.get("customizationService")):
        raise ValueError(
            "has dicomUploadComponent in customizationService, which crashes the Upload button of every OHIF "
            "build that was tried: remove it and set server.uploads = true"
        )
    for key in ("extensions", "modes"):
        if not isinstance(table.get(key, []), list):
            raise ValueError(f"has {key} that is not a list, and OHIF then shows a blank page: write {key} = []")
    return table


def _refuse_names(table: dict[str, Any]) -> None:
    for key in table:
        for owned, reason in (OWNED | DEAD).items():
            # OHIF ignores a key in the wrong case, so it would be a mistake too.
            if key.casefold() == owned.casefold():
                raise ValueError(f"may not have the key {owned}: {reason}")


def _walk(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        raise ValueError(f"is nested more than {_DEEPEST} levels deep")
    if isinstance(value, dict):
        for key, below in value.items():
            inner = str(key)
            if path:
                inner = f"{path}.{key}"
            # The key itself is checked like a value, because it may be invalid Unicode.
            yield inner, key
            _refuse_key(inner, key)
            yield from _walk(below, inner, depth + 1)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _walk(below, f"{path}[{number}]", depth + 1)
    else:
        yield path, value


def _refuse_key(path: str, key: object) -> None:
    name = str(key).casefold().replace("_", "").replace("-", "")
    if name in _SECRETS:
        raise ValueError(f"holds {path[:80]}. {_PUBLIC} in the app registration")
    if key == "__proto__":
        raise ValueError(f"holds the key {path[:80]}, which in JavaScript changes the object itself: remove it")


def _refuse_secrets(value: Any, path: tuple[str | int, ...]) -> None:
    if path and is_secret(path, value):
        names = ".".join(part for part in path if isinstance(part, str))
        raise ValueError(f"holds in {names[:80]} what looks like a login or a secret. {_PUBLIC} where it is valid")
    if isinstance(value, list):
        # Lists and tables alike: the path has an index or a key.
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_secrets(inner, (*path, key))


def _refuse_value(path: str, value: Any) -> None:
    where = path[:80]
    if isinstance(value, str):
        # Half of a surrogate pair cannot be encoded as UTF-8.
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError(f"holds in {where[:40]!a} text that is not valid Unicode")
    # Before int, because bool is a subclass of int.
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError(f"has in {where} a number that JavaScript would round: write it in quotes, as text")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"has {value} in {where}, which JSON cannot hold")
    elif value is None:
        raise ValueError(f"has no value in {where}, and TOML cannot write that: remove the key")
    else:
        kind = "a date or time" if hasattr(value, "isoformat") else "a kind of value"
        raise ValueError(f"has in {where} {kind} that JSON does not know: write it in quotes, as text")


def mentions_upload(value: Any) -> bool:
    """Whether the upload component is named anywhere below a value."""
    if isinstance(value, dict):
        return any(_UPLOAD in str(key).casefold() or mentions_upload(below) for key, below in value.items())
    if isinstance(value, list):
        return any(mentions_upload(below) for below in value)
    return isinstance(value, str) and _UPLOAD in value.casefold()
