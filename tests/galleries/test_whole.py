"""Each command with a made-up exhibit on every axis at once: a kind, a route, a web server and a provider."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from ohif_setup import cli
from tests.parts.ports import free_port, free_port_of_localhost

pytestmark = pytest.mark.usefixtures("exhibits")


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


class House:
    """A folder with a site, and the tool called in this process. Nothing answers at its addresses."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.server = f"http://127.0.0.1:{free_port()}/rs"
        self.viewer = f"http://localhost:{free_port_of_localhost()}"

    def run(self, *words: str) -> Ran:
        self._capsys.readouterr()
        status = cli.main(words)
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(status, out, err)

    def init(self) -> Ran:
        return self.run("init", "--timeout", "2", *self.sets("server.url", self.server), *self.axes(), *self.sign_in())

    def axes(self) -> list[str]:
        return [
            *self.sets("viewer.url", self.viewer),
            *self.sets("server.kind", "archive"),
            *self.sets("server.route", "gateway"),
            *self.sets("server.proxy", "caddy"),
        ]

    def sign_in(self) -> list[str]:
        return [
            *self.sets("sign_in.authority", "https://id.cloud.example/house"),
            *self.sets("sign_in.client_id", "viewer"),
        ]

    def sets(self, key: str, value: str) -> list[str]:
        return ["--set", f"{key}={value}"]

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return House(folder, capsys)


def test_schema_names_them(house: House) -> None:
    ran = house.run("schema")
    server = json.loads(ran.out)["properties"]["server"]["properties"]
    assert ran.status == 0
    assert server["kind"]["enum"] == ["azure-dicom", "orthanc", "cloud", "archive", "dicomweb"]
    assert server["route"]["enum"] == ["reverse-proxy", "serve-folders", "cors", "direct", "gateway"]
    assert server["proxy"]["enum"] == ["nginx", "apache", "iis", "caddy"]


def test_init_writes_the_files_of_each(house: House) -> None:
    ran = house.init()
    assert ran.status == 0, ran.err
    for name in ("app-config.js", "NEXT-STEPS.md", "Caddyfile"):
        assert f"create     deploy/{name}\n" in ran.out
    assert f"No viewer is served at {house.viewer} yet" in ran.out
    assert "1. Archive\n" in ran.out
    assert "3. Caddy\n       caddy reload\n" in ran.out
    for said in ("server.kind=archive", "server.route=gateway", "server.proxy=caddy"):
        assert f"  --set {said} \\\n" in ran.out
    origin = house.server.removesuffix("/rs")
    port = house.viewer.rpartition(":")[2]
    assert house.text("deploy/Caddyfile") == (
        f':{port} {{\n    root * "/srv/ohif-localhost-{port}"\n    reverse_proxy "/rs"* "{origin}"\n}}\n'
    )
    assert "The gateway\n\nIt passes `/rs` on." in house.text("deploy/NEXT-STEPS.md")
    assert f"// register {house.viewer}/callback, platform Viewer\n" in house.text("deploy/app-config.js")


def test_generate_follows_the_answers_and_keeps_hand_edits(house: House) -> None:
    house.init()
    again = house.run("generate")
    assert (again.status, [line.split()[0] for line in again.out.splitlines()]) == (0, ["identical"] * 3)
    made = house.folder / "deploy" / "Caddyfile"
    made.write_text("# of the house\n" + house.text("deploy/Caddyfile"))
    ran = house.run("generate", "--set", "viewer.folder=/srv/elsewhere")
    assert ran.status == 0
    assert "merged     deploy/Caddyfile" in ran.out
    assert made.read_text().startswith("# of the house\n")
    assert 'root * "/srv/elsewhere"' in made.read_text()


def test_check_speaks_of_each(house: House) -> None:
    house.init()
    ran = house.run("check", "--timeout", "2", "--json")
    findings = json.loads(ran.out)["findings"]
    found = {one["check"]: one for one in findings}
    assert ran.status == 1
    assert not [one for one in findings if "could not judge" in one["title"]]
    assert found["answers"]["status"] == "pass"
    assert found["cors"]["title"].startswith("viewer and images have one origin")
    assert found["tenant-exists"]["title"] == "id.cloud.example: the host name does not resolve"
    said = [fix for one in findings for fix in one["fix"]]
    assert {
        "where": "Caddy",
        "text": "check that it is running: systemctl status caddy; to start it: caddy reload",
    } in said


def test_explain_has_a_page_for_whatever_check_names(house: House) -> None:
    house.init()
    named = {one["check"] for one in json.loads(house.run("check", "--timeout", "2", "--json").out)["findings"]}
    assert named
    for name in sorted(named):
        ran = house.run("explain", name)
        assert (ran.status, ran.out.splitlines()[0]) == (0, f"# {name}")


def test_import_brings_the_same_site_back(house: House) -> None:
    house.init()
    made = house.text("deploy/app-config.js")
    (house.folder / "app-config.js").write_text(made, encoding="utf-8")
    new = ["import", "app-config.js", "--answers", "new.toml", *house.sets("output.directory", "again"), *house.axes()]
    without = house.run(*new)
    assert (without.status, "server.url: OHIF asks at /rs of its own origin" in without.err) == (2, True)
    port = house.viewer.rpartition(":")[2]
    ran = house.run(*new, *house.sets("server.url", house.server), *house.sets("proxy.listen", port))
    assert ran.status == 0, ran.err
    assert "create     again/Caddyfile\n" in ran.out
    assert house.text("again/app-config.js") == made
    assert house.text("again/Caddyfile") == house.text("deploy/Caddyfile")
    assert 'authority = "https://id.cloud.example/house"\n' in house.text("new.toml")
