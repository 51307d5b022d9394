"""Code of an imported configuration and the names that it uses: it works as before in the new file, or is refused."""

from __future__ import annotations

import re

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.config_js.convert.graft import graft
from ohif_setup.config_js.convert.to_answers import to_answers
from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.read.config import read_config
from ohif_setup.errors import SetupError
from tests.config_js.configs import SMALL, VIEWER, generated
from tests.config_js.engine import needs_node, ran

OBJECT = SMALL.removeprefix("window.config = ").removesuffix(";\n")


def whole(short: str) -> str:
    """`short` with a configuration for each `@code@`, in which that is the name that people read, and with one that is assigned
    for each `«code»`."""
    assigned = re.sub("«(.*?)»", r"window.config = @\1@;", short)
    return re.sub("@(.*?)@", lambda match: _with_name(match[1]), assigned)


def _with_name(code: str) -> str:
    member = code if code.startswith("...") else f"friendlyName: {code}"
    return OBJECT.replace("configuration: {", f"configuration: {{ {member},")


def imported(text: str) -> str:
    read = read_config(text)
    draft = to_answers(read, viewer_url=VIEWER, server_url="http://127.0.0.1:8042/dicom-web")
    return graft(generated(Answers.model_validate(draft.tables)), read, draft)


BROUGHT = {
    "a constant of an enclosing function": "(function () { const n = 'a'; «n» })();",
    "a constant argument": "(n => { «n» })('a');",
    "a constant of a block": "{ const n = 'a'; «n» }",
    "a constant on window": "window.NAME = 'a'; «window.NAME»",
    "nothing from around it": "(() => { «() => location.search» })();",
    "a key of that name": "(() => { const q = 1; «{ q: location.search }» })();",
    "a member of that name": "(() => { const search = 1; «location.search» })();",
    "a text with that name": "(() => { const q = 1; «() => 'q' + location.search» })();",
    "a comment with that name": "(() => { const q = 1; «location.search /* q */» })();",
    "a name of its own": "(() => { const q = 1; «() => { const q = location.search; return q; }» })();",
    "an argument of its own": "(() => { const q = 1; «(q = location.search) => q» })();",
    "a label of its own": "(() => { const q = 1; «() => { q: for (;;) { break q; } return 'a'; }» })();",
    "this of its own": "(function () { «{ f() { return typeof this; } }» })();",
    "this of the window": "«() => this.location.search»",
    "names of browsers": "«new URL(document.title, location.href).href + JSON.stringify(localStorage.getItem('x'))»",
    "a declaration": "const q = location.search; «q»",
    "a declaration above the function around": "const q = location.search; (() => { «q» })();",
    "declarations in turn": "const q = location.search; function f() { return q + g; } let g = f.length; «() => f()»",
    "a pattern": "const { search: q = 'z', ...rest } = location; «q + rest.host»",
    "a class": "class A { constructor() { this.q = location.search; } } «new A().q»",
    "a change by the code itself": "let q; function f() { q = q || location.search; return q; } «() => f()»",
    "a helper's result": "const shown = host => host + '!'; «shown(location.hostname)»",
    "a name that may be missing": "«typeof SITE === 'undefined' ? location.search : SITE»",
    "the function's argument": "window.config = ({ servicesManager }) => (@servicesManager.services@);",
    "a name of the function": "window.config = function (all) { const n = all.servicesManager; return @n@; };",
    "a name of a declared function": "function make(all) { const n = all.servicesManager; return @n@; } window.config = make;",
    "arguments of the function": "window.config = function () { return @arguments[0].servicesManager@; };",
    "this of the function": "window.config = function () { return @this.location.search@; };",
    "waiting in the function": "window.config = async () => { return @await Promise.resolve(location.search)@; };",
    "a helper of the function": "window.config = () => { const f = q => ({ q, g: () => q }); return @f(location.search)@; };",
    "the object before it is returned": "window.config = () => { const c = @() => c.modes@; c.modes = []; return c; };",
    "a name of browsers that other code sets": "function leave() { window.location = '/bye'; } «location.search»",
    "another of that name in a function around": (
        "const q = location.search; const f = () => ({ friendlyName: () => q }); (() => { const q = 1; «...f()» })();"
    ),
    "a spread object": "const o = { friendlyName: location.search }; (() => { «...o» })();",
}  # fmt: skip


