"""`install-viewer`: what comes to lie in the folder, what is refused, and that the folder is old or new in whole."""

from __future__ import annotations

import errno
import fcntl
import gzip
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import requests

from ohif_setup.commands.install_viewer.config import fault_of
from ohif_setup.disk.safe_path import folder_at
from ohif_setup.errors import SetupError
from ohif_setup.ohif.build import base_of, moved, public_path_of
from ohif_setup.ohif.install import swap as viewer_swap
from ohif_setup.ohif.install.folder import install_viewer
from ohif_setup.routes import ROUTES
from tests.browser.builds import VERSIONS, BuildMissingError, build_folder
from tests.config_js.configs import SMALL
from tests.flows.front_door import ANSWERS, Run, ohif_setup
from tests.ohif.thin import main_bundle_of, packed, thin, written
from tests.parts import orthanc

UNDER_A_PATH = ANSWERS.replace("https://viewer.example.org", "https://viewer.example.org/ohif")
MARKER = ".ohif-setup-viewer.json"
CONFIG = b"window.config = {routerBasename: '/ohif'};\n"
WORKER = "polySeg.bundle.2c5892e4c5a6bdd5.js"
A_YEAR = 365 * 24 * 3600
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def builds() -> Mapping[str, Path]:
    try:
        return {version: build_folder(version) for version in VERSIONS}
    except BuildMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def small(builds: Mapping[str, Path]) -> Files:
    """The parts of OHIF 3.13.2 that matter here."""
    return thin(builds["3.13.2"])


@pytest.fixture(autouse=True)
def _site(folder: Path) -> None:
    (folder / "ohif-setup.toml").write_text(UNDER_A_PATH)


@pytest.fixture
def archive(folder: Path, small: Files) -> Path:
    return packed(small, folder / "ohif-app-3.13.2.tgz")


def install(build: Path | str, *more: str, seconds: float = 60) -> Run:
    return ohif_setup("install-viewer", str(build), *more, seconds=seconds)


def held(folder: Path) -> Files:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def refused(run: Run, error: str) -> None:
    assert run.status == 2, run
    assert f"ohif-setup explain {error}\n" in run.err
    assert run.out == ""


@pytest.mark.parametrize("version", VERSIONS)
def test_published_build_is_moved_in_every_place(folder: Path, builds: Mapping[str, Path], version: str) -> None:
    build = builds[version]
    run = install(build, "--into", "served", "--set", f"viewer.ohif_version={'.'.join(version.split('.')[:2])}")
    assert run.status == 0, run.err
    assert run.err == ""
    assert f"OHIF {version}," in run.out
    assert "made for /ohif, 6" in run.out
    names = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
    assert {path.relative_to("served").as_posix() for path in Path("served").rglob("*") if path.is_file()} == names | {
        MARKER
    }
    changed = set()
    for name in names - {"app-config.js"}:
        old = (build / name).read_bytes()
        new = moved(name, old.decode("latin-1"), "/ohif/").encode("latin-1")
        assert Path("served", name).read_bytes() == new, name
        changed |= {name} if old != new else set()
    assert len(changed) > 12
    page = Path("served/index.html").read_text()
    assert base_of(page) == "/ohif/"
    assert public_path_of(Path("served", main_bundle_of(page).removeprefix("/ohif/")).read_text()) == "/ohif/"


def test_archive_as_npm_packs_it(folder: Path, archive: Path, small: Files) -> None:
    run = install(archive, "--into", "served")
    assert run.status == 0, run.err
    assert run.out.splitlines()[0] == "create     served"
    found = held(folder / "served")
    assert set(found) == {*small, MARKER}
    assert b'routerBasename: "/ohif"' in found["app-config.js"]
    assert json.loads(found[MARKER])["ohif_version"] == "3.13.2"
    for path in (folder / "served").rglob("*"):
        assert path.stat().st_mtime > time.time() - A_YEAR, "browsers would keep it for years"
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644)
    assert stat.S_IMODE((folder / "served").stat().st_mode) == 0o755
    assert listing(folder)[:3] == ["ohif-app-3.13.2.tgz", "ohif-setup.toml", "served"]


@pytest.mark.parametrize("inside", ["", "dist", "package/dist"])
def test_folder_that_was_unpacked(folder: Path, small: Files, inside: str) -> None:
    written(small, folder / "build" / inside)
    before = held(folder / "build")
    assert install("build", "--into", "served").status == 0
    assert set(held(folder / "served")) == {*small, MARKER}
    assert held(folder / "build") == before


