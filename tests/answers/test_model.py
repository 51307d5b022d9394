"""What the model accepts, what it fills in, and that every fault ends in words for people."""

from __future__ import annotations

import copy
import datetime
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.answers.keys import GROUPS, KEYS, nearest
from ohif_setup.answers.model import Answers
from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.answers.problems import AnswersError, Problem
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.ohif import versions
from ohif_setup.paste.showing import shown

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-9999-aaaaaaaaaaaa"
SECRET = "abc8Q~" + "x1Y2z3" * 6
SMALLEST: dict[str, Any] = {
    "version": 1,
    "viewer": {"url": "https://viewer.example.org"},
    "server": {"url": "https://ws-dicom.dicom.azurehealthcareapis.com"},
    "sign_in": {"tenant_id": TENANT, "client_id": CLIENT},
}


def raw_with(**changes: Any) -> dict[str, Any]:
    """The smallest answers with changes such as `viewer__url="..."` or `ohif={...}`."""
    raw = copy.deepcopy(SMALLEST)
    for name, value in changes.items():
        group, _, key = name.rpartition("__")
        target = raw.setdefault(group, {}) if group else raw
        target[key] = value
    return raw


def accepted(**changes: Any) -> Answers:
    return Answers.model_validate(raw_with(**changes))


def sign_in_of(answers: Answers) -> SignIn:
    assert answers.sign_in is not None
    return answers.sign_in


def problems(raw: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(AnswersError) as caught:
        PartialAnswers(raw, {}).validated(file="ohif-setup.toml")
    return caught.value.problems


def faults(raw: dict[str, Any]) -> tuple[Problem, ...]:
    """What is wrong, which may be nothing. Only an AnswersError is caught: any other exception is a fault of the tool."""
    try:
        PartialAnswers(raw, {}).validated(file="ohif-setup.toml")
    except AnswersError as error:
        return error.problems
    return ()


def only_problem(**changes: Any) -> Problem:
    (found,) = problems(raw_with(**changes))
    return found


def test_three_answers_and_the_tenant_are_enough() -> None:
    answers = accepted()
    assert answers.version == 1
    assert answers.viewer.extra_urls == ()
    assert answers.viewer.ohif_version == versions.NEWEST == "3.13"
    assert answers.viewer.origins == ("https://viewer.example.org",)
    assert answers.viewer.base_path == "/"
    assert answers.server.kind == "azure-dicom"
    assert answers.server.url == "https://ws-dicom.dicom.azurehealthcareapis.com/v2"
    assert answers.server.uploads is False
    assert sign_in_of(answers).flow == "code"
    assert sign_in_of(answers).authority == answers.default_authority == f"https://login.microsoftonline.com/{TENANT}"
    assert answers.fhir is None
    assert answers.output.directory == "deploy"
    assert answers.ohif == {}


def test_origins_have_no_repeats_and_begin_with_the_main_one() -> None:
    extra = [
        "http://localhost:3000/ohif",
        "https://h.example/ohif/",
        "https://H.example:443/ohif",
        "http://localhost:3000/ohif",
    ]
    answers = accepted(viewer__url="https://h.example/ohif", viewer__extra_urls=extra)
    assert answers.viewer.extra_urls == ("http://localhost:3000/ohif",)
    assert answers.viewer.origins == ("https://h.example", "http://localhost:3000")
    assert answers.viewer.base_path == "/ohif"


def test_further_viewer_with_another_path_is_refused() -> None:
    found = only_problem(viewer__url="https://h.example/ohif", viewer__extra_urls=["http://localhost:3000"])
    assert found.key == "viewer.extra_urls"
    assert "give http://localhost:3000/ohif" in found.wrong


def test_answers_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        accepted().viewer.url = "https://evil.example"  # type: ignore[misc]


def test_us_government_service_signs_in_at_its_own_cloud() -> None:
    answers = accepted(server__url="https://x-y.dicom.azurehealthcareapis.us")
    assert sign_in_of(answers).authority == f"https://login.microsoftonline.us/{TENANT}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://127.0.0.1:8443", f"https://127.0.0.1:8443/{TENANT}"),
        (f"https://login.microsoftonline.com/{TENANT.upper()}/v2.0/", f"https://login.microsoftonline.com/{TENANT}"),
        ("https://login.microsoftonline.com/contoso.org", "https://login.microsoftonline.com/contoso.org"),
    ],
)
def test_authority_is_completed(given: str, kept: str) -> None:
    assert sign_in_of(accepted(sign_in__authority=given)).authority == kept


