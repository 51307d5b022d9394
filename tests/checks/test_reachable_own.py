"""What `docs/reference/checks/dicomweb-reachable.md` says of Orthanc and other servers behind a web server of the site."""

from __future__ import annotations

from typing import Literal

import pytest

from ohif_setup.checks.dicomweb.reachable import ReachableObservations, judge, look
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.kinds.orthanc.find import INSTALL_PLUGIN
from ohif_setup.network.look.find import Found
from ohif_setup.network.look.same import MissingStudy
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from tests.checks.observed import BEHIND, HTML, JSON, OWN, OWN_ROOT, Fields, got, keycloak, own, trouble, words
from tests.checks.test_run import NoScreen
from tests.parts.ports import free_port
from tests.servers.raw import RawServer, always, answer

SEARCH = f"{OWN_ROOT}/studies?limit=1"
STUDY = {"0020000D": {"vr": "UI", "Value": ["1.2"]}}
PAGE = got(200, "<html>viewer</html>", HTML, f"{OWN}/")
ASKS: Fields = (("WWW-Authenticate", 'Basic realm="Orthanc Secure Area"'),)


def error(status: int, uri: str, message: str = "Unknown resource") -> Exchange:
    """Orthanc's own form."""
    return got(status, {"OrthancError": message, "Message": message, "HttpStatus": status, "Uri": uri}, JSON, SEARCH)


def itself(url: str = BEHIND, *, proven: bool = True, advice: str = "") -> Found:
    return Found(
        "orthanc", "Orthanc", url, got(200 if proven else 404, [], JSON, url), fits=proven, proven=proven, advice=advice
    )


DOWN = Found(None, "", BEHIND, trouble("refused", BEHIND))


def one(
    public: Exchange, direct: Found | None = None, page: Exchange = PAGE, root: str = OWN_ROOT, **changed: str
) -> Finding:
    (finding,) = judge(own(**changed), ReachableObservations((SeenOwn(root, public, direct, page),)))
    return finding


def test_passes_when_studies_come() -> None:
    found = one(got(200, [STUDY]))
    assert (found.status, found.title) == ("pass", "200 from /dicom-web/studies, 100 ms")


@pytest.mark.parametrize("exchange", [got(200, []), got(204)], ids=["empty-list", "204"])
def test_empty_archive_warns(exchange: Exchange) -> None:
    found = one(exchange)
    assert (found.status, found.evidence["failure_mode"]) == ("warn", "FM36")
    assert "curl http://127.0.0.1:8042/instances" in words(found)


def test_page_in_the_place_of_data_is_the_fallback() -> None:
    found = one(got(200, "<html>viewer</html>", HTML), itself())
    assert (found.title, found.evidence["failure_mode"]) == ("the viewer's own page comes instead of studies", "FM23")
    assert "Orthanc itself answers at 127.0.0.1:8042/dicom-web" in words(found)
    assert "proxy_pass http://127.0.0.1:8042" in words(found)
    assert one(got(200, "<html>hotel</html>", HTML)).title == "a web page comes instead of studies"


@pytest.mark.parametrize("status", [200, 404])
def test_page_that_the_server_shows_too_is_not_the_web_servers(status: int) -> None:
    page = "<html><title>Clinic</title></html>"
    behind = Found(None, "", BEHIND, got(status, page, HTML, BEHIND))
    found = one(got(status, page, HTML), behind)
    assert "shows the same page" in found.cause
    assert "proxy.upstream_host=NAME" in words(found)
    assert "has no rule" not in words(found)
    assert "proxy_pass" not in words(found)


def test_page_of_web_servers_shows_nothing_of_where_it_comes_from() -> None:
    page = "<html><center>nginx/1.22.1</center></html>"
    behind = Found(None, "", BEHIND, got(404, page, HTML, BEHIND))
    assert "has no rule" in one(got(404, page, HTML), behind).cause
    # Another page shows that the search did not get there.
    other = Found(None, "", BEHIND, got(404, "<html>Clinic</html>", HTML, BEHIND))
    assert "has no rule" in one(got(404, "<html>viewer</html>", HTML), other).cause


