"""Converts `oidc` to the answers about sign-in; other options of it are kept as hand edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.config_js.convert.parted import Conversion
from ohif_setup.config_js.lint.sign_in import provider_at
from ohif_setup.config_js.read.config import Code, Path
from ohif_setup.kinds import KINDS
from ohif_setup.kinds.kind import ServerToken
from ohif_setup.ohif.configuration import CALLBACK, usual_scope
from ohif_setup.ohif.keys import DEAD_IN_OIDC
from ohif_setup.providers import PROVIDERS
from ohif_setup.providers.provider import Provider

_TO_ANSWERS = ("authority", "client_id", "response_type")
_REQUEST = {"scope": "scope", "extraQueryParams": "extra_parameters"}
"""Keys of `oidc` that `[sign_in]` has under another name, or under the same."""
_STANDARD = {"openid", "profile", "email", "offline_access"}

Parsed = TypeVar("Parsed")


def convert_sign_in(conversion: Conversion) -> None:
    """Fills `sign_in`. Needs the servers, which must have been converted before."""
    path, written = _provider(conversion)
    needs_token = next((server for server in _servers(conversion) if KINDS[server["kind"]].token), None)
    token, label, server_url = None, "", ""
    if needs_token:
        kind = KINDS[needs_token["kind"]]
        token, label, server_url = kind.token, kind.label, str(needs_token.get("url", ""))
    if written is None:
        # Without a server that requires a token, a site without sign-in is complete.
        if token:
            why = f"the file has no sign-in, and the {label} needs one"
            conversion.miss(f"sign_in.{PROVIDERS[token.provider].key}", why)
            conversion.miss("sign_in.client_id", why)
        return
    authority = written.get("authority")
    # The server's kind decides which provider issues its tokens; otherwise the authority's host tells.
    if token:
        provider = PROVIDERS[token.provider]
    elif isinstance(authority, str):
        provider = provider_at(authority)
    else:
        provider = provider_at("")
    table: dict[str, Any] = {}
    _authority(conversion, table, provider, authority, server_url)
    client = written.get("client_id")
    if not isinstance(client, str) or not client:
        conversion.miss("sign_in.client_id", "the file does not contain it as a constant")
    elif found := _parsed(conversion, "sign_in.client_id", client, lambda text: provider.parse_client_id(text, "")):
        table["client_id"] = found
    if written.get("response_type") != "code":
        table["flow"] = "implicit"
    answered = {*_request(table, written, provider, token)}
    conversion.tables["sign_in"] = table
    _rest(conversion, path, {key: value for key, value in written.items() if key not in answered}, provider)


def _provider(conversion: Conversion) -> tuple[Path, Mapping[str, Any] | None]:
    """The path and table of the provider, or None. A provider under `oauth`, which OHIF does not read, counts if there is no
    `oidc`: its author wanted a sign-in."""
    for key in ("oidc", "oauth"):
        given = conversion.read.config.get(key)
        if not given:
            continue
        if key == "oauth" and isinstance(conversion.read.config.get("oidc"), list):
            conversion.lose((key,), "OHIF does not read it")
            continue
        first: Any = given
        path: Path = (key,)
        if isinstance(given, list):
            first, path = given[0], (key, 0)
            for index in range(1, len(given)):
                conversion.lose((key, index), "only the first provider is read")
        if isinstance(first, dict) and ("client_id" in first or "authority" in first):
            return path, first
        conversion.lose((key,), "it is not a literal provider entry")
    return (), None


def _servers(conversion: Conversion) -> list[Mapping[str, Any]]:
    tables = conversion.tables
    if "server" in tables:
        return [tables["server"]]
    return list(tables.get("servers", ()))


def _authority(
    conversion: Conversion, table: dict[str, Any], provider: Provider, authority: Any, server_url: str
) -> None:
    # Entra ID's answer is the tenant in the authority, the general provider's the authority itself.
    key = f"sign_in.{provider.key}"
    is_whole = provider.key == "authority"
    # An empty authority is left to the provider's parser, whose error says what is wrong with it.
    if not isinstance(authority, str) or not (authority or is_whole):
        what = "it" if is_whole else "the authority"
        conversion.miss(key, f"the file does not contain {what} as a constant")
        return
    answers = _parsed(conversion, key, authority, lambda text: provider.reading.answers_of(text, server_url))
    if answers is not None:
        table.update(answers)
        if not answers:
            conversion.miss(key, "the authority names no tenant")


def _request(
    table: dict[str, Any], written: Mapping[str, Any], provider: Provider, token: ServerToken | None
) -> Iterator[str]:
    """The keys of the request for a sign-in that became answers; the tool decides about those of a server's token."""
    for key, name in _REQUEST.items():
        value = written.get(key)
        # What every sign-in asks for says nothing about a choice of the author.
        usual = token or (isinstance(value, str) and set(value.split()) <= _STANDARD)
        if not value or (usual and key in provider.reading.decided):
            continue
        try:
            found = KEYS[f"sign_in.{name}"].validated(value, table)
        # Code, or what the answers do not take: it can stay as an edit by hand.
        except ValueError:
            continue
        yield key
        # In any other order it is the same scope.
        if name != "scope" or set(found.split()) != set(usual_scope(SignIn.model_construct(**table), "").split()):
            table[name] = found


def _parsed(conversion: Conversion, key: str, text: str, parse: Callable[[str], Parsed]) -> Parsed | None:
    try:
        return parse(text)
    except ValueError as error:
        # The parser's text is the end of a sentence.
        conversion.miss(key, f"the value in the file {error}")
        return None


def _rest(conversion: Conversion, path: Path, written: Mapping[str, Any], provider: Provider) -> None:
    for key, value in written.items():
        here: Path = (*path, key)
        if key in _TO_ANSWERS:
            # A constant became an answer; code stays in place of the value that the answer gives.
            if isinstance(value, Code):
                conversion.keep(here, ("oidc", 0, key))
        elif key in DEAD_IN_OIDC:
            conversion.lose(here, f"it does nothing: {DEAD_IN_OIDC[key]}")
        elif key == "redirect_uri":
            if value != CALLBACK:
                conversion.lose(
                    here, f"the tool writes {CALLBACK}, and the redirect URI to register follows from the viewer URL"
                )
        elif key in provider.reading.decided:
            conversion.lose(here, provider.reading.decided[key])
        elif key == "post_logout_redirect_uri" and value in ("/", None):
            conversion.lose(here, "it breaks the address of the study list")
        else:
            conversion.keep(here, ("oidc", 0, key))
