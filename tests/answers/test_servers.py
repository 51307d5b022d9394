"""Several servers of one site: how each is named in errors, in `--set` and in variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.answers.keys import GROUPS, KEYS, header, key_at, keys_in, nearest
from ohif_setup.answers.problems import AnswersError, Problem
from ohif_setup.answers.sources import collect, load, variable
from tests.answers.sites import AZURE, BOTH, CLIENT, ORTHANC, TENANT, accepted, changed, only_problem, problems

ONE = """\
version = 1
[viewer]
url = "http://localhost"
[server]
kind = "orthanc"
url = "http://127.0.0.1:8042"
"""
TWO = f"""\
version = 1
[viewer]
url = "https://viewer.example.org"
[[servers]]
kind = "orthanc"
url = "http://127.0.0.1:8042"
[servers.capabilities]
fuzzy = false
[[servers]]
url = "https://ws-dicom.dicom.azurehealthcareapis.com"
[sign_in]
tenant_id = "{TENANT}"
client_id = "{CLIENT}"
"""
ORTHANCS = {"kind": "orthanc", "url": "http://127.0.0.1:8042"}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "ohif-setup.toml"
    path.write_text(text)
    return path


def refused(path: Path | None, sets: Sequence[str], environ: Mapping[str, str] | None = None) -> list[Problem]:
    with pytest.raises(AnswersError) as caught:
        load(path, sets, environ or {})
    return list(caught.value.problems)


def test_first_server_is_the_default_and_each_has_its_name() -> None:
    answers = accepted(BOTH)
    assert answers.server is answers.servers[0]
    assert [one.name for one in answers.servers] == ["orthanc", "azure-dicom"]
    assert answers.default_authority == f"https://login.microsoftonline.com/{TENANT}"


@pytest.mark.parametrize(
    ("servers", "names"),
    [
        ([{}, {"url": "http://o/x"}], ["orthanc", "orthanc-2"]),
        ([{"name": "orthanc-2"}, {"url": "http://o/x"}, {"url": "http://o/y"}], ["orthanc-2", "orthanc", "orthanc-3"]),
        ([{"name": "main"}], ["main"]),
        ([{}], ["dicomweb"]),
    ],
)
def test_names_follow_from_the_kinds(servers: list[dict[str, Any]], names: list[str]) -> None:
    raw = {"version": 1, "viewer": ORTHANC["viewer"], "servers": [ORTHANCS | one for one in servers]}
    assert [one.name for one in accepted(raw).servers] == names


def test_cloud_of_the_sign_in_is_that_of_the_azure_service() -> None:
    us = {"url": "https://a-b.dicom.azurehealthcareapis.us"}
    sign_in = accepted(changed(BOTH, servers=[ORTHANCS, us])).sign_in
    assert sign_in is not None
    assert sign_in.authority == f"https://login.microsoftonline.us/{TENANT}"


@pytest.mark.parametrize(
    ("servers", "key", "words"),
    [
        pytest.param([ORTHANCS, ORTHANCS | {"url": "ftp://x"}], "servers.2.url", "begins with ftp:", id="address"),
        pytest.param([ORTHANCS | {"uploads": 1}], "servers.1.uploads", "true or false", id="type"),
        pytest.param([ORTHANCS | {"ulr": "x"}], "servers.1.ulr", "Did you mean servers.1.url?", id="unknown"),
        pytest.param(
            [ORTHANCS | {"capabilities": {"fuzy": True}}],
            "servers.1.capabilities.fuzy",
            "Did you mean servers.1.capabilities.fuzzy?",
            id="unknown-below",
        ),
        pytest.param(
            [ORTHANCS | {"capabilities": {"fuzzy": 1}}], "servers.1.capabilities.fuzzy", "true or false", id="below"
        ),
        pytest.param([ORTHANCS | {"capabilities": 3}], "servers.1.capabilities", "[servers.capabilities]", id="number"),
        pytest.param([ORTHANCS | {"zzzzzzz": 1}], "servers.1.zzzzzzz", "kind, url, uploads", id="unlike-any"),
        pytest.param([3], "servers.1", "[[servers]]", id="no-table"),
        pytest.param({"url": "x"}, "servers", "double brackets", id="single-brackets"),
        pytest.param([ORTHANCS] * 21, "servers", "more than 20", id="endless"),
        pytest.param(
            [ORTHANCS | {"name": "a"}, ORTHANCS | {"name": "a", "url": "http://o/x"}],
            "servers.1.name",
            "two",
            id="name",
        ),
        pytest.param([ORTHANCS | {"name": "a b"}], "servers.1.name", "not a valid name", id="name-with-blank"),
        pytest.param([ORTHANCS, ORTHANCS], "servers.1.url", "same path", id="path"),
        pytest.param(
            [ORTHANCS, ORTHANCS | {"url": "http://o/x", "proxy": "apache"}], "servers.2.proxy", '"nginx"', id="proxy"
        ),
        pytest.param(
            [ORTHANCS, ORTHANCS | {"url": "http://o/x", "route": "cors"}], "servers.2.route", "differs", id="route"
        ),
        pytest.param(
            [ORTHANCS | {"route": "serve-folders"}, ORTHANCS | {"url": "http://o/x", "route": "serve-folders"}],
            "servers.1.route",
            "one Orthanc alone",
            id="serve-folders",
        ),
    ],
)
def test_fault_names_the_server_from_1(servers: object, key: str, words: str) -> None:
    found = problems({"version": 1, "viewer": {"url": "http://localhost/ohif"}, "servers": servers})
    assert found[0].key == key
    assert words in found[0].wrong


@pytest.mark.parametrize(
    ("kind", "name", "url", "right"),
    [
        ("orthanc", "clinic-b", "http://orthanc-b:8042/dicom-web", "http://orthanc-b:8042/clinic-b/dicom-web"),
        ("orthanc", "north", "http://10.0.0.7:8043/dicom-web", "http://10.0.0.7:8043/north/dicom-web"),
        (
            "dicomweb",
            "research",
            "http://arc.example.org:8080/dicom-web",
            "http://arc.example.org:8080/research/dicom-web",
        ),
        ("dicomweb", "", "http://arc.example.org/dicom-web", "http://arc.example.org/server-2/dicom-web"),
    ],
)
def test_servers_with_one_path_are_told_an_address_that_is_right(kind: str, name: str, url: str, right: str) -> None:
    first = {"name": "clinic-a", "kind": "orthanc", "url": "http://orthanc-a:8042/dicom-web"}
    second = {"kind": kind, "url": url} | ({"name": name} if name else {})
    raw = {"version": 1, "viewer": {"url": "https://viewer.example.org"}, "servers": [first, second]}
    found = problems(raw)
    assert [(one.key, one.example) for one in found] == [("servers.1.url", ""), ("servers.2.url", "")]
    assert found[1].wrong.endswith(f"restart it, and give {right}")
    path = right.removeprefix(f"http://{right.split('/')[2]}")
    assert (f'"DicomWeb": {{"Root": "{path}/"}}' in found[1].wrong) == (kind == "orthanc")
    assert "azure" not in str(found[1])
    # What it says to give is accepted.
    assert accepted(raw | {"servers": [first, second | {"url": right}]}).servers[1].url == right


def test_example_says_where_it_belongs() -> None:
    found = only_problem(BOTH, servers=[AZURE["server"], ORTHANCS | {"uploads": 1}])
    assert found.example == "uploads = true   (in [[servers]], number 2)"


def test_one_and_several_are_refused_together() -> None:
    found = only_problem(ORTHANC, servers=[ORTHANCS])
    assert found.key == "servers"
    assert "combined with [server]" in found.wrong


def test_list_of_one_server_is_explained() -> None:
    (found,) = (each for each in problems(changed(ORTHANC, server=[ORTHANCS])) if each.key == "server")
    assert "[[servers]]" in found.wrong


def test_field_names_of_the_model_are_no_keys() -> None:
    raw = {"version": 1, "viewer": ORTHANC["viewer"], "single": ORTHANCS, "several": [ORTHANCS]}
    assert {"single", "several"} < {each.key for each in problems(raw)}


def test_every_key_of_a_server_is_found_by_its_number() -> None:
    for key in KEYS.values():
        assert key_at(key.key) is key
        if key.group.startswith("server"):
            path = key.key.replace("server", "servers.12", 1)
            found = key_at(path)
            assert found is not None
            assert (found.key, found.group) == (path, path.rpartition(".")[0])
            assert found.annotation is key.annotation
            assert nearest(path) == path
    for path in (
        "servers.0.url",
        "servers.01.url",
        "servers.x.url",
        "servers.url",
        "servers.1",
        "servers.1.x",
        "servers",
    ):
        assert key_at(path) is None
    assert key_at(f"servers.{'9' * 5000}.url") is None


def test_groups_have_headers_and_keys() -> None:
    assert {header(group) for group in GROUPS} == {f"[{group}]" for group in GROUPS}
    assert header("servers.2") == "[[servers]]"
    assert header("servers.2.capabilities") == "[servers.capabilities]"
    assert [key.key for key in keys_in("servers.2")][:2] == ["servers.2.kind", "servers.2.url"]
    assert keys_in("servers") == keys_in("x") == []


@pytest.mark.parametrize(
    ("sets", "number", "name", "value"),
    [
        (["servers.2.name=cloud"], 2, "name", "cloud"),
        (["servers.1.url=http://o:1/x"], 1, "url", "http://o:1/x"),
        (["servers.1.uploads=yes"], 1, "uploads", True),
        (["servers.3.kind=dicomweb", "servers.3.url=http://d:1/rs"], 3, "url", "http://d:1/rs"),
    ],
)
def test_set_reaches_each_server_and_the_next(
    tmp_path: Path, sets: list[str], number: int, name: str, value: object
) -> None:
    answers = load(written(tmp_path, TWO), sets, {})
    assert getattr(answers.servers[number - 1], name) == value


def test_what_a_look_found_can_be_set_and_taken_away(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    assert load(path, [], {}).server.capabilities.fuzzy is False
    assert load(path, ["servers.1.capabilities.fuzzy=true"], {}).server.capabilities.fuzzy is True
    assert load(path, ["servers.1.capabilities.fuzzy="], {}).server.capabilities.fuzzy is None
    assert load(written(tmp_path, ONE), ["server.capabilities.wildcard=no"], {}).server.capabilities.wildcard is False


def test_sites_can_be_given_without_a_file() -> None:
    sets = ["viewer.url=http://localhost"]
    for number in (1, 2):
        sets += [f"servers.{number}.kind=orthanc", f"servers.{number}.url=http://o:{number}/x{number}"]
    assert [one.url for one in load(None, sets, {}).servers] == ["http://o:1/x1", "http://o:2/x2"]


def test_variables_reach_each_server_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    assert variable("servers.2.url") == "OHIF_SETUP_SERVERS__2__URL"
    environ = {}
    for number in range(3, 12):
        environ[variable(f"servers.{number}.kind")] = "orthanc"
        environ[variable(f"servers.{number}.url")] = f"http://o/x{number}"
    environ[variable("servers.1.capabilities.fuzzy")] = "true"
    answers = load(written(tmp_path, TWO), [], environ)
    assert [one.url for one in answers.servers[2:]] == [f"http://o/x{number}" for number in range(3, 12)]
    assert answers.server.capabilities.fuzzy is True


def test_misspelt_variable_of_a_server_is_named(tmp_path: Path) -> None:
    (found,) = refused(written(tmp_path, TWO), [], {"OHIF_SETUP_SERVERS__2__ULR": "x"})
    assert "Did you mean OHIF_SETUP_SERVERS__2__URL?" in found.wrong


@pytest.mark.parametrize("number", ["", "1."], ids=["server", "servers.1"])
def test_one_server_has_two_names(tmp_path: Path, number: str) -> None:
    pair = f"server{'s.' if number else '.'}{number}uploads=yes"
    one = TWO.rpartition("[[servers]]")[0] + f'[sign_in]\ntenant_id = "{TENANT}"\nclient_id = "{CLIENT}"\n'
    for text in (ONE, one):
        answers = load(written(tmp_path, text), [pair], {})
        assert [server.uploads for server in answers.servers] == [True]
        assert bool(answers.single) == (text == ONE)


def test_second_server_makes_the_first_one_of_several(tmp_path: Path) -> None:
    sets = ["servers.2.kind=orthanc", "servers.2.url=http://o:1/x", "servers.1.name=a"]
    collected = collect(written(tmp_path, ONE), sets, {})
    assert "server" not in collected.tables
    assert collected.origins["servers.1.kind"].endswith("ohif-setup.toml")
    assert [one.name for one in load(written(tmp_path, ONE), sets, {}).servers] == ["a", "orthanc"]
    (found,) = refused(written(tmp_path, ONE), [*sets, "servers.1.url=ftp://x"])
    assert (found.key, found.where) == ("servers.1.url", "--set")


@pytest.mark.parametrize(
    ("text", "pair", "words"),
    [
        (TWO, "server.url=http://o/x", "write servers.1.url or servers.2.url"),
        (TWO, "server.capabilities.fuzzy=no", "write servers.1.capabilities.fuzzy or servers.2.capabilities.fuzzy"),
        (TWO, "servers.4.url=http://o/x", "has 2 servers, and the next one is servers.3.url"),
        (ONE, "servers.3.url=http://o/x", "has one server, and the next one is servers.2.url"),
        (TWO, "servers.url=http://o/x", "servers.1.url"),
        (TWO, "servers.0.url=http://o/x", "the first one is servers.1"),
        (TWO, "servers=x", "the first one is servers.1"),
        (TWO, "servers.2=x", "servers.2.kind, servers.2.url"),
        (TWO, "servers.2.ulr=x", "Did you mean servers.2.url?"),
        (TWO, "servers.2.uploads=perhaps", "true or false"),
    ],
)
def test_set_that_names_no_server_says_what_to_write(tmp_path: Path, text: str, pair: str, words: str) -> None:
    (found,) = refused(written(tmp_path, text), [pair])
    assert words in found.wrong
    assert found.where == "--set"
    assert (".url=" in found.example) == (pair == "servers.2.ulr=x")


def test_last_key_of_the_sign_in_takes_it_away(tmp_path: Path) -> None:
    path = written(tmp_path, ONE + '[sign_in]\nauthority = "https://k.example"\nclient_id = "ohif"\n')
    assert load(path, [], {}).sign_in is not None
    assert load(path, ["sign_in.authority=", "sign_in.client_id="], {}).sign_in is None


def test_where_the_wrong_value_came_from_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, TWO.replace("fuzzy = false", "fuzzy = 0"))
    (found,) = refused(path, [])
    assert (found.key, found.where) == ("servers.1.capabilities.fuzzy", str(path))
    (found,) = refused(path, ["servers.1.capabilities.fuzzy=no", "servers.2.url=x"])
    assert (found.key, found.where) == ("servers.2.url", "--set")
    assert "servers.2.url=" in found.example
