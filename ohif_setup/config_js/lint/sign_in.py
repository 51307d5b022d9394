"""What is wrong with the sign-in of a configuration."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.config_js.lint.remark import ConfigTable, Remark, providers, quoted, top
from ohif_setup.config_js.read.config import ReadConfig
from ohif_setup.config_js.read.roots import kind_of_host, plain_origin, root_of
from ohif_setup.ohif.configuration import AFTER_SIGN_OUT, CALLBACK
from ohif_setup.ohif.keys import DEAD_IN_OIDC
from ohif_setup.paste import pasted
from ohif_setup.paste.urls import host_of, is_loopback, origin_of
from ohif_setup.providers import PROVIDERS
from ohif_setup.providers.provider import Provider

_URIS = ("redirect_uri", "silent_redirect_uri", "post_logout_redirect_uri")


def remarks(read: ReadConfig, served_from: str | None) -> Iterator[Remark]:
    """Every remark on `oidc`."""
    found = list(providers(read))
    kinds = (kind_of_host(host_of(found.text)) for found in map(root_of, _options(read)) if not found.relative)
    wanting = next((kind for kind in kinds if kind and kind.token), None)
    if wanting and not read.config.get("oidc"):
        wrong = f"Nobody signs in, and the {wanting.label} answers nobody without a token."
        yield top(read).remark("no-sign-in", "error", "oidc", wrong, "Write oidc: [ { ... } ]", fm="FM48")
    for provider in found[1:]:
        yield provider.remark(
            "second-provider",
            "warning",
            "",
            "Only the first provider is read; this one does nothing.",
            "Take it out",
            fm="FM54",
        )
    if not found:
        return
    first = found[0]
    yield from _uris(first, served_from)
    yield from _keys(first, served_from)
    token = None
    if wanting:
        token = wanting.token
    yield from provider_at(first.text("authority")).reading.remarks(first, token)


def provider_at(authority: str) -> Provider:
    """The provider whose authority it is; the gallery's last one where it may be anybody's."""
    *known, other = PROVIDERS.values()
    return next((provider for provider in known if provider.signs_in_at(host_of(authority))), other)


def is_code_flow(provider: ConfigTable) -> bool:
    """OHIF takes the code flow with PKCE for exactly this word, and its old client for every other."""
    return provider.text("response_type") == "code"


def _options(read: ReadConfig) -> Iterator[dict[str, object]]:
    for source in read.listed("dataSources"):
        options = None
        if isinstance(source, dict):
            options = source.get("configuration")
        if isinstance(options, dict):
            yield options


def _uris(first: ConfigTable, served_from: str | None) -> Iterator[Remark]:
    for key in _URIS:
        value = first.text(key)
        absolute = value.startswith(("http://", "https://"))
        if value and not absolute and not value.startswith("/"):
            wrong = "It is put right behind the path of the viewer, and has no slash at its beginning."
            yield first.remark("uri-slash", "error", key, wrong, f"Write {key}: {quoted('/' + value)}", fm="FM53")
        elif key == "redirect_uri" and absolute and served_from and plain_origin(value) != origin_of(served_from):
            wrong = (
                f"People come back to {quoted(plain_origin(value))}, and this viewer is at {origin_of(served_from)}."
            )
            yield first.remark("uri-origin", "warning", key, wrong, f"Write {key}: '{CALLBACK}'", fm="FM40")
    if first.text("redirect_uri") == "/":
        wrong = "People come back to the study list, which sends them to sign in again, for ever."
        yield first.remark(
            "redirect-loop", "error", "redirect_uri", wrong, f"Write redirect_uri: '{CALLBACK}'", fm="FM58"
        )
    if first.get("post_logout_redirect_uri") in (None, "/"):
        wrong = "Unset or '/', the page after signing out takes the place of the study list."
        do = f"Write post_logout_redirect_uri: '{AFTER_SIGN_OUT}'"
        yield first.remark("after-sign-out", "warning", "post_logout_redirect_uri", wrong, do)


def _keys(first: ConfigTable, served_from: str | None) -> Iterator[Remark]:
    for key in first.table:
        if key in DEAD_IN_OIDC:
            yield first.remark(
                "dead-key", "warning", key, f"{key} does nothing: {DEAD_IN_OIDC[key]}.", f"Take {key} out"
            )
    if pasted.is_placeholder(first.text("client_id")):
        wrong = "It still has the placeholder of a recipe."
        yield first.remark(
            "placeholder", "error", "client_id", wrong, "Write the client ID of the viewer's app registration"
        )
    if "accounts.google.com" in first.text("authority") and is_code_flow(first):
        wrong = "Google wants a client secret in the code flow, and a browser can keep none."
        yield first.remark(
            "google-code", "error", "response_type", wrong, "Write response_type: 'id_token token'", fm="FM60"
        )
    if (
        is_code_flow(first)
        and served_from
        and served_from.startswith("http://")
        and not is_loopback(host_of(served_from))
    ):
        wrong = "The code flow needs a secure page, and the viewer is at http://."
        yield first.remark("insecure-page", "error", "response_type", wrong, "Serve the viewer over https", fm="FM71")
