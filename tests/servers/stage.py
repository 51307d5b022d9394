"""The healthy site of the demo with a front before each server, and `check` run against it from the front door."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ohif_setup import cli
from ohif_setup.checks.check import all_checks
from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.person import Person
from ohif_setup.demo.site import PIPELINE_CLIENT_ID, PIPELINE_SECRET, DemoSite
from tests.servers.interposer import Interposer

DISCOVERY, AUTHORIZE, TOKEN, DEVICE_CODE = "/openid-configuration", "/authorize", "/token", "/devicecode"
SEARCH, FHIR = "/v2/studies", "/"
"""The ends of paths that a fault takes over; the FHIR service as a whole, since each kind of request has its own."""

PUBLIC = ("login.microsoftonline.com", "ws-dicom.dicom.azurehealthcareapis.com", "ws-fhir.fhir.azurehealthcareapis.com")
"""Names of the three servers, for a stage behind a proxy."""

PIPELINE = {"OHIF_SETUP_CLIENT_ID": PIPELINE_CLIENT_ID, "OHIF_SETUP_CLIENT_SECRET": PIPELINE_SECRET}


@dataclass(frozen=True)
class Stage:
    """`answers` are the dotted keys; `environment` makes the tool trust the fronts."""

    site: DemoSite
    authority: CertificateAuthority
    entra: Interposer
    dicom: Interposer
    fhir: Interposer
    answers: dict[str, str]
    environment: dict[str, str]

    @property
    def fronts(self) -> tuple[Interposer, ...]:
        return (self.entra, self.dicom, self.fhir)

    @property
    def person(self) -> Person:
        return Person(self.authority.client_context(), stays_before=(self.answers["viewer.url"],))

    def front_of(self, path: str) -> Interposer:
        return {SEARCH: self.dicom, FHIR: self.fhir}.get(path, self.entra)

    def heal(self) -> None:
        for front in self.fronts:
            front.heal()


@contextmanager
def stage(folder: Path, names: Sequence[str] = ("127.0.0.1",) * 3) -> Iterator[Stage]:
    """Everything up and healthy; `folder` gets the CA's file. `names` are the hosts that the servers go by."""
    with ExitStack() as stack:
        authority = CertificateAuthority()
        fronts = [stack.enter_context(Interposer(authority, name)) for name in names]
        site = stack.enter_context(DemoSite(with_fhir=True, entra_url=fronts[0].url, dicom_url=fronts[1].url))
        assert site.fhir is not None
        for front, server in zip(fronts, (site.entra, site.dicom, site.fhir), strict=True):
            front.target, front.trust = server, site.certificate_authority.client_context()
        bundle = folder / "ca.pem"
        bundle.write_bytes(authority.pem)
        answers = {**site.answers, "fhir.url": fronts[2].url}
        entra, dicom, fhir = fronts
        yield Stage(site, authority, entra, dicom, fhir, answers, {"REQUESTS_CA_BUNDLE": str(bundle)})


@dataclass(frozen=True)
class Ran:
    """What a run of the tool left: the exit status, both streams, and the findings of `--json`."""

    status: int
    out: str
    err: str
    findings: list[dict[str, Any]] = field(default_factory=list)

    def of(self, check: str, subject: str = "") -> dict[str, Any]:
        return next(one for one in self.findings if one["check"] == check and subject in one["subject"])

    @property
    def failed(self) -> set[str]:
        return {one["check"] for one in self.findings if one["status"] == "fail"}


class FrontDoor:
    """Runs `ohif-setup check` in this process; what may never happen is asserted each time."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def check(
        self,
        answers: Mapping[str, str],
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        as_json: bool = True,
    ) -> Ran:
        """`answers` become a file; the environment stays set until the test ends."""
        file = self._folder / "ohif-setup.toml"
        file.write_text(as_toml(answers))
        for name, value in (environment or {}).items():
            self._monkeypatch.setenv(name, value)
        more = ["--json"] if as_json else []
        self._capsys.readouterr()
        status = cli.main(["check", "--answers", str(file), *more, *arguments])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        assert status in (0, 1), err
        report = json.loads(out) if as_json else {"findings": []}
        findings = report["findings"]
        if as_json:
            assert status == (1 if any(one["status"] == "fail" for one in findings) else 0)
            assert report["status"] == ("fail" if status else report["status"])
        for one in findings:
            if one["status"] in ("fail", "warn"):
                assert all((one["symptom"], one["cause"], one["fix"])), one
        assert_no_skip_hides_anything(findings)
        return Ran(status, out, err, findings)


def assert_no_skip_hides_anything(findings: list[dict[str, Any]]) -> None:
    """Whoever skips because of another check needs that one, and it found something. A check that is not in the report was not
    asked for, and then only its faults are."""
    needs = {one.id: one.needs for one in all_checks()}
    for skip in (one for one in findings if one["status"] == "skipped"):
        for name in re.findall(r"(?:, see | or )([a-z-]+)(?=$|;| or )", skip["title"]):
            assert name in needs[skip["check"]], skip
        named = [one for one in findings if f"see {one['check']}" in skip["title"]]
        assert not named or any(one["status"] != "pass" for one in named), skip


def as_toml(answers: Mapping[str, str]) -> str:
    """The answers file for dotted keys."""
    lines = ["version = 1"]
    for group in dict.fromkeys(key.split(".")[0] for key in answers):
        lines.append(f"[{group}]")
        lines += [
            f"{key.split('.')[1]} = {json.dumps(value) if value not in ('true', 'false') else value}"
            for key, value in answers.items()
            if key.split(".")[0] == group
        ]
    return "\n".join(lines) + "\n"
