"""A server whose answers are well formed but for one odd value, each in its own place, below a path of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.checks.archives import INSTANCE, attribute, dataset, study
from tests.checks.pages import CONFIG, page
from tests.extent import LONG
from tests.servers.raw import RawRequest, answer

ADDRESSES = (
    "http://[x", "http://[x/", "//[", "//]", "[", "http://]", "http://[]", "http://[::1", "http://::1]", "http://[::1%25eth0]/",
    "http://[fe80::1%eth0]/", "http://[v1.x]/", "http://[1.2.3.4]/", "http://[[::1]]/", "http://[::1]x/", "http://[@127.0.0.1:1/",
    "http://]@127.0.0.1:1/", "http://a\u2100b@127.0.0.1:1/", "http://x:-1/", "http://127.0.0.1:-1/", "http://x:99999/", "http://x:abc/",
    "http://x::1/", f"http://x:{'9' * 5000}/", "http://x:\u0661/", "http://x:1_0/", f"http://1.{'9' * 5000}.1/",
    f"http://0x{'f' * 5000}/", "a\u2100b", "//a\u2100b/", "http://a\u2100b/", "http://a\uff0fb/", "http://a\uff1a80/", "http://\u0130.x/",
    "http://xn--/", "http://xn--\u00fc/", f"http://{'a' * 64}.x/", "http://../", "http://%00/", "http://", "http:", "//",
    "?", "\\\\[x", "\x00", "http://a\x00b/", "http://\ud800/", "http://ada:pw@[x/", "javascript:[x", "data:,[", "file://[x/",
    "http://x, http://[x", "[" * 2000, f"http://{'x' * 20_000}/", "http://[" + ":" * 3000 + "]/",
)  # fmt: skip
"""What is no address, or one that parsers do not agree on."""
NUMBERS = ("-1", "abc", "9" * 5000, "1e999", "NaN", "0x10", "\u0661", "1.5", "", "--1", "9" * 19, "\x00", "+1")
DATES = (
    "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 99 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 99999 07:28:00 GMT", ",", "Wed,", "21 Oct 2026",
    f"Wed, 21 Oct {'9' * 5000} 07:28:00 GMT", "Wed, 21 Oct 2026 99:99:99 +9999", "1 Jan 1 00:00:00 -9999", "0", "-", "a b c d e",
    f"Wed, 21 Oct 2026 07:28:00 +{'9' * 30}", "Wed, 21 Oct 2026 07:28:00 -0000", "21 Oct 0 0:0:0", ": : :", "1 1 1 1 1",
)  # fmt: skip
BODIES = (
    b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b"[" + b"9" * 5000 + b"]", b"[" + b"9" * 4000 + b"]",
    b"[1e999]", b"[NaN]", rb'["\ud800"]', b"\xff\xfe", b"[{}]", b"[null]", b"[[]]", b"{}", b'"x"',
    b'[{"0020000D": {"Value": [null]}}]', b'[{"0020000D": {"Value": 1}}]', b'[{"0020000D": {"Value": [' + b"9" * 4000 + b"]}}]",
    b'[{"0020000D": {"Value": [1e308]}}]', b'[{"0020000D": [{"Value": ["1.2"]}]}]', b'[{"0020000D": {"Value": ["..", "1"]}}]',
)  # fmt: skip
"""What comes in the place of JSON."""
MARKUP = (
    "<![x[", "<![CDATA[", "<!x[<", "<!DOCTYPE [<!", "<!", "<?", "</", "<", "<!--", "<script", "<script src", "<script src=", "&#",
    f'<script src="&#{"9" * 5000};"></script>', f'<script src="&#x{"f" * 5000};"></script>', '<script src="&#xd800;"></script>',
    '<script src="a" src="//[" src></script>', "<script src='//[' type='module' x=\x00></script>", "<link rel href='//['>",
    "<base href='//['>", '<form action="//["><input name value><input>', "<a " * 5000, "<![" * 1000, "<a b='" * 2000,
)  # fmt: skip
"""Beginnings of a page."""
CHARSETS = (
    "text/html; charset=\x00",
    "x/y; charset=[",
    "",
    "; charset=idna",
    "a/b; charset=punycode",
    "a/b; charset=" + "9" * 5000,
)
FIELDS = {
    "allow-origin": "Access-Control-Allow-Origin",
    "allow-headers": "Access-Control-Allow-Headers",
    "allow-methods": "Access-Control-Allow-Methods",
    "allow-credentials": "Access-Control-Allow-Credentials",
    "max-age": "Access-Control-Max-Age",
    "vary": "Vary",
    "location": "Location",
    "www-authenticate": "WWW-Authenticate",
    "retry-after": "Retry-After",
    "content-type": "Content-Type",
    "last-modified": "Last-Modified",
    "date": "Date",
    "cache-control": "Cache-Control",
    "content-length": "Content-Length",
}
"""Places in header fields; with `viewer-` before them in those of the viewer, else of DICOMweb."""
_STATUS = {"location": 302, "www-authenticate": 401, "retry-after": 503}
_OPEN = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, accept, content-type",
    "Access-Control-Max-Age": "600",
    "Vary": "Origin",
}


@dataclass(frozen=True)
class Odd:
    """`place` is where the value stands; `value` is text, or the bytes of a body."""

    place: str
    value: Any


def table(places: Mapping[str, Iterable[Any]]) -> tuple[Odd, ...]:
    """Each value in each of its places; in `make test` in one at least, and in a third of the others."""
    cases: list[Odd] = []
    tried: set[Any] = set()
    for shift, (place, values) in enumerate(places.items()):
        for number, value in enumerate(values):
            if LONG or value not in tried or (number + shift) % 3 == 0:
                cases.append(Odd(place, value))
            tried.add(value)
    return tuple(cases)


def in_header(value: str) -> str:
    """As it comes in a header field: UTF-8, without what would end the line."""
    return value.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", "").replace("\n", "")


class OddServer:
    """A handler for `RawServer`: below `/N/` the viewer (`/N/ohif/`) and the DICOMweb (`/N/dicom-web`) of case number N.

    `origin` is scheme, host and port at which the server itself is reached."""

    def __init__(self, cases: Iterable[Odd]) -> None:
        self.cases = tuple(cases)
        self.origin = ""

    def __call__(self, request: RawRequest) -> list[bytes]:
        number, _, path = request.path.lstrip("/").partition("/")
        odd = self.cases[int(number)]
        if path.startswith("ohif/"):
            return [_viewer(odd, f"/{number}", path.removeprefix("ohif/"))]
        return [_dicomweb(odd, f"{self.origin}/{number}/dicom-web", path.removeprefix("dicom-web"), request)]


def _dicomweb(odd: Odd, root: str, path: str, request: RawRequest) -> bytes:
    preflight = request.method == "OPTIONS"
    fields = {**_OPEN, "Access-Control-Allow-Origin": request.header("Origin") or "*"}
    body = b"" if preflight else odd.value if odd.place == "json" else _dataset(odd, root, path)
    status = 204 if preflight else 404 if body is None else 200
    if odd.place in FIELDS:
        fields[FIELDS[odd.place]] = in_header(odd.value)
        status = status if preflight else _STATUS.get(odd.place, status)
    kind = fields.pop("Content-Type", "application/dicom+json")
    return answer(status, body or b"", *fields.items(), kind=kind)


def _dataset(odd: Odd, root: str, path: str) -> bytes | None:
    described: dict[str, Any] = dataset()
    listed = study(root)
    if odd.place == "retrieve-url":
        listed["00081190"] = attribute(odd.value)
    if odd.place == "bulk-data":
        described["00420011"] = {"vr": "OB", "BulkDataURI": odd.value}
    found = {
        "/studies": [listed],
        "/studies/1.2/series": [{"0020000E": attribute("1.2.3")}],
        "/studies/1.2/series/1.2.3/instances": [{"00080018": attribute("1.2.3.4")}],
        f"{INSTANCE}/metadata": [described],
    }
    return json.dumps(found[path]).encode() if path in found else None


def _viewer(odd: Odd, site: str, path: str) -> bytes:
    field = FIELDS.get(odd.place.removeprefix("viewer-")) if odd.place.startswith("viewer-") else None
    fields = [(field, in_header(odd.value))] if field else []
    if path.endswith(".js"):
        root = odd.value if odd.place == "config-root" else f"{site}/dicom-web"
        config = CONFIG.replace("'/dicom-web'", json.dumps(root)).replace(
            "routerBasename: '/'", f"routerBasename: '{site}/ohif/'"
        )
        return answer(200, config, *fields, kind="text/javascript")
    if path.endswith((".css", ".wasm")):
        return answer(200, "x", *fields, kind="text/css" if path.endswith(".css") else "application/wasm")
    status = 302 if odd.place == "viewer-location" and path else 200
    return answer(status, _page(odd, f"{site}/ohif/").encode("utf-8", "surrogatepass"), *fields, kind="text/html")


def _page(odd: Odd, base: str) -> str:
    """OHIF's page. What stands before the name of a file is odd, or what the head begins with."""
    changed = {
        "script": (f'"{base}init-', f'"{odd.value}init-'),
        "bundle": (f'"{base}app.bundle.0f61', f'"{odd.value}app.bundle.0f61'),
        "style": (f'"{base}app.bundle.css', f'"{odd.value}app.bundle.css'),
        "config": (f'"{base}app-config', f'"{odd.value}app-config'),
        "base": ("<head>", f'<head><base href="{odd.value}">'),
        "head": ("<head>", f"<head>{odd.value}"),
    }
    return page(base).replace(*changed.get(odd.place, ("", "")))