def test_authority_of_another_tenant_is_refused() -> None:
    found = only_problem(sign_in__authority=f"https://login.microsoftonline.com/{CLIENT}")
    assert found.key == "sign_in.authority"
    assert found.wrong.endswith(f"remove sign_in.authority, or make it https://login.microsoftonline.com/{TENANT}")
    assert found.example == ""


@pytest.mark.parametrize("authority", [None, "https://127.0.0.1:8443", "https://127.0.0.1:8443/contoso.org"])
def test_resolved_tenant_takes_the_place_of_the_domain_everywhere(authority: str | None) -> None:
    changes = {} if authority is None else {"sign_in__authority": authority}
    answers = accepted(sign_in__tenant_id="Contoso.org", **changes).with_tenant_id(TENANT.upper())
    host = "login.microsoftonline.com" if authority is None else "127.0.0.1:8443"
    assert sign_in_of(answers).tenant_id == TENANT
    assert sign_in_of(answers).authority == f"https://{host}/{TENANT}"


def test_equal_tenant_and_client_are_refused() -> None:
    found = only_problem(sign_in__client_id="{" + TENANT.upper() + "}")
    assert found.key == "sign_in.client_id"
    assert "same as sign_in.tenant_id" in found.wrong


@pytest.mark.parametrize("text", ["3.13", "v3.13", " 3.13.2 ", "3.13.0-beta.6", "3.13.2+build"])
def test_version_of_ohif_is_reduced_to_major_and_minor(text: str) -> None:
    assert accepted(viewer__ohif_version=text).viewer.ohif_version == "3.13"


@pytest.mark.parametrize("version", [*versions.KNOWN, "3.15", "3.99"])
def test_known_and_later_versions_of_ohif_3_are_accepted(version: str) -> None:
    assert accepted(viewer__ohif_version=version).viewer.ohif_version == version


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("3.8", "older than 3.9"),
        ("2.1", "older than 3.9"),
        ("4.0", "is not supported"),
        ("latest", "as in 3.13"),
        ("3", "as in 3.13"),
        ("3.013", "as in 3.13"),
        ("", "as in 3.13"),
        ("3." + "9" * 1500, "as in 3.13"),
    ],
)
def test_version_of_ohif_is_refused_with_its_reason(version: str, reason: str) -> None:
    assert reason in only_problem(viewer__ohif_version=version).wrong


def test_versions_compare_as_numbers() -> None:
    assert versions.parse("3.9") < versions.parse("3.10") < versions.parse("3.13.2")
    assert [versions.parse(known) for known in versions.KNOWN] == sorted(map(versions.parse, versions.KNOWN))


@pytest.mark.parametrize("directory", ["", "  ", "a\x00b", "a\nb", "a\udc80"])
def test_folder_name_that_cannot_be_is_refused(directory: str) -> None:
    assert only_problem(output__directory=directory).key == "output.directory"


@pytest.mark.parametrize("directory", ["deploy", "/srv/www", "../out", "a b", "Bücher", "C:\\www", 'a"b'])
def test_folder_name_is_kept_as_given(directory: str) -> None:
    assert accepted(output__directory=directory).output.directory == directory