@needs_node
def test_code_that_finds_its_names_works_in_the_new_file_as_before() -> None:
    texts = [whole(short) for short in BROUGHT.values()]
    done = ran(*texts, *map(imported, texts))
    assert {one.error for one in done} == {""}
    shown = [one.value["dataSources"][0]["configuration"]["friendlyName"] for one in done]
    before, after = shown[: len(texts)], shown[len(texts) :]
    assert dict(zip(BROUGHT, after, strict=True)) == dict(zip(BROUGHT, before, strict=True))


@pytest.mark.parametrize("short", BROUGHT.values(), ids=BROUGHT)
def test_code_that_finds_its_names_is_in_order(short: str) -> None:
    text = whole(short)
    assert (why_not(text), why_not(imported(text))) == (None, None)


def test_value_of_an_answer_needs_no_name() -> None:
    text = SMALL.replace("'/dicom-web'", "root").replace(
        "configuration: {", "configuration: { qidoSupportsIncludeField: () => q,"
    )
    text = f"(() => {{ const q = location.search; const root = location.origin + '/dicom-web'; {text} }})();"
    assert read_config(imported(text)).get(("dataSources", 0, "configuration", "wadoRoot")) == "/dicom-web"


SECOND = "declared in line 2, inside a function or a block"
ARGUMENT = "a parameter of the function in line 1"
OF_FUNCTION = "of the function in line 1"
CHANGED = "changed in line 2"
NOWHERE = "declared neither in the file nor by browsers"
LEFT = {
    "an enclosing function": ("(function () {\nconst q = location.search; «q» })();", {"q": SECOND}),
    "an arrow function": ("(() => {\nconst q = location.search; «`${q}`» })();", {"q": SECOND}),
    "a negated function": ("!function () {\nvar q = location.search; «q» }();", {"q": SECOND}),
    "an async function": ("(async () => {\nlet q = await location.search; «q» })();", {"q": SECOND, "await": OF_FUNCTION}),
    "names in turn": ("(() => {\nconst q = location.search; const n = q ? q : 'a'; «n» })();", {"n": SECOND, "q": SECOND}),
    "a function": ("(() => {\nfunction f() { return location.search; } «f()» })();", {"f": SECOND}),
    "a class": ("(() => {\nclass A { } «new A()» })();", {"A": SECOND}),
    "a pattern": ("(() => {\nconst { search: q } = location; «q» })();", {"q": SECOND}),
    "used by a function": ("(() => {\nconst q = location.search; «() => q» })();", {"q": SECOND}),
    "used by a method": ("(() => {\nconst q = location.search; «{ f() { return q; } }» })();", {"q": SECOND}),
    "used as a key and its value": ("(() => {\nconst q = location.search; «{ q }» })();", {"q": SECOND}),
    "used as a default value": ("(() => {\nconst q = location.search; «(n = q) => n» })();", {"q": SECOND}),
    "a block": ("{\nconst q = location.search; «q» }", {"q": SECOND}),
    "a condition around": ("if (typeof window !== 'undefined') {\nconst q = location.search; «q» }", {"q": SECOND}),
    "an attempt around": ("try {\nconst q = location.search; «q» } catch { }", {"q": SECOND}),
    "a condition before": ("if (location.port === '8443') {\nvar q = 'a'; } «q»", {"q": SECOND}),
    "an argument": ("(function (w) { «w.location.search» })(window);", {"w": ARGUMENT}),
    "a helper's argument": ("const make = n => (@n@); window.config = make(location.search);", {"n": ARGUMENT}),
    "arguments": ("(function () { «arguments[0]» })(location.search);", {"arguments": OF_FUNCTION}),
    "a second declaration": ("\nvar q = location.search; «() => q» var q = location.port;", {"q": CHANGED}),
    "an argument of a helper in the function": (
        "window.config = () => { const f = q => ({ friendlyName: () => q }); return @...f(location.search)@; };", {"q": ARGUMENT},
    ),
    "another of that name in the function": (
        "\nconst q = location.search; const f = () => ({ friendlyName: () => q }); window.config = q => (@...f()@);",
        {"q": "declared in line 2, and hidden by another declaration of that name"},
    ),
    "this": ("(function () { «this.location.search» })();", {"this": OF_FUNCTION}),
    "around the function that returns it": (
        "(() => {\nconst q = 'a'; window.config = all => { const n = q + all.servicesManager.services; return @n@; }; })();",
        {"q": SECOND},
    ),
    "an assignment behind": (
        "«'a'» (() => {\nconst q = location.search; window.config.dataSources[0].configuration.friendlyName = q; })();",
        {"q": SECOND.replace("2", "20")},
    ),
    "another value later": ("let q = '';\nq = location.search; «q»", {"q": CHANGED}),
    "another value in a condition": ("let q = '';\nif (location.port === '8443') { q = 'a'; } «() => q»", {"q": CHANGED}),
    "another value in a handler": (
        "let q = 'a';\ndocument.addEventListener('x', () => { q = 'b'; }); «() => q»", {"q": CHANGED},
    ),
    "a pattern later": ("let q;\n({ search: q } = location); «() => q»", {"q": CHANGED}),
    "a count later": ("let q = location.search.length;\nq++; «() => q»", {"q": CHANGED}),
    "a key later": ("const o = {};\no.q = location.search; «o.q»", {"o": CHANGED}),
    "an element later": ("const o = [];\no.push(location.search); «o[0]»", {"o": CHANGED}),
    "keys later": ("const o = {};\nObject.assign(o, { q: location.search }); «o.q»", {"o": CHANGED}),
    "set on window": ("\nwindow.SITE = location.search; «window.SITE»", {"SITE": CHANGED}),
    "set on window, and used alone": ("\nwindow.SITE = location.search; «SITE»", {"SITE": CHANGED}),
    "set without a declaration": ("\nSITE = location.search; «() => SITE»", {"SITE": CHANGED}),
    "declared nowhere": ("«`${process.env.NAME}`»", {"process": NOWHERE}),
}  # fmt: skip


