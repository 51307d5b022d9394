"""The last lines of a run: the verdict, then what to do, in order."""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.checks.outcome import Outcome, ToDo
from ohif_setup.talk.report.text import hanging, label_of

_INDENT = 5


def closing(outcome: Outcome, again: str, viewer_url: str, width: int) -> Iterator[str]:
    """The lines. `again` is the command that checks once more, `viewer_url` where the viewer can be tried; it may be empty."""
    yield from _verdict(outcome, width)
    if outcome.status == "unproven" and viewer_url:
        yield hanging(f"The viewer itself can prove it: open {viewer_url}, and an image in it.", width, 0)
    to_do = outcome.to_do
    if not to_do:
        return
    yield ""
    yield "To do, in this order:"
    for number, entry in enumerate(to_do, start=1):
        yield from _entry(number, entry, width)
    yield f"Then: {again}"


def words_of(outcome: Outcome) -> str:
    """The verdict in one line, without what was not seen."""
    status = outcome.status
    warnings = _count(outcome, "warn", "warning")
    if status == "fail":
        return f"Does not work as it should: {_count(outcome, 'fail', 'fault')}."
    if status == "unproven":
        return "Not proven: nothing that was looked at fails, but not everything that the viewer needs was seen:"
    if status == "warn":
        return f"Works, with {warnings}."
    return "Works: everything that the viewer needs was looked at, and is as it should be."


def _verdict(outcome: Outcome, width: int) -> Iterator[str]:
    yield words_of(outcome)
    if outcome.status != "unproven":
        return
    for reason, whats in outcome.unseen.items():
        line = f"{', '.join(whats)}: {reason}" if reason else ", ".join(whats)
        yield "  - " + hanging(line, width, 4)


def _entry(number: int, entry: ToDo, width: int) -> Iterator[str]:
    start = f"{number:>3}. "
    yield start + hanging(f"{label_of(entry.finding)}: {entry.finding.title.removeprefix('skipped: ')}", width, _INDENT)
    # Nothing is printed below a finding without a cause, such as a skip, so all of its fixes stand here.
    if not entry.finding.cause:
        for fix in entry.finding.fix:
            first, *rest = fix.text.splitlines()
            # Lines to paste stay whole.
            if rest:
                yield from (" " * _INDENT + line for line in (f"{fix.where}:", first, *rest))
            else:
                yield " " * _INDENT + hanging(f"{fix.where}: {first}", width, _INDENT)
        return
    where, text = entry.fix.where, entry.fix.text
    # Lines to paste stay whole, and stand below the finding already.
    if "\n" in text:
        text = f"the lines under {where}, above"
    else:
        text = f"{where}: {text}"
    more = ""
    if entry.more:
        more = "  (more under it, above)"
    yield " " * _INDENT + hanging(text + more, width, _INDENT)


def _count(outcome: Outcome, status: str, noun: str) -> str:
    number = sum(finding.status == status for finding in outcome.findings)
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}s"
