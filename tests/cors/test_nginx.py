"""Debian's Orthanc, which has no CORS, alone and behind Debian's nginx with the usual mistakes; and the printed way out, pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cors.conftest import Ask, Asked
from tests.cors.services import VIEWER
from tests.parts import nginx as nginx_part
from tests.parts import orthanc
from tests.parts.nginx import nginx
from tests.parts.samples import image_of_doe

MISSING = orthanc.missing() or nginx_part.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
EVERY = {"search", "series", "metadata", "frames", "bulk"}
PREFLIGHT_204 = """
if ($request_method = OPTIONS) {
  add_header Access-Control-Allow-Origin "https://viewer.example.org" always;
  add_header Access-Control-Allow-Headers "%s" always;
  add_header Access-Control-Max-Age 600 always;
  return 204;
}
"""
ALL_LISTED = PREFLIGHT_204 % "authorization, accept"
ADDED = 'add_header Access-Control-Allow-Origin "https://viewer.example.org" always;'


@dataclass(frozen=True)
class Mistake:
    """`lines` stand in the location of /dicom-web/; `kinds` of request show the fault."""

    name: str
    lines: str
    faults: dict[str, set[str]]
    arguments: tuple[str, ...] = ()


MISTAKES = (
    Mistake("FM01 no CORS", "", {"no-cors": EVERY}),
    Mistake("FM03 OPTIONS goes to Orthanc", ADDED, {"options-unanswered": EVERY}),
    Mistake(
        "FM03 and FM09, the sample of the Orthanc Book",
        """add_header 'Access-Control-Allow-Credentials' 'true';
        add_header 'Access-Control-Allow-Headers' 'Content-Type';
        add_header 'Access-Control-Allow-Methods' 'GET, POST, OPTIONS';
        add_header 'Access-Control-Allow-Origin' '*';""",
        # The list needs no preflight here, and images do: the list shows, images never.
        {
            "options-unanswered": {"frames", "bulk"},
            "wildcard-with-credentials": EVERY - {"frames", "bulk"},
            "archive-open": {"search"},
            "errors-without-cors": {"metadata"},
        },
        ("--no-auth",),
    ),
    Mistake("FM04 no authorization", PREFLIGHT_204 % "accept" + ADDED, {"header-authorization": EVERY}),
    Mistake("FM05 no accept", PREFLIGHT_204 % "authorization" + ADDED, {"header-accept": {"frames", "bulk"}}),
    Mistake(
        "FM06 no always",
        ALL_LISTED + ADDED.replace(" always", ""),
        {"errors-without-cors": {"metadata"}},
        ("--no-auth",),
    ),
    Mistake("FM07 twice", ALL_LISTED + ADDED + ADDED, {"origin-repeated": EVERY}),
    Mistake(
        "FM09 star with credentials",
        (ALL_LISTED + ADDED)
        .replace('"https://viewer.example.org"', "*")
        .replace("return", "add_header Access-Control-Allow-Credentials true; return"),
        {"wildcard-with-credentials": EVERY, "archive-open": {"search"}},
    ),
    Mistake(
        "FM15 no Vary",
        "set $who ''; if ($http_origin = 'https://viewer.example.org') { set $who $http_origin; }"
        + (ALL_LISTED + ADDED).replace('"https://viewer.example.org"', "$who"),
        {"vary-missing": {"search"}},
    ),
    Mistake("headers in the if alone", ALL_LISTED, {"answer-without-cors": EVERY}),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DICOMweb root of an Orthanc with one image."""
    with orthanc.orthanc(tmp_path_factory.mktemp("orthanc")) as server:
        server.store(image_of_doe())
        yield server.root


def location(archive: str, lines: str) -> str:
    return f"location /dicom-web/ {{\n{lines}\nproxy_set_header Host $http_host;\nproxy_pass {origin_of(archive)};\n}}"


def origin_of(url: str) -> str:
    return url.removesuffix("/dicom-web")


