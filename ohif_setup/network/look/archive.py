"""What an archive holds, read with a few GETs: sample instances of different modalities, with their metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ohif_setup.browser.origin import has_origin
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token
from ohif_setup.network.wire.origin import resolve
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON, Uids

STUDIES = 25
"""How many studies of the list are considered for samples."""
SAMPLES = 4
"""How many of them are opened at once; once more where none of them is an image."""
SERIES = 20
"""How many series of a study are considered for one with pixels."""

# DICOM tags as they are written in DICOM JSON.
STUDY_UID, SERIES_UID, INSTANCE_UID, SOP_CLASS = "0020000D", "0020000E", "00080018", "00080016"
MODALITY, MODALITIES, RETRIEVE_URL, ROWS = "00080060", "00080061", "00081190", "00280010"
# Modalities without pixels.
_DOCUMENTS = ("DOC", "SR", "KO", "PR", "ECG", "REG", "RTSTRUCT", "RTPLAN", "AU", "HD")
# SOP classes without pixels: reports (88), encapsulated documents (104), presentation states (11), waveforms (9), registrations
# (66, whose 66.4 is a segmentation, which has pixels), RT structures and plans (481.3, 481.5).
_NO_IMAGES = re.compile(r"1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:88|104|11|9|66(?!\.4)|481\.[35])(?:\.|$)")
UID = re.compile(r"[0-9.]{1,64}")


@dataclass(frozen=True)
class Sample:
    """One instance with the exchange of its metadata. `bulk` has the first few BulkDataURIs in it as absolute addresses."""

    uids: Uids
    metadata: Exchange
    bulk: tuple[str, ...] = ()
    is_image: bool = True

    @property
    def dataset(self) -> Mapping[str, Any]:
        """The dataset of the metadata, empty if the answer was not one."""
        return first_dataset(self.metadata)


@dataclass(frozen=True)
class Archive:
    """`search` is the exchange of the study list; there are no samples if it failed. `refused` are the exchanges on the way to a
    sample that brought no dataset."""

    root: str
    search: Exchange
    samples: tuple[Sample, ...] = ()
    refused: tuple[Exchange, ...] = ()

    @property
    def studies(self) -> tuple[Mapping[str, Any], ...]:
        """The datasets of the study list."""
        return datasets_of(self.search)

    @property
    def image(self) -> Sample | None:
        """The first sample with pixels, if there is one."""
        return next((sample for sample in self.samples if sample.is_image), None)


def look_at_archive(http: Http, root: str, token: Token | None = None) -> Archive:
    """Requests the study list, and one instance each of a few studies of different modalities, documents first. Where none of them
    is an image, a few studies more. The token goes along with every request."""
    # ModalitiesInStudy must be asked for: servers leave it out of the default attributes (Azure's v2 does).
    query = f"limit={STUDIES}&includefield={MODALITIES}"
    search = http.send("GET", f"{root}/studies?{query}", (("Accept", JSON),), token=token)
    left = _different(Archive(root, search).studies)
    samples: list[Sample] = []
    refused: list[Exchange] = []
    for _ in range(2):
        chosen, left = left[:SAMPLES], left[SAMPLES:]
        found = side_by_side([partial(_sample, http, root, uid, refused, token) for uid in chosen])
        samples += [sample for sample in found if sample]
        if any(sample.is_image for sample in samples):
            break
    return Archive(root, search, tuple(samples), tuple(refused))


def datasets_of(exchange: Exchange) -> tuple[Mapping[str, Any], ...]:
    """The datasets of an answer in DICOM JSON; empty for anything else."""
    if exchange.received is None or exchange.received.status != 200:
        return ()
    try:
        parsed = exchange.received.json()
    except ValueError:
        return ()
    # Orthanc's own REST API has lists of strings under the same names.
    if isinstance(parsed, list):
        return tuple(dataset for dataset in parsed if isinstance(dataset, dict))
    return ()


def first_dataset(exchange: Exchange) -> Mapping[str, Any]:
    """The first dataset of an answer; empty if there is none."""
    return next(iter(datasets_of(exchange)), {})


def first_value(dataset: Mapping[str, Any], tag: str) -> str:
    """The first value of an attribute as text; for a person's name its alphabetic form. Empty if there is none."""
    match dataset.get(tag):
        case {"Value": [dict() as name, *_]}:
            return str(name.get("Alphabetic", ""))
        case {"Value": [str() | int() | float() as value, *_]}:
            return str(value)
    return ""


def _different(studies: tuple[Mapping[str, Any], ...]) -> list[str]:
    """UIDs of studies, one for each modality: first a document, whose content is bulk data, then images, then the rest; and after
    those all other studies, images first.

    Wrong addresses show only with bulk data, and compressed images are more likely among several modalities.
    """
    by_modality: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for study in studies:
        uid = first_value(study, STUDY_UID)
        if UID.fullmatch(uid):
            modality = first_value(study, MODALITIES)
            if by_modality.setdefault(modality, uid) != uid:
                others.append((modality, uid))
    order = sorted(by_modality, key=lambda modality: (modality != "DOC", modality in _DOCUMENTS))
    others.sort(key=lambda other: other[0] in _DOCUMENTS)
    return [*(by_modality[modality] for modality in order), *(uid for _, uid in others)]


def _sample(http: Http, root: str, study: str, refused: list[Exchange], token: Token | None) -> Sample | None:
    """One sample, or None if a request on the way brought no dataset; its exchange is then added to `refused`."""

    def ask(url: str) -> Exchange:
        exchange = http.send("GET", url, (("Accept", JSON),), token=token)
        if not datasets_of(exchange):
            refused.append(exchange)
        return exchange

    listed = datasets_of(ask(f"{root}/studies/{study}/series?limit={SERIES}"))
    # A key object or a report may come before the images of its study.
    with_pixels = [one for one in listed if first_value(one, MODALITY) not in _DOCUMENTS]
    series = _first_uid(with_pixels or listed, SERIES_UID)
    instance = series and _first_uid(
        datasets_of(ask(f"{root}/studies/{study}/series/{series}/instances?limit=1")), INSTANCE_UID
    )
    if not instance:
        return None
    url = f"{root}/studies/{study}/series/{series}/instances/{instance}/metadata"
    metadata = ask(url)
    dataset = first_dataset(metadata)
    bulk = [address for _, address in zip(range(5), bulk_urls(dataset, url), strict=False)]
    is_image = not _NO_IMAGES.match(first_value(dataset, SOP_CLASS))
    return Sample(Uids(study, series, instance), metadata, tuple(bulk), is_image)


def _first_uid(datasets: Sequence[Mapping[str, Any]], tag: str) -> str:
    uid = first_value(next(iter(datasets), {}), tag)
    if UID.fullmatch(uid):
        return uid
    return ""


def bulk_urls(value: Any, base: str) -> Iterator[str]:
    """The BulkDataURIs anywhere in a JSON value as absolute addresses; `base` is the address of the answer."""
    match value:
        case {"BulkDataURI": str() as address}:
            # Relative addresses are allowed and resolve against the metadata's own.
            url = resolve(base, address)
            if has_origin(url):
                yield url
        case dict():
            for child in value.values():
                yield from bulk_urls(child, base)
        case list():
            for child in value:
                yield from bulk_urls(child, base)
