"""What is known of published builds, held against the published builds."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ohif_setup.ohif import build
from ohif_setup.ohif.build import BuildSurvey, base_of, combined, fault, moved, public_path_of, survey
from tests.browser.builds import VERSIONS, BuildMissingError, build_folder
from tests.ohif.thin import main_bundle_of, thin

TEXTS = (".js", ".css", ".html", ".json", ".webapp", ".xml")
LEFT_ALONE = {
    "sw.js": "no page registers it",
    "app-config.js": "the site has its own",
}
ROUTE_OF_SIGN_IN = "'/silent-refresh.html'"
"""OHIF puts the path of the viewer before it."""

MINIFIED = 'a.m=e,a.p="/",a.b=document.baseURI'
PAGE = '<head><script src="/app-config.js"></script><script defer src="/app.bundle.0f61.js"></script>'


@pytest.fixture(scope="module")
def builds() -> Mapping[str, Path]:
    try:
        return {version: build_folder(version) for version in VERSIONS}
    except BuildMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(params=VERSIONS)
def published(request: pytest.FixtureRequest, builds: Mapping[str, Path]) -> tuple[str, Path]:
    return request.param, builds[request.param]


@pytest.fixture(scope="module")
def small(builds: Mapping[str, Path]) -> dict[str, str]:
    return {name: content.decode("latin-1") for name, content in thin(builds["3.13.2"]).items()}


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.suffix in TEXTS:
            yield path.relative_to(folder).as_posix(), path.read_text("latin-1")


def seen_in(files: Mapping[str, str]) -> BuildSurvey:
    return combined(survey(name, text) for name, text in files.items())


def test_published_build_is_known(published: tuple[str, Path]) -> None:
    version, folder = published
    seen = combined(survey(name, text) for name, text in texts(folder))
    assert seen.version == version
    assert fault(seen, "/ohif/") is None
    assert fault(seen, "/") is None
    modes = {"viewer", "segmentation", "tmtv", "microscopy", "dynamic-volume", "usAnnotation", "basic-test", "dev"}
    assert seen.routes == modes | ({"basic"} if version != "3.11.1" else set())
    assert {"viewer", "callback"} < set(build.copies(seen))


def test_page_and_main_bundle_tell_their_path(published: tuple[str, Path]) -> None:
    _, folder = published
    page = (folder / "index.html").read_text("utf-8")
    bundle = main_bundle_of(page)
    assert base_of(page) == "/"
    script = (folder / bundle.removeprefix("/")).read_text("utf-8")
    assert public_path_of(script) == "/"
    assert public_path_of(script[-20_000:]) == "/"
    assert base_of(moved("index.html", page, "/a/ohif/")) == "/a/ohif/"
    assert public_path_of(moved(bundle.removeprefix("/"), script, "/a/ohif/")) == "/a/ohif/"


def test_nothing_of_a_moved_build_is_asked_for_at_the_top(published: tuple[str, Path]) -> None:
    _, folder = published
    names = {path.name for path in folder.iterdir()}
    left = [
        f"{name}: {found[0]}"
        for name, text in texts(folder)
        if name not in LEFT_ALONE
        for found in re.finditer(r"""["'`(]/([\w.-]+)[^"'`)\s]{0,60}["'`)]""", moved(name, text, "/elsewhere/"))
        if found[1] in names and found[0] != ROUTE_OF_SIGN_IN
    ]
    assert left == []


def test_moved_build_is_not_moved_again(published: tuple[str, Path]) -> None:
    _, folder = published
    seen = combined(survey(name, moved(name, text, "/ohif/")) for name, text in texts(folder))
    again = fault(seen, "/ohif/")
    assert again
    assert again.kind == "moved"
    assert "/ohif/" in again.detail


def test_small_build_of_the_tests_shows_what_the_whole_one_does(
    builds: Mapping[str, Path], small: dict[str, str]
) -> None:
    assert seen_in(small) == combined(survey(name, text) for name, text in texts(builds["3.13.2"]))


@pytest.mark.parametrize("base", ["/ohif/", "/"])
@pytest.mark.parametrize("part", ["index.html", "app.bundle.0f6159c501addfe9.js", "polySeg.bundle.2c5892e4c5a6bdd5.js"])
def test_build_that_was_moved_in_part_is_refused(small: dict[str, str], part: str, base: str) -> None:
    found = fault(seen_in({**small, part: moved(part, small[part], "/x/")}), base)
    assert found
    assert found.kind == "moved"


def test_build_that_is_minified_otherwise_is_refused_where_it_would_be_moved(small: dict[str, str]) -> None:
    files = {name: text for name, text in small.items() if ".bundle." not in name}
    files["app.bundle.0f6159c501addfe9.js"] = MINIFIED
    found = fault(seen_in(files), "/ohif/")
    assert found
    assert found.kind == "minified"
    assert fault(seen_in(files), "/") is None
    files["app.bundle.0f6159c501addfe9.js"] = MINIFIED.replace('"/"', '"/x/"')
    found = fault(seen_in(files), "/")
    assert found
    assert found.kind == "moved"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("index.html", ' src="/app-config.js"', " src='app-config.js'", id="address-missing"),
        pytest.param("index.html", "</head>", '<link href="/x.css"></head>', id="address-more"),
        pytest.param("polySeg.bundle.2c5892e4c5a6bdd5.js", '= "/"', "= base()", id="worker-missing"),
        pytest.param("app.bundle.css", "url(/", "url(", id="font-missing"),
        pytest.param("manifest.json", '"/assets/', '"assets/', id="icon-missing"),
        pytest.param("app.bundle.0f6159c501addfe9.js", "Function('/", "Function('", id="microscopy-missing"),
    ],
)
def test_other_places_than_the_known_are_refused_and_counted(
    small: dict[str, str], name: str, old: str, new: str
) -> None:
    assert old in small[name]
    found = fault(seen_in({**small, name: small[name].replace(old, new, 1)}), "/ohif/")
    assert found
    assert found.kind == "places"
    assert re.fullmatch(r"\d+ [\w. ]+, expected \d+", found.detail, re.IGNORECASE)


@pytest.mark.parametrize("version", ["3.10.2", "3.99.0", ""])
def test_version_that_is_not_known_is_refused(small: dict[str, str], version: str) -> None:
    files = {
        name: text.replace('versionNumber = "3.13.2"', f'versionNumber = "{version}"') for name, text in small.items()
    }
    found = fault(seen_in(files), "/ohif/")
    assert found
    assert found.kind == "version"
    assert version in found.detail
    assert fault(seen_in(files), "/") is None


def test_two_versions_are_none() -> None:
    files = {"1.js": 'versionNumber = "3.13.2"', "2.js": 'versionNumber = "3.12.0"'}
    assert seen_in(files).version is None


@pytest.mark.parametrize("base", ["ohif/", "/ohif", "/a b/", '/"/', "/a'b/", "/a)/", "//", "/a&b/", ""])
def test_base_that_would_have_to_be_quoted_is_an_error(base: str) -> None:
    with pytest.raises(ValueError, match="path of plain segments"):
        moved("index.html", PAGE, base)


def test_addresses_of_other_hosts_stay() -> None:
    page = '<script src="//cdn.example/x.js"></script><a href="https://ohif.org/">'
    assert moved("index.html", page, "/ohif/") == page
    assert moved("a.css", "url(//cdn.example/x.woff2)", "/ohif/") == "url(//cdn.example/x.woff2)"


@pytest.mark.parametrize(
    ("page", "base"),
    [
        pytest.param(PAGE, "/", id="published"),
        pytest.param(PAGE.replace('"/app', '"/ohif/app'), "/ohif/", id="moved"),
        pytest.param(PAGE.replace('"/app.bundle', '"/ohif/app.bundle'), "/ohif/", id="main-bundle-decides"),
        pytest.param("<script src=/x/app.bundle.js>", "/x/", id="without-quotes"),
        pytest.param("<script src='app.bundle.1.js'>", "", id="relative"),
        pytest.param('<script src="./app-config.js">', "./", id="relative-with-dot"),
        pytest.param('<script src="https://cdn.example/o/app.bundle.1.js">', "https://cdn.example/o/", id="elsewhere"),
        pytest.param("<html><h1>404</h1>", None, id="another-page"),
        pytest.param('<script src="/my-app.bundle.1.jsx">', None, id="another-script"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_base_of_a_page(page: str, base: str | None) -> None:
    assert base_of(page) == base


@pytest.mark.parametrize(
    ("bundle", "path"),
    [
        ('__webpack_require__.p = "/ohif/";', "/ohif/"),
        ('n.p="";__webpack_require__.p = "/";', "/"),
        (MINIFIED, "/"),
        ('r.p="",e.p="/ohif/"', "/ohif/"),
        ('a.p="https://cdn.example/ohif/"', "https://cdn.example/ohif/"),
        ('help="/x"', None),
        ("<!doctype html>", None),
    ],
)
def test_public_path_of_a_bundle(bundle: str, path: str | None) -> None:
    assert public_path_of(bundle) == path


@pytest.mark.parametrize("piece", ["<script src=", "src=src", 'src="app.bundle.', '.p="/', "__webpack_require__.p = "])
def test_hostile_texts_take_no_time(piece: str) -> None:
    begun = time.process_time()
    text = piece * 100_000
    base_of(text)
    public_path_of(text)
    assert time.process_time() - begun < 5


def test_line_for_a_folder_stands_before_all_else_in_the_page() -> None:
    page = build.with_entry_by_file(PAGE)
    assert page.startswith("<head><script>")
    assert page.index("replaceState") < page.index("app-config.js")
    assert page.endswith(PAGE.removeprefix("<head>"))
    with pytest.raises(ValueError, match="no <head>"):
        build.with_entry_by_file("<html>")