def test_orthanc_alone_has_no_cors(ask: Ask, archive: str) -> None:
    asked = ask(archive)
    assert (asked.faults, asked.kinds("no-cors"), asked.blocks) == ({"no-cors"}, EVERY, 1)
    assert "(Orthanc)" in asked.text
    assert asked.text.index("serve the viewer and DICOMweb from one origin") < asked.text.index(
        "add CORS in the web server"
    )
    assert {one["evidence"]["request"]["method"] for one in asked.requests} == {"OPTIONS"}


def test_orthanc_and_viewer_at_one_origin_need_no_cors(ask: Ask, archive: str) -> None:
    asked = ask(archive, "--no-auth", viewer=(origin_of(archive),))
    assert (asked.faults, {one["step"] for one in asked.requests}) == (set(), {"same-origin"})
    assert "no CORS is needed" in " ".join(asked.text.split())
    # An image that exists is asked for, and comes.
    assert asked.of("frames")["evidence"]["response"]["status"] == 200


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_is_named_and_the_printed_lines_mend_it(
    ask: Ask, archive: str, tmp_path: Path, mistake: Mistake
) -> None:
    with nginx(tmp_path, "", location(archive, mistake.lines)) as front:
        asked = ask(f"{front}/dicom-web", *mistake.arguments)
    assert {fault: asked.kinds(fault) for fault in asked.faults} == mistake.faults
    if "vary-missing" in mistake.faults:
        return
    http, server = pasted(asked, archive)
    with nginx(tmp_path, http, server) as front:
        mended = ask(f"{front}/dicom-web", *mistake.arguments)
    assert (mended.status, mended.faults) == (0, set())
    assert {one["allowed"] for one in mended.requests} == {True}


def test_fm02_sign_in_that_guards_options_too(ask: Ask, archive: str, tmp_path: Path) -> None:
    (tmp_path / "users").write_text("ada:{PLAIN}secret\n")
    guard = f'auth_basic "archive"; auth_basic_user_file {tmp_path}/users;'
    with nginx(tmp_path, "", location(archive, guard + ADDED)) as front:
        asked = ask(f"{front}/dicom-web")
    assert asked.faults == {"options-needs-sign-in"}
    # The printed lines answer OPTIONS before nginx asks for a password.
    http, server = pasted(asked, archive)
    with nginx(tmp_path, http, server.replace("proxy_pass", f"{guard} proxy_pass")) as front:
        mended = ask(f"{front}/dicom-web")
    assert mended.faults == set()
    assert mended.of("search")["evidence"]["response"]["status"] == 401


def test_fm07_server_behind_adds_the_header_too(ask: Ask, archive: str, tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.mkdir()
    outer.mkdir()
    with nginx(inner, "", location(archive, ALL_LISTED + ADDED)) as behind:
        with nginx(outer, "", location(behind, ALL_LISTED + ADDED)) as front:
            asked = ask(f"{front}/dicom-web")
        assert asked.faults == {"origin-repeated"}
        http, server = pasted(asked, behind)
        with nginx(outer, http, server) as front:
            assert ask(f"{front}/dicom-web").faults == set()


def test_other_viewers_stay_out_behind_the_printed_lines(ask: Ask, archive: str, tmp_path: Path) -> None:
    http, server = pasted(ask(archive), archive)
    with nginx(tmp_path, http, server) as front:
        asked = ask(f"{front}/dicom-web", viewer=(VIEWER, "https://other.example.org"))
    assert {one["allowed"] for one in asked.requests if one["fault"] is None} == {True}
    assert asked.of("search", "other")["fault"] == "no-cors"


def pasted(asked: Asked, archive: str) -> tuple[str, str]:
    """The printed lines for `http { }` and for `server { }`, with the address of the server behind."""
    printed = re.search(r"^ {15}nginx\n((?: {15}.*\n)+)", asked.text, re.MULTILINE)
    assert printed, asked.text
    http, server = printed[1].split("# inside server { }")
    assert "http://127.0.0.1:8042;" in server
    return http, server.replace("http://127.0.0.1:8042", origin_of(archive))
