"""One regeneration of a site, shared by `generate`, `set`, `import` and `init`: survey, decide, resolve conflicts, write."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ohif_setup import __version__
from ohif_setup.answers.file.schema import schema_text
from ohif_setup.answers.file.writing import render_answers, updated_answers
from ohif_setup.answers.model import Answers
from ohif_setup.apply import history, journal, lock, state, transaction
from ohif_setup.apply.lines import fingerprint_of, mark_of
from ohif_setup.apply.reconcile import Decision, Strategy
from ohif_setup.apply.regenerate import Survey, decide, replacements, survey
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.apply.state import Origin
from ohif_setup.apply.transaction import Replacement
from ohif_setup.apply.validity import why_not
from ohif_setup.commands.shared import options
from ohif_setup.disk.reading import read_regular
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError
from ohif_setup.output.plan import plan
from ohif_setup.talk.conflicts import resolved_by_user

CHANGES = ("create", "update", "merged", "remove", "conflict")
"""The words for files that are not up to date. `conflict` counts: such a file cannot be brought up to date without the user."""


@dataclass(frozen=True)
class ConflictPolicy:
    """How conflicts are resolved, and whether the user at a terminal is asked about them."""

    strategy: Strategy = "stop"
    force: bool = False
    asks: bool = False

    def asks_about(self, decisions: Sequence[Decision]) -> bool:
        """Whether the user is asked about these decisions: not where an option of the command line has resolved the conflicts."""
        return self.asks and self.strategy == "stop" and any(decision.word == "conflict" for decision in decisions)


def provenance(answers: Answers) -> Origin:
    """The origin of the texts of these answers: the version of the tool, and a digest of the values, whatever their layout."""
    raw = json.dumps(answers.model_dump(mode="json", by_alias=True), sort_keys=True)
    return Origin(__version__, hashlib.sha256(raw.encode()).hexdigest())


def surveyed(site: SitePaths, folder: SafePath, answers: Answers) -> Survey:
    """What would be generated from the answers, with the current and the last generated version of each file in `folder`. Raises
    SetupError; `sites-same-output` where another answers file that still exists writes to that folder."""
    found = survey(site, folder, plan(answers), provenance(answers))
    if found.other_owner:
        raise SetupError(
            "sites-same-output",
            f"{folder} was generated from {found.other_owner}, and two sites in one folder would overwrite each other",
            where=str(site.answers),
            hint="give this site its own output.directory; if it replaces the other site, remove that answers file",
        )
    return found


def looked(site: SitePaths, folder: SafePath, answers: Answers) -> Survey:
    """As `surveyed`, for a command that writes nothing: an interrupted run is reported, but not completed or undone."""
    if journal.found(site):
        command = options.command("generate", site.answers.shown)
        print(f"An earlier run was interrupted; this completes or undoes it: {command}", file=sys.stderr)
    return surveyed(site, folder, answers)


def edited_by_hand(folder: SafePath) -> list[str]:
    """The names of the artefacts that were edited since they were generated. Raises SetupError."""
    entries = state.load(folder).entries
    contents = {name: read_regular(folder / name) for name in entries}
    return [name for name, content in contents.items() if content and fingerprint_of(content) != entries[name].sha256]


def decided(found: Survey, policy: ConflictPolicy) -> tuple[Decision, ...]:
    """One decision for each file, without asking."""
    return decide(found, policy.strategy, force=policy.force, valid=why_not)


def settled(decisions: Sequence[Decision], policy: ConflictPolicy) -> tuple[Decision, ...]:
    """The decisions, with the conflicts that the user at the terminal resolves; she may leave any of them open."""
    if not policy.asks_about(decisions):
        return tuple(decisions)
    return tuple(resolved_by_user(decision) if decision.word == "conflict" else decision for decision in decisions)


@contextlib.contextmanager
def locked(site: SitePaths, title: str) -> Iterator[None]:
    """Locks the site for this run; an interrupted run is completed or undone first. Raises SetupError."""
    with lock.held(site, title):
        ended = transaction.recover(site)
        if ended != "nothing":
            words = "undone"
            if ended == "completed":
                words = "completed"
            print(f"An earlier run was interrupted; it has now been {words}.", file=sys.stderr)
        yield


def tidy(site: SitePaths) -> None:
    """Completes or undoes an interrupted run before this one reads anything. Raises SetupError."""
    if journal.found(site):
        with locked(site, "tidying up"):
            pass


def regenerate(
    site: SitePaths,
    folder: SafePath,
    answers: Answers,
    policy: ConflictPolicy,
    *,
    title: str,
    others: Sequence[Replacement],
) -> tuple[Survey, tuple[Decision, ...]]:
    """The whole run except the report: writes the artefacts, the state and `others` (the answers file first), all or nothing.

    Raises SetupError; `file-changed` where one of `others` was changed since it was read, even if this run would leave it as it
    was.
    """
    with locked(site, title):
        _refuse_changed(others)
        found = surveyed(site, folder, answers)
        decisions = decided(found, policy)
        if not policy.asks_about(decisions):
            write(found, decisions, title, others)
            return found, decisions
    # The lock is released while the user decides, which may take long. `write` refuses files that change in the meantime.
    try:
        decisions = settled(decisions, policy)
    except KeyboardInterrupt:
        print("\nNo file was changed.", file=sys.stderr)
        raise
    with locked(site, title):
        _refuse_changed(others)
        write(found, decisions, title, others)
    return found, decisions


def _refuse_changed(read: Sequence[Replacement]) -> None:
    """Refuses files that changed since they were read: a run that waited for the lock must not use outdated answers."""
    for file in read:
        if read_regular(file.path) != file.before:
            raise transaction.changed(file.path)


def write(found: Survey, decisions: Sequence[Decision], title: str, others: Sequence[Replacement] = ()) -> bool:
    """Writes what was decided, with a record for `undo`. False when there was nothing to write. The site must be locked."""
    return history.run(found.site, [*others, *replacements(found, decisions)], title)


def answers_files(site: SitePaths, answers: Answers, old: bytes | None) -> list[Replacement]:
    """The change of the answers file to these answers, and of the JSON Schema beside it. `old` are the bytes of the file from
    before the answers were read, None where there was no file. Raises SetupError."""
    if old is None or not old.strip():
        text = render_answers(answers)
    else:
        # Edited in place, so that comments, order and a byte order mark survive.
        text = mark_of(old) + updated_answers(old.decode("utf-8-sig"), answers)
    return [
        Replacement(site.answers, old, text.encode()),
        Replacement(site.schema, read_regular(site.schema), schema_text().encode()),
    ]
