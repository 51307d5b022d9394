"""Each directive of the generated files that matters, taken away: `ohif-setup check` names the fault, and names it once."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.parts import apache
from tests.parts.ports import free_port
from tests.parts.users import WORKER
from tests.routes.broken import Breaking, Stage, findings, wrong_login
from tests.routes.case import LOGIN, Case
from tests.routes.deployed import Surroundings

NGINX = Case("3.13.2")
NGINX_OHIF = Case("3.13.2", path="/ohif")
NGINX_LOGIN = Case("3.13.2", login=True)
NGINX_TLS = Case("3.13.2", path="/ohif", tls=True)
APACHE = Case("3.13.2", proxy="apache")
APACHE_OHIF = Case("3.13.2", proxy="apache", path="/ohif")
APACHE_LOGIN = Case("3.13.2", proxy="apache", login=True)
FOLDERS = Case("3.13.2", route="serve-folders", path="/ohif")
CORS = Case("3.13.2", route="cors")
CORS_LOGIN = Case("3.13.2", route="cors", login=True)
CASES = (NGINX, NGINX_OHIF, NGINX_LOGIN, NGINX_TLS, APACHE, APACHE_OHIF, APACHE_LOGIN, FOLDERS, CORS, CORS_LOGIN)
DEAD_PORT = free_port()


@dataclass(frozen=True)
class Fault:
    """What is taken away from a case, and which check says so: `mode` is the failure mode (or the stable ID of a CORS fault), and
    `words` are in the finding. `also` are the checks that fail as well, because it breaks what they look at."""

    name: str
    case: Case
    breaking: Breaking
    check: str
    mode: str
    words: str = ""
    status: str = "fail"
    also: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        """For the list of tests."""
        return f"{str(self.case).removesuffix('-3.13.2')}: {self.name}"


def without(pattern: str, into: str = "") -> Breaking:
    """The generated text with every match of `pattern` (over lines) replaced."""
    return Breaking(text=lambda text: re.sub(pattern, lambda _: into, text, flags=re.MULTILINE | re.DOTALL))


def turned(pattern: str, template: str) -> Breaking:
    """The same with a template, in which `\\1` is the first group."""
    return Breaking(text=lambda text: re.sub(pattern, template, text, flags=re.MULTILINE))


def viewer(change: Callable[[Path], None]) -> Breaking:
    """Something else in the viewer's folder."""
    return Breaking(viewer=change)


def config(old: str, new: str) -> Breaking:
    """Another text in the served `app-config.js`."""

    def change(folder: Path) -> None:
        file = folder / "app-config.js"
        text = file.read_text()
        assert re.search(old, text)
        file.write_text(re.sub(old, lambda _: new, text))

    return Breaking(viewer=change)


def dated_1985(folder: Path) -> None:
    for file in folder.glob("*.*"):
        os.utime(file, (499162500, 499162500))


def stale_copy(folder: Path) -> None:
    (folder / "app-config.js.gz").write_bytes(gzip.compress(b"window.config = { old: true };"))
    dated_1985(folder)


def without_copy(folder: Path) -> None:
    (folder / "viewer").unlink()


def without_bundle(folder: Path) -> None:
    for file in folder.glob("app.bundle.*.js"):
        file.unlink()


def page_without_line(folder: Path) -> None:
    for name in ("index.html", "viewer"):
        file = folder / name
        file.write_text(re.sub(r"<script>/\* Served as.*?</script>", "", file.read_text(), flags=re.DOTALL))


def bundles_of_the_root(folder: Path) -> None:
    for file in folder.glob("app.bundle.*.js"):
        text = file.read_bytes()
        assert b'__webpack_require__.p = "/ohif/"' in text
        file.write_bytes(text.replace(b'__webpack_require__.p = "/ohif/"', b'__webpack_require__.p = "/"'))


def page_of_the_root(folder: Path) -> None:
    file = folder / "index.html"
    file.write_text(file.read_text().replace('"/ohif/', '"/'))


