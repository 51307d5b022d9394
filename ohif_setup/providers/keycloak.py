"""Keycloak, at an address of the site's own: `/realms/NAME`, in older versions `/auth/realms/NAME`."""

from __future__ import annotations

from ohif_setup.providers.oidc import client_ids, recognised
from ohif_setup.providers.provider import Console

_CLIENT = "Clients › {client} › Settings"

PROVIDER = recognised(
    path="(?:/[^/]+)*/realms/[^/]+",
    name="keycloak",
    order=20,
    label="Keycloak",
    made_up={"authority": "https://not-answered-yet.invalid/realms/open", "client_id": "not-answered-yet"},
    # People name their clients. Keycloak's own secrets have 32 letters and digits, as other providers' client IDs have.
    parse_client_id=client_ids(""),
    code_flow="and Standard flow, without Client authentication, for the client in Keycloak",
    # The refresh token of the session is enough: one by offline_access stays valid after the session.
    offline_access=False,
    implicit="Implicit flow on",
    console=Console(
        name="Keycloak",
        client="Clients › Create client › Client ID {client}: Client authentication off, Standard flow on",
        redirect_uris=f"{_CLIENT} › Valid redirect URIs",
        sign_out_uris=f"{_CLIENT} › Valid post logout redirect URIs",
        any_page="/*",
        origins=f"{_CLIENT} › Web origins",
        public=f"{_CLIENT} › Capability config: Client authentication off, Standard flow on",
        forwarded="start Keycloak with KC_PROXY_HEADERS=xforwarded",
        https="serve Keycloak over https and set sign_in.authority to that address; on a network that you trust alone, "
        "Realm settings › General › Require SSL: None",
    ),
)
