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
    "browser": set(),
    "paste": set(),
    "answers": {"disk", "errors", "ohif", "paste"},
    "kinds": {
        "answers",
        "browser",
        "checks",
        "config_js.lint.remark",
        "network",
        "ohif",
        "output.section",
        "paste",
        "providers",
        "routes",
    },
    "routes": {"answers", "errors", "kinds", "output.artefact", "output.section", "paste"},
    "webservers": {"answers", "kinds", "output.artefact", "output.section", "paste", "routes"},
    "providers": {"answers", "browser", "checks", "config_js.lint.remark", "network", "paste"},
    "ohif": {"answers", "providers"},
    "ohif.install": {"disk", "errors", "ohif", "routes"},
    "network": {"network.sign_in", "network.wire", "terminal"},
    "network.wire": {"browser", "paste"},
    "network.look": {"browser", "network.wire", "ohif", "paste"},
    "network.sign_in": {"network.look", "network.wire"},
    "config_js.read": {"browser", "errors", "kinds", "paste"},
    "config_js.lint": {"answers", "config_js.read", "kinds", "ohif", "paste", "providers"},
    "config_js.convert": {
        "answers",
        "browser",
        "config_js.lint",
        "config_js.read",
        "errors",
        "kinds",
        "ohif",
        "paste",
        "providers",
        "routes",
    },
    "checks": {
        "answers",
        "browser",
        "config_js.lint",
        "config_js.read",
        "errors",
        "kinds",
        "network",
        "ohif",
        "paste",
        "providers",
        "routes",
        "webservers.facts",
    },
    "output": {"answers", "kinds", "ohif", "paste", "providers", "routes", "webservers"},
    "apply": {"answers", "config_js.lint", "disk", "errors", "output"},
    "talk": {"apply", "output", "terminal"},
    "talk.report": {"checks", "network", "terminal"},
    "talk.wizard": {"answers", "checks", "network", "paste", "talk"},
    "demo": set(),
}
"""By room, or by room within a room, what its modules may import beside their own room and the doors of the galleries."""
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
    "questionary": {"talk"},
    "requests": {"network.wire", "network.sign_in"},
    "urllib3": {"network.wire"},
    "msal": {"network.sign_in"},
    "jinja2": {"output"},
    "rich": {"talk.report"},
    "pydantic": {"answers"},
    "tomlkit": {"answers"},
    "trustme": {"demo"},
    "jwt": {"demo"},
    "esprima": {"config_js.read"},
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
    "ohif_setup.network.wire.origin": "refuses an address that can be read in two ways, and so wants the error",
    "ohif_setup.demo.site": "its own viewer URL",
    "ohif_setup.demo.person": "a stand-in of a browser, at addresses of other stand-ins",
    "ohif_setup.demo.https_server": "a stand-in, asked by tests and by the demo",
    "ohif_setup.demo.dicom.orthanc": "its own Orthanc's address",
    "ohif_setup.demo.entra.authorize": "a stand-in, asked by tests and by the demo",
    "ohif_setup.demo.entra.registration": "a stand-in, asked by tests and by the demo",
}


def prefixes(module: str) -> list[str]:
    """The module and the rooms around it, innermost first, without the package's own name."""
    parts = module.split(".")[1:]
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def room_of(module: str) -> str:
    """The innermost room that has walls of its own, else the outermost."""
    around = prefixes(module)
    return next((room for room in around if room in MAY_IMPORT), around[-1] if around else "")


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
        elif room in MAY_IMPORT and module != "ohif_setup" and room_of(module) != room:
            assert (MAY_IMPORT[room] | DOORS) & set(prefixes(module)), module


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
    rooms = {"browser", "checks", "config_js", "network", "talk"}
    found = {
        module_of(file)
        for file in FILES
        if rooms & set(prefixes(module_of(file))) and "json.loads(" in file.read_text(encoding="utf-8")
    }
    assert found == {"ohif_setup.network.wire.exchange"}


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
