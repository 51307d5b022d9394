"""Texts that look like a configuration and are none to a browser: JSON, modules, TypeScript, templates, programs of Node.js."""

from __future__ import annotations

import json

import pytest

from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.read.config import read_config
from ohif_setup.config_js.read.source import UnreadableError
from tests.config_js.configs import SMALL
from tests.config_js.engine import needs_node, ran

OBJECT = SMALL.removeprefix("window.config = ").removesuffix(";\n")
PLAIN = {"routerBasename": "/", "dataSources": [{"sourceName": "pacs", "configuration": {"qidoRoot": "/rs"}}]}
JSON = {
    "indented": json.dumps(PLAIN, indent=2),
    "on one line": json.dumps(PLAIN),
    "with a comment": f"// our archive\n/* and\n * more */\n{json.dumps(PLAIN)}",
    "with a byte order mark": f"\ufeff{json.dumps(PLAIN)}",
    "its object alone": OBJECT,
}
MODULES = {
    "export default": f"export default {OBJECT};",
    "export": f"export const config = {OBJECT};",
    "import": f"import {{ root }} from './root.js';\n{SMALL}",
}
TYPES = {
    "of a name": f"const config: AppTypes.Config = {OBJECT};\nwindow.config = config;",
    "asserted": f"window.config = {OBJECT} as AppTypes.Config;",
    "of a parameter": SMALL.replace("() => {}", "(error: any) => {}"),
    "of window": f"(window as any).config = {OBJECT};",
    "an interface": f"interface Window {{ config: any }}\n{SMALL}",
    "satisfied": f"window.config = {OBJECT} satisfies AppTypes.Config;",
}
LEFT = ["${DICOMWEB_URL}", "{{ .Values.root }}", "{{root}}", "%ROOT%", "<ROOT>", "{% root %}", "@DICOMWEB_ROOT@"]


def message(text: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_config(text)
    assert caught.value.id == "config-not-javascript"
    return f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("text", JSON.values(), ids=list(JSON))
def test_json_is_told_with_what_makes_a_script_of_it(text: str) -> None:
    said = message(text)
    assert "Write window.config = before its first brace" in said
    assert "/usr/share/nginx/html/app-config.js" in said
    assert "a comma, a quote" not in said


@pytest.mark.parametrize("text", MODULES.values(), ids=list(MODULES))
def test_module_is_told(text: str) -> None:
    assert "not allowed in a classic script" in message(text)
    assert "Write window.config = in the place of export default" in message(text)


@pytest.mark.parametrize("text", TYPES.values(), ids=list(TYPES))
def test_typescript_is_told(text: str) -> None:
    assert "types of TypeScript" in message(text)


@pytest.mark.parametrize("left", LEFT)
def test_template_without_quotes_is_told(left: str) -> None:
    assert f"{left} was never filled in." in message(SMALL.replace("'/dicom-web'", left, 1))


@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace("modes: [],", "modes: []"),
        SMALL.replace("'pacs',", "'pacs"),
        SMALL.replace("extensions: []", "extensions: [`${location.host}` x]"),
        f"{{ const root = '/x';\n{SMALL.replace('modes: [],', 'modes: []')} }}",
        SMALL.replace("modes: [],", "modes: [], whiteLabeling: { a: 1 b: 2 },"),
    ],
)
def test_slip_in_a_script_is_no_other_language(text: str) -> None:
    said = message(text)
    assert not any(word in said for word in ("JSON", "TypeScript", "filled in", "classic script"))


def test_page_and_bytes_of_another_encoding_are_told() -> None:
    assert "docker cp CONTAINER:/usr/share/nginx/html/app-config.js" in message("<!doctype html><title>OHIF</title>")
    assert "UTF-16 without its byte order mark" in message("w\0i\0n\0d\0o\0w\0")
    assert "import.meta.env is filled in only while" in message(SMALL.replace("'/dicom-web'", "import.meta.env.ROOT"))


STOPPED = {
    "process.env": SMALL.replace("'/dicom-web'", "`${process.env.ARCHIVE}/rs`"),
    "process": SMALL.replace("'/dicom-web'", "process.env.ARCHIVE || '/rs'"),
    "require": f"const roots = require('./roots');\n{SMALL}",
    "module": f"module.exports = {OBJECT};\nwindow.config = module.exports;",
    "Buffer": SMALL.replace("'/dicom-web'", "Buffer.from('L3Jz', 'base64').toString()"),
    "__dirname": SMALL.replace("'/dicom-web'", "__dirname + '/rs'"),
}


@pytest.mark.parametrize("name", STOPPED)
def test_names_of_node_stop_a_browser(name: str) -> None:
    word = name.partition(".")[0]
    assert f"{word} is not defined in a browser (only in Node.js" in (why_not(STOPPED[name]) or "")


@pytest.mark.parametrize("name", ["__ARCHIVE__", "$ARCHIVE_ROOT"])
def test_template_that_is_a_name_stops_a_browser(name: str) -> None:
    assert f"{name} was never filled in, and OHIF shows a blank page." in (
        why_not(SMALL.replace("'/dicom-web'", name, 1)) or ""
    )


@needs_node
@pytest.mark.parametrize(
    "text",
    [
        f"{SMALL}if (typeof module !== 'undefined') {{ module.exports = window.config; }}\n",
        f"const process = {{ env: {{ A: '/rs' }} }};\n{SMALL.replace(chr(39) + '/dicom-web' + chr(39), 'process.env.A')}",
        SMALL.replace("() => {}", "() => { if (window.process) console.log(process.env.A); }"),
    ],
)
def test_names_of_node_that_no_browser_reaches_stop_nothing(text: str) -> None:
    assert why_not(text) is None
    assert ran(text)


def test_second_assignment_counts_and_is_noted() -> None:
    first = "window.config = { extensions: [] };\n"
    read = read_config(first + SMALL)
    assert read.config["defaultDataSourceName"] == "pacs"
    assert [(note.line, note.text) for note in read.notes] == [
        (2, "window.config is assigned more than once: this value counts, and that of line 1 does not.")
    ]
    assert why_not(first + SMALL) is None
    assert why_not(SMALL + first) == f"line {SMALL.count(chr(10)) + 1}: modes is missing, and OHIF shows a blank page."
    assert read_config(f"{SMALL}globalThis.config = {OBJECT};\n").notes
    assert not read_config(f"{SMALL}window.config = {{ ...window.config, modes: [] }};\n").notes
    assert not read_config(f"{SMALL}window.config.modes = [];\n").notes


@pytest.mark.parametrize("kind", ["const", "let"])
def test_constant_named_config_is_no_configuration(kind: str) -> None:
    with pytest.raises(UnreadableError, match=f"{kind} config sets no window.config") as caught:
        read_config(f"{kind} config = {OBJECT};\n")
    assert caught.value.id == "config-not-found"
    assert why_not(f"var config = {OBJECT};\n") is None
