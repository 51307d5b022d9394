"""An archive as it shows itself, as values."""

from __future__ import annotations

from typing import Any

from ohif_setup.network.look.archive import Archive, Sample
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.ohif.requests import Uids
from tests.checks.observed import OWN_ROOT, got

UIDS = Uids("1.2", "1.2.3", "1.2.3.4")
INSTANCE = f"/studies/{UIDS.study}/series/{UIDS.series}/instances/{UIDS.instance}"
CT = "1.2.840.10008.5.1.4.1.1.2"


def attribute(value: Any) -> dict[str, Any]:
    return {"Value": [value]}


def study(root: str = OWN_ROOT) -> dict[str, Any]:
    return {
        "0020000D": attribute(UIDS.study),
        "00100010": attribute({"Alphabetic": "Lovelace^Ada"}),
        "00081190": attribute(f"{root}/studies/{UIDS.study}"),
    }


def dataset() -> dict[str, Any]:
    tags: dict[str, Any] = {"0020000D": UIDS.study, "0020000E": UIDS.series, "00080018": UIDS.instance, "00080016": CT}
    tags |= {"00280010": 512, "00280011": 512, "00280100": 16, "00280004": "MONOCHROME2"}
    return {tag: attribute(value) for tag, value in tags.items()}


def listing(*studies: dict[str, Any], url: str = f"{OWN_ROOT}/studies?limit=25") -> Exchange:
    return got(200, list(studies), url=url)


def series() -> dict[str, Any]:
    return {"0020000D": attribute(UIDS.study), "0020000E": attribute(UIDS.series), "00080060": attribute("CT")}


def archive(
    *, root: str = OWN_ROOT, bulk: tuple[str, ...] = (), metadata: dict[str, Any] | None = None, image: bool = True
) -> Archive:
    """One study with one instance, whose addresses begin with `root`."""
    described = got(200, [metadata or dataset()], url=f"{OWN_ROOT}{INSTANCE}/metadata")
    return Archive(OWN_ROOT, listing(study(root)), (Sample(UIDS, described, bulk, image),))


def empty() -> Archive:
    return Archive(OWN_ROOT, listing())
