"""The preflight and its answer (rules C5, C9 to C19)."""

from typing import get_args

import pytest

from ohif_setup.browser.preflight import (
    judge_preflight,
    needs_preflight,
    normalise_method,
    preflight_for,
)
from ohif_setup.browser.values import STEPS, Answer, Header, ScriptRequest, Step
from tests.growth import grows_with_its_input

ORIGIN = "https://viewer.example.org"
URL = "https://dicom.example.org/v2/studies?limit=101&offset=0"
TOKEN = ("Authorization", "Bearer x")
QUOTED = ("Accept", 'multipart/related; type="application/octet-stream"; transfer-syntax="*"')
STORE = ("Content-Type", 'multipart/related; type="application/dicom"; boundary=b')
ACAO = ("Access-Control-Allow-Origin", ORIGIN)
MAX_AGE = ("Access-Control-Max-Age", "600")

SEARCH = ScriptRequest("GET", URL, (TOKEN,))
FRAMES = ScriptRequest("GET", URL, (TOKEN, QUOTED))


def allow_headers(*values: str) -> tuple[Header, ...]:
    return tuple(("Access-Control-Allow-Headers", value) for value in values)


def allow_methods(*values: str) -> tuple[Header, ...]:
    return tuple(("Access-Control-Allow-Methods", value) for value in values)


@pytest.mark.parametrize(
    ("sent", "normal"), [("get", "GET"), ("Post", "POST"), ("delete", "DELETE"), ("patch", "patch"), ("PATCH", "PATCH")]
)
def test_only_some_methods_are_upper_cased(sent: str, normal: str) -> None:
    assert normalise_method(sent) == normal


@pytest.mark.parametrize(
    ("request_", "needs"),
    [
        pytest.param(ScriptRequest("get", URL), False, id="C5 GET"),
        pytest.param(ScriptRequest("HEAD", URL), False, id="C5 HEAD"),
        pytest.param(ScriptRequest("POST", URL), False, id="C5 POST"),
        pytest.param(ScriptRequest("PUT", URL), True, id="C5 PUT"),
        pytest.param(ScriptRequest("patch", URL), True, id="C5 patch"),
        pytest.param(
            ScriptRequest("GET", URL, (("Accept", "application/dicom+json"),)), False, id="search without token"
        ),
        pytest.param(SEARCH, True, id="C10 search with token"),
        pytest.param(ScriptRequest("GET", URL, (QUOTED,)), True, id="C9 frames without token"),
        pytest.param(ScriptRequest("POST", URL, (STORE,)), True, id="C10 store"),
        pytest.param(
            ScriptRequest("POST", URL, (("Content-Type", "application/x-www-form-urlencoded"),)),
            False,
            id="C10 token endpoint",
        ),
        pytest.param(ScriptRequest("POST", URL, upload_listeners=True), True, id="C11 upload listeners"),
    ],
)
def test_which_requests_preflight(request_: ScriptRequest, needs: bool) -> None:
    assert needs_preflight(request_) is needs


def test_the_preflight_is_the_browsers_own() -> None:
    preflight = preflight_for(ScriptRequest("get", f"{URL}#part", (TOKEN, ("X-Z", "1"), QUOTED)), ORIGIN)
    assert preflight.method == "OPTIONS"
    assert preflight.url == URL
    assert preflight.headers == (
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "accept,authorization,x-z"),
        ("Origin", ORIGIN),
    )


def test_the_preflight_leaves_an_empty_header_list_out() -> None:
    names = [name for name, _ in preflight_for(ScriptRequest("DELETE", URL), ORIGIN).headers]
    assert names == ["Accept", "Access-Control-Request-Method", "Origin"]


