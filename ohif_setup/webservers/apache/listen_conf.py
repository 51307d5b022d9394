"""`ohif-listen.conf`: the `Listen` of Apache, separate from `ohif.conf` because a second one for a port keeps Apache from
starting."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules import defaults
from ohif_setup.output.artefact import Artefact
from ohif_setup.webservers import facts


def context(answers: Answers) -> dict[str, Any]:
    """The variables of `ohif-listen.conf.j2`."""
    port = defaults.listen(answers)
    addresses = facts.addresses(answers)
    # `Listen 80` without an address covers IPv4 and IPv6.
    if "*" in addresses:
        return {"listen": [str(port)]}
    return {"listen": [f"{address}:{port}" for address in addresses]}


ARTEFACT = Artefact("ohif-listen.conf", 32, context)
