"""`ohif-setup import`: an app-config.js that is there, to answers that give it again, with nothing lost without a word."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.flows.front_door import Run, ohif_setup

VIEWER = "viewer.url=https://viewer.example.org"
SOMEBODYS = """\
/** @type {AppTypes.Config} */
window.config = {
  routerBasename: '/',
  extensions: [],
  modes: [],
  showStudyList: true,
  showLoadingIndicator: true,
  useSharedArrayBuffer: 'TRUE',
  hotkeys: () => [{ commandName: 'invert' }],
  defaultDataSourceName: 'dicomweb',
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'dicomweb',
      configuration: {
        friendlyName: 'Archive',
        qidoRoot: '/dicom-web',
        wadoRoot: '/dicom-web',
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        requestOptions: { auth: 'ada:s3cret-of-orthanc' },
      },
    },
  ],
};
"""
ORTHANC = "server.url=http://127.0.0.1:8042/dicom-web"


@pytest.fixture
def somebodys(tmp_path: Path) -> Path:
    path = tmp_path / "app-config.js"
    path.write_text(SOMEBODYS)
    return path


def imported(folder: Path, *arguments: str) -> Run:
    return ohif_setup("import", *arguments, cwd=folder)


def test_what_answers_hold_and_what_they_cannot_come_back_and_the_rest_is_said(somebodys: Path, tmp_path: Path) -> None:
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert run.status == 0, run.err
    made = (tmp_path / "deploy" / "app-config.js").read_text()
    assert "hotkeys: () => [{ commandName: 'invert' }]" in made
    assert 'qidoRoot: "/dicom-web"' in made
    assert "showLoadingIndicator = true" in (tmp_path / "ohif-setup.toml").read_text()
    assert "useSharedArrayBuffer" in run.out
    assert "hotkeys" in run.out
    assert somebodys.read_text() == SOMEBODYS
    again = ohif_setup("generate", cwd=tmp_path)
    assert "kept       deploy/app-config.js, edited by hand" in again.out
    assert (tmp_path / "deploy" / "app-config.js").read_text() == made


def test_a_secret_is_named_and_goes_nowhere(somebodys: Path, tmp_path: Path) -> None:
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert "FM56" in run.out
    assert "s3cret-of-orthanc" not in run.out + run.err
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != somebodys]
    assert all("s3cret-of-orthanc" not in path.read_text(encoding="utf-8") for path in written)


def test_a_later_change_of_the_answers_is_merged_with_what_stayed_by_hand(somebodys: Path, tmp_path: Path) -> None:
    imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    run = ohif_setup("set", "server.uploads=true", "--yes", cwd=tmp_path)
    assert "merged     deploy/app-config.js" in run.out
    made = (tmp_path / "deploy" / "app-config.js").read_text()
    assert "dicomUploadEnabled: true" in made
    assert "hotkeys: () =>" in made


def test_undo_takes_everything_back(somebodys: Path, tmp_path: Path) -> None:
    imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert ohif_setup("undo", "--yes", cwd=tmp_path).status == 0
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["app-config.js"]


def test_what_the_file_does_not_say_is_asked_for_and_nothing_is_written(somebodys: Path, tmp_path: Path) -> None:
    run = imported(tmp_path, "app-config.js", "--set", VIEWER)
    assert run.status == 2
    assert "viewer.url:" not in run.err
    assert "server.url: OHIF asks at /dicom-web of its own origin" in run.err
    guess = "server.url=http://127.0.0.1:8042/dicom-web"
    assert f"What to do  ohif-setup import app-config.js --set {VIEWER} --set {guess}\n" in run.err
    assert "requestOptions" in run.out
    assert {one.name for one in tmp_path.iterdir()} == {"app-config.js"}


def test_answers_that_are_there_are_not_overwritten(somebodys: Path, tmp_path: Path) -> None:
    (tmp_path / "ohif-setup.toml").write_text("# mine\n")
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert run.status == 2
    assert "answers-exist" in run.err
    assert (tmp_path / "ohif-setup.toml").read_text() == "# mine\n"


def test_another_configuration_in_the_output_folder_is_not_overwritten(somebodys: Path, tmp_path: Path) -> None:
    other = tmp_path / "deploy" / "app-config.js"
    other.parent.mkdir()
    for text in ("window.config = {};\n", "this is { not js"):
        other.write_text(text)
        run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
        assert (run.status, "explain import-in-the-way" in run.err) == (2, True)
        assert other.read_text() == text
        assert {one.name for one in tmp_path.rglob("*")} == {"deploy", "app-config.js"}
    assert imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC, "--force").status == 0
    assert "hotkeys: () =>" in other.read_text()
    assert ohif_setup("undo", "--yes", cwd=tmp_path).status == 0
    assert other.read_text() == text


def test_the_file_in_the_output_folder_itself_is_taken_over_only_when_that_is_said(tmp_path: Path) -> None:
    own = tmp_path / "deploy" / "app-config.js"
    own.parent.mkdir()
    own.write_text(SOMEBODYS)
    run = imported(tmp_path, "deploy/app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert (run.status, own.read_text()) == (2, SOMEBODYS)
    again = imported(tmp_path, "deploy/app-config.js", "--set", VIEWER, "--set", ORTHANC, "--force")
    assert again.status == 0, again.err
    assert "hotkeys: () => [{ commandName: 'invert' }]" in own.read_text()
    assert "showStudyList, left away" not in again.out


def test_a_second_import_gives_no_hand_edit_up(somebodys: Path, tmp_path: Path) -> None:
    imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    made = tmp_path / "deploy" / "app-config.js"
    edited = made.read_text().replace("showStudyList: true", "showStudyList: false")
    made.write_text(edited)
    (tmp_path / "ohif-setup.toml").rename(tmp_path / "old.toml")
    assert imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC).status == 2
    assert made.read_text() == edited


@pytest.mark.parametrize("given", ["viewer.url=ftp://viewer.example.org", "viewer.url="])
def test_a_slip_in_the_viewer_url_is_said(somebodys: Path, tmp_path: Path, given: str) -> None:
    run = imported(tmp_path, "app-config.js", "--set", given, "--set", ORTHANC)
    assert (run.status, "viewer.url" in run.err) == (2, True)
    assert "--set viewer.url= " not in run.err


def test_a_viewer_url_without_its_scheme_will_do(somebodys: Path, tmp_path: Path) -> None:
    assert imported(tmp_path, "app-config.js", "--set", "viewer.url=viewer.example.org", "--set", ORTHANC).status == 0
    assert 'url = "https://viewer.example.org"' in (tmp_path / "ohif-setup.toml").read_text()


@pytest.mark.parametrize("url", ["http://192.168.1.20:3000", "http://10.0.0.7", "http://nas.home.arpa:8080/ohif"])
@pytest.mark.parametrize("way", ["--set", "environment"])
def test_viewer_at_http_in_a_local_network_is_taken_as_init_takes_it(
    somebodys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, way: str
) -> None:
    given = ["--set", f"viewer.url={url}"]
    if way == "environment":
        given = []
        monkeypatch.setenv("OHIF_SETUP_VIEWER__URL", url)
    run = imported(tmp_path, "app-config.js", *given, "--set", ORTHANC)
    assert run.status == 0, run.err
    assert f'url = "{url}"' in (tmp_path / "ohif-setup.toml").read_text()
    assert f"! viewer.url: {url} is no secure page to browsers" in run.out


def test_viewer_at_https_is_said_to_be_no_insecure_page(somebodys: Path, tmp_path: Path) -> None:
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert "secure page" not in run.out


def test_viewer_at_http_is_refused_where_people_sign_in(somebodys: Path, tmp_path: Path) -> None:
    oidc = "oidc: [{ authority: 'https://keycloak.example.org/realms/a', client_id: 'ohif', response_type: 'code' }],"
    somebodys.write_text(SOMEBODYS.replace("modes: [],", f"modes: [], {oidc}"))
    run = imported(tmp_path, "app-config.js", "--set", "viewer.url=http://192.168.1.20", "--set", ORTHANC)
    assert (run.status, "browsers sign nobody in without it" in run.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["app-config.js"]


def test_slip_in_the_environment_is_said_with_its_variable(
    somebodys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OHIF_SETUP_VIEWER__URL", "http://192.168.1.20/ohif/index.html")
    run = imported(tmp_path, "app-config.js", "--set", ORTHANC)
    assert (run.status, "OHIF_SETUP_VIEWER__URL" in run.err) == (2, True)
    assert "give http://192.168.1.20/ohif" in run.err


def test_key_in_the_path_is_said_once(somebodys: Path, tmp_path: Path) -> None:
    key = "ttVs4tqlHGTTiDOZ3p2PzA"
    shared = f"server.url=https://share.example.org/link/{key}"
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", shared)
    assert run.out.count("! server.url: the path holds what looks like a key (ttVs…)") == 1
    again = ohif_setup("set", "server.uploads=true", "--yes", cwd=tmp_path)
    assert again.out.count("looks like a key") == 1
    assert "looks like a key" not in imported(tmp_path, "app-config.js", "--answers", "b.toml", "--set", VIEWER).out


def test_a_password_in_the_address_is_not_repeated(tmp_path: Path) -> None:
    run = imported(tmp_path, "http://ada:hunter2@127.0.0.1:9/")
    assert run.status == 2
    assert "hunter2" not in run.err + run.out


def test_configuration_of_ohif_2_is_recognised_and_converted(tmp_path: Path) -> None:
    (tmp_path / "old.js").write_text(
        "window.config = { routerBasename: '/', servers: { dicomWeb: [ { name: 'A', qidoRoot: '/dicom-web', "
        "wadoRoot: '/dicom-web', qidoSupportsIncludeField: true, imageRendering: 'wadors' } ] } };\n"
    )
    run = imported(tmp_path, "old.js", "--set", VIEWER, "--set", ORTHANC)
    assert run.status == 0, run.err
    assert "OHIF 2" in run.out
    assert "dataSources" in (tmp_path / "deploy" / "app-config.js").read_text()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"window.config = {", "line 1"),
        (b"<!doctype html><title>no</title>", "line 1"),
        (b"window.config = '\xff';", "UTF-8"),
        (b"", "app-config.js"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "app-config.js").write_bytes(content)
    run = imported(tmp_path, "app-config.js", "--set", VIEWER)
    assert run.status == 2
    assert words in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["app-config.js"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_byte_order_mark_decides_the_encoding_as_in_a_browser(tmp_path: Path, encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    text = SOMEBODYS.replace("Archive", "Zürich")
    (tmp_path / "app-config.js").write_bytes(mark + text.encode(encoding))
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert run.status == 0, run.err
    assert "Zürich" in (tmp_path / "deploy" / "app-config.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("root", ["`${process.env.ARCHIVE}/rs`", "process.env.ARCHIVE", "require('./roots').rs"])
def test_configuration_that_shows_a_blank_page_is_not_written(tmp_path: Path, root: str) -> None:
    (tmp_path / "app-config.js").write_text(SOMEBODYS.replace("'/dicom-web'", root))
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    name = root.strip("`${").partition(".")[0].partition("(")[0]
    assert run.status == 2
    assert f"OHIF shows a blank page with this file, because {name} is not defined in a browser" in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["app-config.js"]


def test_root_with_a_placeholder_is_asked_for(tmp_path: Path) -> None:
    text = SOMEBODYS.replace("'/dicom-web'", "'${DICOMWEB_URL}/dicom-web'")
    (tmp_path / "app-config.js").write_text(text)
    run = imported(tmp_path, "app-config.js", "--set", VIEWER)
    assert (run.status, '"${DICOMWEB_URL}" was never filled in: envsubst did not run' in run.out) == (2, True)
    assert "server.url: the address at which" in run.err
    again = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert again.status == 0
    assert "${" not in (tmp_path / "deploy" / "app-config.js").read_text()


TWO_ROOTS = "qidoRoot: '{}',\n        wadoRoot: '{}'"


@pytest.mark.parametrize(
    ("roots", "sets", "file", "right"),
    [
        (("/pacs/search", "/pacs/retrieve"), [], "nginx.conf", "/pacs/search"),
        (("/rs", "https://viewer.example.org/wado-rs"), ["server.proxy=apache"], "ohif.conf", "/rs"),
        (
            ("https://arc.example.org/q/rs", "https://arc.example.org/w/rs"),
            ["server.route=cors"],
            "nginx-cors.conf",
            "https://arc.example.org/q/rs",
        ),
    ],
)
def test_second_path_that_no_generated_file_passes_on_is_said(
    tmp_path: Path, roots: tuple[str, str], sets: list[str], file: str, right: str
) -> None:
    same = "qidoRoot: '/dicom-web',\n        wadoRoot: '/dicom-web'"
    assert same in SOMEBODYS
    path = "/" + roots[0].removeprefix("https://arc.example.org").lstrip("/")
    given = [VIEWER, f"server.url=http://10.0.0.7:8042{path}", *sets]
    options = [word for pair in given for word in ("--set", pair)]
    (tmp_path / "app-config.js").write_text(SOMEBODYS.replace(same, TWO_ROOTS.format(*roots)))
    run = imported(tmp_path, "app-config.js", *options)
    said = " ".join(run.out.split())
    assert run.status == 0, run.err
    assert f"The generated {file} passes on {path} alone" in said
    assert f'write wadoRoot: "{right}" in deploy/app-config.js' in said
    second = "/" + roots[1].partition("://")[2].partition("/")[2] if "://" in roots[1] else roots[1]
    assert second not in (tmp_path / "deploy" / file).read_text()
    # The healthy twin: one path for both.
    (tmp_path / "twin").mkdir()
    (tmp_path / "twin" / "app-config.js").write_text(SOMEBODYS.replace(same, TWO_ROOTS.format(roots[0], roots[0])))
    assert "passes on" not in imported(tmp_path / "twin", "app-config.js", *options).out


@pytest.mark.parametrize(
    "roots",
    [
        ("https://arc.example.org/q/rs", "https://arc.example.org/w/rs"),
        ("https://arc.example.org/q/rs", "https://images.example.org/w/rs"),
    ],
)
def test_two_paths_that_browsers_ask_directly_are_kept_without_a_word(tmp_path: Path, roots: tuple[str, str]) -> None:
    same = "qidoRoot: '/dicom-web',\n        wadoRoot: '/dicom-web'"
    (tmp_path / "app-config.js").write_text(SOMEBODYS.replace(same, TWO_ROOTS.format(*roots)))
    run = imported(tmp_path, "app-config.js", "--set", VIEWER)
    assert (run.status, "passes on" in run.out) == (0, False)
    assert f"wadoRoot: '{roots[1]}'" in (tmp_path / "deploy" / "app-config.js").read_text()


def test_configuration_that_needs_names_around_it_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    text = SOMEBODYS.replace("'/dicom-web'", "root").replace("'Archive'", "`Archive ${site}`")
    inside = f"(function () {{\n  const site = location.hostname;\n  const root = site ? '/pacs/' + site : '/pacs';\n{text}}})();\n"
    (tmp_path / "app-config.js").write_text(inside)
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert (run.status, run.out) == (2, "")
    assert "ohif-setup: app-config.js, line 19, column 9: It uses names that cannot be copied" in run.err
    key = "dataSources[0].configuration"
    assert f"  site, declared in line 2, inside a function or a block: used by {key}.friendlyName (line 19)" in run.err
    assert (
        f"  root, declared in line 3, inside a function or a block: used by {key}.qidoRoot (line 20), {key}.wadoRoot"
        in run.err
    )
    assert "What to do  declare site and root at the top of the file" in run.err
    assert {one.name for one in tmp_path.iterdir()} == {"app-config.js"}


def test_names_at_the_top_come_along_as_the_error_says(tmp_path: Path) -> None:
    text = SOMEBODYS.replace("'Archive'", "`Archive ${site}`")
    (tmp_path / "app-config.js").write_text(f"const site = location.hostname;\n(function () {{\n{text}}})();\n")
    run = imported(tmp_path, "app-config.js", "--set", VIEWER, "--set", ORTHANC)
    assert run.status == 0, run.err
    made = (tmp_path / "deploy" / "app-config.js").read_text()
    assert "const site = location.hostname;\n\nwindow.config = {" in made
    assert "friendlyName: `Archive ${site}`," in made


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    run = imported(tmp_path, "nowhere.js")
    assert run.status == 2
    assert "nowhere.js" in run.err


@contextmanager
def served(answers: dict[str, tuple[int, str, bytes]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = answers.get(self.path, (404, "text/html", b"<html>nothing</html>"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("typed", ["/ohif", "/ohif/", "/ohif/index.html", "/ohif/app-config.js", "/ohif/?a=b"])
def test_running_viewer_is_asked_at_any_address_of_it_and_is_the_viewer_url(tmp_path: Path, typed: str) -> None:
    config = SOMEBODYS.replace("routerBasename: '/'", "routerBasename: '/ohif'").encode()
    with served({"/ohif/app-config.js": (200, "application/javascript", config)}) as origin:
        run = imported(tmp_path, f"{origin}{typed}", "--set", ORTHANC)
        assert run.status == 0, run.err
        assert f'url = "{origin}/ohif"' in (tmp_path / "ohif-setup.toml").read_text()


def test_page_in_the_place_of_the_configuration_is_said(tmp_path: Path) -> None:
    with served({"/app-config.js": (200, "text/html", b"<!doctype html><title>OHIF</title>")}) as origin:
        run = imported(tmp_path, origin)
    assert run.status == 2
    assert "a web page" in run.err


@pytest.mark.parametrize("scheme", ["http", "HTTPS"])
def test_login_in_an_address_is_not_repeated(tmp_path: Path, scheme: str) -> None:
    run = imported(tmp_path, f"{scheme}://ada:s3cret-of-ada@127.0.0.1:9/")
    assert run.status == 2
    assert "explain import-not-found" in run.err
    assert "s3cret" not in run.out + run.err