ALLOWED = [
    pytest.param(SEARCH, 204, (ACAO, *allow_headers("authorization")), id="C14 204"),
    pytest.param(SEARCH, 200, (ACAO, *allow_headers("authorization")), id="C14 200"),
    pytest.param(SEARCH, 299, (ACAO, *allow_headers("authorization")), id="C14 299"),
    pytest.param(
        SEARCH, 200, (("ACCESS-control-allow-ORIGIN", "*"), *allow_headers("AUTHORIZATION")), id="C17 any case"
    ),
    pytest.param(SEARCH, 200, (ACAO, *allow_headers("x", "authorization")), id="C15 second field"),
    pytest.param(SEARCH, 200, (ACAO, *allow_headers(",, authorization\t,")), id="C15 empty elements"),
    pytest.param(
        SEARCH, 200, (ACAO, *allow_headers("authorization"), *allow_methods("PUT")), id="C16 GET needs no listing"
    ),
    pytest.param(SEARCH, 200, (ACAO, *allow_headers("authorization"), *allow_methods("")), id="C15 empty method list"),
    pytest.param(FRAMES, 200, (ACAO, *allow_headers("Accept, Authorization")), id="C17 both"),
    pytest.param(FRAMES, 200, (ACAO, *allow_headers("*, Authorization")), id="C18 wildcard and authorization"),
    pytest.param(ScriptRequest("PUT", URL), 200, (ACAO, *allow_methods("GET, PUT")), id="C16 listed"),
    pytest.param(ScriptRequest("put", URL), 200, (ACAO, *allow_methods("PUT")), id="C16 upper-cased first"),
    pytest.param(ScriptRequest("PUT", URL), 200, (ACAO, *allow_methods("*")), id="C16 wildcard"),
    pytest.param(ScriptRequest("patch", URL), 200, (ACAO, *allow_methods("patch")), id="C16 same case"),
    pytest.param(
        ScriptRequest("PUT", URL, upload_listeners=True), 200, (ACAO,), id="C16 forced preflight without a list"
    ),
    pytest.param(
        ScriptRequest("GET", URL, (TOKEN,), credentials=True),
        200,
        (ACAO, ("Access-Control-Allow-Credentials", "true"), *allow_headers("authorization")),
        id="C13 with credentials",
    ),
]


@pytest.mark.parametrize(("request_", "status", "headers"), ALLOWED)
def test_allowed(request_: ScriptRequest, status: int, headers: tuple[Header, ...]) -> None:
    verdict = judge_preflight(request_, ORIGIN, Answer(status, (*headers, MAX_AGE)))
    assert (verdict.allowed, verdict.step, verdict.warnings) == (True, "allowed", ())


REFUSED = [
    pytest.param(SEARCH, 204, (ACAO, ("X", "a\0b")), "preflight-malformed", "C21", id="C13 NUL"),
    pytest.param(SEARCH, 204, allow_headers("authorization"), "preflight-cors-missing", "C21", id="C13 missing"),
    pytest.param(SEARCH, 204, (ACAO, ACAO), "preflight-cors-repeated", "C20", id="C13 repeated"),
    pytest.param(
        SEARCH, 204, (("Access-Control-Allow-Origin", f"{ORIGIN}/"),), "preflight-cors-origin", "C23", id="C13 slash"
    ),
    pytest.param(
        ScriptRequest("GET", URL, (TOKEN,), credentials=True),
        204,
        (("Access-Control-Allow-Origin", "*"),),
        "preflight-cors-wildcard",
        "C22",
        id="C13 wildcard with credentials",
    ),
    pytest.param(
        ScriptRequest("GET", URL, (TOKEN,), credentials=True),
        204,
        (ACAO,),
        "preflight-cors-credentials",
        "C24",
        id="C13 credentials",
    ),
    *(
        pytest.param(
            SEARCH, status, (ACAO, *allow_headers("authorization")), "preflight-status", "C14", id=f"C14 {status}"
        )
        for status in (300, 304, 400, 401, 403, 404, 405, 500, 501, 503, 505, 999)
    ),
    *(
        pytest.param(SEARCH, status, (ACAO, ("Location", f"{URL}/")), "preflight-redirect", "C14", id=f"C14 {status}")
        for status in (301, 302, 303, 307, 308)
    ),
    pytest.param(
        SEARCH, 301, (("Location", f"{URL}/"),), "preflight-redirect", "C14", id="C14 redirect before all else"
    ),
    pytest.param(
        SEARCH,
        200,
        (ACAO, *allow_headers("authorization, x y")),
        "preflight-header-list-malformed",
        "C15",
        id="C15 headers",
    ),
    pytest.param(
        SEARCH,
        200,
        (ACAO, *allow_headers("authorization"), *allow_methods("GET, P@T")),
        "preflight-method-list-malformed",
        "C15",
        id="C15 methods",
    ),
    pytest.param(
        ScriptRequest("GET", URL, (("X-A", "1"),)),
        200,
        (ACAO, *allow_headers("x-a", "b c")),
        "preflight-header-list-malformed",
        "C15",
        id="C15 malformed in another field",
    ),
    pytest.param(
        ScriptRequest("PUT", URL), 200, (ACAO, *allow_methods("put")), "preflight-method", "C16", id="C16 case"
    ),
    pytest.param(ScriptRequest("PUT", URL), 200, (ACAO,), "preflight-method", "C16", id="C16 no list"),
    pytest.param(ScriptRequest("PUT", URL), 200, (ACAO, ("Allow", "PUT")), "preflight-method", "C16", id="C16 Allow"),
    pytest.param(
        ScriptRequest("patch", URL), 200, (ACAO, *allow_methods("PATCH")), "preflight-method", "C16", id="C16 patch"
    ),
    pytest.param(SEARCH, 200, (ACAO,), "preflight-header", "C17", id="C17 no list"),
    pytest.param(
        FRAMES, 200, (ACAO, *allow_headers("authorization")), "preflight-header", "C17", id="C17 accept missing"
    ),
    pytest.param(
        ScriptRequest("GET", URL, (TOKEN,), credentials=True),
        200,
        (ACAO, ("Access-Control-Allow-Credentials", "true"), *allow_headers("*")),
        "preflight-header",
        "C17",
        id="C17 wildcard with credentials",
    ),
    pytest.param(
        ScriptRequest("PUT", URL, credentials=True),
        200,
        (ACAO, ("Access-Control-Allow-Credentials", "true"), *allow_methods("*")),
        "preflight-method",
        "C16",
        id="C16 wildcard with credentials",
    ),
]


