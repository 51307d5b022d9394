"""The routing of the stand-in of Entra ID: which endpoint answers which address."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlencode

from ohif_setup.demo.entra import pages
from ohif_setup.demo.entra.authorize import SESSION_COOKIE, accept, authorize, refuse, sign_in
from ohif_setup.demo.entra.device import VERIFICATION_PATH, device_code, device_page
from ohif_setup.demo.entra.refusals import EntraError
from ohif_setup.demo.entra.tenant import Tenant
from ohif_setup.demo.entra.token_endpoint import token
from ohif_setup.demo.exchange import Reply, Request

# Discovery and keys are public: a script of any origin may read them.
PUBLIC = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "GET, OPTIONS"))
SHARED_NAMES = {"common", "organizations"}

_TENANT_PATH = re.compile(r"/(?P<tenant>[^/]+)/(?P<rest>.+)")


class Entra(Tenant):
    """A stand-in of Entra ID with one tenant, modelled on documentation and public reports, not on the live service."""

    def answer(self, request: Request) -> Reply:
        """Answers one request."""
        if request.path == VERIFICATION_PATH:
            return device_page(self, request)
        if request.path == "/oidc/userinfo":
            # The userinfo endpoint is part of Graph, which refuses tokens for any other resource, such as DICOM.
            return Reply.json(401, {"error": {"code": "InvalidAuthenticationToken"}}, *PUBLIC)
        match = _TENANT_PATH.fullmatch(request.path)
        if match is None:
            return Reply.html(404, pages.message_page("Not found", request.path))
        name, rest = unquote(match["tenant"]), match["rest"]
        # `common` has a discovery document, but the registrations here are single-tenant, which `authorize` refuses
        # (50194).
        shared = name.lower() in SHARED_NAMES
        try:
            if not shared:
                self.check_name(name)
        except EntraError as error:
            return self._unknown_tenant(request, rest, error)
        try:
            return self._answer_tenant(request, rest, shared)
        except EntraError as error:
            return Reply.html(200, pages.error_page(error, self.stamp(request)))

    def _answer_tenant(self, request: Request, rest: str, shared: bool) -> Reply:
        # Requests with secrets in them are POST only (RFC 6749, 3.2).
        form_post = request.method == "POST"
        if rest == "v2.0/.well-known/openid-configuration":
            return Reply.json(200, self._discovery("{tenantid}" if shared else self.tenant_id), *PUBLIC)
        if rest == "discovery/v2.0/keys":
            return Reply.json(200, self.signer.key_set(self.issuer), *PUBLIC)
        if rest == "oauth2/v2.0/authorize":
            return authorize(self, request, own_tenant=not shared)
        if rest == "oauth2/v2.0/logout":
            return self._sign_out(request)
        if rest == "refuse":
            return refuse(self, request)
        if form_post and rest == "oauth2/v2.0/token":
            return token(self, request)
        if form_post and rest == "oauth2/v2.0/devicecode":
            return device_code(self, request)
        if form_post and rest == "login":
            return sign_in(self, request)
        if form_post and rest == "accept":
            return accept(self, request)
        return Reply.html(404, pages.message_page("Not found", request.path))

    def _unknown_tenant(self, request: Request, rest: str, error: EntraError) -> Reply:
        if rest in {"oauth2/v2.0/authorize", "oauth2/v2.0/logout"}:
            return Reply.html(200, pages.error_page(error, self.stamp(request)))
        document = error.document(self.stamp(request), self.url)
        if request.method == "GET":
            return Reply.json(error.status, document, *PUBLIC)
        return Reply.json(error.status, document)

    def _discovery(self, tenant: str) -> dict[str, object]:
        """The discovery document. Like that of Entra ID, it has neither a revocation endpoint nor a session iframe."""
        shared = tenant == "{tenantid}"
        base = f"{self.url}/{tenant}"
        if shared:
            base = f"{self.url}/common"
        return {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            # On `common` it contains the literal text {tenantid}, which oidc-client compares and refuses.
            "issuer": f"{self.url}/{tenant}/v2.0",
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": f"{self.url}/oidc/userinfo",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "http_logout_supported": True,
            "frontchannel_logout_supported": True,
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "nonce",
                "preferred_username",
                "name",
                "tid",
                "ver",
                "at_hash",
            ],
            "tenant_region_scope": None if shared else "EU",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
        }

    def _sign_out(self, request: Request) -> Reply:
        """Ends the session. Redirects to a registered address only; otherwise the user stays on this page."""
        parameters = dict(request.query) | request.form
        self.grants.sessions.pop(request.cookies.get(SESSION_COOKIE, ""), None)
        gone = ("Set-Cookie", f"{SESSION_COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None")
        target = parameters.get("post_logout_redirect_uri", "")
        if target and any(registration.platform_of(target) for registration in self.registrations.values()):
            if "state" in parameters:
                mark = "&" if "?" in target else "?"
                target += mark + urlencode({"state": parameters["state"]})
            return Reply(302, (("Location", target), gone))
        page = pages.message_page("You signed out of your account", "You may close this window.")
        return Reply.html(200, page, gone)
