"""What `set` says first and last, and what `--quiet` leaves out of it."""

from __future__ import annotations

import pytest

from tests.regenerate.world import CLIENT_LINE, CONFIG, ORTHANC, OTHER_CLIENT, World

SECOND = "https://second.example.org"


def test_what_others_have_to_do_comes_first_and_the_diff_last(world: World) -> None:
    world.run("generate")
    out = world.run("set", "--yes", f"viewer.extra_urls+={SECOND}").out
    uri = out.index(f"  {SECOND}/callback\n")
    cors = out.index(f"  {SECOND} at https://ws-dicom.dicom.azurehealthcareapis.com")
    row, difference = out.index("update     ohif-setup.toml"), out.index("--- ohif-setup.toml")
    assert uri < cors < row < difference < out.index("Next:")
    # What is registered already is not asked for again.
    assert "https://viewer.example.org/callback" not in out[:row]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("server.uploads=true", []),
        (f"sign_in.client_id={OTHER_CLIENT}", ["https://viewer.example.org/callback"]),
        ("sign_in.flow=implicit", ["https://viewer.example.org/silent-refresh.html"]),
        ("fhir.url=https://ws-fhir.fhir.azurehealthcareapis.com", ["https://viewer.example.org at https://ws-fhir"]),
    ],
)
def test_only_what_is_new_is_asked_for(world: World, change: str, wanted: list[str]) -> None:
    world.run("generate")
    out = world.run("set", "--yes", change).out
    head = out[: out.index("update     ")]
    assert all(each in head for each in wanted)
    assert bool(head) == bool(wanted)


def test_a_site_with_one_origin_needs_nobody(world: World) -> None:
    world.answers.write_text(ORTHANC)
    world.run("generate")
    out = world.run("set", "--yes", f"viewer.extra_urls+={SECOND}").out
    assert out.startswith("update ")


@pytest.mark.parametrize(
    "words",
    [
        ["generate"],
        ["generate", "--check"],
        ["set", "--yes", "server.uploads=true"],
        ["set", "--yes", "server.uploads="],
        ["unset", "--yes", "server.uploads"],
        ["generate", "--answers", "."],
        ["set", "--yes", "--answers", ".", "server.uploads=true"],
    ],
    ids=" ".join,
)
def test_quiet_where_nothing_is_wrong(world: World, words: list[str]) -> None:
    world.run("generate")
    run = world.run(*words, "--quiet")
    assert (run.status, run.out, run.err) == (0, "", "")


def test_quiet_names_a_conflict_alone(world: World) -> None:
    world.run("generate")
    config = world.output / CONFIG
    config.write_text(config.read_text().replace(CLIENT_LINE, 'client_id: "mine"'))
    run = world.run("set", "--yes", "--quiet", f"sign_in.client_id={OTHER_CLIENT}")
    assert run.status == 1
    assert "Choose one" in run.out
    assert "NEXT-STEPS.md" not in run.out
    again = world.run("generate", "--quiet")
    assert (again.status, again.out.splitlines()[0].split()[0]) == (1, "conflict")
    assert "NEXT-STEPS.md" not in again.out


def test_quiet_look_names_what_would_change(world: World) -> None:
    world.run("generate")
    (world.output / CONFIG).unlink()
    (world.output / "NEXT-STEPS.md").write_text("mine\n")
    run = world.run("generate", "--check", "--quiet")
    assert run.status == 1
    assert CONFIG in run.out
