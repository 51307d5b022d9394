"""Recognises Orthanc by its answers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.kinds.kind import Recognised

if TYPE_CHECKING:
    from ohif_setup.network.wire.exchange import Received


def recognise(received: Received, url: str) -> Recognised | None:
    """Recognised by Orthanc's form of an error, or by its login."""
    if is_orthanc(received):
        return Recognised("orthanc", "Orthanc", "", fits=True)
    return None


def is_orthanc(received: Received) -> bool:
    """Whether the answer comes from Orthanc itself: its form of an error, or the realm of its login."""
    # Orthanc 1.10 sends no `Server` field (measured). Its errors pass through a proxy unchanged, and so does the challenge.
    shown = f"{received.header('Server')} {received.header('WWW-Authenticate')}".lower()
    return b"OrthancError" in received.body or "orthanc" in shown


def is_info(received: Received) -> bool:
    """Whether the answer is that of Orthanc's DICOMweb plugin at `/info` below its root (measured with plugin 1.7)."""
    return received.status == 200 and b'"OrthancApiRoot"' in received.body
