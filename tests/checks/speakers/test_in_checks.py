"""Every check that names a fault asks who spoke first: none blames the web server for the words of another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.checks.dicomweb import answers as dicomweb_answers
from ohif_setup.checks.dicomweb import exposure, reachable, uploads
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
from ohif_setup.checks.dicomweb.reachable_token import SeenWithToken
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.viewer import config as viewer_config
from ohif_setup.checks.viewer import routes, served
from ohif_setup.network.look.exposure import ExposureLook
from ohif_setup.network.look.find import Found
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange
from tests.checks import pages
from tests.checks.archives import archive
from tests.checks.observed import (
    BEHIND,
    HTML,
    JSON,
    OWN,
    OWN_ROOT,
    answers,
    discovery,
    got,
    keycloak,
    own,
    words,
)
from tests.checks.speakers.answers import NOBODY, SAID, SEARCH, Said
from tests.checks.speakers.test_speakers import NGINXS
from tests.checks.test_dicomweb_answers import GOOD, framed

WAF = next(said.exchange for said in SAID if said.speaker == "ModSecurity")
GATEWAY = next(said.exchange for said in SAID if said.speaker == "Azure API Management")
DENIED = next(said.exchange for said in SAID if said.speaker == "Amazon S3 behind CloudFront")
MISSING = next(
    said.exchange for said in SAID if said.title.startswith("* has no such file") and said.speaker == "Amazon S3"
)
PAGE = got(200, pages.page(), HTML, f"{OWN}/")
HOME = f"{OWN}/"


def at(exchange: Exchange, url: str) -> Exchange:
    """The same answer at another address."""
    assert exchange.received is not None
    return replace(exchange, sent=replace(exchange.sent, url=url), received=replace(exchange.received, url=url))


def viewer(page: Exchange, by_name: Exchange | None = None, **changed: str) -> Finding:
    observed = served.ServedViewerObservations(ServedViewer(at(page, HOME)), by_name=by_name)
    (found,) = served.judge(own(**changed), observed)
    return found


def route(deep_link: Exchange, **changed: str) -> Finding:
    seen = replace(pages.served(), deep_link=at(deep_link, f"{OWN}/viewer?StudyInstanceUIDs=1.2.3"))
    (found,) = routes.judge(own(**changed), routes.ViewerRouteObservations(seen))
    return found


def reached(
    public: Exchange,
    direct: Found | None = None,
    as_site: Exchange | None = None,
    followed: Exchange | None = None,
    **changed: str,
) -> Finding:
    seen = SeenOwn(OWN_ROOT, public, direct, PAGE, as_site=as_site, followed=followed)
    (found,) = reachable.judge(own(**changed), reachable.ReachableObservations((seen,)))
    return found


ITSELF = Found("orthanc", "Orthanc", "http://pacs.lan:8042/dicom-web", got(200, [], JSON), fits=True, proven=True)


@pytest.mark.parametrize("said", SAID, ids=[f"{place}-{said.speaker}" for place, said in enumerate(SAID)])
def test_search_is_not_judged_by_the_words_of_another(said: Said) -> None:
    found = reached(said.exchange)
    assert found.status in ("fail", "warn")
    assert found.evidence["answered_by"] == said.speaker
    assert not [word for word in NGINXS if word in words(found)]
    # A token does not change who speaks, nor does it for a service of Azure.
    (azure,) = reachable.judge(
        answers(), reachable.ReachableObservations((SeenWithToken(said.exchange, None, discovery()),))
    )
    assert azure.evidence["answered_by"] == said.speaker


def test_gateway_that_wants_the_viewers_token_passes_where_people_sign_in() -> None:
    observed = reachable.ReachableObservations((SeenOwn(OWN_ROOT, NOBODY["token wanted by a gateway"], None, PAGE),))
    (found,) = reachable.judge(keycloak(server__route="direct", server__kind="dicomweb"), observed)
    assert found.status == "pass"


@pytest.mark.parametrize(
    "name",
    ["403 of nginx", "403 of apache", "404 of nginx behind front door", "login of orthanc", "502 of the web server"],
)
def test_web_server_and_server_keep_their_own_words(name: str) -> None:
    found = reached(NOBODY[name])
    assert (found.status, "answered_by" in found.evidence) == ("fail", False)


def test_viewers_page_is_not_judged_by_the_words_of_another() -> None:
    for said in SAID:
        found = viewer(said.exchange)
        assert found.evidence.get("answered_by") == said.speaker
        assert not [word for word in NGINXS if word in words(found)]


def test_firewall_may_refuse_this_tool_alone() -> None:
    found = viewer(WAF)
    assert (found.status, found.fix[0].where) == ("warn", "Browser")
    assert found.unseen == "the viewer: ModSecurity refuses this tool"
    unreached = next(said.exchange for said in SAID if said.exchange.status == 521)
    assert viewer(unreached).status == "fail"


def test_missing_default_root_object_is_found_by_the_name_of_the_page() -> None:
    by_name = got(200, pages.page(), HTML, f"{HOME}index.html")
    found = viewer(DENIED, by_name)
    assert found.evidence["fault"] == "no-index"
    assert "Default root object: index.html" in words(found)
    # A web server of the site has its own line, and a page that is missing by its name too is another fault.
    assert "index index.html;" in words(viewer(NOBODY["403 of nginx"], by_name))
    assert "DirectoryIndex" in words(viewer(NOBODY["403 of apache"], by_name, server__proxy="apache"))
    assert viewer(DENIED, at(DENIED, f"{HOME}index.html")).title.startswith(
        "Amazon S3 behind CloudFront answers AccessDenied"
    )


def test_route_in_a_bucket_wants_the_error_document() -> None:
    denied = route(DENIED)
    assert (denied.status, denied.evidence["failure_mode"]) == ("fail", "FM68")
    assert "(403)" in denied.title
    assert denied.symptom.endswith("(AccessDenied)")
    assert "/index.html, HTTP response code 200" in words(denied)
    assert "--error-document index.html" in words(route(MISSING))
    assert route(MISSING).symptom.endswith("(NoSuchKey)")
    assert not [word for word in NGINXS if word in words(denied) + words(route(MISSING))]


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchKey", "WebContentNotFound"])
def test_search_that_a_bucket_answers_wants_a_way_to_the_server(code: str) -> None:
    said = next(one.exchange for one in SAID if one.exchange.received and code.encode() in one.exchange.received.body)
    found = reached(said)
    assert (found.status, found.title.startswith(str(found.evidence["answered_by"]))) == ("fail", True)
    assert "sends /dicom-web to" in found.cause
    assert "is the file there" not in words(found)
    # A firewall is no store.
    assert "holds files" not in reached(WAF).cause


def test_page_as_the_error_document_will_do() -> None:
    assert route(got(403, pages.page(), HTML)).status == "pass"


def test_route_that_a_firewall_refuses_is_no_missing_fallback() -> None:
    found = route(WAF)
    assert "try_files" not in words(found)
    assert "ModSecurity" in found.title
    assert "try_files" in words(route(NOBODY["403 of nginx"]))


def test_configuration_that_is_missing_in_a_bucket() -> None:
    seen = viewer_config.ViewerConfigObservations(replace(pages.served(), config=at(DENIED, f"{HOME}app-config.js")))
    found = viewer_config.judge(own(), seen)[0]
    assert "AccessDenied" in found.title
    assert "chmod" not in words(found)


@pytest.mark.parametrize("exchange", [WAF, GATEWAY], ids=["firewall", "gateway"])
def test_frame_that_another_refuses(exchange: Exchange) -> None:
    observed = dicomweb_answers.ServerAnswers(archive(), framed(exchange), None)
    (found,) = dicomweb_answers.judge(own(), dicomweb_answers.DicomwebAnswerObservations((observed,)))
    assert found.title.startswith("an image: ")
    assert any(name in found.title for name in ("ModSecurity", "Azure API Management"))
    assert GOOD.frames


@pytest.mark.parametrize(
    "exchange",
    [
        WAF,
        next(
            said.exchange
            for said in SAID
            if said.title.startswith("* takes no request of that size") and said.speaker == "Cloudflare"
        ),
        next(
            said.exchange
            for said in SAID
            if said.title.startswith("* takes no request of that size") and "Amazon" in said.speaker
        ),
    ],
    ids=["firewall", "cloudflare", "gateway"],
)
def test_upload_that_another_refuses(exchange: Exchange) -> None:
    search = got(200, [], JSON, SEARCH)
    observed = uploads.UploadObservations((uploads.ServerUploads(exchange, exchange, search),))
    (found,) = uploads.judge(own(server__uploads="true"), observed)
    assert found.status == "fail"
    assert "client_max_body_size" not in words(found)
    assert found.title.startswith("an upload: ")


@pytest.mark.parametrize(
    "said", [said for said in SAID if said.exchange.status == 403][:6], ids=lambda said: said.speaker
)
def test_archive_behind_another_is_not_said_to_be_closed(said: Said) -> None:
    closed = got(404, "no", HTML)
    look = ExposureLook((closed,), None, said.exchange)
    site = own(viewer__url="http://localhost:8080")
    (found,) = exposure.judge(site, exposure.ExposureObservations((exposure.ServerExposure(look, said.exchange),)))
    assert (found.status, found.see) == ("skipped", ("dicomweb-reachable",))


@pytest.mark.parametrize("status", [404, 421, 400, 403])
def test_server_that_wants_its_own_name(status: int) -> None:
    refused = got(status, "<html>no such site</html>", HTML, SEARCH)
    found = reached(refused, direct=ITSELF, as_site=refused)
    assert (found.status, found.evidence["fault"]) == ("fail", "own-name")
    assert found.fix[0].text.startswith("ohif-setup set proxy.upstream_host=pacs.lan:8042, then: ohif-setup generate")
    # The answers have it: then the file that was generated from them is missing, and its line is named.
    named = reached(refused, direct=ITSELF, as_site=refused, server__url="http://pacs.lan:8042/dicom-web")
    assert "proxy_set_header Host pacs.lan:8042;" in words(named)
    assert "upstream_host" not in words(named)


def test_page_in_place_of_data_is_no_open_archive() -> None:
    rejected = next(
        said.exchange for said in SAID if said.speaker == "F5 (Advanced WAF)" and said.exchange.status == 200
    )
    closed = got(404, "no", HTML)
    look = ExposureLook((closed,), None, rejected)
    (found,) = exposure.judge(own(), exposure.ExposureObservations((exposure.ServerExposure(look, rejected),)))
    assert (found.status, found.see) == ("skipped", ("dicomweb-reachable",))


def test_fallback_page_is_not_taken_for_a_name() -> None:
    page = got(200, "<html>viewer</html>", HTML, SEARCH)
    found = reached(page, direct=replace(ITSELF, url=BEHIND), as_site=got(200, [], JSON, SEARCH))
    assert found.evidence["failure_mode"] == "FM23"


def test_page_of_another_site_of_that_host() -> None:
    other = got(200, "<html><title>Intranet</title></html>", HTML, SEARCH)
    assert reached(other, direct=ITSELF, as_site=other).evidence["fault"] == "own-name"


def test_tls_name_is_part_of_the_line() -> None:
    secure = replace(ITSELF, url="https://pacs.lan/dicom-web")
    refused = got(421, "", HTML, SEARCH)
    found = reached(refused, direct=secure, as_site=refused, server__url="https://pacs.lan/dicom-web")
    assert "proxy_ssl_name pacs.lan;" in words(found)


@pytest.mark.parametrize(
    "as_site",
    [got(200, [], JSON, SEARCH), got(401, "", HTML, SEARCH), None],
    ids=["the server takes any name", "another answer", "not asked"],
)
def test_missing_location_is_not_taken_for_a_name(as_site: Exchange | None) -> None:
    missing = got(404, "<html>nginx</html>", HTML, SEARCH)
    found = reached(missing, direct=replace(ITSELF, url=BEHIND), as_site=as_site)
    assert found.evidence["failure_mode"] == "FM23"


MOVED = (("Location", f"{OWN_ROOT}/studies/?limit=1"),)


def test_redirect_within_the_origin_that_leads_to_studies_warns() -> None:
    slash = got(301, "", MOVED, SEARCH)
    followed = reached(slash, followed=got(200, [{"0020000D": {"vr": "UI", "Value": ["1.2"]}}], JSON))
    assert (followed.status, followed.symptom) == ("warn", "none; each request of the viewer takes two")
    assert reached(slash, followed=got(200, "<html>viewer</html>", HTML)).status == "fail"
    assert reached(slash).status == "fail"


@pytest.mark.parametrize(
    ("location", "said", "unsaid"),
    [
        (f"{OWN_ROOT}/studies/?limit=1", "let it answer the path as OHIF asks for it", "use it as the URL"),
        (SEARCH, "X-Forwarded-Proto", "use it as the URL"),
        ("https://new.example.org/dicom-web/studies?limit=1", "use it as the URL", "X-Forwarded-Proto"),
    ],
    ids=["slash", "loop", "another host"],
)
def test_redirect_has_its_own_fix(location: str, said: str, unsaid: str) -> None:
    found = reached(got(301, "", (("Location", location),), SEARCH))
    assert said in words(found)
    assert unsaid not in words(found)


def test_who_redirects_is_named() -> None:
    moved = (("Location", "https://new.example.org/dicom-web/studies"), ("Server", "gunicorn"))
    assert "It calls itself gunicorn." in reached(got(308, "", moved, SEARCH)).cause


def test_address_that_redirects_to_itself_is_not_advised() -> None:
    found = viewer(got(301, "", (("Location", HOME),), HOME))
    assert "viewer.url=" not in words(found)
    assert "X-Forwarded-Proto" in words(found)
    assert "viewer.url=" in words(viewer(got(301, "", (("Location", "https://new.example.org/"),), HOME)))
