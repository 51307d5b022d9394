"""One regeneration of a site, as `generate`, `set`, `import` and `init` do it: look, decide, settle, write, say."""

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
from ohif_setup.disk.reading import read_regular
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.errors import SetupError
from ohif_setup.output.plan import plan
from ohif_setup.talk.conflicts import settled_by_person

CHANGES = ("create", "update", "merged", "remove", "conflict")
"""The words of a file that is not yet, or cannot be, as it should be."""


@dataclass(frozen=True)
class ConflictPolicy:
    """How conflicts are settled, and whether a person at a terminal is asked about them."""

    strategy: Strategy = "stop"
    force: bool = False
    asks: bool = False

    def asks_about(self, decisions: Sequence[Decision]) -> bool:
        """Whether she is asked about these: not where the command line has settled it already."""
        return self.asks and self.strategy == "stop" and any(decision.word == "conflict" for decision in decisions)


def provenance(answers: Answers) -> Origin:
    """What the texts of these answers come from: this version of the tool, and a digest of the answers whatever their form."""
    raw = json.dumps(answers.model_dump(mode="json", by_alias=True), sort_keys=True)
    return Origin(__version__, hashlib.sha256(raw.encode()).hexdigest())


def surveyed(site: SitePaths, folder: SafePath, answers: Answers) -> Survey:
    """What would be generated from the answers, beside all that is known of the files in `folder`. Raises SetupError;
    `sites-same-output` where another answers file that is still there writes to that folder."""
    found = survey(site, folder, plan(answers), provenance(answers))
    if found.other_owner:
        raise SetupError(
            "sites-same-output",
            f"{folder} was generated from {found.other_owner}, and two sites in one folder would overwrite each other",
            where=str(site.answers),
            hint="give it an output.directory of its own; if it takes the other one's place, remove that answers file",
        )
    return found


def looked(site: SitePaths, folder: SafePath, answers: Answers) -> Survey:
    """As `surveyed`, for a look that writes nothing: a run that was cut off is not tidied up, and that is said."""
    if journal.found(site):
        print("An earlier run was cut off; ohif-setup generate tidies it up.", file=sys.stderr)
    return surveyed(site, folder, answers)


def edited_by_hand(folder: SafePath) -> list[str]:
    """The artefacts in a folder that are not as they were generated last. Raises SetupError."""
    entries = state.load(folder).entries
    contents = {name: read_regular(folder / name) for name in entries}
    return [name for name, content in contents.items() if content and fingerprint_of(content) != entries[name].sha256]


def decided(found: Survey, policy: ConflictPolicy) -> tuple[Decision, ...]:
    """One decision for each file; nobody is asked."""
    return decide(found, policy.strategy, force=policy.force, valid=why_not)


def settled(decisions: Sequence[Decision], policy: ConflictPolicy) -> tuple[Decision, ...]:
    """The decisions, those in conflict settled by the person at the terminal as far as she likes."""
    if not policy.asks_about(decisions):
        return tuple(decisions)
    return tuple(settled_by_person(decision) if decision.word == "conflict" else decision for decision in decisions)


@contextlib.contextmanager
def locked(site: SitePaths, title: str) -> Iterator[None]:
    """The site for this run alone; a run that was cut off is completed or taken back first. Raises SetupError."""
    with lock.held(site, title):
        ended = transaction.recover(site)
        if ended != "nothing":
            words = "taken back"
            if ended == "completed":
                words = "completed"
            print(f"An earlier run was cut off; it is {words} now.", file=sys.stderr)
        yield


def tidy(site: SitePaths) -> None:
    """Completes or takes back a run that was cut off, before anything is read for the next one. Raises SetupError."""
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
    """The whole run without a word: artefacts, state and `others` (the answers file first), all or nothing. Raises SetupError;
    `file-changed` also where one of `others` that should stay as it is did not."""
    with locked(site, title):
        _refuse_changed(others)
        found = surveyed(site, folder, answers)
        decisions = decided(found, policy)
        if not policy.asks_about(decisions):
            write(found, decisions, title, others)
            return found, decisions
    # The person who is asked may take her time: the site is free meanwhile, and what changes in it is noticed.
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
    """A run that waited for the lock must not go by answers that the one before it has changed."""
    for file in read:
        if read_regular(file.path) != file.before:
            raise transaction.changed(file.path)


def write(found: Survey, decisions: Sequence[Decision], title: str, others: Sequence[Replacement] = ()) -> bool:
    """Writes what was decided, with a record for `undo`; False when there was nothing to write. The site must be locked."""
    return history.run(found.site, [*others, *replacements(found, decisions)], title)


def answers_files(site: SitePaths, answers: Answers, old: bytes | None) -> list[Replacement]:
    """The answers file with these answers, and its JSON Schema beside it. `old` is the file as it was before the answers were read
    from it, None where there was none. Raises SetupError."""
    if old is None:
        text = render_answers(answers)
    else:
        text = mark_of(old) + updated_answers(old.decode("utf-8-sig"), answers)
    return [
        Replacement(site.answers, old, text.encode()),
        Replacement(site.schema, read_regular(site.schema), schema_text().encode()),
    ]
