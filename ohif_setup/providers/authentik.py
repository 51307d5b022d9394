"""authentik, at an address of the site's own: `/application/o/NAME/`."""

from __future__ import annotations

from ohif_setup.providers.oidc import client_ids, recognised
from ohif_setup.providers.provider import Console

_EDIT = "Applications › Providers › your provider › Edit"

PROVIDER = recognised(
    path="(?:/[^/]+)*/application/o/[^/]+",
    name="authentik",
    order=60,
    label="authentik",
    made_up={"authority": "https://not-answered-yet.invalid/application/o/open", "client_id": "not-answered-yet"},
    # Its issuer ends in a slash.
    issuer=lambda authority: f"{authority}/",
    parse_client_id=client_ids("[A-Za-z0-9]{40}"),
    code_flow="and client type Public for the provider in authentik",
    offline_access=True,
    console=Console(
        name="authentik",
        client="Applications › Providers › Create › OAuth2/OpenID Provider: Client type Public, Client ID {client}; under Advanced "
        "protocol settings the scope offline_access",
        redirect_uris=f"{_EDIT} › Redirect URIs/Origins",
        sign_out_uris=f"{_EDIT} › Redirect URIs/Origins",
        # The origins of the redirect URIs are let in.
        origins=f"{_EDIT} › Redirect URIs/Origins",
        public=f"{_EDIT} › Client type: Public",
    ),
)