def test_at_the_top_of_a_host_nothing_but_the_configuration_differs(folder: Path, archive: Path, small: Files) -> None:
    (folder / "ohif-setup.toml").write_text(ANSWERS)
    run = install(archive, "--into", "served")
    assert "made for /\n" in run.out
    found = held(folder / "served")
    assert {name for name in small if found[name] != small[name]} == {"app-config.js"}
    refused(install("served", "--into", "again"), "viewer-build-moved")


def test_build_of_ones_own_will_do_at_the_top(folder: Path, small: Files) -> None:
    (folder / "ohif-setup.toml").write_text(ANSWERS)
    minified = {name: text.replace(b"__webpack_require__.p = ", b"a.p=") for name, text in small.items()}
    written({name: text.replace(b"versionNumber", b"v") for name, text in minified.items()}, folder / "build")
    run = install("build", "--into", "served")
    assert run.status == 0, run.err
    assert "OHIF of unknown version" in run.out


def test_compressed_copies_are_left_out(folder: Path, small: Files) -> None:
    stale = {name + end: b"old" for name in ("app-config.js", "index.html", WORKER) for end in (".gz", ".br")}
    written({**small, **stale}, folder / "build")
    assert install("build", "--into", "served").status == 0
    assert set(held(folder / "served")) == {*small, MARKER}


def test_folder_comes_from_the_answers_and_into_goes_before_it(folder: Path, archive: Path) -> None:
    refused(install(archive), "viewer-folder-missing")
    named = f"viewer.folder={folder}/of-the-answers"
    assert install(archive, "--set", named).status == 0
    assert (folder / "of-the-answers" / MARKER).exists()
    assert install(archive, "--set", named, "--into", "elsewhere").status == 0
    assert (folder / "elsewhere" / MARKER).exists()


def test_folder_of_windows_is_no_folder_here(folder: Path, archive: Path) -> None:
    refused(install(archive, "--set", r"viewer.folder=C:\inetpub\ohif"), "viewer-folder-missing")
    assert listing(folder) == ["ohif-app-3.13.2.tgz", "ohif-setup.toml"]


def test_configuration_on_disk_goes_before_the_answers_and_it_is_said(folder: Path, archive: Path) -> None:
    assert "from the answers" in install(archive, "--into", "served").out
    ohif_setup("generate")
    config = folder / "deploy" / "app-config.js"
    run = install(archive, "--into", "served")
    assert run.out.splitlines()[0] == "identical  served"
    assert "app-config.js: deploy/app-config.js\n" in run.out
    config.write_text(config.read_text() + "// edited at night\n")
    run = install(archive, "--into", "served")
    assert run.out.splitlines()[0] == "update     served"
    assert "it differs from what the answers alone would give" in run.out
    assert (folder / "served" / "app-config.js").read_text().endswith("// edited at night\n")


def test_configuration_that_does_not_fit_the_path_is_refused(folder: Path, archive: Path) -> None:
    written({"deploy/app-config.js": SMALL.encode()}, folder)
    run = install(archive, "--into", "served")
    refused(run, "viewer-config-unfit")
    assert 'deploy/app-config.js: has no routerBasename, but the path of viewer.url is "/ohif"' in run.err
    assert not (folder / "served").exists()


def configured(member: str) -> str:
    return SMALL.replace("modes: []", f"modes: [], {member}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (configured("routerBasename: '/'"), 'has routerBasename "/"'),
        (configured("'routerBasename' : \"/ohif/\""), 'has routerBasename "/ohif/"'),
        (configured("routerBasename: `/`"), 'has routerBasename "/"'),
        (configured("a: 1, /* x */ routerBasename: '/'"), 'has routerBasename "/"'),
        (configured("routerBasename: null"), "has no routerBasename"),
        (configured("routerBasename: ['/ohif']"), "has routerBasename that is not a string"),
        (configured("routerBasename: '/ohif'").replace("extensions: []", "extensions: [ }"), "line 2: "),
        (configured("routerBasename: '/ohif'").replace("extensions: [],", ""), "extensions is missing"),
        ("/usr/share/nginx/app-config.js", "is not a configuration that OHIF can start with"),
        ("", "The file is empty"),
    ],
)
def test_configuration_with_which_the_viewer_would_not_start_is_a_fault(text: str, words: str) -> None:
    assert words in fault_of(text, "/ohif")


