"""What is specific to Orthanc when it is checked."""

from __future__ import annotations

import shlex

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.kinds.orthanc import address, login, misplaced, rest_api, viewer
from ohif_setup.kinds.orthanc.marks import is_info, is_orthanc
from ohif_setup.kinds.own import Own
from ohif_setup.paste.urls import origin_of


def store(server: Server) -> str:
    """How to store images: with its REST API, which needs no DICOM tools."""
    place = shlex.quote(f"{origin_of(server.url)}/instances")
    return f"store some: curl {place} --data-binary @FILE.dcm"


def may_not_store(server: Server, status: int, _: str) -> Fault:
    """The fault of an Orthanc that answers searches, and refuses to store."""
    cause = (
        "Orthanc itself refuses POST: a Lua script (IncomingHttpRequestFilter), its Authorization plugin, or ReadOnly."
    )
    fix = Fix(
        "Orthanc", 'grep -rnE "LuaScripts|Authorization|ReadOnly" /etc/orthanc   # then allow POST, and restart it'
    )
    if status == 401:
        cause = "Orthanc asks for its own login when images are stored, although it answers searches."
        fix = Fix("Web server", "send Orthanc's login (Authorization) with POST too, not only with GET")
    return Fault(
        "FM74",
        f"Orthanc itself refuses to store ({status})",
        'an upload ends with "Completed with 1 error", Create Report and saving a segmentation fail',
        cause,
        (
            fix,
            Fix("Answers", "or, if nobody is to store: ohif-setup set server.uploads=false, then ohif-setup generate"),
        ),
    )


OWN = Own(
    called="Orthanc",
    start="sudo systemctl start orthanc; if it stops again: sudo journalctl -u orthanc",
    restart="sudo systemctl restart orthanc; its log: sudo journalctl -u orthanc",
    store=store,
    whole_metadata=(
        # "Full" is the default, so this server was configured for "MainDicomTags".
        "Orthanc returns only the main tags if its DICOMweb plugin is configured that way (StudiesMetadata, SeriesMetadata).",
        Fix("Orthanc", '"DicomWeb": {"StudiesMetadata": "Full", "SeriesMetadata": "Full"}, then restart it'),
    ),
    # Orthanc leaves decoding to the library civetweb, and Debian builds that without it (measured).
    undecoded="Debian 12's Orthanc: decoding is disabled in its web server library",
    # Plugin 1.7 takes host and scheme from `Forwarded`, and ignores `X-Forwarded-*` (measured).
    reads_forwarded=True,
    wrote=is_orthanc,
    info=is_info,
    start_page="/app/explorer.html",
    address=address.ADDRESS,
    login=login.LOGIN,
    rest_api=rest_api.REST_API,
    page_by_file=viewer.PAGE,
    misplaced=misplaced.fault,
    # Measured with Orthanc 1.10.1 and plugin 1.7: 200, and the number of instances stays the same.
    empty_upload=True,
    may_not_store=may_not_store,
)
