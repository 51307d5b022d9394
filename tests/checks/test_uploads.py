"""What `docs/reference/checks/uploads.md` says."""

from __future__ import annotations

import pytest

from ohif_setup.checks.dicomweb.token_there import WithoutToken
from ohif_setup.checks.dicomweb.uploads import ServerUploads, TokenUploads, UploadObservations, judge
from ohif_setup.checks.finding import Finding
from ohif_setup.kinds.own import Principal
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import HTML, Fields, answers, got, keycloak, own, trouble, words

SILENT = trouble("timeout")
THERE = got(200, [])


def one(small: Exchange, large: Exchange = SILENT, search: Exchange = THERE, **changed: str) -> Finding:
    (finding,) = judge(
        own(server__uploads="true", **changed), UploadObservations((ServerUploads(small, large, search),))
    )
    return finding


def test_nothing_to_say_where_nobody_stores() -> None:
    assert judge(own(), UploadObservations(())) == []


@pytest.mark.parametrize("answer", [SILENT, got(200), got(400), got(415)], ids=["silence", "200", "400", "415"])
def test_passes_when_nobody_refuses(answer: Exchange) -> None:
    assert one(answer, answer).status == "pass"


def test_413_at_once_is_the_limit() -> None:
    found = one(got(413, "<html>", HTML))
    assert (found.status, found.evidence["failure_mode"]) == ("fail", "FM74")
    assert "client_max_body_size 0;" in words(found)


def test_limit_for_large_images_warns() -> None:
    found = one(SILENT, got(413))
    assert (found.status, "500 MB" in found.title) == ("warn", True)
    assert one(SILENT, got(404), server__proxy="iis").status == "warn"


@pytest.mark.parametrize("status", [401, 403, 404, 405, 501])
def test_refusal_is_named(status: int) -> None:
    found = one(got(status))
    assert (found.status, found.title) == ("fail", f"storing is refused ({status})")
    assert "server.uploads = false" in words(found)


def test_401_says_nothing_where_people_sign_in() -> None:
    site = keycloak(server__uploads="true")
    (found,) = judge(site, UploadObservations((ServerUploads(got(401), got(401), got(401)),)))
    assert found.status == "skipped"


@pytest.mark.parametrize(("small", "search"), [(SILENT, trouble("refused")), (got(401), got(401))])
def test_skipped_where_nobody_is_there(small: Exchange, search: Exchange) -> None:
    assert one(small, small, search).status == "skipped"


BUSY: Fields = (("Retry-After", "30"),)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (trouble("refused"), "the connection was refused"),
        (got(429, "", BUSY), "too many requests (429)"),
        (got(502), "the server reports an internal error (502)"),
        (got(503, "", BUSY), "the server reports an internal error (503)"),
        (got(507), "the server reports an internal error (507)"),
    ],
    ids=["refused", "429", "502", "503", "507"],
)
def test_server_that_answers_searches_and_no_uploads_is_named_here(answer: Exchange, word: str) -> None:
    for found in (one(answer), one(SILENT, answer)):
        assert (found.status, word in found.title) == ("fail", True)
    if answer.received and answer.received.header("Retry-After"):
        assert "wait 30 s and try again" in words(one(answer))


def test_nothing_is_asked_through_a_proxy() -> None:
    assert one(trouble("proxy")).status == "skipped"


@pytest.mark.parametrize(
    "answer",
    [
        got(401, "", (("WWW-Authenticate", 'Basic realm="Imaging"'),)),
        got(302, "", (("Location", "https://login.microsoftonline.com/contoso/oauth2/authorize?client_id=x"),)),
        got(403, "<html><title>Sign in</title><input type=password>", HTML),
    ],
    ids=["basic", "redirect", "page"],
)
def test_login_in_front_of_storing_is_no_fault(answer: Exchange) -> None:
    found = one(answer)
    assert (found.status, "a login is in front of" in found.title, found.fix) == ("skipped", True, ())


def test_redirect_that_is_no_login_is_a_refusal() -> None:
    assert one(got(301, "", (("Location", "/elsewhere"),))).title == "storing is redirected (301)"


def test_login_of_the_server_is_named_by_the_check_before_it() -> None:
    assert one(got(401), got(401), got(401)).title == "skipped: no search is answered, see dicomweb-reachable"


def test_answers_that_change_are_followed_by_the_files_in_their_places() -> None:
    (fix,) = [fix for fix in one(got(403)).fix if fix.where == "Answers"]
    assert "put nginx.conf and app-config.js in their places" in fix.text
    assert "sudo systemctl reload-or-restart nginx" in fix.text


