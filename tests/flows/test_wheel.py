"""The built wheel, installed into a fresh environment, does the job outside of the checkout."""

from __future__ import annotations

import os
import pwd
import shlex
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.flows.front_door import ANSWERS

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(CHECKOUT)],
        check=True,
        capture_output=True,
    )
    (built,) = target.glob("*.whl")
    return built


def test_wheel_ships_templates_and_reference(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "ohif_setup/templates/app-config.js.j2" in names
    assert "ohif_setup/webservers/nginx/nginx.conf.j2" in names
    assert "ohif_setup/reference/checks/cors.md" in names
    assert not [name for name in names if name.startswith(("tests/", "templates/"))]


def test_wheel_in_a_fresh_environment_does_the_job_and_says_how_to_get_the_demo(wheel: Path, tmp_path: Path) -> None:
    # pip, unlike the tests, may read its settings and its cache in the real home directory.
    home = {**os.environ, "HOME": pwd.getpwuid(os.getuid()).pw_dir}
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "environment"], check=True)
    python = tmp_path / "environment" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True, env=home)
    work = tmp_path / "work"
    work.mkdir()
    (work / "ohif-setup.toml").write_text(ANSWERS)

    def run(*arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        command = [str(tmp_path / "environment" / "bin" / "ohif-setup"), *arguments]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        assert done.returncode == status, done
        return done

    where = subprocess.run(
        [python, "-c", "import ohif_setup; print(ohif_setup.__file__)"],
        cwd=work,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(tmp_path))
    assert "create     deploy/app-config.js" in run("generate").stdout
    assert "window.config" in (work / "deploy" / "app-config.js").read_text()
    assert run("explain", "cors").stdout.startswith("# cors")
    # Without the extra of the demo, whose faults are completed all the same.
    assert "no-plugin" in run("completion", "bash").stdout
    assert ".SS generate" in run("man").stdout
    assert run("demo", "--server", "orthanc", "--break", "list").stdout.startswith("no-plugin")
    refused = run("demo", status=2)
    assert "ohif-setup explain demo-extra-missing" in refused.stderr
    hint = refused.stderr.split("What to do", 1)[1].splitlines()[0].strip()
    subprocess.run([*shlex.split(hint), "--quiet"], cwd=work, check=True, env=home)
    assert "16 passed" in run("demo").stdout


def test_demo_of_an_installation_by_pipx_is_completed_by_pipx(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (environment / "pipx_metadata.json").write_text("{}")
    command = [str(environment / "bin" / "python"), "-m", "ohif_setup", "demo"]
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    # The packages of this installation, without that of the extra.
    missing = tmp_path / "missing"
    missing.mkdir()
    (missing / "trustme.py").write_text("raise ModuleNotFoundError('No module named trustme', name='trustme')\n")
    paths = os.pathsep.join([str(missing), sysconfig.get_path("purelib")])
    environ = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "What to do  pipx runpip ohif-setup install 'ohif-setup[demo]'" in done.stderr
