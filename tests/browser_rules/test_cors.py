"""The CORS check, redirects, and openness to strangers (rules C2, C3, C20 to C29, C36 to C38)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohif_setup.browser.console import console_message
from ohif_setup.browser.cors import judge_answer, judge_redirects
from ohif_setup.browser.headers import cors_unsafe_header_names
from ohif_setup.browser.hops import Hop, first_hop, next_hop
from ohif_setup.browser.preflight import judge_preflight
from ohif_setup.browser.safety import FOREIGN_ORIGIN, openness
from ohif_setup.browser.values import Answer, Engine, Header, ScriptRequest, Step, Verdict

ORIGIN = "https://viewer.example.org"
URL = "https://dicom.example.org/v2/studies?limit=1"
TOKEN = ("Authorization", "Bearer x")


def acao(*values: str) -> tuple[Header, ...]:
    return tuple(("Access-Control-Allow-Origin", value) for value in values)


def acac(*values: str) -> tuple[Header, ...]:
    return tuple(("Access-Control-Allow-Credentials", value) for value in values)


@pytest.mark.parametrize(
    ("headers", "credentials"),
    [
        pytest.param(acao("*"), False, id="C22 wildcard"),
        pytest.param(acao(ORIGIN), False, id="C23 equal"),
        pytest.param(acao(f" \t{ORIGIN}\t "), False, id="C21 blanks at the ends"),
        pytest.param(acao(f"{ORIGIN}\r\n"), False, id="C21 line end"),
        pytest.param((("access-CONTROL-allow-origin", ORIGIN),), False, id="C21 name in any case"),
        pytest.param(acao(ORIGIN) + acac("true"), True, id="C24 true"),
        pytest.param(acao(ORIGIN) + acac(" true\t"), True, id="C24 blanks"),
        pytest.param(acao(ORIGIN) + acac("TRUE"), False, id="C25 ignored"),
        pytest.param(acao("*") + acac("true"), False, id="C25 harmless beside the wildcard"),
    ],
)
def test_readable(headers: tuple[Header, ...], credentials: bool) -> None:
    verdict = judge_answer(ORIGIN, Answer(200, headers), credentials)
    assert (verdict.allowed, verdict.step) == (True, "allowed")
    assert bool(verdict.warnings) is (len(headers) > 1 and not credentials)


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 404, 500, 599])
def test_any_status_may_be_read(status: int) -> None:
    assert judge_answer(ORIGIN, Answer(status, acao(ORIGIN))).allowed
    assert not judge_answer(ORIGIN, Answer(status)).allowed


@pytest.mark.parametrize(
    ("headers", "credentials", "step", "rule"),
    [
        pytest.param((), False, "cors-missing", "C21", id="C21 missing"),
        pytest.param((("X-Access-Control-Allow-Origin", "*"),), False, "cors-missing", "C21", id="C21 other name"),
        *(
            pytest.param(headers, False, "answer-malformed", "C21", id=f"C21 NUL in {headers}")
            for headers in (
                acao("*\0"),
                acao("\0*"),
                acao(f"{ORIGIN}\0"),
                (*acao("*"), ("X-Odd", "a\0b")),
                (*acao("*"), ("X\0", "")),
            )
        ),
        pytest.param(acao("*", "*"), False, "cors-repeated", "C20", id="C20 wildcard twice"),
        pytest.param(acao(ORIGIN, ORIGIN), False, "cors-repeated", "C20", id="C20 origin twice"),
        pytest.param(acao(ORIGIN, ""), False, "cors-repeated", "C20", id="C20 second one empty"),
        pytest.param(acao("*"), True, "cors-wildcard", "C22", id="C22 with credentials"),
        pytest.param(acao(ORIGIN), True, "cors-credentials", "C24", id="C24 missing"),
        *(
            pytest.param(acao(ORIGIN) + acac(value), True, "cors-credentials", "C24", id=f"C24 {value}")
            for value in ("TRUE", "True", '"true"', "1", "", "true, true")
        ),
        pytest.param(acao(ORIGIN) + acac("true", "true"), True, "cors-credentials", "C24", id="C24 twice"),
        *(
            pytest.param(acao(value), False, "cors-origin", "C23", id=f"C23 {value!r}")
            for value in (
                "",
                "null",
                "**",
                "* *",
                "'*'",
                '"*"',
                "*\x0b",
                "*.example.org",
                "https://*.example.org",
                "viewer.example.org",
                "//viewer.example.org",
                f"{ORIGIN}/",
                f"{ORIGIN}/ohif",
                f"{ORIGIN}?",
                f"{ORIGIN}#",
                f"{ORIGIN}:443",
                f"{ORIGIN}.",
                ORIGIN.upper(),
                "HTTPS://viewer.example.org",
                "http://viewer.example.org",
                f"{ORIGIN}:8443",
                f"{ORIGIN}, *",
                f"*, {ORIGIN}",
                f"{ORIGIN} {ORIGIN}",
                f"{ORIGIN},",
                f"\x0c{ORIGIN}",
                f"{ORIGIN}\xa0",
                "https://dicom.example.org",
                "https://xviewer.example.org",
                "-",
                "a" * 100_000,
            )
        ),
    ],
)
def test_not_readable(headers: tuple[Header, ...], credentials: bool, step: Step, rule: str) -> None:
    verdict = judge_answer(ORIGIN, Answer(200, headers), credentials)
    assert (verdict.allowed, verdict.step, verdict.rule) == (False, step, rule)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (f"{ORIGIN}/", "slash at the end"),
        (f"{ORIGIN}:443", "default port"),
        (f"{ORIGIN}/ohif", "path"),
        (ORIGIN.upper(), "lower case"),
        ("viewer.example.org", "scheme is missing"),
        ("http://viewer.example.org", "scheme is http"),
        (f"{ORIGIN}:8443", "port differs"),
        ("https://*.example.org", "wildcard"),
        (f"{ORIGIN}, https://b.example", "not a list"),
        ("null", "without an origin"),
        ("", "empty"),
        ("https://other.example.org", "different origin"),
        ("?", "not an origin"),
        ("a://b", "not an origin"),
        (f"{ORIGIN}?a", "path"),
        ("http://viewer.example.org:8443", "scheme is http"),
    ],
)
def test_the_reason_says_how_the_value_differs(seen: str, words: str) -> None:
    assert words in judge_answer(ORIGIN, Answer(200, acao(seen))).reason


def test_a_reason_shows_hostile_bytes_and_stays_short() -> None:
    reason = judge_answer(ORIGIN, Answer(200, acao("\x1b[31m\x01é" + "a" * 100_000))).reason
    assert "\\x1b[31m\\x01\\xe9" in reason
    assert reason.isprintable()
    assert len(reason) < 500


@given(st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=60), st.booleans())
def test_only_the_origin_and_the_wildcard_pass(value: str, credentials: bool) -> None:
    allowed = judge_answer(ORIGIN, Answer(200, acao(value) + acac("true")), credentials).allowed
    assert allowed is (value.strip(" \t\r\n") in ({ORIGIN} if credentials else {ORIGIN, "*"}))


def test_the_same_origin_needs_no_cors() -> None:
    assert judge_answer(ORIGIN, Answer(200, (("X", "\0"),), f"{ORIGIN}/")).step == "answer-malformed"
    assert judge_answer(ORIGIN, Answer(200, url=f"{ORIGIN}:443/dicom-web/studies")).step == "same-origin"
    assert not judge_answer(ORIGIN, Answer(200, url="http://viewer.example.org/dicom-web/studies")).allowed


@pytest.mark.parametrize(
    ("value", "allowed"), [("null", True), ("*", True), ("NULL", False), (ORIGIN, False), ("", False)]
)
def test_a_page_without_an_origin_needs_null_or_the_wildcard(value: str, allowed: bool) -> None:
    assert judge_answer("null", Answer(200, acao(value))).allowed is allowed


# redirects: (request headers, answers, step at the end)

GET = ScriptRequest("GET", URL)
WITH_TOKEN = ScriptRequest("GET", URL, (TOKEN,))
END = Answer(200, acao(ORIGIN))
ELSEWHERE = "https://elsewhere.example.net/x"
ALLOWING = Answer(204, (*acao(ORIGIN), ("Access-Control-Allow-Headers", "authorization")))


def to(location: str, *values: str, status: int = 307) -> Answer:
    return Answer(status, (*acao(*values), ("Location", location)))


@pytest.mark.parametrize(
    ("request_", "answers", "step"),
    [
        pytest.param(GET, [END], "allowed", id="no redirect"),
        pytest.param(GET, [], "redirect-incomplete", id="nothing seen"),
        pytest.param(GET, [Answer(300, (*acao("*"), ("Location", "/x")))], "allowed", id="300 is no redirect"),
        pytest.param(GET, [Answer(301, acao("*"))], "allowed", id="no Location"),
        pytest.param(GET, [to("/v2/x", ORIGIN), END], "allowed", id="C27 same server"),
        pytest.param(GET, [to("/v2/x"), END], "cors-missing", id="C27 redirect without the header"),
        pytest.param(GET, [to("/v2/x", "*"), Answer(200)], "cors-missing", id="C27 end without the header"),
        pytest.param(GET, [to("/v2/x", "*")], "redirect-incomplete", id="C27 chain cut off"),
        pytest.param(GET, [to("ftp://x/", "*")], "redirect-scheme", id="C27 ftp"),
        pytest.param(GET, [to("data:,x", "*")], "redirect-scheme", id="C27 data"),
        pytest.param(GET, [to("http://[x/", "*")], "redirect-location", id="C27 no URL"),
        pytest.param(
            GET,
            [Answer(301, (*acao("*"), ("Location", "/a"), ("Location", "/b")))],
            "redirect-location",
            id="C27 two Locations",
        ),
        pytest.param(
            GET, [to("https://u:p@dicom.example.org/", "*")], "redirect-credentials", id="C27 user and password"
        ),
        pytest.param(GET, [to("https://u@viewer.example.org/", "*")], "redirect-credentials", id="C27 user, back home"),
        pytest.param(GET, [*[to("/v2/x", "*")] * 20, END], "allowed", id="C27 20 redirects"),
        pytest.param(GET, [*[to("/v2/x", "*")] * 21, END], "redirect-limit", id="C27 21 redirects"),
        pytest.param(GET, [to(ELSEWHERE, ORIGIN), END], "cors-origin", id="C28 Origin is null elsewhere"),
        pytest.param(GET, [to(ELSEWHERE, ORIGIN), Answer(200, acao("null"))], "allowed", id="C28 null allowed"),
        pytest.param(GET, [to(ELSEWHERE, ORIGIN), Answer(200, acao("*"))], "allowed", id="C28 wildcard allowed"),
        pytest.param(GET, [to(f"{ORIGIN}/x", "*"), END], "cors-origin", id="C28 back home is null too"),
        pytest.param(
            ScriptRequest("GET", f"{ORIGIN}/x"), [to(URL), END], "allowed", id="C28 from home the origin stays"
        ),
        pytest.param(ScriptRequest("GET", f"{ORIGIN}/x"), [to("/y"), Answer(200)], "same-origin", id="C2 all at home"),
    ],
)
def test_redirects(request_: ScriptRequest, answers: list[Answer], step: Step) -> None:
    verdict = judge_redirects(request_, ORIGIN, answers)
    assert (verdict.step, verdict.allowed) == (step, step in {"allowed", "same-origin"})


@pytest.mark.parametrize(
    ("answers", "preflights", "step"),
    [
        pytest.param([to("/v2/x", "*"), END], [ALLOWING, ALLOWING], "allowed", id="C28 preflights pass"),
        pytest.param(
            [to("/v2/x", "*"), END],
            [ALLOWING, Answer(204, acao("*"))],
            "preflight-header",
            id="C28 second preflight fails",
        ),
        pytest.param(
            [to(ELSEWHERE, "*"), Answer(200, acao("*"))],
            [ALLOWING, Answer(500)],
            "allowed",
            id="C28 no preflight elsewhere, the token is dropped",
        ),
    ],
)
def test_preflights_behind_redirects(answers: list[Answer], preflights: list[Answer], step: Step) -> None:
    verdict = judge_redirects(WITH_TOKEN, ORIGIN, answers, preflights)
    assert (verdict.step, verdict.allowed) == (step, step == "allowed")


def test_a_redirect_that_passes_is_told() -> None:
    verdict = judge_redirects(GET, ORIGIN, [to("https://dicom.example.org/v3", ORIGIN), END])
    assert [warning.rule for warning in verdict.warnings] == ["C29"]
    assert verdict.url == "https://dicom.example.org/v3"


def test_a_failure_behind_a_redirect_says_which_origin_was_sent() -> None:
    reason = judge_redirects(GET, ORIGIN, [to(ELSEWHERE, "*"), END]).reason
    assert reason.endswith(f'(after a redirect to "{ELSEWHERE}" and the browser sends Origin null)')


def hop_after(hop: Hop, answer: Answer) -> Hop:
    following = next_hop(hop, answer)
    assert isinstance(following, Hop)
    return following


def test_authorization_is_dropped_on_the_way_to_another_origin() -> None:
    hop = hop_after(first_hop(WITH_TOKEN, ORIGIN), to("/v2/x", "*"))
    assert hop.request.headers == (TOKEN,)
    assert hop.preflight_request == hop.request
    hop = hop_after(hop, to(ELSEWHERE, "*"))
    assert hop.request == ScriptRequest("GET", ELSEWHERE)
    assert hop.preflight_request is None


@pytest.mark.parametrize(
    ("engine", "sent_origin", "names"),
    [
        ("chromium", "null", ("accept",)),
        ("firefox", ORIGIN, ("accept",)),
        ("webkit", "null", ("accept", "authorization")),
    ],
)
def test_engines_ask_differently_behind_a_redirect(engine: Engine, sent_origin: str, names: tuple[str, ...]) -> None:
    frames = ScriptRequest("GET", URL, (("Accept", '"'), TOKEN))
    hop = hop_after(first_hop(frames, ORIGIN, engine), to(ELSEWHERE, "*"))
    assert hop.preflight_request is not None
    assert (hop.origin, hop.preflight_origin) == ("null", sent_origin)
    assert cors_unsafe_header_names(hop.preflight_request.headers) == names
    assert hop.request.headers == (("Accept", '"'),)
    answer = Answer(200, acao("*"))
    lists_accept = Answer(204, (*acao(sent_origin), ("Access-Control-Allow-Headers", "accept")))
    verdict = judge_redirects(frames, ORIGIN, [to(ELSEWHERE, "*"), answer], [None, lists_accept], engine)
    assert verdict.step == ("preflight-header" if engine == "webkit" else "allowed")
    assert [warning.rule for warning in verdict.warnings if warning.rule[:2] == "C2"] == (
        ["C29", "C28"] if verdict.allowed else []
    )


def test_firefox_asks_even_if_nothing_is_left_to_ask_for() -> None:
    hop = hop_after(first_hop(WITH_TOKEN, ORIGIN, "firefox"), to(ELSEWHERE, "*"))
    assert hop.preflight_request == ScriptRequest("GET", ELSEWHERE)


@pytest.mark.parametrize(
    ("engine", "step"), [("chromium", "allowed"), ("firefox", "redirect-incomplete"), ("webkit", "redirect-location")]
)
def test_an_empty_location_differs_by_engine(engine: Engine, step: Step) -> None:
    assert judge_redirects(GET, ORIGIN, [to("", "*")], engine=engine).step == step


def test_the_fragment_survives_a_redirect() -> None:
    hop = first_hop(ScriptRequest("GET", f"{URL}#part"), ORIGIN)
    assert hop_after(hop, to("/x", "*")).request.url == "https://dicom.example.org/x#part"
    assert hop_after(hop, to("/x#other", "*")).request.url == "https://dicom.example.org/x#other"


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_some_redirects_turn_a_post_into_a_get(status: int, method: str) -> None:
    request = ScriptRequest("POST", URL, (TOKEN, ("Content-Type", "multipart/related")))
    following = hop_after(first_hop(request, ORIGIN), to("/v2/x", "*", status=status)).request
    assert following.method == method
    assert (len(following.headers) == 1) is (method == "GET")


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ((), "closed"),
        (acao(ORIGIN), "closed"),
        (acao("*"), "any"),
        (acao(FOREIGN_ORIGIN), "reflects"),
        (acao(FOREIGN_ORIGIN) + acac("1"), "reflects"),
        (acao(FOREIGN_ORIGIN) + acac("true"), "reflects-with-credentials"),
        (acao(FOREIGN_ORIGIN, FOREIGN_ORIGIN), "closed"),
    ],
)
def test_openness_to_strangers(headers: tuple[Header, ...], found: str) -> None:
    assert openness(FOREIGN_ORIGIN, Answer(200, headers)) == found


def verdict_of(*values: str, status: int = 200, credentials: bool = False) -> Verdict:
    return judge_answer(ORIGIN, Answer(status, acao(*values)), credentials)


BLOCKED = f"Access to XMLHttpRequest at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy: "
ACAO = "'Access-Control-Allow-Origin' header"
LISTS = "Access-Control-Allow-Headers in preflight response"
PREFLIGHT = f"{BLOCKED}Response to preflight request doesn't pass access control check: "


@pytest.mark.parametrize(
    ("verdict", "message"),
    [
        (verdict_of(), f"{BLOCKED}No {ACAO} is present on the requested resource."),
        (
            verdict_of("*", "*"),
            f"{BLOCKED}The {ACAO} contains multiple values '*, *', but only one is allowed.",
        ),
        (verdict_of("x"), f"{BLOCKED}The {ACAO} contains the invalid value 'x'."),
        (
            verdict_of("null"),
            f"{BLOCKED}The {ACAO} has a value 'null' that is not equal to the supplied origin.",
        ),
        (judge_preflight(WITH_TOKEN, ORIGIN, Answer(401, acao("*"))), f"{PREFLIGHT}It does not have HTTP ok status."),
        (
            judge_preflight(WITH_TOKEN, ORIGIN, to("/x")),
            f"{PREFLIGHT}Redirect is not allowed for a preflight request.",
        ),
        (
            judge_preflight(WITH_TOKEN, ORIGIN, Answer(200, acao("*"))),
            f"{BLOCKED}Request header field authorization is not allowed by {LISTS}.",
        ),
        (verdict_of("*"), ""),
    ],
)
def test_the_console_message_is_chromiums(verdict: Verdict, message: str) -> None:
    assert console_message(verdict, WITH_TOKEN, ORIGIN) == message
