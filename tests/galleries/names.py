"""Who names an exhibit: `python -m tests.galleries.names` lists every place outside the galleries."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import ohif_setup

PACKAGE = Path(ohif_setup.__file__).parent
GALLERIES = ("kinds", "routes", "webservers", "providers")
NAMES = {
    *("azure-dicom", "azure_dicom", "orthanc", "dicomweb"),
    *("reverse-proxy", "serve-folders", "cors", "direct"),
    *("nginx", "apache", "iis"),
    *("entra", "keycloak", "auth0", "okta", "cognito", "authentik", "google", "adfs", "oidc"),
}
ASKS = {"is_azure", "is_entra"}
WORDS_OF_OHIF = {("config_js/lint/keys.py", "'oidc'"), ("config_js/convert/as_servers.py", "'oidc'")}
"""A key of window.config."""
COMMON = {"cors", "oidc", "direct", "dicomweb"}
"""They are words of OHIF or of this tool too (a check, a key of window.config, a data source): they count where one is compared."""


def places() -> Iterator[tuple[str, int, str]]:
    """Module below the package, line, and what stands there; the stand-ins of `demo/` are no part of the product."""
    for file in sorted(PACKAGE.rglob("*.py")):
        inside = file.relative_to(PACKAGE)
        if inside.parts[0] not in (*GALLERIES, "demo"):
            for line, found in _names(ast.parse(file.read_text("utf-8"))):
                if (str(inside), found) not in WORDS_OF_OHIF:
                    yield str(inside), line, found


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    compared = {below for node in ast.walk(tree) if isinstance(node, ast.Compare) for below in ast.walk(node)}
    said = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in said and node.value in NAMES:
            if node.value not in COMMON or node in compared:
                yield node.lineno, repr(node.value)
        elif isinstance(node, ast.Attribute) and node.attr in ASKS:
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                parts = f"{node.module}.{alias.name}".split(".")
                if (
                    len(parts) > 2
                    and parts[1] in GALLERIES
                    and NAMES & {part.replace("_", "-") for part in parts[2:]} | (NAMES & set(parts[2:]))
                ):
                    yield node.lineno, ".".join(parts[1:])


def main() -> None:
    """Prints every place, and the number for each module."""
    found = list(places())
    for module, line, name in found:
        print(f"{module}:{line}: {name}")
    print(f"{len(found)} places in {len(Counter(module for module, _, _ in found))} modules")


if __name__ == "__main__":
    main()
