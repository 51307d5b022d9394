"""Answers of programs on the way, written after their documentation and after public reports; names and numbers are made up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import HTML, JSON, OWN, OWN_ROOT, Fields, got

SEARCH = f"{OWN_ROOT}/studies?limit=1"
HOME = f"{OWN}/"
XML: Fields = (("Content-Type", "application/xml"),)


@dataclass(frozen=True)
class Said:
    """An answer, who must be named for it, and the beginning of the title, with `*` for the name."""

    speaker: str
    title: str
    exchange: Exchange


def asked(exchange: Exchange, method: str) -> Exchange:
    """The same answer to another method."""
    return replace(exchange, sent=replace(exchange.sent, method=method))


def _page(title: str, body: str) -> str:
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body}</body></html>"


def _html(status: int, title: str, body: str, *fields: tuple[str, str]) -> Exchange:
    return got(status, _page(title, body), (*HTML, *fields), SEARCH)


def _moved(location: str, *fields: tuple[str, str]) -> Exchange:
    return got(302, "", (("Location", location), *fields), SEARCH)


def _aws(status: int, error: str, message: str) -> Exchange:
    fields = (*JSON, ("x-amzn-errortype", error), ("x-amz-apigw-id", "Zx1"), ("x-amzn-RequestId", "8d1f"))
    return got(status, {"message": message}, fields, SEARCH)


def _http_api(status: int, message: str) -> Exchange:
    return got(status, {"message": message}, (*JSON, ("apigw-requestid", "Kx7=")), SEARCH)


def _apim(status: int, message: str, *fields: tuple[str, str]) -> Exchange:
    body = f'{{ "statusCode": {status}, "message": "{message}" }}'
    return got(status, body, (*JSON, *fields), SEARCH)


def _bucket(status: int, code: str, *fields: tuple[str, str], quote: str = '"') -> Exchange:
    head = f"<?xml version={quote}1.0{quote} encoding={quote}UTF-8{quote}?>"
    body = f"{head}\n<Error><Code>{code}</Code><Message>No.</Message><RequestId>7Q</RequestId></Error>"
    return got(status, body, (*XML, *fields), f"{OWN}/viewer")


KEY = (
    (
        "WWW-Authenticate",
        'AzureApiManagementKey realm="https://gate.example.org",name="Ocp-Apim-Subscription-Key",type="header"',
    ),
)
EDGE = (("X-Cache", "Error from cloudfront"), ("X-Amz-Cf-Pop", "FRA56-P4"), ("X-Amz-Cf-Id", "aB3=="))
ENTRA = "https://login.microsoftonline.com/common/oauth2/authorize?response_type=code&client_id=5b"

SAID = (
    Said(
        "Azure API Management",
        "* asks the preflight for a token (401)",
        asked(_apim(401, "JWT not present."), "OPTIONS"),
    ),
    Said(
        "Azure API Management",
        "* does not reach the service behind it (500)",
        got(500, {"statusCode": 500, "message": "Internal server error", "activityId": "5c-1"}, JSON, SEARCH),
    ),
    Said(
        "Google's load balancer",
        "* has no service for that host and path",
        _html(404, "Error 404 (Not Found)!!1", "<p><b>404.</b> That's an error."),
    ),
    Said("Google's load balancer", "* does not reach the server", _html(502, "502 Server Error", "a temporary error")),
    Said(
        "the proxy Zscaler",
        "* refuses the address (307)",
        got(
            307,
            "",
            (("Location", "https://gateway.zscloud.net:443/auD?origurl=http%3A%2F%2Fpacs.example.org"),),
            SEARCH,
        ),
    ),
    Said(
        "the proxy Blue Coat (Symantec)",
        "* refuses the address (302)",
        _moved("http://notify.example.net/?cfru=aHR0cDovL3BhY3M="),
    ),
    Said("Amazon API Gateway", "* or its authorizer refuses the request (403)", _http_api(403, "Forbidden")),
    Said(
        "Azure Storage",
        "* does not hand the file out (409)",
        got(409, '\ufeff<?xml version="1.0"?><Error><Code>PublicAccessNotPermitted</Code></Error>', XML, SEARCH),
    ),
    # Proxies and guest networks.
    Said(
        "the proxy Squid",
        "* (Server: squid/6.6) refuses the address (403)",
        _html(
            403,
            "ERROR: The requested URL could not be retrieved",
            "Access Denied.",
            ("Server", "squid/6.6"),
            ("X-Squid-Error", "ERR_ACCESS_DENIED 0"),
        ),
    ),
    Said(
        "the proxy Squid",
        "* (Server: squid) refuses the address (503)",
        _html(503, "ERROR", "Connection to 10.1.2.3 failed.", ("Server", "squid")),
    ),
    Said(
        "the proxy Zscaler",
        "* (Server: Zscaler/6.2) refuses the address (403)",
        _html(403, "Internet Security by Zscaler", "Not allowed", ("Server", "Zscaler/6.2")),
    ),
    Said("the proxy Zscaler", "* refuses the address (200)", _html(200, "Internet Security by Zscaler", "Caution")),
    Said(
        "the proxy Blue Coat (Symantec)",
        "* refuses the address (403)",
        _html(403, "Access Denied", 'Your request was denied because of its content categorization: "Uncategorized"'),
    ),
    Said(
        "the proxy Blue Coat (Symantec)",
        "* (Server: BlueCoat-Security-Appliance) refuses the address (502)",
        got(502, "", (("Server", "BlueCoat-Security-Appliance"),), SEARCH),
    ),
    Said(
        "the proxy McAfee (Skyhigh)",
        "* refuses the address (403)",
        _html(403, "McAfee Web Gateway - Notification", '<img src="/mwg-internal/de5fs/files/logo.png">'),
    ),
    Said(
        "the proxy McAfee (Skyhigh)",
        "* refuses the address (502)",
        _html(502, "Notice", "Skyhigh Secure Web Gateway: host not found"),
    ),
    Said(
        "the proxy FortiGate",
        "* refuses the address (403)",
        _html(403, "Web Filter Violation", "FortiGuard Intrusion Prevention - Access Blocked"),
    ),
    Said(
        "the proxy FortiGate",
        "* refuses the address (200)",
        _html(200, "Web Filter Violation", "<i>FortiGuard Web Filter</i>"),
    ),
    Said(
        "the firewall of Palo Alto",
        "* refuses the address (503)",
        _html(503, "Web Page Blocked", "Access to the web page has been blocked in accordance with company policy."),
    ),
    Said(
        "the firewall of Palo Alto",
        "* refuses the address (200)",
        _html(
            200, "Application Blocked", "Access to the application has been blocked in accordance with company policy."
        ),
    ),
    Said("a guest network", "* asks for a sign-in", _html(511, "Sign in", "Room number")),
    Said(
        "a guest network",
        "* asks for a sign-in",
        _moved("http://captive.hotel.example/login?next=http%3A%2F%2Fpacs.example.org"),
    ),
    Said("a guest network", "* asks for a sign-in", _moved("http://192.0.2.1:1000/fgtauth?0a1b2c")),
    Said(
        "a guest network",
        "* asks for a sign-in",
        _moved("https://wlc.example.net/login.html?switch_url=https://wlc.example.net/&ap_mac=00:11&client_mac=aa:bb"),
    ),
    # Gateways.
    Said(
        "Amazon API Gateway",
        "* knows no such path or method (403)",
        _aws(403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
    ),
    Said(
        "Amazon API Gateway",
        "* knows no such path or method (403)",
        got(403, {"message": "Missing Authentication Token"}, JSON, SEARCH),
    ),
    Said(
        "Amazon API Gateway",
        "* asks the preflight for a token (401)",
        asked(_aws(401, "UnauthorizedException", "Unauthorized"), "OPTIONS"),
    ),
    Said(
        "Amazon API Gateway", "* asks the preflight for a token (401)", asked(_http_api(401, "Unauthorized"), "OPTIONS")
    ),
    Said(
        "Amazon API Gateway",
        "* wants a signature of AWS",
        _aws(403, "IncompleteSignatureException", "Authorization header requires 'Credential' parameter."),
    ),
    Said(
        "Amazon API Gateway",
        "* or its authorizer refuses the request (403)",
        _aws(403, "AccessDeniedException", "User is not authorized to access this resource with an explicit deny"),
    ),
    Said(
        "Amazon API Gateway",
        "* refuses the request before the server sees it (403)",
        _aws(403, "ForbiddenException", "Forbidden"),
    ),
    Said("Amazon API Gateway", "* has no route for that path and method (404)", _http_api(404, "Not Found")),
    Said(
        "Amazon API Gateway",
        "* gets no answer from the server behind it",
        _aws(504, "InternalServerErrorException", "Endpoint request timed out"),
    ),
    Said(
        "Amazon API Gateway",
        "* takes no request of that size (413)",
        _aws(413, "RequestTooLargeException", "Request Too Long"),
    ),
    Said(
        "Azure API Management",
        "* wants a subscription key (401)",
        _apim(401, "Access denied due to missing subscription key. Make sure to include subscription key.", *KEY),
    ),
    Said("Azure API Management", "* wants a subscription key (401)", got(401, "", KEY, SEARCH)),
    Said(
        "Azure API Management",
        "* has no operation for the preflight (404)",
        asked(_apim(404, "Resource not found"), "OPTIONS"),
    ),
    Said("Azure API Management", "* has no operation for that path (404)", _apim(404, "Resource not found")),
    Said("Azure API Management", "* refuses the caller (403)", _apim(403, "Forbidden")),
    Said(
        "Google's API gateway",
        "* knows no such path or method (404)",
        got(404, {"code": 404, "message": "The current request is not defined by this API."}, JSON, SEARCH),
    ),
    Said(
        "Google's API gateway",
        "* asks the preflight for a token (401)",
        asked(got(401, {"code": 401, "message": "Jwt is missing"}, JSON, SEARCH), "OPTIONS"),
    ),
    Said(
        "Google's API gateway",
        "* wants an API key (401)",
        got(401, {"code": 401, "message": "UNAUTHENTICATED:Method doesn't allow unregistered callers"}, JSON, SEARCH),
    ),
    Said(
        "Kong",
        "* has no route for that path and method (404)",
        got(404, {"message": "no Route matched with those values"}, JSON, SEARCH),
    ),
    Said("Kong", "* wants an API key (401)", got(401, {"message": "No API key found in request"}, JSON, SEARCH)),
    Said(
        "Envoy (Istio)",
        "* does not let the request in (403)",
        got(403, "RBAC: access denied", (("Server", "istio-envoy"),), SEARCH),
    ),
    Said("Envoy (Istio)", "* does not reach the server behind it (503)", got(503, "no healthy upstream", (), SEARCH)),
    Said(
        "the load balancer of AWS",
        "* refuses the request (403)",
        _html(403, "403 Forbidden", "<h1>403</h1>", ("Server", "awselb/2.0")),
    ),
    Said(
        "the load balancer of AWS",
        "* does not reach the server behind it (503)",
        _html(503, "503", "<h1>503</h1>", ("Server", "awselb/2.0")),
    ),
    Said(
        "Azure Application Gateway",
        "* refuses the request (403)",
        _html(403, "403 Forbidden", "<center>Microsoft-Azure-Application-Gateway/v2</center>"),
    ),
    Said(
        "Azure Application Gateway",
        "* does not reach the server behind it (502)",
        _html(502, "502 Bad Gateway", "<center>Microsoft-Azure-Application-Gateway/v2</center>"),
    ),
    # Buckets and networks in front of them.
    Said(
        "Amazon S3 behind CloudFront",
        "* answers AccessDenied",
        _bucket(403, "AccessDenied", *EDGE, ("Server", "AmazonS3")),
    ),
    Said("Amazon S3 behind CloudFront", "* has no such file (NoSuchKey) (404)", _bucket(404, "NoSuchKey", *EDGE)),
    Said("Amazon S3", "* answers AccessDenied", _bucket(403, "AccessDenied", ("Server", "AmazonS3"))),
    Said(
        "Amazon S3",
        "* has no such file (NoSuchKey) (404)",
        _html(
            404,
            "404 Not Found",
            "<h1>404 Not Found</h1><ul><li>Code: NoSuchKey</li><li>Key: viewer</li></ul>",
            ("Server", "AmazonS3"),
        ),
    ),
    Said("Amazon S3", "* has no such bucket", _bucket(404, "NoSuchBucket")),
    Said(
        "Google Cloud Storage",
        "* has no such file",
        _bucket(404, "NoSuchKey", ("X-GUploader-UploadID", "AB"), quote="'"),
    ),
    Said(
        "Google Cloud Storage",
        "* answers AccessDenied",
        _bucket(403, "AccessDenied", ("X-GUploader-UploadID", "AB"), quote="'"),
    ),
    Said(
        "Amazon CloudFront",
        "* does not let the method pass (403)",
        asked(
            _html(
                403,
                "ERROR: The request could not be satisfied",
                "This distribution is not configured to allow the HTTP request method",
                *EDGE,
            ),
            "OPTIONS",
        ),
    ),
    Said(
        "Amazon CloudFront",
        "* blocks the request (403)",
        _html(
            403,
            "ERROR: The request could not be satisfied",
            "Request blocked. Generated by cloudfront (CloudFront)",
            *EDGE,
        ),
    ),
    Said(
        "Amazon CloudFront",
        "* does not reach the server behind it (504)",
        _html(504, "ERROR: The request could not be satisfied", "Generated by cloudfront (CloudFront)", *EDGE),
    ),
    Said(
        "Azure Storage",
        "* has no such file (404)",
        _html(
            404,
            "WebContentNotFound",
            "<h1>The requested content does not exist.</h1>",
            ("x-ms-error-code", "WebContentNotFound"),
        ),
    ),
    Said(
        "Azure Storage",
        "* has no such file (404)",
        got(404, "\ufeff<?xml version='1.0'?><Error><Code>BlobNotFound</Code></Error>", XML, SEARCH),
    ),
    Said(
        "Azure Storage",
        "* does not hand the file out (409)",
        got(409, "<Error/>", (*XML, ("x-ms-error-code", "PublicAccessNotPermitted")), SEARCH),
    ),
    Said(
        "Azure Front Door",
        "* blocks the request (403)",
        _html(403, "403", "The request is blocked.", ("X-Azure-Ref", "0a1")),
    ),
    Said(
        "Azure Front Door",
        "* has no route for that host and path",
        _html(404, "Oops", "<h2>Our services aren't available right now</h2>", ("X-Azure-Ref", "0a1")),
    ),
    # Web application firewalls.
    Said(
        "Cloudflare",
        "* asks for a person",
        _html(403, "Just a moment...", "", ("cf-mitigated", "challenge"), ("CF-RAY", "8a")),
    ),
    Said("Cloudflare", "* asks for a person", _html(503, "Just a moment...", "", ("Server", "cloudflare"))),
    Said(
        "Cloudflare",
        "* blocks the request (403)",
        _html(403, "Attention Required! | Cloudflare", '<div id="cf-error-details">', ("CF-RAY", "8a")),
    ),
    Said("Cloudflare", "* blocks the request (403)", got(403, "error code: 1020", (("Server", "cloudflare"),), SEARCH)),
    Said(
        "Cloudflare",
        "* does not reach the server behind it (521)",
        got(521, "error code: 521", (("Server", "cloudflare"),), SEARCH),
    ),
    Said(
        "Cloudflare",
        "* takes no request of that size (413)",
        _html(413, "413 Request Entity Too Large", "<hr><center>cloudflare</center>", ("Server", "cloudflare")),
    ),
    Said("AWS WAF", "* asks for a person", got(202, "", (("x-amzn-waf-action", "challenge"),), SEARCH)),
    Said("AWS WAF", "* asks for a person", got(405, "", (("x-amzn-waf-action", "captcha"),), SEARCH)),
    Said("Akamai", "* blocks the request (403)", _html(403, "Access Denied", "", ("Server", "AkamaiGHost"))),
    Said(
        "Akamai",
        "* blocks the request (403)",
        _html(
            403,
            "Access Denied",
            'You don\'t have permission to access "http&#58;&#47;&#47;pacs" on this server.<P>\nReference&#32;&#35;18&#46;2f',
        ),
    ),
    Said(
        "F5 (Advanced WAF)",
        "* blocks the request (200)",
        _html(
            200,
            "Request Rejected",
            "The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 17",
        ),
    ),
    Said(
        "F5 (Advanced WAF)",
        "* blocks the request (403)",
        _html(403, "Request Rejected", "The requested URL was rejected. Please consult with your administrator."),
    ),
    Said(
        "ModSecurity",
        "* blocks the request (406)",
        _html(
            406,
            "Not Acceptable!",
            "An appropriate representation could not be found. This error was generated by Mod_Security.",
        ),
    ),
    Said(
        "ModSecurity",
        "* blocks the request (403)",
        _html(403, "403", "This request has been denied due to the rules of the mod_security module."),
    ),
    Said(
        "Imperva",
        "* blocks the request (403)",
        _html(403, "", "Request unsuccessful. Incapsula incident ID: 12-34", ("X-Iinfo", "9-1")),
    ),
    Said(
        "Imperva",
        "* asks for a person",
        _html(200, "", '<iframe src="/_Incapsula_Resource?CWUDNSAI=1"></iframe>', ("X-Iinfo", "9-1")),
    ),
    Said("Sucuri", "* blocks the request (403)", _html(403, "Sucuri Website Firewall - Access Denied", "")),
    Said(
        "FortiWeb",
        "* blocks the request (403)",
        _html(403, "Web Page Blocked!", "The page cannot be displayed. Attack ID: 20000010"),
    ),
)

LOGINS = {
    "cloudflare access": (
        "Cloudflare Access",
        _moved("https://ward.cloudflareaccess.com/cdn-cgi/access/login/pacs.example.org?kid=1&redirect_url=%2F"),
    ),
    "cloudflare access, at the host": (
        "Cloudflare Access",
        _moved("/cdn-cgi/access/login/pacs.example.org?redirect_url=%2F"),
    ),
    "cloudflare access, without people": (
        "Cloudflare Access",
        _html(403, "Error", "<a href='https://ward.cloudflareaccess.com'>Forbidden</a>"),
    ),
    "application proxy": (
        "the Entra application proxy",
        _moved(f"{ENTRA}&redirect_uri=https%3a%2f%2fpacs-ward.msappproxy.net%2f"),
    ),
    "application proxy, own name": (
        "the Entra application proxy",
        _moved(
            f"{ENTRA}&redirect_uri={OWN}/",
            ("x-ms-proxy-app-id", "5b2f"),
            ("x-ms-proxy-service-name", "proxy-appproxy-weur"),
        ),
    ),
    "oauth2-proxy": (
        "oauth2-proxy",
        _moved("https://auth.example.org/oauth2/start?rd=https%3A%2F%2Fpacs.example.org%2F"),
    ),
    "oauth2-proxy, provider": (
        "oauth2-proxy",
        _moved(f"https://idp.example.org/auth?client_id=a&response_type=code&redirect_uri={OWN}/oauth2/callback"),
    ),
    "oauth2-proxy, page": ("oauth2-proxy", _html(403, "Sign In", '<form method="GET" action="/oauth2/start">')),
    "load balancer": (
        "the sign-in of an AWS load balancer",
        _moved(
            "https://ward.auth.eu-west-1.amazoncognito.com/oauth2/authorize?client_id=a&redirect_uri=https%3A%2F%2Fpacs.example.org%2Foauth2%2Fidpresponse&response_type=code"
        ),
    ),
    "load balancer, another provider": (
        "the sign-in of an AWS load balancer",
        _moved(
            "https://idp.example.org/authorize?client_id=a&response_type=code&redirect_uri=https://pacs.example.org/oauth2/idpresponse"
        ),
    ),
    "iap": (
        "Google's Identity-Aware Proxy",
        _moved(
            "https://accounts.google.com/o/oauth2/v2/auth?client_id=a&response_type=code",
            ("X-Goog-IAP-Generated-Response", "true"),
        ),
    ),
    "iap, programs": ("Google's Identity-Aware Proxy", got(401, "Invalid IAP credentials: empty token", (), SEARCH)),
    "app service": ("the authentication of Azure App Service", _moved("/.auth/login/aad?post_login_redirect_uri=%2F")),
    "app service, provider": (
        "the authentication of Azure App Service",
        _moved(f"{ENTRA}&redirect_uri=https%3A%2F%2Fpacs.example.org%2F.auth%2Flogin%2Faad%2Fcallback"),
    ),
    "pomerium": ("Pomerium", _moved("https://auth.example.org/.pomerium/sign_in?pomerium_redirect_uri=x")),
    "pomerium, programs": ("Pomerium", got(401, "", (("X-Pomerium-Intercepted-Response", "true"),), SEARCH)),
    "the authentik outpost": (
        "the authentik outpost",
        _moved("https://pacs.example.org/outpost.goauthentik.io/start?rd=https%3A%2F%2Fpacs.example.org%2F"),
    ),
    "authelia": ("Authelia", _moved("https://sso.example.org/?rd=https%3A%2F%2Fpacs.example.org%2F&rm=GET")),
}

NOBODY = {
    "orthanc behind cloudflare": got(200, [], (*JSON, ("Server", "cloudflare"), ("CF-RAY", "8a1-FRA")), SEARCH),
    "page of cloudfront": _html(200, "OHIF Viewer", "", ("X-Cache", "Hit from cloudfront"), ("X-Amz-Cf-Id", "aB3==")),
    "403 of nginx": _html(403, "403 Forbidden", "<hr><center>nginx/1.22.1</center>", ("Server", "nginx/1.22.1")),
    "403 of nginx behind cloudflare": _html(
        403, "403 Forbidden", "<hr><center>nginx</center>", ("Server", "cloudflare"), ("CF-RAY", "8a")
    ),
    "403 of apache": got(403, "<p>You don't have permission to access this resource.</p>", HTML, SEARCH),
    "404 of nginx behind front door": _html(404, "404 Not Found", "<center>nginx</center>", ("X-Azure-Ref", "0a1")),
    "login of orthanc": got(401, "", (("WWW-Authenticate", 'Basic realm="Orthanc Secure Area"'),), SEARCH),
    "azure without a token": got(
        401, "", (("WWW-Authenticate", 'Bearer authorization_uri="https://login.microsoftonline.com/x"'),), SEARCH
    ),
    "token wanted by a gateway": _aws(401, "UnauthorizedException", "Unauthorized"),
    "error of healthimaging": got(
        403,
        {"Message": "User: arn:aws:iam::1:user/a is not authorized to perform: medical-imaging:SearchImageSets"},
        (*JSON, ("x-amzn-errortype", "AccessDeniedException")),
        SEARCH,
    ),
    "404 of the server": got(404, {"message": "no such study"}, JSON, SEARCH),
    "json that quotes": got(
        200, [{"00081030": {"Value": ["Generated by cloudfront; Incapsula incident ID"]}}], JSON, SEARCH
    ),
    "redirect to https": _moved("https://pacs.example.org/dicom-web/studies?limit=1"),
    "sign-in of the site": _moved("https://login.example.org/realms/ward/protocol/openid-connect/auth?client_id=ohif"),
    "502 of the web server": _html(502, "502 Bad Gateway", "<center>nginx/1.22.1</center>", ("Server", "nginx")),
}
