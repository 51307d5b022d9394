"""The study list with each of its filters, sent as OHIF sends them, for studies that the archive lists. GETs.

Measured with OHIF 3.11.1 and 3.13.2, whose source (`qido.js`) says the same: text is sent between asterisks where
`supportsWildcard` is set, dates as a range, modalities with a comma between them; `limit`, `offset`, `fuzzymatching` and
`includefield` always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from ohif_setup.network.look.archive import MODALITIES, MODALITY, STUDY_UID, datasets_of, first_value
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http, Token
from ohif_setup.network.wire.parallel import side_by_side
from ohif_setup.ohif.requests import JSON, dicomweb_requests

NAME, PATIENT_ID, ACCESSION, DESCRIPTION, DATE = "00100010", "00100020", "00080050", "00081030", "00080020"
NOBODY, NO_PERIOD, NO_MODALITY = "zzqxjv", "17000101-17000102", "ZZ"
"""Values that no study has."""
_WORD = re.compile(r"[A-Za-z]{3,}")
_PLAIN = re.compile(r"[A-Za-z0-9._-]{2,64}")
_DAY = re.compile(r"(?:19|20)[0-9]{6}")
_MODALITY = re.compile(r"[A-Z]{2,16}")


@dataclass(frozen=True)
class Filter:
    """One filter of the list.

    `name` for a sentence, `parameter` as it is sent, `study` is the UID of one that it must find, empty if no study has a value for
    it: then `asked` is `nobody`. `asked` is the list with the
    value of that study, `nobody` with a value that no study has. `other_case` is `asked` in the letters in which the archive has
    the value; None where those are the same, or where `asked` found the study.
    """

    name: str
    parameter: str
    study: str
    asked: Exchange
    nobody: Exchange
    other_case: Exchange | None = None

    @property
    def value(self) -> str:
        """The value as it was sent. It may be a patient's name, so no report shows it."""
        return self.asked.sent.url.rpartition("=")[2]

    @property
    def finds(self) -> bool:
        """Whether the study is in the answer."""
        return _finds(self.asked, self.study)


@dataclass(frozen=True)
class FilterLook:
    """`plain` is the list without a filter. `direct` is a search for nobody, asked past the web server: by the first filter that is
    refused, else by the first of all, whose name is `direct_by`. None without a web server."""

    plain: Exchange
    filters: tuple[Filter, ...] = ()
    direct: Exchange | None = None
    direct_by: str = ""


@dataclass(frozen=True)
class _Example:
    """What to ask: as in `Filter`, with the value as a user types it, as the archive has it, and one that nobody has."""

    name: str
    parameter: str
    study: str
    typed: str
    stored: str
    nobody: str


def look_at_filters(
    http: Http,
    root: str,
    *,
    version: str,
    fuzzy: bool,
    wildcard: bool,
    decodes: bool,
    direct: str = "",
    token: Token | None = None,
) -> FilterLook:
    """`version` is that of OHIF; `fuzzy` and `wildcard` are what its data source says of the server. Without `decodes` no value is
    sent that has to be encoded. `direct` is the root of the server behind the web server, empty if there is none."""
    plain = dicomweb_requests(root, version, uploads=False, fuzzy=fuzzy)[0].url
    accept = (("Accept", JSON),)

    def ask(query: str, at: str = plain) -> Exchange:
        return http.send("GET", f"{at}&{query}", accept, token=token)

    listed = http.send("GET", plain, accept, token=token)
    examples = _examples(datasets_of(listed), fuzzy=fuzzy, wildcard=wildcard, decodes=decodes)
    filters = tuple(side_by_side([partial(_filter, ask, example) for example in examples]))
    if not direct:
        return FilterLook(listed, filters)
    refused = {one.name for one in filters if one.asked.status not in (200, 204)}
    by = next((example for example in examples if example.name in refused), examples[0])
    past = http.send("GET", f"{direct}{plain.removeprefix(root)}&{by.parameter}={by.nobody}", accept)
    return FilterLook(listed, filters, past, by.name)


