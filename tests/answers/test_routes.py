"""What is written of a server is read again as the same, on every route that its kind can take."""

from __future__ import annotations

import pytest

from ohif_setup.answers.model import Answers
from ohif_setup.kinds import KINDS
from ohif_setup.routes import routes_of
from tests.answers.sites import AZURE

CASES = [(kind, route) for kind in KINDS for route in routes_of(kind)]


@pytest.mark.parametrize(("kind", "route"), CASES)
def test_dump_is_valid_again(kind: str, route: str) -> None:
    server = {"kind": kind, "url": KINDS[kind].example_url.replace("http://127.0.0.1:8042", "https://pacs.example.org")}
    if len(routes_of(kind)) > 1:
        server["route"] = route
    site = AZURE | {"server": server, "viewer": {"url": "https://viewer.example.org/ohif"}}
    if route == "cors":
        site["proxy"] = {"url": "https://images.example.org"}
    answers = Answers.model_validate(site)
    assert Answers.model_validate(answers.model_dump(by_alias=True)) == answers


def test_usual_web_server_is_no_fault_of_a_direct_server() -> None:
    server = {"kind": "dicomweb", "url": "https://pacs.example.org/rs", "route": "direct", "proxy": "nginx"}
    site = AZURE | {"server": server}
    assert Answers.model_validate(site).server.route == "direct"
