"""The requests with which OHIF opens a study, with OHIF's own headers, for an existing instance. GETs without a token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from ohif_setup.network.look.archive import Archive, Sample
from ohif_setup.network.look.capabilities import UNQUOTED_FRAMES
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import MADE_UP, QUOTED_FRAMES, dicomweb_requests

# The boundary line, any header lines, then Content-Type. All limits keep the time linear for a hostile body.
_PART_TYPE = re.compile(
    rb"\r?\n?--[^\r\n]{1,200}\r?\n(?:[^\r\n]{1,500}\r?\n)*?Content-Type:[ \t]*([^\r\n]{1,200})\r?\n", re.IGNORECASE
)


@dataclass(frozen=True)
class Frame:
    """The first frame of one image: requested with the viewer's Accept, quoted or unquoted (`asked`), with the other form
    (`other`), and with the viewer's form directly at the server behind the web server (`direct`, None without one). Only the
    beginning of each body is read."""

    asked: Exchange
    other: Exchange
    direct: Exchange | None = None


@dataclass(frozen=True)
class Opening:
    """`search` is OHIF's literal request for the study list, with `fuzzymatching` as it will be sent. `frames` has an entry for
    each image among the samples, because their transfer syntaxes may differ; `quotes` is the form of `Frame.asked`."""

    search: Exchange
    series: Exchange | None = None
    metadata: Exchange | None = None
    frames: tuple[Frame, ...] = ()
    quotes: bool = True


def look_at_opening(
    http: Http, archive: Archive, *, version: str, fuzzy: bool, quotes: bool, direct: str = ""
) -> Opening:
    """`quotes`: the viewer's Accept header has them. `direct` is the root of the server behind the web server, empty if there is
    none. `version` is that of OHIF, whose requests differ by version."""
    sample = archive.image or next(iter(archive.samples), None)
    # The requests come in the order list, series, metadata; without a sample only the list can be tested.
    uids, usable = MADE_UP, 1
    if sample:
        uids, usable = sample.uids, 3
    literal = dicomweb_requests(archive.root, version, uploads=False, fuzzy=fuzzy, uids=uids)[:usable]
    requests = [partial(http.send, "GET", request.url, _accept(request.headers, quotes=quotes)) for request in literal]
    images = [sample for sample in archive.samples if sample.is_image]
    frames = [partial(_frame, http, archive.root, sample, quotes=quotes, direct=direct) for sample in images]
    answers: list[Exchange] = []
    seen: list[Frame] = []
    # Two lists of different types at the same time, which one call of side_by_side cannot return.
    side_by_side([lambda: answers.extend(side_by_side(requests)), lambda: seen.extend(side_by_side(frames))])
    search, *opened = answers
    series, metadata = opened or (None, None)
    return Opening(search, series, metadata, tuple(seen), quotes)


def _frame(http: Http, root: str, sample: Sample, *, quotes: bool, direct: str) -> Frame:
    uids = sample.uids
    path = f"/studies/{uids.study}/series/{uids.series}/instances/{uids.instance}/frames/1"
    forms = [UNQUOTED_FRAMES, QUOTED_FRAMES]
    if quotes:
        forms.reverse()
    requests = [partial(http.send, "GET", root + path, (("accept", form),), peek=True) for form in forms]
    if direct:
        requests.append(partial(http.send, "GET", direct + path, (("accept", forms[0]),), peek=True))
    asked, other, *at_server = side_by_side(requests)
    return Frame(asked, other, *at_server)


def part_type(received: Received) -> str:
    """The Content-Type of the first part of a multipart answer, with its transfer syntax; empty if there is none."""
    match = _PART_TYPE.match(received.body[:4096])
    if match:
        return match[1].decode("latin-1").strip()
    return ""


def _accept(headers: tuple[tuple[str, str], ...], *, quotes: bool) -> tuple[tuple[str, str], ...]:
    # OHIF 3.11 and older have a multipart type in the Accept of series and metadata, too, and unquote it as well.
    if quotes:
        return headers
    return tuple((name, value.replace('"', "")) for name, value in headers)