def test_404_page_is_the_missing_location() -> None:
    found = one(got(404, "<html>nginx</html>", HTML), server__proxy="apache")
    assert found.title == "nothing answers at /dicom-web (404)"
    line = f'ProxyPassMatch "^/dicom-web/((?:studies|series|instances)(?:/.*)?)$" "{BEHIND}/$1"'
    assert line in words(found)
    # That would open the rest of the plugin, `/servers` with it.
    assert "ProxyPass " not in words(found)


@pytest.mark.parametrize("exchange", [got(200, ["c7de-1"]), error(400, "/studies")], ids=["identifiers", "400"])
def test_prefix_that_is_taken_away_ends_at_the_rest_api(exchange: Exchange) -> None:
    found = one(exchange)
    assert found.evidence["failure_mode"] == "FM18"
    assert "removes /dicom-web from the path" in found.cause
    assert "proxy_pass without a path" in words(found)


def test_rest_api_without_a_web_server_is_the_address() -> None:
    found = one(
        got(200, ["c7de-1"]), root=BEHIND, server__route="serve-folders", viewer__url="http://127.0.0.1:8042/ohif"
    )
    assert "server.url = http://127.0.0.1:8042/dicom-web/dicom-web" in words(found)


def test_slash_that_is_missing_shows_in_the_address_that_orthanc_names() -> None:
    found = one(error(404, "/dicom-webstudies"))
    assert (found.title, found.evidence["failure_mode"]) == (
        "nginx changes the address: Orthanc is asked for /dicom-webstudies",
        "FM24",
    )


def test_suffix_studies_is_named() -> None:
    found = one(error(404, "/dicom-web/studies/studies"))
    assert (found.title, found.evidence["failure_mode"]) == ("the root already ends in /studies", "FM20")


@pytest.mark.parametrize(
    ("direct", "title"),
    [
        (itself(proven=False, advice=INSTALL_PLUGIN), "Orthanc runs without its DICOMweb plugin"),
        (None, "Orthanc has no DICOMweb at /dicom-web (404)"),
    ],
    ids=["certain", "not-certain"],
)
def test_plugin_that_is_missing(direct: Found | None, title: str) -> None:
    found = one(error(404, "/dicom-web/studies"), direct)
    assert (found.title, found.evidence["failure_mode"]) == (title, "FM19")
    assert "apt install orthanc-dicomweb" in words(found)


def test_root_elsewhere_is_found() -> None:
    found = one(error(404, "/dicom-web/studies"), itself("http://127.0.0.1:8042/web"))
    assert found.evidence["failure_mode"] == "FM18"
    assert "server.url = http://127.0.0.1:8042/web" in words(found)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_gateway_tells_who_is_away(status: int) -> None:
    down = one(got(status, "<html>", HTML), DOWN)
    assert down.title == f"nginx does not reach Orthanc ({status})"
    assert "sudo systemctl start orthanc" in words(down)
    elsewhere = one(got(status, "<html>", HTML), itself())
    assert "answers this machine at 127.0.0.1:8042/dicom-web, but not nginx" in elsewhere.cause
    assert "httpd_can_network_connect" in words(elsewhere)


HUNG = Found(None, "", BEHIND, trouble("timeout", BEHIND))


@pytest.mark.parametrize("public", [trouble("timeout", SEARCH), got(504, "<html>", HTML)], ids=["silence", "504"])
def test_orthanc_that_hangs_behind_a_web_server_that_answers(public: Exchange) -> None:
    found = one(public, HUNG)
    assert "Orthanc itself is silent" in words(found)
    assert found.fix[0].text.startswith("sudo systemctl restart orthanc")
    assert "firewall" not in words(found)
    assert "firewall" in words(one(public, HUNG, server__url="http://10.0.0.5:8042/dicom-web"))
    assert "systemctl" not in words(one(public, HUNG, server__kind="dicomweb"))


