"""The files of a case, by the front door: `ohif-setup generate` and `ohif-setup install-viewer`."""

from __future__ import annotations

import base64
from pathlib import Path

import tomlkit
import trustme

from tests.flows.front_door import ohif_setup
from tests.routes.case import LOGIN, Place


def generate(place: Place) -> Path:
    """Write the answers file of the case and generate; gives the folder with the generated files."""
    answers = _answers_file(place)
    answers.write_text(tomlkit.dumps(place.answers), encoding="utf-8")
    _run("generate", "--answers", str(answers))
    return place.folder / "deploy"


def install_viewer(place: Place, build: Path) -> None:
    """Put the published build in its place, for the path of the case and with the generated `app-config.js`."""
    _run("install-viewer", str(build), "--answers", str(_answers_file(place)))


def write_credentials(place: Place) -> None:
    """What the user writes: Orthanc's login in the form of the web server."""
    value = base64.b64encode(f"{LOGIN.name}:{LOGIN.password}".encode()).decode()
    line = {
        "nginx": f'proxy_set_header Authorization "Basic {value}";\n',
        "apache": f'RequestHeader set Authorization "Basic {value}"\n',
    }[place.case.proxy]
    place.credentials.write_text(line)
    place.credentials.chmod(0o600)


def write_certificate(place: Place, authority: trustme.CA) -> None:
    """What the user has: a certificate for the host of the case, and its key."""
    issued = authority.issue_cert(place.case.host)
    issued.private_key_pem.write_to_path(str(place.key))
    place.certificate.write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))


def _answers_file(place: Place) -> Path:
    return place.folder / "ohif-setup.toml"


def _run(*arguments: str) -> None:
    done = ohif_setup(*arguments)
    assert done.status == 0, done.out + done.err
