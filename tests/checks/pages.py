"""A viewer as it is served, as values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ohif_setup.network.look.served import ServedViewer, ViewerPart
from ohif_setup.network.wire.exchange import Exchange
from tests.checks.observed import HTML, OWN, Fields, got

SCRIPT: Fields = (("Content-Type", "text/javascript"),)
STYLE: Fields = (("Content-Type", "text/css"),)
PACKED: Fields = (*SCRIPT, ("Content-Encoding", "gzip"))
NO_CACHE: Fields = (*SCRIPT, ("Cache-Control", "no-cache"))
CONFIG = """window.config = {
  routerBasename: '/', extensions: [], modes: [], showStudyList: true, httpErrorHandler: error => console.error(error),
  defaultDataSourceName: 'dicomweb',
  dataSources: [{ namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'dicomweb', configuration: {
    friendlyName: 'Orthanc', name: 'dicomweb', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web', imageRendering: 'wadors',
    thumbnailRendering: 'wadors', enableStudyLazyLoad: true, supportsWildcard: true, bulkDataURI: { enabled: true } } }],
};
"""


def page(base: str = "/", head: str = "") -> str:
    """OHIF's page as a build for that path has it."""
    return (
        f'<!doctype html><html><head>{head}<script>window.PUBLIC_URL="{base}"</script>'
        f'<script rel="preload" src="{base}app-config.js"></script>'
        f'<script type="module" src="{base}init-service-worker.js"></script><title>OHIF Viewer</title>'
        f'<script defer src="{base}app.bundle.0f61.js"></script><link href="{base}app.bundle.css" rel="stylesheet"></head></html>'
    )


def served(base: str = "/", **changed: Any) -> ServedViewer:
    """A viewer with which nothing is wrong, built for `base`."""
    home = f"{OWN}{base}"
    html = page(base)
    whole = ServedViewer(
        page=got(200, html, HTML, home),
        parts=(
            ViewerPart(
                f"{home}init-service-worker.js", "module", got(200, "x", PACKED, f"{home}init-service-worker.js")
            ),
            ViewerPart(f"{home}app.bundle.0f61.js", "script", got(200, "x", PACKED, f"{home}app.bundle.0f61.js")),
            ViewerPart(f"{home}app.bundle.css", "style", got(200, "x", STYLE, f"{home}app.bundle.css")),
        ),
        config=got(200, CONFIG, NO_CACHE, f"{home}app-config.js"),
        config_packed=got(200, CONFIG, NO_CACHE, f"{home}app-config.js"),
        bundle_end=got(206, f'__webpack_require__.p = "{base}";', SCRIPT, f"{home}app.bundle.0f61.js"),
        wasm=got(200, b"\0asm", (("Content-Type", "application/wasm"),), f"{home}ort/ort-wasm-simd.wasm"),
        missing=got(404, "no", HTML, f"{home}nosuch.bundle.js"),
        deep_link=got(200, html, HTML, f"{home}viewer?StudyInstanceUIDs=1.2.3"),
    )
    return replace(whole, **changed)


def part(viewer: ServedViewer, name: str, exchange: Exchange) -> ServedViewer:
    """The same viewer with another answer for the part of that name."""
    parts = tuple(replace(one, exchange=exchange) if name in one.url else one for one in viewer.parts)
    return replace(viewer, parts=parts)
