"""What new answers ask for outside of the files: redirect URIs at the provider, origins in the CORS settings of a service."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.file.reading import parse_answers
from ohif_setup.answers.model import Answers
from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.errors import SetupError
from ohif_setup.ohif.configuration import redirect_uris
from ohif_setup.providers import provider_of
from ohif_setup.routes import route_of


def to_do(old: bytes | None, answers: Answers) -> Iterator[str]:
    """The lines about what the new answers need and the old file did not, with an empty line at their end; none if nothing is new.
    A file that was not valid counts as needing nothing."""
    before = _answers_of(old)
    uris: set[str] = set()
    # Another client is another app registration, with redirect URIs of its own.
    if before and before.sign_in and answers.sign_in and before.sign_in.client_id == answers.sign_in.client_id:
        uris = set(redirect_uris(before))
    origins = set(_cors(before)) if before else set()
    new_uris = [uri for uri in redirect_uris(answers) if uri not in uris]
    new_origins = [pair for pair in _cors(answers) if pair not in origins]
    if new_uris and answers.sign_in:
        console = provider_of(answers.sign_in).console.of(answers.sign_in.client_id)
        yield f"To register as a redirect URI: {console.redirect_uris}"
        yield from (f"  {uri}" for uri in new_uris)
    if new_origins:
        yield "To allow by CORS:"
        yield from (f"  {origin} at {service}" for service, origin in new_origins)
    if new_uris or new_origins:
        yield ""


def _answers_of(old: bytes | None) -> Answers | None:
    try:
        return PartialAnswers(parse_answers((old or b"").decode("utf-8-sig"), where="")).with_version().validated()
    except (SetupError, ValueError):
        return None


def _cors(answers: Answers) -> list[tuple[str, str]]:
    """The services that browsers ask across origins, each with every origin of the viewer that it must allow."""
    services = [server.url for server in answers.servers if route_of(server).direct]
    if answers.fhir:
        services.append(answers.fhir.url)
    return [(service, origin) for service in services for origin in answers.viewer.origins]
