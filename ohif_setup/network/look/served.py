"""The viewer as a web server serves it: the page and everything it loads, its configuration, and its routes. GETs only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Literal

from ohif_setup.browser.foreign import Tag, parts_of, tags_of
from ohif_setup.browser.origin import has_origin
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import is_ambiguous, resolve
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif import build

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

_MOST_LATER = 120
"""How many of the files that OHIF loads later are requested; the published builds have about 50."""

Kind = Literal["script", "module", "style", "wasm"]


@dataclass(frozen=True)
class Reference:
    """A script or style sheet that the page loads; `address` is as written in the page."""

    address: str
    kind: Kind


@dataclass(frozen=True)
class ViewerPart:
    """The exchange of a file of the build, requested with gzip as browsers do. Only the beginning of its body is kept."""

    url: str
    kind: Kind
    exchange: Exchange


@dataclass(frozen=True)
class ServedViewer:
    """`page` is always present, everything else only if the answer is a page.

    `later` are chunks, workers and decoders (`build.loaded_later`); empty where the main bundle or `sw.js` cannot be read.
    `config` and `config_packed` are `app-config.js` requested without and with gzip, `config_br` as browsers do over https, with
    Brotli too. `bundle_end` is the end of the main bundle, or
    its beginning if the server does not support ranges. `missing` requests a file that no build has, `wasm` one that all builds
    have, `bare` the viewer's path without its slash (None at the root); `callback` is None for a site without sign-in.
    """

    page: Exchange
    parts: tuple[ViewerPart, ...] = ()
    later: tuple[ViewerPart, ...] = ()
    config: Exchange | None = None
    config_packed: Exchange | None = None
    config_br: Exchange | None = None
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
        "config_br": partial(http.send, "GET", config_url, encoding="gzip, deflate, br, zstd"),
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
    parts = [partial(http.send, "GET", url, peek=True, to_end=True, encoding="gzip") for url, _ in urls]
    exchanges = side_by_side([*parts, *requests.values()])
    others = dict(zip(requests, exchanges[len(parts) :], strict=True))
    return ServedViewer(
        page,
        tuple(ViewerPart(url, kind, exchange) for (url, kind), exchange in zip(urls, exchanges, strict=False)),
        _loaded_later(http, base, others.get("bundle_end")),
        **others,
    )


def _loaded_later(http: Http, base: str, bundle_end: Exchange | None) -> tuple[ViewerPart, ...]:
    """What OHIF loads later, by the end of the main bundle and `sw.js`."""
    # A server without range requests answers 200 with the beginning of the bundle, which names nothing.
    if bundle_end is None or bundle_end.status != 206:
        return ()
    end = text_of(bundle_end.received)
    if not build.chunks_of(end):
        return ()
    listed = http.send("GET", base + "sw.js", peek=True)
    if listed.status != 200:
        return ()
    urls = [base + name for name in build.loaded_later(end, text_of(listed.received))[:_MOST_LATER]]
    exchanges = side_by_side([partial(http.send, "GET", url, peek=True, encoding="gzip") for url in urls])
    return tuple(
        ViewerPart(url, "wasm" if url.endswith(".wasm") else "script", exchange)
        for url, exchange in zip(urls, exchanges, strict=True)
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
    """A body as text, as browsers read it: in UTF-8, or in UTF-16 by its byte order mark or the charset of `Content-Type`. Invalid
    bytes become U+FFFD. Empty without an answer."""
    if received is None:
        return ""
    charset = "utf-8-sig"
    named = re.search(r"charset\s*=\s*[\"']?utf-16(be|le)?", received.header("Content-Type").lower())
    if received.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        charset = "utf-16"
    elif named and not received.body.startswith(b"\xef\xbb\xbf"):
        # Without a mark the label `utf-16` means little-endian (WHATWG Encoding).
        charset = f"utf-16-{named[1] or 'le'}"
    return received.body.decode(charset, "replace")


ACCEPT_PAGE = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)
