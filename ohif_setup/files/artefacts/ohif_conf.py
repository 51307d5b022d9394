"""`ohif.conf`: the viewer and DICOMweb at one origin, by Apache."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers import defaults
from ohif_setup.answers.model import Answers
from ohif_setup.files.artefact import Artefact
from ohif_setup.routes import reach
from ohif_setup.servers import proxy_paths


def context(answers: Answers) -> dict[str, Any] | None:
    """What `templates/ohif.conf.j2` needs."""
    if reach.route(answers) != "reverse-proxy" or reach.proxy_kind(answers) != "apache":
        return None
    servers = proxy_paths.proxied(answers)
    outside = proxy_paths.scheme_outside(answers)
    names = proxy_paths.names(answers)
    # ServerName takes no IPv6 address; ServerAlias does.
    name = next((one for one in names if not one.startswith("[")), "")
    return {
        "answers": answers,
        "base": answers.viewer.base_path.rstrip("/"),
        "servers": servers,
        "name": name,
        # Without the brackets, as Apache keeps the host of a request.
        "aliases": [one.strip("[]") for one in names if one != name],
        "guarded": proxy_paths.is_for_this_machine(answers),
        "port": defaults.listen(answers),
        # In redirects too.
        "outside": outside and f"{outside}://",
        "scheme": outside or "%{REQUEST_SCHEME}",
        "resources": proxy_paths.RESOURCES,
        "assets": "|".join(proxy_paths.ASSETS),
        "ca_bundle": proxy_paths.CA_BUNDLE,
        "certificates": dict.fromkeys((one.origin, one.verified) for one in servers if one.https),
        "decodes_commas": any(one.decodes_commas for one in servers),
    }


ARTEFACT = Artefact("ohif.conf", 31, context)
