"""`oidc` to the answers of sign-in, and what of it stays by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ohif_setup.config_js.convert.parted import Parted
from ohif_setup.config_js.lint.sign_in import provider_at
from ohif_setup.config_js.read.config import Code, Path
from ohif_setup.kinds import KINDS
from ohif_setup.ohif.configuration import CALLBACK
from ohif_setup.ohif.keys import DEAD_IN_OIDC
from ohif_setup.providers import PROVIDERS
from ohif_setup.providers.provider import Provider

_TO_ANSWERS = ("authority", "client_id", "response_type")

Parsed = TypeVar("Parsed")


def part_sign_in(parted: Parted) -> None:
    """Fills `sign_in`."""
    path, written = _provider(parted)
    wanting = next((server for server in _servers(parted) if KINDS[server["kind"]].token), None)
    token, label, server_url = None, "", ""
    if wanting:
        kind = KINDS[wanting["kind"]]
        token, label, server_url = kind.token, kind.label, str(wanting.get("url", ""))
    if written is None:
        if token:
            why = f"the file has no sign-in, and the {label} needs one"
            parted.miss(f"sign_in.{PROVIDERS[token.provider].key}", why)
            parted.miss("sign_in.client_id", why)
        return
    authority = written.get("authority")
    if token:
        provider = PROVIDERS[token.provider]
    elif isinstance(authority, str):
        provider = provider_at(authority)
    else:
        provider = provider_at("")
    table: dict[str, Any] = {}
    _authority(parted, table, provider, authority, server_url)
    client = written.get("client_id")
    if not isinstance(client, str) or not client:
        parted.miss("sign_in.client_id", "the file does not say it as a constant")
    elif found := _parsed(parted, "sign_in.client_id", client, lambda text: provider.parse_client_id(text, "")):
        table["client_id"] = found
    if written.get("response_type") != "code":
        table["flow"] = "implicit"
    parted.tables["sign_in"] = table
    _rest(parted, path, written, provider)


def _provider(parted: Parted) -> tuple[Path, Mapping[str, Any] | None]:
    """The provider that is meant, also where it stands under a key that OHIF does not read."""
    for key in ("oidc", "oauth"):
        given = parted.read.config.get(key)
        if not given:
            continue
        if key == "oauth" and isinstance(parted.read.config.get("oidc"), list):
            parted.lose((key,), "OHIF does not read it")
            continue
        first: Any = given
        path: Path = (key,)
        if isinstance(given, list):
            first, path = given[0], (key, 0)
            for index in range(1, len(given)):
                parted.lose((key, index), "only the first provider is read")
        if isinstance(first, dict) and ("client_id" in first or "authority" in first):
            return path, first
        parted.lose((key,), "it is no provider that is written out")
    return (), None


def _servers(parted: Parted) -> list[Mapping[str, Any]]:
    tables = parted.tables
    if "server" in tables:
        return [tables["server"]]
    return list(tables.get("servers", ()))


def _authority(parted: Parted, table: dict[str, Any], provider: Provider, authority: Any, server_url: str) -> None:
    key = f"sign_in.{provider.key}"
    by_itself = provider.key == "authority"
    # What is wrong with an empty one, its own parser says.
    if not isinstance(authority, str) or not (authority or by_itself):
        what = "it" if by_itself else "the authority"
        parted.miss(key, f"the file does not say {what} as a constant")
        return
    found = _parsed(parted, key, authority, lambda text: provider.reading.answers_of(text, server_url))
    if found is not None:
        table.update(found)
        if not found:
            parted.miss(key, "the authority names no tenant")


def _parsed(parted: Parted, key: str, text: str, parse: Callable[[str], Parsed]) -> Parsed | None:
    try:
        return parse(text)
    except ValueError as error:
        parted.miss(key, f"what the file has {error}")
        return None


def _rest(parted: Parted, path: Path, written: Mapping[str, Any], provider: Provider) -> None:
    for key, value in written.items():
        here: Path = (*path, key)
        if key in _TO_ANSWERS:
            if isinstance(value, Code):
                parted.keep(here, ("oidc", 0, key))
        elif key in DEAD_IN_OIDC:
            parted.lose(here, f"it does nothing: {DEAD_IN_OIDC[key]}")
        elif key == "redirect_uri":
            if value != CALLBACK:
                parted.lose(
                    here, f"the tool writes {CALLBACK}, and the redirect URI to register follows from the viewer URL"
                )
        elif key in provider.reading.decided:
            parted.lose(here, provider.reading.decided[key])
        elif key == "post_logout_redirect_uri" and value in ("/", None):
            parted.lose(here, "it breaks the address of the study list")
        else:
            parted.keep(here, ("oidc", 0, key))
