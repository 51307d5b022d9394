"""What a run as a whole shows: `works` only where everything that the viewer needs was seen, and what to do in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ohif_setup.checks.check import Check, all_checks
from ohif_setup.checks.finding import Finding, Fix, Status, skipped
from ohif_setup.checks.look import Look
from ohif_setup.checks.outcome import Outcome, outcome_of
from ohif_setup.checks.run import run
from ohif_setup.network.wire.http import Http
from ohif_setup.talk.report.closing import closing, words_of
from tests.checks.observed import answers
from tests.checks.test_run import NoScreen


def finding(status: Status, *, check: str = "tls", unseen: str = "", fix: tuple[Fix, ...] = ()) -> Finding:
    return Finding(check, "", status, f"{check} {status}", unseen=unseen, fix=fix)


def check_with(finding: Finding, proves: str) -> Check[None]:
    return Check(finding.check, 0, "", lambda _: None, lambda *_: [finding], proves=proves)


def ran(every: Sequence[Check[None]]) -> Outcome:
    return outcome_of(run(every, every, Look(answers(), Http(1), "none", NoScreen()), lambda _: None))


def test_everything_seen_works() -> None:
    assert outcome_of([finding("pass"), finding("pass", check="cors")]).status == "pass"


def test_a_warning_still_works() -> None:
    outcome = outcome_of([finding("pass"), finding("warn")])
    assert (outcome.status, words_of(outcome)) == ("warn", "Works, with 1 warning.")


@pytest.mark.parametrize("status", ["pass", "warn", "skipped"])
def test_what_was_not_seen_is_never_green(status: Status) -> None:
    outcome = outcome_of([finding("pass"), finding("warn"), finding(status, unseen="the images: nobody signed in")])
    assert outcome.status == "unproven"
    assert "Works" not in words_of(outcome)
    assert outcome.unseen == {"nobody signed in": ["the images"]}


def test_a_failure_outranks_what_was_not_seen() -> None:
    outcome = outcome_of([finding("fail"), finding("skipped", unseen="the images: nobody signed in")])
    assert outcome.status == "fail"


def test_what_was_left_out_is_not_proven_unless_the_viewer_works_without_it() -> None:
    needed = check_with(finding("pass", check="dicomweb-answers"), "the images")
    idle = check_with(finding("pass", check="exposure"), "")
    assert outcome_of([finding("pass")], [idle]).status == "pass"
    assert outcome_of([finding("pass")], [idle, needed], "chosen").unseen == {"chosen": ["the images"]}


def test_a_skip_says_what_of_the_viewer_it_leaves_unseen() -> None:
    skip = skipped("routes", "", "no viewer to inspect")
    assert ran([check_with(skip, "the routes")]).unseen == {"no viewer to inspect": ["the routes"]}


def test_a_question_that_does_not_arise_leaves_nothing_unseen() -> None:
    skip = skipped("token", "", "this site has no sign-in", needless=True)
    assert ran([check_with(skip, "the token")]).status == "pass"


def test_a_skip_that_the_viewer_does_not_need_leaves_nothing_unseen() -> None:
    assert ran([check_with(skipped("exposure", "", "it does not answer"), "")]).status == "pass"


def test_one_reason_is_given_once() -> None:
    unseen = [finding("skipped", unseen=f"the {what}: nobody signed in") for what in ("token", "images", "token")]
    assert outcome_of(unseen).unseen == {"nobody signed in": ["the token", "the images"]}


@pytest.mark.parametrize(
    ("findings", "plain", "strict"),
    [
        ([finding("pass")], 0, 0),
        ([finding("warn")], 0, 1),
        ([finding("pass", unseen="the images: nobody signed in")], 0, 1),
        ([finding("fail")], 1, 1),
        ([finding("skipped")], 0, 0),
    ],
)
def test_the_exit_status(findings: list[Finding], plain: int, strict: int) -> None:
    outcome = outcome_of(findings)
    assert (outcome.exit_status(), outcome.exit_status(strict=True)) == (plain, strict)


def test_strict_respects_what_the_user_left_out() -> None:
    outcome = outcome_of([finding("pass")], [check_with(finding("pass"), "the images")])
    assert (outcome.status, outcome.exit_status(strict=True)) == ("unproven", 0)


def test_what_to_do_is_in_order_and_each_fix_once() -> None:
    mend, look, later = Fix("Answers", "mend"), Fix("Again", "look"), Fix("File", "later")
    outcome = outcome_of(
        [
            finding("warn", check="a", fix=(later,)),
            finding("skipped", check="b", fix=(look,)),
            finding("fail", check="c", fix=(mend,)),
            finding("fail", check="d", fix=(mend,)),
        ]
    )
    assert [entry.fix.text for entry in outcome.to_do] == ["mend", "look", "later"]


def test_a_script_gives_way_to_the_fix_in_one_line() -> None:
    script, short = Fix("az", "SUB=1\naz resource update"), Fix("Portal", "CORS › Headers: add accept")
    assert outcome_of([finding("fail", fix=(script, short))]).to_do[0].fix == short
    explained = replace(finding("fail", fix=(script,)), cause="CORS lacks accept.")
    lines = list(closing(outcome_of([explained]), "ohif-setup check", "", 100))
    assert "     the lines under az, above" in lines


def test_the_last_lines_are_the_verdict_and_what_to_do() -> None:
    again = Fix("Again", "ohif-setup check --sign-in device-code")
    outcome = outcome_of([finding("skipped", check="sign-in", unseen="the sign-in: nobody signed in", fix=(again,))])
    lines = list(closing(outcome, "ohif-setup check", "https://viewer.example.org", 100))
    assert lines[1] == "  - the sign-in: nobody signed in"
    assert "https://viewer.example.org" in lines[2]
    assert lines[-1] == "Then: ohif-setup check"


def test_a_skip_whose_fixes_stand_nowhere_else_gets_all_of_them() -> None:
    fixes = (Fix("Address", "check the spelling"), Fix("DNS", "give the name an entry"))
    skip = finding("skipped", unseen="the viewer's page: it does not answer", fix=fixes)
    explained = replace(finding("fail", fix=fixes), cause="The name is unknown.")
    lines = list(closing(outcome_of([skip]), "ohif-setup check", "", 100))
    assert "     Address: check the spelling" in lines
    assert "     DNS: give the name an entry" in lines
    assert not any("above" in line for line in lines)
    lines = list(closing(outcome_of([explained]), "ohif-setup check", "", 100))
    assert "     Address: check the spelling  (more under it, above)" in lines


def test_a_run_that_works_ends_with_one_line() -> None:
    assert len(list(closing(outcome_of([finding("pass")]), "ohif-setup check", "https://v.example.org", 100))) == 1


def test_the_checks_that_prove_something() -> None:
    proving = {check.id for check in all_checks() if check.proves}
    assert {"viewer-served", "viewer-config", "viewer-routes", "sign-in", "dicomweb-reachable", "cors"} <= proving
    # Without these the viewer works all the same.
    assert not proving & {"answers", "exposure", "tls", "capabilities", "trusted-hosts"}
