"""The types of the answers: each checks and normalises its value. Every fault is a ValueError."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from ohif_setup.answers.rules.secret_values import is_secret
from ohif_setup.ohif import versions
from ohif_setup.paste import pasted, places
from ohif_setup.paste.dicomweb import parse_proxy_url
from ohif_setup.paste.identifiers import parse_tenant
from ohif_setup.paste.services import parse_fhir_url
from ohif_setup.paste.viewer_url import parse_viewer_url


def _parse_ohif_version(text: str) -> str:
    major, minor = versions.parse(pasted.trimmed(text))
    if (major, minor) < versions.parse(versions.OLDEST):
        raise ValueError(
            f"is older than {versions.OLDEST}, the oldest OHIF that the tool can configure: earlier ones configure "
            f"sign-in and images in another way. Use {versions.NEWEST}"
        )
    # Another major version changes the configuration; a newer minor version is accepted.
    if major > versions.parse(versions.NEWEST)[0]:
        raise ValueError(
            f"is not supported: this tool configures OHIF 3 and was tried with versions up to {versions.KNOWN[-1]}"
        )
    return f"{major}.{minor}"


def _parse_directory(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: name a folder, such as deploy")
    if pasted.has_control_characters(text):
        raise ValueError("contains a line break, NUL or another control character")
    # ~ would become a folder of that name.
    if text.startswith("~"):
        raise ValueError(
            "begins with ~, which only a shell replaces with the home folder: write the whole path, or ./~"
        )
    return text


def _parse_name(text: str) -> str:
    # The name is a part of URLs (/viewer?datasources=NAME).
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", text, re.ASCII):
        raise ValueError("is not a valid name for a data source: use up to 40 letters, digits, hyphens and underscores")
    return text


def _parse_address(text: str) -> str:
    bare = text.strip().removeprefix("[").removesuffix("]")
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        raise ValueError(
            "is not an IP address: give one of the machine of the web server, as in 127.0.0.1, or 0.0.0.0 and :: for all of them"
        ) from None
    # A zone is valid on one machine only, and a mapped address has a simpler form.
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address.ipv4_mapped):
        raise ValueError("has a zone or an IPv4 address in it: give the plain IPv4 or IPv6 address")
    return str(address)


def _parse_host_name(text: str) -> str:
    """The value of a header `Host`: a name, with a port where it is not the usual one."""
    name, _, port = text.strip().partition(":")
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(
        re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?", part, re.ASCII) for part in labels
    ):
        raise ValueError(
            "is not a host name: give the name alone, such as pacs.example.org, without https:// and without a path"
        )
    if ":" in text and not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535):
        raise ValueError("has a port that is none: give the name alone, or as in pacs.example.org:8443")
    return text.strip().lower()


def _or_empty(rule: Callable[[str], str]) -> Callable[[str], str]:
    """The same rule for an optional key, for which an empty text means that it is not set."""
    return lambda text: rule(text) if text.strip() else ""


def to_tuple(value: object) -> object:
    """A tuple for a list: TOML has lists, and the frozen model needs tuples."""
    if isinstance(value, list):
        return tuple(value)
    return value


# The characters of a scope in RFC 6749, 3.3.
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


def _parse_scope(text: str) -> str:
    scopes = list(dict.fromkeys(text.split()))
    if not all(map(_SCOPE.fullmatch, scopes)):
        raise ValueError("holds a character that no scope has, such as a quote: write scopes with a space between them")
    if "openid" not in scopes:
        raise ValueError(f"lacks openid, without which nobody is signed in: write openid {' '.join(scopes)}")
    return " ".join(scopes)


def _parse_parameters(table: dict[str, str]) -> dict[str, str]:
    for name, value in table.items():
        if not re.fullmatch(r"[A-Za-z0-9_.~-]{1,64}", name):
            raise ValueError("has a name that is no parameter of a sign-in: use letters, digits, and _ - . ~")
        if name in _SENT_ANYWAY:
            raise ValueError(f"may not have {name}, which the viewer sends itself")
        if is_secret((name,), value):
            raise ValueError(
                f"holds in {name} what looks like a secret. Everyone who opens the viewer can read app-config.js: remove it, and "
                "replace it where it is valid"
            )
        if not value.strip() or pasted.has_control_characters(value):
            raise ValueError(f"has in {name} no text, or a line break: give one line of text, or remove {name}")
    return table


def _without_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


# oidc-client and oidc-client-ts add these to every request for a sign-in; twice, providers refuse it.
_SENT_ANYWAY = {
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
}

Text = Annotated[str, AfterValidator(pasted.bounded)]
ViewerUrl = Annotated[Text, AfterValidator(parse_viewer_url)]
ViewerUrls = Annotated[tuple[ViewerUrl, ...], BeforeValidator(to_tuple)]
OhifVersion = Annotated[Text, AfterValidator(_parse_ohif_version)]
TenantId = Annotated[Text, AfterValidator(_or_empty(parse_tenant))]
FhirUrl = Annotated[Text, AfterValidator(parse_fhir_url)]
Scope = Annotated[Text, AfterValidator(_or_empty(_parse_scope))]
Parameters = Annotated[dict[str, Text], AfterValidator(_parse_parameters)]
Directory = Annotated[Text, AfterValidator(_parse_directory)]
ServedPath = Annotated[Text, AfterValidator(_or_empty(places.parse_served_path))]
ProxyUrl = Annotated[Text, AfterValidator(_or_empty(parse_proxy_url))]
HostName = Annotated[Text, AfterValidator(_or_empty(_parse_host_name))]
SourceName = Annotated[Text, AfterValidator(_or_empty(_parse_name))]
Address = Annotated[Text, AfterValidator(_parse_address)]
Addresses = Annotated[tuple[Address, ...], BeforeValidator(to_tuple), AfterValidator(_without_repeats)]
Port = Annotated[int, Field(ge=1, le=65535)]
