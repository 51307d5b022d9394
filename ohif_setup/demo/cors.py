"""CORS as the middleware of ASP.NET Core does it, which is in front of both Azure services.

Modelled on the source of the middleware, not on the hosted services.
"""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.demo.exchange import Fields, Reply, Request

ANY = "*"


@dataclass(frozen=True)
class StandInCors:
    """The CORS settings of a DICOM or FHIR service, as in the portal. `*` means any; `max_age` is in seconds.

    Raises `ValueError` for any origin together with credentials, which the middleware refuses to build.
    """

    origins: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    max_age: int | None = None
    allow_credentials: bool = False

    def __post_init__(self) -> None:
        if ANY in self.origins and self.allow_credentials:
            raise ValueError("any origin cannot be combined with credentials")


def preflight(settings: StandInCors, request: Request) -> Reply | None:
    """The answer to a preflight: 204, whether it is granted or not. None where the request is not a preflight."""
    # OPTIONS alone is no preflight: it needs Origin and Access-Control-Request-Method (Fetch standard).
    asked_method = request.header("Access-Control-Request-Method")
    if request.method != "OPTIONS" or request.header("Origin") is None or asked_method is None:
        return None
    granted = response_headers(settings, request)
    # A refusal is the absence of the headers; the status stays 204.
    if not granted:
        return Reply(204)
    asked_headers = [name.strip() for name in (request.header("Access-Control-Request-Headers") or "").split(",")]
    headers, methods = list(settings.headers), list(settings.methods)
    # The middleware answers with the names that were asked for, not with `*`.
    if ANY in headers:
        headers = [name for name in asked_headers if name]
    if ANY in methods:
        methods = [asked_method]
    more: list[tuple[str, str]] = []
    if headers:
        more.append(("Access-Control-Allow-Headers", ",".join(headers)))
    if methods:
        more.append(("Access-Control-Allow-Methods", ",".join(methods)))
    if settings.max_age is not None:
        more.append(("Access-Control-Max-Age", str(settings.max_age)))
    return Reply(204, granted + tuple(more))


def response_headers(settings: StandInCors, request: Request) -> Fields:
    """The headers of every answer, errors included; none where the origin is not allowed or was not sent.

    The comparison is exact, with the configured value in lower case; default ports are not removed.
    """
    origin = request.header("Origin")
    if origin is None:
        return ()
    if ANY in settings.origins:
        return (("Access-Control-Allow-Origin", ANY),)
    if origin not in {configured.lower() for configured in settings.origins}:
        return ()
    fields = [("Access-Control-Allow-Origin", origin)]
    if settings.allow_credentials:
        fields.append(("Access-Control-Allow-Credentials", "true"))
    # With a single origin the answer never varies, so the middleware sends no Vary.
    if len(settings.origins) > 1:
        fields.append(("Vary", "Origin"))
    return tuple(fields)
