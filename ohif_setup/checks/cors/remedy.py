"""CORS for a service that has none of its own, or leaves it to the web server before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.service import Setting
from ohif_setup.webservers import WEBSERVERS

if TYPE_CHECKING:
    from ohif_setup.checks.cors.look import CorsCase

SAME_ORIGIN = Fix(
    "Best",
    "serve the viewer and DICOMweb from one origin: a reverse proxy with the viewer at / and the server at /dicom-web needs no "
    "CORS at all",
)


def in_web_server(
    case: CorsCase, origin: str, *, own: str, proxy: str, exactly: tuple[Setting, ...] = ()
) -> tuple[Fix, ...]:
    """What to change in the web server before it."""
    path = parts_of(case.url).path
    lines = ((webserver.label, webserver.lines.cors(case.settings, path)) for webserver in WEBSERVERS.values())
    return (Fix("Proxy", proxy), *(Fix(where, text) for where, text in lines if text))


def in_server(
    case: CorsCase, origin: str, *, own: str, proxy: str, exactly: tuple[Setting, ...] = ()
) -> tuple[Fix, ...]:
    """In the server's own settings, where those can mend it; a web server before it is the second way."""
    first, *lines = in_web_server(case, origin, own=own, proxy=proxy)
    if not own:
        return (first, *lines)
    between = "\n" if "\n" in own else " "
    return (
        Fix("Server", f"in its own CORS settings:{between}{own}"),
        Fix(first.where, f"or, where it has none, {first.text}"),
        *lines,
    )


def every_setting(case: CorsCase) -> str:
    """All that the service should allow, a line each."""
    settings = case.settings
    return "\n".join(
        (
            *(f"Origins: {origin}" for origin in settings.origins),
            f"Methods: {', '.join(settings.methods)}",
            f"Headers: {', '.join(settings.headers)}",
            "Exposed headers: none",
            "Credentials: off",
        )
    )


def or_one_origin(
    case: CorsCase, origin: str, *, own: str, proxy: str, exactly: tuple[Setting, ...] = ()
) -> tuple[Fix, ...]:
    """The same for a server that has no CORS by design, so that one origin is better."""
    return (SAME_ORIGIN, *in_web_server(case, origin, own=own, proxy=proxy))
