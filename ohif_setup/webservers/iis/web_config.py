"""`web.config`: the viewer and DICOMweb at one origin, by IIS with URL Rewrite 2 and ARR 3. By their documentation, not run."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.output.artefact import Artefact
from ohif_setup.webservers import facts

LOGIN_MAP = "OhifLogin"
"""The rewrite map that holds the login, in `applicationHost.config`: web.config lies among files that are served, and IIS includes
no file from elsewhere."""

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO")
"""The server variables that tell the server by which address browsers ask."""

TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".map": "application/json",
    ".json": "application/json",
    ".jsonc": "application/json",
    ".webmanifest": "application/manifest+json",
    ".webapp": "application/manifest+json",
    ".wasm": "application/wasm",
    ".onnx": "application/octet-stream",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""Those that some version of IIS lacks, or has in another way. A file of an unknown type is 404.3."""


def context(answers: Answers) -> dict[str, Any]:
    """What `web.config.j2` needs."""
    servers = facts.proxied(answers)
    return {
        # IIS matches against the path without its first slash.
        "base": answers.viewer.base_path.strip("/"),
        "base_pattern": answers.viewer.base_path.strip("/").replace(".", r"\."),
        "servers": servers,
        "scheme": answers.viewer.url.partition(":")[0],
        "resources": facts.RESOURCES,
        "assets": "|".join(facts.ASSETS),
        "types": TYPES,
        "login_map": LOGIN_MAP,
        "uploads": any(server.uploads for server in servers),
    }


def variables(answers: Answers) -> tuple[str, ...]:
    """The server variables that the rules set, which IIS must be told to allow."""
    sets = any(server.authorization != "passed on" for server in facts.proxied(answers))
    if sets:
        return (*FORWARDED, "HTTP_AUTHORIZATION")
    return FORWARDED


ARTEFACT = Artefact("web.config", 33, context)
