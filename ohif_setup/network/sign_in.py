"""A sign-in through MSAL, in a browser, by device code or as a service principal.

What MSAL 1.39 does unasked is switched off here: instance discovery (it hides the real error), the refresh token, the replay of
an old error (a new app object each time), and its own session without a time limit.
"""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import msal
from msal.oauth2cli.authcode import AuthCodeReceiver

from ohif_setup.network import credentials
from ohif_setup.network.exchange import Trouble
from ohif_setup.network.http import Http, Token, token_for
from ohif_setup.network.msal_transport import MsalTransport, NoAnswerError

Method = Literal["browser", "device-code", "service-principal", "none"]

BROWSER_SECONDS = 180
"""How long the browser sign-in waits. Most registration faults stay on the provider's own page, so nothing ever comes back."""

Reason = Literal["", "not-asked", "nobody", "refused", "no-answer", "no-credential", "bad-credential", "odd-answer"]
"""Why there is no token: `nobody` came back in time, the provider `refused`, there was `no-answer`, the credential is
missing or unusable, or the answer was not what the protocol says."""


class Screen(Protocol):
    """Where a person sees what to do. Called from the thread that signs in."""

    def browser(self, url: str, seconds: int) -> None:
        """Open (or let the person open) `url`; the sign-in waits `seconds`."""

    def device_code(self, code: str, url: str, seconds: int) -> None:
        """Show the code and the page where to type it; valid for `seconds`."""

    def waiting(self, seconds_left: int) -> None:
        """Called about once a second."""

    def done(self) -> None:
        """The waiting is over."""


@dataclass(frozen=True)
class SignIn:
    """What came of a sign-in. `claims` are those of the access token, decoded and not verified; empty when it is no JWT."""

    method: Method
    reason: Reason = ""
    token: Token | None = field(default=None, repr=False)
    claims: Mapping[str, Any] = field(default_factory=dict)
    account: str = ""
    error: str = ""
    suberror: str = ""
    description: str = ""
    correlation_id: str = ""
    trouble: Trouble | None = None
    client_id: str = ""


@dataclass(frozen=True)
class Registration:
    """Whom to sign in as what: the authority (without `/v2.0`), the application and the scopes of each way."""

    authority: str
    client_id: str
    scope: str
    default_scope: str
    service_url: str


def sign_in(http: Http, registration: Registration, method: Method, screen: Screen) -> SignIn:
    """Signs in once. Never raises for what the provider, the network or the person does."""
    if method == "none":
        return SignIn(method, "not-asked")
    credential = credentials.from_environment(os.environ) if method == "service-principal" else None
    client_id = (credential and credential.client_id) or registration.client_id
    if credential and credential.problem:
        return SignIn(method, "bad-credential", description=credential.problem, client_id=client_id)
    if method == "service-principal" and not credential:
        return SignIn(method, "no-credential", client_id=client_id)
    transport = MsalTransport(http)
    try:
        if credential:
            answer = _service_principal(transport, registration, client_id, credential)
        else:
            flow = _browser if method == "browser" else _device_code
            answer = flow(_public(transport, registration), registration, screen)
    except NoAnswerError as error:
        return SignIn(method, "no-answer", trouble=error.trouble, client_id=client_id)
    except Exception as error:
        # MSAL raises ValueError, KeyError, RuntimeError, JSONDecodeError, PyJWT's own errors and more; their texts may hold
        # what was posted, so only the kind is kept.
        reason: Reason = "bad-credential" if credential and not transport.posted else "odd-answer"
        return SignIn(method, reason, description=type(error).__name__, client_id=client_id)
    finally:
        screen.done()
    return _result(method, answer, registration, client_id, transport)


def _public(transport: MsalTransport, registration: Registration) -> Any:
    return msal.PublicClientApplication(
        registration.client_id,
        authority=registration.authority,
        instance_discovery=False,
        http_client=transport,
        exclude_scopes=["offline_access"],
    )


def _browser(app: Any, registration: Registration, screen: Screen) -> Mapping[str, Any]:
    with AuthCodeReceiver(port=0) as receiver:
        flow = app.initiate_auth_code_flow(
            [registration.scope],
            redirect_uri=f"http://localhost:{receiver.get_port()}",
            response_mode="form_post",
            prompt="select_account",
        )
        screen.browser(flow["auth_uri"], BROWSER_SECONDS)
        answer: Mapping[str, Any] | None = None
        end = time.monotonic() + BROWSER_SECONDS
        answer = _wait(receiver, flow["state"], end, screen)
    return app.acquire_token_by_auth_code_flow(flow, answer) if answer else {"nobody": True}


def _wait(receiver: Any, state: str, end: float, screen: Screen) -> Mapping[str, Any] | None:
    screen.waiting(max(0, round(end - time.monotonic())))
    ticks = [(after, lambda: screen.waiting(max(0, round(end - time.monotonic())))) for after in range(BROWSER_SECONDS)]
    receiver._scheduled_actions = ticks
    answer = receiver.get_auth_response(timeout=end - time.monotonic(), state=state)
    return dict(answer) if answer else None


def _device_code(app: Any, registration: Registration, screen: Screen) -> Mapping[str, Any]:
    flow = app.initiate_device_flow([registration.scope])
    if "user_code" not in flow:
        return dict(flow)
    end = time.time() + min(float(flow.get("expires_in", 900)), 900)
    screen.device_code(str(flow["user_code"]), str(flow.get("verification_uri", "")), round(end - time.time()))

    def over(_: Mapping[str, Any]) -> bool:
        screen.waiting(max(0, round(end - time.time())))
        return time.time() > end

    answer = dict(app.acquire_token_by_device_flow(flow, exit_condition=over))
    return {"nobody": True} if answer.get("error") == "authorization_pending" else answer


def _service_principal(
    transport: MsalTransport, registration: Registration, client_id: str, credential: credentials.Credential
) -> Mapping[str, Any]:
    transport.hide(credential.hidden)
    app = msal.ConfidentialClientApplication(
        client_id,
        client_credential=credential.for_msal,
        authority=registration.authority,
        instance_discovery=False,
        azure_region=False,
        http_client=transport,
    )
    return dict(app.acquire_token_for_client([registration.default_scope]))


def _result(
    method: Method, answer: Mapping[str, Any], registration: Registration, client_id: str, transport: MsalTransport
) -> SignIn:
    if answer.get("nobody"):
        return SignIn(method, "nobody", client_id=client_id)
    value = answer.get("access_token")
    if not isinstance(value, str):
        return SignIn(
            method,
            "refused" if answer.get("error") else "odd-answer",
            error=str(answer.get("error", "")),
            suberror=str(answer.get("suberror", "")),
            description=transport.scrub(str(answer.get("error_description", ""))),
            correlation_id=str(answer.get("correlation_id", "")),
            client_id=client_id,
        )
    claims = credentials.claims_of(value)
    identity = answer.get("id_token_claims")
    identity = identity if isinstance(identity, Mapping) else {}
    account = identity.get("preferred_username") or claims.get("upn") or claims.get("appid") or claims.get("azp") or ""
    return SignIn(
        method,
        token=token_for(value, registration.service_url),
        claims=claims,
        account=str(account),
        client_id=client_id,
    )


def browser_can_open() -> bool:
    """Whether a graphical browser can be expected here; a text browser could not run the sign-in page."""
    if os.environ.get("BROWSER") or sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(url: str, opener: Callable[[str], bool] = webbrowser.open) -> bool:
    """Opens the system browser; False when there is none."""
    try:
        return opener(url)
    except (webbrowser.Error, OSError):
        return False