def test_500_of_apache_is_its_module() -> None:
    assert "sudo a2enmod proxy_http" in words(one(got(500, "<html>", HTML), itself(), server__proxy="apache"))
    assert one(got(500, "<html>", HTML), itself()).title == "the server reports an internal error (500)"


def test_login_that_nobody_adds() -> None:
    found = one(got(401, "", ASKS), DOWN)
    assert (found.title, found.evidence["failure_mode"]) == (
        "Orthanc asks for a login, and the web server does not send one (401)",
        "FM56",
    )
    file = "/etc/nginx/ohif-pacs_example_org-login.conf"
    assert found.fix[0].text == f"ohif-setup set proxy.orthanc_credentials_file={file}"
    assert "put nginx.conf in its place" in found.fix[1].text
    apache = one(got(401, "", ASKS), DOWN, server__proxy="apache")
    assert apache.fix[0].text.endswith("=/etc/apache2/ohif-pacs_example_org-login.conf")


@pytest.mark.parametrize("file", ["", "/etc/nginx/ohif-login.conf"], ids=["nobody-adds-it", "wrong"])
@pytest.mark.parametrize("direct", [DOWN, itself()], ids=["asks-for-it", "open-to-this-machine"])
def test_orthanc_is_opened_to_the_network_for_no_web_server_of_its_own_machine(direct: Found, file: str) -> None:
    here = one(got(401, "", ASKS), direct, proxy__orthanc_credentials_file=file)
    assert "RemoteAccessAllowed" not in words(here)
    there = one(
        got(401, "", ASKS), direct, server__url="http://10.0.0.5:8042/dicom-web", proxy__orthanc_credentials_file=file
    )
    assert '"RemoteAccessAllowed": true' in words(there)


def test_symptom_of_a_refused_login_is_the_one_that_the_browser_shows() -> None:
    asked, hidden = one(got(401, "", ASKS)), one(got(401), proxy__orthanc_credentials_file="/etc/nginx/ohif-login.conf")
    assert "the request hangs" in asked.symptom
    assert ("Data Source Connection Error" in hidden.symptom, "hangs" in hidden.symptom) == (True, False)
    assert "hangs" not in one(got(401, "", ASKS), server__route="cors", proxy__url="https://dicom.example.org").symptom


@pytest.mark.parametrize("headers", [ASKS, ()], ids=["realm", "realm-hidden"])
def test_login_that_is_wrong(headers: Fields) -> None:
    found = one(got(401, "", headers), proxy__orthanc_credentials_file="/etc/nginx/ohif-login.conf")
    assert (found.title, found.evidence["failure_mode"]) == ("Orthanc refuses the login that nginx adds (401)", "FM56")


@pytest.mark.parametrize("direct", [DOWN, itself()], ids=["down", "open-to-this-machine"])
def test_login_that_is_wrong_for_another_server(direct: Found) -> None:
    found = one(got(401), direct, server__kind="dicomweb", proxy__orthanc_credentials_file="/etc/nginx/login.conf")
    assert (found.title, found.evidence["failure_mode"]) == (
        "the server refuses the login that nginx adds (401)",
        "FM56",
    )
    assert "orthanc" not in words(found).replace("orthanc_credentials_file", "").lower()


def test_remote_access_that_is_off_is_told_apart() -> None:
    found = one(got(401, "", ASKS), itself(), server__url="http://10.0.0.5:8042/dicom-web")
    assert found.title == "Orthanc answers 401 to nginx, but needs no login from this machine"
    assert '"RemoteAccessAllowed": true' in words(found)


def test_401_is_right_where_people_sign_in() -> None:
    (found,) = judge(
        keycloak(),
        ReachableObservations((SeenOwn(OWN_ROOT, got(401, "", (("WWW-Authenticate", "Bearer"),)), None, PAGE),)),
    )
    assert (found.status, "only the viewer in a browser proves" in found.title) == ("pass", True)


def test_403_is_the_web_server() -> None:
    found = one(got(403, "<html>", HTML))
    assert "forbidden (403)" in found.title
    # An allow list is there on purpose.
    assert ("allow and deny" in words(found), "in its place" in words(found)) == (True, False)
    assert "Require" in words(one(got(403, "<html>", HTML), server__proxy="apache"))


