"""The front door: help, exit statuses, streams, and what is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from ohif_setup import __version__, cli
from ohif_setup.checks.check import all_checks
from ohif_setup.checks.sign_in.aadsts import TABLE
from ohif_setup.output import resources
from tests.flows.front_door import ANSWERS, ohif_setup

HEAVY = (
    "questionary",
    "prompt_toolkit",
    "jinja2",
    "msal",
    "requests",
    "urllib3",
    "rich",
    "pydantic",
    "tomlkit",
    "trustme",
    "shtab",
)


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(flag: str) -> None:
    script = f"""
import sys
from ohif_setup.cli import main
try:
    main([{flag!r}])
except SystemExit as end:
    assert end.code == 0
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_version() -> None:
    assert ohif_setup("--version").out == f"ohif-setup {__version__}\n"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help(name: str) -> None:
    run = ohif_setup(name, "--help")
    assert run.status == 0
    assert f"usage: ohif-setup {name}" in run.out


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["check", "--timeout", "0"], ["check", "--sign-in", "fax"], ["explain", "a", "b"]]
)
def test_wrong_arguments_end_with_2(arguments: list[str]) -> None:
    run = ohif_setup(*arguments)
    assert (run.status, run.out) == (2, "")
    assert "usage: " in run.err


@pytest.mark.parametrize("arguments", [[], ["init"], ["--set", "viewer.url=https://viewer.example.org"]], ids=str)
def test_init_without_a_terminal_lists_all_that_is_missing(folder: Path, arguments: list[str]) -> None:
    run = ohif_setup(*arguments)
    assert run.status == 2
    for key in ("server.url", "sign_in.client_id", "sign_in.tenant_id"):
        assert key in run.err
    assert ("viewer.url" in run.err) == (len(arguments) < 2)
    assert list(folder.iterdir()) == []


def test_a_bug_ends_with_3_and_a_log(tmp_path: Path) -> None:
    script = """
import sys
from ohif_setup import cli
from ohif_setup.commands.schema import run as schema
def run(arguments):
    raise ZeroDivisionError("made up at https://ada:pa55word@example.org with made-up-secret")
schema.run = run
sys.exit(cli.main(["schema"]))
"""
    environment = {"TMPDIR": str(tmp_path), "OHIF_SETUP_CLIENT_SECRET": "made-up-secret"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    (log,) = tmp_path.iterdir()
    assert str(log) in done.stderr
    assert "ZeroDivisionError: made up at https://[hidden]@example.org with [hidden]" in log.read_text()


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m ohif_setup schema | head -c 10"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_schema_accepts_the_answers_of_the_readme_and_refuses_others() -> None:
    schema = json.loads(ohif_setup("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(tomllib.loads(ANSWERS))
    assert not validator.is_valid(tomllib.loads(ANSWERS) | {"unknown": {}})


@pytest.mark.parametrize("name", [check.id for check in all_checks()])
def test_explain_knows_every_check(name: str) -> None:
    run = ohif_setup("explain", name)
    assert run.status == 0
    assert run.out.startswith(f"# {name}")


def test_every_check_page_belongs_to_a_check() -> None:
    assert {path.stem for path in (resources.reference() / "checks").glob("*.md")} == {one.id for one in all_checks()}


@pytest.mark.parametrize("code", [row.codes[0] for row in TABLE])
def test_explain_knows_every_aadsts_code(code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", f"AADSTS{code}"]) == 0
    assert f"AADSTS{code}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["corz", "AADSTS123456", "../../README", ""])
def test_explain_of_something_else_ends_with_2(name: str) -> None:
    run = ohif_setup("explain", name)
    assert run.status == 2
    assert "What to do" in run.err


def test_unknown_check_names_the_nearest(folder: Path) -> None:
    (folder / "ohif-setup.toml").write_text(ANSWERS)
    run = ohif_setup("check", "--only", "token,corss", "--sign-in", "none")
    assert run.status == 2
    assert "did you mean cors?" in run.err


@pytest.mark.slow
@pytest.mark.parametrize("command", ["generate", "check", "diff", "undo --yes", "set --yes server.uploads=true"])
def test_folder_that_was_removed_is_no_bug(tmp_path: Path, command: str) -> None:
    gone = tmp_path / "gone"
    script = 'mkdir "$1" && cd "$1" && rmdir "$1" && shift && exec "$@"'
    run = subprocess.run(
        ["sh", "-c", script, "sh", str(gone), sys.executable, "-m", "ohif_setup", *command.split()],
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.returncode == 2, run.stderr
    assert "explain file-unreadable" in run.stderr


def test_closed_standard_input_is_no_bug(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "ohif_setup", "import", "app-config.js"]
    run = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *words], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert run.returncode == 2, run.stderr