@pytest.mark.parametrize(
    "text",
    [
        configured("routerBasename: '/ohif'"),
        "\ufeff" + configured("// routerBasename: '/',\n routerBasename: '/oh' + 'if'"),
        configured("routerBasename: window.ours"),
        configured("...window.ours"),
        "window.config = make();",
    ],
)
def test_configuration_that_fits_or_that_only_running_it_would_tell_is_no_fault(text: str) -> None:
    assert fault_of(text, "/ohif") == ""


def test_configuration_at_the_top_of_a_host_needs_no_path() -> None:
    assert fault_of(SMALL, "/") == ""


def test_second_run_changes_nothing(folder: Path, archive: Path) -> None:
    install(archive, "--into", "served")

    def seen() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (folder / "served").rglob("*")}

    before = seen()
    assert install(archive, "--into", "served").out.startswith("identical ")
    assert seen() == before


def test_another_version_replaces_all_of_the_old_one(folder: Path, archive: Path, builds: Mapping[str, Path]) -> None:
    old = packed(thin(builds["3.11.1"]), folder / "old.tgz")
    assert install(old, "--into", "served", "--set", "viewer.ohif_version=3.11").status == 0
    assert install(archive, "--into", "served").out.startswith("update ")
    install(archive, "--into", "fresh")
    assert held(folder / "served") == held(folder / "fresh")


def test_version_of_the_build_against_that_of_the_answers(folder: Path, archive: Path) -> None:
    run = install(archive, "--into", "served", "--set", "viewer.ohif_version=3.11")
    assert run.status == 0
    assert "warning: the build is OHIF 3.13.2, but the configuration was made for 3.11" in run.err
    assert 'viewer.ohif_version = "3.13"' in run.err


def with_member(
    small: Files, change: Callable[[tarfile.TarInfo], None], content: bytes = b""
) -> Callable[[Path], None]:
    def make(archive: Path) -> None:
        packed(small, archive)
        with gzip.open(archive) as unpacked:
            plain = io.BytesIO(unpacked.read())
        with tarfile.open(fileobj=plain, mode="a:") as tar:
            member = tarfile.TarInfo("package/dist/evil.js")
            member.size = len(content)
            change(member)
            tar.addfile(member, io.BytesIO(content))
        archive.write_bytes(gzip.compress(plain.getvalue(), 1))

    return make


def setting(**values: object) -> Callable[[tarfile.TarInfo], None]:
    def change(member: tarfile.TarInfo) -> None:
        for name, value in values.items():
            setattr(member, name, value)

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(setting(name="package/dist/../../../evil.js"), id="dots"),
        pytest.param(setting(name="../evil.js"), id="dots-first"),
        pytest.param(setting(name="/tmp/evil.js"), id="absolute"),
        pytest.param(setting(name="package/dist/a\\..\\evil.js"), id="backslash"),
        pytest.param(setting(name="package/dist/C:evil.js"), id="drive"),
        pytest.param(setting(name="package/dist/\nevil.js"), id="newline"),
        pytest.param(setting(name="package/dist/" + "a/" * 600 + "b"), id="long"),
        pytest.param(setting(name="package/dist/index.html"), id="twice"),
        pytest.param(setting(type=tarfile.SYMTYPE, linkname="/etc/passwd"), id="symbolic-link"),
        pytest.param(setting(type=tarfile.LNKTYPE, linkname="package/dist/index.html"), id="hard-link"),
        pytest.param(setting(type=tarfile.CHRTYPE, devmajor=1, devminor=5), id="device"),
        pytest.param(setting(type=tarfile.FIFOTYPE), id="pipe"),
    ],
)
def test_archive_that_would_write_elsewhere_is_refused(
    folder: Path, small: Files, change: Callable[[tarfile.TarInfo], None]
) -> None:
    with_member(small, change)(folder / "evil.tgz")
    refused(install("evil.tgz", "--into", "a/served"), "viewer-build-unsafe")
    assert listing(folder) == ["evil.tgz", "ohif-setup.toml"]


def header_of(size: int) -> Callable[[Path], None]:
    """An archive that begins with one valid, long header."""

    def make(archive: Path) -> None:
        member = tarfile.TarInfo("x")
        member.size, member.type = size, tarfile.XHDTYPE
        beginning = f"{size} comment=".encode()
        content = beginning.ljust(size - 1, b"x") + b"\n"
        archive.write_bytes(gzip.compress(member.tobuf() + content + tarfile.TarInfo("y").tobuf() + bytes(1024), 1))

    return make


