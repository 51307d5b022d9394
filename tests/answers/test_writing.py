"""The file as text: what is written reads back, and an edit changes only what changed."""

from __future__ import annotations

import difflib
import string
import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ohif_setup.answers.file.writing import render_answers, updated_answers
from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules.secret_values import names_secret
from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.answers.tables.ohif_table import REFUSED
from ohif_setup.errors import SetupError
from tests.answers.sites import AZURE, CLIENT, KEYCLOAK, ORTHANC, TENANT, accepted, changed


def answers_of(**changes: Any) -> Answers:
    raw: dict[str, Any] = {
        "version": 1,
        "viewer": {"url": "https://viewer.example.org"},
        "server": {"url": "https://ws-dicom.dicom.azurehealthcareapis.com"},
        "sign_in": {"tenant_id": TENANT, "client_id": CLIENT},
    }
    for name, value in changes.items():
        group, _, key = name.rpartition("__")
        (raw.setdefault(group, {}) if group else raw)[key] = value
    return Answers.model_validate(raw)


def read(text: str) -> Answers:
    return Answers.model_validate(tomllib.loads(text))


def changed_lines(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def test_new_file_points_editors_to_the_schema_and_is_made_for_people() -> None:
    text = render_answers(answers_of())
    assert text.startswith("#:schema ./ohif-setup.schema.json\n# ")
    assert "\nversion = 1\n" in text
    assert '\nohif_version = "3.13"\n' in text
    assert "\nuploads = false\n" in text
    assert '\nflow = "code"\n' in text
    assert '\ndirectory = "deploy"\n' in text
    assert all(len(line) <= 120 for line in text.splitlines())
    tables = tomllib.loads(text)
    assert list(tables) == ["version", "viewer", "server", "sign_in", "output"]
    assert "authority" not in tables["sign_in"]
    assert "extra_urls" not in tables["viewer"]


def test_pointer_to_the_schema_can_be_elsewhere_or_left_out() -> None:
    assert render_answers(answers_of(), "https://h.example/s.json").startswith("#:schema https://h.example/s.json\n")
    assert "#:schema" not in render_answers(answers_of(), None)
    with pytest.raises(ValueError, match="control"):
        render_answers(answers_of(), "a\nversion = 2")


def test_authority_is_written_only_when_it_is_not_the_default() -> None:
    text = render_answers(answers_of(sign_in__authority="https://127.0.0.1:8443"))
    assert f'\nauthority = "https://127.0.0.1:8443/{TENANT}"\n' in text
    default = answers_of(sign_in__authority=f"https://login.microsoftonline.com/{TENANT}")
    assert '\nauthority = "' not in render_answers(default)


OLD = f"""\
#:schema ./elsewhere.json
# Ward 7, ask Ada before you change this
version = 1

[server] # Azure
url   = 'https://WS-dicom.dicom.azurehealthcareapis.com/'   # as in the portal
uploads=false

[sign_in]
client_id = "{{{CLIENT.upper()}}}" # the app "viewer"
tenant_id = "contoso.org"


[viewer]
url = "https://viewer.example.org/"
extra_urls = [
    "http://localhost:3000",  # Ada
]

[ohif.whiteLabeling]
a = 1 # one
# the end
"""


def test_nothing_changes_when_the_answers_are_the_same() -> None:
    assert updated_answers(OLD, read(OLD)) == OLD


def test_edit_changes_only_what_changed() -> None:
    new = updated_answers(OLD, read(OLD).with_tenant_id(TENANT))
    assert changed_lines(OLD, new) == ['-tenant_id = "contoso.org"', f'+tenant_id = "{TENANT}"']


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        pytest.param({"server": {"uploads": True}}, ["-uploads=false", "+uploads=true"], id="value"),
        pytest.param({"viewer": {"ohif_version": "3.12"}}, ['+ohif_version = "3.12"'], id="new-key"),
        pytest.param({"ohif": {"whiteLabeling": {"a": 2}}}, ["-a = 1 # one", "+a = 2 # one"], id="ohif"),
    ],
)
def test_edit_keeps_comments_and_order(change: dict[str, Any], lines: list[str]) -> None:
    raw = tomllib.loads(OLD)
    for group, values in change.items():
        raw[group] = raw.get(group, {}) | values
    answers = Answers.model_validate(raw)
    new = updated_answers(OLD, answers)
    assert changed_lines(OLD, new) == lines
    assert read(new) == answers


