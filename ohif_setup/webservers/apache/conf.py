"""`ohif.conf`: the viewer and DICOMweb at one origin, by Apache."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.output.artefact import Artefact
from ohif_setup.webservers import facts


def context(answers: Answers) -> dict[str, Any]:
    """The variables of `ohif.conf.j2`."""
    servers = facts.proxied(answers)
    outside = facts.scheme_outside(answers)
    names = facts.names(answers)
    # ServerName accepts no IPv6 address; ServerAlias does.
    name = next((alias for alias in names if not alias.startswith("[")), "")
    return {
        "answers": answers,
        "base": answers.viewer.base_path.rstrip("/"),
        "servers": servers,
        "name": name,
        # Without brackets: Apache compares with the host of a request after it has removed them.
        "aliases": [alias.strip("[]") for alias in names if alias != name],
        "guarded": facts.is_for_this_machine(answers),
        "port": defaults.listen(answers),
        # A scheme in ServerName makes Apache use it in its own redirects.
        "outside": outside and f"{outside}://",
        "scheme": outside or "%{REQUEST_SCHEME}",
        "resources": facts.RESOURCES,
        "assets": "|".join(facts.ASSETS),
        "ca_bundle": facts.CA_BUNDLE,
        # Two servers at one origin share a <Proxy> block.
        "certificates": dict.fromkeys((server.origin, server.verified) for server in servers if server.https),
        "decodes_commas": any(server.decodes_commas for server in servers),
    }


ARTEFACT = Artefact("ohif.conf", 31, context)