@pytest.mark.parametrize(
    "table",
    [
        {"showPatientInfo": "visible", "maxNumRequests": {"interaction": 100}},
        {"extensions": [], "modes": ["@ohif/mode-test"]},
        {"customizationService": [{"x": "</script>\u2028'\"`${1}"}]},
        {"a": {"b": [1, 1.5, True, "x", [], {}]}},
        {"studyPrefetcher": {"x": 2**53 - 1}},
        {"x": {"token_endpoint": "https://k.example/token", "accessTokenExpiringNotificationTimeInSeconds": 60}},
        {"x": {"credentials": "same-origin", "requiresPassword": True, "maxTokens": 5, "password": ""}},
        {"x": "Basic annotations, bearer of-the-message, and Basic viewers"},
        {"x": {"integrity": "sha384Zy7aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT", "headers": {"X-Y": "z"}}},
        {"modes": ["@ohif/extension-default.layoutTemplateModule.viewerLayout3DFourUp1"]},
    ],
)
def test_further_configuration_is_kept_as_it_is(table: dict[str, Any]) -> None:
    assert accepted(ohif=table).ohif == table


DEEP: dict[str, Any] = {}
for _ in range(3000):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        pytest.param({"oidc": []}, "sign_in.tenant_id", id="oidc"),
        pytest.param({"OIDC": []}, "key oidc", id="oidc-capitals"),
        pytest.param({"dataSources": []}, "server.url", id="data-sources"),
        pytest.param({"defaultDataSourceName": "x"}, "server.url", id="default-data-source"),
        pytest.param({"routerBasename": "/"}, "viewer.url", id="router-basename"),
        pytest.param({"httpErrorHandler": "x"}, "function", id="error-handler"),
        pytest.param({"oauth": {}}, "does not read it", id="oauth"),
        pytest.param({"servers": {}}, "OHIF 2", id="servers"),
        pytest.param({"client_secret": "x"}, "needs no secret", id="secret"),
        pytest.param({"a": [{"b": {"clientSecret": "x"}}]}, "a[0].b.clientSecret", id="secret-deep"),
        pytest.param({"password": "x"}, "in password what looks like", id="password"),
        pytest.param({"password": 1234}, "in password what looks like", id="password-number"),
        pytest.param({"a": {"headers": {"Authorization": "x"}}}, "a.headers.Authorization", id="header"),
        pytest.param({"a": [{"b": "Basic b2hpZjpzM2NyZXQ="}]}, "in a.b what", id="login"),
        pytest.param({"a": "https://ada:pw@h.example/x"}, "in a what", id="login-in-address"),
        pytest.param({"a": {"apiKey": "x"}}, "in a.apiKey what", id="key"),
        pytest.param({"a": SECRET}, "in a what", id="secret-by-its-form"),
        pytest.param({"a": datetime.date(2026, 1, 1)}, "date", id="date"),
        pytest.param({"a": [datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)]}, "date", id="datetime"),
        pytest.param({"a": {"b": datetime.time(1, 2)}}, "a.b", id="time"),
        pytest.param({"a": math.nan}, "JSON", id="nan"),
        pytest.param({"a": [-math.inf]}, "a[0]", id="inf"),
        pytest.param({"a": 2**53}, "round", id="large-number"),
        pytest.param({"a": None}, "no value", id="none"),
        pytest.param({"a": "\ud800"}, "Unicode", id="surrogate"),
        pytest.param({"\ud800": 1}, "Unicode", id="surrogate-key"),
        pytest.param({"a": {"__proto__": {}}}, "__proto__", id="proto"),
        pytest.param(DEEP, "deep", id="deep"),
        pytest.param({"customizationService": {"dicomUploadComponent": "x"}}, "crashes", id="upload-key"),
        pytest.param({"customizationService": [{"id": "dicomUploadComponent"}]}, "crashes", id="upload-list"),
        pytest.param(
            {"customizationService": ["@ohif/x.cornerstoneDicomUploadComponent"]}, "crashes", id="upload-name"
        ),
        pytest.param({"extensions": {}}, "blank page", id="extensions"),
        pytest.param({"modes": "x"}, "blank page", id="modes"),
    ],
)
def test_further_configuration_is_refused_with_its_reason(table: dict[str, Any], reason: str) -> None:
    found = only_problem(ohif=table)
    assert found.key == "ohif"
    assert reason in found.wrong