def test_comments_survive_when_keys_come_in_another_order() -> None:
    old = OLD + "b = 2\n[ohif.z]\nx = 1\n[ohif.y] # why\nx = 1\n"
    raw = tomllib.loads(old)
    raw["ohif"] = {"y": {"x": 1}, "new": [1], "whiteLabeling": {"b": 2, "a": 3}, "z": {"x": 1}}
    new = updated_answers(old, Answers.model_validate(raw))
    assert read(new) == Answers.model_validate(raw)
    assert {"-a = 1 # one", "+a = 3 # one"} < set(changed_lines(old, new))
    assert "[ohif.y] # why" in new


def test_new_group_is_added_and_taken_away() -> None:
    raw = tomllib.loads(OLD)
    with_fhir = Answers.model_validate(raw | {"fhir": {"url": "https://x.fhir.azurehealthcareapis.com"}})
    text = updated_answers(OLD, with_fhir)
    assert read(text) == with_fhir
    assert '[fhir]\nurl = "https://x.fhir.azurehealthcareapis.com"' in text
    back = updated_answers(text, read(OLD))
    assert read(back) == read(OLD)
    assert "# the end" in back
    assert "# Ward 7" in back


def test_comment_above_the_next_table_survives_what_goes_before_it() -> None:
    old = OLD.replace("# the end\n", "\n[ohif.hotkeys]\nx = 1\n\n# of the output\n[output]\ndirectory = 'deploy'\n")
    raw = tomllib.loads(old)
    del raw["ohif"]["hotkeys"]
    new = updated_answers(old, Answers.model_validate(raw))
    assert new == old.replace("\n[ohif.hotkeys]\nx = 1\n", "")
    del raw["ohif"]
    new = updated_answers(old, Answers.model_validate(raw))
    assert "\n# of the output\n[output]" in new
    assert "ohif" not in new


def test_table_goes_with_its_empty_key() -> None:
    old = OLD.replace("# the end\n", '# the end\n\n[ohif]\n"" = []\n')
    raw = tomllib.loads(old)
    del raw["ohif"]
    new = updated_answers(old, Answers.model_validate(raw))
    assert "ohif]" not in new
    assert "  # Ada" in new, "a person's comment, and so an edit of the old text"


def test_explicit_authority_goes_when_the_default_is_right_again() -> None:
    old = render_answers(answers_of(sign_in__authority="https://127.0.0.1:8443"))
    assert "\nauthority" not in updated_answers(old, answers_of())


def test_explicit_default_authority_stays() -> None:
    old = render_answers(answers_of()) + "\n"
    old = old.replace('flow = "code"', f'flow = "code"\nauthority = "https://login.microsoftonline.com/{TENANT}/v2.0"')
    assert updated_answers(old, answers_of()) == old


def test_missing_version_stays_missing() -> None:
    old = OLD.replace("version = 1\n", "")
    assert updated_answers(old, read(OLD)) == old


def test_windows_line_ends_and_byte_order_mark_stay() -> None:
    old = "\ufeff" + OLD.replace("\n", "\r\n")
    new = updated_answers(old, read(OLD).with_tenant_id(TENANT))
    assert new.startswith("\ufeff#:schema")
    assert new.count("\n") == new.count("\r\n") == OLD.count("\n")
    assert len(changed_lines(old, new)) == 2


