"""What is a login in front of the site, by what it answers, and what is none."""

from __future__ import annotations

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.checks.front_login import CERTIFICATE, before_server, front_login
from ohif_setup.network.look.find import Found
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import BEHIND, HTML, JSON, OWN, OWN_ROOT, TENANT, Fields, got, keycloak, own, trouble
from tests.checks.pages import page

HOME = f"{OWN}/"
SEARCH = f"{OWN_ROOT}/studies?limit=1"
ENTRA = (
    f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize?response_type=code&client_id=x&redirect_uri=y"
)
ACCESS = "https://contoso.cloudflareaccess.com/cdn-cgi/access/login/pacs.example.org?kid=1&redirect_url=%2F"


def challenge(value: str, body: str = "") -> Exchange:
    return got(401, body, (*HTML, ("WWW-Authenticate", value)), HOME)


def moved(location: str, status: int = 302, url: str = HOME) -> Exchange:
    return got(status, "", (("Location", location),), url)


def shown(html: str, status: int = 200, url: str = HOME) -> Exchange:
    return got(status, f"<!doctype html><html>{html}</html>", HTML, url)


NO_CERTIFICATE = "<html><head><title>400 No required SSL certificate was sent</title></head></html>"
LOGINS = {
    "basic": (challenge('Basic realm="Imaging"'), 'basic authentication (401, realm "Imaging")'),
    "basic without a realm": (challenge("Basic"), "basic authentication (401)"),
    "windows": (challenge("Negotiate, NTLM"), "a login (401, Negotiate)"),
    "auth_request": (got(401, "<html>401", HTML, HOME), "a login (401)"),
    "orthanc": (challenge('Basic realm="Orthanc Secure Area"'), "Orthanc's own login (401)"),
    "certificate of nginx": (got(400, NO_CERTIFICATE, HTML, HOME), CERTIFICATE),
    "certificate by TLS": (trouble("client-certificate", HOME), CERTIFICATE),
    "portal": (moved(f"https://portal.example.org/?rd={HOME}"), "to the sign-in at portal.example.org"),
    "portal, way back encoded": (
        moved("https://gate.example.org/?rd=https%3A%2F%2Fpacs.example.org%2F"),
        "gate.example",
    ),
    "portal, path alone": (moved("https://gate.example.org/start?return_to=%2F"), "gate.example.org"),
    "portal at another port": (moved("http://localhost:9091/?rd=https://pacs.example.org/"), "at localhost:9091"),
    "oauth2-proxy": (moved("/oauth2/sign_in?rd=%2F"), "a redirect (302) to the sign-in at /oauth2/sign_in"),
    "oauth2-proxy, to the provider": (
        moved("https://idp.example.org/x?client_id=a&response_type=code"),
        "idp.example.org",
    ),
    "oauth2-proxy, its page": (
        shown('<title>x</title><form method="GET" action="/oauth2/start">', 403),
        "sign-in page (403",
    ),
    "oauth2-proxy, its answer to scripts": (got(401, "{}", JSON, SEARCH), "a login (401)"),
    "entra": (moved(ENTRA), "a redirect (302) to the sign-in at login.microsoftonline.com"),
    "cloudflare access": (moved(ACCESS), "a redirect (302) to the sign-in at contoso.cloudflareaccess.com"),
    "app service": (moved("/.auth/login/aad?post_login_redirect_uri=%2F"), "at /.auth/login/aad"),
    "login host": (moved("https://login.example.org/"), "at login.example.org"),
    "keycloak": (moved("https://sso.example.org/realms/a/protocol/openid-connect/auth?client_id=b"), "sso.example.org"),
    "saml": (moved("https://x.example.org/adfs/ls/?SAMLRequest=abc"), "x.example.org"),
    "f5": (moved("/my.policy"), "at /my.policy"),
    "303": (moved("https://login.example.org/", 303), "a redirect (303)"),
    "page with a password": (
        shown("<title>Portal</title><form><input name=p type='password'></form>"),
        '(200, "Portal")',
    ),
    "page by its title": (shown("<title> Log in\n| Imaging</title><div id=root></div>"), '(200, "Log in | Imaging")'),
    "page in German": (shown("<title>Anmelden</title>"), "a sign-in page (200"),
    "page by its heading": (shown("<title>Contoso</title><h1>Please sign in</h1><form action=/x>"), '"Contoso"'),
    "page by its button": (shown("<form><input name=mail><button class='a'> Log in</button></form>"), "no title"),
    "page by its submit": (shown('<form><input type="submit" value="Sign in"></form>'), "no title"),
    "page that jumps": (
        shown('<meta http-equiv="refresh" content="0; url=https://login.example.org/?x=1">'),
        "no title",
    ),
    "page that jumps by script": (shown(f'<script>window.location.href="{ENTRA}"</script>'), "a sign-in page (200"),
    "page that posts SAML": (
        shown('<form><input type="hidden" name="SAMLRequest" value="x"></form>'),
        "a sign-in page",
    ),
    "page in place of the configuration": (shown("<title>Sign in</title>", url=f"{OWN}/app-config.js"), '"Sign in"'),
    "page in place of studies": (shown("<title>Sign in</title>", url=SEARCH), '"Sign in"'),
}


