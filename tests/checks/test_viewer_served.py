"""What `docs/reference/checks/viewer-served.md` says."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from ohif_setup.checks.finding import Finding
from ohif_setup.checks.viewer.served import ServedViewerObservations, judge
from ohif_setup.network.look.served import ServedViewer, ViewerPart
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange, Sent, TroubleKind
from tests.checks.observed import HTML, JSON, OWN, Fields, answers, got, own, trouble, words
from tests.checks.pages import SCRIPT, STYLE, page, part, served

HOME = f"{OWN}/"


def one(viewer: ServedViewer, **changed: str) -> Finding:
    (finding,) = judge(own(**changed), ServedViewerObservations(viewer))
    return finding


def test_passes_when_everything_comes() -> None:
    assert one(served()).status == "pass"
    assert one(served("/ohif/"), viewer__url=f"{OWN}/ohif").status == "pass"


@pytest.mark.parametrize("kind", ["refused", "timeout"])
def test_not_served_yet_says_what_to_do_next(kind: TroubleKind) -> None:
    found = one(ServedViewer(trouble(kind, HOME)))
    assert (found.status, "no viewer is served yet" in found.title) == ("fail", True)
    assert "ohif-setup install-viewer BUILD" in words(found)
    assert "put nginx.conf in its place" in words(found)
    assert "ohif-setup check" in [one.text for one in found.fix]
    assert ("check that it is running" in found.fix[0].text) == (kind == "refused")


def test_running_is_the_first_question_about_the_web_server_of_the_site() -> None:
    def first(**changed: str) -> str:
        return one(ServedViewer(trouble("refused", HOME)), **changed).fix[0].text

    assert "systemctl status nginx; to start it: sudo nginx -t && sudo systemctl reload-or-restart nginx" in first()
    assert "sudo systemctl reload-or-restart apache2" in first(server__proxy="apache")
    assert "iisreset" in first(server__proxy="iis")
    folders = {"viewer__url": "http://localhost:8042/ohif", "server__route": "serve-folders"}
    assert "sudo systemctl restart orthanc" in first(**folders, server__url="http://localhost:8042/dicom-web")


def test_name_that_does_not_resolve_is_no_step_after_init() -> None:
    found = one(ServedViewer(trouble("dns", HOME)))
    assert found.title == "pacs.example.org: the host name does not resolve, so browsers cannot find the viewer"
    assert "ohif-setup set viewer.url=URL" in found.fix[0].text
    for wrong in ("after init", "install-viewer", "portal"):
        assert wrong not in words(found)


@pytest.mark.parametrize(
    "page",
    ["The plain HTTP request was sent to HTTPS port", "You're speaking plain HTTP to an SSL-enabled server port"],
)
def test_http_at_a_port_of_https_is_named(page: str) -> None:
    found = one(ServedViewer(got(400, f"<html>{page}", HTML, HOME)))
    assert found.title == "http was sent to an https port (400)"
    assert "proxy.tls_certificate" in words(found)


def test_viewer_of_azure_that_this_machine_does_not_reach_is_skipped() -> None:
    (found,) = judge(answers(), ServedViewerObservations(ServedViewer(trouble("dns", "https://viewer.example.org/"))))
    assert (found.status, "was not checked" in found.title) == ("skipped", True)


def test_bad_certificate_is_left_to_tls() -> None:
    bad = trouble("tls-expired", HOME)
    certificate = Certificate("pacs.example.org:443", trouble=bad.trouble)
    (found,) = judge(own(), ServedViewerObservations(ServedViewer(bad), (certificate,)))
    assert (found.status, found.title) == ("skipped", "skipped: no secure connection, see tls")


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (404, "/var/www/ohif-pacs_example_org is missing, empty or not readable"),
        (500, "install-viewer"),
        (403, "chmod -R a+rX /var/www/ohif-pacs_example_org"),
    ],
)
def test_web_server_without_a_page_is_one_finding(status: int, word: str) -> None:
    found = one(ServedViewer(got(status, "<html>", (*HTML, ("Server", "nginx/1.22.1")), HOME)))
    assert (found.status, found.title) == ("fail", f"no viewer at {OWN} ({status})")
    assert word in words(found)


NGINX_403 = "<html><center><h1>403 Forbidden</h1></center><hr><center>nginx/1.22.1</center></html>"
SQUID: Fields = (("Server", "squid/5.7"), ("X-Squid-Error", "ERR_ACCESS_DENIED 0"), ("Via", "1.1 gate (squid/5.7)"))


@pytest.mark.parametrize(
    ("page", "chmod"),
    [
        (got(403, NGINX_403, HTML, HOME), True),
        (got(403, NGINX_403, (*HTML, ("Via", "1.1 gate (squid)")), HOME), True),
        (got(403, "<html>own page", (*HTML, ("Server", "nginx")), HOME), True),
        (got(403, "<html>Access Denied", (*HTML, *SQUID), HOME), False),
        (got(403, "<html>Access Denied", (*HTML, ("Server", "nginx"), ("Via", "1.1 gate")), HOME), False),
        (got(403, "<html>Just a moment", (*HTML, ("Server", "cloudflare"), ("CF-RAY", "8a")), HOME), False),
        (got(403, "<html>", (*HTML, ("Server", "Apache/2.4.71 (Debian)")), HOME), False),
        (got(403, "<html>", HTML, HOME), False),
        (replace(got(403, "<html>", HTML, HOME), proxy="HTTP_PROXY=http://gate:3128"), False),
    ],
    ids=["page", "page-through-a-proxy", "name", "squid", "via", "cloudflare", "apache", "nameless", "environment"],
)
def test_chmod_is_for_what_the_web_server_of_the_site_said(page: Exchange, chmod: bool) -> None:
    assert ("chmod" in words(one(ServedViewer(page)))) == chmod


@pytest.mark.parametrize(
    ("search", "chmod"),
    [
        (got(403, NGINX_403, HTML), False),
        (got(200, []), True),
        (got(401, ""), True),
        (got(403, "<html>Access Denied", (*HTML, *SQUID)), True),
    ],
    ids=["both", "images", "login", "squid"],
)
def test_chmod_is_not_for_a_site_that_is_forbidden_as_a_whole(search: Exchange, chmod: bool) -> None:
    (found,) = judge(own(), ServedViewerObservations(ServedViewer(got(403, NGINX_403, HTML, HOME)), search=search))
    assert ("chmod" in words(found)) == chmod
    assert ("nginx -T" in words(found)) != chmod
    assert ("install-viewer" in words(found)) == chmod


def test_proxy_that_refuses_the_way_is_the_first_to_look_at() -> None:
    found = one(ServedViewer(trouble("proxy", "Tunnel connection failed: 403 Forbidden")))
    assert found.status == "fail"
    assert "no viewer is served yet" not in found.title
    assert "install-viewer" not in words(found)
    assert "NO_PROXY" in found.fix[0].text


def test_who_forbids_it_is_named() -> None:
    squid = one(ServedViewer(got(403, "<html>", (*HTML, *SQUID), HOME)))
    assert squid.title == "the proxy Squid (Server: squid/5.7) refuses the address (403)"
    assert "chmod" not in words(squid)
    asked = replace(got(403, "<html>", (*HTML, ("Server", "squid/5.7")), HOME), proxy="HTTP_PROXY=http://gate:3128")
    named = one(ServedViewer(asked))
    assert named.title == "the proxy of HTTP_PROXY=http://gate:3128 (Server: squid/5.7) refuses the address (403)"
    assert "NO_PROXY=pacs.example.org ohif-setup check" in words(named)
    assert "NO_PROXY" not in words(squid)


def test_login_in_front_of_the_viewer_is_skipped() -> None:
    found = one(ServedViewer(got(401, "", HTML, HOME)))
    assert (found.status, found.title) == (
        "skipped",
        f"skipped: a login is in front of {OWN}: a login (401); what is behind it was not checked",
    )


def test_redirect_to_a_login_is_no_new_address() -> None:
    to = "https://login.example.org/?rd=https://pacs.example.org/"
    found = one(ServedViewer(got(302, "", (("Location", to),), HOME)))
    assert (found.status, found.fix) == ("skipped", ())
    assert "a redirect (302) to the sign-in at login.example.org" in found.title


def test_parts_behind_a_login_are_no_missing_files() -> None:
    guarded = got(401, "", (("WWW-Authenticate", 'Basic realm="Imaging"'),), f"{HOME}app.bundle.0f61.js")
    found = one(part(served(), "app.bundle.0f61", guarded))
    assert (found.status, f"in front of {HOME}app.bundle.0f61.js" in found.title) == ("skipped", True)


def test_busy_web_server_is_no_missing_file() -> None:
    found = one(part(served(), "app.bundle.0f61", got(429, "", (("Retry-After", "9"),))))
    assert found.title == "/app.bundle.0f61.js: too many requests (429)"
    assert "wait 9 s" in words(found)
    assert "install-viewer" not in words(found)


def test_redirect_to_https_is_kept() -> None:
    moved = got(301, "", (("Location", "https://pacs.example.org/"),), "http://pacs.example.org/")
    found = one(ServedViewer(moved), viewer__url="http://pacs.example.org")
    assert found.status == "fail"
    assert [fix.where for fix in found.fix] == ["Answers"]


def test_redirect_is_named_with_its_target() -> None:
    moved = got(301, "", (("Location", "https://new.example.org/"),), HOME)
    found = one(ServedViewer(moved))
    assert "redirect (301) to https://new.example.org/" in found.title
    assert "ohif-setup set viewer.url=https://new.example.org/" in words(found)
    assert "preflight" not in words(found)


def test_redirect_to_the_page_of_orthanc_is_no_address_for_the_viewer() -> None:
    found = one(ServedViewer(got(301, "", (("Location", "app/explorer.html"),), HOME)))
    assert found.title == f"redirect (301) to {OWN}/app/explorer.html"
    assert "Orthanc itself answers there" in found.cause
    assert "ohif-setup set" not in words(found)


def test_viewer_that_is_served_elsewhere_names_the_folder_itself() -> None:
    silent = ServedViewer(trouble("refused", HOME))
    elsewhere = one(silent, server__route="cors", proxy__url="https://dicom.example.org")
    assert "ohif-setup install-viewer BUILD --into DIR " in words(elsewhere)
    assert "--into" not in words(one(silent))


def test_page_of_somebody_else_is_not_ohif() -> None:
    found = one(ServedViewer(got(200, "<html><title>Welcome to nginx!</title></html>", HTML, HOME)))
    assert "Welcome to nginx!" in words(found)
    assert found.title == 'another page is served there, not OHIF: the default page of nginx, "Welcome to nginx!"'


@pytest.mark.parametrize(
    ("message", "word"), [("Unknown resource", "libServeFolders.so"), ("Inexistent file", "without an index.html")]
)
def test_orthanc_says_whether_plugin_or_file_is_missing(message: str, word: str) -> None:
    site = {"viewer__url": "http://localhost:8042/ohif", "server__route": "serve-folders"}
    found = one(ServedViewer(got(404, {"Message": message, "OrthancError": message}, JSON, HOME)), **site)
    assert found.evidence["failure_mode"] == "FM76"
    assert word in words(found)


def test_build_for_another_path_is_one_finding() -> None:
    found = one(served(), viewer__url=f"{OWN}/ohif")
    assert (found.title, found.evidence["failure_mode"]) == (
        "the build is made for /, but the viewer is at /ohif/",
        "FM69",
    )
    assert "install-viewer" in words(found)


def test_bundles_for_another_path_than_the_page() -> None:
    moved = served("/ohif/")
    half = replace(moved, bundle_end=served().bundle_end)
    found = one(half, viewer__url=f"{OWN}/ohif")
    assert found.title == "the page is made for /ohif/, its bundles for /"
    whole_bundle = got(200, '__webpack_require__.p = "/";', SCRIPT)
    assert one(replace(moved, bundle_end=whole_bundle), viewer__url=f"{OWN}/ohif").status == "pass"


@pytest.mark.parametrize(
    ("exchange", "what"),
    [
        (got(404, "no", HTML), "status 404"),
        (got(200, page(), HTML), "a page"),
        (got(200, "", SCRIPT), "an empty file"),
        (trouble("reset"), "no answer (reset)"),
    ],
    ids=["404", "page", "empty", "cut"],
)
def test_part_that_is_not_there_is_named(exchange: object, what: str) -> None:
    found = one(part(served(), "app.bundle.0f61", exchange))  # type: ignore[arg-type]
    assert found.title == f"/app.bundle.0f61.js: {what} came"
    assert found.evidence["failure_mode"] == "FM69"


NOSNIFF = ("X-Content-Type-Options", "nosniff")


@pytest.mark.parametrize(
    ("name", "kind", "more", "status"),
    [
        ("app.bundle.css", "application/octet-stream", (), "fail"),
        ("app.bundle.0f61", "application/octet-stream", (NOSNIFF,), "fail"),
        ("app.bundle.0f61", "text/plain", (NOSNIFF,), "fail"),
        ("app.bundle.0f61", "video/mp2t", (), "fail"),
        ("app.bundle.0f61", "application/octet-stream", (), "warn"),
        ("app.bundle.0f61", "text/plain", (("X-Content-Type-Options", "none, nosniff"),), "warn"),
        ("init-service-worker", "application/octet-stream", (NOSNIFF,), "warn"),
    ],
)
def test_type_fails_where_browsers_refuse_it(name: str, kind: str, more: Fields, status: str) -> None:
    odd = got(200, "x", (("Content-Type", kind), ("Content-Encoding", "gzip"), *more), f"{HOME}{name}")
    found = one(part(served(), name, odd))
    assert (found.status, found.evidence["failure_mode"]) == (status, "FM75")
    assert "include mime.types" in words(found)


GZIP = gzip.compress(b"console.log(1)", mtime=0)


@pytest.mark.parametrize(
    ("name", "exchange", "status", "word"),
    [
        ("app.bundle.0f61", got(200, GZIP, SCRIPT), "fail", "gzip bytes came without Content-Encoding: gzip"),
        ("app.bundle.css", got(200, GZIP, STYLE), "fail", "gzip bytes came without"),
        ("app.bundle.0f61", trouble("coding"), "fail", "the body is not what its Content-Encoding says"),
        ("app.bundle.0f61", trouble("cut"), "fail", "the answer was cut off"),
        ("init-service-worker", got(200, GZIP, SCRIPT), "warn", "gzip bytes came without"),
        ("init-service-worker", got(404, "no", HTML), "warn", "status 404 came"),
    ],
)
def test_bytes_that_browsers_cannot_read(name: str, exchange: Exchange, status: str, word: str) -> None:
    found = one(part(served(), name, exchange))
    assert (found.status, word in found.title) == (status, True)
    assert found.fix


@pytest.mark.parametrize(
    ("page_", "word"),
    [
        (
            got(200, gzip.compress(page().encode(), mtime=0), HTML, HOME),
            "the page: gzip bytes came without Content-Encoding",
        ),
        (trouble("coding", HOME), "the page: pacs.example.org: the body is not what its Content-Encoding says"),
        (trouble("cut", HOME), "the answer was cut off"),
        (got(200, page().encode("utf-16-le"), HTML, HOME), "the page: UTF-16 came without a byte order mark"),
        (got(200, page().encode("utf-16"), HTML, HOME), "the page comes in UTF-16"),
        (got(200, page(), (("Content-Type", "text/plain"),), HOME), "the page comes as text/plain"),
        (
            got(200, page(), (("Content-Type", "application/octet-stream"),), HOME),
            "the page comes as application/octet",
        ),
    ],
)
def test_page_that_browsers_cannot_show(page_: Exchange, word: str) -> None:
    found = one(replace(served(), page=page_))
    assert (found.status, word in found.title) == ("fail", True)


def with_header(name: str, value: str) -> ServedViewer:
    return replace(served(), page=got(200, page(), (*HTML, (name, value)), HOME))


@pytest.mark.parametrize("value", ["attachment", 'Attachment; filename="index.html"', " attachment ;filename=x"])
def test_page_that_browsers_save_is_not_shown(value: str) -> None:
    found = one(with_header("Content-Disposition", value))
    assert (found.status, found.title) == ("fail", "the page comes as a download")
    assert found.fix[0].text.startswith("remove the header Content-Disposition")


@pytest.mark.parametrize("value", ["0; url=/portal", "3;URL='https://portal.example.org/'", "0, /portal"])
def test_page_that_leads_away_fails(value: str) -> None:
    found = one(with_header("Refresh", value))
    assert (found.status, "leads browsers on to" in found.title, "portal" in found.title) == ("fail", True, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Disposition", "inline"),
        ("Content-Disposition", 'inline; filename="attachment"'),
        ("Refresh", "600"),
        ("Refresh", f"600; url={HOME}"),
        ("Refresh", "attachment"),
    ],
)
def test_header_that_leaves_the_page_alone_passes(name: str, value: str) -> None:
    assert one(with_header(name, value)).status == "pass"


def rewritten(html: str) -> ServedViewer:
    return replace(served(), page=got(200, html, HTML, HOME))


def test_page_without_its_configuration_fails() -> None:
    whole, script = page(), '<script rel="preload" src="/app-config.js"></script>'
    found = one(rewritten(whole.replace(script, "")))
    assert (found.status, found.title) == ("fail", "the page does not load app-config.js")
    assert one(rewritten(whole.replace(script, "<script>window.config = {}</script>"))).status == "pass"


@pytest.mark.parametrize("kind", ["a1b2c3-text/javascript", "text/plain", "text/psajs"])
@pytest.mark.parametrize("script", ['<script rel="preload"', "<script defer"])
def test_script_that_is_switched_off_fails(script: str, kind: str) -> None:
    found = one(rewritten(page().replace(script, f'{script} type="{kind}"')))
    assert (found.status, f"(type {kind})" in found.title) == ("fail", True)
    assert "Rocket Loader" in found.cause


@pytest.mark.parametrize(
    "html",
    [
        page().replace("<script defer", '<script type="text/javascript" defer'),
        page().replace("<script defer", '<script type="application/x-javascript" defer'),
        page(head='<script type="text/plain" src="/statistics.js"></script>'),
        page(head='<script src="/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js"></script>').replace(
            "<script defer", '<script type="a1b2c3-text/javascript" defer'
        ),
    ],
    ids=["javascript", "old name", "another script", "started later"],
)
def test_scripts_that_run_pass(html: str) -> None:
    assert one(rewritten(html)).status == "pass"


def test_page_without_a_type_is_shown() -> None:
    assert one(replace(served(), page=got(200, page(), (), HOME))).status == "pass"


def later(*exchanges: Exchange) -> ServedViewer:
    return replace(
        served(),
        later=tuple(
            ViewerPart(each.sent.url, "wasm" if each.sent.url.endswith(".wasm") else "script", each)
            for each in exchanges
        ),
    )


CHUNK, DECODER = f"{HOME}1673.bundle.76779c7722e8c6c0.js", f"{HOME}0ddf166f7a343eda.wasm"
WASM: Fields = (("Content-Type", "application/wasm"),)


@pytest.mark.parametrize(
    ("exchange", "word", "symptom"),
    [
        (got(404, "no", HTML, CHUNK), "status 404 came", "ChunkLoadError"),
        (got(200, page(), HTML, CHUNK), "a page came", "ChunkLoadError"),
        (got(200, "", SCRIPT, CHUNK), "an empty file came", "ChunkLoadError"),
        (got(200, GZIP, SCRIPT, CHUNK), "gzip bytes came without", "blank"),
        (got(404, "no", HTML, DECODER), "status 404 came", "stay black"),
        (got(200, page(), HTML, DECODER), "a page came", "stay black"),
        (got(200, gzip.compress(b"\0asm", mtime=0), WASM, DECODER), "gzip bytes came without", "stay black"),
        (replace(trouble("coding"), sent=Sent("GET", DECODER)), "Content-Encoding says", "stay black"),
    ],
)
def test_file_that_is_loaded_later_is_missed_too(exchange: Exchange, word: str, symptom: str) -> None:
    found = one(later(exchange, got(200, b"x", SCRIPT, f"{HOME}8.bundle.1.js")))
    assert (found.status, word in found.title, symptom in found.symptom) == ("fail", True, True)


def test_files_that_are_loaded_later_pass_and_a_busy_server_hides_none() -> None:
    healthy = later(got(200, b"x", SCRIPT, CHUNK), got(200, b"\0asm\1", WASM, DECODER), got(429, "", (), CHUNK))
    assert one(healthy).status == "pass"


def test_wasm_of_another_type_warns() -> None:
    found = one(replace(served(), wasm=got(200, b"\0asm", STYLE, f"{HOME}ort/ort-wasm-simd.wasm")))
    assert (found.status, found.evidence["failure_mode"]) == ("warn", "FM75")


def test_uncompressed_bundle_warns_with_the_line_of_the_web_server() -> None:
    found = one(part(served(), "app.bundle.0f61", got(200, "x", SCRIPT)), server__proxy="apache")
    assert (found.status, found.title) == ("warn", "JavaScript is not compressed")
    assert [fix.where for fix in found.fix] == ["Apache", "Generated"]
    assert "sudo a2enmod deflate" in words(found)


def test_host_of_static_files_gets_no_file_of_ours() -> None:
    viewer = part(served(), "app.bundle.0f61", got(200, "x", SCRIPT))
    (found,) = judge(answers(), ServedViewerObservations(viewer))
    assert [fix.where for fix in found.fix] == ["nginx", "Apache"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_file_in_utf_16_is_told_to_be_saved_again_and_nothing_of_compression(encoding: str) -> None:
    found = one(
        part(
            served(), "app.bundle.0f61", got(200, "x = 1234567;".encode(encoding), SCRIPT, f"{HOME}app.bundle.0f61.js")
        )
    )
    assert [fix.where for fix in found.fix] == ["Folder"]
    assert "save it as UTF-8" in found.fix[0].text


def test_file_that_the_web_server_may_not_read_is_made_readable() -> None:
    decoder = f"{HOME}a1b2.wasm"
    found = one(later(got(403, NGINX_403, HTML, decoder)))
    assert f"chmod -R a+rX /var/www/ohif-pacs_example_org/{decoder.removeprefix(HOME)}," in found.fix[0].text
    # Somebody else forbids it, or the address would lead the command elsewhere.
    for exchange in (
        got(403, "<html>Access Denied", (*HTML, *SQUID), decoder),
        got(403, NGINX_403, HTML, f"{HOME}%2e%2e/x.wasm"),
    ):
        assert "chmod" not in words(one(later(exchange)))