def headers_only(name: str, size: int, count: int = 1, kind: bytes = tarfile.REGTYPE) -> Callable[[Path], None]:
    """An archive whose members are as large as they say, and are all zeros."""

    def make(archive: Path) -> None:
        with gzip.open(archive, "wb", compresslevel=1) as out:
            for number in range(count):
                member = tarfile.TarInfo(name.format(number))
                member.size, member.type = size, kind
                out.write(member.tobuf())
                for _ in range(size >> 20):
                    out.write(bytes(1 << 20))
            out.write(bytes(1024))

    return make


@pytest.mark.parametrize(
    ("make", "error"),
    [
        pytest.param(headers_only("package/dist/big.js", 65 << 20), "viewer-build-unsafe", id="large-file"),
        pytest.param(headers_only("package/dist/{}.js", 0, 5_001), "viewer-build-unsafe", id="many-files"),
        pytest.param(
            headers_only("package/dist/{}", 0, 10_001, tarfile.DIRTYPE), "viewer-build-unsafe", id="many-folders"
        ),
        pytest.param(header_of(70 << 20), "viewer-build-unreadable", id="large-header"),
        pytest.param(header_of(1 << 20), "viewer-build-not-one", id="header-that-will-do"),
        pytest.param(headers_only("x", 0, 3_000, tarfile.XHDTYPE), "viewer-build-unreadable", id="many-headers"),
        pytest.param(lambda archive: archive.write_bytes(b"PK\3\4" + bytes(99)), "viewer-build-unreadable", id="zip"),
        pytest.param(lambda archive: archive.write_bytes(b""), "viewer-build-unreadable", id="empty"),
        pytest.param(
            lambda archive: archive.write_bytes(gzip.compress(b"x" * 5000)),
            "viewer-build-unreadable",
            id="gzip-of-else",
        ),
        pytest.param(lambda _: None, "viewer-build-unreadable", id="missing"),
        pytest.param(lambda archive: archive.symlink_to("/dev/zero"), "viewer-build-unreadable", id="device"),
        pytest.param(os.mkfifo, "viewer-build-unreadable", id="pipe"),
    ],
)
def test_archive_that_is_none_or_too_much_is_refused(folder: Path, make: Callable[[Path], None], error: str) -> None:
    make(folder / "build.tgz")
    refused(install("build.tgz", "--into", "served"), error)
    assert set(listing(folder)) <= {"build.tgz", "ohif-setup.toml"}


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_archive_that_was_cut_off_is_refused(folder: Path, archive: Path, kept: float) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * kept)])
    refused(install(archive, "--into", "served"), "viewer-build-unreadable")
    assert listing(folder) == ["ohif-app-3.13.2.tgz", "ohif-setup.toml"]


def test_archive_with_a_damaged_byte_is_refused(folder: Path, archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[-8] ^= 1  # of the checksum
    archive.write_bytes(content)
    refused(install(archive, "--into", "served"), "viewer-build-unreadable")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"index.html": None}, "viewer-build-not-one", id="no-page"),
        pytest.param({WORKER: moved(WORKER, '__webpack_require__.p = "/"', "/x/")}, "viewer-build-moved", id="moved"),
        pytest.param({WORKER: ""}, "viewer-build-unknown", id="worker-missing"),
        pytest.param({"89.bundle.b327bf3664812958.js": 'versionNumber = "3.8.0"'}, "viewer-build-unknown", id="old"),
    ],
)
def test_build_that_cannot_be_moved_is_refused(
    folder: Path, small: Files, change: Mapping[str, str | None], error: str
) -> None:
    files = {name: text for name, text in small.items() if change.get(name, "") is not None}
    files |= {name: text.encode() for name, text in change.items() if text is not None}
    refused(install(packed(files, folder / "build.tgz"), "--into", "served"), error)
    refused(install(written(files, folder / "build"), "--into", "served"), error)
    assert not (folder / "served").exists()
    assert [name for name in listing(folder) if "ohif-setup-" in name] == []


