"""Answers of whole sites, as tables of the file: before Azure, before Orthanc, before both."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.answers.problems import AnswersError, Problem

TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-9999-aaaaaaaaaaaa"
AZURE: dict[str, Any] = {
    "version": 1,
    "viewer": {"url": "https://viewer.example.org"},
    "server": {"url": "https://ws-dicom.dicom.azurehealthcareapis.com"},
    "sign_in": {"tenant_id": TENANT, "client_id": CLIENT},
}
ORTHANC: dict[str, Any] = {
    "version": 1,
    "viewer": {"url": "http://localhost"},
    "server": {"kind": "orthanc", "url": "http://127.0.0.1:8042"},
}
BOTH: dict[str, Any] = {
    "version": 1,
    "viewer": {"url": "https://viewer.example.org"},
    "servers": [{"kind": "orthanc", "url": "http://127.0.0.1:8042"}, AZURE["server"]],
    "sign_in": AZURE["sign_in"],
}
KEYCLOAK = {"authority": "https://keycloak.example.org/realms/imaging", "client_id": "ohif"}


def changed(site: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy with changes such as `viewer__url="..."`, `sign_in={...}` or, for a None, without that."""
    raw = copy.deepcopy(site)
    for name, value in changes.items():
        group, _, key = name.rpartition("__")
        table = raw.setdefault(group, {}) if group else raw
        if value is None:
            table.pop(key)
        else:
            table[key] = value
    return raw


def accepted(site: dict[str, Any], **changes: Any) -> Answers:
    return Answers.model_validate(changed(site, **changes))


def problems(raw: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(AnswersError) as caught:
        PartialAnswers(raw, {}).validated(file="ohif-setup.toml")
    return caught.value.problems


def only_problem(site: dict[str, Any], **changes: Any) -> Problem:
    (found,) = problems(changed(site, **changes))
    return found
