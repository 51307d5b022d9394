"""What is read out of a configuration: values, code, places, and hostile texts."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ohif_setup.config_js.convert.parted import codes
from ohif_setup.config_js.read.config import Code, read_config
from ohif_setup.config_js.read.source import UnreadableError
from ohif_setup.output.quoting import js
from tests.config_js.configs import CLINIC, SMALL, answers, generated
from tests.extent import examples

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=12,
)


def config(text: str) -> dict[str, Any]:
    return read_config(text).config


def code(text: str, *path: str | int) -> Code:
    found = read_config(text).get(path)
    assert isinstance(found, Code)
    return found


@given(st.dictionaries(TEXTS, JSON, max_size=5))
@settings(deadline=None, max_examples=examples(100, 200))
def test_what_the_template_quotes_is_read_back(values: dict[str, Any]) -> None:
    found = config(f"window.config = {js(values)};\n")
    assert found == values
    assert json.loads(json.dumps(found)) == values


@given(
    st.dictionaries(st.sampled_from(["showPatientInfo", "x y", "é", "toString", "1"]), JSON.filter(bool), min_size=1)
)
@settings(deadline=None, max_examples=50)
def test_a_generated_file_is_read_back(table: dict[str, Any]) -> None:
    try:
        given = answers(ohif=table)
    except ValueError:
        return
    found = config(generated(given))
    assert {key: found[key] for key in given.ohif} == given.ohif
    assert isinstance(found["httpErrorHandler"], Code)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!0", True),
        ("!1", False),
        ("-1.5e3", -1500),
        ("0x1f", 31),
        ("1_000", 1000),
        ("'a' + \"b\" + 1", "ab1"),
        ("`a${'b'}c\r\nd`", "abc\nd"),
        (
            r"'\u{1F600}\x41\ud83d\ude00\
'",
            "😀A😀",
        ),
        ("[1, ...[2, 3],]", [1, 2, 3]),
        ("{ ...{ a: 1 }, 'b-c': 2, ['d' + 1]: 3, 4: 5 }", {"a": 1, "b-c": 2, "d1": 3, "4": 5}),
        ("['openid', 'profile'].join(' ')", "openid profile"),
        ("Object.freeze({ a: 1 })", {"a": 1}),
        ("Object.assign({}, { a: 1 }, { a: 2 })", {"a": 2}),
        ("(() => 'x')()", "x"),
        ("null ?? undefined ?? 'x'", "x"),
        ("'' || 'x'", "x"),
        ("typeof window !== 'undefined' ? 'w' : 'n'", "w"),
        ("({ a: { b: [7] } }).a?.b[0]", 7),
        ("{ a: undefined, b: void 0, c: null }", {"c": None}),
    ],
)
def test_constants_are_values(written: str, meant: Any) -> None:
    found = config(f"window.config = {{ x: {written} }};")["x"]
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(
    "text",
    [
        "window.config = { a: 1 };",
        "window['config'] = { a: 1 }",
        "globalThis.config = { a: 1 }",
        "config = { a: 1 }",
        "var config = { a: 1 };",
        "const c = { a: 1 }; window.config = c;",
        "const c = {}; c.a = 1; window.config = c;",
        "window.config = {}; window.config.a = 1;",
        "window.config = window.config || {}; Object.assign(window.config, { a: 1 });",
        "window.config = (function () { const a = 1; return { a }; })();",
        "window.config = (() => ({ a: 1 }))();",
        "(function () { window.config = { a: 1 }; })();",
        "const make = n => ({ a: n }); window.config = make(1);",
        "if (typeof window !== 'undefined') { window.config = { a: 1 }; }",
        "window.config = { a: 2 }; window.config = { a: 1 };",
        "\ufeff// OHIF\r\nwindow.config = {\r\n  a: 1,\r\n};\r\n",
        "window.config = { a: 1 } // \u2028",
    ],
)
def test_every_form_of_an_object_is_found(text: str) -> None:
    read = read_config(text)
    assert (read.form, read.config) == ("object", {"a": 1})


@pytest.mark.parametrize(
    "text",
    [
        "window.config = function (props) { var s = props.servicesManager; return { a: 1 }; };",
        "window.config = async ({ servicesManager, peerImport }) => { const a = 1; return { a }; };",
        "window.config = () => ({ a: 1 })",
        "function make() { return { a: 1 }; } window.config = make;",
    ],
)
def test_a_function_that_returns_it_is_followed(text: str) -> None:
    read = read_config(text)
    assert (read.form, read.config) == ("function", {"a": 1})


def test_code_is_kept_as_text() -> None:
    assert code(CLINIC, "httpErrorHandler").source == "httpErrorHandler(error) {\n      warn(error);\n    }"
    assert code(CLINIC, "httpErrorHandler").whole
    logo = code(CLINIC, "whiteLabeling", "createLogoComponentFn")
    assert (logo.source, logo.kind, logo.line) == ("React => brand(React)", "function", 16)
    assert [one.path for one in codes(read_config(CLINIC).config)] == [
        "whiteLabeling.createLogoComponentFn",
        "multimonitor[0].test",
        "httpErrorHandler",
        "dataSources[0].configuration.wadoRoot",
        "dataSources[0].configuration.bulkDataURI.transform",
    ]


@pytest.mark.parametrize(
    "written", ["1n", "/a/g", "1e999", "'\\ud800'", "fetch('x')", "[,1][0]", "x.y", "0 / 0", "document.title"]
)
def test_what_json_cannot_hold_is_code(written: str) -> None:
    assert code(f"window.config = {{ x: {written} }}", "x").source == written


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        ("window.location.origin + '/dicom-web'", "{origin}/dicom-web"),
        ("`${location.origin}/x`", "{origin}/x"),
        ("window.location.protocol + '//' + window.location.host + '/x'", "{origin}/x"),
        ("'https://' + location.hostname + ':8042'", "https://{hostname}:8042"),
    ],
)
def test_the_address_of_the_page_is_told_apart(written: str, meaning: str) -> None:
    assert code(f"window.config = {{ x: {written} }}", "x").meaning == meaning


def test_the_address_of_the_page_is_found_through_names() -> None:
    text = (
        "const { protocol, host } = window.location; const o = protocol + '//' + host;\nwindow.config = { x: o + '/y' }"
    )
    assert code(text, "x").meaning == "{origin}/y"


def test_places_are_those_of_the_text() -> None:
    read = read_config("\n" + SMALL.replace("\n", "\r\n"))
    place = read.places["dataSources", 0, "configuration", "wadoRoot"]
    assert read.text[place.start : place.end] == "wadoRoot: '/dicom-web'"
    assert read.text[place.value_start : place.value_end] == "'/dicom-web'"
    assert (place.line, place.column) == (14, 9)
    assert read.text[read.places[()].value_start] == "{"


def test_a_key_that_stands_twice_is_reported_and_the_last_counts() -> None:
    read = read_config("window.config = {\n  a: 1,\n  a: 2,\n};")
    assert read.config == {"a": 2}
    assert [(note.line, note.text) for note in read.notes] == [
        (3, "a occurs twice in one object, first in line 2; the last one counts.")
    ]


@pytest.mark.parametrize(
    "member", ["__proto__: { x: 1 }", "'__proto__': null", "[name()]: 1", "...more", "get a() { return 1; }"]
)
def test_members_that_are_no_plain_keys_add_no_value(member: str) -> None:
    read = read_config(f"window.config = {{ {member}, b: 2 }};")
    assert read.config["b"] == 2
    assert read.notes or isinstance(read.config["a"], Code)
    assert "__proto__" not in read.config


def test_code_that_changes_the_configuration_makes_it_unknown() -> None:
    read = read_config("window.config = { a: 1, b: 2 };\nif (location.port === '80') {\n  window.config.a = 3;\n}")
    assert read.config["b"] == 2
    assert not read.config["a"].followed
    assert [note.line for note in read.notes] == [2]


@pytest.mark.parametrize("change", ["a = 2;", "var a = 2;", "({ a } = { a: 2 });", "[window.a] = [2];", "a++;"])
def test_name_that_code_changes_is_unknown(change: str) -> None:
    found = code(f"var a = 1;\nif (location.port === '80') {{ {change} }}\nwindow.config = {{ x: a }};", "x")
    assert not found.followed


def test_variable_of_a_function_changes_no_other_one() -> None:
    text = "var a = 1;\nif (location.port) { (() => { var a = 2; })(); }\nwindow.config = { x: a };"
    assert config(text)["x"] == 1


@pytest.mark.parametrize(
    "text", ["if (x) { window.config = {}; }", "window.config = make();", "for (;;) { window.config = {}; }"]
)
def test_a_configuration_made_by_code_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_config(text)
    assert (caught.value.id, caught.value.line) == ("config-not-plain", 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "sentence"),
    [
        ("window.config = {\n  extensions: []\n  modes: [],\n}", 3, 3, '"modes" is unexpected here'),
        ("window.config = {\n  a: 'x\n}", 2, 6, "A string does not end"),
        ("window.config = {\n  a: [1,\n", 3, 1, "ends unexpectedly"),
        ("const a = 1;\nconst a = 2;\nwindow.config = {};", 2, 7, "a is declared twice"),
        ("window.config = {\n<<<<<<< disk\n  a: 1,\n=======\n>>>>>>> new\n};", 2, 1, "merge conflict"),
        ("<!doctype html><html></html>", 1, 1, "HTML page"),
        ("import a from 'b';", 1, 1, "import or export"),
        ("window.config = {}\0", 1, 19, "NUL"),
        ("window.config = { a: 1,, b: 2 }", 1, 24, '"," is unexpected here'),
        ("window.config = { a: '\u2028' }", 1, 22, "U+2028"),
        ("  \n", 0, 0, "empty"),
    ],
)
def test_a_syntax_error_has_its_place_and_a_sentence(text: str, line: int, column: int, sentence: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_config(text)
    assert caught.value.id == "config-not-javascript"
    assert (caught.value.line, caught.value.column) == (line, column)
    assert sentence in caught.value.message


def test_a_syntax_error_repeats_no_value() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_config("window.config = { password: 'a' sesame99 }")
    assert "sesame99" not in caught.value.message


TENS = ", ".join(["a"] * 10)
HOSTILE = {
    "brackets": "window.config = " + "[" * 100_000,
    "closed brackets": "window.config = {a:" + "[" * 50_000 + "]" * 50_000 + "}",
    "objects": "window.config = " + "{a:" * 20_000,
    "parentheses": "x = " + "(" * 50_000 + "1" + ")" * 50_000,
    "templates": "x = " + "`${" * 30_000,
    "sum": "window.config = {a:" + "1+" * 40_000 + "1}",
    "arrows": "x = " + "a=>" * 50_000,
    "billion laughs": "".join(f"const {chr(98 + n)} = [{', '.join([chr(97 + n)] * 10)}];" for n in range(10)).join(
        ["const a = [1];", "window.config = { x: k };"]
    ),
    "doubled text": "let s = 'aaaaaaaaaa';" + "s = s + s + s + s;" * 40 + "window.config = { s };",
    "calls itself": "const f = () => [f(), f(), f()]; window.config = { a: f() };",
    "holds itself": "const a = {}; a.b = a; window.config = a;",
    "long": "window.config = { a: '" + "x" * 2_000_000 + "' };",
    "many": "window.config = { a: [" + "1," * 400_000 + "] };",
    "quite many": "window.config = { a: [" + "1," * 90_000 + "] };",
    "pattern": "window.config = { a: /" + "(a+)+" * 5000 + "$/ };",
    "comments": "/*" * 100_000,
    "quotes": "window.config = {" + "'\"`" * 50_000,
    "escapes": "x = '" + "\\" * 100_000,
    "binary": "".join(map(chr, range(1, 512))) * 50,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_neither_crashes_nor_hangs(text: str) -> None:
    started = time.monotonic()
    with suppress(UnreadableError):
        read_config(text)
    assert time.monotonic() - started < 30


@given(st.data())
@settings(deadline=None, max_examples=examples(75, 150))
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([SMALL, CLINIC]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 30)) :]
    with suppress(UnreadableError):
        read_config(text)
