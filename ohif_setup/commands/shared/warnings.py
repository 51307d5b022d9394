"""The warnings of the check `answers`, for commands that write the answers and run no check."""

from __future__ import annotations

from ohif_setup.answers.model import Answers
from ohif_setup.checks.answers import judge


def say_warnings(answers: Answers) -> None:
    """Prints each warning about the answers, and what to type against it."""
    for finding in judge(answers, None):
        if finding.status == "warn":
            print(f"\n! {finding.subject}: {finding.title}")
            for fix in finding.fix:
                print(f"  {fix.text}")