@pytest.mark.parametrize(
    "old",
    [
        pytest.param('version = 1\nviewer = { url = "https://old.example" }\n', id="inline-table"),
        pytest.param('version = 1\nviewer.url = "https://old.example"\nserver.url = "x"\n', id="dotted-keys"),
        pytest.param('viewer = 3\n[[server]]\nurl = "x"\n', id="wrong-types"),
        pytest.param('[sign_in]\nflow = "implicit"\n[viewer]\nurl = 3\n[ohif]\noidc = []\n', id="refused-values"),
        pytest.param("version = 7\n[novel]\nx = 1\n", id="newer"),
        pytest.param("", id="empty"),
        pytest.param("# only words\n", id="comment"),
        pytest.param("[ohif.a]\nx = 1\n[viewer]\nurl = 'https://old.example'\n[ohif.b]\ny = 1\n", id="parts-apart"),
        pytest.param("[ohif]\na.b.c = 1\na.d = 2\n[[ohif.e]]\nx = 1\n[[ohif.e]]\nx = 2\n", id="table-arrays"),
    ],
)
def test_any_old_file_becomes_one_that_reads_back(old: str) -> None:
    answers = answers_of(
        viewer__extra_urls=["http://localhost:1"],
        ohif={"a": {"x": 2, "b": {"c": 1}}, "e": [{"x": 2}]},
        output__directory="x",
    )
    assert read(updated_answers(old, answers)) == answers


def test_broken_old_text_is_an_error_with_its_place() -> None:
    with pytest.raises(SetupError) as caught:
        updated_answers("version = \n", answers_of())
    assert caught.value.id == "answers-not-toml"


_HOSTILE = st.text(max_size=12) | st.sampled_from(
    ['"', "'''", '"""', "\\", "\\u0041", "</script>", "\u2028", "\x7f", "# x", "a.b", "\r\n"]
)
_REFUSED = {*map(str.casefold, REFUSED), "__proto__", "extensions", "modes", "customizationservice"}
_NAMES = (st.text(max_size=6) | st.text(string.ascii_letters, min_size=1, max_size=6)).filter(
    lambda name: name.casefold() not in _REFUSED and not names_secret(name) and name.casefold() != "pin"
)
_JSON = st.recursive(
    _HOSTILE | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(_NAMES, below, max_size=3),
    max_leaves=10,
)
_PATHS = st.sampled_from(["", "/ohif", "/a/b"])


_SERVED = st.sampled_from(
    ["/srv/ohif", "/srv/a b", '/srv/"x"; \\y', "/srv/it's #1 {%h}", "/srv/B\u00fccher/\U0001f600", "/srv/</script>"]
)
_CAPABILITIES = st.dictionaries(st.sampled_from(list(Capabilities.model_fields)), st.booleans(), max_size=3)


@st.composite
def any_own_server(draw: st.DrawFn, route: str, proxy: str, number: int) -> dict[str, Any]:
    server = {
        "kind": "orthanc" if route == "serve-folders" else draw(st.sampled_from(["orthanc", "dicomweb"])),
        "url": f"http://{draw(st.sampled_from(['127.0.0.1:8042', 'o', '[::1]']))}/{draw(st.sampled_from('xy'))}{number}",
        "uploads": draw(st.booleans()),
        "route": route,
        "proxy": proxy,
        "capabilities": draw(_CAPABILITIES),
    }
    if draw(st.booleans()):
        server["name"] = f"{draw(st.sampled_from(['orthanc', 'dicomweb', 'a_b']))}-{number}"
    return server


