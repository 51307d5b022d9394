"""What an archive holds, looked at by a few GETs without a token: samples of different kinds, each with its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ohif_setup.browser.origin import has_origin
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.network.wire.origin import resolve
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON, Uids

STUDIES = 25
"""Studies among which samples are chosen."""
SAMPLES = 4

STUDY_UID, SERIES_UID, INSTANCE_UID, SOP_CLASS = "0020000D", "0020000E", "00080018", "00080016"
MODALITIES, RETRIEVE_URL, ROWS = "00080061", "00081190", "00280010"
_DOCUMENTS = ("DOC", "SR", "KO", "PR", "ECG", "REG", "RTSTRUCT", "RTPLAN")
_NO_IMAGES = re.compile(r"1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:88|104|11|9|66(?!\.4)|481\.[35])(?:\.|$)")
"""SOP classes without pixels: reports, documents, presentation states, waveforms, registrations, structures and plans."""
UID = re.compile(r"[0-9.]{1,64}")


@dataclass(frozen=True)
class Sample:
    """One instance with the exchange of its metadata. `bulk` are the BulkDataURIs of the metadata as absolute addresses, a few."""

    uids: Uids
    metadata: Exchange
    bulk: tuple[str, ...] = ()
    is_image: bool = True

    @property
    def dataset(self) -> Mapping[str, Any]:
        """The metadata's one dataset, empty where it is none."""
        return first_dataset(self.metadata)


@dataclass(frozen=True)
class Archive:
    """`search` is the list of studies; samples are there only where it is one. `refused` are the questions for samples to which
    no dataset came."""

    root: str
    search: Exchange
    samples: tuple[Sample, ...] = ()
    refused: tuple[Exchange, ...] = ()

    @property
    def studies(self) -> tuple[Mapping[str, Any], ...]:
        """The datasets of the list."""
        return datasets_of(self.search)

    @property
    def image(self) -> Sample | None:
        """A sample with pixels."""
        return next((sample for sample in self.samples if sample.is_image), None)


def look_at_archive(http: Http, root: str) -> Archive:
    """Asks for the list, and for one instance each of a few studies of different modalities, documents first."""
    search = http.send("GET", f"{root}/studies?limit={STUDIES}&includefield={MODALITIES}", (("Accept", JSON),))
    archive = Archive(root, search)
    chosen = _different(archive.studies)
    refused: list[Exchange] = []
    samples = side_by_side([partial(_sample, http, root, uid, refused) for uid in chosen])
    return Archive(root, search, tuple(sample for sample in samples if sample), tuple(refused))


def datasets_of(exchange: Exchange) -> tuple[Mapping[str, Any], ...]:
    """The datasets of an answer in DICOM JSON; empty for anything else."""
    if exchange.received is None or exchange.received.status != 200:
        return ()
    try:
        found = exchange.received.json()
    except ValueError:
        return ()
    if isinstance(found, list):
        return tuple(dataset for dataset in found if isinstance(dataset, dict))
    return ()


def first_dataset(exchange: Exchange) -> Mapping[str, Any]:
    """The first of them, or nothing."""
    return next(iter(datasets_of(exchange)), {})


def first_value(dataset: Mapping[str, Any], tag: str) -> str:
    """The first value of an attribute as text; of a name its alphabetic form. Empty without one."""
    match dataset.get(tag):
        case {"Value": [dict() as name, *_]}:
            return str(name.get("Alphabetic", ""))
        case {"Value": [str() | int() | float() as value, *_]}:
            return str(value)
    return ""


def _different(studies: tuple[Mapping[str, Any], ...]) -> list[str]:
    """UIDs of studies, one for each modality: first a document, whose content is bulk data, then images."""
    by_modality: dict[str, str] = {}
    for study in studies:
        uid = first_value(study, STUDY_UID)
        if UID.fullmatch(uid):
            by_modality.setdefault(first_value(study, MODALITIES), uid)
    order = sorted(by_modality, key=lambda modality: (modality != "DOC", modality in _DOCUMENTS))
    return [by_modality[modality] for modality in order][:SAMPLES]


def _sample(http: Http, root: str, study: str, refused: list[Exchange]) -> Sample | None:
    """None where a question on the way got no dataset; it is then added to `refused`."""

    def ask(url: str) -> Exchange:
        exchange = http.send("GET", url, (("Accept", JSON),))
        if not datasets_of(exchange):
            refused.append(exchange)
        return exchange

    series = _first_uid(ask(f"{root}/studies/{study}/series?limit=1"), SERIES_UID)
    instance = series and _first_uid(ask(f"{root}/studies/{study}/series/{series}/instances?limit=1"), INSTANCE_UID)
    if not instance:
        return None
    url = f"{root}/studies/{study}/series/{series}/instances/{instance}/metadata"
    metadata = ask(url)
    dataset = first_dataset(metadata)
    bulk = [address for _, address in zip(range(5), bulk_urls(dataset, url), strict=False)]
    is_image = not _NO_IMAGES.match(first_value(dataset, SOP_CLASS))
    return Sample(Uids(study, series, instance), metadata, tuple(bulk), is_image)


def _first_uid(exchange: Exchange, tag: str) -> str:
    uid = first_value(first_dataset(exchange), tag)
    if UID.fullmatch(uid):
        return uid
    return ""


def bulk_urls(value: Any, base: str) -> Iterator[str]:
    """The BulkDataURIs anywhere in a JSON value as absolute addresses; `base` is the address that it came from."""
    match value:
        case {"BulkDataURI": str() as address}:
            url = resolve(base, address)
            if has_origin(url):
                yield url
        case dict():
            for child in value.values():
                yield from bulk_urls(child, base)
        case list():
            for child in value:
                yield from bulk_urls(child, base)
