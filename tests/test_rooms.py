"""The walls of the house, as `docs/architecture.md` draws them: who may import whom, no cycle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ohif_setup

PACKAGE = Path(ohif_setup.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

MAY_IMPORT = {
    "disk": {"errors"},
    "answers": {"disk", "errors", "viewer"},
    "kinds": {
        "answers",
        "browser",
        "checks",
        "files.section",
        "javascript.remark",
        "network",
        "providers",
        "routes",
        "viewer",
    },
    "routes": {"answers", "checks", "errors", "files.artefact", "files.section", "kinds", "viewer"},
    "webservers": {"answers", "checks", "files.artefact", "files.section", "kinds", "routes"},
    "providers": {"answers", "browser", "checks", "javascript.remark", "network", "viewer"},
    "browser": set(),
    "viewer": {"answers"},
    "network": {"browser", "viewer", "answers.pasted", "answers.services", "answers.urls"},
    "checks": {
        "answers",
        "browser",
        "javascript",
        "network",
        "providers",
        "kinds",
        "routes",
        "viewer",
        "webservers.facts",
        "errors",
    },
    "files": {"answers", "disk", "kinds", "providers", "routes", "viewer", "webservers", "errors"},
    "report": {
        "checks.finding",
        "checks.cors_findings",
        "checks.cors_look",
        "checks.cors_verdict",
        "network",
        "terminal",
    },
    "wizard": {"answers", "network", "checks", "report", "terminal", "viewer"},
    "demo": set(),
    "javascript": {"answers", "browser", "kinds", "providers", "viewer", "errors"},
}
MAY_IMPORT["steps"] = {*MAY_IMPORT, "errors", "terminal"}
DOORS = {
    "gallery",
    "kinds",
    "kinds.service",
    "kinds.kind",
    "kinds.own",
    "routes",
    "routes.route",
    "webservers",
    "webservers.webserver",
    "providers",
}
DOORS |= {"providers.judging", "providers.provider"}
"""The galleries' doors and contracts, which load an exhibit only when somebody asks for one: every room may stand before them."""
HOMES = {
    "questionary": {"wizard"},
    "requests": {"network"},
    "urllib3": {"network"},
    "msal": {"network"},
    "jinja2": {"files"},
    "rich": {"report"},
    "pydantic": {"answers"},
    "tomlkit": {"answers"},
    "trustme": {"demo"},
    "jwt": {"demo"},
    "esprima": {"javascript"},
}
PARSERS = {
    "urlsplit",
    "urlparse",
    "urljoin",
    "parse_url",
    "HTMLParser",
    "parsedate_to_datetime",
    "parsedate",
    "parsedate_tz",
}
"""They raise for what a server may send."""
PARSER_HOMES = {
    "ohif_setup.browser.foreign": "the home of what others wrote",
    "ohif_setup.network.origin": "refuses an address that can be read in two ways, and so wants the error",
    "ohif_setup.demo.site": "its own viewer URL",
    "ohif_setup.demo.person": "a stand-in of a browser, at addresses of other stand-ins",
    "ohif_setup.demo.https_server": "a stand-in, asked by tests and by the demo",
    "ohif_setup.demo.dicom.orthanc": "its own Orthanc's address",
    "ohif_setup.demo.entra.authorize": "a stand-in, asked by tests and by the demo",
    "ohif_setup.demo.entra.registration": "a stand-in, asked by tests and by the demo",
}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def module_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path, *, run: bool = False) -> Iterator[str]:
    """The modules that a file imports; `run`: without those that are there for its types alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    types = {
        below
        for node in ast.walk(tree)
        if run and isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for below in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                below = PACKAGE.parent.joinpath(*node.module.split("."), alias.name)
                is_module = below.with_suffix(".py").exists() or below.is_dir()
                yield f"{node.module}.{alias.name}" if is_module else node.module


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_imports_keep_to_the_walls(file: Path) -> None:
    room = room_of(module_of(file))
    for module in imports(file):
        top = module.split(".")[0]
        if top != "ohif_setup":
            assert room in HOMES.get(top, {room}), f"{top} has its home in {HOMES[top]}"
        elif room in MAY_IMPORT and room_of(module) not in ("", room):
            allowed = MAY_IMPORT[room] | DOORS
            inside = module.removeprefix("ohif_setup.")
            assert inside in allowed or room_of(module) in MAY_IMPORT[room], module


def test_text_of_others_has_one_home() -> None:
    found = {
        module_of(file)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and PARSERS & {alias.name for alias in node.names})
        or (isinstance(node, ast.Attribute) and node.attr in PARSERS)
    }
    assert found == set(PARSER_HOMES)


def test_json_of_servers_has_one_home() -> None:
    rooms = {"browser", "checks", "javascript", "network", "wizard"}
    found = {
        module_of(file)
        for file in FILES
        if room_of(module_of(file)) in rooms and "json.loads(" in file.read_text(encoding="utf-8")
    }
    assert found == {"ohif_setup.network.exchange"}


def test_no_import_cycle() -> None:
    graph = {
        module_of(file): {name for name in imports(file, run=True) if name.startswith("ohif_setup.")} for file in FILES
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in done:
            for below in graph.get(module, ()):
                if below != module and graph.get(below):
                    visit(below, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())