@pytest.mark.parametrize(
    ("files", "word"),
    [
        pytest.param({"package.json": b"{}", "platform/app/package.json": b"{}"}, "source of OHIF", id="source"),
        pytest.param({"package.json": b"{}", "src/index.js": b""}, "source of OHIF", id="source-of-app"),
        pytest.param({"package.json": b"{}"}, "package.json", id="package-json-only"),
        pytest.param({}, "contains no built viewer", id="nothing"),
        pytest.param({"index.html": b"<html>"}, "contains no built viewer", id="another-page"),
    ],
)
def test_folder_that_is_no_build_is_refused(folder: Path, files: Files, word: str) -> None:
    (folder / "build").mkdir()
    written(files, folder / "build")
    run = install("build", "--into", "served")
    refused(run, "viewer-build-not-one")
    assert word in run.err
    assert "npm pack @ohif/app" in run.err


def test_link_in_an_unpacked_folder_is_refused(folder: Path, small: Files) -> None:
    (written(small, folder / "build") / "passwords.js").symlink_to("/etc/passwd")
    refused(install("build", "--into", "served"), "viewer-build-unsafe")


@pytest.mark.parametrize("version", ["3.13.2;rm", "99999.1.2", "3.13.2\x1b[2J"])
def test_version_that_is_none_is_unknown(folder: Path, version: str) -> None:
    """At the top of a host a build of any version will do, whatever it says of itself."""
    (folder / "ohif-setup.toml").write_text(ANSWERS)
    written(
        {
            "index.html": b'<script src="/app.bundle.0123456789abcdef.js"></script>',
            "app.bundle.0123456789abcdef.js": f'__webpack_require__.p = "/"; versionNumber = "{version}"'.encode(),
        },
        folder / "build",
    )
    run = install("build", "--into", "served")
    assert (run.status, run.err) == (0, "")
    assert "OHIF of unknown version" in run.out
    assert json.loads((folder / "served" / MARKER).read_text())["ohif_version"] is None


def test_folder_of_somebody_else_is_not_touched(folder: Path, archive: Path) -> None:
    written({"served/index.html": b"our home page", "served/pictures/cat.png": b"miaow"}, folder)
    for flags in ((), ("--force",)):
        run = install(archive, "--into", "served", *flags)
        refused(run, "viewer-folder-occupied")
        assert "index.html, pictures/cat.png" in run.err
    assert held(folder / "served") == {"index.html": b"our home page", "pictures/cat.png": b"miaow"}


def test_folder_that_is_empty_or_holds_the_same_is_taken(folder: Path, archive: Path, small: Files) -> None:
    (folder / "served" / "empty").mkdir(parents=True)
    assert install(archive, "--into", "served").out.startswith("create ")
    whole = held(folder / "served")
    (folder / "served" / MARKER).unlink()
    (folder / "served" / WORKER).unlink()
    assert install(archive, "--into", "served").out.startswith("update ")
    assert held(folder / "served") == whole


def test_edit_by_hand_is_refused_until_forced(folder: Path, archive: Path) -> None:
    install(archive, "--into", "served")
    whole = held(folder / "served")
    config = folder / "served" / "app-config.js"
    config.write_bytes(config.read_bytes() + b"// edited\n")
    (folder / "served" / "robots.txt").write_text("no")
    run = install(archive, "--into", "served")
    refused(run, "viewer-folder-changed")
    assert "app-config.js, robots.txt" in run.err
    assert "--force" in run.err
    assert config.read_bytes().endswith(b"// edited\n")
    assert install(archive, "--into", "served", "--force").status == 0
    assert held(folder / "served") == whole


def test_configuration_that_was_copied_there_after_generate_is_no_edit(folder: Path, archive: Path) -> None:
    install(archive, "--into", "served")
    ohif_setup("generate", "--set", "server.uploads=true")
    shutil.copy(folder / "deploy" / "app-config.js", folder / "served")
    assert install(archive, "--into", "served").status == 0


IIS = """version = 1
[viewer]
url = "https://viewer.example.org"
[server]
kind = "orthanc"
url = "http://127.0.0.1:8042/dicom-web"
proxy = "iis"
"""


