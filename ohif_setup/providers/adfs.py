"""Active Directory Federation Services (AD FS), at an address of the site's own: `https://HOST/adfs`."""

from __future__ import annotations

from ohif_setup.providers.oidc import client_ids, recognised
from ohif_setup.providers.provider import Console

_APPLICATION = "AD FS Management › Application Groups › your group › Native application"

PROVIDER = recognised(
    path="(?i:/adfs)",
    name="adfs",
    order=80,
    label="AD FS",
    made_up={"authority": "https://not-answered-yet.invalid/adfs", "client_id": "not-answered-yet"},
    parse_client_id=client_ids(""),
    code_flow="and a Native application, which has no secret, in AD FS",
    # It is not among the scopes of AD FS, where a setting of the farm decides (IssueRefreshTokenFor of the application).
    offline_access=False,
    console=Console(
        name="AD FS",
        client="AD FS Management › Application Groups › Add Application Group › Native application accessing a web API; its Client "
        "Identifier must be {client}",
        redirect_uris=f"{_APPLICATION} › Redirect URI",
        sign_out_uris=f"{_APPLICATION} › Redirect URI",
        origins="PowerShell: Set-AdfsResponseHeaders -EnableCORS $true, then Set-AdfsResponseHeaders -CORSTrustedOrigins with the "
        "whole list",
        public=f"{_APPLICATION}: a Server application has a secret, a Native application has none",
    ),
)
