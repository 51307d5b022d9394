"""Running checks: needed ones, those that raise, and that a skip never hides a fault."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.check import Check, all_checks
from ohif_setup.checks.dicomweb.each_server import judge_each, look_at_each
from ohif_setup.checks.finding import Finding, Status, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.run import run
from ohif_setup.errors import SetupError
from ohif_setup.network.sign_in.sign_in import SignInResult
from ohif_setup.network.wire.http import Http
from tests.checks.observed import answers


class NoScreen:
    def browser(self, url: str, seconds: int) -> None: ...
    def device_code(self, code: str, url: str, seconds: int) -> None: ...
    def waiting(self, seconds_left: int) -> None: ...
    def done(self) -> None: ...


@pytest.fixture
def site() -> Look:
    return Look(answers(), Http(1), "none", NoScreen())


looked: list[str] = []


def check(name: str, status: Status, *needs: str, raises: bool = False) -> Check[str]:
    def look(_: Look) -> str:
        looked.append(name)
        if raises:
            raise RuntimeError("a bug of ours")
        return name

    def judge(_: object, seen: str) -> Sequence[Finding]:
        return [Finding(seen, "", status, f"{seen} {status}")]

    return Check(name, 0, "", look, judge, needs)


@pytest.fixture(autouse=True)
def _nothing_looked_at() -> None:
    looked.clear()


def titles(
    every: Sequence[Check[Any]], only: Sequence[str], site: Look, done: Callable[[Check[Any]], None] = lambda _: None
) -> list[str]:
    return [finding.title for finding in run([one for one in every if one.id in only], every, site, done)]


def test_findings_come_in_the_order_of_the_report(site: Look) -> None:
    every = [check(name, "pass") for name in "abc"]
    assert titles(every, "ca", site) == ["a pass", "c pass"]


def test_every_check_says_that_it_has_finished(site: Look) -> None:
    done: list[str] = []
    every = [check("a", "pass"), check("b", "fail"), check("c", "skipped", "b")]
    titles(every, "abc", site, lambda one: done.append(one.id))
    assert sorted(done) == ["a", "b", "c"]


@pytest.mark.parametrize(("status", "added"), [("fail", True), ("warn", True), ("pass", False), ("skipped", False)])
def test_skip_brings_along_the_fault_that_it_points_to(site: Look, status: Status, added: bool) -> None:
    every = [check("needed", status), check("asked", "skipped", "needed")]
    assert titles(every, ["asked"], site) == ([f"needed {status}"] if added else []) + ["asked skipped"]


def test_skip_brings_along_a_fault_that_is_further_away(site: Look) -> None:
    every = [check("far", "fail"), check("near", "skipped", "far"), check("asked", "skipped", "near")]
    assert titles(every, ["asked"], site) == ["far fail", "asked skipped"]


@pytest.mark.parametrize("status", ["pass", "warn", "fail"])
def test_needed_check_is_not_run_for_one_that_did_not_skip(site: Look, status: Status) -> None:
    every = [check("needed", "fail"), check("asked", status, "needed")]
    assert titles(every, ["asked"], site) == [f"asked {status}"]
    assert looked == ["asked"]


def pointing(name: str, *see: str, subject: str = "") -> Check[None]:
    """A check that skips because of what those name."""

    def judge(_: object, __: None) -> Sequence[Finding]:
        return [skipped(name, subject, "no search is answered (503)", see=see)]

    return Check(name, 0, "", lambda _: None, judge, see)


def about(name: str, *found: tuple[str, Status]) -> Check[None]:
    """A check with one finding for each subject."""
    findings = [Finding(name, subject, status, f"{name} {status}") for subject, status in found]
    return Check(name, 0, "", lambda _: None, lambda _, __: findings)


def statuses(every: Sequence[Check[Any]], only: Sequence[str], site: Look) -> list[tuple[str, Status]]:
    checks = [one for one in every if one.id in only]
    return [(finding.check, finding.status) for finding in run(checks, every, site, lambda _: None)]


@pytest.mark.parametrize(
    ("status", "becomes"), [("pass", "fail"), ("warn", "skipped"), ("fail", "skipped"), ("skipped", "skipped")]
)
def test_skip_that_points_to_a_check_that_passed_is_a_failure(site: Look, status: Status, becomes: Status) -> None:
    every = [about("a", ("", status)), pointing("b", "a")]
    assert statuses(every, "ab", site) == [("a", status), ("b", becomes)]


def test_failure_says_what_could_not_be_looked_at(site: Look) -> None:
    every = [about("a", ("", "pass")), pointing("b", "a")]
    (_, found) = run(every, every, site, lambda _: None)
    assert found.title == "could not be checked: no search is answered (503)"
    assert "a found nothing that explains it" in found.cause
    assert found.symptom
    assert found.fix


def test_skip_that_points_to_a_check_nobody_asked_for_is_no_way_out(site: Look) -> None:
    every = [about("a", ("", "pass")), pointing("b", "a")]
    assert statuses(every, "b", site) == [("b", "fail")]


def test_one_of_two_that_are_pointed_to_is_enough(site: Look) -> None:
    every = [about("a", ("", "pass")), about("b", ("", "fail")), pointing("c", "a", "b")]
    assert statuses(every, "abc", site)[-1] == ("c", "skipped")


def test_what_was_found_about_the_same_subject_counts(site: Look) -> None:
    every = [about("a", ("first", "pass"), ("second", "fail")), pointing("b", "a", subject="first")]
    assert statuses(every, "ab", site)[-1] == ("b", "fail")
    every = [about("a", ("first", "pass"), ("second", "fail")), pointing("b", "a", subject="second")]
    assert statuses(every, "ab", site)[-1] == ("b", "skipped")
    every = [about("a", ("first", "pass"), ("second", "fail")), pointing("b", "a")]
    assert statuses(every, "ab", site)[-1] == ("b", "skipped")


def test_chain_of_skips_has_a_fault_at_its_end(site: Look) -> None:
    every = [about("a", ("", "pass")), pointing("b", "a"), pointing("c", "b")]
    assert statuses(every, "c", site) == [("b", "fail"), ("c", "skipped")]


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the logs."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_check_that_raises_fails_and_costs_the_others_nothing(site: Look, logs: Path) -> None:
    done: list[str] = []
    every = [check("a", "pass"), check("b", "pass", raises=True), check("c", "warn")]
    first, broken, last = run(every, every, site, lambda one: done.append(one.id))
    assert [first.status, last.status] == ["pass", "warn"]
    assert (broken.check, broken.status) == ("b", "fail")
    assert broken.title == "could not judge: a bug in ohif-setup (RuntimeError)"
    (log,) = logs.iterdir()
    assert str(log) in broken.fix[0].text
    assert broken.evidence == {"bug": "RuntimeError", "log": str(log)}
    assert "RuntimeError: a bug of ours" in log.read_text()
    assert sorted(done) == ["a", "b", "c"]


@pytest.mark.usefixtures("logs")
def test_judging_that_raises_is_no_pass_either(site: Look) -> None:
    def judge(_: object, __: object) -> Sequence[Finding]:
        raise ZeroDivisionError

    every = [Check("a", 0, "", lambda _: None, judge), pointing("b", "a")]
    assert statuses(every, "ab", site) == [("a", "fail"), ("b", "skipped")]
    assert statuses(every, "b", site) == [("a", "fail"), ("b", "skipped")]


def test_what_is_outside_of_the_tool_still_ends_the_run(site: Look) -> None:
    def look(_: Look) -> None:
        raise SetupError("check-unknown", "it is", where="there", hint="nothing")

    every = [Check("a", 0, "", look, lambda _, __: ())]
    with pytest.raises(SetupError, match="it is"):
        run(every, every, site, lambda _: None)


def test_secret_in_the_text_of_a_bug_is_in_no_log(site: Look, logs: Path) -> None:
    site.http.hiding.add("s3cret-of-the-pipeline")

    def look(_: Look) -> None:
        raise ValueError("sent s3cret-of-the-pipeline")

    every = [Check("a", 0, "", look, lambda _, __: ())]
    run(every, every, site, lambda _: None)
    (log,) = logs.iterdir()
    assert "ValueError: sent [hidden]" in log.read_text()


@pytest.mark.parametrize("while_looking", [True, False])
@pytest.mark.usefixtures("logs")
def test_bug_at_one_server_costs_the_others_nothing(site: Look, while_looking: bool) -> None:
    first, second, third = (
        Server(name=name, url=f"http://127.0.0.1:1/{name}", kind="dicomweb") for name in ("one", "two", "three")
    )

    def look_at(_: Look, server: Server) -> str:
        return broken(server, while_looking)

    def judge_one(_: object, server: Server, __: str) -> list[Finding]:
        return [Finding("a", server.url, "pass", broken(server, not while_looking))]

    def broken(server: Server, now: bool) -> str:
        if now and server is second:
            raise ZeroDivisionError
        return server.name

    seen = look_at_each(site, (first, second, third), look_at)
    found = judge_each("a", site.answers, (first, second, third), seen, judge_one)
    assert [(one.subject, one.status) for one in found] == [
        (first.url, "pass"),
        (second.url, "fail"),
        (third.url, "pass"),
    ]
    assert found[1].title.startswith("could not judge")


def test_needs_name_checks_that_exist_and_come_to_an_end() -> None:
    every = {one.id: one for one in all_checks()}
    for one in every.values():
        seen: set[str] = set()
        waiting = list(one.needs)
        while waiting:
            name = waiting.pop()
            assert name in every
            assert name != one.id
            if name not in seen:
                seen.add(name)
                waiting += every[name].needs
    assert [one.order for one in every.values()] == sorted({one.order for one in every.values()})


def test_only_cors_asks_nobody_to_sign_in() -> None:
    class Alone(Look):
        def sign_in(self) -> SignInResult | None:
            raise AssertionError("somebody was asked")

    from ohif_setup.checks.cors import cors

    site = Alone(answers(server__url="https://127.0.0.1:1/v2"), Http(1), "browser", NoScreen())
    assert {finding.status for finding in cors.judge(site.answers, cors.look(site))} == {"skipped"}
    assert list(itertools.chain(*[one.needs for one in all_checks() if one.id == "cors"])) == [
        "dicomweb-reachable",
        "tls",
    ]
