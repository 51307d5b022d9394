"""The authorization endpoint: identifies the client, checks the request, signs in, asks for consent, and delivers the answer.

The order of the steps follows RFC 6749 4.1.2.1 and public threads: a fault in the client ID or the redirect URI stays
on Entra's own page, every later one is delivered at the redirect URI. The order of the live service was not verified.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from ohif_setup.demo.entra import pages
from ohif_setup.demo.entra.refusals import EntraError
from ohif_setup.demo.entra.registration import AppRegistration, Platform
from ohif_setup.demo.entra.scopes import Granted
from ohif_setup.demo.entra.signing import half_hash
from ohif_setup.demo.entra.tenant import Grant, Tenant, User
from ohif_setup.demo.exchange import Reply, Request

SESSION_COOKIE = "ESTSAUTHPERSISTENT"

Parameters = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """An authorization request whose answer may go to its redirect URI."""

    registration: AppRegistration
    redirect_uri: str
    platform: Platform
    parameters: Parameters

    @property
    def kinds(self) -> frozenset[str]:
        """The words of `response_type`."""
        return frozenset(self.parameters.get("response_type", "").split())

    @property
    def mode(self) -> str:
        """The response mode: the requested one, else the default for the kind of response."""
        if self.parameters.get("response_mode"):
            return self.parameters["response_mode"]
        # Tokens must not be in a query, which servers log (OAuth 2.0 Multiple Response Types, 5).
        if self.kinds <= {"code"}:
            return "query"
        return "fragment"


def authorize(tenant: Tenant, request: Request, *, own_tenant: bool) -> Reply:
    """Answers an authorization request; `own_tenant` is False on `common` and `organizations`."""
    parameters = dict(request.query) | request.form
    try:
        # Until client and redirect URI are known to be good, an error must not be sent anywhere: it stays on this page.
        asked = _identify(tenant, parameters)
        if not own_tenant:
            raise EntraError(50194, client=asked.registration.client_id)
    except EntraError as error:
        return Reply.html(200, pages.error_page(error, tenant.stamp(request)))
    try:
        _check(asked)
        user = tenant.grants.sessions.get(request.cookies.get(SESSION_COOKIE, ""))
        prompt = parameters.get("prompt", "")
        # A silent renewal, which must never show a page.
        if prompt == "none" and user is None:
            raise EntraError(50058)
        # These prompts ask for a page even where a session exists.
        if user is None or prompt in {"login", "select_account"}:
            return _sign_in_page(tenant, parameters)
        return _consent(tenant, asked, user)
    except EntraError as error:
        return _deliver_error(tenant, request, asked, error)


def sign_in(tenant: Tenant, request: Request) -> Reply:
    """The user pressed the button: begins a session and continues with the request in the form."""
    parameters = _unpack(request.form.get("ctx", ""))
    session = secrets.token_urlsafe(32)
    tenant.grants.sessions[session] = tenant.user
    # The request travels through the pages in the field `ctx`, so the server keeps no state of a sign-in.
    reply = _resume(tenant, request, parameters, tenant.user)
    # SameSite=None: the renewal of the implicit flow runs in a frame of the viewer.
    return reply.adding(("Set-Cookie", f"{SESSION_COOKIE}={session}; Path=/; Secure; HttpOnly; SameSite=None"))


def accept(tenant: Tenant, request: Request) -> Reply:
    """The user consented: continues with the request in the form."""
    user = tenant.grants.sessions.get(request.cookies.get(SESSION_COOKIE, ""))
    parameters = _unpack(request.form.get("ctx", ""))
    # Otherwise prompt=consent would show the same page again, without end.
    parameters.pop("prompt", None)
    return _resume(tenant, request, parameters, user)


def refuse(tenant: Tenant, request: Request) -> Reply:
    """The user took the link back: the application gets 90094, or 65004 where she could have consented."""
    asked = _identify(tenant, _unpack(dict(request.query).get("ctx", "")))
    code = 65004 if asked.registration.admin_consent else 90094
    return _deliver_error(tenant, request, asked, EntraError(code))


def _identify(tenant: Tenant, parameters: Parameters) -> Asked:
    # client_id before redirect_uri: without the registration no redirect URI can be checked.
    registration = tenant.registration(parameters.get("client_id"))
    if not registration.redirect_uris:
        raise EntraError(500113)
    # Without the parameter, Entra uses any of the registered ones; here it is always the first.
    redirect_uri = parameters.get("redirect_uri") or registration.redirect_uris[0][1]
    platform = registration.platform_of(redirect_uri)
    if platform is None:
        raise EntraError(50011, uri=redirect_uri, client=registration.client_id)
    return Asked(registration, redirect_uri, platform, parameters)


def _check(asked: Asked) -> None:
    for required in ("response_type", "scope"):
        if not asked.parameters.get(required):
            raise EntraError(900144, parameter=required)
    if not asked.kinds <= {"code", "id_token", "token"}:
        raise EntraError(70005, kinds=asked.parameters["response_type"])
    if "id_token" in asked.kinds and not asked.registration.id_tokens:
        raise EntraError(700054)
    if "token" in asked.kinds and not asked.registration.access_tokens:
        raise EntraError(700051)
    if asked.mode not in {"query", "fragment", "form_post"} or (asked.mode == "query" and not asked.kinds <= {"code"}):
        raise EntraError(70007, mode=asked.mode)
    if "id_token" in asked.kinds and not asked.parameters.get("nonce"):
        raise EntraError(900144, parameter="nonce")


def _resume(tenant: Tenant, request: Request, parameters: Parameters, user: User | None) -> Reply:
    asked = _identify(tenant, parameters)
    if user is None:
        return _sign_in_page(tenant, parameters)
    try:
        return _consent(tenant, asked, user)
    except EntraError as error:
        return _deliver_error(tenant, request, asked, error)


def _sign_in_page(tenant: Tenant, parameters: Parameters) -> Reply:
    name = tenant.registration(parameters.get("client_id")).name
    action = f"{tenant.tenant_url}/login"
    return Reply.html(200, pages.sign_in_page(action, urlencode(parameters), tenant.user.sign_in_name, name))


def _consent(tenant: Tenant, asked: Asked, user: User) -> Reply:
    granted = tenant.granted(asked.parameters.get("scope"), asked.registration)
    prompt = asked.parameters.get("prompt", "")
    context = urlencode(asked.parameters)
    refusal = f"{tenant.tenant_url}/refuse?{urlencode({'ctx': context})}"
    if not asked.registration.admin_consent:
        if prompt == "none":
            raise EntraError(65001, error="interaction_required", client=asked.registration.client_id)
        return Reply.html(200, pages.approval_page(refusal, asked.registration.name))
    if prompt == "consent":
        action = f"{tenant.tenant_url}/accept"
        return Reply.html(200, pages.consent_page(action, refusal, context, asked.registration.name, granted.text))
    return _deliver(asked, _issue(tenant, asked, user, granted))


def _issue(tenant: Tenant, asked: Asked, user: User, granted: Granted) -> Parameters:
    client_id, kinds = asked.registration.client_id, asked.kinds
    nonce = asked.parameters.get("nonce")
    answer: Parameters = {}
    hashes: Parameters = {}
    if "code" in kinds:
        code = f"1.{secrets.token_urlsafe(64)}"
        tenant.grants.codes[code] = Grant(
            client_id,
            asked.platform,
            granted,
            user,
            tenant.now(),
            asked.redirect_uri,
            nonce,
            asked.parameters.get("code_challenge"),
        )
        tenant.grants.unused_codes.add(code)
        answer["code"] = code
        # Hashes that bind code and access token to the ID token (OpenID Connect Core, 3.3.2.11).
        hashes["c_hash"] = half_hash(code)
    if "token" in kinds:
        answer["access_token"] = tenant.access_token(client_id, granted, user)
        answer |= {"token_type": "Bearer", "expires_in": str(tenant.token_lifetime), "scope": granted.text}
        hashes["at_hash"] = half_hash(answer["access_token"])
    if "id_token" in kinds:
        answer["id_token"] = tenant.id_token(client_id, user, nonce, **hashes)
    # Microsoft's own extension, which MSAL needs to identify the account in its cache.
    if asked.parameters.get("client_info") == "1":
        answer["client_info"] = tenant.client_info(user)
    return answer | {"session_state": secrets.token_hex(16)}


def _deliver_error(tenant: Tenant, request: Request, asked: Asked, error: EntraError) -> Reply:
    description = error.description(tenant.stamp(request))
    uri = f"{tenant.url}/error?code={error.code}"
    return _deliver(asked, {"error": error.error, "error_description": description, "error_uri": uri})


def _deliver(asked: Asked, answer: Parameters) -> Reply:
    """Sends the answer to the redirect URI in the requested response mode."""
    if "state" in asked.parameters:
        answer = answer | {"state": asked.parameters["state"]}
    if asked.mode == "form_post":
        return Reply.html(200, pages.form_post_page(asked.redirect_uri, answer))
    target = asked.redirect_uri
    # A browser would add the slash anyway.
    if not urlsplit(target).path:
        target += "/"
    mark = "?"
    if asked.mode == "fragment" or not asked.kinds <= {"code"}:
        mark = "#"
    elif "?" in target:
        mark = "&"
    return Reply(302, (("Location", f"{target}{mark}{urlencode(answer)}"), ("Cache-Control", "no-store, no-cache")))


def _unpack(context: str) -> Parameters:
    """The parameters of the authorization request, from the field `ctx` of a page."""
    return dict(Request("GET", "", (), (_FORM,), context.encode()).form)


_FORM = ("Content-Type", "application/x-www-form-urlencoded")