WRONG_VALUES: list[Any] = [
    3,
    -1,
    1.5,
    math.nan,
    True,
    [],
    [3],
    ["x", 3],
    [[]],
    {},
    {"a": 1},
    "",
    "x",
    "\x00",
    DEEP,
    [DEEP],
    10**5000,
]
WRONG_VALUES += [datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1), datetime.time(1), None, b"x"]


@pytest.mark.parametrize("key", [*KEYS, *GROUPS])
@pytest.mark.parametrize("value", WRONG_VALUES, ids=lambda value: type(value).__name__)
def test_wrong_type_anywhere_ends_in_words(key: str, value: object) -> None:
    raw = raw_with()
    group, _, name = key.rpartition(".")
    target = raw.setdefault(group, {}) if group else raw
    target[name] = value
    for found in faults(raw):
        assert found.key.split("[")[0] in KEYS or found.key.split(".")[0] in {*GROUPS, "ohif"}
        for jargon in ("Input should", "valid dictionary", "pydantic", "instance of", "tuple", "string", "None"):
            assert jargon not in found.wrong
        assert len(found.value) < 130


@pytest.mark.parametrize("value", [True, 1.0, "1", 0, -1, [1]], ids=repr)
def test_version_of_the_file_is_the_number_1(value: object) -> None:
    assert only_problem(version=value).key == "version"


def test_newer_file_is_the_only_thing_said() -> None:
    (found,) = problems({"version": 2, "viewer": 3, "novel": {}})
    assert "pipx upgrade ohif-setup" in found.wrong


def test_quotes_are_explained_where_a_version_lost_its_zero() -> None:
    assert "3.10" in only_problem(viewer__ohif_version=3.1).wrong


@pytest.mark.parametrize(
    ("raw", "key", "words"),
    [
        pytest.param({"viewer": "x"}, "viewer", "write [viewer]", id="text-for-table"),
        pytest.param({"viewer": [{"url": "x"}]}, "viewer", "single brackets", id="double-brackets"),
        pytest.param({"ohif": []}, "ohif", "a table is wanted", id="list-for-ohif"),
    ],
)
def test_table_of_the_wrong_kind_is_explained(raw: dict[str, Any], key: str, words: str) -> None:
    (found,) = problems(raw_with() | raw)
    assert found.key == key
    assert words in found.wrong


def test_everything_missing_is_listed_at_once_with_examples() -> None:
    found = problems({"version": 1})
    assert [each.key for each in found] == ["viewer.url", "server.url", "sign_in.tenant_id", "sign_in.client_id"]
    assert all("missing" in each.wrong and each.example and each.where == "ohif-setup.toml" for each in found)


@pytest.mark.parametrize(
    ("raw", "guess"),
    [
        pytest.param({"sign_in": {"tennant_id": "x"}}, "sign_in.tenant_id", id="misspelt"),
        pytest.param({"sign_in": {"tenantId": "x"}}, "sign_in.tenant_id", id="camel-case"),
        pytest.param({"tenant_id": "x"}, "sign_in.tenant_id", id="without-table"),
        pytest.param({"server": {"tenant_id": "x"}}, "sign_in.tenant_id", id="other-table"),
        pytest.param({"viewer": {"extra_url": []}}, "viewer.extra_urls", id="singular"),
        pytest.param({"viewer": {"URL": "x"}}, "viewer.url", id="capitals"),
        pytest.param({"signin": {}}, "[sign_in]", id="table"),
        pytest.param({"sign-in": {}}, "[sign_in]", id="table-hyphen"),
    ],
)
def test_unknown_key_names_the_nearest(raw: dict[str, Any], guess: str) -> None:
    merged = raw_with()
    for name, value in raw.items():
        merged[name] = {**merged.get(name, {}), **value} if isinstance(value, dict) else value
    (found,) = problems(merged)
    assert f"Did you mean {guess}?" in found.wrong


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        pytest.param({"serverz": SMALLEST["server"]}, "serverz", id="table"),
        pytest.param({"server": {"uri": "x"}}, "server.uri", id="key"),
    ],
)
def test_misspelt_name_is_the_only_thing_said_of_what_it_hides(raw: dict[str, Any], key: str) -> None:
    smallest = raw_with() | raw
    if "serverz" in raw:
        del smallest["server"]
    assert [each.key for each in problems(smallest)] == [key]


