"""Services on loopback with one fault of CORS each, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.servers.raw import RawRequest, answer

VIEWER = "https://viewer.example.org"
DICOM_JSON = "application/dicom+json"
Fields = tuple[tuple[str, str], ...]
ORIGIN = ("Access-Control-Allow-Origin", "{origin}")
"""The asking origin, where it is listed."""
ANY = ("Access-Control-Allow-Origin", "*")
VARY = ("Vary", "Origin")
LISTS: Fields = (
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "authorization, accept, content-type"),
)
KEPT = ("Access-Control-Max-Age", "600")


def allowing(headers: str) -> Fields:
    """The lists of a preflight with another list of headers."""
    return (LISTS[0], ("Access-Control-Allow-Headers", headers))


@dataclass(frozen=True)
class Service:
    """A DICOMweb server without images. `open_to_all` ones ask for no sign-in.

    `{origin}` in a field is the asking origin; a field with
    it is left out for an origin that is not listed.
    """

    preflight: Fields = (ORIGIN, *LISTS, KEPT, VARY)
    actual: Fields = (ORIGIN, VARY)
    errors: Fields | None = None
    options_status: int = 204
    listed: tuple[str, ...] = (VIEWER,)
    open_to_all: bool = False
    moved: tuple[str, str] = ("", "")
    """What answers with a redirect (the end of a path), and to where."""

    def __call__(self, request: RawRequest) -> Iterator[bytes]:
        if request.method == "OPTIONS":
            yield answer(self.options_status, b"", *self._filled(self.preflight, request))
            return
        if self.moved[0] and request.path.endswith(self.moved[0]):
            yield answer(302, b"", ("Location", self.moved[1]), *self._filled(self.actual, request))
            return
        status = self._status(request)
        fields = self.actual if status < 400 or self.errors is None else self.errors
        yield answer(status, "[]" if status == 200 else "{}", *self._filled(fields, request), kind=DICOM_JSON)

    def _status(self, request: RawRequest) -> int:
        if not self.open_to_all and not request.header("Authorization"):
            return 401
        return 200 if request.path.endswith("/studies") else 404

    def _filled(self, fields: Fields, request: RawRequest) -> Fields:
        origin = request.header("Origin")
        return tuple(
            (name, value.replace("{origin}", origin))
            for name, value in fields
            if "{origin}" not in value or origin in self.listed
        )