def logged_in(servers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    own = [one for one in servers if "kind" in one]
    return [one for one in own if one["kind"] == "orthanc"] or own


@st.composite
def any_own_answers(draw: st.DrawFn) -> Answers:
    """Sites before Orthanc and other servers, with Azure beside them or not."""
    route = draw(st.sampled_from(["reverse-proxy", "serve-folders", "cors"]))
    iis = route == "reverse-proxy" and draw(st.booleans())
    proxy = "iis" if iis else draw(st.sampled_from(["nginx", "apache"])) if route == "reverse-proxy" else "nginx"
    count = 1 if route == "serve-folders" else draw(st.integers(1, 3))
    servers = [draw(any_own_server(route, proxy, number)) for number in range(count)]
    azure = draw(st.booleans())
    if azure:
        servers.insert(draw(st.integers(0, count)), {"url": "https://a-b.dicom.azurehealthcareapis.com"})
    sign_in = draw(
        st.sampled_from(
            [
                {"tenant_id": TENANT, "client_id": CLIENT},
                *(
                    []
                    if azure
                    else [None, {"authority": "https://k.example/realms/x", "client_id": "a.b/c", "flow": "implicit"}]
                ),
            ]
        )
    )
    path = "/ohif" if route == "serve-folders" else draw(_PATHS)
    scheme = "https" if sign_in else draw(st.sampled_from(["http", "https"]))
    raw: dict[str, Any] = {"version": 1, "viewer": {"url": f"{scheme}://v.example{path}"}, "proxy": {}}
    raw |= {"server": servers[0]} if len(servers) == 1 and draw(st.booleans()) else {"servers": servers}
    if draw(st.booleans()):
        raw["viewer"]["folder"] = f"C:\\{draw(st.sampled_from(['o', 'a b']))}" if iis else draw(_SERVED)
    own = route != "serve-folders"
    if own and not iis and draw(st.booleans()):
        raw["proxy"] |= {"tls_certificate": "/c;'", "tls_key": '/k"'}
    if own and len({one["url"].rpartition("/")[0] for one in logged_in(servers)}) == 1 and draw(st.booleans()):
        raw["proxy"]["orthanc_credentials_file"] = "C:\\l" if iis else "/etc/l \u00e9"
    if route == "cors" or (own and draw(st.booleans())):
        raw["proxy"]["url"] = "https://d.example:8443"
    if own and not iis:
        # Port 80 is that of a server on this machine.
        raw["proxy"]["listen"] = draw(st.integers(81, 8000))
    if sign_in:
        raw["sign_in"] = sign_in
    return Answers.model_validate(raw)


def _is_directory(text: str) -> bool:
    """Whether it can be an output folder."""
    return bool(text.strip()) and text.isprintable() and not text.strip().startswith("~")


@st.composite
def any_azure_answers(draw: st.DrawFn) -> Answers:
    path = draw(_PATHS)
    uuid = st.uuids(version=4).map(str)
    tenant, client = draw(uuid), draw(uuid)
    server = draw(
        st.sampled_from(
            [
                "https://a-b.dicom.azurehealthcareapis.com",
                "http://127.0.0.1:80",
                "https://x.dicom.azurehealthcareapis.us/v1",
            ]
        )
    )
    raw: dict[str, Any] = {
        "viewer": {
            "url": f"https://{draw(st.sampled_from(['h.example', 'bücher.example', 'h.example:8443']))}{path}",
            "extra_urls": [
                f"http://localhost:{port}{path}" for port in draw(st.lists(st.integers(1, 65535), max_size=2))
            ],
            "ohif_version": draw(st.sampled_from(["3.9", "3.13", "3.14", "3.20"])),
        },
        "server": {"url": server, "uploads": draw(st.booleans())},
        "sign_in": {"tenant_id": draw(st.sampled_from([tenant, "contoso.org"])), "client_id": client},
        "output": {"directory": draw(_HOSTILE.filter(_is_directory))},
        "ohif": draw(st.dictionaries(_NAMES, _JSON, max_size=4)),
    }
    raw["sign_in"]["flow"] = draw(st.sampled_from(["code", "implicit"]))
    if draw(st.booleans()):
        raw["sign_in"]["authority"] = "https://127.0.0.1:8443"
    if draw(st.booleans()):
        raw["fhir"] = {"url": "https://a-b.fhir.azurehealthcareapis.com"}
    if draw(st.booleans()):
        raw["viewer"]["folder"] = draw(_SERVED)
    return Answers.model_validate(raw)


def any_answers() -> st.SearchStrategy[Answers]:
    return any_azure_answers() | any_own_answers()


@settings(deadline=None)
@given(any_answers())
def test_what_is_written_reads_back(answers: Answers) -> None:
    text = render_answers(answers)
    assert read(text) == answers
    assert repr(read(text).ohif).count("True") == repr(answers.ohif).count("True")
    assert updated_answers(text, answers) == text


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_answers(), any_answers())
def test_any_change_reads_back(old: Answers, new: Answers) -> None:
    text = render_answers(old).replace("\ndirectory", "\n# Ada was here\ndirectory")
    text = updated_answers(text, new)
    assert read(text) == new
    assert "# Ada was here" in text
    assert updated_answers(text, new) == text


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_answers(), any_answers(), st.lists(st.integers(0, 10**6), max_size=8), st.booleans())
def test_any_old_text_is_changed_to_any_answers(old: Answers, new: Answers, places: list[int], windows: bool) -> None:
    """Lines of the old file are taken out or become comments; where no TOML is left, that is said."""
    lines = render_answers(old).split("\n")
    for place in places:
        number = place % len(lines)
        lines[number : number + 1] = [] if place % 2 else [f"# {lines[number]}"]
    text = ("\r\n" if windows else "\n").join(lines)
    try:
        tomllib.loads(text)
    except ValueError:
        return
    changed = updated_answers(text, new)
    assert read(changed) == new
    assert updated_answers(changed, new) == changed


