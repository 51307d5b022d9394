"""A login in front, added to the generated files by the means of nginx and Apache: `ohif-setup check` says what it met, fails
only where no viewer can pass it, and advises nothing that takes the login away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.parts import apache
from tests.routes.broken import Breaking, Stage, findings
from tests.routes.case import Case

NGINX = Case("3.13.2")
NGINX_TLS = Case("3.13.2", tls=True)
NGINX_LOGIN = Case("3.13.2", login=True)
APACHE = Case("3.13.2", proxy="apache")
APACHE_TLS = Case("3.13.2", proxy="apache", tls=True)
CORS = Case("3.13.2", route="cors")

OF_VIEWER = {"viewer-served", "viewer-config", "viewer-routes"}
OF_DICOMWEB = {"dicomweb-reachable", "dicomweb-answers", "dicomweb-addresses", "uploads"}
SIGN_IN_PAGE = "<html><head><title>Sign in</title></head><body><form><input type=password></form></body></html>"


@dataclass(frozen=True)
class Guard:
    """`lines` stand behind the line that `behind` matches; in Apache, whose later sections win, at the end of `<VirtualHost>`.
    `words` say what was met; `met` are the checks that meet it, and `failed` the one that names it as a fault."""

    name: str
    case: Case
    lines: str
    words: str
    met: frozenset[str] = frozenset(OF_VIEWER | OF_DICOMWEB)
    behind: str = r"^  server_name [^\n]*\n"
    failed: str = ""

    def __str__(self) -> str:
        """For the list of tests."""
        return f"{str(self.case).removesuffix('-3.13.2')}: {self.name}"


def portal(answer: str) -> str:
    """nginx asks a portal, which lets nobody in, and then answers so."""
    return (
        "  auth_request /_portal; error_page 401 = @sign-in;\n"
        # A list of its own, or the 401 for nginx itself would be replaced too.
        "  location = /_portal { internal; error_page 404 /404.html; return 401; }\n"
        f"  location @sign-in {{ {answer} }}\n"
    )


BASIC = '  auth_basic "Imaging"; auth_basic_user_file /dev/null;\n'
APACHES_BASIC = 'AuthType Basic\nAuthName "Imaging"\nAuthUserFile /dev/null\nRequire valid-user\n'
HERE = "$scheme://$http_host$request_uri"
ENTRA = (
    "https://login.microsoftonline.com/contoso.org/oauth2/v2.0/authorize?client_id=a&response_type=code&redirect_uri=b"
)
ACCESS = "https://contoso.cloudflareaccess.com/cdn-cgi/access/login/pacs.example.org?redirect_url=%2F"
LOCATION = r"^    location ~ \^/dicom-web[^\n]*\n"
REALM = 'basic authentication (401, realm "Imaging")'
CERTIFICATE = "a client certificate is required (mutual TLS)"

GUARDS = (
    Guard("basic", NGINX, BASIC, REALM),
    Guard("basic, and Orthanc's login behind it", NGINX_LOGIN, BASIC, REALM),
    Guard("basic before the images", NGINX, BASIC, REALM, frozenset(OF_DICOMWEB), LOCATION),
    Guard(
        "portal", NGINX, portal(f"return 302 https://portal.example.org/?rd={HERE};"), "sign-in at portal.example.org"
    ),
    Guard(
        "portal before a login that is added",
        NGINX_LOGIN,
        portal("return 302 /oauth2/sign_in?rd=$request_uri;"),
        "sign-in at /oauth2/sign_in",
    ),
    Guard("portal that answers 401", NGINX, portal("return 401;"), "a login (401)"),
    Guard("Entra", NGINX, portal(f'return 302 "{ENTRA}";'), "sign-in at login.microsoftonline.com"),
    Guard("Cloudflare Access", NGINX, portal(f'return 302 "{ACCESS}";'), "sign-in at contoso.cloudflareaccess.com"),
    Guard(
        "page to sign in at",
        NGINX,
        portal(f"default_type text/html; return 200 '{SIGN_IN_PAGE}';"),
        'a sign-in page (200, "Sign in")',
    ),
    Guard(
        "page to sign in at, as 403",
        NGINX,
        portal(f"default_type text/html; return 403 '{SIGN_IN_PAGE}';"),
        'a sign-in page (403, "Sign in")',
    ),
    Guard(
        "page in place of the configuration",
        NGINX,
        f"  location = /app-config.js {{ types {{ }} default_type text/html; return 200 '{SIGN_IN_PAGE}'; }}\n",
        'a sign-in page (200, "Sign in")',
        frozenset({"viewer-config"}),
    ),
    Guard(
        "scripts and links",
        NGINX,
        f"  location ^~ /viewer {{ return 302 https://portal.example.org/?rd={HERE}; }}\n"
        f"  location ^~ /app.bundle. {{ return 302 https://portal.example.org/?rd={HERE}; }}\n",
        "sign-in at portal.example.org",
        frozenset({"viewer-served", "viewer-routes"}),
    ),
    Guard("client certificate", NGINX_TLS, "ssl", CERTIFICATE),
    Guard("basic", APACHE, f'<Location "/">\n{APACHES_BASIC}</Location>\n', REALM),
    Guard(
        "basic before the images",
        APACHE,
        f'<Location "/dicom-web">\n{APACHES_BASIC}</Location>\n',
        REALM,
        frozenset(OF_DICOMWEB),
    ),
    Guard("client certificate", APACHE_TLS, "SSLVerifyClient require\n", CERTIFICATE),
    Guard("client certificate by TLS 1.2", APACHE_TLS, "SSLVerifyClient require\nSSLProtocol TLSv1.2\n", CERTIFICATE),
    Guard(
        "basic",
        CORS,
        BASIC,
        REALM,
        frozenset(OF_DICOMWEB - {"dicomweb-reachable"} | {"cors"}),
        failed="dicomweb-reachable",
    ),
)
FORBIDDEN = re.compile(r"in its place|in their places|viewer\.url=|chmod|auth_|AuthType|ssl_verify|Require ")
"""What would take the login away, or lead round it."""


def guarded(guard: Guard) -> Breaking:
    def change(text: str) -> str:
        lines = guard.lines
        if guard.case.tls and guard.case.proxy == "nginx":
            found = re.search(r"ssl_certificate ([^;]*);", text)
            assert found
            lines = f"  ssl_client_certificate {found[1]}; ssl_verify_client on;\n"
        if guard.case.proxy == "apache":
            return text.replace("</VirtualHost>", f"{lines}</VirtualHost>")
        return re.sub(guard.behind, lambda line: line[0] + lines, text, count=1, flags=re.MULTILINE)

    modules = (*apache.ENABLED, "ssl") if guard.case.tls else apache.ENABLED
    return Breaking(text=change, modules=modules)


def words(finding: dict[str, Any]) -> str:
    return json.dumps([finding["title"], finding["cause"], finding["fix"]], ensure_ascii=False)


@pytest.mark.parametrize("guard", GUARDS, ids=str)
@pytest.mark.usefixtures("trusting")
def test_login_in_front_is_named_and_kept(
    stages: Callable[..., Stage], guard: Guard, capsys: pytest.CaptureFixture[str]
) -> None:
    site = stages(guard.case)
    with site.broken(guarded(guard)):
        found = findings(site.place.folder, capsys)
    of = {name: [one for one in found if one["check"] == name] for name in {one["check"] for one in found}}
    wrong = [one for one in found if one["status"] in ("fail", "warn")]
    assert [one["check"] for one in wrong if guard.words in one["title"]] == [name for name in (guard.failed,) if name]
    assert len(wrong) == bool(guard.failed)
    for name in guard.met:
        assert any(
            one["status"] == "skipped" and "a login is in front of" in one["title"] and guard.words in one["title"]
            for one in of[name]
        ), of[name]
    assert not any(FORBIDDEN.search(words(one)) for one in found)
    (exposure,) = of["exposure"]
    assert exposure["status"] == "pass"
    if "dicomweb-reachable" in {*guard.met, guard.failed}:
        assert exposure["title"].startswith("nothing is exposed without the login in front: ")
