"""Keeps what a check said, for `status`."""

from __future__ import annotations

from datetime import UTC, datetime

from ohif_setup.answers.model import Answers
from ohif_setup.apply import last_check
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.checks.outcome import Outcome
from ohif_setup.commands.shared.regeneration import provenance
from ohif_setup.talk.report.closing import words_of
from ohif_setup.talk.report.text import label_of


def remember(site: SitePaths, answers: Answers, outcome: Outcome) -> None:
    """Writes the verdict of a whole check into the memory of the site; one that left checks out is no verdict."""
    if outcome.left_out:
        return
    verdict = words_of(outcome)
    if outcome.status == "unproven":
        verdict = f"{verdict} {', '.join(what for whats in outcome.unseen.values() for what in whats)}."
    left = [f"{label_of(entry.finding)}: {entry.finding.title.removeprefix('skipped: ')}" for entry in outcome.to_do]
    when = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    last_check.remember(site, last_check.LastCheck(when, verdict, tuple(left), provenance(answers).answers))
