"""Completion scripts, the manual page, examples in every help, suggestions for mistyped options."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ohif_setup import cli
from tests.flows.front_door import ohif_setup

EACH_SHELL = pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])


def completed(folder: Path, line: str) -> list[str]:
    """What bash offers for the last word of a command line."""
    script = folder / "script"
    script.write_text(ohif_setup("completion", "bash").out)
    words = line.split(" ")
    ask = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; '
        "f=$(complete -p ohif-setup | sed 's/.*-F \\([^ ]*\\).*/\\1/'); "
        '"$f" ohif-setup "${COMP_WORDS[COMP_CWORD]}"; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", ask, "bash", str(script), *words], capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout.split()


@EACH_SHELL
def test_script_is_valid_and_names_what_there_is(tmp_path: Path, shell: str) -> None:
    run = ohif_setup("completion", shell)
    assert (run.status, run.err) == (0, "")
    # fish has options without their dashes.
    wanted = ("install-viewer", "merge-markers", "dicomweb-reachable", "AADSTS50011", "answers-invalid")
    assert [word for word in (*wanted, "viewer.extra_urls", "azure-dicom", "device-code") if word not in run.out] == []
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(run.out)
    subprocess.run([shell, "-n", str(tmp_path / "script")], check=True, timeout=60)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("ohif-setup che", ["check"]),
        ("ohif-setup check --only tenant", ["tenant-exists"]),
        ("ohif-setup check --verb", ["--verbose"]),
        ("ohif-setup unset viewer.ex", ["viewer.extra_urls"]),
        ("ohif-setup set server.upl", ["server.uploads="]),
        ("ohif-setup explain AADSTS50011", ["AADSTS50011"]),
        ("ohif-setup completion f", ["fish"]),
    ],
)
def test_bash_offers(tmp_path: Path, line: str, wanted: list[str]) -> None:
    assert completed(tmp_path, line)[: len(wanted)] == wanted


def test_unknown_shell_is_refused() -> None:
    assert ohif_setup("completion", "tcsh").status == 2


def test_manual_page_names_every_command_and_option() -> None:
    page = ohif_setup("man").out
    assert page.startswith(".TH OHIF-SETUP 1")
    plain = page.replace("\\-", "-")
    for name, sub in cli.subparsers_of(cli.parser_of_all()).items():
        assert f".SS {name}\n" in plain
        options = [option for action in sub._actions for option in action.option_strings if action.dest != "help"]
        assert [option for option in options if option not in plain] == []
    if shutil.which("man") is None:
        pytest.skip("man is not installed")
    words = ["man", "--warnings", "-l", "-"]
    shown = subprocess.run(words, input=page, capture_output=True, text=True, check=True, timeout=60)
    assert shown.stderr == ""
    assert "dicom-web" in shown.stdout.replace("‐", "-")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_help_has_examples_that_parse(name: str) -> None:
    lines = ohif_setup(name, "--help").out.partition("examples:\n")[2].splitlines()
    assert lines
    for line in lines:
        command = line.partition("     (")[0].strip().split(" && ")[-1].split("|")[0].split(">")[0]
        words = command.split()
        words = words[words.index("ohif-setup") + 1 :]
        assert words[:1] in ([name], []) or words[0].startswith("--")
        cli.parse(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["check", "--jsn"], "--json"),
        (["check", "--verbos-e"], "--verbose"),
        (["generate", "--their", "--check=1x", "--outputt=x"], ""),
        (["set", "--yess", "a=b"], "--yes"),
        (["--answer-file", "x"], "--answers"),
    ],
)
def test_mistyped_option_gets_a_suggestion(words: list[str], meant: str) -> None:
    run = ohif_setup(*words)
    assert run.status == 2
    assert f"did you mean {meant}" in run.err or not meant


def test_option_like_nothing_gets_none() -> None:
    run = ohif_setup("check", "--xyzzy")
    assert (run.status, "did you mean" in run.err) == (2, False)
