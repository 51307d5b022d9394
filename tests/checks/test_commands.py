"""Commands that people paste: a value of the answers, or of a server, stays one word for the shell."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from ohif_setup.checks import web_server
from ohif_setup.checks.answers import judge as judge_answers
from ohif_setup.checks.dicomweb.reachable import ReachableObservations, judge
from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import explain_trouble
from ohif_setup.checks.viewer import config_served as viewer_config_served
from ohif_setup.checks.viewer import steps as viewer_steps
from ohif_setup.kinds.azure_dicom import cors as azure_cors
from ohif_setup.providers.entra import commands as entra
from ohif_setup.routes import reach
from tests.checks.observed import HTML, JSON, got, own, trouble
from tests.checks.pages import CONFIG, NO_CACHE, served

FOLDER = "/srv/a'; touch pwned #b"
ORIGIN = "https://viewer.example.org'; touch pwned #"


def texts(fixes: tuple[Fix, ...]) -> list[str]:
    return [one.text for one in fixes]


def run(script: str, folder: Path) -> str:
    """What the script prints in bash, with an `az` that does nothing and a `jq` that prints its arguments."""
    stand_ins = 'az() { :; }; jq() { printf "%s\\n" "$@"; }'
    command = ["bash", "-c", f"{stand_ins}\n{script}"]
    return subprocess.run(command, cwd=folder, timeout=120, check=True, capture_output=True, text=True).stdout


def test_folder_that_may_not_be_read() -> None:
    answers = own(viewer__folder=FOLDER)
    _, _, fixes, _ = viewer_steps.no_page(answers, got(403, "", (*HTML, ("Server", "nginx"))), None)
    (text,) = [one for one in texts(fixes) if "chmod" in one]
    command = text.partition("read it: ")[2].removesuffix(", and every folder above a+x")
    assert shlex.split(command) == ["chmod", "-R", "a+rX", FOLDER]


def test_old_copy_in_a_folder() -> None:
    packed = got(200, "old", NO_CACHE)
    viewer = replace(served(), config=got(200, CONFIG, NO_CACHE), config_packed=packed)
    (fault,) = viewer_config_served.stale_copy(own(viewer__folder=FOLDER), viewer)
    command = fault.fixes[0].text.partition(" (and .br)")[0]
    assert shlex.split(command) == ["rm", f"{FOLDER}/app-config.js.gz"]


def test_address_with_brackets_is_no_pattern() -> None:
    answers = own(server__url="http://[::1]:8042/dicom-web")
    seen = SeenOwn("https://pacs.example.org/dicom-web", got(200, [], JSON), None, got(200, "", HTML))
    (found,) = judge(answers, ReachableObservations((seen,)))
    assert "curl 'http://[::1]:8042/instances' --data-binary" in found.fix[0].text


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8042", "http://localhost", "http://[::1]:8042"])
def test_web_server_in_the_place_of_orthanc(origin: str) -> None:
    changed = {"viewer__url": f"{origin}/ohif", "server__url": f"{origin}/dicom-web"}
    serves = own(**changed, server__route="serve-folders")
    command = shlex.split(web_server.instead_of_server(serves.server))
    assert command[:2] == ["ohif-setup", "set"]
    answers = dict(one.split("=", 1) for one in command[2:])
    pasted = own(**changed | {key.replace(".", "__"): text for key, text in answers.items()})
    route = reach.site_route(pasted)
    assert route is not None
    assert route.name == "reverse-proxy"
    assert {one.status for one in judge_answers(pasted, None)} == {"pass"}


def test_host_that_needs_no_proxy() -> None:
    _, _, fixes = explain_trouble(trouble("proxy", "https://a;touch/x"))
    assert "NO_PROXY='a;touch' ohif-setup check" in fixes[0].text


@pytest.mark.parametrize("service", ["dicom", "fhir"])
def test_origins_for_the_cors_settings(service: Literal["dicom", "fhir"], tmp_path: Path) -> None:
    settings = azure_cors.wanted(service, [ORIGIN], uploads=False)
    assert ORIGIN in run(azure_cors.remedies(service, settings, "")[1].text, tmp_path)
    assert not (tmp_path / "pwned").exists()


def test_redirect_uris_for_the_registration(tmp_path: Path) -> None:
    run(entra.add_redirect_uris("a; touch pwned", [f"{ORIGIN}/callback"]), tmp_path)
    assert f"{ORIGIN}/callback" in (tmp_path / "spa.json").read_text()
    assert not (tmp_path / "pwned").exists()