def test_403_of_a_proxy_on_the_way_is_named() -> None:
    squid: Fields = (*HTML, ("Server", "squid/5.7"), ("X-Squid-Error", "ERR_ACCESS_DENIED 0"))
    found = one(got(403, "<html>", squid))
    assert found.title == "the proxy Squid (Server: squid/5.7) refuses the address (403)"
    assert "nginx" not in words(found)
    behind = one(got(403, "<html>", (*HTML, ("Server", "WildFly"))), server__proxy="apache")
    assert "Apache, or Orthanc behind it, does not let this machine in" in behind.cause


def test_407_is_a_proxy() -> None:
    assert "requires a login (407)" in one(got(407, "", HTML)).title


def test_login_of_another_server_is_added_by_the_web_server() -> None:
    found = one(got(401, "", (("WWW-Authenticate", 'Basic realm="PACS"'),)), DOWN, server__kind="dicomweb")
    assert found.title == "the way to the images asks for a login (401)"
    assert found.fix[0].text.startswith("ohif-setup set proxy.orthanc_credentials_file=")
    assert "auth_basic" not in words(found)


def test_login_in_front_is_skipped_with_its_name() -> None:
    seen = SeenOwn(OWN_ROOT, got(401, "", HTML, SEARCH), itself(), PAGE, login="a login (401)")
    (found,) = judge(own(), ReachableObservations((seen,)))
    assert (found.status, found.fix) == ("skipped", ())
    assert found.title.startswith(f"skipped: a login is in front of {OWN_ROOT}: a login (401)")


def test_web_server_that_is_silent_is_named_by_the_viewer_check() -> None:
    silent = trouble("refused", SEARCH)
    found = one(silent, itself(), silent)
    assert found.status == "skipped"
    assert found.title.endswith("see viewer-served; Orthanc itself answers at 127.0.0.1:8042/dicom-web")
    assert "either (refused)" in one(silent, DOWN, silent).title


def test_proxy_of_another_origin_names_itself() -> None:
    found = one(trouble("dns", SEARCH), itself(), server__route="cors", proxy__url="https://dicom.example.org")
    assert (found.status, "does not resolve" in found.title) == ("fail", True)
    down = one(trouble("refused", SEARCH), itself(), server__route="cors", proxy__url="https://dicom.example.org")
    assert "check that it is running" in down.fix[0].text


def test_name_of_a_container_is_not_for_browsers() -> None:
    root = "http://proxy:8080/dicom-web"
    found = one(
        trouble("dns", f"{root}/studies?limit=1"),
        itself(),
        root=root,
        viewer__url="http://viewer.example.org",
        server__route="cors",
        proxy__url="http://proxy:8080",
    )
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM21")


def test_bad_certificate_is_left_to_tls() -> None:
    bad = trouble("tls-expired", SEARCH)
    seen = SeenOwn(OWN_ROOT, bad, None, PAGE, (Certificate("pacs.example.org:443", trouble=bad.trouble),))
    assert judge(own(), ReachableObservations((seen,)))[0].title == "skipped: no secure connection, see tls"


@pytest.mark.parametrize("body", [b"null", b"{}", b"[1]", b"[{}]", b"[" * 10_000, b"\xff"], ids=repr)
def test_200_with_something_else_fails(body: bytes) -> None:
    assert one(got(200, body)).status == "fail"


def test_http_at_a_port_of_https_is_named() -> None:
    said = got(400, "<html>400 The plain HTTP request was sent to HTTPS port", HTML)
    assert one(said).title == "skipped: http was sent to an https port, see viewer-served"
    of_its_own = one(said, server__route="cors", proxy__url="https://dicom.example.org")
    assert of_its_own.title == "http was sent to an https port (400)"


def test_what_a_server_says_is_short_and_on_one_line() -> None:
    found = one(error(404, "/x" * 5000))
    assert len(words(found)) < 2000
    assert "\n" not in found.cause


