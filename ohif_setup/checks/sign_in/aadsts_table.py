"""What the AADSTS numbers of Entra ID mean for an OHIF site: one row for each cause, in the order of a sign-in.

The numbers and their OAuth errors are those of Microsoft's page "Microsoft Entra authentication and authorization error
codes" or of public reports; the sentences are ours. Nothing here was provoked on a live tenant.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Aadsts:
    """One cause and its fix, shared by `codes`.

    `error` is the OAuth error that the code arrives with, several joined by a comma, empty where no source names one or
    where Entra shows the code on its own page. `verified` is false where neither Microsoft's list nor a public report
    backs the row. `app_cause` and `app_fix` are what a service principal is told instead, empty where that is the same.
    """

    codes: tuple[int, ...]
    error: str
    cause: str
    fix: str
    verified: bool = True
    app_cause: str = ""
    app_fix: str = ""


_AUTHENTICATION = "App registrations › your app › Authentication"
_PERMISSIONS = "App registrations › your app › API permissions"
_SECRETS = "App registrations › your app › Certificates & secrets"
_ENTERPRISE = "Enterprise applications › your app"
_SIGN_IN_AGAIN = "Sign in again. For a check, run it again; in the viewer, reload the page."
_RUN_AGAIN = "Run the pipeline again: a service principal signs in afresh each time."
_ASK_ADMIN = "Ask an administrator of the tenant, and give them the Correlation ID and the time."

_APP_LOG = "Entra admin centre › Sign-in logs › Service principal sign-ins names the policy and the reason."
# Nobody can open a browser in a pipeline, and these numbers are about people.
_NOT_FOR_APPS = (
    "A policy or a state that is meant for people refuses this service principal.",
    f"{_APP_LOG} Give the administrator of the tenant the Correlation ID and the time.",
)

_TENANT_AND_CLIENT = (
    Aadsts(
        (90002,),
        "invalid_tenant",
        "No tenant with this ID or domain exists in this cloud: a typo, or a tenant of another national cloud.",
        "Copy Directory (tenant) ID from App registrations › your app › Overview to sign_in.tenant_id, and "
        "compare the cloud.",
    ),
    Aadsts(
        (900023,),
        "invalid_request",
        "The tenant ID is not a whole GUID: it was cut short, has braces around it, or is still a placeholder.",
        "Copy Directory (tenant) ID from App registrations › your app › Overview: 8-4-4-4-12 hexadecimal digits.",
    ),
    Aadsts(
        (50059,),
        "invalid_request",
        "The request names no tenant, for example because the authority ends in /common and the client ID is "
        "unknown there.",
        "Set sign_in.tenant_id; leave sign_in.authority out, or let it end in the tenant ID.",
    ),
    Aadsts(
        (50194,),
        "",
        "The app is registered for one tenant only, but the sign-in went to /common.",
        "Let the authority end in the tenant ID. Keep the app single-tenant: the DICOM service trusts one tenant.",
    ),
    Aadsts(
        (90038, 90051, 50049),
        "",
        "The sign-in went to the host of another national cloud, or to a host that Entra does not know.",
        "Set sign_in.authority to the sign-in host of the cloud that the tenant lives in.",
    ),
    Aadsts(
        (900144,),
        "invalid_request",
        "A parameter is missing in the request: mostly an empty client ID, or a wait that began after a failed start.",
        "Set sign_in.client_id. In a pipeline, check whether the variable is empty, and read the first error, not "
        "the last.",
    ),
    Aadsts(
        (700016, 700011),
        "unauthorized_client",
        "This tenant has no app with this client ID: a typo, another ID of the app, or an app of another tenant.",
        "Copy Application (client) ID, not Object ID or a secret's ID, from App registrations › your app › Overview.",
    ),
    Aadsts(
        (70001, 7000112, 1000031),
        "unauthorized_client",
        "The app exists but is disabled in this tenant.",
        f"{_ENTERPRISE} › Properties: set Enabled for users to sign-in to Yes.",
    ),
    Aadsts(
        (9002332,),
        "",
        "The app is made for work accounts, but the sign-in went to /consumers.",
        "Let the authority end in the tenant ID.",
    ),
    Aadsts(
        (65002,),
        "",
        "The client ID is that of one of Microsoft's own apps, which may not ask for this service.",
        "Register an app of your own, and copy its Application (client) ID to sign_in.client_id.",
    ),
)

_REDIRECT = (
    Aadsts(
        (50011,),
        "",
        "The redirect URI of the request is not registered. Scheme, host, port, path and letter case must all be "
        "the same. "
        "Entra says so on its own page and never comes back to the viewer.",
        f"{_AUTHENTICATION}: add exactly the URI that NEXT-STEPS.md names, on the platform that it names.",
    ),
    Aadsts(
        (500113,),
        "",
        "The app has no redirect URI at all.",
        f"{_AUTHENTICATION} › Add a platform › Single-page application: add the URI that NEXT-STEPS.md names.",
    ),
    Aadsts(
        (900971, 70004, 90102),
        "",
        "The redirect URI is missing in the request, is not valid, or is not a whole address with scheme and host.",
        "Look at viewer.url in the answers, run ohif-setup generate, and publish the new app-config.js.",
    ),
    Aadsts(
        (9002325,),
        "invalid_request",
        "The redirect URI is on the Single-page application platform, which demands PKCE, but the request came "
        "without it.",
        'Set sign_in.flow to "code", run ohif-setup generate, and serve the viewer over https (PKCE needs it) or '
        "localhost.",
    ),
    Aadsts(
        (9002326,),
        "invalid_request",
        "The viewer's redirect URI is on the Web or the desktop platform, so a page may not redeem its code.",
        f"{_AUTHENTICATION}: remove the URI there and add the same one under Single-page application.",
    ),
    Aadsts(
        (9002327,),
        "invalid_request",
        "The terminal's redirect URI is on the Single-page application platform, which only pages in a browser "
        "may use. "
        "The viewer is not affected.",
        f"{_AUTHENTICATION} › Mobile and desktop applications: add http://localhost (without a path or a port).",
    ),
    Aadsts(
        (700054,),
        "unsupported_response_type",
        "The implicit flow asks for an ID token, and the registration does not allow that.",
        f'{_AUTHENTICATION} › Implicit grant: tick ID tokens and Access tokens, or set sign_in.flow to "code".',
    ),
    Aadsts(
        (700051,),
        "unsupported_response_type",
        "The implicit flow asks for an access token, and the registration does not allow that.",
        f'{_AUTHENTICATION} › Implicit grant: tick ID tokens and Access tokens, or set sign_in.flow to "code".',
    ),
    Aadsts(
        (70005, 70007),
        "",
        "The viewer asks for a kind of answer that Entra does not give to this app.",
        "Keep response_type as ohif-setup generate writes it: code, or id_token token for the implicit flow.",
    ),
    Aadsts(
        (7000218,),
        "invalid_client",
        "Entra wants a secret, which a viewer or a terminal cannot have: the redirect URI is on the Web platform, or "
        "device-code sign-in was tried while public client flows are off. The viewer needs no public client flows.",
        f"{_AUTHENTICATION}: put http://localhost under Mobile and desktop applications; for device code only, "
        "set Allow public client flows to Yes.",
        app_cause="No secret and no certificate arrived, for example because the pipeline's variable is empty.",
        app_fix="Set OHIF_SETUP_CLIENT_SECRET in the pipeline; variables of forks and of other branches are often withheld.",
    ),
    Aadsts(
        (70002,),
        "invalid_client",
        'Device-code sign-in was tried while public client flows are off (the text says "must be marked as '
        "'mobile'\"). "
        "The viewer is not affected. Older texts use the same number for a wrong secret.",
        f"Use --sign-in browser, or set Allow public client flows to Yes under {_AUTHENTICATION}.",
        app_cause="The secret is wrong or has expired.",
        app_fix=f"{_SECRETS}: make a new secret, copy its Value at once (it is shown once), put it in OHIF_SETUP_CLIENT_SECRET.",
    ),
    Aadsts(
        (700025,),
        "invalid_client",
        "A secret was sent for an app that is registered as a public client.",
        "Remove OHIF_SETUP_CLIENT_SECRET from the environment, or name the pipeline's own app in OHIF_SETUP_CLIENT_ID.",
    ),
)

_SCOPE_AND_CONSENT = (
    Aadsts(
        (70011, 28002),
        "invalid_scope",
        "The requested permission is misspelt, or lacks the address of the service before it.",
        "The scope is https://dicom.healthcareapis.azure.com/Dicom.ReadWrite; look for changes under [ohif] in "
        "the answers.",
    ),
    Aadsts(
        (1002012,),
        "invalid_scope",
        "A service principal asked for a permission that only a signed-in person can have.",
        "A service principal asks for https://dicom.healthcareapis.azure.com/.default.",
    ),
    Aadsts(
        (700022,),
        "",
        "One request asked for tokens of two services.",
        "Ask for one service at a time: ohif-setup generate writes a configuration that does.",
    ),
    Aadsts(
        (500011,),
        "invalid_resource",
        'The tenant does not know "Azure API for DICOM": no DICOM service was ever created there, or it is the '
        "wrong tenant.",
        "Use the tenant of the subscription that holds the DICOM service; create the service first.",
    ),
    Aadsts(
        (650052,),
        "",
        "The organisation has not enabled the service that the app asks for.",
        "Use the tenant of the subscription that holds the DICOM service; create the service first.",
    ),
    Aadsts(
        (650053,),
        "invalid_client",
        "The service has no such permission: another scope was asked for, or the service's address is missing "
        "before it.",
        "The scope is https://dicom.healthcareapis.azure.com/Dicom.ReadWrite.",
    ),
    Aadsts(
        (650056, 65005, 650057),
        "invalid_resource",
        "The app's list of API permissions lacks Dicom.ReadWrite. The OAuth error is known for 650057 only.",
        f"{_PERMISSIONS} › Add a permission › APIs my organization uses › Azure API for DICOM › Dicom.ReadWrite; "
        "then Grant admin consent.",
    ),
    Aadsts(
        (65001,),
        "invalid_grant",
        "The app has no consent yet to open DICOM images on behalf of the user (suberror consent_required).",
        f"{_PERMISSIONS} › Grant admin consent; or let the user agree on the page that the sign-in shows.",
    ),
    Aadsts(
        (65004,),
        "access_denied",
        "The user chose Cancel on the page that asks for consent.",
        "Sign in again and accept.",
    ),
    Aadsts(
        (90094, 90095),
        "",
        "Only an administrator may agree for this app; users see Need admin approval.",
        f"An administrator chooses Grant admin consent under {_PERMISSIONS}. The address "
        "https://login.microsoftonline.com/TENANT/adminconsent?client_id=CLIENT should do the same (unverified).",
    ),
)

_ACCOUNT = (
    Aadsts(
        (50105,),
        "",
        "The app admits assigned users only, and this user is not one of them.",
        f"{_ENTERPRISE} › Users and groups: add the user or a group.",
    ),
    Aadsts(
        (50020, 16000, 16003, 51004, 90072),
        "interaction_required",
        "The account that is signed in does not belong to this tenant.",
        "Use a private window and an account of the tenant, or have the account invited as a guest (Entra › Users).",
    ),
    Aadsts(
        (50034, 500208),
        "",
        "The tenant does not know this account, or it is of a kind that the app does not take (a personal one).",
        "Sign in with a work or school account of the tenant.",
    ),
    Aadsts((50126,), "invalid_grant", "The user name or the password is wrong.", "Sign in again."),
    Aadsts(
        (50053, 50055, 50056, 50057, 50144),
        "",
        "The account is locked or disabled, or its password has expired or was never set.",
        _ASK_ADMIN,
    ),
    Aadsts(
        (50076, 50079, 50072, 50074, 50078),
        "invalid_grant, interaction_required",
        "Entra wants a second proof of identity (MFA), which is missing, not set up, or too old.",
        "Sign in with --sign-in browser and finish the extra step there.",
        app_cause=_NOT_FOR_APPS[0],
        app_fix=_NOT_FOR_APPS[1],
    ),
    Aadsts(
        (50058,),
        "login_required",
        "No user is signed in. As the answer to the redirect-uri check this is the good one: tenant, client and "
        "URI are known.",
        "Nothing, unless a person sees it: then sign in.",
    ),
    Aadsts(
        (50196,),
        "",
        "The same request came again and again: a loop, mostly of a viewer that signs in, fails, and signs in.",
        "Close the page and wait some minutes. Then run ohif-setup check, which names the fault behind the loop.",
    ),
    Aadsts((50199,), "", "Entra asks the user to confirm the app.", "Confirm on the page that the browser shows."),
)

_POLICY = (
    Aadsts(
        (53003,),
        "invalid_grant",
        "A Conditional Access policy refuses this sign-in. Many tenants block device code this way.",
        f"Use --sign-in browser. If that is refused too: {_ASK_ADMIN}",
        app_cause="A Conditional Access policy for workload identities refuses this service principal: by its location "
        "(the address from which the pipeline signs in) or by its risk.",
        app_fix=f"{_APP_LOG} Then add the pipeline's outgoing address to the named location that the policy allows, dismiss "
        "the risk under ID Protection › Risky workload identities, or exclude the service principal from the policy.",
    ),
    Aadsts(
        (53000, 53001, 53002, 53004, 530032, 530035),
        "",
        "A policy of the tenant wants a managed device or an approved app. Device code can never satisfy that.",
        f"Use --sign-in browser on a managed device. If that is refused too: {_ASK_ADMIN}",
        app_cause=_NOT_FOR_APPS[0],
        app_fix=_NOT_FOR_APPS[1],
    ),
    Aadsts(
        (50097, 50005),
        "",
        "A policy of the tenant wants a device that it knows, with an operating system that it allows.",
        f"Use --sign-in browser on a managed device. If that is refused too: {_ASK_ADMIN}",
        app_cause=_NOT_FOR_APPS[0],
        app_fix=_NOT_FOR_APPS[1],
    ),
    Aadsts(
        (500021, 500022, 500212, 500213),
        "",
        "The network's tenant restriction or a policy between two organisations refuses this sign-in.",
        _ASK_ADMIN,
    ),
    Aadsts(
        (50134,),
        "",
        "The sign-in reached the wrong data centre, which happens to guests and to tenants of several regions.",
        "Use --sign-in browser.",
        app_fix="Run the pipeline again; if it stays, give the administrator of the tenant the Correlation ID and the time.",
    ),
    Aadsts(
        (90024, 90033, 50033, 90012, 90006, 90055),
        "temporarily_unavailable",
        "Entra is busy or has a problem of its own.",
        "Try again in some minutes.",
    ),
)

_EXPIRY = (
    Aadsts(
        (70043,),
        "invalid_grant",
        "A policy of the tenant wants a fresh sign-in after some time.",
        _SIGN_IN_AGAIN,
        app_fix=_RUN_AGAIN,
    ),
    Aadsts(
        (700082, 70008, 50173, 50089, 70000),
        "invalid_grant",
        "The earlier sign-in has expired or was revoked, for example by a new password.",
        _SIGN_IN_AGAIN,
        app_fix=_RUN_AGAIN,
    ),
    Aadsts(
        (700084,),
        "invalid_grant",
        "A viewer's sign-in may be renewed for a fixed time only, and that time is over. It cannot be made longer.",
        _SIGN_IN_AGAIN,
        app_fix=_RUN_AGAIN,
    ),
    Aadsts(
        (700056,),
        "",
        "Perhaps the account does not exist. No source says what this number means.",
        "Open the link below for Microsoft's own text.",
        verified=False,
    ),
    Aadsts(
        (54005, 501481, 9002313, 700005),
        "invalid_grant",
        "The code of a sign-in was used twice, by another page than the one that began it, or in another tenant.",
        "Start over: open the viewer's address afresh, not a bookmarked /callback?code=… or a second tab.",
    ),
)

_DEVICE_CODE = (
    Aadsts(
        (70016,), "authorization_pending", "The code has not been entered yet.", "Open the page and enter the code."
    ),
    Aadsts(
        (70018, 90119, 90120),
        "bad_verification_code",
        "The code that was entered is wrong, empty, or used up.",
        "Run the check again and enter the new code.",
    ),
    Aadsts((70019,), "expired_token", "The code was not entered within 15 minutes.", "Run the check again."),
    Aadsts((70020,), "expired_token", "The code was not entered in time.", "Run the check again.", verified=False),
    Aadsts(
        (70017,),
        "authorization_declined",
        "The user refused the sign-in.",
        "Run the check again and accept.",
        verified=False,
    ),
)

_SERVICE_PRINCIPAL = (
    Aadsts(
        (7000229,),
        "invalid_client",
        "The application is registered, but the tenant has no service principal (enterprise application) of it. The portal makes "
        "both, az ad app create makes the registration alone.",
        "az ad sp create --id CLIENT_ID, with the Application (client) ID; then give it its role, and wait some minutes.",
    ),
    Aadsts(
        (7000215,),
        "invalid_client",
        "The secret is wrong. Often the Secret ID was copied and not the Value.",
        f"{_SECRETS}: make a new secret, copy its Value at once (it is shown once), put it in "
        "OHIF_SETUP_CLIENT_SECRET.",
    ),
    Aadsts(
        (7000222,),
        "invalid_client",
        "The secret has expired.",
        f"{_SECRETS}: make a new one, and put its Value in OHIF_SETUP_CLIENT_SECRET; or change to a certificate.",
    ),
    Aadsts(
        (7000216,),
        "invalid_client",
        "No secret and no certificate arrived, for example because the pipeline's variable is empty.",
        "Set OHIF_SETUP_CLIENT_SECRET in the pipeline; variables of forks and of other branches are often withheld.",
        verified=False,
    ),
    Aadsts(
        (700027, 50012, 700030),
        "invalid_client",
        "The app does not know this certificate, or the key does not belong to it.",
        f"{_SECRETS} › Certificates: upload the public part (.cer) of the certificate that the pipeline uses.",
    ),
    Aadsts(
        (50027,),
        "",
        "The token that proves who the pipeline is arrived damaged, usually truncated.",
        "Fetch it again; check how the pipeline passes it on.",
    ),
    Aadsts(
        (700213, 700211, 70021, 7002138),
        "",
        "The pipeline's identity does not match a federated credential: repository, branch, environment or letter "
        "case differ.",
        f"{_SECRETS} › Federated credentials: set the subject and issuer that the message prints.",
    ),
)

# In the order of a sign-in, which is also the order of the page: `explain` prints one row, the page all of them.
TABLE: tuple[Aadsts, ...] = (
    *_TENANT_AND_CLIENT,
    *_REDIRECT,
    *_SCOPE_AND_CONSENT,
    *_ACCOUNT,
    *_POLICY,
    *_EXPIRY,
    *_DEVICE_CODE,
    *_SERVICE_PRINCIPAL,
)
"""Every row; no code is in two of them."""