def test_configuration_of_iis_lies_beside_the_page(folder: Path, archive: Path) -> None:
    (folder / "ohif-setup.toml").write_text(IIS)
    run = install(archive, "--into", "served")
    assert run.status == 0, run.err
    assert "web.config: from the answers (deploy/web.config does not exist yet)" in run.out
    ohif_setup("generate")
    mine = folder / "deploy" / "web.config"
    web_config = folder / "served" / "web.config"
    assert web_config.read_bytes() == mine.read_bytes()
    assert "web.config" in json.loads((folder / "served" / MARKER).read_text())["files"]
    assert install(archive, "--into", "served").out.startswith("identical ")
    mine.write_bytes(mine.read_bytes() + b"<!-- by hand -->\n")
    run = install(archive, "--into", "served")
    assert run.out.startswith("update ")
    assert "web.config: deploy/web.config; it differs from what" in run.out
    assert web_config.read_bytes().endswith(b"<!-- by hand -->\n")
    web_config.write_bytes(b"edited there")
    refused(install(archive, "--into", "served"), "viewer-folder-changed")


def test_configuration_of_iis_lies_elsewhere_under_a_path(folder: Path, archive: Path) -> None:
    (folder / "ohif-setup.toml").write_text(IIS.replace("example.org", "example.org/ohif"))
    assert install(archive, "--into", "served").status == 0
    assert not (folder / "served" / "web.config").exists()


def test_compressed_copies_that_a_person_made_go_with_the_files_and_it_is_said(folder: Path, archive: Path) -> None:
    install(archive, "--into", "served")
    (folder / "served" / f"{WORKER}.gz").write_bytes(b"")
    run = install(archive, "--into", "served")
    assert run.status == 0
    assert "1 compressed copies" in run.out
    assert not (folder / "served" / f"{WORKER}.gz").exists()


@pytest.mark.parametrize(
    "marker", [b"", b"[]", b"{}", b'{"schema": "ohif-setup.viewer/1", "files": 3}', b"[" * 100_000]
)
def test_marker_that_cannot_be_understood_is_none(folder: Path, archive: Path, marker: bytes) -> None:
    install(archive, "--into", "served")
    (folder / "served" / MARKER).write_bytes(marker)
    (folder / "served" / "app-config.js").write_bytes(b"window.config = {}")
    refused(install(archive, "--into", "served", "--force"), "viewer-folder-occupied")


@pytest.mark.parametrize("into", ["build", "build/package", "build/package/dist/served", "."])
def test_folder_and_build_in_each_other_are_refused(folder: Path, small: Files, into: str) -> None:
    written(small, folder / "build" / "package" / "dist")
    before = held(folder)
    refused(install("build/package/dist", "--into", into), "viewer-folder-overlaps")
    assert held(folder / "build") == {name.removeprefix("build/"): text for name, text in before.items() if "/" in name}


def test_archive_inside_the_folder_is_refused(folder: Path, archive: Path) -> None:
    (folder / "served").mkdir()
    archive = archive.rename(folder / "served" / archive.name)
    refused(install(archive, "--into", "served"), "viewer-folder-overlaps")
    assert archive.exists()


@pytest.mark.parametrize("into", ["/", "/proc", "ohif-setup.toml"])
def test_folder_that_cannot_be_replaced_is_refused(folder: Path, archive: Path, into: str) -> None:
    run = install(archive, "--into", into)
    assert run.status == 2
    assert "viewer-folder-unusable" in run.err


def test_symbolic_link_is_followed_where_the_person_names_it_whole(folder: Path, archive: Path) -> None:
    elsewhere = folder.parent / f"{folder.name}-www"
    (elsewhere / "real").mkdir(parents=True)
    (elsewhere / "served").symlink_to("real")
    for word in ("create", "identical"):
        assert install(archive, "--into", str(elsewhere / "served")).out.startswith(word)
        assert (elsewhere / "served").is_symlink()
        assert (elsewhere / "real" / MARKER).exists()
    (folder / "served").symlink_to(elsewhere / "real")
    assert "is a symbolic link" in install(archive, "--into", "served").err


def test_mode_of_the_folder_is_kept(folder: Path, archive: Path) -> None:
    (folder / "served").mkdir(mode=0o750)
    install(archive, "--into", "served")
    assert stat.S_IMODE((folder / "served").stat().st_mode) == 0o750


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_owner_of_the_folder_is_kept(folder: Path, archive: Path) -> None:
    (folder / "served").mkdir()
    os.chown(folder / "served", 33, 33)
    install(archive, "--into", "served")
    assert {path.stat().st_uid for path in (folder / "served", *(folder / "served").rglob("*"))} == {33}


