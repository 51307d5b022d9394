"""A stand-in of the Azure FHIR service: a few public documents; everything else needs a token."""

from __future__ import annotations

from collections.abc import Collection

from ohif_setup.demo.azure_service import AzureService
from ohif_setup.demo.entra import Resource
from ohif_setup.demo.exchange import Reply, Request

FHIR_JSON = "application/fhir+json; charset=utf-8"
FHIR_APP_ID = "4f6778d8-5aef-43dc-a1ff-b073724b9495"


class FhirService(AzureService):
    """Answers searches with an empty bundle. `role` is False where the user has no role on the data."""

    role: bool = True

    @property
    def audiences(self) -> Collection[str]:
        """The address of the service: unlike DICOM, each FHIR service is an audience of its own."""
        return (self.url,)

    @property
    def resource(self) -> Resource:
        """The resource that the tenant needs to issue tokens for it."""
        return Resource((self.url, FHIR_APP_ID), self.url, ("user_impersonation",))

    def anonymous(self, request: Request) -> Reply | None:
        """`/metadata`, the SMART configuration and the versions."""
        if request.method not in {"GET", "HEAD"}:
            return None
        if request.path == "/metadata":
            return Reply.json(200, self._capabilities(), kind=FHIR_JSON)
        if request.path == "/.well-known/smart-configuration":
            base = f"{self.entra.tenant_url}/oauth2/v2.0"
            document = {
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "capabilities": ["sso-openid-connect"],
            }
            return Reply.json(200, document)
        if request.path == "/$versions":
            return Reply.json(200, {"versions": ["4.0"], "default": "4.0"})
        return None

    def authorized(self, request: Request) -> Reply:
        """An empty bundle, or 403 without a role."""
        if not self.role:
            return Reply.json(403, _outcome("forbidden", "Authorization failed."), kind=FHIR_JSON)
        # Only searches at a resource type: the checks need no more.
        if request.method != "GET" or request.path.count("/") != 1:
            return Reply.json(404, _outcome("not-found", "The requested route was not found."), kind=FHIR_JSON)
        return Reply.json(200, {"resourceType": "Bundle", "type": "searchset", "entry": []}, kind=FHIR_JSON)

    def _capabilities(self) -> dict[str, object]:
        # "cors: false" whatever is configured, as in the base files of the real server.
        rest = [{"mode": "server", "security": {"cors": False}}]
        return {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "kind": "instance",
            "fhirVersion": "4.0.1",
            "url": f"{self.url}/metadata",
            "rest": rest,
        }


def _outcome(code: str, text: str) -> dict[str, object]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}
