"""The built wheel, installed into a fresh environment, does the job outside of the checkout."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
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


def test_wheel_in_a_fresh_environment_generates_explains_and_demonstrates(wheel: Path, tmp_path: Path) -> None:
    # pip, unlike the tests, may read its settings and its cache in the real home directory.
    home = {**os.environ, "HOME": pwd.getpwuid(os.getuid()).pw_dir}
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "environment"], check=True)
    python = tmp_path / "environment" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True, env=home)
    work = tmp_path / "work"
    work.mkdir()
    (work / "ohif-setup.toml").write_text(ANSWERS)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(tmp_path / "environment" / "bin" / "ohif-setup"), *arguments]
        return subprocess.run(command, cwd=work, capture_output=True, text=True, check=True)

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
    assert run("demo").returncode == 0
