"""A real archive on a shared host: the generated file forwards the name of the site, `check` says so, and its line mends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.flows.front_door import ohif_setup
from tests.parts import apache, nginx
from tests.parts.ports import free_port
from tests.parts.users import open_folder
from tests.routes import product
from tests.routes.broken import findings
from tests.routes.case import Case, Place
from tests.routes.deployed import Surroundings

ONLY = ("--only", "dicomweb-reachable,dicomweb-addresses,dicomweb-answers")
LINE = {"nginx": "proxy_set_header Host {};", "apache": "ProxyPreserveHost Off"}
"""What is advised if the answers have the name, by web server."""


@contextmanager
def shared_host(folder: Path, archive: str, nobody: str) -> Iterator[str]:
    """The address of a web server with two sites, the archive at one name alone."""
    port, file = free_port(), folder / "shared.conf"
    file.write_text(
        f"server {{ listen 127.0.0.1:{port} default_server; server_name _; {nobody} }}\n"
        f"server {{ listen 127.0.0.1:{port}; server_name localhost;\n"
        f"location / {{ proxy_pass {archive}; proxy_set_header Host $http_host; }} }}\n"
    )
    with nginx.nginx_with(folder, [file], [port]):
        yield f"http://localhost:{port}"


@pytest.mark.parametrize(
    ("proxy", "nobody", "status"),
    [
        ("nginx", "return 404;", 404),
        ("nginx", "return 421;", 421),
        ("apache", "location / { default_type text/html; return 200 '<html><title>Intranet</title></html>'; }", 200),
    ],
    ids=["nginx-404", "nginx-421", "apache-page"],
)
def test_archive_that_wants_its_own_name(
    surroundings: Surroundings, capsys: pytest.CaptureFixture[str], proxy: str, nobody: str, status: int
) -> None:
    with open_folder() as folder, ExitStack() as stack:
        (folder / "shared").mkdir(mode=0o755)
        archive = stack.enter_context(shared_host(folder / "shared", surroundings.archives[False].url, nobody))
        place = Place(Case("3.13.2", proxy=proxy, host="127.0.0.1"), folder, archive)  # type: ignore[arg-type]
        output = product.generate(place)
        place.viewer_folder.mkdir(mode=0o755)
        stale = folder / "stale-files"
        shutil.copytree(output, stale)
        with _front(place, output, "as generated"):
            found = next(one for one in findings(folder, capsys, *ONLY) if one["check"] == "dicomweb-reachable")
        assert (found["status"], found["evidence"]["fault"]) == ("fail", "own-name")
        assert f"({status})" in found["title"]
        name = archive.removeprefix("http://")
        command = next(fix["text"] for fix in found["fix"] if fix["where"] == "Answers")
        assert command.startswith(f"ohif-setup set proxy.upstream_host={name}, then: ohif-setup generate")
        file = str(folder / "ohif-setup.toml")
        assert ohif_setup("set", f"proxy.upstream_host={name}", "--answers", file, "--yes").status == 0
        # The answers have it now; the web server has it only once the new file is loaded.
        with _front(place, stale, "stale"):
            again = next(one for one in findings(folder, capsys, *ONLY) if one["check"] == "dicomweb-reachable")
        assert again["evidence"]["fault"] == "own-name"
        assert LINE[proxy].format(name) in " ".join(fix["text"] for fix in again["fix"])
        assert "upstream_host" not in " ".join(fix["text"] for fix in again["fix"])
        with _front(place, output, "mended"):
            after = findings(folder, capsys, *ONLY)
        assert [one["status"] for one in after] == ["pass"] * 3


@contextmanager
def _front(place: Place, output: Path, name: str) -> Iterator[None]:
    own = place.folder / name.replace(" ", "-")
    own.mkdir(mode=0o755)
    if place.case.proxy == "apache":
        with apache.apache_with(own, [output / "ohif-listen.conf", output / "ohif.conf"], [place.port]):
            yield
    else:
        with nginx.nginx_with(own, [output / "nginx.conf"], [place.port]):
            yield
