"""Orthanc's settings for the address that browsers use. The DICOMweb plugin writes that address into its answers."""

from __future__ import annotations

from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.own import OwnAddress

LOCALHOST = "localhost"
"""The value of "Host" in Debian's package."""


def fixed(address: str) -> tuple[str, tuple[Fix, ...]]:
    """End of the cause, and the fix, for a fixed host in the configuration."""
    cause = note = ""
    if parts_of(address).host == LOCALHOST:
        cause, note = " This is the default of Debian's package.", " (Debian's default is localhost)"
    text = f'in /etc/orthanc/dicomweb.json: "Host": ""{note}, then: sudo systemctl restart orthanc'
    return cause, (Fix("Orthanc", text),)


def host(wrong: str) -> tuple[Fix, ...]:
    """The fix for a wrong host, if the setting causes it."""
    # Any other wrong host may also come from the web server's `Host` field, so no setting is blamed for it.
    if wrong != LOCALHOST:
        return ()
    text = 'or set its own "Host" to "" in /etc/orthanc/dicomweb.json, where Debian\'s default is "localhost"'
    return (Fix("Orthanc", text),)


def path(right: str) -> tuple[Fix, ...]:
    """The fix for a wrong path: the root of the plugin."""
    # `PublicRoot` would be more direct, but plugin 1.7 ignores it (measured; it exists since 1.8).
    return (Fix("Orthanc", f'or "DicomWeb": {{"Root": "{right}/"}}'),)


ADDRESS = OwnAddress(
    fixed=fixed,
    host=host,
    secure=(Fix("Orthanc", '"DicomWeb": {"Ssl": true}, if all browsers use https'),),
    path=path,
)
