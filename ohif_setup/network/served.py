"""The viewer as a web server serves it: its page with all that the page loads, its configuration, and its routes. GET alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from typing import Literal

from ohif_setup.browser.origin import has_origin
from ohif_setup.network.exchange import Exchange, Received
from ohif_setup.network.http import Http
from ohif_setup.network.origin import resolve
from ohif_setup.network.parallel import side_by_side

CONFIG = "app-config.js"
MISSING = "nosuch.bundle.js"
"""A file that no build has."""
WASM = "ort/ort-wasm-simd.wasm"
"""A WebAssembly file that every known build has under the same name (3.11 to 3.14)."""
DEEP_LINK = "viewer?StudyInstanceUIDs=1.2.3"
END_BYTES = 65536
"""Of the end of the main bundle, where webpack's public path stands (in the last 20 kB)."""
_MOST = 20
"""Parts of a page that are looked at; OHIF's has four."""
_PAGE_BYTES = 200_000

Kind = Literal["script", "module", "style"]


@dataclass(frozen=True)
class Reference:
    """What the page loads: the address as the page has it, and what it is to be."""

    address: str
    kind: Kind


@dataclass(frozen=True)
class Part:
    """One of them as it came, asked for as a browser does that unpacks gzip. Its body is the beginning only."""

    url: str
    kind: Kind
    exchange: Exchange


@dataclass(frozen=True)
class ServedViewer:
    """`page` is always there; the rest only where it is a page.

    `config` and `config_packed` are `app-config.js` asked for without and with gzip. `bundle_end` is the end of the main bundle; a
    server that hands out no ends sends its beginning. `missing` asks for a file that no build has, `wasm` for one that all have,
    `bare` for the viewer's path without its slash (None at the root), `callback` is None where nobody signs in.
    """

    page: Exchange
    parts: tuple[Part, ...] = ()
    config: Exchange | None = None
    config_packed: Exchange | None = None
    bundle_end: Exchange | None = None
    wasm: Exchange | None = None
    missing: Exchange | None = None
    deep_link: Exchange | None = None
    callback: Exchange | None = None
    bare: Exchange | None = None

    @property
    def html(self) -> str:
        """The page's text, empty where none came."""
        return text_of(self.page.received) if self.page.received and self.page.received.is_html() else ""


def look_at_viewer(http: Http, base: str, entry: str, *, signs_in: bool) -> ServedViewer:
    """`base` is the viewer's address with a slash at its end, `entry` the page's file name there (empty where the folder itself
    answers)."""
    page = http.send("GET", base + entry, _ACCEPT_PAGE)
    viewer = ServedViewer(page)
    if not viewer.html or page.status != 200:
        return viewer
    references = references_of(viewer.html)
    config_url = next(
        (resolve(base, one.address) for one in references if one.address.partition("?")[0].endswith(CONFIG)),
        base + CONFIG,
    )
    wanted = {resolve(base, one.address): one.kind for one in references}
    urls = [(url, kind) for url, kind in wanted.items() if url != config_url and has_origin(url)][:_MOST]
    main = next((url for url, _ in urls if "/app.bundle." in url and url.endswith(".js")), "")
    bare = base.rstrip("/")
    asks: dict[str, partial[Exchange]] = {
        "config": partial(http.send, "GET", config_url),
        "config_packed": partial(http.send, "GET", config_url, encoding="gzip"),
        "wasm": partial(http.send, "GET", base + WASM, peek=True),
        "missing": partial(http.send, "GET", base + MISSING),
        "deep_link": partial(http.send, "GET", base + DEEP_LINK, _ACCEPT_PAGE),
    }
    if main:
        asks["bundle_end"] = partial(http.send, "GET", main, (("Range", f"bytes=-{END_BYTES}"),), peek=True)
    if signs_in:
        asks["callback"] = partial(http.send, "GET", base + "callback", _ACCEPT_PAGE)
    if bare.count("/") > 2 and not entry:
        asks["bare"] = partial(http.send, "GET", bare, _ACCEPT_PAGE)
    parts = [partial(http.send, "GET", url, peek=True, encoding="gzip") for url, _ in urls]
    came = side_by_side([*parts, *asks.values()])
    return ServedViewer(
        page,
        tuple(Part(url, kind, one) for (url, kind), one in zip(urls, came, strict=False)),
        **dict(zip(asks, came[len(parts) :], strict=True)),
    )


def references_of(html: str) -> tuple[Reference, ...]:
    """The scripts and style sheets of a page, in its order."""
    reader = _Page()
    reader.feed(html[:_PAGE_BYTES])
    return tuple(reader.found)


def text_of(received: Received | None) -> str:
    """A body as text, however broken."""
    return received.body.decode("utf-8-sig", "replace") if received else ""


_ACCEPT_PAGE = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Reference] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and values.get("src"):
            kind: Kind = "module" if values.get("type") == "module" else "script"
            self.found.append(Reference((values["src"] or "").strip(), kind))
        elif tag == "link" and "stylesheet" in (values.get("rel") or "").lower().split() and values.get("href"):
            self.found.append(Reference((values["href"] or "").strip(), "style"))
