"""A sign-in through MSAL: in a browser, by device code or as a service principal.

These defaults of MSAL 1.39 are switched off: instance discovery (it hides the real error), refresh tokens, the replay of an earlier
error for a minute (a new app object each time), its own session without a time limit, and its log, which contains secrets.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msal

from ohif_setup.network.look import authorize
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.sign_in import credentials
from ohif_setup.network.sign_in.browser import browser_can_open, open_browser
from ohif_setup.network.sign_in.msal_transport import MsalTransport, NoAnswerError
from ohif_setup.network.sign_in.person import NobodyError, Patience, Screen
from ohif_setup.network.sign_in.receiver import Receiver
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token, token_for
from ohif_setup.network.wire.origin import why_refused

__all__ = [
    "Method",
    "Patience",
    "Reason",
    "Screen",
    "SignInRequest",
    "SignInResult",
    "browser_can_open",
    "open_browser",
    "sign_in",
]

# MSAL logs authorization codes and verifiers at DEBUG and whole answers at ERROR, so no level is safe.
logging.getLogger("msal").setLevel(logging.CRITICAL + 1)

Method = Literal["browser", "device-code", "service-principal", "none"]

Reason = Literal[
    "", "not-asked", "not-trusted", "nobody", "refused", "no-answer", "no-credential", "bad-credential", "odd-answer"
]
"""Why there is no token: a host is `not-trusted`, `nobody` signed in in time, the provider `refused`, there was `no-answer` (or a
meaningless one), the credential is missing or unusable, or the answer does not follow the protocol (`odd-answer`)."""

# Redirect URI not registered, none registered, unknown client: OAuth forbids redirecting the browser then (RFC 6749, 4.1.2.1).
_KEPT_ON_A_PAGE = re.compile(r"AADSTS(?:50011|500113|700016|700011)(?!\d)")
# How many characters of the provider's text are kept.
_LONGEST = 2000
# How many polls in a row may fail before a device code sign-in gives up. The code remains valid in the meantime.
_MOST_FAULTS = 3


@dataclass(frozen=True)
class SignInResult:
    """The outcome of a sign-in. `claims` are those of the access token, decoded but not verified; empty if it is not a JWT.

    `exchange` is the failed one of the reason `no-answer`. `waited` is how many seconds passed without a sign-in (`nobody`).
    """

    method: Method
    reason: Reason = ""
    token: Token | None = field(default=None, repr=False)
    claims: Mapping[str, Any] = field(default_factory=dict)
    account: str = ""
    error: str = ""
    suberror: str = ""
    description: str = ""
    correlation_id: str = ""
    exchange: Exchange | None = None
    client_id: str = ""
    waited: float = 0


@dataclass(frozen=True)
class SignInRequest:
    """What a sign-in needs: the authority (without `/v2.0`) and its discovery document, the application, the scope of users and the
    `default_scope` of a service principal, and the service for which the token is meant."""

    authority: str
    discovery: Discovery
    client_id: str
    scope: str
    default_scope: str
    service_url: str


class _OddAnswerError(Exception):
    """The provider's answer does not follow the protocol; the text says how."""


def sign_in(
    http: Http, registration: SignInRequest, method: Method, screen: Screen, patience: Patience | None = None
) -> SignInResult:
    """Signs in once. Never raises for failures of the provider, the network or the user."""
    if method == "none":
        return SignInResult(method, "not-asked")
    credential = credentials.from_environment(os.environ) if method == "service-principal" else None
    client_id = (credential and credential.client_id) or registration.client_id
    # Faults of the credential are found here; MSAL would send something first.
    if credential and credential.problem:
        return SignInResult(method, "bad-credential", description=credential.problem, client_id=client_id)
    if method == "service-principal" and not credential:
        return SignInResult(method, "no-credential", client_id=client_id)
    transport = MsalTransport(http, registration.discovery)
    try:
        if credential:
            answer = _service_principal(transport, registration, client_id, credential)
        elif method == "browser":
            answer = _browser(http, transport, registration, screen, patience or Patience())
        else:
            answer = _device_code(_public(transport, registration), registration, screen, patience or Patience())
    except NoAnswerError as error:
        return SignInResult(method, "no-answer", exchange=error.exchange, client_id=client_id)
    except NobodyError as error:
        return SignInResult(method, "nobody", client_id=client_id, waited=error.seconds)
    except _OddAnswerError as error:
        return SignInResult(method, "odd-answer", description=str(error), client_id=client_id)
    except Exception as error:
        # MSAL raises ValueError, KeyError, RuntimeError, JSONDecodeError, PyJWT's own errors and others. Their texts may contain
        # what was posted, so only the type is kept. Before the first POST the credential is the only thing that can be at fault.
        reason: Reason = "odd-answer"
        if credential and not transport.posted:
            reason = "bad-credential"
        return SignInResult(method, reason, description=type(error).__name__, client_id=client_id)
    finally:
        screen.done()
    return _result(method, answer, registration, client_id, transport)


def _public(transport: MsalTransport, registration: SignInRequest) -> Any:
    return msal.PublicClientApplication(
        registration.client_id,
        authority=registration.authority,
        # With it, a fault of that extra request would be reported in place of the real error (measured with MSAL 1.39).
        instance_discovery=False,
        http_client=transport,
        # A check needs one access token; without this MSAL asks for a refresh token, too.
        exclude_scopes=["offline_access"],
    )