def groups_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("[")]


def test_new_file_for_orthanc_holds_what_applies() -> None:
    text = render_answers(accepted(ORTHANC))
    assert groups_in(text) == ["[viewer]", "[server]", "[proxy]", "[output]"]
    assert tomllib.loads(text)["viewer"]["folder"] == "/var/www/ohif-localhost"
    assert tomllib.loads(text)["server"] == {
        "kind": "orthanc",
        "url": "http://127.0.0.1:8042/dicom-web",
        "uploads": False,
        "route": "reverse-proxy",
        "proxy": "nginx",
    }
    assert "\n# listen = 8080\n" in text
    assert "# name" not in text


def test_new_file_for_azure_has_nothing_of_a_web_server() -> None:
    text = render_answers(accepted(AZURE))
    for words in ("route", "proxy", "folder", "name", "capabilities", "tls_key", "[proxy]", "[server.capabilities]"):
        assert f"\n{words}" not in text
        assert f"\n# {words}" not in text
    assert 'folder = "/srv"' in render_answers(accepted(AZURE, viewer__folder="/srv"))


@pytest.mark.parametrize(
    ("changes", "there", "not_there"),
    [
        ({"server__route": "serve-folders", "viewer__url": "http://localhost/o"}, ["folder ="], ["[proxy]", "proxy ="]),
        ({"server__route": "cors", "proxy": {"listen": 81}}, ["\nlisten = 81"], ["folder ="]),
        ({"sign_in": KEYCLOAK}, ["\nauthority = ", "client_id"], ["tenant_id = "]),
        ({"sign_in": {"tenant_id": TENANT, "client_id": CLIENT}}, ["\ntenant_id = ", "# authority"], ["\nauthority"]),
        ({"server__name": "archive"}, ['\nname = "archive"'], []),
        ({"server__name": "dicomweb"}, [], ["\nname"]),
    ],
)
def test_new_file_follows_the_site(changes: dict[str, Any], there: list[str], not_there: list[str]) -> None:
    text = render_answers(accepted(ORTHANC, **changes))
    assert [words for words in there if words not in text] == []
    assert [words for words in not_there if words in text] == []


FOUND = "# What ohif-setup found out about the server. To find out again: ohif-setup check --save"


def test_what_a_look_found_comes_and_goes_with_its_comment() -> None:
    plain, found = accepted(ORTHANC), accepted(ORTHANC, server__capabilities={"fuzzy": False, "wildcard": True})
    text = render_answers(plain)
    new = updated_answers(text, found)
    assert f"\n\n{FOUND}\n[server.capabilities]\nwildcard = true\nfuzzy = false\n\n# The web server" in new
    assert all(line.startswith("+") for line in changed_lines(text, new))
    assert updated_answers(new, plain) == text
    more = accepted(ORTHANC, server__capabilities={"fuzzy": True, "rendered": True})
    assert changed_lines(new, updated_answers(new, more)) == [
        "-wildcard = true",
        "-fuzzy = false",
        "+fuzzy = true",
        "+rendered = true",
    ]


def test_key_comes_and_goes_in_the_place_of_its_example() -> None:
    text = render_answers(accepted(ORTHANC))
    with_port = updated_answers(text, accepted(ORTHANC, proxy={"listen": 3000}))
    assert changed_lines(text, with_port) == ["-# listen = 8080", "+listen = 3000"]
    assert updated_answers(with_port, accepted(ORTHANC)) == text


