"""One odd value in an answer costs nobody the report: `check` and `cors` end with what they saw, and no check breaks at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ohif_setup import cli
from tests.servers import odd
from tests.servers.odd import ADDRESSES, BODIES, CHARSETS, DATES, MARKUP, NUMBERS, Odd, OddServer
from tests.servers.raw import RawServer
from tests.servers.stage import as_toml

SHORT = tuple(one for one in ADDRESSES if len(one) < 3000)
"""Those that a header field can hold."""
PAGES = {
    "script": ADDRESSES,
    "bundle": ADDRESSES,
    "style": ADDRESSES[:20],
    "config": ADDRESSES[:20],
    "base": ADDRESSES[:20],
    "config-root": ADDRESSES,
    "viewer-location": SHORT,
    "head": MARKUP,
    "viewer-last-modified": DATES,
    "viewer-date": DATES,
    "viewer-cache-control": tuple(f"max-age={number}" for number in NUMBERS),
    "viewer-content-type": CHARSETS,
}
ARCHIVES = {
    "retrieve-url": ADDRESSES,
    "bulk-data": ADDRESSES,
    "json": BODIES,
    "location": SHORT,
    "www-authenticate": (
        *SHORT[:9],
        *(f'Bearer authorization_uri="{one}", realm={one}' for one in SHORT[:9]),
        '"',
        "Bearer =",
    ),
    "retry-after": (*NUMBERS, *DATES),
    "content-type": CHARSETS,
    "content-length": NUMBERS[:6],
}
CORS = {
    "allow-origin": SHORT,
    "allow-headers": SHORT[:9],
    "allow-methods": SHORT[:9],
    "allow-credentials": SHORT[:9],
    "vary": SHORT[:9],
    "max-age": NUMBERS,
    "location": SHORT,
    "bulk-data": ADDRESSES,
    "json": BODIES[:6],
    "www-authenticate": SHORT[:9],
    "retry-after": (*NUMBERS, *DATES),
    "content-type": CHARSETS,
}

AS_TEXT = 150
"""Words of the command line for the services that are asked once more, to be told as text: those with an odd origin."""


def check_all(server: OddServer, web: RawServer, folder: Path, checks: tuple[str, ...]) -> int:
    """`check` of the sites of all cases in one run; the exit status."""
    for number, _ in enumerate(server.cases):
        (folder / str(number)).mkdir()
        answers = {
            "viewer.url": f"{web.url}/{number}/ohif",
            "server.kind": "dicomweb",
            "server.url": f"http://127.0.0.1:1/{number}/dicom-web",
            "server.route": "reverse-proxy",
        }
        (folder / str(number) / "ohif-setup.toml").write_text(as_toml(answers))
    only = [word for one in checks for word in ("--only", one)]
    return cli.main(["check", "--answers", str(folder), "--json", "--timeout", "5", "--sign-in", "none", *only])


def reports(out: str) -> dict[int, dict[str, Any]]:
    return {int(Path(one["answers"]).parent.name): one for one in json.loads(out)["sites"]}


@pytest.mark.parametrize(
    ("places", "checks"),
    [
        (PAGES, ("viewer-served", "viewer-config", "viewer-routes")),
        (ARCHIVES, ("dicomweb-reachable", "dicomweb-addresses", "dicomweb-answers")),
    ],
    ids=["viewer", "archive"],
)
def test_check_judges_every_odd_answer(
    folder: Path, capsys: pytest.CaptureFixture[str], places: Mapping[str, Any], checks: tuple[str, ...]
) -> None:
    server = OddServer(odd.table(places))
    with RawServer(server) as web:
        server.origin = web.url
        status = check_all(server, web, folder, checks)
    out, err = capsys.readouterr()
    assert (status, err) == (1, "")
    assert judged(server, reports(out), checks) == []


def judged(server: OddServer, sites: Mapping[int, dict[str, Any]], checks: tuple[str, ...]) -> list[tuple[Odd, Any]]:
    """The cases of which a check is missing, or could not judge."""
    return [
        (case, sites[number])
        for number, case in enumerate(server.cases)
        if not set(checks) <= {one["check"] for one in sites[number].get("findings", [])}
        or any("could not judge" in one["title"] for one in sites[number]["findings"])
    ]


def test_cors_judges_every_odd_answer(capsys: pytest.CaptureFixture[str]) -> None:
    server = OddServer(odd.table(CORS))
    with RawServer(server) as web:
        server.origin = web.url
        roots = [f"{web.url}/{number}/dicom-web" for number, _ in enumerate(server.cases)]
        asked = [word for root in roots for word in ("--service-url", root)]
        arguments = [
            "--viewer-url",
            "https://viewer.example.org",
            "--server",
            "dicomweb",
            "--no-auth",
            "--timeout",
            "5",
        ]
        status = cli.main(["cors", *asked, *arguments, "--json"])
        out, err = capsys.readouterr()
        assert (status, err) == (1, "")
        services = json.loads(out)["services"]
        assert [one["url"] for one in services] == roots
        assert [one for one in services if not one["requests"] or "could_not_judge" in one] == []
        assert [case for case in services if "could-not-judge" in json.dumps(case)] == []
        assert cli.main(["cors", *asked[:AS_TEXT], *arguments]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert [root for root in asked[1:AS_TEXT:2] if f"Service  {root}  " not in out] == []
    assert "could not judge" not in out