@pytest.mark.parametrize(("exchange", "words"), LOGINS.values(), ids=LOGINS)
def test_login_is_recognised(exchange: Exchange, words: str) -> None:
    assert words in front_login(exchange)


OTHERS = {
    "viewer": got(200, page(), HTML, HOME),
    "viewer with a login in its text": got(200, page(head="<title>Log in to OHIF</title>"), HTML, HOME),
    "studies": got(200, [{"0020000D": {}}], JSON, SEARCH),
    "welcome": shown("<title>Welcome to nginx!</title>"),
    "another site": shown("<title>Contoso</title><form action='/search'><input type=text></form>"),
    "another site with a link to its login": shown('<h1>Contoso</h1><a href="/login">Log in</a>'),
    "hotel": shown("<body>Welcome to Hotel Wi-Fi. Please sign in.</body>"),
    "https": moved("https://pacs.example.org/", 301, "http://pacs.example.org/"),
    "https elsewhere": moved("https://pacs.example.org:8443/", 301, "http://pacs.example.org/"),
    "slash": moved("/ohif/", 301, f"{OWN}/ohif"),
    "slash below a path with such a word": moved("/sso/viewer/", 301, f"{OWN}/sso/viewer"),
    "another host": moved("https://www.pacs.example.org/", 301),
    "another host with such a word in its path": moved(
        "https://b.example.org/login-viewer/", 301, f"{OWN}/login-viewer/"
    ),
    "another path": moved("/ohif/", 302),
    "language": moved("/?lang=en&next=1"),
    "explorer": moved("app/explorer.html", 301),
    "nowhere": moved("", 302),
    "broken": moved("https://[broken/login", 302),
    "script": moved("javascript:location='/login'", 302),
    "design": moved("/design-in/assign-in/", 302),
    "author": moved("https://author.example.org/", 302),
    "403 of nginx": got(403, "<html><title>403 Forbidden</title><center>nginx</center></html>", HTML, HOME),
    "403 in JSON": got(403, {"title": "Log in"}, JSON, SEARCH),
    "404 with a form": shown("<title>Sign in</title><input type=password>", 404),
    "400": got(400, "<html>400 The plain HTTP request was sent to HTTPS port</html>", HTML, HOME),
    "407": got(407, "", HTML, HOME),
    "503": got(503, "<html><title>Log in</title>", HTML, HOME),
    "304": got(304, "", HTML, HOME),
    "silence": trouble("timeout", HOME),
    "tls": trouble("tls", HOME),
}


@pytest.mark.parametrize("exchange", OTHERS.values(), ids=OTHERS)
def test_what_is_no_login(exchange: Exchange) -> None:
    assert front_login(exchange) == ""