@pytest.mark.parametrize(("short", "names"), LEFT.values(), ids=LEFT)
def test_code_that_would_not_find_its_names_is_refused(short: str, names: dict[str, str]) -> None:
    text = whole(short)
    with pytest.raises(SetupError) as caught:
        imported(text)
    assert caught.value.id == "config-needs-names"
    line = read_config(text).line("dataSources", 0, "configuration", "friendlyName")
    key = f"used by dataSources[0].configuration.friendlyName (line {line})"
    # Before the list: what OHIF shows, and why.
    listed = [line for line in caught.value.message.splitlines() if line.startswith("  ")]
    assert listed == [f"  {name}, {origin}: {key}" for name, origin in names.items()]
    assert all(name in caught.value.hint for name in names)


@needs_node
def test_only_a_name_that_is_declared_nowhere_stops_a_browser() -> None:
    texts = [whole(short) for short, _ in LEFT.values()]
    stopped = [bool(one.error) for one in ran(*texts)]
    assert stopped == [text == texts[-1] for text in texts]
    assert [why_not(text) is not None for text in texts] == stopped


@needs_node
def test_what_the_error_says_to_do_is_enough() -> None:
    declared = "const q = location.search; const n = q ? q + '!' : 'a';"
    inside = whole(f"(() => {{ {declared} «n» }})();")
    with pytest.raises(SetupError, match="n, declared in line 1") as caught:
        imported(inside)
    assert "declare n and q at the top of the file" in caught.value.hint
    moved = whole(f"{declared} (() => {{ «n» }})();")
    shown = [
        one.value["dataSources"][0]["configuration"]["friendlyName"] for one in ran(inside, moved, imported(moved))
    ]
    assert shown == ["?token=abc!"] * 3


def test_what_one_key_changes_another_one_may_use() -> None:
    handlers = "on: () => { q = 1; return q; }, off: () => q"
    made = imported(f"let q = location.search;\n{SMALL.replace('modes: []', f'modes: [], {handlers}')}")
    assert "let q = location.search;" in made
    text = f"let q = location.search;\n{{\nconst r = q;\n{SMALL.replace('modes: []', f'modes: [], {handlers} + r')} }}"
    with pytest.raises(SetupError) as caught:
        imported(text)
    assert [line.partition(",")[0] for line in caught.value.message.splitlines()[1:]] == ["  r"]
    helper = "function set() { q = 1; }"
    handlers = "on: () => set(), off: () => q"
    made = imported(f"let q = location.search;\n{helper}\n{SMALL.replace('modes: []', f'modes: [], {handlers}')}")
    assert helper in made


def test_a_name_of_many_keys_is_said_once() -> None:
    handlers = ", ".join(f"f{number}: () => q" for number in range(5))
    text = f"(() => {{\nconst q = location.search;\n{SMALL.replace('modes: []', f'modes: [], {handlers}')} }})();"
    with pytest.raises(SetupError) as caught:
        imported(text)
    assert caught.value.message.splitlines()[1:] == [
        f"  q, {SECOND}: used by f0 (line 5), f1 (line 5), f2 (line 5) and 2 more"
    ]
