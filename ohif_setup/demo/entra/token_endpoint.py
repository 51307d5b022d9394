"""The token endpoint: exchanges codes, refresh tokens, device codes and client credentials for tokens.

Rules and codes follow Microsoft's documentation and public threads; the order of the checks was not verified live.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from ohif_setup.demo.entra.refusals import EntraError
from ohif_setup.demo.entra.registration import AppRegistration, Platform
from ohif_setup.demo.entra.scopes import Granted
from ohif_setup.demo.entra.signing import base64url
from ohif_setup.demo.entra.tenant import Grant, Tenant, User
from ohif_setup.demo.exchange import Fields, Reply, Request

CODE_SECONDS = 600
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
# Lets a script of a single-page app read the response. Documented is that there are CORS headers, not which ones.
CORS = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "POST, OPTIONS"))
NOT_KEPT = (("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache"))


def token(tenant: Tenant, request: Request) -> Reply:
    """Answers a token request. CORS headers are sent only where a grant of a single-page app is redeemed.

    So a redirect URI on the wrong platform shows up in the browser as a CORS error, as it does with Entra ID.
    """
    form = request.form
    headers: Fields = ()
    if _platform(tenant, form) == "spa" and request.header("Origin") is not None:
        headers = CORS
    try:
        if not form.get("grant_type"):
            raise EntraError(900144, parameter="grant_type")
        registration = tenant.registration(form.get("client_id"))
        document = _redeem(tenant, request, registration)
    except EntraError as error:
        document = error.document(tenant.stamp(request), tenant.url)
        return Reply.json(error.status, document, *NOT_KEPT, *headers)
    return Reply.json(200, document, *NOT_KEPT, *headers)


def _platform(tenant: Tenant, form: dict[str, str]) -> Platform | None:
    """The platform that the redeemed grant was issued to; None for an unknown one."""
    grant = tenant.grants.codes.get(form.get("code", ""))
    grant = grant or tenant.grants.refresh_tokens.get(form.get("refresh_token", ""))
    if grant is None:
        return None
    return grant.platform


def _redeem(tenant: Tenant, request: Request, registration: AppRegistration) -> dict[str, object]:
    grant_type = request.form["grant_type"]
    if grant_type == "authorization_code":
        return _redeem_code(tenant, request, registration)
    if grant_type == "refresh_token":
        return _redeem_refresh_token(tenant, request, registration)
    if grant_type in {DEVICE_GRANT, "device_code"}:
        return _redeem_device_code(tenant, request, registration)
    if grant_type == "client_credentials":
        return _client_credentials(tenant, request.form, registration)
    raise EntraError(70003, grant=grant_type)


def _redeem_code(tenant: Tenant, request: Request, registration: AppRegistration) -> dict[str, object]:
    form = request.form
    for required in ("code", "redirect_uri"):
        if not form.get(required):
            raise EntraError(900144, parameter=required)
    grant = tenant.grants.codes.get(form["code"])
    if grant is None:
        raise EntraError(9002313)
    if grant.client_id != registration.client_id:
        raise EntraError(700005)
    _check_client(tenant, request, registration, grant.platform)
    if grant.redirect_uri != form["redirect_uri"]:
        raise EntraError(500112)
    if grant.platform == "spa" and not grant.code_challenge:
        raise EntraError(9002325)
    if tenant.now() - grant.issued > CODE_SECONDS:
        raise EntraError(70008)
    if grant.code_challenge:
        proof = base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not secrets.compare_digest(proof, grant.code_challenge):
            raise EntraError(501481)
    # Last, so that a request with a fault does not use up the code.
    _use_once(tenant, form["code"])
    return _answer(tenant, form, registration, grant)


def _use_once(tenant: Tenant, code: str) -> None:
    try:
        tenant.grants.unused_codes.remove(code)
    except KeyError:
        raise EntraError(54005) from None


def _redeem_refresh_token(tenant: Tenant, request: Request, registration: AppRegistration) -> dict[str, object]:
    form = request.form
    if not form.get("refresh_token"):
        raise EntraError(900144, parameter="refresh_token")
    grant = tenant.grants.refresh_tokens.get(form["refresh_token"])
    if grant is None:
        raise EntraError(9002313)
    if grant.client_id != registration.client_id:
        raise EntraError(700005)
    _check_client(tenant, request, registration, grant.platform)
    if grant.platform == "spa" and tenant.now() - grant.issued > tenant.refresh_lifetime:
        raise EntraError(700084)
    granted = grant.granted
    if form.get("scope"):
        granted = tenant.granted(form["scope"], registration)
    # With the time of the first grant: the refresh token of a single-page app has a fixed lifetime (700084).
    renewed = Grant(grant.client_id, grant.platform, granted, grant.user, grant.issued)
    return _answer(tenant, form, registration, renewed)


def _redeem_device_code(tenant: Tenant, request: Request, registration: AppRegistration) -> dict[str, object]:
    form = request.form
    if not form.get("device_code"):
        raise EntraError(900144, parameter="device_code")
    device = tenant.grants.device_codes.get(form["device_code"])
    if device is None or device.client_id != registration.client_id:
        raise EntraError(70018)
    if not registration.public_client_flows:
        raise EntraError(7000218)
    age = tenant.now() - device.issued
    if age > tenant.device_lifetime:
        raise EntraError(70019)
    if tenant.slow_down > 0:
        tenant.slow_down -= 1
        raise EntraError(70016, error="slow_down")
    automatically = tenant.approve_after is not None and age >= tenant.approve_after
    if device.decision is False:
        raise EntraError(70017)
    if device.decision is None and not automatically:
        raise EntraError(70016)
    _check_consent(registration)
    del tenant.grants.device_codes[form["device_code"]]
    grant = Grant(registration.client_id, "desktop", device.granted, tenant.user, tenant.now())
    return _answer(tenant, form, registration, grant)


def _client_credentials(tenant: Tenant, form: dict[str, str], registration: AppRegistration) -> dict[str, object]:
    if not form.get("scope"):
        raise EntraError(900144, parameter="scope")
    if not form.get("client_secret") and not form.get("client_assertion"):
        raise EntraError(7000216)
    _check_credential(tenant, form, registration)
    if not form["scope"].endswith("/.default") or len(form["scope"].split()) != 1:
        raise EntraError(1002012, scope=form["scope"])
    granted = Granted(frozenset(), tenant.granted(form["scope"], registration).resource, ())
    access_token = tenant.access_token(registration.client_id, granted, None, _appidacr(form))
    return _lifetimes(tenant) | {"access_token": access_token}


def _check_client(tenant: Tenant, request: Request, registration: AppRegistration, platform: Platform) -> None:
    """Checks who redeems a grant of this platform: a browser (spa), a client with a credential (web), or a public client
    (desktop)."""
    form, origin = request.form, request.header("Origin")
    # Entra tells a browser from a program by the Origin header, and lets each redeem only its own platform.
    if origin is not None and platform != "spa":
        raise EntraError(9002326, origin=origin)
    if platform == "spa" and origin is None:
        raise EntraError(9002327)
    credential = form.get("client_secret") or form.get("client_assertion")
    if platform == "web":
        if not credential:
            raise EntraError(7000218)
        _check_credential(tenant, form, registration)
    elif credential:
        raise EntraError(700025)


def _check_credential(tenant: Tenant, form: dict[str, str], registration: AppRegistration) -> None:
    if form.get("client_assertion"):
        _check_assertion(tenant, form["client_assertion"], registration)
    elif registration.secret is None or not secrets.compare_digest(form.get("client_secret", ""), registration.secret):
        raise EntraError(7000215, client=registration.client_id)


def _check_assertion(tenant: Tenant, assertion: str, registration: AppRegistration) -> None:
    """Checks a client assertion, which is signed with the uploaded certificate and names that by its thumbprint."""
    try:
        certificate = x509.load_pem_x509_certificate((registration.certificate or "").encode())
        key = certificate.public_key()
        header = jwt.get_unverified_header(assertion)
        named = {
            header.get("x5t"): certificate.fingerprint(hashes.SHA1()),  # noqa: S303 - the field is a SHA-1 by its definition
            header.get("x5t#S256"): certificate.fingerprint(hashes.SHA256()),
        }
        right = any(name and _bytes(name) == thumbprint for name, thumbprint in named.items())
        if not right or not isinstance(key, rsa.RSAPublicKey):
            raise EntraError(700027)
        claims = jwt.decode(assertion, key, algorithms=["RS256", "PS256"], options={"verify_aud": False})
    except (ValueError, jwt.InvalidTokenError):
        raise EntraError(700027) from None
    audiences = {f"{tenant.tenant_url}/oauth2/v2.0/token", tenant.issuer}
    if claims.get("aud") not in audiences or not claims.get("iss") == claims.get("sub") == registration.client_id:
        raise EntraError(700027)


def _check_consent(registration: AppRegistration) -> None:
    if not registration.admin_consent:
        raise EntraError(65001, suberror="consent_required", client=registration.client_id)


def _answer(tenant: Tenant, form: dict[str, str], registration: AppRegistration, grant: Grant) -> dict[str, object]:
    _check_consent(registration)
    user: User = grant.user
    document = _lifetimes(tenant) | {
        "scope": grant.granted.text,
        "access_token": tenant.access_token(registration.client_id, grant.granted, user, _appidacr(form)),
    }
    if "offline_access" in grant.granted.openid:
        document["refresh_token"] = tenant.refresh_token(grant)
    if "openid" in grant.granted.openid:
        document["id_token"] = tenant.id_token(registration.client_id, user, grant.nonce)
    if form.get("client_info") == "1":
        document["client_info"] = tenant.client_info(user)
    return document


def _lifetimes(tenant: Tenant) -> dict[str, object]:
    seconds = tenant.token_lifetime
    return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds}


def _appidacr(form: dict[str, str]) -> str:
    if form.get("client_assertion"):
        return "2"
    if form.get("client_secret"):
        return "1"
    return "0"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
