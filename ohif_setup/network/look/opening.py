"""The requests by which OHIF opens a study, with its own headers, about an instance that exists. GET alone, without a token."""

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

_PART_TYPE = re.compile(
    rb"\r?\n?--[^\r\n]{1,200}\r?\n(?:[^\r\n]{1,500}\r?\n)*?Content-Type:[ \t]*([^\r\n]{1,200})\r?\n", re.IGNORECASE
)


@dataclass(frozen=True)
class Frame:
    """The first frame of one image, asked for with quotes or without as the viewer will (`asked`), the other way, and as the viewer
    will but past the web server (None where there is nothing to pass). Each holds the beginning only."""

    asked: Exchange
    other: Exchange
    direct: Exchange | None = None


@dataclass(frozen=True)
class Opening:
    """`search` is OHIF's literal question for the list, with the switch for fuzzy matching as it will be sent. `frames` has one for
    each image among the samples, whose ways of storing may differ; `quotes` says whether they were asked for with quotes."""

    search: Exchange
    series: Exchange | None = None
    metadata: Exchange | None = None
    frames: tuple[Frame, ...] = ()
    quotes: bool = True


def look_at_opening(
    http: Http, archive: Archive, *, version: str, fuzzy: bool, quotes: bool, direct: str = ""
) -> Opening:
    """`quotes`: the viewer puts them into its Accept header. `direct` is the root past the web server, empty for none."""
    sample = archive.image or next(iter(archive.samples), None)
    uids, known = MADE_UP, 1
    if sample:
        uids, known = sample.uids, 3
    # The first request is the study list; series and metadata need a study.
    first = dicomweb_requests(archive.root, version, uploads=False, fuzzy=fuzzy, uids=uids)[:known]
    asks = [partial(http.send, "GET", request.url, _accept(request.headers, quotes=quotes)) for request in first]
    images = [sample for sample in archive.samples if sample.is_image]
    frames = [partial(_frame, http, archive.root, sample, quotes=quotes, direct=direct) for sample in images]
    answers: list[Exchange] = []
    seen: list[Frame] = []
    side_by_side([lambda: answers.extend(side_by_side(asks)), lambda: seen.extend(side_by_side(frames))])
    search, *opened = answers
    series, metadata = opened or (None, None)
    return Opening(search, series, metadata, tuple(seen), quotes)


def _frame(http: Http, root: str, sample: Sample, *, quotes: bool, direct: str) -> Frame:
    uids = sample.uids
    path = f"/studies/{uids.study}/series/{uids.series}/instances/{uids.instance}/frames/1"
    forms = [UNQUOTED_FRAMES, QUOTED_FRAMES]
    if quotes:
        forms.reverse()
    asks = [partial(http.send, "GET", root + path, (("accept", form),), peek=True) for form in forms]
    if direct:
        asks.append(partial(http.send, "GET", direct + path, (("accept", forms[0]),), peek=True))
    asked, other, *past = side_by_side(asks)
    return Frame(asked, other, *past)


def part_type(received: Received) -> str:
    """The Content-Type of the first part of a multipart answer, with its transfer syntax; empty where there is none."""
    found = _PART_TYPE.match(received.body[:4096])
    if found:
        return found[1].decode("latin-1").strip()
    return ""


def _accept(headers: tuple[tuple[str, str], ...], *, quotes: bool) -> tuple[tuple[str, str], ...]:
    if quotes:
        return headers
    return tuple((name, value.replace('"', "")) for name, value in headers)