def test_folder_on_another_disk_than_the_build(folder: Path, archive: Path) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == folder.stat().st_dev:
        pytest.skip("there is one disk only")
    target = memory / f"ohif-setup-{os.getpid()}"
    try:
        for _ in range(2):
            assert install(archive, "--into", str(target)).status == 0
        assert (target / MARKER).exists()
        assert [path.name for path in memory.iterdir() if f"{target.name}.ohif" in path.name] == []
    finally:
        shutil.rmtree(target, ignore_errors=True)


def test_folder_where_nothing_may_be_written(folder: Path, archive: Path) -> None:
    (folder / "locked").mkdir()
    (folder / "locked").chmod(0o555)
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*drop, sys.executable, "-m", "ohif_setup", "install-viewer", str(archive), "--into", "locked/served"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "explain viewer-folder-unwritable" in done.stderr
    assert list((folder / "locked").iterdir()) == []


CHILD = """
import ctypes, os, signal, sys
name, number, then = sys.argv[1], int(sys.argv[2]), sys.argv[3]
count = 0
def meets_its_fault():
    global count
    count += 1
    if count != number:
        return
    if then == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if then == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    else:
        raise OSError(int(then), os.strerror(int(then)))
def shimmed(real):
    def shim(*arguments, **named):
        meets_its_fault()
        return real(*arguments, **named)
    return shim
if name == "exchange":
    class Library:
        def __init__(self, *arguments, **named):
            self.real = ctypes.PyDLL(None, use_errno=True)
        def renameat2(self, *arguments):
            meets_its_fault()
            result = self.real.renameat2(*arguments)
            meets_its_fault()
            return result
    ctypes.CDLL = Library
else:
    ctypes.CDLL = lambda *arguments, **named: None  # a system that cannot swap two folders
    setattr(os, name, shimmed(getattr(os, name)))
from ohif_setup.cli import main
sys.exit(main(["install-viewer", sys.argv[4], "--into", "served"]))
"""
"""The tool with one call of the system that goes wrong."""


def broken(archive: Path, name: str, number: int, then: str) -> int:
    command = [sys.executable, "-c", CHILD, name, str(number), then, str(archive)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).returncode


@pytest.fixture
def installed(folder: Path, builds: Mapping[str, Path]) -> Files:
    """The folder `served` with OHIF 3.11.1; gives what lies there."""
    old = packed(thin(builds["3.11.1"]), folder / "old.tgz")
    assert install(old, "--into", "served", "--set", "viewer.ohif_version=3.11").status == 0
    return held(folder / "served")


STEPS = [("fsync", 1), ("fsync", 30), ("replace", 1), ("replace", 2)]


@pytest.mark.parametrize(
    "step",
    [*((*step, errno.ENOSPC) for step in STEPS), ("replace", 1, errno.EBUSY), ("replace", 2, errno.EACCES)],
    ids=str,
)
def test_failure_at_any_step_leaves_the_old_folder_and_nothing_else(
    folder: Path, archive: Path, installed: Files, step: tuple[str, int, int]
) -> None:
    name, number, code = step
    assert broken(archive, name, number, str(code)) == 2
    assert held(folder / "served") == installed
    assert sorted(path.name for path in folder.iterdir()) == [
        "ohif-app-3.13.2.tgz",
        "ohif-setup.toml",
        "old.tgz",
        "served",
    ]


@pytest.mark.parametrize(("name", "number"), [*STEPS, ("fsync", 1000)])
def test_kill_at_any_step_is_put_right_by_the_next_run(
    folder: Path, archive: Path, installed: Files, name: str, number: int
) -> None:
    killed = broken(archive, name, number, "kill")
    assert killed == (0 if number == 1000 else -signal.SIGKILL)
    if (name, number) == ("replace", 2):
        assert not (folder / "served").exists()
        assert held(folder / ".served.ohif-setup-old") == installed
    elif number < 1000:
        assert held(folder / "served") == installed
    assert install(archive, "--into", "served").status == 0
    assert json.loads((folder / "served" / MARKER).read_text())["ohif_version"] == "3.13.2"
    assert [path.name for path in folder.iterdir() if "ohif-setup-" in path.name] == []


@pytest.mark.parametrize("number", [1, 2], ids=["before", "after"])
def test_kill_at_the_exchange_leaves_a_viewer(folder: Path, archive: Path, installed: Files, number: int) -> None:
    """Where the system swaps two folders in one step, at no moment there is none."""
    assert broken(archive, "exchange", number, "kill") == -signal.SIGKILL
    served = held(folder / "served")
    assert served == installed if number == 1 else json.loads(served[MARKER])["ohif_version"] == "3.13.2"
    assert install(archive, "--into", "served").status == 0
    assert [path.name for path in folder.iterdir() if "ohif-setup-" in path.name] == []