def both(text: Breaking, folder: Callable[[Path], None]) -> Breaking:
    return Breaking(text=text.text, viewer=folder)


PDF = "default-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
"""A policy under which everything shows but what scripts are refused."""
REACH = "dicomweb-reachable"
VIEWER = frozenset({"viewer-config", "viewer-routes"})
LOCATION = r"^    location ~ \^/dicom-web.*?^    }\n"
PLACES = r"^  location /dicom-web/ \{.*?^  }\n"
HEADERS = r"^ *proxy_set_header (?:Host|Forwarded|X-Forwarded-\w+) [^\n]*\n"
ORTHANC = r"http://127\.0\.0\.1:\d+"


def proxied(target: str) -> Breaking:
    """The whole of `/dicom-web/` handed on with another target; `ORTHANC` stands for the address of Orthanc."""

    def change(text: str) -> str:
        origin = re.search(rf"proxy_pass ({ORTHANC});", text)
        assert origin
        url = target.replace("ORTHANC", origin[1])
        location = f"  location /dicom-web/ {{ proxy_pass {url}; proxy_set_header Host $http_host; }}\n"
        return re.sub(PLACES, lambda _: location, text, flags=re.MULTILINE | re.DOTALL)

    return Breaking(text=change)


def apache_proxied(path: str, target: str) -> Breaking:
    """Apache's only rule replaced, and what denies the rest taken away."""

    def change(text: str) -> str:
        origin = re.search(rf'"({ORTHANC})/dicom-web', text)
        assert origin
        rule = f'  ProxyPass "{path}" "{target.replace("ORTHANC", origin[1])}"\n'
        text = re.sub(r"^  ProxyPassMatch [^\n]*\n", lambda _: rule, text, flags=re.MULTILINE)
        return re.sub(r'^  RedirectMatch 404 "\^/dicom-web[^\n]*\n', "", text, flags=re.MULTILINE)

    return Breaking(text=change)


def with_header(name: str, value: str) -> Breaking:
    """A header of every file of the viewer."""
    return turned(r"^( +)(add_header X-Content-Type-Options [^\n]*)", rf'\1\2\n\1add_header {name} "{value}" always;')


def policy_of_the_viewer(value: str) -> Breaking:
    """A policy in the page itself."""

    def change(folder: Path) -> None:
        file = folder / "index.html"
        tag = f'<meta http-equiv="Content-Security-Policy" content="{value}">'
        file.write_text(file.read_text().replace("<head>", f"<head>{tag}", 1))

    return Breaking(viewer=change)


