"""What Orthanc has of its own where it is looked at."""

from __future__ import annotations

import shlex

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.orthanc import address, login, misplaced, rest_api, viewer
from ohif_setup.kinds.orthanc.marks import is_info, is_orthanc
from ohif_setup.kinds.own import Own
from ohif_setup.paste.urls import origin_of


def store(server: Server) -> str:
    """By its REST API."""
    place = shlex.quote(f"{origin_of(server.url)}/instances")
    return f"store some: curl {place} --data-binary @FILE.dcm"


OWN = Own(
    called="Orthanc",
    start="sudo systemctl start orthanc; if it does not stay: sudo journalctl -u orthanc",
    restart="sudo systemctl restart orthanc; what it did last: sudo journalctl -u orthanc",
    store=store,
    whole_metadata=(
        "Orthanc hands out the main tags only where its DICOMweb plugin is told so (StudiesMetadata, SeriesMetadata).",
        Fix("Orthanc", '"DicomWeb": {"StudiesMetadata": "Full", "SeriesMetadata": "Full"}, then restart it'),
    ),
    undecoded="Debian 12's Orthanc: its web server library has that switched off",
    reads_forwarded=True,
    wrote=is_orthanc,
    info=is_info,
    start_page="/app/explorer.html",
    address=address.ADDRESS,
    login=login.LOGIN,
    rest_api=rest_api.REST_API,
    page_by_file=viewer.PAGE,
    misplaced=misplaced.fault,
)
