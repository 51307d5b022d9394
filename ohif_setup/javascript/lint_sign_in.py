"""What is wrong with the sign-in of a configuration."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers import pasted
from ohif_setup.answers.identifiers import NOT_A_TENANT, is_guid
from ohif_setup.answers.services import is_entra_host
from ohif_setup.answers.urls import host_of, is_loopback, origin_of
from ohif_setup.javascript.read import ReadConfig
from ohif_setup.javascript.remark import Part, Remark, providers, quoted, top
from ohif_setup.javascript.roots import is_azure, plain_origin, root_of
from ohif_setup.kinds.azure_dicom import APP_ID, AUDIENCE, SCOPE
from ohif_setup.viewer.configuration import AFTER_SIGN_OUT, CALLBACK
from ohif_setup.viewer.keys import DEAD_IN_OIDC

_URIS = ("redirect_uri", "silent_redirect_uri", "post_logout_redirect_uri")


def remarks(read: ReadConfig, served_from: str | None) -> Iterator[Remark]:
    """Every remark on `oidc`."""
    found = list(providers(read))
    azure = any(is_azure(root_of(options)) for options in _options(read))
    if azure and not read.config.get("oidc"):
        wrong = "Nobody signs in, and the Azure DICOM service answers nobody without a token."
        yield top(read).remark("no-sign-in", "error", "oidc", wrong, "Write oidc: [ { ... } ]", fm="FM48")
    for one in found[1:]:
        yield one.remark(
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
    if is_entra(first.text("authority")):
        yield from _entra(first, azure=azure)


def is_entra(authority: str) -> bool:
    """Whether an authority is Microsoft Entra ID's."""
    return is_entra_host(host_of(authority))


def is_code_flow(provider: Part) -> bool:
    """OHIF takes the code flow with PKCE for exactly this word, and its old client for every other."""
    return provider.text("response_type") == "code"


def _options(read: ReadConfig) -> Iterator[dict[str, object]]:
    for one in read.listed("dataSources"):
        options = None
        if isinstance(one, dict):
            options = one.get("configuration")
        if isinstance(options, dict):
            yield options


def _uris(first: Part, served_from: str | None) -> Iterator[Remark]:
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


def _keys(first: Part, served_from: str | None) -> Iterator[Remark]:
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


def _entra(first: Part, *, azure: bool) -> Iterator[Remark]:
    code = is_code_flow(first)
    scopes = first.text("scope").split()
    if code and scopes and "offline_access" not in scopes:
        wrong = "Without offline_access there is no refresh token, and OHIF's page for silent renewal cannot renew the code flow."
        yield first.remark("offline-access", "error", "scope", wrong, "Add offline_access to scope", fm="FM46")
    if azure and not any(one.startswith((AUDIENCE, APP_ID, f"api://{APP_ID}")) for one in scopes):
        wrong = "The token is not for the DICOM service, which answers 401."
        yield first.remark("dicom-scope", "error", "scope", wrong, f"Add {SCOPE} to scope", fm="FM48")
    if code and first.get("revokeAccessTokenOnSignout") is not False:
        wrong = "Entra ID has no revocation endpoint, so signing out fails."
        do = "Write revokeAccessTokenOnSignout: false"
        yield first.remark("revocation", "error", "revokeAccessTokenOnSignout", wrong, do)
    if first.get("loadUserInfo") is True or (not code and first.get("loadUserInfo") is not False):
        wrong = "OHIF then asks Microsoft Graph for the person, and Graph refuses a token for the DICOM service."
        yield first.remark("user-info", "error", "loadUserInfo", wrong, "Write loadUserInfo: false", fm="FM45")
    if not code:
        wrong = "The implicit flow is out of date: it needs both token boxes and a hidden frame, and it always renews."
        yield first.remark("implicit-flow", "warning", "response_type", wrong, "Write response_type: 'code'", fm="FM43")
    yield from _authority(first)


def _authority(first: Part) -> Iterator[Remark]:
    authority = first.text("authority").rstrip("/")
    segments = authority.split("://", 1)[-1].split("/")[1:]
    tenant = ""
    if segments:
        tenant = segments[0]
    if tenant.lower() in NOT_A_TENANT or not tenant:
        wrong = "It names no tenant; a viewer signs in to one."
        do = "Write https://login.microsoftonline.com/TENANT_ID/v2.0"
        yield first.remark("no-tenant", "error", "authority", wrong, do, fm="FM50")
    elif pasted.is_placeholder(tenant):
        yield first.remark(
            "placeholder",
            "error",
            "authority",
            "It still has the placeholder of a recipe.",
            "Write the tenant ID",
            fm="FM50",
        )
    elif segments[1:] != ["v2.0"]:
        wrong = "It does not end in /v2.0, and the tokens of version 1 are for another audience."
        yield first.remark("authority-version", "error", "authority", wrong, "End it in /v2.0", fm="FM48")
    client = first.text("client_id")
    if client and not is_guid(client) and not pasted.is_placeholder(client):
        yield first.remark(
            "client-id", "warning", "client_id", "It is no client ID as Entra ID has them.", "Copy it from the portal"
        )