def _browser(
    http: Http, transport: MsalTransport, registration: SignInRequest, screen: Screen, patience: Patience
) -> Mapping[str, Any]:
    app = _public(transport, registration)
    with Receiver() as receiver:
        refusal = _stays_on_a_page(http, registration, receiver.redirect_uri)
        if refusal:
            return refusal
        flow = app.initiate_auth_code_flow(
            [registration.scope],
            redirect_uri=receiver.redirect_uri,
            # By POST the code is in no address, and so in no history and no log.
            response_mode="form_post",
            # Otherwise the browser's current account is used without asking, perhaps one of another tenant.
            prompt="select_account",
        )
        transport.hide((flow["code_verifier"],))
        receiver.state = flow["state"]
        screen.browser(flow["auth_uri"], round(patience.browser))
        answer = receiver.wait(patience.browser, lambda left: screen.waiting(round(left)))
    if answer is None:
        raise NobodyError(patience.browser)
    transport.hide((answer.get("code", ""),))
    return dict(app.acquire_token_by_auth_code_flow(flow, answer))


def _stays_on_a_page(http: Http, registration: SignInRequest, redirect_uri: str) -> Mapping[str, Any] | None:
    """The refusal that the provider would show on its own page only; None if the probe finds no clear refusal. Without the probe,
    the user would be sent to an error page while the terminal waits for an answer that never comes."""
    probe = authorize.probe(
        http,
        registration.discovery.endpoint("authorization_endpoint"),
        client_id=registration.client_id,
        redirect_uri=redirect_uri,
        response_type="code",
        scope=registration.scope,
    )
    code = _KEPT_ON_A_PAGE.search(probe.page)
    if code:
        return {"error": "invalid_request", "error_description": code[0]}
    return None


def _device_code(app: Any, registration: SignInRequest, screen: Screen, patience: Patience) -> Mapping[str, Any]:
    flow = dict(app.initiate_device_flow([registration.scope]))
    # MSAL reports a failure as a flow without these keys; `_result` reads its error.
    if not isinstance(flow.get("user_code"), str) or not isinstance(flow.get("device_code"), str):
        return flow
    seconds = max(0.0, min(float(flow["expires_in"]), patience.device_code))
    end = time.monotonic() + seconds
    screen.device_code(flow["user_code"][:100], _page_to_open(flow), round(seconds))
    faults = 0
    while True:
        # With an interval of 0 MSAL would poll without a pause, and one of hours would outlast the code. MSAL raises it on
        # slow_down.
        flow["interval"] = max(1, min(int(flow["interval"]), 60))
        try:
            # The condition makes MSAL poll once and return, so that the waiting and the time limit are ours.
            answer = dict(app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True))
            faults = 0
        except NoAnswerError as error:
            faults += 1
            if faults == _MOST_FAULTS or not _passes(error.exchange):
                raise
        else:
            if answer.get("error") not in ("authorization_pending", "slow_down"):
                return answer
        _pause(flow["interval"], end, screen, seconds)


def _page_to_open(flow: Mapping[str, Any]) -> str:
    page = str(flow.get("verification_uri", ""))[:_LONGEST]
    why = why_refused(page)
    if why or not page.lower().startswith("https:"):
        raise _OddAnswerError(f"its verification_uri {why or 'is not an https address'}")
    return page


def _passes(exchange: Exchange) -> bool:
    """Whether the fault may be temporary: the network failed, or the provider is busy."""
    return exchange.received is None or exchange.received.status == 429 or exchange.received.status >= 500


def _pause(interval: float, end: float, screen: Screen, seconds: float) -> None:
    """Waits until the next poll. Raises `NobodyError` if the code expires before that."""
    until = time.monotonic() + interval
    while (now := time.monotonic()) < until:
        if now >= end:
            raise NobodyError(seconds)
        screen.waiting(round(end - now))
        time.sleep(min(1.0, until - now, end - now))


def _service_principal(
    transport: MsalTransport, registration: SignInRequest, client_id: str, credential: credentials.Credential
) -> Mapping[str, Any]:
    transport.hide(credential.hidden)
    app = msal.ConfidentialClientApplication(
        client_id,
        client_credential=credential.for_msal,
        authority=registration.authority,
        instance_discovery=False,
        # Otherwise MSAL_FORCE_REGION in the environment redirects the request to another host.
        azure_region=False,
        http_client=transport,
    )
    return dict(app.acquire_token_for_client([registration.default_scope]))


def _result(
    method: Method, answer: Mapping[str, Any], registration: SignInRequest, client_id: str, transport: MsalTransport
) -> SignInResult:
    def text(key: str) -> str:
        return transport.scrub(answer.get(key))[:_LONGEST]

    value = answer.get("access_token")
    # The form of a bearer token in RFC 6750, 2.1. Anything else cannot be sent and would appear in the text of an exception.
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9\-._~+/]+=*", value):
        refusal = SignInResult(
            method,
            "odd-answer",
            error=text("error"),
            suberror=text("suberror"),
            correlation_id=text("correlation_id"),
            client_id=client_id,
        )
        if refusal.error:
            return replace(refusal, reason="refused", description=text("error_description"))
        return refusal
    claims = {
        key: transport.scrub(claim) if isinstance(claim, str) else claim
        for key, claim in credentials.claims_of(value).items()
    }
    identity = answer.get("id_token_claims")
    if not isinstance(identity, Mapping):
        identity = {}
    # A user's name is in the ID token (v2.0) or in `upn` (v1.0); an application has only its ID: `appid` in v1.0, `azp` in v2.0.
    account = identity.get("preferred_username") or claims.get("upn") or claims.get("appid") or claims.get("azp")
    return SignInResult(
        method,
        token=token_for(value, registration.service_url),
        claims=claims,
        account=transport.scrub(account)[:200],
        client_id=client_id,
    )
