"""The viewer as a web server serves it: the page and everything it loads, its configuration, and its routes. GETs only."""

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
"""A file that no build of OHIF has."""
WASM = "ort/ort-wasm-simd.wasm"
"""A WebAssembly file that every known build has under this name (3.11 to 3.14)."""
DEEP_LINK = "viewer?StudyInstanceUIDs=1.2.3"
END_BYTES = 65536
"""How many bytes of the end of the main bundle are read. webpack's public path is in its last 20 kB."""
# How many scripts and style sheets of a page are requested; OHIF's page has four.
_MOST = 20
_PAGE_BYTES = 200_000

Kind = Literal["script", "module", "style"]


@dataclass(frozen=True)
class Reference:
    """A script or style sheet that the page loads; `address` is as written in the page."""

    address: str
    kind: Kind


@dataclass(frozen=True)
class ViewerPart:
    """The exchange of a script or style sheet, requested with gzip as browsers do. Only the beginning of its body is read."""

    url: str
    kind: Kind
    exchange: Exchange


@dataclass(frozen=True)
class ServedViewer:
    """`page` is always present, everything else only if the answer is a page.

    `config` and `config_packed` are `app-config.js` requested without and with gzip. `bundle_end` is the end of the main bundle, or
    its beginning if the server does not support ranges. `missing` requests a file that no build has, `wasm` one that all builds
    have, `bare` the viewer's path without its slash (None at the root); `callback` is None for a site without sign-in.
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
        """The text of the page; empty if the answer is not a page."""
        if self.page.received and self.page.received.is_html():
            return text_of(self.page.received)
        return ""


def look_at_viewer(http: Http, base: str, entry: str, *, signs_in: bool) -> ServedViewer:
    """`base` is the viewer's address with a trailing slash; `entry` is the file name of its page (empty if the folder itself
    answers)."""
    page = http.send("GET", base + entry, ACCEPT_PAGE)
    viewer = ServedViewer(page)
    if not viewer.html or page.status != 200:
        return viewer
    references = references_of(viewer.html)
    # The page names the address of the configuration; a build for another path has another one.
    config_url = next(
        (
            resolve(base, reference.address)
            for reference in references
            if reference.address.partition("?")[0].endswith(CONFIG)
        ),
        base + CONFIG,
    )
    kinds = {resolve(base, reference.address): reference.kind for reference in references}
    urls = [(url, kind) for url, kind in kinds.items() if url != config_url and _is_requested(url)][:_MOST]
    main = next((url for url, _ in urls if "/app.bundle." in url and url.endswith(".js")), "")
    bare = base.rstrip("/")
    requests: dict[str, partial[Exchange]] = {
        "config": partial(http.send, "GET", config_url),
        # With gzip_static nginx serves an outdated app-config.js.gz to browsers, and the file itself to clients without gzip.
        "config_packed": partial(http.send, "GET", config_url, encoding="gzip"),
        "wasm": partial(http.send, "GET", base + WASM, peek=True),
        "missing": partial(http.send, "GET", base + MISSING),
        "deep_link": partial(http.send, "GET", base + DEEP_LINK, ACCEPT_PAGE),
    }
    if main:
        requests["bundle_end"] = partial(http.send, "GET", main, (("Range", f"bytes=-{END_BYTES}"),), peek=True)
    if signs_in:
        requests["callback"] = partial(http.send, "GET", base + "callback", ACCEPT_PAGE)
    # At the root of a host there is no path without its slash.
    if bare.count("/") > 2 and not entry:
        requests["bare"] = partial(http.send, "GET", bare, ACCEPT_PAGE)
    parts = [partial(http.send, "GET", url, peek=True, encoding="gzip") for url, _ in urls]
    exchanges = side_by_side([*parts, *requests.values()])
    return ServedViewer(
        page,
        tuple(ViewerPart(url, kind, exchange) for (url, kind), exchange in zip(urls, exchanges, strict=False)),
        **dict(zip(requests, exchanges[len(parts) :], strict=True)),
    )


def references_of(html: str) -> tuple[Reference, ...]:
    """The scripts and style sheets of a page, in order."""
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


def _is_requested(url: str) -> bool:
    """Whether a browser requests it from the network. An http address that is invalid counts, so that its failure is reported; a
    `data:` URL does not."""
    return has_origin(url) or (not is_ambiguous(url) and parts_of(url).scheme in ("", "http", "https"))


def text_of(received: Received | None) -> str:
    """A body as text; invalid bytes become U+FFFD. Empty without an answer."""
    if received:
        return received.body.decode("utf-8-sig", "replace")
    return ""


ACCEPT_PAGE = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)
