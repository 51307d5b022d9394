"""Every package that an installation brings along is under a licence that goes with our MIT."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMITTED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",  # copyleft of its own files alone, which are used as they are
    "PSF-2.0",
}
"""As SPDX names them."""
PERMITTED_CLASSIFIERS = {
    "Apache Software License",
    "BSD License",
    "ISC License (ISCL)",
    "MIT License",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "Python Software Foundation License",
}


def test_every_package_of_an_installation_has_a_permitted_licence() -> None:
    found = {one.name: _trouble(one) for one in _installed("ohif-setup[demo]")}
    assert {"requests", "certifi", "urllib3", "pydantic_core", "cffi", "trustme"} <= found.keys()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_stand_ins_bring_packages_along_for_the_demo_alone() -> None:
    without, with_demo = ({one.name for one in _installed(name)} for name in ("ohif-setup", "ohif-setup[demo]"))
    assert with_demo - without == {"trustme"}


@pytest.mark.parametrize(
    "said",
    [
        "License-Expression: MIT",
        "License-Expression: Apache-2.0 OR GPL-3.0-only",
        "License-Expression: MIT AND PSF-2.0",
        "License: BSD-3-Clause",
        "Classifier: License :: OSI Approved :: MIT License",
        "License: UNKNOWN\nClassifier: License :: OSI Approved :: ISC License (ISCL)",
        "License: Copyright (c) 2001\n  Permission is granted\nClassifier: License :: OSI Approved :: MIT License",
    ],
)
def test_permitted_licence_is_recognised_wherever_it_is_said(tmp_path: Path, said: str) -> None:
    assert _trouble(_package(tmp_path, said)) == ""


@pytest.mark.parametrize(
    "said",
    [
        "License-Expression: GPL-2.0-or-later",
        "License-Expression: MIT AND LGPL-3.0-only",
        "License-Expression: (MIT OR GPL-3.0-only) AND AGPL-3.0-only",
        "License: GPLv3",
        "License: MIT\nClassifier: License :: OSI Approved :: GNU General Public License v2 (GPLv2)",
        "Classifier: License :: OSI Approved",
        "License: UNKNOWN",
        "License:",
        "Summary: says nothing",
    ],
)
def test_copyleft_and_silence_are_not_permitted(tmp_path: Path, said: str) -> None:
    assert _trouble(_package(tmp_path, said))


def _installed(name: str) -> Iterator[Distribution]:
    """A package and all that it needs on this machine, with the extras that are asked for."""
    waiting = [Requirement(name)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        needed = waiting.pop()
        for extra in ("", *needed.extras):
            key = canonicalize_name(needed.name), extra
            if key in seen:
                continue
            seen.add(key)
            found = distribution(needed.name)
            yield found
            below = map(Requirement, found.requires or ())
            waiting += [one for one in below if one.marker is None or one.marker.evaluate({"extra": extra})]


def _trouble(package: Distribution) -> str:
    """What is wrong with the licence that the metadata of a package say; empty when it is permitted."""
    metadata = package.metadata
    classifiers = [
        one.removeprefix("License :: ").removeprefix("OSI Approved").removeprefix(" :: ")
        for one in metadata.get_all("Classifier", [])
        if one.startswith("License :: ")
    ]
    wrong = [one for one in classifiers if one not in PERMITTED_CLASSIFIERS]
    if wrong:
        return ", ".join(wrong) or "a classifier without a licence"
    said = [*metadata.get_all("License-Expression", []), *metadata.get_all("License", [])]
    expressions = [one for one in said if one not in ("", "UNKNOWN") and "\n" not in one]
    if not expressions:
        return "" if classifiers else "says no licence"
    return next((one for one in expressions if not _is_permitted(one)), "")


def _is_permitted(expression: str) -> bool:
    choices = [choice.split(" AND ") for choice in expression.split(" OR ")]
    return any(set(choice) <= PERMITTED for choice in choices)


def _package(folder: Path, said: str) -> Distribution:
    place = folder / "x-1.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(f"Metadata-Version: 2.4\nName: x\nVersion: 1\n{said}\n", encoding="utf-8")
    return PathDistribution(place)
