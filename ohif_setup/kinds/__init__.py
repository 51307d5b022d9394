"""The kinds of DICOMweb servers: `kind.py` has the contract, each other module one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.gallery import Gallery

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables import Server
    from ohif_setup.kinds.kind import Kind
    from ohif_setup.kinds.own import Own

KINDS: Gallery[Kind] = Gallery(__name__, "KIND")


def kind_of(server: Server) -> Kind:
    """What the tool knows of the kind of that server."""
    return KINDS[server.kind]


def own_of(server: Server) -> Own:
    """What the kind of that server has of its own where it is looked at."""
    return kind_of(server).own()


def scope(answers: Answers) -> str:
    """The delegated scope for the site's token; empty where no server wants one of its own."""
    tokens = (kind_of(server).token for server in answers.servers)
    return next((token.scope for token in tokens if token), "")