@pytest.mark.parametrize(("request_", "status", "headers", "step", "rule"), REFUSED)
def test_refused(request_: ScriptRequest, status: int, headers: tuple[Header, ...], step: Step, rule: str) -> None:
    verdict = judge_preflight(request_, ORIGIN, Answer(status, (*headers, MAX_AGE), URL))
    assert (verdict.allowed, verdict.step, verdict.rule, verdict.url) == (False, step, rule, URL)
    assert verdict.header is None or verdict.header[1].split(", ")[0].split("\0")[0] in verdict.reason


def test_the_verdict_names_every_missing_header_and_quotes_the_list() -> None:
    request = ScriptRequest("POST", URL, (TOKEN, STORE))
    verdict = judge_preflight(request, ORIGIN, Answer(200, (ACAO, *allow_headers("x-one", "x-two"))))
    assert verdict.missing == ("authorization", "content-type")
    assert verdict.header == ("Access-Control-Allow-Headers", "x-one, x-two")
    assert verdict.reason == (
        'Access-Control-Allow-Headers lists "x-one, x-two", so authorization and content-type are not allowed'
    )


def test_the_wildcard_lets_authorization_pass_with_a_warning() -> None:
    verdict = judge_preflight(SEARCH, ORIGIN, Answer(204, (ACAO, *allow_headers("*"), MAX_AGE)))
    assert verdict.allowed
    assert [warning.rule for warning in verdict.warnings] == ["C18"]


@pytest.mark.parametrize("value", [None, "0", "-1", "a day"], ids=["missing", "zero", "negative", "no number"])
def test_answers_that_are_not_kept_get_a_warning(value: str | None) -> None:
    age = () if value is None else (("Access-Control-Max-Age", value),)
    verdict = judge_preflight(SEARCH, ORIGIN, Answer(204, (ACAO, *allow_headers("authorization"), *age)))
    assert verdict.allowed
    assert [warning.rule for warning in verdict.warnings] == ["C19"]


def test_long_age_takes_no_more_time_than_its_length_asks_for() -> None:
    def run(size: int) -> None:
        judge_preflight(SEARCH, ORIGIN, Answer(204, (ACAO, ("Access-Control-Max-Age", "1" * size + "s"))))

    assert grows_with_its_input(run, 8_000)


def test_every_step_is_described() -> None:
    assert set(STEPS) == set(get_args(Step))
    assert all(STEPS.values())