def test_fhir_takes_the_place_of_its_example() -> None:
    text = render_answers(accepted(AZURE))
    new = updated_answers(text, accepted(AZURE, fhir={"url": "https://a-b.fhir.azurehealthcareapis.com"}))
    assert "# [fhir]" not in new
    assert '\n[fhir]\nurl = "https://a-b.fhir.azurehealthcareapis.com"\n\n# Where' in new


def test_sign_in_goes_and_other_comments_stay() -> None:
    signed = accepted(ORTHANC, sign_in=KEYCLOAK)
    text = render_answers(signed).replace("\n# Where the generated", "\n# Ada's\n\n# Where the generated")
    new = updated_answers(text, accepted(ORTHANC))
    assert groups_in(new) == ["[viewer]", "[server]", "[proxy]", "[output]"]
    assert "# Ada's" in new
    assert "How people sign in" not in new
    assert read(updated_answers(new, signed)) == signed


def test_derived_folder_stays_away_from_an_old_file() -> None:
    old = 'version = 1\n[viewer]\nurl = "http://localhost"\n[server]\nkind = "orthanc"\nurl = "http://127.0.0.1:8042"\n'
    assert updated_answers(old, accepted(ORTHANC)) == old
    other = updated_answers(old, accepted(ORTHANC, viewer__folder="/srv"))
    assert changed_lines(old, other) == ['+folder = "/srv"']


SEVERAL = f"""\
version = 1

[viewer]
url = "https://viewer.example.org"

# the one in the cellar
[[servers]] # first
kind = "orthanc"
url = "http://127.0.0.1:8042" # as Ada says

# and that of Azure
[[servers]]
url = "https://ws-dicom.dicom.azurehealthcareapis.com"

[sign_in]
tenant_id = "{TENANT}"
client_id = "{CLIENT}"
"""


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"uploads": True}, ["+uploads = true"], id="new-key"),
        pytest.param(
            {"url": "http://o:8042"},
            ['-url = "http://127.0.0.1:8042" # as Ada says', '+url = "http://o:8042/dicom-web" # as Ada says'],
            id="value",
        ),
        pytest.param(
            {"capabilities": {"fuzzy": True}},
            ["+", f"+{FOUND}", "+[servers.capabilities]", "+fuzzy = true"],
            id="found",
        ),
        pytest.param({"name": "cellar"}, ['+name = "cellar"'], id="name"),
    ],
)
def test_change_of_one_of_several_leaves_the_rest(changes: dict[str, Any], lines: list[str]) -> None:
    raw = tomllib.loads(SEVERAL)
    raw["servers"][0] |= changes
    answers = Answers.model_validate(raw)
    new = updated_answers(SEVERAL, answers)
    assert sorted(changed_lines(SEVERAL, new)) == sorted(lines)
    assert read(new) == answers


def test_server_is_added_to_one_and_taken_away_again() -> None:
    one = render_answers(accepted(ORTHANC, server__capabilities={"fuzzy": False}))
    site = changed(ORTHANC, server=None)
    first = ORTHANC["server"] | {"capabilities": {"fuzzy": False}}
    two = Answers.model_validate(site | {"servers": [first, {"kind": "orthanc", "url": "http://o/x", "name": "x"}]})
    text = updated_answers(one, two)
    assert read(text) == two
    assert groups_in(text) == [
        "[viewer]",
        "[[servers]]",
        "[servers.capabilities]",
        "[[servers]]",
        "[proxy]",
        "[output]",
    ]
    assert "\n# Which DICOMweb server it is. azure-dicom: " in text
    assert updated_answers(text, read(one)) == one


def test_one_of_several_is_taken_away_with_its_comment() -> None:
    raw = tomllib.loads(SEVERAL)
    del raw["servers"][1], raw["sign_in"]
    new = updated_answers(SEVERAL, Answers.model_validate(raw))
    assert new == SEVERAL.partition("\n# and that")[0]
    assert "Ada" in new
