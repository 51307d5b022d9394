"""The viewer as a web server serves it: its page with all that the page loads, its configuration, and its routes. GET alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from ohif_setup.browser.foreign import Tag, parts_of, tags_of
from ohif_setup.browser.origin import has_origin
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import is_ambiguous, resolve
from ohif_setup.network.wire.parallel import side_by_side

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
class ViewerPart:
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
    parts: tuple[ViewerPart, ...] = ()
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
        if self.page.received and self.page.received.is_html():
            return text_of(self.page.received)
        return ""


def look_at_viewer(http: Http, base: str, entry: str, *, signs_in: bool) -> ServedViewer:
    """`base` is the viewer's address with a slash at its end, `entry` the page's file name there (empty where the folder itself
    answers)."""
    page = http.send("GET", base + entry, ACCEPT_PAGE)
    viewer = ServedViewer(page)
    if not viewer.html or page.status != 200:
        return viewer
    references = references_of(viewer.html)
    config_url = next(
        (
            resolve(base, reference.address)
            for reference in references
            if reference.address.partition("?")[0].endswith(CONFIG)
        ),
        base + CONFIG,
    )
    wanted = {resolve(base, reference.address): reference.kind for reference in references}
    urls = [(url, kind) for url, kind in wanted.items() if url != config_url and _is_asked_for(url)][:_MOST]
    main = next((url for url, _ in urls if "/app.bundle." in url and url.endswith(".js")), "")
    bare = base.rstrip("/")
    asks: dict[str, partial[Exchange]] = {
        "config": partial(http.send, "GET", config_url),
        # nginx's gzip_static hands an old app-config.js.gz to browsers, and the file itself to those that take no gzip.
        "config_packed": partial(http.send, "GET", config_url, encoding="gzip"),
        "wasm": partial(http.send, "GET", base + WASM, peek=True),
        "missing": partial(http.send, "GET", base + MISSING),
        "deep_link": partial(http.send, "GET", base + DEEP_LINK, ACCEPT_PAGE),
    }
    if main:
        asks["bundle_end"] = partial(http.send, "GET", main, (("Range", f"bytes=-{END_BYTES}"),), peek=True)
    if signs_in:
        asks["callback"] = partial(http.send, "GET", base + "callback", ACCEPT_PAGE)
    # At the root of a host there is no path without a slash to ask for.
    if bare.count("/") > 2 and not entry:
        asks["bare"] = partial(http.send, "GET", bare, ACCEPT_PAGE)
    parts = [partial(http.send, "GET", url, peek=True, encoding="gzip") for url, _ in urls]
    came = side_by_side([*parts, *asks.values()])
    return ServedViewer(
        page,
        tuple(ViewerPart(url, kind, exchange) for (url, kind), exchange in zip(urls, came, strict=False)),
        **dict(zip(asks, came[len(parts) :], strict=True)),
    )


def references_of(html: str) -> tuple[Reference, ...]:
    """The scripts and style sheets of a page, in its order."""
    return tuple(reference for tag in tags_of(html[:_PAGE_BYTES]) if (reference := _reference(tag)))


def _reference(tag: Tag) -> Reference | None:
    script, style = tag.attributes.get("src", ""), tag.attributes.get("href", "")
    if tag.name == "script" and script:
        kind: Kind = "script"
        if tag.attributes.get("type") == "module":
            kind = "module"
        return Reference(script.strip(), kind)
    if tag.name == "link" and "stylesheet" in tag.attributes.get("rel", "").lower().split() and style:
        return Reference(style.strip(), "style")
    return None


def _is_asked_for(url: str) -> bool:
    """Whether a browser looks for it on the network, or would if it were an address: not what is in the page itself (`data:`)."""
    return has_origin(url) or (not is_ambiguous(url) and parts_of(url).scheme in ("", "http", "https"))


def text_of(received: Received | None) -> str:
    """A body as text, however broken."""
    if received:
        return received.body.decode("utf-8-sig", "replace")
    return ""


ACCEPT_PAGE = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)
