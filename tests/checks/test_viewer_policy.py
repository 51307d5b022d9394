"""What the headers of the page and of the scripts keep a browser from is named, with the text that allows it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.browser.csp import digest_of
from ohif_setup.browser.foreign import scripts_of
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.viewer.policy import ViewerPolicyObservations, judge
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.look.served import ServedViewer, ViewerPart
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import (
    DOCUMENT,
    HTML,
    OWN,
    VIEWER,
    Fields,
    answers,
    discovery,
    got,
    keycloak,
    own,
    trouble,
    words,
)
from tests.checks.pages import PACKED, page, part, served

CSP = "Content-Security-Policy"
STRICT = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'self' blob:; "
    "frame-src 'self' blob:"
)
"""All that the page of a viewer with its server at the same origin needs, when the scripts have another policy or none."""
WITH_EVAL = STRICT.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'")
JPEG_2000 = "JPEG 2000 and JPEG-LS images stay black"


def viewer(on_page: Fields = (), on_scripts: Fields = (), head: str = "", home: str = OWN) -> ServedViewer:
    whole = served()
    bundle = got(200, "x", (*PACKED, *on_scripts), f"{home}/app.bundle.0f61.js")
    return part(
        replace(whole, page=got(200, page(head=head), (*HTML, *on_page), f"{home}/")), "app.bundle.0f61.js", bundle
    )


def csp(text: str) -> Fields:
    return ((CSP, text),)


def found(
    seen: ServedViewer, site: Answers | None = None, provider: Discovery | None = None, renewal: Exchange | None = None
) -> list[Finding]:
    return list(judge(site or own(), ViewerPolicyObservations(seen, provider, renewal)))


def only(seen: ServedViewer, site: Answers | None = None, provider: Discovery | None = None) -> Finding:
    (one,) = found(seen, site, provider)
    return one


@pytest.mark.parametrize(
    ("on_page", "on_scripts"),
    [
        ((), ()),
        (csp(STRICT), ()),
        (csp(STRICT), csp("default-src 'self'; script-src 'self' 'unsafe-eval'")),
        (csp(WITH_EVAL), csp(WITH_EVAL)),
        (
            csp(
                f"{STRICT}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; font-src 'none'; media-src 'none'"
            ),
            (),
        ),
        (csp("default-src * data: blob: 'unsafe-inline' 'unsafe-eval'"), csp("default-src * 'unsafe-eval'")),
        ((("Content-Security-Policy-Report-Only", "default-src 'none'"),), ()),
        ((("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin")), ()),
        (
            (("Cross-Origin-Embedder-Policy", "require-corp"), ("Cross-Origin-Resource-Policy", "same-origin")),
            (("Cross-Origin-Embedder-Policy", "require-corp"),),
        ),
        ((("Cross-Origin-Embedder-Policy", "unsafe-none"),), ()),
        (csp("upgrade-insecure-requests; block-all-mixed-content"), csp("upgrade-insecure-requests")),
    ],
)
def test_harmless_headers_raise_no_alarm(on_page: Fields, on_scripts: Fields) -> None:
    assert [one.status for one in found(viewer(on_page, on_scripts))] == ["pass"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
            "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'",
        ),
        ("script-src https:", "script-src https: 'unsafe-eval'"),
        ("default-src 'self'", "script-src 'self' 'unsafe-eval'"),
    ],
)
def test_scripts_without_eval_leave_compressed_images_black(text: str, lines: str) -> None:
    one = only(viewer(on_scripts=csp(text)))
    assert one.status == "fail"
    assert one.title == "script-src of *.js lacks 'unsafe-eval'"
    assert one.symptom == JPEG_2000
    assert f"the header {CSP} of *.js write: {lines}" in words(one)


def test_scripts_that_may_not_fetch_wasm_leave_compressed_images_black() -> None:
    one = only(viewer(on_scripts=csp("script-src 'self' 'unsafe-eval'; connect-src https://elsewhere.example.net")))
    assert (one.status, one.symptom) == ("fail", JPEG_2000)
    assert "write: connect-src https://elsewhere.example.net 'self'" in words(one)


def test_one_line_mends_a_policy_that_everything_has() -> None:
    policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
    first, *others = found(viewer(csp(policy), csp(policy)))
    assert (first.status, first.symptom) == ("fail", JPEG_2000)
    assert {one.status for one in others} == {"warn"}
    (line,) = [fix.text for fix in first.fix if fix.where == "nginx"]
    assert line.startswith("everything at once, for index.html and *.js: add_header Content-Security-Policy ")
    mended = line.partition('"')[2].partition('"')[0]
    assert [one.status for one in found(viewer(csp(mended), csp(mended)))] == ["pass"]


def test_servers_and_provider_elsewhere_must_be_in_connect_src() -> None:
    one = only(viewer(csp(STRICT), home=VIEWER), answers(), discovery())
    assert one.status == "fail"
    assert (
        "connect-src 'self' https://ws-dicom.dicom.azurehealthcareapis.com https://login.microsoftonline.com"
        in words(one)
    )
    assert "the study list stays empty; the viewer stays blank, and no sign-in page appears" in one.symptom
    assert "There is no connect-src, so default-src decides." in one.cause


@pytest.mark.parametrize(
    "sources",
    [
        "*",
        "https:",
        "https://*.azurehealthcareapis.com https://login.microsoftonline.com",
        "ws-dicom.dicom.azurehealthcareapis.com login.microsoftonline.com:443",
    ],
)
def test_servers_and_provider_that_are_allowed_raise_no_alarm(sources: str) -> None:
    assert only(viewer(csp(f"{STRICT}; connect-src {sources}"), home=VIEWER), answers(), discovery()).status == "pass"


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({}, "https://login.example.org"),
        (
            {"token_endpoint": "https://tokens.example.org/token"},
            "https://login.example.org and https://tokens.example.org",
        ),
    ],
)
def test_every_host_of_the_provider_is_named(changed: dict[str, str], lacks: str) -> None:
    realm = "https://login.example.org/realms/imaging/protocol/openid-connect"
    document = {"authorization_endpoint": f"{realm}/auth", "token_endpoint": f"{realm}/token"} | changed
    one = only(viewer(csp(STRICT)), keycloak(), discovery(document))
    assert (one.status, one.title) == ("fail", f"connect-src of index.html lacks {lacks}")


def test_bulk_data_elsewhere_warns() -> None:
    seen = ViewerPolicyObservations(viewer(csp(STRICT)), bulk=(f"{OWN}/dicom-web/bulk", "http://orthanc:8042/bulk"))
    (one,) = judge(own(), seen)
    assert (one.status, one.title) == ("warn", "connect-src of index.html lacks http://orthanc:8042")


@pytest.mark.parametrize(
    ("text", "status", "title"),
    [
        ("script-src 'none'; worker-src 'self'", "fail", "script-src of index.html refuses the viewer's scripts"),
        ("script-src https://cdn.example.net; worker-src 'self'", "fail", "refuses the viewer's scripts"),
        ("script-src 'nonce-abc' 'strict-dynamic' 'self'", "fail", "refuses the viewer's scripts"),
        ("worker-src 'none'", "fail", "worker-src of index.html lacks 'self'"),
        ("child-src blob:", "fail", "worker-src of index.html lacks 'self'"),
        ("style-src 'none'", "fail", "style-src of index.html lacks 'self' and 'unsafe-inline'"),
        ("style-src 'self'", "warn", "style-src of index.html lacks 'unsafe-inline'"),
        ("img-src 'self'", "warn", "img-src of index.html lacks data:"),
        ("object-src 'none'", "warn", "object-src of index.html lacks blob:"),
        ("frame-src 'self'", "warn", "frame-src of index.html lacks blob:"),
        ("connect-src 'none'", "fail", "connect-src of index.html lacks 'self'"),
        ("require-trusted-types-for 'script'", "fail", "trusted types are required"),
        ("sandbox allow-scripts", "fail", "the page is put into a sandbox"),
        ("sandbox allow-scripts allow-same-origin", "warn", "the page is put into a sandbox"),
    ],
)
def test_each_directive_of_the_page(text: str, status: str, title: str) -> None:
    one = only(viewer(csp(text)))
    assert one.status == status
    assert title in one.title
    assert all((one.symptom, one.cause, one.fix))


def test_policies_of_header_and_page_all_count() -> None:
    meta = f'<meta http-equiv="{CSP}" content="worker-src \'none\'">'
    seen = viewer((*csp("img-src *"), *csp(STRICT)), head=meta)
    worker, image = sorted(found(seen), key=lambda one: one.status)
    assert (worker.title, image.title) == ("worker-src of index.html lacks 'self'", "img-src of index.html lacks data:")
    assert "in the <meta http-equiv> in index.html write: worker-src 'self'" in words(worker)


def test_link_to_a_study_with_a_policy_of_its_own() -> None:
    link = got(200, page(), (*HTML, (CSP, "worker-src blob:")), f"{OWN}/viewer?StudyInstanceUIDs=1.2.3")
    assert only(replace(viewer(), deep_link=link)).title == "worker-src of /viewer lacks 'self'"
    same = got(200, page(), (*HTML, *csp("object-src 'none'")), f"{OWN}/viewer?StudyInstanceUIDs=1.2.3")
    assert (
        only(replace(viewer(csp("object-src 'none'")), deep_link=same)).title == "object-src of index.html lacks blob:"
    )


def test_upgrade_of_requests_breaks_a_viewer_over_http() -> None:
    site = own(viewer__url="http://pacs.example.org")
    whole = viewer(csp("upgrade-insecure-requests"))
    one = only(whole, site)
    assert (one.status, one.evidence["directive"]) == ("fail", "upgrade-insecure-requests")
    assert only(whole, own(viewer__url="http://localhost:8080")).status == "pass"


def test_text_of_a_server_is_not_pasted_where_it_could_mean_more() -> None:
    one = only(viewer(on_scripts=csp("script-src 'self' x\"$(reboot)`{}")))
    assert one.status == "fail"
    assert [fix.where for fix in one.fix] == ["Policy"]
    assert "reboot" not in one.fix[0].text


@pytest.mark.parametrize("value", ["require-corp", "credentialless", 'require-corp; report-to="x"'])
def test_isolated_page_starts_no_worker_from_a_script_that_is_not(value: str) -> None:
    one = only(viewer((("Cross-Origin-Embedder-Policy", value),)))
    assert (one.status, one.evidence["fault"]) == ("fail", "isolation")
    assert "stays black" in one.symptom


def chunks(*fields: Fields) -> tuple[ViewerPart, ...]:
    urls = [f"{OWN}/{number}.bundle.ab.js" for number in range(len(fields))]
    return tuple(
        ViewerPart(url, "script", got(200, "x", (*PACKED, *own), url)) for url, own in zip(urls, fields, strict=True)
    )


NO_EVAL = csp("script-src 'self'")


@pytest.mark.parametrize(
    ("later", "main", "status"),
    [
        (chunks(NO_EVAL, NO_EVAL), (), "fail"),
        (chunks((), ()), NO_EVAL, "pass"),
        (chunks(NO_EVAL, ()), (), "pass"),
        (chunks(NO_EVAL, ()), NO_EVAL, "fail"),
    ],
)
def test_chunks_stand_for_workers_where_they_agree(later: tuple[ViewerPart, ...], main: Fields, status: str) -> None:
    assert only(replace(viewer(on_scripts=main), later=later)).status == status


RENEWS = "<!doctype html><body><script src='oidc-client.min.js'></script><script>renew()</script></body>"
INLINE = digest_of(scripts_of(RENEWS)[1].text)


def renewal(*fields: tuple[str, str], status: int = 200) -> Exchange:
    return got(status, RENEWS, (*HTML, *fields), f"{VIEWER}/silent-refresh.html")


@pytest.mark.parametrize(
    ("page_of_renewal", "title"),
    [
        (renewal(("X-Frame-Options", "DENY")), "/silent-refresh.html may not be framed: X-Frame-Options DENY"),
        (renewal(("X-Frame-Options", "deny"), ("X-Frame-Options", "sameorigin")), "may not be framed"),
        (renewal((CSP, "frame-ancestors 'none'")), "may not be framed: frame-ancestors 'none'"),
        (
            renewal((CSP, "frame-ancestors https://portal.example.org"), ("X-Frame-Options", "SAMEORIGIN")),
            "may not be framed",
        ),
        (renewal((CSP, "script-src 'self'")), "refuses its inline script"),
    ],
)
def test_page_that_renews_must_be_framed_and_run(page_of_renewal: Exchange, title: str) -> None:
    (one,) = found(viewer(home=VIEWER), answers(sign_in__flow="implicit"), discovery(), page_of_renewal)
    assert one.status == "warn"
    assert title in one.title
    assert "sign in again" in one.symptom


@pytest.mark.parametrize(
    "page_of_renewal",
    [
        renewal(),
        renewal(("X-Frame-Options", "SAMEORIGIN")),
        renewal(("X-Frame-Options", "ALLOW-FROM https://portal.example.org")),
        renewal(("X-Frame-Options", "DENY"), (CSP, "frame-ancestors 'self'")),
        renewal((CSP, f"script-src 'self' {INLINE}; frame-ancestors {VIEWER}")),
        renewal((CSP, "script-src 'self' 'unsafe-inline'")),
        renewal(status=404),
        trouble("timeout", f"{VIEWER}/silent-refresh.html"),
        None,
    ],
)
def test_page_that_may_be_framed_raises_no_alarm(page_of_renewal: Exchange | None) -> None:
    site = answers(sign_in__flow="implicit")
    assert [one.status for one in found(viewer(home=VIEWER), site, discovery(), page_of_renewal)] == ["pass"]


def test_implicit_flow_needs_frames_of_the_provider() -> None:
    text = f"{STRICT.replace(' blob:', '')}; connect-src *"
    keys = discovery({**DOCUMENT, "jwks_uri": "https://login.microsoftonline.com/keys"})
    titles = [one.title for one in found(viewer(csp(text), home=VIEWER), answers(sign_in__flow="implicit"), keys)]
    assert "frame-src of index.html lacks blob: and https://login.microsoftonline.com" in titles


def test_nothing_is_said_without_a_viewer_or_behind_a_login() -> None:
    gone = ServedViewer(got(404, "no", HTML, OWN))
    one = only(gone)
    assert (one.status, one.see) == ("skipped", ("viewer-served",))
    guarded = ServedViewer(got(401, "", (("WWW-Authenticate", 'Basic realm="x"'),), OWN))
    assert only(guarded).status == "skipped"