def test_names_each_of_several_servers(several: str) -> None:
    from ohif_setup.answers.file.reading import parse_answers
    from ohif_setup.answers.model import Answers

    answers = Answers.model_validate(parse_answers(several, where="test"))
    seen = [SeenOwn(f"{OWN}/{name}", got(200, [STUDY]), None, PAGE) for name in ("a", "b")]
    assert [(one.aspect, one.subject) for one in judge(answers, ReachableObservations(tuple(seen)))] == [
        ("first", "http://127.0.0.1:8042/a"),
        ("second", "http://127.0.0.1:8043/b"),
    ]


@pytest.fixture
def several() -> str:
    return f"""version = 1
[viewer]
url = "{OWN}"
[[servers]]
kind = "orthanc"
url = "http://127.0.0.1:8042/a"
name = "first"
[[servers]]
kind = "orthanc"
url = "http://127.0.0.1:8043/b"
name = "second"
"""


ELSEWHERE = "nginx asks another server than server.url, or was not reloaded since the answers changed"
LOGIN = Found("orthanc", "Orthanc", BEHIND, got(401, "", ASKS, BEHIND), fits=True, login="basic")


def elsewhere(direct: Found, missing: MissingStudy | None = None, *, local: bool = True, **changed: str) -> Finding:
    seen = SeenOwn(OWN_ROOT, got(200, [STUDY]), direct, PAGE, missing=missing, local=local)
    (finding,) = judge(own(**changed), ReachableObservations((seen,)))
    return finding


@pytest.mark.parametrize(
    ("side", "word"),
    [("web server", "does not come through nginx"), ("server", "is not in 127.0.0.1:8042")],
)
def test_studies_of_another_server_fail(side: Literal["web server", "server"], word: str) -> None:
    found = elsewhere(itself(), MissingStudy(side, "1.2", got(200, [])))
    assert (found.status, found.title) == ("fail", ELSEWHERE)
    assert word in found.cause
    assert found.fix[0].text == "sudo nginx -t && sudo systemctl reload-or-restart nginx"
    assert elsewhere(itself()).status == "pass"


def test_reload_of_apache_is_named() -> None:
    found = elsewhere(itself(), MissingStudy("server", "1.2", got(204)), server__proxy="apache")
    assert "sudo systemctl reload-or-restart apache2" in found.fix[0].text


@pytest.mark.parametrize(("local", "status"), [(True, "fail"), (False, "warn")])
def test_login_that_only_the_server_itself_wants(local: bool, status: str) -> None:
    found = elsewhere(LOGIN, local=local)
    assert (found.status, found.title) == (status, ELSEWHERE)
    assert elsewhere(LOGIN, proxy__orthanc_credentials_file="/etc/nginx/ohif-login.conf").status == "pass"


@pytest.mark.parametrize("host", ["[::1]", "127.0.0.1", "localhost"])
def test_loopback_of_the_server_is_this_machines_where_the_web_server_runs_here(host: str) -> None:
    with RawServer(always(answer(200, "[]"))) as web:
        answers = own(viewer__url=web.url, server__url=f"http://{host}:{free_port()}/dicom-web")
        (seen,) = look(Look(answers, Http(2), "none", NoScreen())).servers
    assert isinstance(seen, SeenOwn)
    assert seen.local


def test_address_that_is_dead_warns_on_the_same_machine_alone() -> None:
    found = elsewhere(DOWN)
    assert (found.status, found.title) == ("warn", ELSEWHERE)
    assert "nothing answers there (refused)" in found.cause
    assert elsewhere(DOWN, local=False).status == "pass"


BASIC: Fields = (("WWW-Authenticate", 'Basic realm="Imaging"'),)
NO_LOGIN = "the images are behind a login that the viewer cannot pass: "
ACROSS = {"server__route": "cors", "proxy__url": "https://dicom.example.org"}
DIRECT = {"server__route": "direct", "server__url": "https://dicom.example.org/dicom-web"}


