"""Exhibits that nobody of the product knows, one folder more for each gallery."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ohif_setup.kinds
import ohif_setup.providers
import ohif_setup.routes
import ohif_setup.webservers
from ohif_setup.output.artefact import artefact_names

CLOUD = """
from ohif_setup.kinds import dicomweb
from ohif_setup.kinds.kind import Kind, ServerToken

KIND = Kind(
    name="cloud",
    order=40,
    label="Cloud archive",
    choice="an archive of the cloud",
    parse_root=dicomweb.parse_root,
    example_url="https://images.cloud.example/dicomweb",
    label_of=dicomweb.label_of,
    data_source=dicomweb.data_source,
    notes={},
    token=ServerToken("cloud-id", "images", "images", ("images",), "Images of the cloud"),
    behind_web_server=False,
    answers_origins=True,
    varies=False,
)
"""
ARCHIVE = """
from dataclasses import replace

from ohif_setup.kinds import dicomweb
from ohif_setup.kinds.kind import NextSteps, SourceReading

KIND = replace(
    dicomweb.KIND,
    name="archive",
    order=50,
    label="Archive",
    choice="an archive that answers browsers",
    example_url="https://images.example/dicomweb",
    answers_origins=True,
    called="the archive",
    cors=None,
    reading=SourceReading(),
    next_steps=NextSteps(),
)
"""
GATEWAY = """
from dataclasses import replace

from ohif_setup.output.section import Section, Stage
from ohif_setup.routes import reverse_proxy


def sections(answers):
    yield Section("gateway", Stage.ACCESS, {"server": answers.server})


ROUTE = replace(
    reverse_proxy.ROUTE,
    name="gateway",
    order=50,
    choice="behind the gateway of the house",
    sections=sections,
)
"""
GATEWAY_STEPS = """\
## {{ number }}. The gateway

It passes {{ it.server.path | code }} on.
"""
CADDY = """
from ohif_setup.answers.rules import defaults
from ohif_setup.output.artefact import Artefact
from ohif_setup.webservers import facts
from ohif_setup.webservers.webserver import Guard, WebServer


def quoted(text):
    return '"' + text.replace('"', "")  + '"'


def context(answers):
    return {"folder": answers.viewer.folder, "port": defaults.listen(answers), "servers": facts.proxied(answers)}


WEBSERVER = WebServer(
    name="caddy",
    order=40,
    label="Caddy",
    choice="Caddy 2",
    windows=False,
    file="Caddyfile",
    cors_file="Caddyfile-cors",
    reload="caddy reload",
    status="systemctl status caddy",
    guard=Guard(login="basic_auth", allow_list="remote_ip", refusals="its matchers"),
    login_file="/etc/caddy/{}.login",
    folders="/srv/",
    artefacts=(Artefact("Caddyfile", 40, context),),
    filters={"caddy": quoted},
)
"""
CADDYFILE = """\
:{{ port }} {
    root * {{ folder | caddy }}
{% for server in servers %}
    reverse_proxy {{ server.path | caddy }}* {{ server.origin | caddy }}
{% endfor %}
}
"""
CLOUD_ID = """
from dataclasses import replace

from ohif_setup.providers import oidc


def takes(sign_in):
    return sign_in.authority.startswith("https://id.cloud.example")


def signs_in_at(host):
    return host == "id.cloud.example"


PROVIDER = replace(
    oidc.PROVIDER,
    name="cloud-id",
    order=20,
    label="Cloud ID",
    choice="at the cloud",
    takes=takes,
    signs_in_at=signs_in_at,
    asks=("authority", "client_id"),
    made_up={"authority": "https://id.cloud.example", "client_id": "viewer"},
    platform="platform Viewer",
)
"""
MADE_UP = {
    ohif_setup.kinds: {"cloud.py": CLOUD, "archive.py": ARCHIVE},
    ohif_setup.routes: {"gateway/__init__.py": GATEWAY, "gateway/next-steps/gateway.md.j2": GATEWAY_STEPS},
    ohif_setup.webservers: {"caddy.py": CADDY, "Caddyfile.j2": CADDYFILE},
    ohif_setup.providers: {"cloud_id.py": CLOUD_ID},
}
"""The files of the exhibits, by gallery and name; templates lie beside a file, or in the folder of an exhibit."""


@pytest.fixture
def exhibits(tmp_path: Path) -> Iterator[None]:
    """The galleries with the made-up exhibits."""
    modules = []
    with pytest.MonkeyPatch.context() as patch:
        for door, files in MADE_UP.items():
            folder = tmp_path / door.__name__
            for name, text in files.items():
                folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
                folder.joinpath(name).write_text(text, encoding="utf-8")
                modules.append(f"{door.__name__}.{name.partition('.')[0].partition('/')[0]}")
            patch.setattr(door, "__path__", [*door.__path__, str(folder)])
        _forget(modules)
        yield
    _forget(modules)


def _forget(modules: list[str]) -> None:
    """Other tests may have exhibits of the same names."""
    for name in modules:
        sys.modules.pop(name, None)
    importlib.invalidate_caches()
    artefact_names.cache_clear()
