"""What `import` reports of a configuration: its faults, what stays as a hand edit, and what changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ohif_setup.apply.reconcile import Decision
from ohif_setup.config_js.convert.graft import in_generated
from ohif_setup.config_js.convert.losses import Loss, losses
from ohif_setup.config_js.convert.to_answers import Draft
from ohif_setup.config_js.read.config import Code, ReadConfig, read_config, shown_path
from ohif_setup.talk.prompts import say
from ohif_setup.terminal import in_one_line

FILE = "app-config.js"


def report_wrong(read: ReadConfig, remarks: Sequence[Any], source: str) -> None:
    """Prints the version of the configuration, notes on reading it, and its faults."""
    version = "OHIF 3"
    if read.is_v2:
        version = "OHIF 2, whose configuration OHIF 3 does not read; it was converted where its meaning is clear"

    print(f"{in_one_line(source)}: a configuration of {version}\n")
    for note in read.notes:
        say(f"line {note.line}: {note.text}", rest=4)
    if remarks:
        print("What is wrong in it:\n")
    for remark in remarks:
        reference = f"  ({remark.fm})" if remark.fm else ""
        print(f"  {remark.level:<8} line {remark.line}  {in_one_line(remark.path)}{reference}")
        say(remark.wrong, first=11, rest=11)
        say(f"To do: {remark.do}", first=11, rest=11)
    if remarks:
        print()


def report_kept(kept: Sequence[str]) -> None:
    """Prints the paths of the values that stay in the generated file as hand edits."""
    if kept:
        print("No answer can express these; they stay in the generated file as hand edits:\n")
        for path in kept:
            print(f"  {in_one_line(path)}")
        print()


def by_hand(read: ReadConfig, draft: Draft, decisions: Sequence[Decision]) -> list[str]:
    """The paths of the original values that the new file keeps and that would not be generated."""
    generated = read_config(next(decision.row.new or "" for decision in decisions if decision.row.name == FILE))
    found = []
    for kept in draft.kept:
        target, value = in_generated(generated, kept.target), read.get(kept.source)
        there = None
        if target in generated.places:
            there = generated.get(target)
        # Code has positions in its file; only its text says whether it is the same.
        if isinstance(there, Code) and isinstance(value, Code):
            there, value = there.source, value.source
        if there != value:
            found.append(shown_path(kept.target))
    return found


def changed_values(read: ReadConfig, draft: Draft, decisions: Sequence[Decision]) -> Sequence[Loss]:
    """The values of the original that the new file lacks or has changed."""
    content = next(decision.content for decision in decisions if decision.row.name == FILE)
    # No text will be written, so there is nothing to compare with.
    if content is None:
        return ()
    return losses(read, read_config(content.decode("utf-8-sig")), draft)


def report_losses(lost: Sequence[Loss]) -> None:
    """Prints the values that were changed or dropped, with the reason for each."""
    if lost:
        print("What changes:\n")
    for loss in lost:
        now = f"now {loss.now}" if loss.now else "dropped"
        say(f"line {loss.line:<4} {loss.path}, {now}: {loss.why}", rest=4)
    if lost:
        print()