def test_old_folder_comes_back_even_when_the_next_run_is_refused(folder: Path, archive: Path, installed: Files) -> None:
    broken(archive, "replace", 2, "kill")
    with_member(thin(folder / ".served.ohif-setup-old"), setting(name="../evil"))(folder / "evil.tgz")
    refused(install("evil.tgz", "--into", "served"), "viewer-build-unsafe")
    assert held(folder / "served") == installed


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_interrupt_leaves_one_whole_folder(folder: Path, archive: Path, installed: Files, name: str) -> None:
    assert broken(archive, name, 1, "interrupt") == 130
    found = held(folder / "served")
    assert found == installed if name == "fsync" else json.loads(found[MARKER])["ohif_version"] == "3.13.2"
    assert [path.name for path in folder.iterdir() if "ohif-setup-new" in path.name] == []
    assert install(archive, "--into", "served").status == 0
    assert [path.name for path in folder.iterdir() if "ohif-setup-" in path.name] == []


def test_two_runs_at_once_come_one_after_the_other(folder: Path, archive: Path) -> None:
    command = [sys.executable, "-m", "ohif_setup", "install-viewer", str(archive), "--into", "served"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(run.communicate(timeout=60)[0].split()[0] for run in runs)
    assert said == ["create", "identical", "identical", "identical"]
    assert [path.name for path in folder.iterdir() if "ohif-setup-" in path.name] == []


def test_lock_that_is_held_for_long_is_said(folder: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer_swap, "LOCK_SECONDS", 0.2)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(SetupError) as caught:
            install_viewer(folder_at(archive), folder_at(folder / "served"), app_config=CONFIG, base_path="/ohif")
        assert caught.value.id == "viewer-folder-busy"
    finally:
        os.close(descriptor)
    assert not (folder / "served").exists()


def test_serve_folders_has_the_page_under_every_route(folder: Path, archive: Path) -> None:
    install_viewer(
        folder_at(archive),
        folder_at(folder / "ohif"),
        app_config=CONFIG,
        base_path="/ohif",
        route=ROUTES["serve-folders"],
    )
    page = (folder / "ohif" / "index.html").read_bytes()
    assert b"history.replaceState" in page.partition(b"</script>")[0]
    routes = ("viewer", "segmentation", "tmtv", "basic", "dynamic-volume", "usAnnotation", "callback")
    assert {name: (folder / "ohif" / name).read_bytes() == page for name in routes} == dict.fromkeys(routes, True)


@pytest.mark.parametrize(
    ("into", "base_path", "error"),
    [("ohif-3.13.2", "/ohif", "viewer-folder-dot"), ("ohif", "/", "viewer-path-missing")],
)
def test_what_serve_folders_cannot_serve_is_refused(
    folder: Path, archive: Path, into: str, base_path: str, error: str
) -> None:
    with pytest.raises(SetupError) as caught:
        install_viewer(
            folder_at(archive),
            folder_at(folder / into),
            app_config=CONFIG,
            base_path=base_path,
            route=ROUTES["serve-folders"],
        )
    assert caught.value.id == error
    assert not (folder / into).exists()


def test_orthanc_serves_what_was_made_for_serve_folders(folder: Path, archive: Path) -> None:
    if orthanc.missing():
        pytest.skip(orthanc.missing())
    install_viewer(
        folder_at(archive),
        folder_at(folder / "ohif"),
        app_config=CONFIG,
        base_path="/ohif",
        route=ROUTES["serve-folders"],
    )
    fragment = folder / "serve-folders.json"
    folders = {"Folders": {"/ohif": str(folder / "ohif")}, "Extensions": {"": "text/html"}}
    fragment.write_text(json.dumps({"ServeFolders": folders}))
    (folder / "orthanc").mkdir()
    with orthanc.orthanc(folder / "orthanc", files={"serve-folders.json": fragment}) as server:
        page = (folder / "ohif" / "index.html").read_text()
        for name in ("index.html", "viewer", "tmtv", "callback"):
            answer = requests.get(f"{server.url}/ohif/{name}", timeout=10)
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html"), name
            assert answer.text == page
        assert requests.get(server.url + main_bundle_of(page), timeout=10).status_code == 200
