"""What the authorize endpoint may answer to `prompt=none`."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from ohif_setup.network.look.authorize import AuthorizeProbe, probe
from ohif_setup.network.wire.http import Http
from tests.servers.raw import RawServer, answer

URI = "https://viewer.example.org/callback"
FORM = f"""<html><body onload="document.forms[0].submit()"><form method="POST" action="{URI}">
<input type="hidden" name="error" value="login_required"><input name="error_description" value="AADSTS50058: &quot;none&quot;">
</form></body></html>"""


def asked(
    raw: bytes, *, response_type: str = "code", uri: str = URI, extra: dict[str, str] | None = None
) -> tuple[AuthorizeProbe, str]:
    with RawServer(lambda _: [raw]) as server:
        found = probe(
            Http(5),
            f"{server.url}/authorize",
            client_id="c",
            redirect_uri=uri,
            response_type=response_type,
            scope="openid",
            extra=extra,
        )
        return found, server.requests[0].target


@pytest.mark.parametrize(
    "location",
    [
        f"{URI}?error=login_required&error_description=AADSTS50058",
        f"{URI}#error=login_required&error_description=AADSTS50058",
        f"{URI}?error=login_required&error_description=AADSTS50058#_=_",
        f"{URI}?state=x#error=login_required&error_description=AADSTS50058",
    ],
    ids=["query", "fragment", "query and an empty fragment", "both"],
)
@pytest.mark.parametrize("status", [302, 303, 307])
def test_answer_at_the_redirect_uri_is_read(location: str, status: int) -> None:
    found, _ = asked(answer(status, "", ("Location", location)))
    assert (found.returned, found.error, found.description) == (True, "login_required", "AADSTS50058")


def test_page_that_posts_itself_is_read() -> None:
    found, _ = asked(answer(200, FORM, kind="text/html"))
    assert (found.returned, found.error, found.description) == (True, "login_required", 'AADSTS50058: "none"')


@pytest.mark.parametrize(
    "raw",
    [
        answer(302, "", ("Location", f"{URI}x?error=login_required")),
        answer(302, "", ("Location", "https://evil.example.org/?error=login_required")),
        answer(302, "", ("Location", URI.upper())),
        answer(302, ""),
        answer(302, "", ("Location", "https://[broken?error=x")),
        answer(200, FORM.replace(URI, "https://evil.example.org"), kind="text/html"),
        answer(200, FORM, kind="text/plain").replace(b"<html>", b"x"),
        answer(200, "<form>" * 50_000, kind="text/html"),
        answer(400, "AADSTS50011"),
    ],
    ids=["longer", "elsewhere", "other case", "nowhere", "broken", "form elsewhere", "no page", "many forms", "page"],
)
def test_anything_else_is_a_page(raw: bytes) -> None:
    found, _ = asked(raw)
    assert not found.returned


@pytest.mark.parametrize(
    "raw",
    [
        answer(400, '{"error": "invalid_client", "error_description": "no such client"}'),
        answer(302, "", ("Location", "/error?error=invalid_client&error_description=no+such+client")),
    ],
    ids=["json", "page for errors"],
)
def test_words_of_the_provider_are_read_wherever_it_says_them(raw: bytes) -> None:
    found, _ = asked(raw)
    assert (found.returned, found.error, found.description) == (False, "invalid_client", "no such client")


def test_localhost_may_come_back_with_the_slash_of_the_root() -> None:
    found, _ = asked(
        answer(302, "", ("Location", "http://localhost:1/?error=login_required")), uri="http://localhost:1"
    )
    assert found.returned


@pytest.mark.parametrize(("kind", "mode"), [("code", "query"), ("id_token token", "fragment")])
def test_question_fits_the_flow(kind: str, mode: str) -> None:
    _, target = asked(answer(200, ""), response_type=kind)
    assert f"response_mode={mode}" in target
    assert "prompt=none" in target
    assert ("code_challenge=" in target) is (kind == "code")


def test_further_parameters_are_sent_and_never_show_a_page() -> None:
    _, target = asked(answer(302, ""), extra={"audience": "https://pacs.example.org/a b&c", "prompt": "consent"})
    query = parse_qs(urlsplit(target).query)
    assert query["audience"] == ["https://pacs.example.org/a b&c"]
    assert query["prompt"] == ["none"]
