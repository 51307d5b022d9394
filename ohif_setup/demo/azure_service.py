"""What the stand-ins of both Azure services share: CORS first, then the check of the token.

Modelled on the source of Microsoft's open DICOM and FHIR servers; whether the hosted services behave the same was not verified.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import Any

import jwt

from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.cors import StandInCors, preflight, response_headers
from ohif_setup.demo.entra import Entra
from ohif_setup.demo.exchange import Reply, Request
from ohif_setup.demo.https_server import HttpsServer

# The default clock skew of ASP.NET, for expired and for early tokens.
LEEWAY_SECONDS = 300.0


class AzureService(HttpsServer):
    """A service that trusts the tokens of one tenant. `cors` may be changed while it runs, as in the portal."""

    def __init__(
        self,
        authority: CertificateAuthority,
        entra: Entra,
        *,
        cors: StandInCors | None = None,
        public_url: str | None = None,
        hosts: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        super().__init__(authority, public_url=public_url, hosts=hosts, port=port)
        self.entra = entra
        self.cors = cors or StandInCors()

    @property
    @abstractmethod
    def audiences(self) -> Collection[str]:
        """The accepted values of `aud`; the first is the resource in the challenge."""

    @abstractmethod
    def anonymous(self, request: Request) -> Reply | None:
        """The answer to a request that needs no token; None for any other request."""

    @abstractmethod
    def authorized(self, request: Request) -> Reply:
        """The answer to a request with a valid token."""

    def answer(self, request: Request) -> Reply:
        """CORS, then the token, then the service itself; every answer carries the CORS headers of an allowed origin."""
        # A preflight has no token, so CORS must come before the check; otherwise no browser could ever send one.
        allowed = preflight(self.cors, request)
        if allowed is not None:
            return allowed
        # The headers are on errors too: without them a 401 would look like a CORS fault in the browser.
        return self._answer(request).adding(*response_headers(self.cors, request))

    def _answer(self, request: Request) -> Reply:
        open_answer = self.anonymous(request)
        if open_answer is not None:
            return open_answer
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return self._challenge()
        try:
            claims = self.entra.signer.claims(token.strip())
        except jwt.InvalidTokenError:
            return self._challenge("The signature is invalid")
        fault = self._fault(claims)
        if fault:
            return self._challenge(fault)
        return self.authorized(request)

    def _fault(self, claims: dict[str, Any]) -> str | None:
        # In this order, so that each test of a fault sees its own description.
        if claims.get("aud") not in self.audiences:
            return f"The audience '{claims.get('aud')}' is invalid"
        if claims.get("tid") != self.entra.tenant_id:
            return f"The issuer '{claims.get('iss')}' is invalid"
        if claims.get("exp", 0) + LEEWAY_SECONDS < self.now():
            return "The token is expired"
        if claims.get("nbf", 0) - LEEWAY_SECONDS > self.now():
            return "The token is not yet valid"
        return None

    def _challenge(self, fault: str | None = None) -> Reply:
        audience = next(iter(self.audiences))
        # The tool takes the tenant from `authorization_uri` of this challenge.
        value = f'Bearer authorization_uri="{self.entra.tenant_url}/", resource_id="{audience}", realm="{audience}"'
        if fault:
            value += f', error="invalid_token", error_description="{fault}"'
        return Reply(401, (("WWW-Authenticate", value),))