def _filter(ask: Callable[[str], Exchange], example: _Example) -> Filter:
    nobody = ask(f"{example.parameter}={example.nobody}")
    asked = ask(f"{example.parameter}={example.typed}") if example.study else nobody
    other_case = None
    if example.stored != example.typed and asked.status in (200, 204) and not _finds(asked, example.study):
        other_case = ask(f"{example.parameter}={example.stored}")
    return Filter(example.name, example.parameter, example.study, asked, nobody, other_case)


def _finds(exchange: Exchange, study: str) -> bool:
    return any(first_value(dataset, STUDY_UID) == study for dataset in datasets_of(exchange))


def _examples(studies: Sequence[Mapping[str, Any]], *, fuzzy: bool, wildcard: bool, decodes: bool) -> list[_Example]:
    """One example for each filter, with a study to find if one has a value for it."""

    def of(name: str, parameter: str, values: Mapping[str, str], *, small: bool = False) -> _Example:
        asterisk = "*" if wildcard else ""
        uid, text = next(((uid, text) for uid, text in values.items() if uid and text), ("", NOBODY))
        typed = text.lower() if small else text
        forms = (f"{asterisk}{value}{asterisk}" for value in (typed, text, NOBODY))
        return _Example(name, parameter, uid, *forms)

    # People type a part of a name in small letters where parts are found, and a whole value elsewhere.
    parts = {NAME: wildcard or fuzzy, DESCRIPTION: wildcard}
    texts = {
        tag: {first_value(study, STUDY_UID): _text(study, tag, part=part, decodes=decodes) for study in studies}
        for tag, part in parts.items()
    }
    numbers = {
        tag: {first_value(study, STUDY_UID): _number(study, tag) for study in studies}
        for tag in (PATIENT_ID, ACCESSION)
    }
    return [
        of("patient name", "PatientName", texts[NAME], small=parts[NAME]),
        of("MRN", PATIENT_ID, numbers[PATIENT_ID]),
        _of_dates(studies),
        of("description", "StudyDescription", texts[DESCRIPTION], small=parts[DESCRIPTION]),
        *_of_modalities(studies),
        of("accession number", "AccessionNumber", numbers[ACCESSION]),
    ]


def _text(study: Mapping[str, Any], tag: str, *, part: bool, decodes: bool) -> str:
    """What to search for in the value of an attribute, encoded for a query; empty if there is nothing."""
    text = first_value(study, tag)
    if part:
        return max(_WORD.findall(text) if text.isascii() else [], key=len, default="")
    encoded = quote(text, safe="")
    if not decodes and encoded != text:
        return ""
    return encoded[:200]


def _number(study: Mapping[str, Any], tag: str) -> str:
    """The value if nothing in it has to be encoded, else nothing."""
    text = first_value(study, tag)
    if not _PLAIN.fullmatch(text):
        return ""
    return text


def _of_dates(studies: Sequence[Mapping[str, Any]]) -> _Example:
    for study in studies:
        day, uid = first_value(study, DATE), first_value(study, STUDY_UID)
        if _DAY.fullmatch(day) and uid:
            period = f"{day}-{day}"
            return _Example("date", "StudyDate", uid, period, period, NO_PERIOD)
    return _Example("date", "StudyDate", "", NO_PERIOD, NO_PERIOD, NO_PERIOD)


def _of_modalities(studies: Sequence[Mapping[str, Any]]) -> list[_Example]:
    """One modality, and two of them where the archive has two."""
    by_modality: dict[str, str] = {}
    for study in studies:
        modality = first_value(study, MODALITIES) or first_value(study, MODALITY)
        if _MODALITY.fullmatch(modality):
            by_modality.setdefault(modality, first_value(study, STUDY_UID))
    if not by_modality:
        # A modality that nobody has may be refused for what it is.
        return []
    first, *others = by_modality
    uid = by_modality[first]
    one = _Example("modality", "ModalitiesInStudy", uid, first, first, NO_MODALITY)
    if not others:
        return [one]
    # A browser encodes the comma.
    both = f"{first}%2C{others[0]}"
    return [one, _Example("two modalities at once", "ModalitiesInStudy", uid, both, both, NO_MODALITY)]
