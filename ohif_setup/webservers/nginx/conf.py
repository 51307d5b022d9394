"""`nginx.conf`: the viewer and DICOMweb at one origin, by nginx."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.output.artefact import Artefact
from ohif_setup.routes import reach
from ohif_setup.webservers import facts
from ohif_setup.webservers.nginx.names import key


def context(answers: Answers) -> dict[str, Any] | None:
    """The variables of `nginx.conf.j2`."""
    route = reach.site_route(answers)
    if route is None or not route.serves_viewer:
        return None
    base = answers.viewer.base_path.rstrip("/")
    return nginx_context(answers) | {
        "base": base,
        "assets": "|".join(facts.ASSETS),
    }


def nginx_context(answers: Answers) -> dict[str, Any]:
    """The variables that the templates of both nginx files share."""
    return {
        "answers": answers,
        "proxy_url": defaults.proxy_url(answers),
        "servers": facts.proxied(answers),
        "names": [key(name) for name in facts.names(answers)],
        "listen": [_listen(address, defaults.listen(answers)) for address in facts.addresses(answers)],
        "guarded": facts.is_for_this_machine(answers) and facts.shares_port(answers),
        # Behind something that terminates TLS, $scheme is http although the browser used https.
        "scheme": facts.scheme_outside(answers) or "$scheme",
        "resources": facts.RESOURCES,
        "ca_bundle": facts.CA_BUNDLE,
    }


def _listen(address: str, port: int) -> str:
    if address == "*":
        return str(port)
    return f"{address}:{port}"


ARTEFACT = Artefact("nginx.conf", 30, context)
