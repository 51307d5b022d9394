"""A cloned repository is somebody else's text: whatever is in it, nothing outside of it is written, removed or shown."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
from pathlib import Path

import pytest

from tests.flows.front_door import ANSWERS
from tests.network.test_served import orthanc_like
from tests.output.sites import site_of
from tests.regenerate.world import OTHER_CLIENT, World
from tests.servers.raw import RawServer
from tests.trust.clone import SECRET, Attack, Clone, clone_of, everything

HOME = "../../home"
"""The victim's home folder, as seen from the repository and from the clone."""

COMMANDS = {
    "generate": ["generate"],
    "generate-force": ["generate", "--force"],
    "generate-theirs": ["generate", "--theirs", "--set", f"sign_in.client_id={OTHER_CLIENT}"],
    "generate-check": ["generate", "--check"],
    "generate-diff": ["generate", "--diff", "--set", f"sign_in.client_id={OTHER_CLIENT}"],
    "generate-dry-run": ["generate", "--dry-run"],
    "diff": ["diff", "--set", f"sign_in.client_id={OTHER_CLIENT}"],
    "set": ["set", "--yes", f"sign_in.client_id={OTHER_CLIENT}"],
    "unset": ["unset", "--yes", "viewer.extra_urls"],
    "undo": ["undo", "--yes"],
    "redo": ["undo", "--yes", "--redo"],
    "init": ["init", "--timeout", "0.2", "--set", f"sign_in.client_id={OTHER_CLIENT}"],
    "import": [
        "import",
        "deploy/app-config.js",
        "--answers",
        "other.toml",
        "--set",
        "viewer.url=https://v.example.org",
    ],
    "check": ["check", "--timeout", "0.2", "--only", "answers"],
    "many": ["generate", "--answers", "."],
}


def linked(name: str, target: str) -> Attack:
    """What lies at `name` becomes a link to `target`, as seen from the link."""

    def attack(folder: Path) -> None:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    return attack


