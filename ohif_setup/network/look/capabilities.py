"""The capabilities of a DICOMweb server, observed with harmless GETs; `checks.capability_values` draws the conclusions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from ohif_setup.browser.origin import is_same_origin
from ohif_setup.network.look.archive import STUDY_UID, Archive, first_value, look_at_archive
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import BULK, JSON, QUOTED_FRAMES

PATIENT_NAME, DESCRIPTION = "00100010", "00081030"
UNQUOTED_FRAMES = "multipart/related; type=application/octet-stream; transfer-syntax=*"
# A part of a name that is long enough to be cut at both ends and to have two letters swapped.
_WORD = re.compile(r"[A-Za-z]{4,}")


@dataclass(frozen=True)
class CapabilityLook:
    """Each exchange is None if the archive holds nothing to test it with. `study` is the one that the searches by name should find.

    `plain` and `encoded` request study descriptions, with commas and with `%2C`; `raw_limit` sends `limit=%31`, which means 1.
    `wildcard` searches for the inner letters of a name, `fuzzy_off` and `fuzzy_on` for its beginning, `fuzzy_sound` for it
    misspelt.
    """

    archive: Archive
    study: str = ""
    plain: Exchange | None = None
    encoded: Exchange | None = None
    raw_limit: Exchange | None = None
    wildcard: Exchange | None = None
    fuzzy_off: Exchange | None = None
    fuzzy_on: Exchange | None = None
    fuzzy_sound: Exchange | None = None
    rendered: Exchange | None = None
    bulk: Exchange | None = None
    quoted: Exchange | None = None
    unquoted: Exchange | None = None


def look_at_capabilities(http: Http, root: str, archive: Archive | None = None) -> CapabilityLook:
    """Sends about twenty GETs. `root` is a DICOMweb root without a trailing slash, `archive` an earlier look at it, if any."""
    archive = archive or look_at_archive(http, root)
    # 204 is an empty archive, whose query parameters can still be tested.
    if archive.search.status not in (200, 204):
        return CapabilityLook(archive)
    requests = _of_queries(http, root) | _of_names(http, root, archive) | _of_images(http, root, archive)
    study, _ = _named_study(archive) or ("", "")
    exchanges = dict(zip(requests, side_by_side(list(requests.values())), strict=True))
    return CapabilityLook(archive, study, **exchanges)


def fields_query(comma: str) -> str:
    """A search for studies that lists attributes as OHIF does; `comma` is a comma or `%2C`."""
    return f"limit=25&includefield={comma.join((DESCRIPTION, '00080060', '00100030'))}"


def _of_queries(http: Http, root: str) -> dict[str, partial[Exchange]]:
    accept = (("Accept", JSON),)
    studies = f"{root}/studies?"
    # Sent unchanged: `send` would turn %31 into 1, and what is tested is that Debian 12's Orthanc never decodes a query.
    return {
        "plain": partial(http.send_as_is, "GET", studies + fields_query(","), headers=accept),
        "encoded": partial(http.send_as_is, "GET", studies + fields_query("%2C"), headers=accept),
        "raw_limit": partial(http.send_as_is, "GET", studies + "limit=%31", headers=accept),
    }


def _of_names(http: Http, root: str, archive: Archive) -> dict[str, partial[Exchange]]:
    named = _named_study(archive)
    if named is None:
        return {}
    _, word = named
    # The last two letters swapped: not a prefix of the name, so a server that only matches prefixes does not find it.
    sound = word[:-2] + word[-1] + word[-2]
    queries = {
        "wildcard": f"PatientName=*{quote(word[1:-1])}*",
        "fuzzy_off": f"fuzzymatching=false&PatientName={quote(word[:-1])}",
        "fuzzy_on": f"fuzzymatching=true&PatientName={quote(word[:-1])}",
        "fuzzy_sound": f"fuzzymatching=true&PatientName={quote(sound)}",
    }
    return {
        name: partial(http.send, "GET", f"{root}/studies?limit=100&{query}", (("Accept", JSON),))
        for name, query in queries.items()
    }


def _of_images(http: Http, root: str, archive: Archive) -> dict[str, partial[Exchange]]:
    asks: dict[str, partial[Exchange]] = {}
    image = archive.image
    if image:
        uids = image.uids
        instance = f"{root}/studies/{uids.study}/series/{uids.series}/instances/{uids.instance}"
        # Not multipart: Orthanc answers 400 to a multipart Accept here.
        rendered = (("Accept", "image/jpeg"),)
        asks["rendered"] = partial(http.send, "GET", f"{instance}/rendered", rendered, peek=True)
        for name, accept in (("quoted", QUOTED_FRAMES), ("unquoted", UNQUOTED_FRAMES)):
            asks[name] = partial(http.send, "GET", f"{instance}/frames/1", (("Accept", accept),), peek=True)
    # An address at another origin would test another server.
    bulk = next((url for sample in archive.samples for url in sample.bulk if is_same_origin(url, root)), "")
    if bulk:
        asks["bulk"] = partial(http.send, "GET", bulk, (("Accept", BULK),), peek=True)
    return asks


def _named_study(archive: Archive) -> tuple[str, str] | None:
    """The UID of a study and a word of its patient's name, the longest in the list. ASCII only, so that nothing needs encoding."""
    words = [
        (len(word), first_value(study, STUDY_UID), word)
        for study in archive.studies
        for word in _WORD.findall(first_value(study, PATIENT_NAME))
        if first_value(study, PATIENT_NAME).isascii()
    ]
    if not words:
        return None
    _, uid, word = max(words, key=lambda candidate: candidate[0])
    return uid, word
