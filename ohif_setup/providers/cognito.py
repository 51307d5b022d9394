"""Amazon Cognito: a user pool, `https://cognito-idp.REGION.amazonaws.com/POOL`."""

from __future__ import annotations

import re

from ohif_setup.providers.oidc import at_domains, client_ids, recognised
from ohif_setup.providers.provider import Console

_APP = "User pools › your pool › App clients › your app client"


def _is_pool(host: str) -> bool:
    return bool(re.fullmatch(r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?", host))


PROVIDER = recognised(
    host=_is_pool,
    name="cognito",
    order=50,
    label="Amazon Cognito",
    # The pages themselves are at a domain of the pool.
    signs_in_at=at_domains(".amazoncognito.com"),
    made_up={"authority": "https://cognito-idp.eu-west-1.amazonaws.com/not_Answered", "client_id": "not-answered-yet"},
    parse_client_id=client_ids("[a-z0-9]{26}"),
    code_flow="and Authorization code grant for the app client in Cognito",
    # Cognito always gives a refresh token with a code, and does not know this scope.
    offline_access=False,
    sign_out="Cognito's sign-out is not that of OpenID Connect: it wants client_id and logout_uri, and OHIF sends "
    "post_logout_redirect_uri. Signing out ends on an error page.",
    # OHIF's library for the code flow (oidc-client-ts) prefers it to the discovery document (read in its source).
    sign_out_remedy="To end at the viewer instead, add by hand to oidc[0] in app-config.js: metadataSeed: { end_session_endpoint: "
    "'https://POOL_DOMAIN/logout?client_id=CLIENT_ID&logout_uri=VIEWER_URL_ENCODED' }; generate keeps it (not tried with Cognito)",
    console=Console(
        name="Cognito",
        client="User pools › your pool › App clients › Create app client › Single-page application (SPA); its Client ID must "
        "be {client}",
        redirect_uris=f"{_APP} › Login pages › Allowed callback URLs",
        sign_out_uris=f"{_APP} › Login pages › Allowed sign-out URLs",
        # No setting: its documentation names none.
        origins="",
        public="an app client keeps its secret for ever: create another one, without a client secret, and set sign_in.client_id "
        "to its ID",
    ),
)
