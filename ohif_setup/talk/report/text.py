"""Findings as text. Each has the same form; colour only repeats what the sign says."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ohif_setup.checks.finding import Finding, Fix, Status
from ohif_setup.terminal import coded, shown, sign

_SIGNS: dict[Status, tuple[str, str]] = {
    "pass": ("✓", "green"),
    "warn": ("!", "yellow"),
    "fail": ("✗", "red bold"),
    "skipped": ("–", "dim"),
}
_WORDS: tuple[tuple[Status, str], ...] = (
    ("fail", "failed"),
    ("warn", "with a warning"),
    ("skipped", "skipped"),
    ("pass", "passed"),
)
_LABEL, _INDENT = 9, 6
WIDTH = 112
"""The width in columns where the output is not a terminal, so that logs do not depend on the machine."""


class _Console(Console):
    """Escapes control characters in texts, which may be foreign, and keeps the escape codes of rich."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(shown(segment.text), segment.style)


def console(*, error: bool = False) -> Console:
    """A console that honours NO_COLOR and has a fixed width where the output is not a terminal.

    Markup, highlighting and emoji codes are off: `[...]` or `:x:` in a server's answer would be interpreted.
    """
    file = coded(sys.stderr if error else sys.stdout)
    width = None if file.isatty() else WIDTH
    return _Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=True, width=width)


def sign_of(status: Status, out: Console) -> tuple[str, str]:
    """The sign (or word) for a status, and its style."""
    of, style = _SIGNS[status]
    return sign(of, out.encoding), style


def print_findings(findings: Sequence[Finding], out: Console) -> None:
    """Prints one line for each finding, and below a fault its cause and fixes. The same fault is explained only once."""
    column = max([20, *(len(label_of(finding)) for finding in findings)]) + 2
    explained: set[tuple[str, str, tuple[Fix, ...]]] = set()
    same = _skipped_alike(findings)
    for finding in findings:
        # Listed with the first one of them.
        if finding.title in same and finding is not same[finding.title][0]:
            continue
        mark, style = sign_of(finding.status, out)
        line = Text("  ")
        line.append(mark, style=style)
        line.append(f" {label_of(finding):<{column}}")
        # The title is not part of it: it differs by origin and kind of request, while cause and fix are the same.
        key = (finding.check, finding.cause, finding.fix)
        again = bool(finding.cause) and key in explained
        explained.add(key)
        title = finding.title
        if again:
            title += "  (see above)"
        if finding.title in same:
            title += f"; also {', '.join(label_of(other) for other in same[finding.title][1:])}"
        line.append(
            hanging(title, out.width, column + 3 + len(mark)), style="dim" if finding.status == "skipped" else ""
        )
        out.print(line)
        if finding.cause and not again:
            for text in body(finding, out.width):
                out.print(Text(text, style="" if finding.status == "fail" else "dim"))


def _skipped_alike(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """The findings of more than two checks that were skipped for the same reason, by that reason."""
    skipped = [finding for finding in findings if finding.status == "skipped" and not finding.cause]
    titles = Counter(finding.title for finding in skipped)
    return {
        title: [finding for finding in skipped if finding.title == title]
        for title, number in titles.items()
        if number > 2
    }


def summary(findings: Sequence[Finding], seconds: float) -> str:
    """`1 failed, 1 skipped, 4 passed in 1.2 s`."""
    counts = Counter(finding.status for finding in findings)
    # The order is that of urgency.
    parts = [f"{counts[status]} {word}" for status, word in _WORDS if counts[status]]
    return f"{', '.join(parts) or 'nothing to check'} in {seconds:.1f} s"


def label_of(finding: Finding) -> str:
    """The ID of its check, and its aspect."""
    if finding.aspect:
        return f"{finding.check}  {finding.aspect}"
    return finding.check


def body(finding: Finding, width: int) -> Iterator[str]:
    """The lines below a finding: symptom, cause, fixes, and the command that explains more."""
    for label, text in (("Symptom", finding.symptom), ("Cause", finding.cause)):
        if text:
            yield _labelled(label, text, width)
    column = max((len(fix.where) for fix in finding.fix), default=0) + 2
    for position, fix in enumerate(finding.fix):
        yield from _fix("Fix" if position == 0 else "", fix, column, width)
    yield _labelled("More", f"ohif-setup explain {finding.check}", width)


def _labelled(label: str, text: str, width: int) -> str:
    start = " " * _INDENT + f"{label:<{_LABEL}}"
    return start + hanging(text, width, len(start))


def _fix(label: str, fix: Fix, column: int, width: int) -> Iterator[str]:
    start = " " * _INDENT + f"{label:<{_LABEL}}{fix.where:<{column}}"
    text = fix.text
    # Commands for `az` are pasted, too, even if they have only one line.
    if "\n" not in text and fix.where != "az":
        yield start + hanging(text, width, len(start))
        return
    # Lines to paste stay whole, whatever the width: a break in the middle would break the command.
    yield start.rstrip()
    yield from (" " * (_INDENT + _LABEL) + line for line in text.splitlines())


def hanging(text: str, width: int, indent: int) -> str:
    """Wrapped to the width; all lines but the first are indented."""
    lines = textwrap.wrap(text, max(24, width - indent), break_long_words=False, break_on_hyphens=False)
    return ("\n" + " " * indent).join(lines)