def test_unknown_names_come_before_what_is_missing() -> None:
    found = problems({"version": 1, "serverz": {}, "viewer": {"urk": 1, "ohif_version": 3}})
    assert [each.key for each in found] == [
        "viewer.urk",
        "serverz",
        "viewer.ohif_version",
        "sign_in.tenant_id",
        "sign_in.client_id",
    ]


def test_unknown_key_without_a_near_one_lists_the_known() -> None:
    found = only_problem(server__zzzzzzz=1)
    assert "kind, url, uploads" in found.wrong


def test_every_key_is_its_own_nearest() -> None:
    assert [nearest(key) for key in (*KEYS, *GROUPS)] == [*KEYS, *GROUPS]


def test_every_key_says_what_it_is_and_its_example_is_right() -> None:
    for key in KEYS.values():
        assert key.title
        assert key.description.endswith(".")
        assert key.validated(key.example) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"sign_in__client_secret": SECRET},
        {"sign_in__password": "hunter2-" + SECRET},
        {"client_secret": SECRET},
        {"sign_in__client_id": SECRET},
        {"sign_in__client_id": f"secret: {SECRET}"},
        {"sign_in__tenant_id": f"https://login.example/{SECRET}"},
        {"sign_in__authority": f"https://login.example/{SECRET}"},
        {"sign_in__flow": SECRET},
        {"viewer__url": f"https://ada:{SECRET}@h.example"},
        {"viewer__url": f"https://h.example/?access_token={SECRET}"},
        {"viewer__url": f"https://h.example/#id_token={SECRET}"},
        {"server__kind": f"Bearer {SECRET}"},
        {"ohif": {"x": {"client_secret": SECRET}}},
        {"ohif": {"x": {"headers": {"Authorization": f"Basic {SECRET}"}}}},
        {"ohif": {"x": f"https://ada:{SECRET}@h.example"}},
        {"ohif": {"password": SECRET}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_no_secret_is_shown(changes: dict[str, Any]) -> None:
    with pytest.raises(AnswersError) as caught:
        PartialAnswers(raw_with(**changes), {}).validated()
    assert SECRET not in f"{caught.value.message}{caught.value.hint}{caught.value.problems!r}"


def test_secret_in_the_file_is_refused_with_the_way_out() -> None:
    found = only_problem(sign_in__client_secret="x")
    assert "OHIF_SETUP_CLIENT_SECRET" in found.wrong
    assert found.value == ""


def test_long_values_are_shortened_and_control_characters_escaped() -> None:
    assert len(shown("x" * 10**6)) < 130
    assert shown(f"https://a.example/x;sid={'aB3' * 12}/y") == '"https://a.example/x;sid=(not shown)/y"'
    assert shown(f"key:{'aB3/+d' * 6}") == '"key:(not shown)"'
    path = "http://127.0.0.1:8080/dcm4chee-arc/aets/DCM4CHEE/rs"
    assert shown(path) == f'"{path}"'
    assert shown("\x1b[31mred\u202e") == '"\\u001b[31mred\\u202e"'


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in KEYS if KEYS[key].shape == "text"])
def test_endless_text_is_refused_at_once(key: str) -> None:
    raw = raw_with(**{key.replace(".", "__"): "(" * 500_000 + ")" * 500_000})
    (found,) = (each for each in problems(raw) if each.kind != "missing")
    assert found.key == key
    assert len(str(found)) < 500