NGINX_401 = "<html><center><h1>401 Authorization Required</h1></center><hr><center>nginx/1.22.1</center></html>"
IMAGING: Fields = (*HTML, ("WWW-Authenticate", 'Basic realm="Imaging"'))
SECURE: Fields = (("WWW-Authenticate", 'Basic realm="Orthanc Secure Area"'),)
BEARER: Fields = (("WWW-Authenticate", "Bearer"),)
OPEN = got(200, page(), HTML, HOME)
GUARDED = got(401, NGINX_401, IMAGING, HOME)
WITH_LOGIN = own(proxy__orthanc_credentials_file="/etc/nginx/login.conf")
OTHER = own(server__kind="dicomweb")


def at_itself(exchange: Exchange) -> Found:
    return Found("orthanc", "", BEHIND, exchange, proven=exchange.status == 200)


ITSELF = at_itself(got(200, [{"0020000D": {}}]))
LOCKED = at_itself(got(401, "", SECURE))

WHOSE = {
    # name: answers, search, page, direct, whether it is in front
    "whole site": (own(), got(401, NGINX_401, IMAGING), GUARDED, ITSELF, True),
    "whole site, and Orthanc has a login": (WITH_LOGIN, got(401, NGINX_401, IMAGING), GUARDED, LOCKED, True),
    "whole site, where people sign in": (keycloak(), got(401, NGINX_401, IMAGING), GUARDED, None, True),
    "images alone": (own(), got(401, NGINX_401, IMAGING), OPEN, None, True),
    "images alone, own page": (own(), got(401, "no", IMAGING), OPEN, None, True),
    "auth_request": (own(), got(401, NGINX_401, HTML), OPEN, None, True),
    "auth_request before a login that is added": (WITH_LOGIN, got(401, NGINX_401, HTML), OPEN, LOCKED, True),
    "cookie": (own(), got(401, "", HTML), moved(ENTRA), None, True),
    "cookie, page open": (own(), got(401, ""), OPEN, ITSELF, True),
    "redirect": (own(), moved(ENTRA, url=SEARCH), OPEN, None, True),
    "redirect, where people sign in": (keycloak(), moved(ENTRA, url=SEARCH), OPEN, None, True),
    "other server, which lets this machine in": (OTHER, got(401, "", IMAGING), OPEN, ITSELF, True),
    "other origin": (own(), got(401, NGINX_401, IMAGING), None, None, True),
    "Orthanc's": (own(), got(401, "", SECURE), OPEN, LOCKED, False),
    "Orthanc's, page too": (own(), got(401, "", SECURE), got(401, "", SECURE, HOME), LOCKED, False),
    "Orthanc's, hidden": (WITH_LOGIN, got(401, ""), OPEN, LOCKED, False),
    "Orthanc's, hidden, not seen itself": (WITH_LOGIN, got(401, ""), OPEN, None, False),
    "token": (keycloak(), got(401, "", BEARER), OPEN, None, False),
    "token, checked by nginx": (keycloak(), got(401, NGINX_401, HTML), OPEN, ITSELF, False),
    "other server's own": (OTHER, got(401, "", IMAGING), OPEN, at_itself(got(401, "", IMAGING)), False),
    "other server's own, by a web server of its own": (
        OTHER,
        got(401, NGINX_401, IMAGING),
        OPEN,
        at_itself(got(401, NGINX_401, IMAGING)),
        False,
    ),
    "other server's own, not seen itself": (OTHER, got(401, "", IMAGING), OPEN, None, False),
    "forbidden": (own(), got(403, "<html>", HTML), OPEN, ITSELF, False),
    "open": (own(), got(200, []), OPEN, ITSELF, False),
}


@pytest.mark.parametrize(("site", "search", "home", "direct", "expected"), WHOSE.values(), ids=WHOSE)
def test_whose_login_it_is(
    site: Answers, search: Exchange, home: Exchange | None, direct: Found | None, expected: bool
) -> None:
    assert bool(before_server(site, site.server, search, home, direct)) == expected