def written(name: str, text: str) -> Attack:
    def attack(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return attack


def both(*attacks: Attack) -> Attack:
    def attack(folder: Path) -> None:
        for one in attacks:
            one(folder)

    return attack


LINKS = {
    "artefact": linked("deploy/app-config.js", f"../{HOME}/.ssh/authorized_keys"),
    "dangling": linked("deploy/NEXT-STEPS.md", f"../{HOME}/.bash_profile"),
    "artefact-to-another": linked("deploy/app-config.js", "NEXT-STEPS.md"),
    "environment": linked("deploy/NEXT-STEPS.md", "/proc/self/environ"),
    "beside": linked("deploy/app-config.js.new", f"../{HOME}/.bashrc"),
    "output-folder": linked("deploy", HOME),
    "our-folder": linked("deploy/.ohif-setup", f"../{HOME}"),
    "our-folder-inside": both(written("elsewhere/state.json", "{}"), linked("deploy/.ohif-setup", "../elsewhere")),
    "state": linked("deploy/.ohif-setup/state.json", f"../../{HOME}/.bashrc"),
    "bases": linked("deploy/.ohif-setup/generated", f"../../{HOME}"),
    "base": linked("deploy/.ohif-setup/generated/app-config.js", f"../../../{HOME}/.bashrc"),
    "answers": linked("ohif-setup.toml", f"{HOME}/.bashrc"),
    "schema": linked("ohif-setup.schema.json", f"{HOME}/.bashrc"),
    "schema-dangling": linked("ohif-setup.schema.json", f"{HOME}/.bash_profile"),
    "other-answers": linked("other.toml", f"{HOME}/.bash_profile"),
    "lock-of-old": linked("deploy/.ohif-setup/lock", f"../../{HOME}/.bashrc"),
}


@pytest.mark.parametrize("attack", LINKS)
def test_link_is_not_followed(tmp_path: Path, attack: str) -> None:
    clone = clone_of(tmp_path, LINKS[attack])
    untouched(clone, COMMANDS)


def untouched(clone: Clone, commands: dict[str, list[str]]) -> None:
    """Each command leaves everything outside as it was, and shows nothing of it."""
    before = clone.outside()
    for name, words in commands.items():
        run = clone.run(*words)
        assert run.status in (0, 1, 2), (name, run)
        assert SECRET not in run.out + run.err, name
        assert clone.outside() == before, name


OUTPUTS = {
    "up": "../../home",
    "up-to-nothing": "../../home/new",
    "through": "deploy/../../../home",
    "absolute": "{home}",
    "ssh": "../../home/.ssh",
    "hidden-in-a-link": "link/.ssh",
}


@pytest.mark.parametrize("output", OUTPUTS)
def test_output_folder_elsewhere_is_refused_with_what_to_type(tmp_path: Path, output: str) -> None:
    directory = OUTPUTS[output].format(home=tmp_path / "home")
    clone = clone_of(
        tmp_path,
        both(
            written("ohif-setup.toml", f'{ANSWERS}[output]\ndirectory = "{directory}"\n'),
            linked("link", HOME),
        ),
    )
    untouched(clone, COMMANDS)
    run = clone.run("generate")
    assert run.status == 2
    if output == "hidden-in-a-link":
        assert "link is a symbolic link, and links are not followed here" in run.err
        return
    assert "explain outside-site" in run.err
    assert f"OHIF_SETUP_OUTPUT__DIRECTORY={tmp_path / 'home'}" in run.err


def test_output_folder_elsewhere_is_taken_from_the_person(tmp_path: Path) -> None:
    clone = clone_of(tmp_path, written("ohif-setup.toml", f'{ANSWERS}[output]\ndirectory = "../www"\n'))
    www = clone.folder.parent / "www"
    for words, environment in (
        (["generate", "--output", "../www"], {}),
        (["generate", "--set", "output.directory=../www"], {}),
        (["generate"], {"OHIF_SETUP_OUTPUT__DIRECTORY": str(www)}),
    ):
        run = clone.run(*words, **environment)
        assert run.status == 0, run.err
        assert (www / "app-config.js").exists()
        shutil.rmtree(www)
    assert clone.run("generate").status == 2, "what was named for one run is not remembered"
    assert clone.run("set", "output.directory=../www", "--yes").status == 0
    assert clone.run("generate").status == 0, "what was put into the answers file by the person is"
    assert clone.run("undo", "--yes").status == 0
    assert not (www / "app-config.js").exists()
    assert 'directory = "../www"' in (clone.folder / "ohif-setup.toml").read_text()


def forged_undo(schema: int) -> str:
    """A record that would write a key for Mallory, in the form of this version and in the one before."""
    key = base64.b64encode(b"ssh-ed25519 AAAA mallory\n").decode()
    rows: list[dict[str, object]] = [
        {"path": "../../../../home/.ssh/authorized_keys"},
        {"path": "../../link/authorized_keys"},
        {"file": {"folder": f"{HOME}/.ssh", "name": "authorized_keys"}},
        {"file": {"folder": "link", "name": "app-config.js"}},
    ]
    whole = [row | {"before": key, "after": None, "mode": 0o600, "owner": None} for row in rows]
    return json.dumps({"schema": schema, "kind": "undo", "title": "generate", "files": whole})


def forged_journal() -> str:
    digest = hashlib.sha256(b"").hexdigest()
    rows = [
        {"path": "../../link/authorized_keys", "before": digest, "after": None},
        {"file": {"folder": f"{HOME}/.ssh", "name": "authorized_keys"}, "before": digest, "after": None},
    ]
    return json.dumps({"run": "0" * 16, "steps": rows, "folders": [f"../../{HOME}", HOME]})


def forged_state(*names: str, **more: str) -> str:
    row = {"sha256": hashlib.sha256(b"").hexdigest(), "tool": "0.1.0", "answers": "a" * 64}
    return json.dumps({"schema": 1, "tool": "0.1.0", "artefacts": dict.fromkeys(names, row), **more})


RECORDS = {
    **{f"undo-{schema}": written("deploy/.ohif-setup/undo", forged_undo(schema)) for schema in (1, 2)},
    **{
        f"journal-{phase}": both(
            written(f"deploy/.ohif-setup/journal.{phase}", forged_journal()),
            written("deploy/.ohif-setup." + "0" * 16 + ".0.old", "ssh-ed25519 AAAA mallory\n"),
        )
        for phase in ("staging", "ready", "done", "back")
    },
    "seen": written("deploy/.ohif-setup/seen", json.dumps({"inputs": "", "files": {}, "rows": [["\x1b[2J", "", "x"]]})),
    "conflicts": written("deploy/.ohif-setup/conflicts.json", '{"../../home/.bashrc": 1}'),
    "lock": written("deploy/.ohif-setup/lock", "set\n1\nelsewhere\n"),
    "state-up": written("deploy/.ohif-setup/state.json", forged_state(f"../{HOME}/.bashrc")),
    "state-absolute": written("deploy/.ohif-setup/state.json", forged_state("/etc/passwd")),
    "state-hook": written("deploy/.ohif-setup/state.json", forged_state(".git/hooks/pre-commit")),
    "state-link": both(
        written("deploy/.ohif-setup/state.json", forged_state("link/app-config.js")),
        linked("deploy/link", f"../{HOME}"),
    ),
    "state-owner": written("deploy/.ohif-setup/state.json", forged_state(answers_file=f"../{HOME}/.bashrc/x")),
    "state-huge": written("deploy/.ohif-setup/state.json", "[" * 5_000_000),
}


@pytest.mark.parametrize("attack", RECORDS)
def test_forged_record_is_not_believed(tmp_path: Path, attack: str) -> None:
    clone = clone_of(tmp_path, both(RECORDS[attack], linked("link", f"{HOME}/.ssh")))
    untouched(clone, COMMANDS)
    run = clone_of(tmp_path / "again", RECORDS[attack]).run("undo", "--yes")
    assert run.status == 2
    assert "explain nothing-to-undo" in run.err


@pytest.mark.parametrize("attack", [name for name in RECORDS if name.startswith("state-")])
def test_state_that_does_not_fit_is_refused_as_a_whole(tmp_path: Path, attack: str) -> None:
    clone = clone_of(tmp_path, RECORDS[attack])
    before = everything(clone.folder)
    run = clone.run("generate", "--force")
    assert run.status == 2
    assert "explain state-damaged" in run.err
    assert everything(clone.folder) == before


@pytest.mark.parametrize("answers", ["sites/one/ohif-setup.toml", "sites/one", "sites"])
def test_folder_on_the_way_to_the_answers_is_not_followed(tmp_path: Path, answers: str) -> None:
    clone = clone_of(
        tmp_path, both(linked("sites/one", "../../../home"), written("sites/two/ohif-setup.toml", ANSWERS))
    )
    (clone.home / "ohif-setup.toml").write_text(ANSWERS)
    before = clone.outside()
    for command in (["generate"], ["set", "--yes", "server.uploads=true"], ["undo", "--yes"]):
        for path in (answers, str(clone.folder / answers)) if answers == "sites" else (answers,):
            run = clone.run(*command, "--answers", path)
            assert run.status == 2 or f"{path}/one is a symbolic link and was skipped" in run.err, run
            assert clone.outside() == before
    assert clone.run("generate", "--answers", str(clone.home / "ohif-setup.toml")).status == 0, "by its own name"


@pytest.mark.parametrize("way", ["own name", "through a link of the person"])
def test_link_in_the_site_is_not_followed_by_its_whole_path_from_elsewhere(
    tmp_path: Path, way: str, build: Path
) -> None:
    clone = clone_of(tmp_path, linked("public", "../../home"))
    (tmp_path / "short").symlink_to(clone.folder.parent)
    folder = clone.folder if way == "own name" else tmp_path / "short" / clone.folder.name
    elsewhere = World(tmp_path / "theirs", clone.folder / "deploy")
    before = clone.outside()
    answers = ["--answers", str(folder / "ohif-setup.toml")]
    for words in (["generate", "--output"], ["install-viewer", str(build), "--into"]):
        run = elsewhere.run(*words, str(folder / "public"), *answers)
        assert run.status == 2
        assert "symbolic link" in run.err
        assert clone.outside() == before
    assert elsewhere.run("generate", "--output", str(folder / "plain"), *answers).status == 0
    assert (clone.folder / "plain" / "app-config.js").exists()


@pytest.mark.parametrize("home", ["above", "the clone's", "unknown"])
def test_link_in_the_site_is_not_followed_from_the_home_folder(tmp_path: Path, home: str, build: Path) -> None:
    clone = clone_of(tmp_path, linked("public", "../../home"))
    before = clone.outside()
    ours = clone.folder.relative_to(tmp_path)
    answers = ["--answers", str(ours / "ohif-setup.toml")]
    where = {"above": str(tmp_path), "the clone's": str(clone.folder), "unknown": "~"}[home]
    for words in (
        ["generate", "--output", str(ours / "public")],
        ["install-viewer", str(build), "--into", str(ours / "public")],
        ["set", "--yes", f"output.directory=../{clone.folder.name}/public"],
    ):
        run = World(tmp_path, clone.folder / "deploy").run(*words, *answers, HOME=where)
        assert run.status == 2, run
        assert clone.outside() == before


def test_memory_in_a_clone_is_not_believed(tmp_path: Path) -> None:
    """As where the home folder of a build agent is its workspace."""
    key = Path(site_of(tmp_path / "ours" / "site").memory.real).name
    allowed = json.dumps({"schema": 1, "folders": [str(tmp_path / "home")]})
    answers = ANSWERS + '[output]\ndirectory = "../../home"\n'
    forged = written(f".local/state/ohif-setup/sites/{key}/allowed", allowed)
    clone = clone_of(tmp_path, both(forged, written("ohif-setup.toml", answers)))
    before = clone.outside()
    for variable in ("", "relative"):
        environment = {"HOME": str(clone.folder), "XDG_STATE_HOME": variable}
        run = clone.run("generate", **environment)
        assert run.status == 2, run
        assert clone.outside() == before
    run = clone.run("generate", HOME=str(clone.folder), XDG_STATE_HOME="")
    assert "is inside a Git working copy" in run.err
    assert "export XDG_STATE_HOME" in run.err


def test_links_above_are_the_persons_own(tmp_path: Path) -> None:
    """As where /home is a link, or the state folder was put on another disk."""
    site, disk = tmp_path / "usr" / "home" / "site", tmp_path / "disk"
    site.mkdir(parents=True)
    disk.mkdir(mode=0o700)
    (tmp_path / "home").symlink_to("usr/home")
    (tmp_path / "state").symlink_to("disk")
    (site / "ohif-setup.toml").write_text(ANSWERS)
    for here, answers, wanted in (
        (disk, tmp_path / "home" / "site", 0),
        (site, Path(), 0),
        (tmp_path, Path("home/site"), 2),
        (tmp_path, tmp_path / "home" / "site", 2),
    ):
        run = World(here, site / "deploy").run(
            "generate", "--answers", str(answers / "ohif-setup.toml"), XDG_STATE_HOME=str(tmp_path / "state")
        )
        assert run.status == wanted, run
    at_home = World(tmp_path, site / "deploy").run(
        "generate", "--answers", "home/site/ohif-setup.toml", HOME=str(tmp_path), XDG_STATE_HOME=""
    )
    assert at_home.status == 0, at_home
    assert (disk / "ohif-setup" / "sites").is_dir()


PLANTED = [
    (name, kind)
    for name in ("deploy/app-config.js", "deploy/.ohif-setup/state.json", "ohif-setup.toml", "ohif-setup.schema.json")
    for kind in ("pipe", "socket", "hard-link")
]


@pytest.mark.parametrize(("name", "kind"), [*PLANTED, ("deploy", "pipe"), ("deploy", "socket")])
@pytest.mark.timeout(60)
def test_what_is_no_plain_file_is_refused_at_once(tmp_path: Path, name: str, kind: str) -> None:
    def plant(folder: Path) -> None:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "hard-link":
            path.hardlink_to(folder.parent.parent / "home" / ".bashrc")
        else:
            here = Path.cwd()
            os.chdir(path.parent)  # the name of a socket is short
            try:
                with socket.socket(socket.AF_UNIX) as listening:
                    listening.bind(path.name)
            finally:
                os.chdir(here)

    clone = clone_of(tmp_path, lambda _: None, plant)
    untouched(clone, {name: COMMANDS[name] for name in ("generate", "set", "diff", "init", "undo")})


def test_import_reads_no_file_behind_a_link(tmp_path: Path) -> None:
    clone = clone_of(tmp_path, linked("theirs.js", f"{HOME}/app-config.js"))
    before = clone.outside()
    words = ["--answers", "new/ohif-setup.toml", "--set", "viewer.url=https://v.example.org"]
    for source in ("theirs.js", "./theirs.js", str(clone.folder / "theirs.js")):
        run = clone.run("import", source, *words)
        assert run.status == 2
        assert "is a symbolic link" in run.err
        assert SECRET not in run.out + run.err
    assert clone.outside() == before
    assert not (clone.folder / "new").exists()


@pytest.mark.parametrize("attack", ["answers", "answers-dangling"])
def test_check_save_writes_through_no_link(tmp_path: Path, attack: str) -> None:
    clone = clone_of(tmp_path, lambda _: None)
    with RawServer(orthanc_like()) as web:
        text = f'version = 1\n[viewer]\nurl = "http://localhost:1"\n[server]\nkind = "orthanc"\nurl = "{web.url}/dicom-web"\n'
        (clone.home / "theirs.toml").write_text(text)
        (clone.folder / "ohif-setup.toml").unlink()
        (clone.folder / "ohif-setup.toml").symlink_to(f"{HOME}/{'theirs' if attack == 'answers' else 'nothing'}.toml")
        before = clone.outside()
        words = ["check", "--save", "--sign-in", "none", "--timeout", "2", "--only", "capabilities"]
        assert clone.run(*words).status == 2
        assert clone.outside() == before
        (clone.folder / "ohif-setup.toml").unlink()
        (clone.folder / "ohif-setup.toml").write_text(text)
        assert "update" in clone.run(*words).out, "a plain file is written"


@pytest.mark.parametrize("folder", ["{home}", "{home}/new", "{home}/.ssh"])
def test_viewer_folder_elsewhere_is_refused_with_what_to_type(tmp_path: Path, folder: str, build: Path) -> None:
    named = folder.format(home=tmp_path / "home")
    answers = ANSWERS.replace("[server]", f'folder = "{named}"\n[server]')
    clone = clone_of(tmp_path, written("ohif-setup.toml", answers))
    before = clone.outside()
    for more in ([], ["--force"]):
        run = clone.run("install-viewer", str(build), *more)
        assert run.status == 2
        assert "explain outside-site" in run.err
        assert f"--into {named}" in run.err
    assert clone.outside() == before


def test_viewer_folder_that_the_person_names_is_taken(tmp_path: Path, build: Path) -> None:
    www = tmp_path / "www"
    answers = ANSWERS.replace("[server]", f'folder = "{www}"\n[server]')
    clone = clone_of(tmp_path, written("ohif-setup.toml", answers))
    assert clone.run("install-viewer", str(build)).status == 2
    for words in (["--into", str(www)], ["--set", f"viewer.folder={www}"]):
        run = clone.run("install-viewer", str(build), *words)
        assert run.status == 0, run.err
        shutil.rmtree(www)
    assert clone.run("set", "--yes", f"viewer.folder={www}").status == 0
    assert clone.run("install-viewer", str(build)).status == 0
    inside = clone.folder / "served"
    clone.run("set", "--yes", f"viewer.folder={inside}")
    assert clone.run("install-viewer", str(build)).status == 0
    assert (inside / "index.html").exists()


@pytest.mark.parametrize(
    "attack",
    [
        linked("build/dist", f"../{HOME}"),
        linked("build/package", f"../{HOME}"),
        linked("build", HOME),
        linked("build/index.html", f"../{HOME}/.bashrc"),
        linked("served", HOME),
        linked(".served.ohif-setup-new", HOME),
        linked(".served.ohif-setup-old", HOME),
    ],
    ids=["dist", "package", "build", "page", "target", "new", "old"],
)
def test_viewer_is_neither_taken_from_nor_put_behind_a_link(tmp_path: Path, attack: Attack, build: Path) -> None:
    clone = clone_of(tmp_path, attack)
    shutil.copytree(build, clone.home / "viewer")
    for name in ("index.html", "app.bundle.0123456789abcdef.js"):
        if (build / name).exists():
            shutil.copy(build / name, clone.home)
    before = clone.outside()
    source = "build" if (clone.folder / "build").exists() or (clone.folder / "build").is_symlink() else str(build)
    run = clone.run("install-viewer", source, "--into", "served")
    assert clone.outside() == before
    served = clone.folder / "served"
    assert SECRET not in run.out + run.err
    assert (
        not [path for path in served.rglob("*") if path.is_file() and SECRET in path.read_text("latin-1")]
        or served.is_symlink()
    )
