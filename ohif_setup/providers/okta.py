"""Okta, under its own domains: the org (`https://NAME.okta.com`) or an authorization server of it (`/oauth2/NAME`)."""

from __future__ import annotations

from ohif_setup.providers.oidc import at_domains, client_ids, recognised
from ohif_setup.providers.provider import Console

_APP = "Applications › your application › General"
_is_host = at_domains(".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com")

PROVIDER = recognised(
    host=_is_host,
    name="okta",
    order=40,
    label="Okta",
    signs_in_at=_is_host,
    made_up={"authority": "https://not-answered-yet.okta.com", "client_id": "not-answered-yet"},
    parse_client_id=client_ids("0oa[A-Za-z0-9]{17}"),
    code_flow="and Authorization Code and Refresh Token among the grant types of the application in Okta",
    offline_access=True,
    console=Console(
        name="Okta",
        client="Applications › Create App Integration › OIDC, Single-Page Application; its Client ID must be {client}; grant types "
        "Authorization Code and Refresh Token",
        redirect_uris=f"{_APP} › Sign-in redirect URIs",
        sign_out_uris=f"{_APP} › Sign-out redirect URIs",
        origins="Security › API › Trusted Origins, with CORS ticked",
        public=f"{_APP} › Client Credentials › Client authentication: None, with PKCE",
    ),
)
