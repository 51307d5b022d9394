"""`web.config`: the viewer and DICOMweb at one origin, by IIS with URL Rewrite 2 and ARR 3. From their documentation, not run."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.output.artefact import Artefact
from ohif_setup.webservers import facts

LOGIN_MAP = "OhifLogin"
"""The rewrite map with the login, in `applicationHost.config`: web.config is in the served folder, and IIS cannot include a file
from elsewhere."""

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO")
"""The server variables that tell the server behind which address browsers use."""

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
"""Types that some version of IIS lacks or has differently. IIS answers 404.3 to a file of an unknown type. Each is removed before
it is added, because a duplicate is 500.19."""


def context(answers: Answers) -> dict[str, Any]:
    """The variables of `web.config.j2`."""
    servers = facts.proxied(answers)
    return {
        "answers": answers,
        # URL Rewrite matches the path without its leading slash.
        "base": answers.viewer.base_path.strip("/"),
        "base_pattern": answers.viewer.base_path.strip("/").replace(".", r"\."),
        "servers": servers,
        # Written out: HTTPS of IIS is on/off, and a rule cannot turn that into http/https.
        "scheme": answers.viewer.url.partition(":")[0],
        "resources": facts.RESOURCES,
        "assets": "|".join(facts.ASSETS),
        "types": TYPES,
        "login_map": LOGIN_MAP,
        "uploads": any(server.uploads for server in servers),
    }


def variables(answers: Answers) -> tuple[str, ...]:
    """The server variables that the rules set. IIS must allow them, else every request is 500.50."""
    found = list(FORWARDED)
    if answers.proxy.upstream_host:
        found.append("HTTP_HOST")
    if any(server.authorization != "passed on" for server in facts.proxied(answers)):
        found.append("HTTP_AUTHORIZATION")
    return tuple(found)


ARTEFACT = Artefact("web.config", 33, context)
