"""`nginx.conf`: the viewer and DICOMweb at one origin, by nginx."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers import defaults
from ohif_setup.answers.model import Answers
from ohif_setup.files.artefact import Artefact
from ohif_setup.routes import reach
from ohif_setup.servers import nginx, proxy_paths


def context(answers: Answers) -> dict[str, Any] | None:
    """What `templates/nginx.conf.j2` needs."""
    if reach.route(answers) != "reverse-proxy" or reach.proxy_kind(answers) != "nginx":
        return None
    base = answers.viewer.base_path.rstrip("/")
    return nginx_context(answers) | {
        "base": base,
        "assets": "|".join(proxy_paths.ASSETS),
    }


def nginx_context(answers: Answers) -> dict[str, Any]:
    """What the templates of both nginx files need."""
    return {
        "answers": answers,
        "proxy_url": defaults.proxy_url(answers),
        "servers": proxy_paths.proxied(answers),
        "names": [nginx.key(name) for name in proxy_paths.names(answers)],
        "listen": [_listen(address, defaults.listen(answers)) for address in proxy_paths.addresses(answers)],
        "guarded": proxy_paths.is_for_this_machine(answers) and proxy_paths.shares_port(answers),
        "scheme": proxy_paths.scheme_outside(answers) or "$scheme",
        "resources": proxy_paths.RESOURCES,
        "ca_bundle": proxy_paths.CA_BUNDLE,
    }


def _listen(address: str, port: int) -> str:
    if address == "*":
        return str(port)
    return f"{address}:{port}"


ARTEFACT = Artefact("nginx.conf", 30, context)
