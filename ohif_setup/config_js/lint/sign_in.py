"""What is wrong with the sign-in of a configuration."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.tables.tables import provider_answered
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
    """Every remark on `oidc`. `served_from` is the viewer URL, None if it is unknown."""
    listed = list(providers(read))
    # Only a kind that is recognised by its host is certain enough to say that its server requires a token.
    kinds = (kind_of_host(host_of(root.text)) for root in map(root_of, _options(read)) if not root.relative)
    needs_token = next((kind for kind in kinds if kind and kind.token), None)
    if needs_token and not read.config.get("oidc"):
        wrong = f"The configuration has no sign-in, and the {needs_token.label} requires a token."
        yield top(read).remark("no-sign-in", "error", "oidc", wrong, "Write oidc: [ { ... } ]", fm="FM48")
    for provider in listed[1:]:
        yield provider.remark(
            "second-provider",
            "warning",
            "",
            "OHIF reads only the first provider; this one does nothing.",
            "Remove it",
            fm="FM54",
        )
    if not listed:
        return
    first = listed[0]
    yield from _uris(first, served_from)
    yield from _keys(first, served_from)
    token = None
    if needs_token:
        token = needs_token.token
    yield from provider_at(first.text("authority")).reading.remarks(first, token)


def provider_at(authority: str) -> Provider:
    """The provider with that authority, recognised by its host or its path; otherwise the general one, the last of the gallery."""
    *known, _ = PROVIDERS.values()
    host = host_of(authority)
    return next(
        (provider for provider in known if provider.signs_in_at(host)), provider_answered({"authority": authority})
    )


def is_code_flow(provider: ConfigTable) -> bool:
    """Whether OHIF uses the code flow with PKCE: only for exactly this value. For any other it uses its old client
    (`oidc-client`)."""
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
        if pasted.placeholder_in(value):
            continue
        if value and not absolute and not value.startswith("/"):
            # OHIF appends it to origin and routerBasename as it is: `/ohif` and `callback` make `/ohifcallback`.
            wrong = "It is appended to the path of the viewer as it is, and does not start with a slash."
            yield first.remark("uri-slash", "error", key, wrong, f"Write {key}: {quoted('/' + value)}", fm="FM53")
        if key == "redirect_uri" and absolute and served_from and plain_origin(value) != origin_of(served_from):
            wrong = f"Users return to {quoted(plain_origin(value))}, but this viewer is at {origin_of(served_from)}."
            yield first.remark("uri-origin", "warning", key, wrong, f"Write {key}: '{CALLBACK}'", fm="FM40")
    if first.text("redirect_uri") == "/":
        wrong = "Users return to the study list, which sends them to the sign-in again, in an endless loop."
        yield first.remark(
            "redirect-loop", "error", "redirect_uri", wrong, f"Write redirect_uri: '{CALLBACK}'", fm="FM58"
        )
    # OHIF mounts its sign-out page at this path, and the default `/` is the study list (measured: `/?patientname=a` breaks).
    if first.get("post_logout_redirect_uri") in (None, "/"):
        wrong = "If it is unset or '/', the page after signing out replaces the study list."
        do = f"Write post_logout_redirect_uri: '{AFTER_SIGN_OUT}'"
        yield first.remark("after-sign-out", "warning", "post_logout_redirect_uri", wrong, do)


def _keys(first: ConfigTable, served_from: str | None) -> Iterator[Remark]:
    for key in first.table:
        if key in DEAD_IN_OIDC:
            yield first.remark("dead-key", "warning", key, f"{key} does nothing: {DEAD_IN_OIDC[key]}.", f"Remove {key}")
    client = first.text("client_id")
    if pasted.is_placeholder(client) and not pasted.placeholder_in(client):
        wrong = "It is still the placeholder of a recipe."
        yield first.remark(
            "placeholder", "error", "client_id", wrong, "Write the client ID of the viewer's app registration"
        )
    # PKCE needs crypto.subtle, which browsers offer on https pages and on loopback only.
    if (
        is_code_flow(first)
        and served_from
        and served_from.startswith("http://")
        and not is_loopback(host_of(served_from))
    ):
        wrong = "The code flow works on secure pages only, and the viewer is at http://."
        yield first.remark("insecure-page", "error", "response_type", wrong, "Serve the viewer over https", fm="FM71")
