"""The kinds of DICOMweb servers: `kind.py` has the contract, each other module one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ohif_setup.gallery import Gallery

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables.tables import Server
    from ohif_setup.kinds.kind import Kind, ServerToken
    from ohif_setup.kinds.own import Own
    from ohif_setup.kinds.service import CorsService

KINDS: Gallery[Kind] = Gallery(__name__, "KIND", example="orthanc")


def kind_of(server: Server) -> Kind:
    """What the tool knows of the kind of that server."""
    return KINDS[server.kind]


def own_of(server: Server) -> Own:
    """What the kind of that server has of its own where it is looked at."""
    return kind_of(server).own()


def cors_service(name: str) -> CorsService:
    """A kind of server, or a service beside one, as CORS sees it. A kind with nothing of its own is like the general one."""
    beside = {name: service for kind in KINDS.values() for name, service in kind.beside().items()}
    service = beside.get(name) or KINDS[name].cors or KINDS[KINDS.last].cors
    assert service is not None, "the general kind has one"
    return service


def cors_services() -> Mapping[str, CorsService]:
    """All of them by their names, the kinds of servers first."""
    names = (*KINDS, *(name for kind in KINDS.values() for name in kind.beside()))
    return {name: cors_service(name) for name in names}


def token_of(answers: Answers) -> ServerToken | None:
    """The token of the site, which is that of its first server that wants one."""
    return next((token for token in (kind_of(server).token for server in answers.servers) if token), None)


def kind_meant(text: str) -> Kind | None:
    """The kind that an address is meant for, whatever answers there; None where only a look tells."""
    meant = ((kind, kind.addresses.meant) for kind in KINDS.values())
    return next((kind for kind, is_meant in meant if is_meant and is_meant(text)), None)


def scope(answers: Answers) -> str:
    """The delegated scope for the site's token; empty where no server wants one of its own."""
    token = token_of(answers)
    return token.scope if token else ""
