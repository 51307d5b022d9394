"""The requests with which OHIF opens a study, with OHIF's own headers, for an existing instance. GETs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ohif_setup.browser.origin import is_same_origin
from ohif_setup.network.look.archive import Archive, Sample
from ohif_setup.network.look.capabilities import UNQUOTED_FRAMES
from ohif_setup.network.look.pixels import bytes_of_frame, frames_of
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import PEEK, SIZE_LIMIT, Http, Token
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import BULK, MADE_UP, QUOTED_FRAMES, dicomweb_requests

_READ_WHOLE = SIZE_LIMIT // 2
"""A frame of more bytes is read at its beginning only."""


@dataclass(frozen=True)
class Frame:
    """One frame of an image, by its `number` from 1: requested with the viewer's Accept, quoted or not (`asked`), with the other
    form (`other`), and with the viewer's form directly at the server behind the web server (`direct`, None without one). `asked` is
    read whole where the metadata (`dataset`) promise no more than 1 MiB, of everything else only the beginning is read."""

    asked: Exchange
    other: Exchange
    direct: Exchange | None = None
    dataset: Mapping[str, Any] = field(default_factory=dict)
    number: int = 1

    @property
    def is_read_whole(self) -> bool:
        """Whether the body of `asked` was read to its end."""
        return reads_whole(self.dataset) or len(self.asked.received.body if self.asked.received else b"") < PEEK


@dataclass(frozen=True)
class Opening:
    """`search` is OHIF's literal request for the study list, with `fuzzymatching` as it will be sent. `frames` has an entry for
    each image among the samples, because their transfer syntaxes may differ, and for the last frame of one with several;
    `quotes` is the form of `Frame.asked`. `bulk` is the first object that the metadata name by address; None if they name none at
    the origin of the root."""

    search: Exchange
    series: Exchange | None = None
    metadata: Exchange | None = None
    frames: tuple[Frame, ...] = ()
    quotes: bool = True
    bulk: Exchange | None = None


def look_at_opening(
    http: Http,
    archive: Archive,
    *,
    version: str,
    fuzzy: bool,
    quotes: bool,
    direct: str = "",
    token: Token | None = None,
) -> Opening:
    """`quotes`: the viewer's Accept header has them. `direct` is the root of the server behind the web server, empty if there is
    none. `version` is that of OHIF, whose requests differ by version. The token goes along with every request but those to
    `direct`."""
    sample = archive.image or next(iter(archive.samples), None)
    # The requests come in the order list, series, metadata; without a sample only the list can be tested.
    uids, usable = MADE_UP, 1
    if sample:
        uids, usable = sample.uids, 3
    literal = dicomweb_requests(archive.root, version, uploads=False, fuzzy=fuzzy, uids=uids)[:usable]
    requests = [
        partial(http.send, "GET", request.url, _accept(request.headers, quotes=quotes), token=token)
        for request in literal
    ]
    # An address at another origin would test another server, and no token may go there.
    bulk = next((url for sample in archive.samples for url in sample.bulk if is_same_origin(url, archive.root)), "")
    if bulk:
        requests.append(
            partial(http.send, "GET", bulk, _accept((("accept", BULK),), quotes=quotes), token=token, peek=True)
        )
    images = [sample for sample in archive.samples if sample.is_image]
    frames = [
        partial(_frame, http, archive.root, sample, number, quotes=quotes, direct=direct, token=token)
        for sample in images
        for number in dict.fromkeys((1, frames_of(sample.dataset)))
    ]
    answers: list[Exchange] = []
    seen: list[Frame] = []
    # Two lists of different types at the same time, which one call of side_by_side cannot return.
    side_by_side([lambda: answers.extend(side_by_side(requests)), lambda: seen.extend(side_by_side(frames))])
    bulk_data = answers.pop() if bulk else None
    search, *opened = answers
    series, metadata = opened or (None, None)
    return Opening(search, series, metadata, tuple(seen), quotes, bulk_data)


def _frame(
    http: Http, root: str, sample: Sample, number: int, *, quotes: bool, direct: str, token: Token | None
) -> Frame:
    uids = sample.uids
    path = f"/studies/{uids.study}/series/{uids.series}/instances/{uids.instance}/frames/{number}"
    forms = [UNQUOTED_FRAMES, QUOTED_FRAMES]
    if quotes:
        forms.reverse()
    whole = reads_whole(sample.dataset)
    requests = [
        partial(http.send, "GET", root + path, (("accept", form),), token=token, peek=not (whole and form == forms[0]))
        for form in forms
    ]
    if direct:
        requests.append(partial(http.send, "GET", direct + path, (("accept", forms[0]),), peek=True))
    asked, other, *at_server = side_by_side(requests)
    return Frame(asked, other, at_server[0] if at_server else None, sample.dataset, number)


def reads_whole(dataset: Mapping[str, Any]) -> bool:
    """Whether a frame of that image is read to its end."""
    promised = bytes_of_frame(dataset)
    return promised is not None and promised <= _READ_WHOLE


def _accept(headers: tuple[tuple[str, str], ...], *, quotes: bool) -> tuple[tuple[str, str], ...]:
    # OHIF 3.11 and older have a multipart type in the Accept of series and metadata, too, and unquote it as well.
    if quotes:
        return headers
    return tuple((name, value.replace('"', "")) for name, value in headers)
