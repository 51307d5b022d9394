"""The errors of Entra ID: AADSTS numbers, OAuth errors, HTTP statuses and sentences.

The numbers and OAuth errors follow Microsoft's list of error codes and public threads; the sentences are our own,
because clients are told not to depend on Microsoft's. The statuses were not verified with the live service.
"""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

REFUSALS: dict[int, tuple[str, int, str]] = {
    50011: (
        "invalid_request",
        400,
        "The redirect URI '{uri}' does not match the redirect URIs of the application '{client}'.",
    ),
    50058: ("login_required", 400, "A silent sign-in request was sent, but nobody is signed in."),
    50194: ("invalid_request", 400, "Application '{client}' is not multi-tenant; use the endpoint of its own tenant."),
    54005: ("invalid_grant", 400, "The authorization code was redeemed already."),
    65001: ("invalid_grant", 400, "Nobody has consented to the application with ID '{client}'."),
    65004: ("access_denied", 400, "The user declined to consent to the application."),
    70000: ("invalid_grant", 400, "The grant is invalid or malformed."),
    70002: ("invalid_client", 401, "The client application must be marked as 'mobile'."),
    70003: ("unsupported_grant_type", 400, "The grant type '{grant}' is not supported."),
    70005: ("unsupported_response_type", 400, "The response type '{kinds}' is not supported."),
    70007: ("unsupported_response_mode", 400, "Response mode '{mode}' cannot carry a token."),
    70008: ("invalid_grant", 400, "The authorization code or refresh token has expired."),
    70011: ("invalid_scope", 400, "The scope '{scope}' is not valid."),
    70016: ("authorization_pending", 400, "The user has not entered the code yet."),
    70017: ("authorization_declined", 400, "The user declined."),
    70018: ("bad_verification_code", 400, "The verification code is invalid."),
    70019: ("expired_token", 400, "The verification code has expired."),
    90002: ("invalid_tenant", 400, "Tenant '{tenant}' not found. Check that the tenant ID and the cloud are right."),
    90094: ("access_denied", 400, "An administrator has to grant the permissions first."),
    500011: ("invalid_resource", 400, "The resource principal named {resource} was not found in the tenant."),
    500112: ("invalid_grant", 400, "The reply address differs from the one given when the code was asked for."),
    500113: ("invalid_request", 400, "No reply address is registered for the application."),
    501481: ("invalid_grant", 400, "The code_verifier does not match the code_challenge."),
    650053: (
        "invalid_client",
        400,
        "The application asked for scope '{scope}', which does not exist on the resource {resource}.",
    ),
    650057: ("invalid_resource", 400, "The resource {resource} is not among the application's requested permissions."),
    700005: ("invalid_grant", 400, "The grant was issued for another tenant or application."),
    700016: (
        "unauthorized_client",
        400,
        "Application with identifier '{client}' was not found in the directory '{tenant}'.",
    ),
    700022: ("invalid_request", 400, "The request asks for more than one resource."),
    700025: (
        "invalid_client",
        401,
        "The client is public: neither 'client_assertion' nor 'client_secret' should be presented.",
    ),
    700027: (
        "invalid_client",
        401,
        "The certificate used to sign the client assertion is not registered on the application.",
    ),
    700051: ("unsupported_response_type", 400, "The response type 'token' is not enabled for the application."),
    700054: ("unsupported_response_type", 400, "The response type 'id_token' is not enabled for the application."),
    700084: ("invalid_grant", 400, "The refresh token was issued to a single-page app and its fixed lifetime is over."),
    900023: (
        "invalid_request",
        400,
        "Tenant identifier '{tenant}' is neither a valid DNS name nor a valid external domain.",
    ),
    900144: ("invalid_request", 400, "The request must contain the parameter '{parameter}'."),
    1002012: (
        "invalid_scope",
        400,
        "Scope {scope} is not valid: client credentials need the scope '<resource>/.default'.",
    ),
    7000215: (
        "invalid_client",
        401,
        "Invalid client secret: send the secret's value, not its ID, for application '{client}'.",
    ),
    7000216: (
        "invalid_client",
        401,
        "'client_assertion' or 'client_secret' is required for the 'client_credentials' grant.",
    ),
    7000218: ("invalid_client", 401, "The request must contain 'client_assertion' or 'client_secret'."),
    9002313: ("invalid_grant", 400, "The request is malformed or invalid."),
    9002325: ("invalid_request", 400, "Proof Key for Code Exchange is required to redeem a code across origins."),
    9002326: (
        "invalid_request",
        400,
        "Only the 'Single-Page Application' platform may redeem across origins. Origin: '{origin}'.",
    ),
    9002327: (
        "invalid_request",
        400,
        "Tokens of the 'Single-Page Application' platform may only be redeemed across origins.",
    ),
}


@dataclass(frozen=True)
class Stamp:
    """The two GUIDs and the time that Entra adds to every error, so that its support can find it."""

    trace_id: str
    correlation_id: str
    timestamp: str

    @classmethod
    def at(cls, now: float, asked_id: str | None) -> Stamp:
        """A stamp at `now` (seconds since 1970); a client's own `client-request-id` becomes the correlation ID."""
        try:
            correlation_id = str(uuid.UUID(asked_id or ""))
        except ValueError:
            correlation_id = str(uuid.uuid4())
        moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
        return cls(str(uuid.uuid4()), correlation_id, f"{moment:%Y-%m-%d %H:%M:%S}Z")


class EntraError(Exception):
    """An error by its AADSTS number; `values` fill in the sentence. Each endpoint delivers it in its own form."""

    def __init__(self, code: int, *, error: str | None = None, suberror: str | None = None, **values: str) -> None:
        standard_error, self.status, sentence = REFUSALS[code]
        self.code = code
        self.error = error or standard_error
        self.suberror = suberror
        self.sentence = f"AADSTS{code}: {sentence.format(**values)}"
        super().__init__(self.sentence)

    def description(self, stamp: Stamp) -> str:
        """The text of `error_description`."""
        ids = f"Trace ID: {stamp.trace_id} Correlation ID: {stamp.correlation_id}"
        return f"{self.sentence} {ids} Timestamp: {stamp.timestamp}"

    def document(self, stamp: Stamp, base_url: str) -> dict[str, object]:
        """The JSON that the token and device endpoints, and discovery, answer."""
        # MSAL and oidc-client read `error`, `error_description` and `suberror`; people need the trace ID for a support
        # request.
        document: dict[str, object] = {
            "error": self.error,
            "error_description": self.description(stamp),
            "error_codes": [self.code],
            "timestamp": stamp.timestamp,
            "trace_id": stamp.trace_id,
            "correlation_id": stamp.correlation_id,
            "error_uri": f"{base_url}/error?code={self.code}",
        }
        if self.suberror:
            document["suberror"] = self.suberror
        return document