TAKEN = got(200, {"00081199": {"vr": "SQ"}})
LUA = got(403, b"", ())
"""Orthanc's answer where a Lua script refuses: an empty body, and nothing that names it."""
PAGE = got(403, "<html><center>nginx/1.22.1</center></html>", HTML)


def sent(empty: Exchange, itself: Exchange | None = None, small: Exchange = SILENT, **changed: str) -> Finding:
    seen = ServerUploads(small, SILENT, THERE, empty=empty, itself=itself)
    (finding,) = judge(own(server__uploads="true", **changed), UploadObservations((seen,)))
    return finding


@pytest.mark.parametrize(
    "answer", [TAKEN, got(204), got(400), got(409), got(415)], ids=["200", "204", "400", "409", "415"]
)
def test_upload_without_an_image_that_is_taken_passes(answer: Exchange) -> None:
    found = sent(answer)
    assert (found.status, found.unseen, "nothing was stored" in found.title) == ("pass", "", True)


def test_upload_that_was_only_announced_proves_less() -> None:
    found = one(SILENT)
    assert (found.status, found.unseen.startswith("uploads: ")) == ("pass", True)


@pytest.mark.parametrize("small", [SILENT, LUA], ids=["late", "at once"])
def test_refusal_of_the_server_itself_is_not_the_web_servers(small: Exchange) -> None:
    found = sent(LUA, LUA, small)
    assert (found.status, found.title) == ("fail", "Orthanc itself refuses to store (403)")
    assert "Lua" in found.cause
    assert "nginx" not in found.cause
    of_another = sent(LUA, LUA, small, server__kind="dicomweb")
    assert (of_another.title, "nginx" in of_another.cause) == ("the server itself refuses to store (403)", False)


def test_refusal_of_the_web_server_stays_its_own() -> None:
    for found in (sent(PAGE, PAGE, PAGE), sent(LUA, TAKEN), sent(LUA), sent(got(405, "<html>", HTML), TAKEN)):
        assert found.title.startswith("storing is refused (40")
        assert "nginx does not pass POST requests on" in found.cause


def test_orthanc_that_asks_for_its_login_when_storing() -> None:
    found = sent(got(401, "", (("WWW-Authenticate", 'Basic realm="Orthanc Secure Area"'),)))
    assert (found.status, "its own login when images are stored" in found.cause) == ("fail", True)


def test_nothing_stands_before_a_server_that_browsers_ask() -> None:
    found = sent(LUA, server__kind="dicomweb", server__route="direct", server__url="https://pacs.example.org/rs")
    assert found.title == "the server itself refuses to store (403)"


def with_token(empty: Exchange | None, search: Exchange | None = THERE, principal: Principal = "User") -> Finding:
    seen = TokenUploads(empty, search, principal)
    (finding,) = judge(answers(server__uploads="true"), UploadObservations((seen,)))
    return finding


@pytest.mark.parametrize("answer", [got(204), got(200), got(409), got(415)], ids=["204", "200", "409", "415"])
def test_account_that_may_store_passes(answer: Exchange) -> None:
    assert (with_token(answer).status, with_token(answer).unseen) == ("pass", "")


def test_account_with_the_role_to_read_fails() -> None:
    found = with_token(got(403))
    assert (found.status, found.evidence["fault"]) == ("fail", "no-role-to-store")
    assert "DICOM Data Owner" in words(found)
    assert "58a3b984-7adf-4c20-983a-32417c86fbc8" in words(found)
    assert "--assignee-principal-type ServicePrincipal" in words(with_token(got(403), principal="ServicePrincipal"))


def test_other_refusals_with_the_token_are_named() -> None:
    assert with_token(got(405)).title == "the DICOM service itself refuses to store (405)"
    assert "too many requests" in with_token(got(429)).title
    assert with_token(got(500)).status == "fail"


@pytest.mark.parametrize("search", [None, got(403), got(401)])
def test_account_that_may_not_search_is_left_to_the_search(search: Exchange | None) -> None:
    assert with_token(got(403), search).see == ("dicomweb-reachable",)


def test_what_was_not_seen_is_said() -> None:
    (found,) = judge(answers(server__uploads="true"), UploadObservations((WithoutToken(),)))
    assert (found.status, found.unseen) == ("skipped", "uploads: nobody signed in")
    site = keycloak(server__uploads="true")
    (found,) = judge(site, UploadObservations((ServerUploads(got(401), got(401), got(401)),)))
    assert found.unseen == "uploads: nobody signed in"
    behind = one(got(401, "", (("WWW-Authenticate", 'Basic realm="Imaging"'),)))
    assert behind.unseen == "uploads: a login is in front"
