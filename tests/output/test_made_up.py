"""A new exhibit is one new file: the files of a site are generated with it, and nothing else had to be changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.output.artefact import artefact_names
from ohif_setup.output.plan import plan

KIND = """
from ohif_setup.kinds import dicomweb
from ohif_setup.kinds.kind import Kind

KIND = Kind(
    name="made-up",
    order=50,
    label="Made-up archive",
    choice="a made-up archive",
    parse_root=dicomweb.parse_root,
    example_url="http://127.0.0.1:8042/dicom-web",
    label_of=dicomweb.label_of,
    data_source=dicomweb.data_source,
    notes={},
    answers_origins=True,
)
"""
WEBSERVER = """
from dataclasses import replace

from ohif_setup.output.artefact import Artefact
from ohif_setup.webservers.nginx import WEBSERVER as NGINX

WEBSERVER = replace(
    NGINX,
    name="made-up",
    order=50,
    label="Made-up server",
    reload="made-up reload",
    artefacts=(Artefact("made-up.conf", 40, lambda answers: {"answers": answers}),),
    sections=None,
    tried_on="",
    authorizer="a login page of Made-up",
)
"""
PROVIDER = """
from dataclasses import replace

from ohif_setup.providers.oidc import PROVIDER as OIDC

PROVIDER = replace(OIDC, name="made-up", order=50, label="Made-up sign-in")
"""
TEMPLATE = "# {{ answers.viewer.url }}\n"

Exhibit = Callable[[str, str], Path]


@pytest.fixture
def exhibit(tmp_path: Path) -> Iterator[Exhibit]:
    """Puts a module into a gallery, from a folder that is no part of the tool."""
    added: list[tuple[Any, str]] = []

    def add(gallery: str, text: str) -> Path:
        folder = tmp_path / gallery
        folder.mkdir()
        (folder / "made_up_exhibit.py").write_text(text)
        package = import_module(f"ohif_setup.{gallery}")
        package.__path__.append(str(folder))
        added.append((package, str(folder)))
        artefact_names.cache_clear()
        return folder

    yield add
    for package, folder in added:
        package.__path__.remove(folder)
        sys.modules.pop(f"{package.__name__}.made_up_exhibit", None)
    artefact_names.cache_clear()


def texts(**server: str) -> dict[str, str]:
    """The generated files of a site with that server, by name."""
    site = {
        "version": 1,
        "viewer": {"url": "https://viewer.example.org"},
        "server": {"url": "https://pacs.example.org/dicom-web", **server},
        "sign_in": {"client_id": "ohif", "authority": "https://id.example.org/realms/imaging"},
    }
    answers = PartialAnswers(site, {}).validated(file="ohif-setup.toml")
    return {file.name: file.text for file in plan(answers)}


def test_kind_behind_a_web_server(exhibit: Exhibit) -> None:
    exhibit("kinds", KIND)
    files = texts(kind="made-up")
    assert "nginx.conf" in files
    assert (
        "## 1. Made-up archive\n\nThe web server reaches it at `https://pacs.example.org/dicom-web`."
        in files["NEXT-STEPS.md"]
    )


def test_kind_that_browsers_ask_directly(exhibit: Exhibit) -> None:
    exhibit("kinds", KIND)
    files = texts(kind="made-up", route="direct")
    assert set(files) == {"app-config.js", "NEXT-STEPS.md"}
    steps = files["NEXT-STEPS.md"]
    assert "## 1. Made-up archive\n\nBrowsers query it directly, at `https://pacs.example.org/dicom-web`" in steps
    assert "| Origins | `https://viewer.example.org` |" in steps
    assert "Azure portal" not in steps


def test_web_server_with_its_template_beside_it(exhibit: Exhibit) -> None:
    folder = exhibit("webservers", WEBSERVER)
    (folder / "made-up.conf.j2").write_text(TEMPLATE)
    files = texts(kind="dicomweb", proxy="made-up")
    assert set(files) == {"app-config.js", "NEXT-STEPS.md", "made-up.conf"}
    assert files["made-up.conf"] == "# https://viewer.example.org\n"
    assert "made-up.conf" in artefact_names()
    steps = files["NEXT-STEPS.md"]
    assert ". Made-up server\n" in steps
    assert "`deploy/made-up.conf`" in steps
    assert "made-up reload" in steps
    assert "a login page of Made-up" in steps
    assert "They were tried on" not in steps


def test_provider_gets_the_section_of_any(exhibit: Exhibit) -> None:
    exhibit("providers", PROVIDER)
    assert ", `https://id.example.org/realms/imaging`, a public client" in texts(kind="dicomweb")["NEXT-STEPS.md"]
