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
from tests.servers.raw import RawServer, always, answer
from tests.servers.stage import AUTHORIZE, DISCOVERY, SEARCH, FrontDoor, Ran, Stage, as_toml

SHORT = tuple(one for one in ADDRESSES if len(one) < 3000)
"""Those that a header field can hold."""
PAGES = {
    "script": ADDRESSES,
    "bundle": ADDRESSES,
    "style": ADDRESSES[:20],
    "config": ADDRESSES[::5],
    "base": ADDRESSES[::5],
    "config-root": ADDRESSES[::2],
    "viewer-location": SHORT[::2],
    "head": MARKUP,
    "viewer-last-modified": DATES,
    "viewer-date": DATES,
    "viewer-cache-control": tuple(f"max-age={number}" for number in NUMBERS),
    "viewer-content-type": CHARSETS,
}
ARCHIVES = {
    "retrieve-url": ADDRESSES,
    "bulk-data": ADDRESSES[::2],
    "json": BODIES,
    "location": SHORT[::5],
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
    "allow-headers": SHORT[:5],
    "allow-methods": SHORT[:5],
    "allow-credentials": SHORT[:5],
    "vary": SHORT[:5],
    "max-age": NUMBERS,
    "location": SHORT[::2],
    "bulk-data": ADDRESSES[::4],
    "json": BODIES[:6],
    "www-authenticate": SHORT[:5],
    "retry-after": NUMBERS,
    "content-type": CHARSETS,
}

AS_TEXT = 80
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


ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer")
SIGN_IN = ("tenant-exists", "client-known", "redirect-uri", "cors-sign-in")


def assert_all_judged(ran: Ran, checks: tuple[str, ...], what: object) -> None:
    assert set(checks) <= {one["check"] for one in ran.findings}, what
    assert not [one for one in ran.findings if "could not judge" in one["title"]], what


@pytest.mark.parametrize("name", ENDPOINTS)
def test_check_judges_odd_addresses_of_the_identity_provider(site: Stage, door: FrontDoor, name: str) -> None:
    own = site.answers["sign_in.authority"]
    sound = {"issuer": f"{own}/v2.0"} | dict.fromkeys(ENDPOINTS[:-1], f"{own}/oauth2/v2.0/keys")
    only = [word for one in SIGN_IN for word in ("--only", one)]
    for address in ADDRESSES[::5]:
        body = json.dumps(sound | {name: address})
        site.entra.faults[DISCOVERY] = always(answer(200, body))
        ran = door.check(site.answers, "--timeout", "5", "--sign-in", "none", *only, environment=site.environment)
        assert_all_judged(ran, SIGN_IN, address)


@pytest.mark.parametrize("place", [DISCOVERY, AUTHORIZE, SEARCH])
def test_check_judges_odd_pages_and_challenges_before_a_sign_in(site: Stage, door: FrontDoor, place: str) -> None:
    answers = [answer(200, body) for body in BODIES[:9]]
    if place == AUTHORIZE:
        answers = [
            answer(200, f"<html>{head}".encode("utf-8", "surrogatepass"), kind="text/html") for head in MARKUP[::2]
        ]
        answers += [answer(302, "", ("Location", odd.in_header(one))) for one in SHORT[:9]]
    if place == SEARCH:
        answers += [
            answer(
                401, "", ("WWW-Authenticate", odd.in_header(f'Bearer authorization_uri="{one}", resource_id="{one}"'))
            )
            for one in SHORT[:20]
        ]
    checks = (*SIGN_IN, "dicomweb-reachable")
    only = [word for one in checks for word in ("--only", one)]
    for odd_answer in answers:
        site.front_of(place).faults[place] = always(odd_answer)
        ran = door.check(site.answers, "--timeout", "5", "--sign-in", "none", *only, environment=site.environment)
        assert_all_judged(ran, checks, odd_answer[:300])


def test_script_at_what_is_no_address_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A browser does not find it, and shows a blank page; what the page itself holds (`data:`) is not looked for."""
    server = OddServer([Odd("bundle", "http://[x/"), Odd("style", "data:text/css,[")])
    with RawServer(server) as web:
        check_all(server, web, folder, ("viewer-served",))
    found = reports(capsys.readouterr().out)
    bundle, style = ([one["title"] for one in found[number]["findings"]] for number in (0, 1))
    assert "http://[x/app.bundle.0f61.js: no answer (address) came" in bundle
    assert not any("data:" in title for title in style)
