"""Which answer shows the headers of the scripts that OHIF's workers run. Pure."""

from __future__ import annotations

from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange


def worker_script(viewer: ServedViewer) -> Exchange | None:
    """An answer that stands for them; None where no script came.

    Workers are chunks of the build, and nothing says which. Where all chunks have the same headers, one of them stands for all;
    else, or where they are not known, the main bundle does.
    """
    chunks = [part.exchange for part in viewer.later if part.kind == "script" and part.exchange.status == 200]
    if chunks and len({_headers(chunk) for chunk in chunks}) == 1:
        return chunks[0]
    mains = (part.exchange for part in viewer.parts if "/app.bundle." in part.url and part.kind != "style")
    return next((main for main in mains if main.status == 200), None)


def _headers(exchange: Exchange) -> tuple[str, ...]:
    assert exchange.received is not None
    names = ("Content-Security-Policy", "Cross-Origin-Embedder-Policy")
    return tuple(exchange.received.header(name) for name in names)
