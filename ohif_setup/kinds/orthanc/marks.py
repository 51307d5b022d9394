"""What Orthanc says of itself in its answers. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohif_setup.kinds.kind import Recognised

if TYPE_CHECKING:
    from ohif_setup.network.wire.exchange import Received


def recognise(received: Received, url: str) -> Recognised | None:
    """By its own form of an error, or its login."""
    if is_orthanc(received):
        return Recognised("orthanc", "Orthanc", "", fits=True)
    return None


def is_orthanc(received: Received) -> bool:
    """Whether Orthanc itself answers: by its own form of an error, which a proxy hands on, or by the realm of its login."""
    shown = f"{received.header('Server')} {received.header('WWW-Authenticate')}".lower()
    return b"OrthancError" in received.body or "orthanc" in shown


def is_info(received: Received) -> bool:
    """Whether that is what Orthanc's DICOMweb plugin says of itself below its root, at `/info` (measured with plugin 1.7)."""
    return received.status == 200 and b'"OrthancApiRoot"' in received.body