FAULTS = (
    # nginx: the viewer
    Fault(
        "types",
        NGINX,
        without(r"^  types \{.*?^  }\n", "  types { }\n"),
        "viewer-served",
        "FM75",
        "include mime.types",
        also=frozenset({"viewer-config"}),
    ),
    Fault("gzip", NGINX, without(r"^  gzip on;\n"), "viewer-served", "", "not compressed", "warn"),
    Fault("gzip-types", NGINX, without(r"^  gzip_types [^;]*;\n"), "viewer-served", "", "not compressed", "warn"),
    Fault(
        "gzip-static",
        NGINX,
        both(without("gzip_static off", "gzip_static on"), stale_copy),
        "viewer-config",
        "FM63",
        ".gz",
    ),
    Fault(
        "cache-control",
        NGINX,
        both(without(r"^ *add_header Cache-Control [^\n]*\n"), dated_1985),
        "viewer-config",
        "FM73",
        "Cache-Control no-cache",
        "warn",
    ),
    Fault("fallback", NGINX, without(r" /index\.html;", " =404;"), "viewer-routes", "FM68", "try_files"),
    Fault(
        "assets-without-fallback",
        NGINX,
        without(r"^    location ~\* [^\n]*\n[^\n]*\n    }\n"),
        "viewer-routes",
        "FM68",
        "a missing file",
        "warn",
    ),
    Fault(
        "slash-of-alias",
        NGINX_OHIF,
        without(r'viewer/";', 'viewer";'),
        "viewer-served",
        "FM69",
        "status 404",
        also=VIEWER,
    ),
    Fault(
        "redirect-to-slash",
        NGINX_OHIF,
        without(r"^  location = /ohif \{.*?^  }\n"),
        "viewer-routes",
        "FM68",
        "/ohif",
        "warn",
    ),
    Fault(
        "absolute-redirect",
        NGINX_OHIF,
        without(r"absolute_redirect off;", "port_in_redirect off;"),
        "viewer-routes",
        "FM68",
        "absolute_redirect off",
        "warn",
    ),
    Fault(
        "policy-without-eval",
        NGINX,
        with_header("Content-Security-Policy", f"{PDF}; script-src 'self' 'wasm-unsafe-eval'"),
        "viewer-policy",
        "policy-refuses",
        "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'",
    ),
    Fault(
        "policy-without-the-server",
        CORS,
        policy_of_the_viewer(f"{PDF}; script-src 'self' 'unsafe-eval'; connect-src 'self'"),
        "viewer-policy",
        "policy-refuses",
        "the study list stays empty",
    ),
    Fault(
        "policy-without-blob",
        NGINX,
        with_header("Content-Security-Policy", "default-src 'self' 'unsafe-eval' 'unsafe-inline'; img-src data:"),
        "viewer-policy",
        "policy-refuses",
        "object-src 'self' 'unsafe-eval' 'unsafe-inline' blob:",
        "warn",
    ),
    # nginx: DICOMweb
    Fault("location-of-dicomweb", NGINX, without(LOCATION), REACH, "FM23", "nothing answers at /dicom-web"),
    Fault("both-locations", NGINX, without(PLACES), REACH, "FM23", "the viewer's own page"),
    Fault(
        "prefix",
        NGINX,
        proxied("ORTHANC/"),
        REACH,
        "FM18",
        "removes /dicom-web from the path",
        also=frozenset({"exposure"}),
    ),
    Fault("path-in-proxy-pass", NGINX, proxied("ORTHANC/dicom-web"), REACH, "FM24", "/dicom-webstudies"),
    Fault(
        "resources-alone",
        NGINX,
        proxied("ORTHANC"),
        "exposure",
        "FM18",
        "(studies|series|instances)",
        also=frozenset({"dicomweb-addresses", "dicomweb-answers"}),
    ),
    Fault("host-and-forwarded", NGINX, without(HEADERS), "dicomweb-addresses", "FM25", "does not say which host"),
    Fault(
        "port-of-the-host",
        NGINX,
        without(HEADERS, "      proxy_set_header Host $host;\n"),
        "dicomweb-addresses",
        "FM25",
        "without its port",
    ),
    Fault(
        "unquoted-forwarded",
        NGINX,
        without(r'"host=\$http_host;proto=\$scheme"', "'host=\"$http_host\";proto=$scheme'"),
        "dicomweb-addresses",
        "FM25",
        "quotes",
    ),
    Fault("proto", NGINX_TLS, without(r";proto=\$scheme"), "dicomweb-addresses", "FM25", "no proto"),
    Fault("commas", NGINX, without(r"^ *if \(\$args [^\n]*\n"), "dicomweb-answers", "FM35", "No Description"),
    Fault(
        "accept",
        NGINX,
        without(r"proxy_http_version 1.1;", 'proxy_set_header Accept "*/*";'),
        "dicomweb-answers",
        "FM33",
        "Accept",
    ),
    Fault("body-size", NGINX, without(r"^ *client_max_body_size 0;\n"), "uploads", "FM74", "client_max_body_size 0;"),
    Fault(
        "post",
        NGINX,
        without(r"limit_except GET POST", "limit_except GET"),
        "uploads",
        "FM74",
        "storing is refused (403)",
    ),
    Fault(
        "server-behind",
        NGINX,
        without(ORTHANC, f"http://127.0.0.1:{DEAD_PORT}"),
        REACH,
        "",
        "but not nginx",
    ),
    Fault("login", NGINX_LOGIN, without(r"^ *include [^\n]*\n"), REACH, "FM56", "refuses the login"),
    Fault(
        "login-and-its-hiding",
        NGINX_LOGIN,
        without(r"^ *(?:include|proxy_hide_header WWW)[^\n]*\n"),
        REACH,
        "FM56",
        "login",
    ),
    Fault("right-password", NGINX_LOGIN, Breaking(login=wrong_login(LOGIN)), REACH, "FM56", "another name or password"),
    # The viewer's folder
    Fault(
        "no-viewer",
        NGINX,
        viewer(shutil.rmtree),
        "viewer-served",
        "",
        "install-viewer",
    ),
    Fault("readable", NGINX, viewer(lambda folder: folder.chmod(0o700)), "viewer-served", "", "chmod -R a+rX"),
    Fault(
        "configuration",
        NGINX,
        viewer(lambda folder: (folder / "app-config.js").unlink()),
        "viewer-config",
        "FM64",
        "404",
    ),
    Fault(
        "own-configuration",
        NGINX,
        config(r"'/dicom-web'|\"/dicom-web\"", "'https://d14fa38qiwhyfd.cloudfront.net/dicomweb'"),
        "viewer-config",
        "FM63",
        "demonstration",
    ),
    Fault(
        "public-name",
        NGINX,
        config(r"'/dicom-web'|\"/dicom-web\"", "'http://orthanc:8042/dicom-web'"),
        "viewer-config",
        "FM21",
        "orthanc",
    ),
    Fault(
        "no-password",
        NGINX,
        config(r"(?=imageRendering)", "requestOptions: { auth: 'ada:s3cret-of-Orthanc' }, "),
        "viewer-config",
        "FM56",
        "",
    ),
    Fault("contents", NGINX, config(r"(?s).*", "config/default.js"), "viewer-config", "FM65", "APP_CONFIG"),
    Fault(
        "basename",
        NGINX_OHIF,
        config(r"routerBasename: ['\"]/ohif['\"]", "routerBasename: '/'"),
        "viewer-config",
        "FM69",
        "/ohif",
    ),
    Fault("moved-page", NGINX_OHIF, viewer(page_of_the_root), "viewer-served", "FM69", "made for /"),
    Fault("moved-bundles", NGINX_OHIF, viewer(bundles_of_the_root), "viewer-served", "FM69", "its bundles for /"),
    Fault(
        "whole-copy",
        NGINX,
        viewer(without_bundle),
        "viewer-served",
        "FM69",
        "status 404",
    ),
    # Orthanc
    Fault(
        "host-of-debian",
        NGINX,
        Breaking(dicom_web={"Host": "localhost"}),
        "dicomweb-addresses",
        "FM25",
        "dicomweb.json",
    ),
    Fault(
        "whole-metadata",
        NGINX,
        Breaking(dicom_web={"StudiesMetadata": "MainDicomTags", "SeriesMetadata": "MainDicomTags"}),
        "dicomweb-answers",
        "FM37",
        "Full",
    ),
    Fault(
        "root",
        NGINX,
        Breaking(dicom_web={"Root": "/web/"}),
        REACH,
        "FM18",
        "Orthanc has it at",
    ),
    # Apache
    Fault(
        "fallback", APACHE, without(r"^ *FallbackResource /index.html\n"), "viewer-routes", "FM68", "FallbackResource"
    ),
    Fault(
        "assets-without-fallback",
        APACHE,
        without(r"^ *<FilesMatch.*?</FilesMatch>\n"),
        "viewer-routes",
        "FM68",
        "missing file",
        "warn",
    ),
    Fault("granted", APACHE, without(r"^    Require local\n"), "viewer-served", "", "403"),
    Fault(
        "deflate",
        APACHE,
        # Debian's deflate.conf compresses the same.
        without(r"^    AddOutputFilterByType [^\n]*\n", "    SetEnv no-gzip 1\n"),
        "viewer-served",
        "",
        "not compressed",
        "warn",
    ),
    Fault(
        "cache-control",
        APACHE,
        both(without(r"^ *Header always set Cache-Control [^\n]*\n"), dated_1985),
        "viewer-config",
        "FM73",
        "Header set Cache-Control",
        "warn",
    ),
    Fault(
        "slash-of-alias",
        APACHE_OHIF,
        turned(r'Alias /ohif "([^"]*)"', r'Alias /ohif/ "\1/"'),
        "viewer-routes",
        "FM68",
        "Alias /ohif",
        "warn",
    ),
    Fault("proxy-pass", APACHE, without(r"^  ProxyPassMatch [^\n]*\n"), REACH, "FM23", "ProxyPass"),
    Fault(
        "target",
        APACHE,
        apache_proxied("/dicom-web/", "ORTHANC/"),
        REACH,
        "FM18",
        "removes /dicom-web from the path",
        also=frozenset({"exposure"}),
    ),
    Fault(
        "slash-of-target",
        APACHE,
        apache_proxied("/dicom-web/", "ORTHANC/dicom-web"),
        REACH,
        "FM24",
        "/dicom-webstudies",
    ),
    Fault(
        "resources-alone", APACHE, apache_proxied("/dicom-web/", "ORTHANC/dicom-web/"), "exposure", "FM18", "servers"
    ),
    Fault(
        "proxy-requests", APACHE, without("ProxyRequests Off", "ProxyRequests On"), "exposure", "", "ProxyRequests Off"
    ),
    Fault(
        "host-and-forwarded",
        APACHE,
        without(r"^ *(?:RequestHeader [^\n]*Forwarded|ProxyPreserveHost)[^\n]*\n"),
        "dicomweb-addresses",
        "FM25",
        "ProxyPreserveHost On",
    ),
    Fault("commas", APACHE, without(r"^  Rewrite[^\n]*\n"), "dicomweb-answers", "FM35", "No Description"),
    Fault(
        "post",
        APACHE,
        turned(r"<(Limit(?:Except)?) GET POST>", r"<\1 GET>"),
        "uploads",
        "FM74",
        "storing is refused (403)",
    ),
    Fault("login", APACHE_LOGIN, without(r"^    (?:Include|Header unset WWW)[^\n]*\n"), REACH, "FM56", "login"),
    Fault(
        "module",
        APACHE,
        Breaking(modules=(*(one for one in apache.ENABLED if one != "proxy_http"), "proxy")),
        REACH,
        "",
        "a2enmod proxy_http",
    ),
    Fault(
        "server-behind",
        APACHE,
        without(ORTHANC, f"http://127.0.0.1:{DEAD_PORT}"),
        REACH,
        "",
        "but not Apache",
    ),
    # Orthanc serves the viewer
    Fault("extensions", FOLDERS, without(r'"": "text/html"'), "viewer-routes", "FM76", "Extensions"),
    Fault("folder", FOLDERS, without(r'"/ohif":', '"/other":'), "viewer-served", "FM76", "not configured for the path"),
    Fault("copy", FOLDERS, viewer(without_copy), "viewer-routes", "FM76", "The copy is missing"),
    Fault("line", FOLDERS, viewer(page_without_line), "viewer-routes", "FM76", "its own page"),
    Fault("moved-bundles", FOLDERS, viewer(page_of_the_root), "viewer-served", "FM69", "made for /"),
    # CORS
    Fault(
        "answer-to-options",
        CORS,
        without(r"^    if \(\$request_method = OPTIONS.*?^    }\n"),
        "cors",
        "options-unanswered",
        "204",
    ),
    Fault(
        "origin-in-preflight",
        CORS,
        without(r"^      add_header Access-Control-Allow-Origin [^\n]*\n"),
        "cors",
        "preflight-without-cors",
    ),
    Fault("origin", CORS, without(r"add_header Access-Control-Allow-Origin [^\n]*\n"), "cors", "no-cors"),
    Fault(
        "accept",
        CORS,
        without("authorization, accept, content-type", "authorization, content-type"),
        "cors",
        "header-accept",
    ),
    Fault(
        "content-type",
        CORS,
        without("authorization, accept, content-type", "authorization, accept"),
        "cors",
        "header-content-type",
    ),
    Fault(
        "always",
        CORS,
        turned(r"^(    add_header Access-Control-Allow-Origin \S+) always;", r"\1;"),
        "cors",
        "errors-without-cors",
        "always",
        "warn",
    ),
    Fault("vary", CORS, without(r"^    add_header Vary [^\n]*\n"), "cors", "vary-missing", "Vary", "warn"),
    Fault(
        "max-age",
        CORS,
        without(
            r"^ *add_header Access-Control-Max-Age [^\n]*\n", "      add_header Access-Control-Max-Age 0 always;\n"
        ),
        "cors",
        "preflight-not-kept",
        "600",
        "warn",
    ),
    Fault("slash-after-origin", CORS, without(r'" \$http_origin;', '/" $http_origin;'), "cors", "no-cors"),
    Fault("list-of-origins", CORS, without(r'  default "";', '  default "*";'), "cors", "archive-open", "", "warn"),
    Fault(
        "list-of-origins",
        CORS_LOGIN,
        without(r'  default "";', '  default "*";'),
        "exposure",
        "FM09",
        "with the login that the web server adds",
    ),
    Fault("host", CORS, without(HEADERS), "dicomweb-addresses", "FM25", "does not say which host"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.usefixtures("trusting")
def test_nothing_is_wrong_with_the_generated_files(
    stages: Callable[..., Stage], case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    site = stages(case)
    with site.broken(Breaking()):
        found = findings(site.place.folder, capsys)
    wrong = [one for one in found if one["status"] in ("fail", "warn")]
    # Orthanc has no web server before it that could decode the query.
    known = {"dicomweb-answers"} if case.route == "serve-folders" else set()
    assert [one["title"] for one in wrong if one["check"] not in known] == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.usefixtures("trusting")
def test_check_names_what_was_taken_away(
    stages: Callable[..., Stage], fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    if fault.name == "readable" and not WORKER:
        pytest.skip("the web server runs as the owner of the folder, and reads it all the same")
    site = stages(fault.case, fault.breaking.dicom_web is not None)
    skip = () if fault.check == "uploads" or fault.case.login else ("--skip", "uploads")
    with site.broken(fault.breaking):
        found = findings(site.place.folder, capsys, *skip)
    named = [
        one
        for one in found
        if one["check"] == fault.check
        and fault.mode in (one["evidence"].get("failure_mode", ""), one["evidence"].get("fault"))
        and one["status"] == fault.status
    ]
    wrong = [f"{one['status']} {one['check']} {one['title']}" for one in found if one["status"] in ("fail", "warn")]
    assert named, wrong
    said = [" ".join((one["title"], one["symptom"], one["cause"], str(one["fix"]))) for one in named]
    assert any(fault.words in one for one in said), said
    failed = {one["check"] for one in found if one["status"] == "fail"}
    assert failed <= {fault.check, *fault.also}, wrong


@pytest.mark.parametrize(
    ("case", "status"),
    [(NGINX, "fail"), (APACHE, "fail"), (NGINX, "warn")],
    ids=["nginx", "apache", "dead"],
)
@pytest.mark.usefixtures("trusting")
def test_web_server_that_was_not_reloaded_is_named(
    stages: Callable[..., Stage],
    surroundings: Surroundings,
    case: Case,
    status: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = surroundings.archives[True].url if status == "fail" else f"http://127.0.0.1:{DEAD_PORT}"
    site = stages(case)
    with site.broken(Breaking()):
        found = findings(site.place.folder, capsys, "--set", f"server.url={url}/dicom-web", "--only", REACH)
    (one,) = [one for one in found if one["status"] in ("fail", "warn")]
    assert (one["check"], one["status"]) == (REACH, status)
    assert "was not reloaded since the answers changed" in one["title"]
