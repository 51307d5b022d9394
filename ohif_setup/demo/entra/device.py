"""The device-code endpoint, and the page where the code is entered."""

from __future__ import annotations

from ohif_setup.demo.entra import pages
from ohif_setup.demo.entra.refusals import EntraError
from ohif_setup.demo.entra.tenant import Tenant
from ohif_setup.demo.exchange import Reply, Request

VERIFICATION_PATH = "/common/oauth2/deviceauth"


def device_code(tenant: Tenant, request: Request) -> Reply:
    """Issues a device code.

    With public client flows off, it refuses with 70002, as recent reports say; with `device_flow_refused_at = "token"` it issues
    the code, and the token endpoint refuses with 7000218, as older reports say. That the scope is checked here is an assumption.
    """
    try:
        registration = tenant.registration(request.form.get("client_id"))
        if not registration.public_client_flows and tenant.device_flow_refused_at == "devicecode":
            raise EntraError(70002)
        granted = tenant.granted(request.form.get("scope"), registration)
    except EntraError as error:
        return Reply.json(error.status, error.document(tenant.stamp(request), tenant.url))
    code, device = tenant.new_device_code(registration.client_id, granted)
    address = f"{tenant.url}{VERIFICATION_PATH}"
    document = {
        "user_code": device.user_code,
        "device_code": code,
        "verification_uri": address,
        "expires_in": tenant.device_lifetime,
        "interval": tenant.device_interval,
        "message": f"To sign in, open {address} in a browser and enter the code {device.user_code}.",
    }
    return Reply.json(200, document)


def device_page(tenant: Tenant, request: Request) -> Reply:
    """Shows the page, and accepts the code that is entered there."""
    action = f"{tenant.url}{VERIFICATION_PATH}"
    typed = request.form.get("otc", "")
    if request.method != "POST":
        return Reply.html(200, pages.device_page(action, dict(request.query).get("otc", ""), tenant.user.sign_in_name))
    # Entering the code is the sign-in here: there is one user, and no password.
    if tenant.approve(typed):
        return Reply.html(200, pages.message_page("You have signed in", "You may now close this window."))
    return Reply.html(200, pages.message_page("Enter code", "Check the code: it is not one that is waited for."))
