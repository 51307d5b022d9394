"""The wizard at a real terminal (a pty), typed into as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ohif_setup.demo.site import DemoSite
from tests.flows.terminal import Pty

KEYS = {"enter": "\r", "ctrl-c": "\x03"}


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite() as running:
        yield running


def wizard(site: DemoSite, *arguments: str) -> Pty:
    """`ohif-setup` at a terminal of 120 columns, in the current folder."""
    return Pty(*arguments, dimensions=(50, 120), environment=site.environment)


def answer(child: Pty, prompt: str, text: str = "") -> None:
    """Waits for the prompt, types the text and Enter."""
    child.expect(rf"\?\x1b\[0;1m {prompt}")
    child.send(text + KEYS["enter"])


def answer_all(child: Pty, site: DemoSite, *, typed: bool) -> None:
    answer(child, "DICOM service URL", site.answers["server.url"].removesuffix("/v2") if typed else "")
    answer(child, "Tenant ID")
    answer(child, "Client ID", site.answers["sign_in.client_id"] if typed else "")
    answer(child, "Viewer URL", site.answers["viewer.url"] if typed else "")
    for prompt in ("OHIF version", "Uploads allowed", "Sign-in flow", "FHIR service URL", "Output folder"):
        answer(child, prompt)


def test_three_typed_answers_give_files_and_a_green_check(folder: Path, site: DemoSite) -> None:
    child = wizard(site, "--set", f"sign_in.authority={site.answers['sign_in.authority']}")
    answer_all(child, site, typed=True)
    answer(child, "Write them")
    answer(child, "How do you want to sign in")
    child.expect("16 passed")
    child.expect("The same without a terminal")
    child.expect("https://viewer.example.org/callback")
    child.expect("Not proven")
    assert child.ends()[0] == 0
    mine = [path for path in folder.rglob("*") if path.is_file() and ".ohif-setup" not in path.parts]
    assert sorted(path.name for path in mine) == [
        "NEXT-STEPS.md",
        "app-config.js",
        "ohif-setup.schema.json",
        "ohif-setup.toml",
    ]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    again = wizard(site)
    answer_all(again, site, typed=False)
    again.expect("Nothing changes")
    answer(again, "How do you want to sign in")
    again.expect("16 passed")
    assert again.ends()[0] == 0
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("prompts", range(5))
def test_ctrl_c_leaves_no_trace(folder: Path, site: DemoSite, prompts: int) -> None:
    child = wizard(site, "--set", f"sign_in.authority={site.answers['sign_in.authority']}")
    texts = [
        ("DICOM service URL", site.answers["server.url"]),
        ("Tenant ID", ""),
        ("Client ID", site.answers["sign_in.client_id"]),
        ("Viewer URL", site.answers["viewer.url"]),
    ]
    for prompt, text in texts[:prompts]:
        answer(child, prompt, text)
    child.expect(texts[prompts][0] if prompts < len(texts) else "OHIF version")
    child.send(KEYS["ctrl-c"])
    child.expect("Interrupted. No file was changed.")
    assert child.ends()[0] == 130
    assert list(folder.iterdir()) == []


def test_wrong_answers_are_explained_and_asked_again(folder: Path, site: DemoSite) -> None:
    child = wizard(site, "--set", f"sign_in.authority={site.answers['sign_in.authority']}")
    answer(child, "DICOM service URL", "ftp://nowhere")
    child.expect("✗ This")
    answer(child, "DICOM service URL", "https://127.0.0.1:9")
    child.expect("the connection was refused")
    answer(child, "Use this answer anyway", "n")
    answer(child, "DICOM service URL", site.answers["server.url"])
    child.expect("it trusts the tenant")
    answer(child, "Tenant ID")
    answer(child, "Client ID", site.answers["sign_in.tenant_id"])
    child.expect("✗ This")
    child.expect("Client ID")
    child.send(KEYS["ctrl-c"])
    assert child.ends()[0] == 130


def test_no_at_the_end_writes_nothing(folder: Path, site: DemoSite) -> None:
    child = wizard(site, "--set", f"sign_in.authority={site.answers['sign_in.authority']}")
    answer_all(child, site, typed=True)
    answer(child, "Write them", "n")
    child.expect("Nothing was written")
    child.ends()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "word"),
    [("server.url=foo", "server.url"), ("sign_in.client_id=x", "sign_in.client_id"), ("sign_in.flow=cod", "flow")],
)
def test_wrong_flag_is_refused_before_the_first_question(folder: Path, site: DemoSite, given: str, word: str) -> None:
    child = wizard(site, "--set", given)
    child.expect(word)
    child.expect("Correct the --set")
    assert child.ends()[0] == 2


def test_wrong_choice_in_the_file_is_asked_again(folder: Path, site: DemoSite) -> None:
    (folder / "ohif-setup.toml").write_text(
        f'version = 1\n[sign_in]\nauthority = "{site.answers["sign_in.authority"]}"\nflow = "cod"\n'
    )
    child = wizard(site)
    answer(child, "DICOM service URL", site.answers["server.url"])
    answer(child, "Tenant ID")
    answer(child, "Client ID", site.answers["sign_in.client_id"])
    answer(child, "Viewer URL", site.answers["viewer.url"])
    answer(child, "OHIF version")
    answer(child, "Uploads allowed")
    child.expect("cod is not one of the choices")
    for prompt in ("Sign-in flow", "FHIR service URL", "Output folder", "Write them"):
        answer(child, prompt)
    child.expect("How do you want to sign in")
    child.send(KEYS["ctrl-c"])
    child.expect("The files are complete")
    child.ends()
    assert 'flow = "code"' in (folder / "ohif-setup.toml").read_text()


def test_given_address_that_does_not_answer_can_be_answered_anew(folder: Path, site: DemoSite) -> None:
    child = wizard(
        site,
        "--set",
        "server.url=https://127.0.0.1:9/v2",
        "--set",
        f"sign_in.authority={site.answers['sign_in.authority']}",
    )
    child.expect("the connection was refused")
    answer(child, "Use this answer anyway", "n")
    answer(child, "DICOM service URL", site.answers["server.url"])
    child.expect("it trusts the tenant")
    child.send(KEYS["ctrl-c"])
    child.expect("No file was changed")
    child.ends()
