"""A published build of OHIF: the places that contain the path it was built for, its version, its modes. Pure functions on texts.

A build for `/` cannot be moved by configuration alone: page, bundles, workers and style sheets contain the path too. The counts
below were taken from the packages `@ohif/app` 3.11.1, 3.12.0, 3.12.10, 3.13.2 and 3.14.0-beta.6. `sw.js` is left alone: no page of
these versions registers it.

Texts may be decoded as UTF-8 or, so that any bytes survive the round trip, as Latin-1: all patterns are ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ohif_setup.ohif import versions

ROOT = "/"
PAGE = "index.html"


@dataclass(frozen=True)
class Place:
    """One kind of place that contains the path: the names of the files that have it, and a pattern for the slash of the path.
    Group 1 of the pattern is the text before the slash, which is kept."""

    name: str
    files: re.Pattern[str]
    pattern: re.Pattern[str]


# `/(?!/)`: an address such as //cdn.example.org names a host, not a path.
ADDRESS = Place("addresses in index.html", re.compile(r"index\.html"), re.compile(r'((?:href|src|content)=")/(?!/)'))
PUBLIC_URL = Place(
    "PUBLIC_URL in index.html", re.compile(r"index\.html"), re.compile(r"""(PUBLIC_URL\s*=\s*["'])/(?=["'])""")
)
# webpack loads every further chunk, worker and wasm file from this "public path". A build in which only this is missing
# draws CT, but no JPEG 2000, because the worker gets index.html for its wasm.
BUNDLE = Place(
    "public paths of bundles and workers",
    re.compile(r"[^/]+\.js"),
    re.compile(r'(__webpack_require__\.p = ")/(?=")'),
)
FONT = Place("fonts in style sheets", re.compile(r"[^/]+\.css"), re.compile(r"(url\()/(?!/)"))
ICON = Place(
    "icons in manifests",
    re.compile(r"manifest\.json|assets/(?:manifest\.webapp|yandex-browser-manifest\.json|browserconfig\.xml)"),
    re.compile(r'(")/(?=assets/)'),
)
# The microscopy viewer is a prebuilt bundle with a public path of its own, imported at run time.
MICROSCOPY = Place(
    "import of the microscopy viewer",
    re.compile(r"app\.bundle\.[^/]*\.js"),
    re.compile(r"(browserImportFunction\(')/(?=dicom-microscopy-viewer/)"),
)
MICROSCOPY_PATH = Place(
    "public paths of the microscopy viewer",
    re.compile(r"dicom-microscopy-viewer/[^/]+\.js"),
    re.compile(r'(\.p=")/(?=dicom-microscopy-viewer/")'),
)
PLACES = (ADDRESS, PUBLIC_URL, BUNDLE, FONT, ICON, MICROSCOPY, MICROSCOPY_PATH)

_ALWAYS = {ADDRESS.name: 33, PUBLIC_URL.name: 2, FONT.name: 5, ICON.name: 17, MICROSCOPY.name: 1}
KNOWN: Mapping[tuple[int, int], Mapping[str, int]] = {
    (3, 11): {**_ALWAYS, BUNDLE.name: 7, MICROSCOPY_PATH.name: 2},
    (3, 12): {**_ALWAYS, BUNDLE.name: 7},
    (3, 13): {**_ALWAYS, BUNDLE.name: 8},
    (3, 14): {**_ALWAYS, BUNDLE.name: 8},
}
"""How many places of each kind a version has. Any other count means a build that was changed, or one that is not known."""

_BASE = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")
# The lengths are bounded: a hostile page must not make the search quadratic.
_MAIN_BUNDLE = re.compile(
    r"""\bsrc=["']?([^"'\s<>=]{0,500}?)(app\.bundle\.(?:[^"'\s<>=/]{0,200}\.)?js|app-config\.js)(?=["'\s>])"""
)
_PUBLIC_PATH = re.compile(r'__webpack_require__\.p\s?=\s?"([^"]*)"')
# `x.p="/"` with any name for webpack's require. The lookbehind comes after `.p`, so that the search starts at a rare
# text.
_MINIFIED_PUBLIC_PATH = re.compile(r'\.p(?<=[\w$]\.p)\s?=\s?"((?:https?:/)?/[^"\s]*)"')
# `{1644: "interpolation",}[chunkId] || chunkId) + ".bundle." + {100: "cb02411ce321d4e4",}[chunkId] + ".js"`
_CHUNKS = re.compile(
    r"""return ""\s?\+\s?\((\{[^{}]{0,5000}\})\[\w{1,20}\]\s?\|\|\s?\w{1,20}\)\s?\+\s?"\.bundle\."\s?\+\s?(\{[^{}]{0,20000}\})\[""",
)
_ENTRY = re.compile(r'"?([\w-]{1,60})"?:\s?"([\w.-]{1,60})"')
# Beside the page only: the microscopy viewer and the segmentation models have folders of their own.
_LISTED = re.compile(r"""["']/?([\w.-]{1,200}\.(?:js|wasm))["']""")
_VERSION = re.compile(r'versionNumber = "(\d+\.\d+\.\d+[^"\s]{0,64})"')
_ROUTE = re.compile(r"routeName: '([A-Za-z0-9_-]+)'")
_TOP_SCRIPT = re.compile(r"[^/]+\.js")
_BUNDLE_NAME = re.compile(r"[^/]+\.bundle\.(?:[^/]*\.)?js")

_ENTERED_BY_FILE = (
    "<script>/* Served as a folder, the page is entered at its file name, which OHIF's router does not know. */"
    'location.pathname.endsWith("/index.html")&&history.replaceState(null,"",location.pathname.slice(0,-10)'
    "+location.search+location.hash)</script>"
)
_ROUTES_OF_SIGN_IN = ("callback", "logout-redirect.html")
"""The routes to which sign-in and sign-out return. Like the modes, they are no files but routes of the page."""


@dataclass(frozen=True)
class BuildSurvey:
    """What the files of a build contain: the number of places of each kind, the paths in page and bundles, the versions, and the
    routes of the modes. `minified`: public paths were found in the spelling of a minified build only."""

    places: Mapping[str, int] = field(default_factory=dict)
    bases: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset()
    minified: bool = False

    @property
    def version(self) -> str | None:
        """`3.13.2`; None where the build names no version, several, or one that is not a version of OHIF."""
        only = ""
        if len(self.versions) == 1:
            only = next(iter(self.versions))
        if versions.is_version(only):
            return only
        return None


@dataclass(frozen=True)
class BuildFault:
    """Why a build cannot be the source of a copy; `detail` is the evidence, for messages."""

    kind: Literal["moved", "minified", "version", "places"]
    detail: str


def survey(name: str, text: str) -> BuildSurvey:
    """The survey of one file; `name` is relative to the folder of `index.html`, with `/` between its parts."""
    counts = {place.name: len(place.pattern.findall(text)) for place in PLACES if place.files.fullmatch(name)}
    bases: set[str] = set()
    minified = False
    if name == PAGE:
        bases.update(found for found in (base_of(text),) if found is not None)
    if _BUNDLE_NAME.fullmatch(name):
        bases.update(_PUBLIC_PATH.findall(text))
        # Only where the known spelling is absent: minified code may contain other `.p="/"`.
        minified = not bases and name.startswith("app.") and public_path_of(text) is not None
        bases.update(_MINIFIED_PUBLIC_PATH.findall(text) if minified else ())
    is_script = bool(_TOP_SCRIPT.fullmatch(name))
    return BuildSurvey(
        {kind: count for kind, count in counts.items() if count},
        frozenset(bases),
        frozenset(_VERSION.findall(text)) if is_script else frozenset(),
        frozenset(_ROUTE.findall(text)) if is_script else frozenset(),
        minified,
    )


def combined(surveys: Iterable[BuildSurvey]) -> BuildSurvey:
    """The survey of a build from those of its files."""
    places: dict[str, int] = {}
    bases: set[str] = set()
    seen: set[str] = set()
    routes: set[str] = set()
    minified = False
    for file in surveys:
        for kind, count in file.places.items():
            places[kind] = places.get(kind, 0) + count
        bases |= file.bases
        seen |= file.versions
        routes |= file.routes
        minified |= file.minified
    return BuildSurvey(places, frozenset(bases), frozenset(seen), frozenset(routes), minified)


def fault(seen: BuildSurvey, base: str) -> BuildFault | None:
    """Why the build cannot be served at `base` (`/`, or `/ohif/` with both slashes); None when it can.

    At `/` nothing is rewritten, so any build for `/` will do, whatever its version and spelling.
    """
    elsewhere = sorted(seen.bases - {ROOT})
    if elsewhere:
        return BuildFault("moved", " and ".join(map(repr, elsewhere)))
    if base == ROOT:
        return None
    if seen.minified:
        return BuildFault("minified", "its bundles are formatted differently from those of the published package")
    known = _known(seen.version)
    if known is None:
        return BuildFault("version", seen.version or "an unknown version")
    wrong = [
        f"{seen.places.get(place.name, 0)} {place.name}, expected {known.get(place.name, 0)}"
        for place in PLACES
        if seen.places.get(place.name, 0) != known.get(place.name, 0)
    ]
    if wrong:
        return BuildFault("places", "; ".join(wrong))
    return None


def moved(name: str, text: str, base: str) -> str:
    """The text of file `name` of an untouched build, rewritten to be served at `base` (`/ohif/`, with both slashes). Not
    idempotent: a second rewrite would break it. Raises ValueError for a base that would need quoting in HTML, CSS or
    JavaScript."""
    if not _BASE.fullmatch(base):
        raise ValueError(f"{base!r} is not a path of plain segments with a slash at both ends")
    for place in PLACES:
        if place.files.fullmatch(name):
            text = place.pattern.sub(lambda match: match[1] + base, text)
    return text


def with_entry_by_file(page: str) -> str:
    """`index.html` for a server that serves it under its file name only (Orthanc's ServeFolders): a script removes that name from
    the address before OHIF's router sees it, which would show its own 404. Raises ValueError where the page has no head."""
    before, head, after = page.partition("<head>")
    if not head:
        raise ValueError("the page has no <head>")
    return f"{before}{head}{_ENTERED_BY_FILE}{after}"


def copies(seen: BuildSurvey) -> tuple[str, ...]:
    """The names under which a server without a fallback needs copies of `index.html`: the routes of the modes and of sign-in."""
    return (*sorted(seen.routes), *_ROUTES_OF_SIGN_IN)


def base_of(index_html: str) -> str | None:
    """The path in the page, which is the text before the name of the main bundle: `/`, `/ohif/`, empty or `./` for relative
    addresses, or a whole URL. None where it is not OHIF's page."""
    # The bundle has precedence; a page without one still names app-config.js, which has the same path.
    found = {name.startswith("app.bundle"): before for before, name in _MAIN_BUNDLE.findall(index_html)}
    return found.get(True, found.get(False))


def public_path_of(bundle: str) -> str | None:
    """The path from which the main bundle loads everything else (webpack's public path), minified or not: `/`, `/ohif/` or a whole
    URL; None where there is none. It is in the last 20 kB of a bundle of 15 to 17 MB."""
    match = _PUBLIC_PATH.search(bundle) or _MINIFIED_PUBLIC_PATH.search(bundle)
    if match:
        return match[1]
    return None


def chunks_of(bundle: str) -> tuple[str, ...]:
    """The names of the scripts that the main bundle loads later, chunks and workers, in its order; empty where the list is not
    written as in the published builds. It is in the last 20 kB of the bundle."""
    found = _CHUNKS.search(bundle)
    if found is None:
        return ()
    names = dict(_ENTRY.findall(found[1]))
    return tuple(f"{names.get(chunk, chunk)}.bundle.{digest}.js" for chunk, digest in _ENTRY.findall(found[2]))


def loaded_later(bundle: str, service_worker: str) -> tuple[str, ...]:
    """The files beside the page that OHIF loads later: the WebAssembly that decodes compressed images, then the scripts that the
    main bundle names. `service_worker` is `sw.js` of the build, in which webpack lists the files that there are: of the chunks that
    3.11.1 names, one has no script."""
    listed = dict.fromkeys(_LISTED.findall(service_worker))
    decoders = (name for name in listed if name.endswith(".wasm"))
    return (*decoders, *(name for name in chunks_of(bundle) if name in listed))


def _known(version: str | None) -> Mapping[str, int] | None:
    try:
        return KNOWN.get(versions.parse(version or ""))
    except ValueError:
        return None
