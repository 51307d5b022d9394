"""The kinds of DICOMweb servers: `kind.py` is the contract, every other module with a `KIND` is one kind."""

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
    """The kind of that server."""
    return KINDS[server.kind]


def own_of(server: Server) -> Own:
    """What is specific to the kind of that server when it is checked."""
    return kind_of(server).own()


def cors_service(name: str) -> CorsService:
    """The CORS side of a kind of server, or of a service beside one. `name` is the name of either."""
    # A kind without CORS settings of its own gets them in a web server in front of it, like the general kind.
    beside = {name: service for kind in KINDS.values() for name, service in kind.beside().items()}
    service = beside.get(name) or KINDS[name].cors or KINDS[KINDS.last].cors
    assert service is not None, "the general kind has CORS settings"
    return service


def cors_services() -> Mapping[str, CorsService]:
    """All services by name, the kinds of servers first."""
    names = (*KINDS, *(name for kind in KINDS.values() for name in kind.beside()))
    return {name: cors_service(name) for name in names}


def token_of(answers: Answers) -> ServerToken | None:
    """The token of the site: that of its first server that needs one; None if no server needs one."""
    # OHIF uses only the first entry of `oidc`, so a site has one sign-in and one token.
    return next((token for token in (kind_of(server).token for server in answers.servers) if token), None)


def kind_meant(text: str) -> Kind | None:
    """The kind that an address alone implies, without a request; None if only a request can tell."""
    meant = ((kind, kind.addresses.meant) for kind in KINDS.values())
    return next((kind for kind, is_meant in meant if is_meant and is_meant(text)), None)


def scope(answers: Answers) -> str:
    """The delegated scope for the site's token; empty if no server needs a token of its own."""
    token = token_of(answers)
    if token is None:
        return ""
    return token.scope
