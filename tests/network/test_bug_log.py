"""The log of a bug: whole, written once, without secrets."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from ohif_setup.network import bug_log
from ohif_setup.network.sign_in.credentials import SECRET
from ohif_setup.network.wire.hiding import Hiding
from tests.growth import grows_with_its_input


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def raised(text: str) -> Exception:
    try:
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ValueError(f"again {text}") from error
    except ValueError as error:
        return error


def test_log_has_the_chain_and_only_its_owner_reads_it(logs: Path) -> None:
    log = Path(bug_log.write(raised("the chain")))
    assert log.parent == logs
    assert "KeyError: 'the chain'" in log.read_text()
    assert "ValueError: again the chain" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_secrets_are_in_none(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidings = [Hiding(), Hiding()]
    hidings[0].add("first-secret")
    hidings[1].add("second-secret")
    monkeypatch.setenv(SECRET, "third-secret ")
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
    text = f"first-secret second%2Dsecret third-secret http://ada:pa55/word@proxy:3128 {token}"
    written = Path(bug_log.write(raised(text))).read_text()
    for secret in ("first-secret", "second%2Dsecret", "third-secret", "pa55", "word@", "eyJzdWIi", "c2lnbmF0"):
        assert secret not in written
    assert "@proxy:3128" in written
    assert len(list(logs.iterdir())) == 1


def test_same_bug_met_by_many_is_written_once(logs: Path) -> None:
    error = raised("met by many")
    assert bug_log.write(error) == bug_log.write(error)
    assert bug_log.write(raised("another")) != bug_log.write(error)
    assert len(list(logs.iterdir())) == 2


@pytest.mark.usefixtures("logs")
def test_text_that_no_file_can_hold_is_escaped() -> None:
    assert r"again \ud800" in Path(bug_log.write(raised("\ud800"))).read_text()


def test_without_a_folder_for_it_there_is_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert bug_log.write(raised("nowhere")) == ""


def test_text_full_of_tokens_takes_no_more_time_than_its_length_asks_for(logs: Path) -> None:
    assert grows_with_its_input(lambda size: bug_log.write(raised("eyJhbGciOiJ-" * size)), 1_000)
