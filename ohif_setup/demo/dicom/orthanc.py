"""A real Orthanc as the archive behind the stand-in of the DICOM service."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from ohif_setup.demo.dicom.archive import Judged
from ohif_setup.demo.dicom.query import NAMES, Dataset, Query, values, words_match
from ohif_setup.demo.exchange import Fields, Reply

SECONDS = 60.0

_NOT_RAW = re.compile(r"[^!$'()*,./0-9:;<=>?@A-Z\[\]^_`a-z|~\\-]")


class OrthancArchive:
    """Forwards requests to the DICOMweb root of an Orthanc, such as `http://127.0.0.1:8042/dicom-web`.

    Only searches are changed: a name with fuzzy matching, which Orthanc ignores, becomes a wildcard search whose result
    is filtered by the rule of Azure; an empty list becomes 204.
    """

    def __init__(self, url: str) -> None:
        self._root = urlsplit(url.rstrip("/"))

    def answer(self, judged: Judged) -> Reply:
        """Answers from Orthanc."""
        path = f"{self._root.path}/{_below_root(judged)}"
        if judged.route.kind != "search" or judged.query is None:
            return self._send(judged, path, judged.request.query)
        if any("*" in value or "?" in value for _, value in judged.query.filters):
            # Wildcards of Orthanc, but literal characters for Azure. No attribute in the archive contains one.
            return Reply(204)
        reply = self._send(judged, path, _for_orthanc(judged.request.query, judged.query))
        if reply.status != 200:
            return reply
        found = list(_sifted(json.loads(reply.body), judged.query))
        if not found:
            return Reply(204)
        return Reply(200, reply.headers, json.dumps(found).encode())

    def _send(self, judged: Judged, path: str, query: Fields) -> Reply:
        request = judged.request
        # Nothing else: the token was checked by the stand-in, and Orthanc has no use for it.
        passed = ("accept", "content-type")
        headers = {name: value for name, value in request.headers if name.lower() in passed}
        connection = http.client.HTTPConnection(self._root.hostname or "", self._root.port or 80, timeout=SECONDS)
        try:
            target = path
            if query:
                target += f"?{_raw(query)}"
            connection.request(request.method, target, request.body or None, headers)
            answer = connection.getresponse()
            content_type = answer.getheader("Content-Type")
            reply = Reply(answer.status, (), answer.read())
            if content_type:
                reply = reply.adding(("Content-Type", content_type))
            return reply
        finally:
            connection.close()


def _below_root(judged: Judged) -> str:
    """The path below the DICOMweb root, without version and partition."""
    segments = judged.request.path.strip("/").split("/")[1:]
    if segments[:1] == ["partitions"]:
        del segments[:2]
    return "/".join(segments)


def _raw(fields: Fields) -> str:
    """The query string without percent-encoding, which Debian's Orthanc does not decode.

    A character that would need encoding becomes `?`, Orthanc's wildcard for a single character.
    """
    return "&".join(f"{name}={_NOT_RAW.sub('?', value)}" for name, value in fields)


def _for_orthanc(fields: Fields, query: Query) -> Fields:
    """The parameters with a fuzzy name as a wildcard: `doe jo` is sent as `*doe*`, and the result is filtered afterwards."""
    if not query.fuzzy:
        return fields
    names = {"patientname", "referringphysicianname", *(tag.lower() for tag in NAMES)}
    return tuple((name, f"*{value.split()[0]}*" if name.lower() in names else value) for name, value in fields)


def _sifted(found: list[Dataset], query: Query) -> Iterable[Dataset]:
    """The results whose names match by the rule of Azure."""
    wanted = [(tag, value) for tag, value in query.filters if query.fuzzy and tag in NAMES]
    for dataset in found:
        if all(any(words_match(name, value) for name in values(dataset, tag)) for tag, value in wanted):
            yield dataset
