"""Auth0, under its own domain. Behind a domain of the customer's it cannot be told from others, and is the general provider."""

from __future__ import annotations

from ohif_setup.providers.oidc import at_domains, client_ids, recognised
from ohif_setup.providers.provider import Console

_URIS = "Applications › your application › Settings › Application URIs"
_is_host = at_domains(".auth0.com")

PROVIDER = recognised(
    host=_is_host,
    name="auth0",
    order=30,
    label="Auth0",
    signs_in_at=_is_host,
    # Its issuer ends in a slash.
    issuer=lambda authority: f"{authority}/",
    made_up={"authority": "https://not-answered-yet.auth0.com", "client_id": "not-answered-yet"},
    parse_client_id=client_ids("[A-Za-z0-9]{32}"),
    code_flow="and Authorization Code and Refresh Token among the grant types of the application in Auth0",
    offline_access=True,
    wants={
        "audience": "Auth0's access token is an opaque text, which no other server can check: it is a JWT only for an API, which "
        "audience names by its identifier"
    },
    console=Console(
        name="Auth0",
        client="Applications › Create Application › Single Page Web Applications; its Client ID must be {client}",
        redirect_uris=f"{_URIS} › Allowed Callback URLs",
        sign_out_uris=f"{_URIS} › Allowed Logout URLs",
        origins=f"{_URIS} › Allowed Web Origins",
        public="Applications › your application › Settings › Application Type: Single Page Application",
    ),
)
