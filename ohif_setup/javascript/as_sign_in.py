"""`oidc` to the answers of sign-in, and what of it stays by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ohif_setup.answers.dicomweb import parse_oidc_authority, parse_oidc_client
from ohif_setup.answers.identifiers import parse_client_id
from ohif_setup.answers.services import default_authority, parse_authority
from ohif_setup.javascript.lint_sign_in import is_entra
from ohif_setup.javascript.parted import Parted
from ohif_setup.javascript.read import Code, Path
from ohif_setup.viewer.configuration import CALLBACK
from ohif_setup.viewer.keys import DEAD_IN_OIDC

_TO_ANSWERS = ("authority", "client_id", "response_type")
_OF_ENTRA = ("loadUserInfo", "revokeAccessTokenOnSignout", "scope")


def part_sign_in(parted: Parted) -> None:
    """Fills `sign_in`."""
    path, provider = _provider(parted)
    if provider is None:
        if any(one.get("kind") == "azure-dicom" for one in _servers(parted)):
            parted.miss("sign_in.tenant_id", "the file has no sign-in, and the Azure DICOM service needs one")
            parted.miss("sign_in.client_id", "the file has no sign-in, and the Azure DICOM service needs one")
        return
    table: dict[str, Any] = {}
    authority = provider.get("authority")
    entra = isinstance(authority, str) and is_entra(authority)
    if entra or any(one.get("kind") == "azure-dicom" for one in _servers(parted)):
        _entra(parted, table, str(authority) if isinstance(authority, str) else "")
        entra = True
    elif isinstance(authority, str) and (
        whole := _parsed(parted, "sign_in.authority", authority, parse_oidc_authority)
    ):
        table["authority"] = whole
    elif not isinstance(authority, str):
        parted.miss("sign_in.authority", "the file does not say it as a constant")
    client = provider.get("client_id")
    if not isinstance(client, str) or not client:
        parted.miss("sign_in.client_id", "the file does not say it as a constant")
    elif found := _parsed(parted, "sign_in.client_id", client, parse_client_id if entra else parse_oidc_client):
        table["client_id"] = found
    if provider.get("response_type") != "code":
        table["flow"] = "implicit"
    parted.tables["sign_in"] = table
    _rest(parted, path, provider, entra=entra)


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


def _entra(parted: Parted, table: dict[str, Any], authority: str) -> None:
    text = re.sub(r"^https://sts\.windows\.net", "https://login.microsoftonline.com", authority)
    whole = ""
    if text:
        whole = _parsed(parted, "sign_in.tenant_id", text, parse_authority)
    if not text:
        parted.miss("sign_in.tenant_id", "the file does not say the authority as a constant")
    tenant = whole.split("://", 1)[-1].partition("/")[2]
    if not tenant:
        if whole:
            parted.miss("sign_in.tenant_id", "the authority names no tenant")
        return
    table["tenant_id"] = tenant
    azure = next((str(one["url"]) for one in _servers(parted) if one.get("kind") == "azure-dicom"), "")
    if whole != default_authority(azure, tenant):
        table["authority"] = whole


def _parsed(parted: Parted, key: str, text: str, parse: Any) -> str:
    try:
        return str(parse(text))
    except ValueError as error:
        parted.miss(key, f"what the file has {error}")
        return ""


def _rest(parted: Parted, path: Path, provider: Mapping[str, Any], *, entra: bool) -> None:
    for key, value in provider.items():
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
        elif entra and key in _OF_ENTRA:
            parted.lose(here, "the tool writes what Entra ID and the DICOM service need")
        elif key == "post_logout_redirect_uri" and value in ("/", None):
            parted.lose(here, "it breaks the address of the study list")
        else:
            parted.keep(here, ("oidc", 0, key))