def behind(exchange: Exchange, login: str, **changed: str) -> Finding:
    seen = SeenOwn("https://dicom.example.org/dicom-web", exchange, None, PAGE, login=login)
    (finding,) = judge(own(**changed), ReachableObservations((seen,)))
    return finding


@pytest.mark.parametrize(
    ("exchange", "login", "changed"),
    [
        pytest.param(got(401, "", BASIC), 'basic authentication (401, realm "Imaging")', ACROSS, id="nginx"),
        pytest.param(got(401, "", BASIC), 'basic authentication (401, realm "Imaging")', DIRECT, id="direct"),
        pytest.param(got(401, "", ASKS), "", DIRECT, id="direct, Orthanc's own"),
        pytest.param(got(401), "", DIRECT | {"server__kind": "dicomweb"}, id="direct, without a challenge"),
        pytest.param(got(302), "a redirect (302) to the sign-in at portal", ACROSS, id="portal"),
        pytest.param(got(403), "a sign-in page (403)", DIRECT, id="direct, page"),
    ],
)
def test_login_that_no_viewer_can_pass_fails(exchange: Exchange, login: str, changed: dict[str, str]) -> None:
    found = behind(exchange, login, **changed)
    assert (found.status, found.title.startswith(NO_LOGIN)) == ("fail", True)
    assert login in found.title
    assert "another origin" in found.cause
    assert "ohif-setup set server.route=reverse-proxy" in words(found)


@pytest.mark.parametrize(
    ("exchange", "login", "changed"),
    [
        pytest.param(got(401, "", BASIC), "basic authentication (401)", {}, id="one origin"),
        pytest.param(
            got(401, "", (("WWW-Authenticate", "Bearer"),)),
            "",
            DIRECT | {"sign_in__authority": "https://login.example.org/realms/x", "sign_in__client_id": "ohif"},
            id="people sign in",
        ),
        pytest.param(got(401, "", ASKS), "", ACROSS, id="nginx can add Orthanc's own"),
        pytest.param(got(200, [STUDY]), "", DIRECT, id="open"),
    ],
)
def test_login_that_can_be_passed_is_not_called_so(exchange: Exchange, login: str, changed: dict[str, str]) -> None:
    assert not behind(exchange, login, **changed).title.startswith(NO_LOGIN)


XML: Fields = (("Content-Type", 'multipart/related; type="application/dicom+xml"; boundary=b1'),)
PLAIN: Fields = (("Content-Type", "application/octet-stream"),)


@pytest.mark.parametrize(("headers", "came"), [(XML, "XML"), (PLAIN, "bytes without a form")], ids=["xml", "bytes"])
def test_other_form_than_json_is_the_servers_unless_it_answers_itself(headers: Fields, came: str) -> None:
    public = got(200, "--b1\r\n\r\n<NativeDicomModel/>", headers)
    found = one(public)
    assert (found.status, found.title) == ("fail", f"a search: {came} came instead of DICOM JSON")
    assert f"application/dicom+json was asked for, and {headers[0][1]} came" in found.cause
    assert "Either Orthanc does not answer in the form" in found.cause
    changed = one(public, itself())
    assert "Orthanc itself answers with JSON, so nginx drops or changes Accept" in changed.cause
    direct = one(public, server__kind="dicomweb", server__route="direct", server__url=OWN_ROOT)
    assert "nginx" not in words(direct)


def test_text_says_what_was_asked_for_and_what_came() -> None:
    found = one(got(200, "Welcome", (("Content-Type", "text/plain"),)))
    assert "application/dicom+json was asked for, and text/plain came." in found.cause


@pytest.mark.parametrize("direct", [None, itself(proven=False)], ids=["alone", "behind"])
def test_studies_without_their_uid_are_the_servers_fault(direct: Found | None) -> None:
    found = one(got(200, [STUDY, {}]), direct)
    assert (found.status, found.evidence["fault"]) == ("fail", "no-uid")
    assert found.title == "the study list: 1 of 2 come without StudyInstanceUID (0020000D)"
    assert "nginx" not in words(found)
