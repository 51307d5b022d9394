"""Precedence, and answers that come as text."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.problems import AnswersError, Problem
from ohif_setup.answers.sources import NOT_ANSWERS, collect, load, variable

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-9999-aaaaaaaaaaaa"
FILE = f"""\
version = 1
[viewer]
url = "https://viewer.example.org"
[server]
url = "https://ws-dicom.dicom.azurehealthcareapis.com"
[sign_in]
tenant_id = "{TENANT}"
client_id = "{CLIENT}"
"""
SETS = (
    "viewer.url=https://viewer.example.org",
    "server.url=https://ws-dicom.dicom.azurehealthcareapis.com",
    f"sign_in.tenant_id={TENANT}",
    f"sign_in.client_id={CLIENT}",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ohif-setup.toml"
    path.write_text(FILE)
    return path


def problems(
    path: Path | None, sets: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> tuple[Problem, ...]:
    with pytest.raises(AnswersError) as caught:
        load(path, sets, environ or {})
    return caught.value.problems


def test_set_wins_over_environment_over_file_over_default(file: Path) -> None:
    name = variable("viewer.url")
    assert load(file, (), {}).viewer.url == "https://viewer.example.org"
    assert load(file, (), {name: "https://env.example"}).viewer.url == "https://env.example"
    assert (
        load(file, ["viewer.url=https://set.example"], {name: "https://env.example"}).viewer.url
        == "https://set.example"
    )
    assert load(file, (), {}).output.directory == "deploy"


def test_last_of_two_sets_wins(file: Path) -> None:
    assert load(file, ["output.directory=a", "output.directory=b"], {}).output.directory == "b"


def test_everything_may_come_without_a_file() -> None:
    answers = load(None, SETS, {})
    assert answers.version == 1
    environ = {variable(pair.partition("=")[0]): pair.partition("=")[2] for pair in SETS}
    assert load(None, (), environ) == answers


def test_origins_name_what_set_each_value(file: Path) -> None:
    collected = collect(file, ["output.directory=x"], {"OHIF_SETUP_SERVER__UPLOADS": "yes"})
    assert collected.origins["viewer.url"] == str(file)
    assert collected.origins["server.uploads"] == "environment OHIF_SETUP_SERVER__UPLOADS"
    assert collected.origins["output.directory"] == "--set"
    assert collected.problems == ()


@pytest.mark.parametrize(
    ("sets", "environ", "where"),
    [
        ((), {}, "file"),
        ((), {"OHIF_SETUP_SIGN_IN__TENANT_ID": "common"}, "environment OHIF_SETUP_SIGN_IN__TENANT_ID"),
        (("sign_in.tenant_id=common",), {"OHIF_SETUP_SIGN_IN__TENANT_ID": "consumers"}, "--set"),
    ],
    ids=["file", "environment", "set"],
)
def test_problem_says_what_set_the_value(file: Path, sets: Sequence[str], environ: dict[str, str], where: str) -> None:
    file.write_text(FILE.replace(TENANT, "organizations"))
    (found,) = problems(file, sets, environ)
    assert found.key == "sign_in.tenant_id"
    assert found.where == (str(file) if where == "file" else where)


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("server.uploads=true", True),
        ("server.uploads=YES", True),
        ("server.uploads=1", True),
        ("server.uploads=no", False),
        ("server.uploads=0", False),
        ("viewer.extra_urls=http://localhost:3000", ("http://localhost:3000",)),
        (
            "viewer.extra_urls= http://localhost:3000 , https://b.example,",
            ("http://localhost:3000", "https://b.example"),
        ),
        ('viewer.extra_urls=["http://localhost:3000"]', ("http://localhost:3000",)),
        ("viewer.extra_urls=[]", ()),
        ("viewer.ohif_version=3.10", "3.10"),
        (" output.directory =a=b c", "a=b c"),
        ("fhir.url=x.fhir.azurehealthcareapis.com", "https://x.fhir.azurehealthcareapis.com"),
        ("version=1", 1),
    ],
)
def test_text_is_read_by_the_type_of_its_key(file: Path, pair: str, value: object) -> None:
    answers: Any = load(file, [pair], {})
    for part in pair.partition("=")[0].strip().split("."):
        answers = getattr(answers, part)
    assert answers == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("3", 3),
        ("1.5", 1.5),
        ("visible", "visible"),
        ("'3'", "3"),
        ("[1, 'a']", [1, "a"]),
        ("{a = {b = 1}}", {"a": {"b": 1}}),
        ("2026-01-01", "2026-01-01"),
        ("1\nversion = 2", "1\nversion = 2"),
        ("[" * 100_000, "[" * 100_000),
        ("a=b", "a=b"),
    ],
    ids=range(11),
)
def test_further_configuration_is_toml_or_else_text(file: Path, text: str, value: object) -> None:
    assert load(file, [f"ohif.a.b={text}"], {}).ohif == {"a": {"b": value}}
    assert load(file, (), {"OHIF_SETUP_OHIF__a__b": text}).ohif == {"a": {"b": value}}


def test_further_configuration_is_laid_over_that_of_the_file(file: Path) -> None:
    file.write_text(FILE + "[ohif.a]\nx = 1\ny = 2\n[ohif.b]\nz = 3\n")
    assert load(file, ["ohif.a.y=5", "ohif.b=6"], {}).ohif == {"a": {"x": 1, "y": 5}, "b": 6}


@pytest.mark.parametrize("key", ["fhir.url", "sign_in.authority", "viewer.extra_urls", "ohif.a", "output.directory"])
def test_empty_set_takes_the_answer_away(file: Path, key: str) -> None:
    file.write_text(
        FILE.replace("[server]", 'extra_urls = ["http://localhost:1"]\n[server]')
        + f'authority = "https://127.0.0.1/{TENANT}"\n[fhir]\nurl = "https://x.fhir.azurehealthcareapis.com"\n'
        + '[output]\ndirectory = "x"\n[ohif]\na = 1\n'
    )
    default = load(None, SETS, {})
    changed = load(file, [f"{key}="], {})
    group, _, name = key.partition(".")
    parts = [getattr(answers, group) for answers in (default, changed)]
    if group not in {"fhir", "ohif"}:
        parts = [getattr(part, name) for part in parts]
    assert parts[0] == parts[1]


def test_empty_variable_counts_as_not_set(file: Path) -> None:
    assert load(file, (), {variable("viewer.url"): ""}) == load(file, (), {})


@pytest.mark.parametrize(
    "name", [*NOT_ANSWERS, "OHIF_SETUP_VERSION", "OHIF_SETUP_LOG", "PATH", "ohif_setup_sign_in__flow"]
)
def test_other_variables_are_not_answers(file: Path, name: str) -> None:
    assert load(file, (), {name: "whatever"}) == load(file, (), {})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("OHIF_SETUP_SIGN_IN__TENNANT_ID", "Did you mean OHIF_SETUP_SIGN_IN__TENANT_ID?"),
        ("OHIF_SETUP_SIGNIN__TENANT_ID", "Did you mean OHIF_SETUP_SIGN_IN__TENANT_ID?"),
        ("OHIF_SETUP_SIGN_IN_TENANT_ID", "OHIF_SETUP_SIGN_IN__TENANT_ID"),
        ("OHIF_SETUP_ZZZ__YYY", "look like"),
        ("OHIF_SETUP_SIGN_IN__CLIENT_SECRET", "OHIF_SETUP_CLIENT_SECRET"),
        ("OHIF_SETUP_OHIF__SHOWPATIENTINFO", "--set ohif.showPatientInfo"),
        ("OHIF_SETUP_OHIF__a____b", "--set"),
        ("OHIF_SETUP_OHIF__", "look like"),
    ],
)
def test_unknown_variable_is_an_error_with_the_nearest(file: Path, name: str, words: str) -> None:
    (found,) = problems(file, (), {name: "hunter2"})
    assert found.key == name
    assert words in found.wrong
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("pair", "key", "words"),
    [
        ("sign_in.client_id", "KEY=VALUE", "no equals sign"),
        ("", "KEY=VALUE", "no equals sign"),
        ("=x", "KEY=VALUE", "no key"),
        (" =x", "KEY=VALUE", "no key"),
        ("sign_in=x", "sign_in", "sign_in.tenant_id"),
        ("ohif=x", "ohif", "group"),
        ("ohif.=x", "ohif.", "group"),
        ("sign_in.tennant_id=x", "sign_in.tennant_id", "sign_in.tenant_id"),
        ("tenant_id=x", "tenant_id", "sign_in.tenant_id"),
        ("server.uploads=perhaps", "server.uploads", "true or false"),
        ("viewer.extra_urls=[1", "viewer.extra_urls", "list"),
        ("viewer.extra_urls=[1]", "viewer.extra_urls[0]", "whole number"),
        ("version=x", "version", "version = 1"),
        ("ohif.oidc=[]", "ohif", "sign_in"),
        ("a.b.c=1", "a.b.c", "not a key"),
    ],
)
def test_bad_set_is_an_error_that_shows_the_right_form(file: Path, pair: str, key: str, words: str) -> None:
    (found,) = problems(file, [pair])
    assert found.key == key
    assert words in f"{found.wrong} {found.example}"
    assert found.where == "--set"


def test_all_problems_of_all_sources_come_at_once(file: Path) -> None:
    file.write_text(FILE.replace("version = 1", "").replace("https://viewer", "http://viewer"))
    found = problems(file, ["x", "sign_in.flow=device"], {"OHIF_SETUP_SERVER__URI": "x"})
    assert {each.key for each in found} == {"viewer.url", "KEY=VALUE", "sign_in.flow", "OHIF_SETUP_SERVER__URI"}


def test_file_without_a_version_is_of_version_1(file: Path) -> None:
    newest = load(file, [], {})
    file.write_text(FILE.replace("version = 1", ""))
    assert load(file, [], {}) == newest


def test_fault_of_the_file_is_not_hidden_by_a_set_below_it(file: Path) -> None:
    file.write_text('version = 1\nviewer = "x"\n' + FILE.partition("\n")[2].replace("[viewer]", "[fhir]"))
    found = problems(file, ["viewer.url=https://h.example"])
    assert "viewer" in {each.key for each in found}


def test_missing_answers_are_listed_without_a_file() -> None:
    found = problems(None)
    assert [each.key for each in found] == ["viewer.url", "server.url", "sign_in.tenant_id", "sign_in.client_id"]


def refusal(path: Path | None, sets: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> AnswersError:
    with pytest.raises(AnswersError) as caught:
        load(path, sets, environ or {})
    return caught.value


VARIABLE = "OHIF_SETUP_SIGN_IN__FLOW"


@pytest.mark.parametrize(
    ("change", "sets", "environ", "where", "hint"),
    [
        pytest.param(("", ""), ["server.upload=true"], {}, "--set", "Correct the --set", id="set"),
        pytest.param(("", ""), ["nonsense"], {}, "--set", "Correct the --set", id="set-without-key"),
        pytest.param(
            ("", ""), [], {VARIABLE: "x"}, f"environment {VARIABLE}", f"Correct the variable {VARIABLE}", id="variable"
        ),
        pytest.param(
            ("", ""),
            [],
            {"OHIF_SETUP_SERVER__URI": "x"},
            "environment",
            "Correct the variable OHIF_SETUP_SERVER__URI",
            id="variable-unknown",
        ),
        pytest.param(("[server]", "[server]\nuploads = 3"), [], {}, "FILE", "Correct FILE", id="file"),
        pytest.param(("[server]", "[ohif]\noidc = []\n[server]"), [], {}, "FILE", "Correct FILE", id="file-ohif"),
        pytest.param(
            ("[server]", "[ohif]\na = 1\n[server]"), ["ohif.oidc=[]"], {}, "--set", "Correct the --set", id="set-ohif"
        ),
        pytest.param(
            ("[server]", "[server]\nuploads = 3"),
            ["viewer.url=x"],
            {},
            "FILE",
            "Correct the --set and FILE",
            id="set-and-file",
        ),
        pytest.param(
            (f'client_id = "{CLIENT}"', ""),
            [],
            {},
            "FILE",
            "Add what is missing to FILE; or give that for one run: --set sign_in.client_id=VALUE",
            id="missing",
        ),
        pytest.param(
            (f'client_id = "{CLIENT}"', ""),
            ["sign_in.flow=x"],
            {},
            "FILE",
            "Correct the --set, and add what is missing to FILE; or give that for one run: "
            "--set sign_in.client_id=VALUE",
            id="set-and-missing",
        ),
    ],
)
def test_what_to_do_follows_from_what_set_the_values(
    *, file: Path, change: tuple[str, str], sets: list[str], environ: dict[str, str], where: str, hint: str
) -> None:
    file.write_text(FILE.replace(*change) if change[0] else FILE)
    error = refusal(file, sets, environ)
    assert error.hint.replace(str(file), "FILE") == hint
    assert error.where.replace(str(file), "FILE") == where


@pytest.mark.parametrize(
    ("sets", "environ", "right"),
    [
        (["server.uploads=perhaps"], {}, "right: --set server.uploads=true"),
        (["server.upload=true"], {}, "right: --set server.uploads=true"),
        (["sign_in.client_id=x"], {}, "for example: --set sign_in.client_id=6666"),
        ([], {VARIABLE: "x"}, f"right: {VARIABLE}=code"),
    ],
    ids=["set", "set-unknown", "set-id", "variable"],
)
def test_example_has_the_form_in_which_the_value_was_given(
    file: Path, sets: list[str], environ: dict[str, str], right: str
) -> None:
    assert right in str(refusal(file, sets, environ))


def without_file(*sets: str, file: str = "ohif-setup.toml") -> AnswersError:
    with pytest.raises(AnswersError) as caught:
        collect(None, sets, {}).validated(file=file, exists=False)
    return caught.value


def test_without_a_file_the_error_tells_how_to_begin() -> None:
    error = without_file()
    assert error.message.startswith(
        "There is no ohif-setup.toml here yet, and no terminal to ask at. Missing:\n  server.url\n"
    )
    assert "sign_in.tenant_id\n      is read from the service itself once server.url is right" in error.message
    assert "(in [" not in error.message
    assert error.hint == "ohif-setup init --set server.url=URL --set sign_in.client_id=ID --set viewer.url=URL"
    assert error.where == "the answers"


def test_without_a_file_another_name_for_it_is_kept() -> None:
    error = without_file(file="my sites/north.toml")
    assert error.message.startswith("There is no my sites/north.toml yet, ")
    assert error.hint.startswith("ohif-setup init --answers 'my sites/north.toml' --set server.url=URL ")


def test_without_a_file_what_was_given_is_added_to() -> None:
    error = without_file(SETS[0], SETS[1])
    assert error.hint == "Add to the command: --set sign_in.client_id=ID --set sign_in.tenant_id=ID"
    assert "did not name it" in error.message


@pytest.mark.parametrize("pair", ["server.url=x", "server.urll=x"])
def test_without_a_file_wrong_ones_stand_apart_from_missing_ones(pair: str) -> None:
    error = without_file(pair)
    missing, _, wrong = error.message.partition("\nWrong:\n")
    assert "  viewer.url\n" in missing
    assert "server.url" in wrong
    assert "once server.url is right" in missing
    assert error.hint == "Correct the --set, and add to the command: --set sign_in.client_id=ID --set viewer.url=URL"


def test_without_a_file_wrong_ones_alone_are_an_ordinary_error() -> None:
    error = without_file(*SETS, "sign_in.flow=x")
    assert error.message.startswith("One answer is wrong:")
    assert error.hint == "Correct the --set"


SERVERS = [key.replace("server", f"servers.{number}") for key in KEYS if key[:6] == "server" for number in (0, 1, 2, 3)]


@settings(deadline=None)
@given(
    st.lists(
        st.text(max_size=30)
        | st.tuples(st.sampled_from([*KEYS, "ohif.x", *SERVERS]), st.text(max_size=20)).map("=".join),
        max_size=4,
    )
)
def test_any_set_gives_answers_or_an_answers_error(sets: list[str]) -> None:
    with contextlib.suppress(AnswersError):
        assert load(None, [*SETS, *sets], {}).version == 1