def test_thousands_of_faults_are_not_all_listed() -> None:
    found = problems(raw_with(**{f"novel{number}": 1 for number in range(10_000)}))
    assert len(found) < 60
    assert "9950 more" in found[-1].wrong


def test_error_lists_all_problems_in_its_message() -> None:
    with pytest.raises(AnswersError) as caught:
        PartialAnswers({"version": 1, "viewer": {"url": 3}}, {"viewer.url": "a.toml"}).validated(file="a.toml")
    message = caught.value.message
    assert message.startswith("4 answers are wrong or missing:")
    assert "viewer.url  [a.toml]" in message
    assert "3 is a whole number; text in quotes is wanted" in message
    assert caught.value.where == "a.toml"
    assert caught.value.hint.startswith("Correct a.toml, and add what is missing; ")
    for key in ("server.url", "sign_in.tenant_id", "sign_in.client_id"):
        assert f"--set {key}=VALUE" in caught.value.hint
    assert "viewer.url" not in caught.value.hint


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("viewer.url", "for example"),
        ("sign_in.client_id", "for example"),
        ("sign_in.authority", "for example"),
        ("viewer.extra_urls", "for example"),
        ("sign_in.flow", "right"),
        ("server.uploads", "right"),
    ],
)
def test_example_of_somebody_elses_value_is_called_one(key: str, label: str) -> None:
    found = only_problem(**{key.replace(".", "__"): 3})
    assert f"    {label}: {KEYS[key].name} = " in str(found)


def test_authority_is_never_shown_with_the_tenant_of_an_example() -> None:
    assert KEYS["sign_in.tenant_id"].example not in str(only_problem(sign_in__authority=3))


def test_newer_file_has_a_hint_of_its_own() -> None:
    with pytest.raises(AnswersError) as caught:
        PartialAnswers(raw_with(version=2), {"version": "a.toml"}).validated(file="a.toml")
    assert caught.value.hint == "Correct a.toml; or, if a newer ohif-setup wrote it: pipx upgrade ohif-setup"
    assert "right:" not in caught.value.message


def test_groups_that_may_be_left_away_are_known() -> None:
    assert {key.group for key in KEYS.values() if key.group_optional} == {"fhir", "proxy", "server.capabilities"}
    assert KEYS["fhir.url"].required


_TOML = st.recursive(
    st.text(max_size=8) | st.integers() | st.floats() | st.booleans() | st.dates(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(
    [*GROUPS, "servers", "capabilities", "version", "ohif", *(key.name for key in KEYS.values())]
) | st.text(max_size=8)


_TABLES = st.dictionaries(_NAMES, _TOML, max_size=4)


@pytest.mark.slow
@settings(deadline=None)
@given(st.dictionaries(_NAMES, _TOML | _TABLES | st.lists(_TABLES, max_size=3), max_size=6))
def test_any_tables_are_answers_or_an_answers_error(raw: dict[str, Any]) -> None:
    assert not any("\x1b" in str(found) for found in faults(raw))


@pytest.mark.parametrize(
    "url",
    [
        "https://dicom.clinic.example/dicom/v2",
        "https://north-gw.azure-api.net/archive/v2",
        "https://gw.example.org:8443/x/v1",
    ],
)
def test_gateway_in_front_of_a_service_is_the_general_kind(url: str) -> None:
    (found,) = [one for one in problems(raw_with(server__url=url)) if one.key == "server.url"]
    assert 'a gateway in front of the service, kind = "dicomweb"' in found.wrong
    assert "sign_in.scope" in found.wrong
    scope = "openid profile offline_access https://dicom.healthcareapis.azure.com/Dicom.ReadWrite"
    taken = accepted(server__kind="dicomweb", server__url=url, server__route="direct", sign_in__scope=scope)
    assert (taken.server.url, sign_in_of(taken).scope) == (url, scope)
