"""`set` and `unset`: the answers file edited in place, and what follows from it, together or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.front_door import CLIENT, TENANT
from tests.regenerate.world import CLIENT_LINE, CONFIG, HIDDEN, OTHER_CLIENT, STEPS, STUDY_LIST, World, words_of

OWN = f"""\
# The viewer of the north wing.
version = 1

[sign_in]  # Contoso
client_id = '{CLIENT}'   # registered by Ada
tenant_id = "{TENANT}"

[viewer]
url = "https://viewer.example.org"
extra_urls = [
    "https://one.example.org",  # the old name
    "https://two.example.org",
]

[server]
kind = "azure-dicom"
url = "https://ws-dicom.dicom.azurehealthcareapis.com"
"""


@pytest.fixture
def own(world: World) -> World:
    world.answers.write_text(OWN)
    world.run("generate")
    return world


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        pytest.param(
            f"sign_in.client_id={OTHER_CLIENT}",
            f"client_id = '{CLIENT}'   # registered by Ada",
            f'client_id = "{OTHER_CLIENT}"   # registered by Ada',
            id="value",
        ),
        pytest.param(
            "viewer.extra_urls+=https://three.example.org",
            '    "https://two.example.org",\n',
            '    "https://two.example.org",\n    "https://three.example.org",\n',
            id="list-grows",
        ),
        pytest.param(
            "viewer.extra_urls-=https://two.example.org/", '    "https://two.example.org",\n', "", id="list-shrinks"
        ),
        pytest.param("server.uploads=true", "", "uploads = true\n", id="new-key"),
    ],
)
def test_comments_and_order_are_kept(own: World, change: str, old: str, new: str) -> None:
    run = own.run("set", change, "--yes")
    assert run.status == 0, run.err
    expected = OWN.replace(old, new) if old else OWN + new
    assert own.answers.read_text() == expected
    assert own.words("generate")[CONFIG] == "identical"


def test_diff_of_answers_and_of_artefacts_is_shown(own: World) -> None:
    run = own.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes")
    assert f"-client_id = '{CLIENT}'   # registered by Ada" in run.out
    assert f'+client_id = "{OTHER_CLIENT}"   # registered by Ada' in run.out
    assert f'+      client_id: "{OTHER_CLIENT}",' in run.out
    assert words_of(run.out) == {"ohif-setup.toml": "update", CONFIG: "update", STEPS: "update"}


def test_several_changes_are_one_run(own: World) -> None:
    before = own.snapshot()
    words = ["viewer.extra_urls-=https://one.example.org", "viewer.extra_urls+=https://new.example.org"]
    assert own.run("set", *words, "server.uploads=true", "--yes").status == 0
    text = own.answers.read_text()
    assert "one.example.org" not in text
    assert text.count("new.example.org") == 1
    assert text.count("two.example.org") == 1
    assert own.run("undo", "--yes").status == 0
    assert own.snapshot() == before


def test_entry_that_is_there_is_not_added_twice(own: World) -> None:
    run = own.run("set", "viewer.extra_urls+=https://two.example.org/", "--yes")
    assert (run.status, run.out) == (0, "Nothing changes.\n")
    assert own.answers.read_text() == OWN


@pytest.mark.parametrize("key", ["viewer.extra_urls", "server.uploads", "sign_in.flow"])
def test_unset_takes_the_key_out(own: World, key: str) -> None:
    own.run("set", "server.uploads=true", "sign_in.flow=implicit", "--yes")
    run = own.run("unset", key, "--yes")
    assert run.status == 0, run.err
    leaf = key.split(".")[1]
    assert f"{leaf} =" not in own.answers.read_text()
    assert "# The viewer of the north wing." in own.answers.read_text()
    own.run("unset", "server.uploads", "sign_in.flow", "--yes")
    if key != "viewer.extra_urls":
        assert own.answers.read_text() == OWN


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        pytest.param(["set", "viewer.ulr=x"], "answers-invalid", "viewer.url", id="set-unknown"),
        pytest.param(["set", "nonsense"], "answers-invalid", "KEY=VALUE", id="set-no-value"),
        pytest.param(
            ["set", "viewer.ohif_version=2.0"],
            "answers-invalid",
            "right: ohif-setup set viewer.ohif_version=3.13",
            id="set-too-old",
        ),
        pytest.param(["set", "viewer.url=ftp://x"], "answers-invalid", "viewer.url", id="set-wrong"),
        pytest.param(["set", "viewer.url+=https://x"], "not-a-list", "viewer.url", id="add-to-no-list"),
        pytest.param(
            ["set", "viewer.extra_urls-=https://x"], "not-in-list", "one.example.org", id="take-what-is-not-there"
        ),
        pytest.param(["set", "viewer.extra_urls+=nonsense"], "answers-invalid", "nonsense", id="add-nonsense"),
        pytest.param(["unset", "viewer.ulr"], "answers-invalid", "viewer.url", id="unset-unknown"),
        pytest.param(["unset", "viewer.url"], "answers-invalid", "viewer.url", id="unset-needed"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(own: World, words: list[str], error: str, says: str) -> None:
    before = own.everything()
    run = own.run(*words, "--yes")
    assert run.status == 2
    assert f"ohif-setup explain {error}" in run.err
    assert says in run.err
    assert own.everything() == before


@pytest.mark.parametrize("words", [["set", "server.uploads=true"], ["unset", "viewer.extra_urls"], ["undo"]])
def test_without_a_terminal_yes_is_needed(own: World, words: list[str]) -> None:
    before = own.everything()
    run = own.run(*words)
    assert run.status == 2
    assert "ohif-setup explain needs-yes" in run.err
    assert "--yes" in run.err
    assert own.everything() == before


def test_conflict_leaves_the_new_answer_and_the_old_file(own: World) -> None:
    own.edit(CLIENT_LINE, CLIENT_LINE.replace(CLIENT, "mine"))
    run = own.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes")
    assert run.status == 1
    assert words_of(run.out)[CONFIG].startswith("conflict")
    assert "ohif-setup generate --theirs" in run.out
    assert OTHER_CLIENT in own.answers.read_text()
    assert '"mine"' in own.text()


@pytest.mark.parametrize(("flag", "stands"), [("--ours", "mine"), ("--theirs", OTHER_CLIENT)])
def test_strategy_settles_the_conflict_at_once(own: World, flag: str, stands: str) -> None:
    own.edit(CLIENT_LINE, CLIENT_LINE.replace(CLIENT, "mine"))
    assert own.run("set", f"sign_in.client_id={OTHER_CLIENT}", "--yes", flag).status == 0
    assert f'client_id: "{stands}"' in own.text()


def test_answers_of_the_environment_stay_out_of_the_file_and_hold(own: World) -> None:
    own.edit(STUDY_LIST, HIDDEN)
    run = own.run("set", "server.uploads=true", "--yes", OHIF_SETUP_SIGN_IN__CLIENT_ID=OTHER_CLIENT)
    assert run.status == 0
    assert own.answers.read_text() == OWN + "uploads = true\n"
    assert OTHER_CLIENT in own.text()
    assert HIDDEN in own.text()


def test_answers_file_keeps_byte_order_mark_and_windows_line_ends(own: World) -> None:
    own.answers.write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    assert own.run("set", "server.uploads=true", "--yes").status == 0
    expected = (OWN + "uploads = true\n").replace("\n", "\r\n").encode()
    assert own.answers.read_bytes() == b"\xef\xbb\xbf" + expected


def test_output_folder_that_is_wrong_in_the_file_can_be_set_right(world: World) -> None:
    world.answers.write_text(f"{OWN}\n[output]\ndirectory = 3\n")
    run = world.run("set", "output.directory=out2", "--yes")
    assert run.status == 0, run.err
    assert 'directory = "out2"' in world.answers.read_text()
    assert (world.folder / "out2" / CONFIG).exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"files": 3}', "\0"])
def test_output_folder_can_be_left_when_what_is_remembered_there_is_damaged(own: World, content: str) -> None:
    own.path(".ohif-setup/state.json").write_text(content)
    before = own.text()
    run = own.run("set", "output.directory=out2", "--yes")
    assert run.status == 0, run.err
    assert "The files in deploy stay there" in run.out
    assert (own.folder / "out2" / CONFIG).exists()
    assert own.text() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "old", "new"),
    [
        pytest.param(["set", "server.uploads=true"], "north", "south", id="set"),
        pytest.param(
            ["set", "viewer.extra_urls+=https://new.example.org"], "https://one", "https://saved", id="set-a-list"
        ),
        pytest.param(["unset", "viewer.extra_urls"], "north", "south", id="unset"),
    ],
)
def test_answers_that_are_saved_meanwhile_are_not_overwritten(
    own: World, tmp_path: Path, words: list[str], old: str, new: str
) -> None:
    command = [sys.executable, "-m", "tests.regenerate.saves", str(tmp_path), old, new, *words, "--yes"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    statuses = [row["status"] for row in rows]
    assert statuses.count(0) + statuses.count(2) == len(rows) - 1
    assert 2 in statuses
    for number, row in enumerate(rows[:-1], 1):
        left = World(tmp_path / str(number), tmp_path / str(number) / "deploy")
        assert new in left.answers.read_text(), row
        if row["status"] == 2:
            assert "ohif-setup explain file-changed" in row["said"]
            assert left.answers.read_text() == OWN.replace(old, new)
            assert left.text() == own.text()


@pytest.mark.parametrize(
    ("words", "wrong", "advice"),
    [
        ("unset viewer", "viewer.url has no default", "ohif-setup set viewer.url=VALUE"),
        ("unset viewer.url", "has no default", "ohif-setup set viewer.url=VALUE"),
        ("unset server", "server.url has no default", "ohif-setup set server.url=VALUE"),
        ("set viewer.url=", "has no default", "ohif-setup set viewer.url=VALUE"),
        ("unset servers", "is the list of all servers", "ohif-setup unset servers.2"),
        ("set servers.2.uploads=true", "servers.2.url", "add to the command: servers.2.url=VALUE"),
        ("set servers.3.uploads=", "names no server", "servers.2"),
    ],
)
def test_advice_can_be_followed(own: World, words: str, wrong: str, advice: str) -> None:
    command, *changes = words.split()
    run = own.run(command, "--yes", *changes)
    assert run.status == 2
    assert wrong in run.err
    assert advice in run.err
    assert "--set" not in run.err


def test_advice_names_the_file(own: World) -> None:
    own.answers.rename(own.folder / "north.toml")
    run = own.run("unset", "--yes", "--answers", "north.toml", "sign_in")
    assert (
        "ohif-setup set --answers north.toml sign_in.tenant_id=VALUE sign_in.client_id=VALUE" in run.err
        or "ohif-setup set --answers north.toml sign_in.client_id=VALUE sign_in.tenant_id=VALUE" in run.err
    )
