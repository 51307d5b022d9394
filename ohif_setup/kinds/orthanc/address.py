"""The settings of Orthanc for the address by which browsers reach it."""

from __future__ import annotations

from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.own import OwnAddress

LOCALHOST = "localhost"
"""What Debian's package ships as the host."""


def fixed(address: str) -> tuple[str, tuple[Fix, ...]]:
    """Debian's package fixes one."""
    cause = note = ""
    if parts_of(address).host == LOCALHOST:
        cause, note = " Debian ships it so.", " (Debian has localhost)"
    text = f'in /etc/orthanc/dicomweb.json: "Host": ""{note}, then: sudo systemctl restart orthanc'
    return cause, (Fix("Orthanc", text),)


def host(wrong: str) -> tuple[Fix, ...]:
    """Only the one that Debian ships is sure to be a setting."""
    if wrong != LOCALHOST:
        return ()
    text = 'or its own "Host", which Debian ships as "localhost" in /etc/orthanc/dicomweb.json: make it ""'
    return (Fix("Orthanc", text),)


def path(right: str) -> tuple[Fix, ...]:
    """Of the DICOMweb root."""
    return (Fix("Orthanc", f'or "DicomWeb": {{"Root": "{right}/"}}'),)


ADDRESS = OwnAddress(
    fixed=fixed,
    host=host,
    secure=(Fix("Orthanc", '"DicomWeb": {"Ssl": true}, where all browsers come by https'),),
    path=path,
)
