"""Names that stop a configuration in a browser: told where that is sure, and no working file is called broken."""

from __future__ import annotations

import pytest

from ohif_setup.config_js.lint.judge import why_not
from tests.config_js.configs import SMALL
from tests.config_js.engine import needs_node, ran

ROOT = SMALL.replace("qidoRoot: '/dicom-web'", "qidoRoot: ROOT")
RETURNED = SMALL.replace("window.config = {", "return {")
NOWHERE = "neither this file nor the browser declares ROOT, and OHIF shows a blank page."
EARLY = "ROOT is used before it is declared, and OHIF shows a blank page."
CONST = "ROOT is a const and cannot be reassigned, and OHIF shows a blank page."
STOPPED = {
    "a name of nobody": (ROOT, f"line 12: {NOWHERE}"),
    "in a template": (ROOT.replace("ROOT", "`${ROOT}/rs`"), f"line 12: {NOWHERE}"),
    "as an argument": (ROOT.replace("ROOT", "encodeURI(ROOT)"), f"line 12: {NOWHERE}"),
    "of a class": (ROOT.replace("ROOT", "new URL(ROOT, location.href).href"), f"line 12: {NOWHERE}"),
    "its member": (ROOT.replace("ROOT", "ROOT.host + '/rs'"), f"line 12: {NOWHERE}"),
    "its member, if it is there": (ROOT.replace("ROOT", "ROOT?.host?.name"), f"line 12: {NOWHERE}"),
    "spread": (ROOT.replace("modes: []", "modes: [...ROOT]"), f"line 3: {NOWHERE}"),
    "as a key": (ROOT.replace("qidoRoot: ROOT", "[ROOT]: 1"), f"line 12: {NOWHERE}"),
    "as a condition": (ROOT.replace("ROOT", "ROOT ? '/a' : '/b'"), f"line 12: {NOWHERE}"),
    "with a value to fall back on": (ROOT.replace("ROOT", "ROOT || '/a'"), f"line 12: {NOWHERE}"),
    "before it": (f"init(ROOT);\n{SMALL}".replace("init", "console.log"), f"line 1: {NOWHERE}"),
    "in a function around it": (f"(function () {{\n{ROOT} }})();", f"line 13: {NOWHERE}"),
    "of a function beside it": (f"(() => {{ const ROOT = '/a'; }})();\n{ROOT}", f"line 13: {NOWHERE}"),
    "of a block beside it": (f"{{ let ROOT = '/a'; }}\n{ROOT}", f"line 13: {NOWHERE}"),
    "in a function that returns it": (
        f"window.config = () => {{\n{RETURNED} }};".replace("'/dicom-web'", "ROOT"), f"line 13: {NOWHERE}",
    ),
    "in a function that is called": (f"const f = () => ROOT;\n{ROOT.replace('ROOT', 'f()')}", f"line 1: {NOWHERE}"),
    "in a function of a function": (
        f"function f() {{ return g(); }}\nfunction g() {{ return ROOT; }}\n{ROOT.replace('ROOT', 'f()')}", f"line 2: {NOWHERE}",
    ),
    "counted": (f"ROOT += 1;\n{SMALL}", f"line 1: {NOWHERE}"),
    "declared behind": (f"{ROOT}const ROOT = '/a';", f"line 12: {EARLY}"),
    "declared by itself": (f"let ROOT = ROOT || '/a';\n{ROOT}", f"line 1: {EARLY}"),
    "a class behind": (f"{ROOT.replace('ROOT', 'ROOT.name')}class ROOT {{ }}", f"line 12: {EARLY}"),
    "a const with another value": (f"const ROOT = '/a';\nROOT = '/b';\n{ROOT}", f"line 2: {CONST}"),
    "a const that is added to": (f"const ROOT = '/a';\nROOT += '/b';\n{ROOT}", f"line 2: {CONST}"),
}  # fmt: skip
GOES = {
    "declared": f"const ROOT = '/a';\n{ROOT}",
    "declared as var behind": f"{ROOT}var ROOT = '/a';",
    "a function behind": f"{ROOT.replace('ROOT', 'ROOT()')}function ROOT() {{ return '/a'; }}",
    "a function in a block": f"{{ function ROOT() {{ return '/a'; }} }}\n{ROOT.replace('ROOT', 'ROOT()')}",
    "set on window": f"window.ROOT = '/a';\n{ROOT}",
    "set without a declaration": f"ROOT = '/a';\n{ROOT}",
    "of window": ROOT.replace("ROOT", "window.ROOT"),
    "of window, if it is there": ROOT.replace("ROOT", "window.ROOT?.host"),
    "its type": ROOT.replace("ROOT", "typeof ROOT"),
    "guarded by its type": ROOT.replace("ROOT", "typeof ROOT === 'string' ? ROOT : '/a'"),
    "guarded by window": ROOT.replace("ROOT", "window.ROOT ? ROOT : '/a'"),
    "guarded by window, in short": ROOT.replace("ROOT", "(window.ROOT && ROOT) || '/a'"),
    "guarded by a statement": f"let root = '/a';\nif (window.ROOT) {{ root = ROOT; }}\n{ROOT.replace('ROOT', 'root')}",
    "guarded by an end": f"function f() {{ if (!window.ROOT) return '/a'; return ROOT; }}\n{ROOT.replace('ROOT', 'f()')}",
    "this": ROOT.replace("ROOT", "this.location.origin"),
    "guarded by an attempt": f"try {{ ROOT(); }} catch {{ }}\n{SMALL}",
    "left out": ROOT.replace("ROOT", "'/a' || ROOT"),
    "left out with its argument": ROOT.replace("ROOT", "window.f?.(ROOT)"),
    "in a function for later": SMALL.replace("() => {}", "error => ROOT.report(error)"),
    "in a method for later": SMALL.replace("httpErrorHandler: () => {}", "httpErrorHandler(error) { ROOT(error); }"),
    "in a function that nobody calls": f"function f() {{ return ROOT; }}\n{SMALL}",
    "declared behind a function for later": f"{SMALL.replace('() => {}', '() => ROOT')}const ROOT = '/a';",
    "behind it": f"{SMALL}ROOT.start();",
    "a label": f"ROOT: for (;;) {{ break ROOT; }}\n{SMALL}",
    "a key": SMALL.replace("modes: []", "modes: [], ROOT: { ROOT: 1 }"),
    "a member": ROOT.replace("ROOT", "location.ROOT"),
    "a caught error": f"try {{ null.a; }} catch (ROOT) {{ console.log(ROOT); }}\n{SMALL}",
    "names of a loop": f"for (const ROOT of [1]) {{ console.log(ROOT); }}\n{SMALL}",
    "a class with its name": f"const A = class ROOT {{ static a() {{ return ROOT; }} }};\n{ROOT.replace('ROOT', 'A.a().name')}",
    "a function with its name": f"const f = function ROOT() {{ return ROOT.name; }};\n{ROOT.replace('ROOT', 'f()')}",
    "a pattern": f"const {{ origin: ROOT = '/a', ...rest }} = location;\n{ROOT}",
    "a name with a default": f"const f = ({{ a: [ROOT] = ['/a'] }} = {{}}) => ROOT;\n{ROOT.replace('ROOT', 'f()')}",
    "interfaces of browsers": ROOT.replace("ROOT", "new URLSearchParams(location.search).get('a')"),
    "arguments": f"(function () {{ console.log(arguments.length); {SMALL} }})(1);",
    "a const in an inner block": f"const ROOT = '/a';\n{{ let ROOT; ROOT = '/b'; }}\n{ROOT}",
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), STOPPED.values(), ids=STOPPED)
def test_a_name_that_stops_the_file_is_named_with_its_line(text: str, said: str) -> None:
    assert why_not(text) == said


@pytest.mark.parametrize("text", GOES.values(), ids=GOES)
def test_a_file_that_runs_is_in_order(text: str) -> None:
    assert why_not(text) is None


@needs_node
def test_an_engine_stops_at_the_same_files() -> None:
    errors = [one.error for one in ran(*(text for text, _ in STOPPED.values()))]
    assert errors == [*["ReferenceError"] * (len(errors) - 2), "TypeError", "TypeError"]


@needs_node
def test_an_engine_runs_the_others() -> None:
    behind = ("behind it", "in a function for later", "in a method for later")
    errors = {name: one.error for name, one in zip(GOES, ran(*GOES.values()), strict=True) if name not in behind}
    assert set(errors.values()) == {""}
