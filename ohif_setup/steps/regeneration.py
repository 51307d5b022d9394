"""One regeneration of a site, as `generate`, `set`, `import` and `init` do it: look, decide, settle, write, say."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ohif_setup import __version__
from ohif_setup.answers.model import Answers
from ohif_setup.errors import SetupError
from ohif_setup.files import changelog, history, journal, lock, state, transaction
from ohif_setup.files.lines import decoded, fingerprint_of
from ohif_setup.files.plan import plan
from ohif_setup.files.reconcile import Decision, Reason, Strategy
from ohif_setup.files.regenerate import Survey, causes, decide, diff, replacements, survey
from ohif_setup.files.staging import read_regular
from ohif_setup.files.state import FOLDER, Origin
from ohif_setup.files.transaction import Replacement
from ohif_setup.steps.conflicts import settled_by_person
from ohif_setup.steps.validity import why_not

CHANGES = ("create", "update", "merged", "remove", "conflict")
"""The words of a file that is not yet, or cannot be, as it should be."""

REMARKS: dict[Reason, str] = {
    "edited": "edited by hand",
    "given-up": "what was on disk is given up, as asked",
    "deleted": "deleted by hand",
    "settled": "as it was settled by hand",
    "not-needed": "no answer needs it, but it was edited by hand",
    "gone": "it was gone already",
    "both": "changed by hand and by the answers in the same lines",
    "invalid": "the merged text would not work",
    "not-ours": "ohif-setup did not write this file",
    "not-text": "edited, and not UTF-8 text",
    "too-long": "too long to be merged line by line",
    "no-base": "edited, and what was generated last is lost",
    "marks": "the marks of a merge stand in it",
}
CAUSES = {"answers": "the answers changed", "tool": "the tool or its template is newer", "hand": "edited by hand"}


@dataclass(frozen=True)
class Manner:
    """How conflicts are settled, and whether a person at a terminal is asked about them."""

    strategy: Strategy = "stop"
    force: bool = False
    asks: bool = False


def origin_of(answers: Answers) -> Origin:
    """What the texts of these answers come from: this version of the tool, and a digest of the answers whatever their form."""
    raw = json.dumps(answers.model_dump(mode="json", by_alias=True), sort_keys=True)
    return Origin(__version__, hashlib.sha256(raw.encode()).hexdigest())


def surveyed(folder: Path, answers: Answers, file: Path) -> Survey:
    """What would be generated from the answers file `file`, beside all that is known of the files in `folder`. Raises SetupError;
    `sites-same-output` where another answers file that is still there writes to that folder."""
    found = survey(folder, plan(answers), origin_of(answers), file)
    if found.other_owner:
        raise SetupError(
            "sites-same-output",
            f"{folder} was generated from {found.other_owner}, and two sites in one folder would overwrite each other",
            where=str(file),
            hint="give it an output.directory of its own; if it takes the other one's place, remove that answers file",
        )
    return found


def looked(folder: Path, answers: Answers, file: Path) -> Survey:
    """As `surveyed`, for a look that writes nothing: a run that was cut off is not tidied up, and that is said."""
    if journal.found(folder / FOLDER):
        print(f"An earlier run in {folder} was cut off; ohif-setup generate tidies it up.", file=sys.stderr)
    return surveyed(folder, answers, file)


def edited_by_hand(folder: Path) -> list[str]:
    """The artefacts in a folder that are not as they were generated last. Raises SetupError."""
    entries = state.load(folder / FOLDER).entries
    contents = {name: read_regular(folder / name) for name in entries}
    return [name for name, content in contents.items() if content and fingerprint_of(content) != entries[name].sha256]


def decided(found: Survey, manner: Manner) -> tuple[Decision, ...]:
    """One decision for each file; nobody is asked."""
    return decide(found, manner.strategy, force=manner.force, valid=why_not)


def settled(found: Survey, decisions: Sequence[Decision], manner: Manner) -> tuple[Decision, ...]:
    """The decisions, those in conflict settled by the person at the terminal as far as she likes."""
    if not manner.asks:
        return tuple(decisions)
    return tuple(settled_by_person(one) if one.word == "conflict" else one for one in decisions)


@contextlib.contextmanager
def locked(folder: Path, title: str, answers: Path | None) -> Iterator[None]:
    """The output folder for this run alone; a run that was cut off is completed or taken back first, in that folder and the
    answers file. Raises SetupError."""
    home = folder / FOLDER
    with lock.held(home, title):
        if transaction.recover(home, answers) != "nothing":
            print(f"An earlier run in {folder} was cut off; it is tidied up.")
        yield


def tidy(folder: Path, file: Path) -> None:
    """Completes or takes back a run that was cut off, before anything is read for the next one. Raises SetupError."""
    if journal.found(folder / FOLDER):
        with locked(folder, "tidying up", file):
            pass


def regenerate(
    folder: Path, answers: Answers, manner: Manner, title: str, others: Sequence[Replacement]
) -> tuple[Survey, tuple[Decision, ...]]:
    """The whole run without a word: artefacts, state and `others` (the answers file first), all or nothing. Raises SetupError;
    `file-changed` also where one of `others` that shall stay as it is did not."""
    file = others[0].path
    with locked(folder, title, file):
        _refuse_changed(others)
        found = surveyed(folder, answers, file)
        decisions = decided(found, manner)
        if not (manner.asks and any(one.word == "conflict" for one in decisions)):
            write(found, decisions, title, others)
            return found, decisions
    # Whoever is asked may take her time: the folder is free meanwhile, and what changes in it is noticed.
    try:
        decisions = settled(found, decisions, manner)
    except KeyboardInterrupt:
        print("\nNo file was changed.", file=sys.stderr)
        raise
    with locked(folder, title, file):
        _refuse_changed(others)
        write(found, decisions, title, others)
    return found, decisions


def _refuse_changed(read: Sequence[Replacement]) -> None:
    """A run that waited for the lock must not go by answers that the one before it has changed."""
    for one in read:
        if read_regular(one.path) != one.before:
            raise changed_meanwhile(one.path)


def changed_meanwhile(path: Path) -> SetupError:
    """The error where what was read, or agreed to, is no longer so."""
    return SetupError(
        "file-changed",
        "was changed while the command ran, so nothing was written",
        where=str(path),
        hint="run the command again",
    )


def write(found: Survey, decisions: Sequence[Decision], title: str, others: Sequence[Replacement] = ()) -> bool:
    """Writes what was decided, with a record for `undo`; False when there was nothing to write. The folder must be locked."""
    return history.run(found.home, [*others, *replacements(found, decisions)], title)


def answers_files(path: Path, answers: Answers) -> list[Replacement]:
    """The answers file with these answers, whether it is there or not, and its JSON Schema beside it. Raises SetupError."""
    from ohif_setup.answers.file import read_answers_text
    from ohif_setup.answers.schema import FILE_NAME, schema_text
    from ohif_setup.answers.writing import render_answers, updated_answers
    from ohif_setup.files.staging import read_regular

    old = read_regular(path)
    text = render_answers(answers) if old is None else updated_answers(read_answers_text(path), answers)
    mark = "\ufeff" if (old or b"").startswith(b"\xef\xbb\xbf") else ""
    schema = path.parent / FILE_NAME
    return [
        Replacement(path, old, (mark + text).encode()),
        Replacement(schema, read_regular(schema), schema_text().encode()),
    ]


def rows_of_others(others: Sequence[Replacement]) -> list[list[str]]:
    """What is said of files that are no artefacts."""
    words = ["create" if one.before is None else "identical" if one.before == one.after else "update" for one in others]
    return [[word, "", str(one.path)] for word, one in zip(words, others, strict=True)]


def rows(found: Survey, decisions: Sequence[Decision]) -> list[list[str]]:
    """What is said of each file: its word, what there is to remark, its path."""
    return [[one.word, _remark(found, one), str(found.folder / one.row.name)] for one in decisions]


def conflict_help(found: Survey, decisions: Sequence[Decision], again: str) -> list[str]:
    """What to do about the conflicts that are left, with what each is about. `again` is what to type to regenerate the site."""
    lines: list[str] = []
    for name, wrong in broken(decisions).items():
        lines += [
            "",
            f"  {found.folder / name} was edited by hand, and would not work so: {wrong}",
            "  Correct it there, or give the edits up:",
            f"    take the generated one  {again} --force",
        ]
    for one in decisions:
        if one.word != "conflict":
            continue
        path = found.folder / one.row.name
        lines += ["", *(f"  {text}" for text in diff(one).splitlines())]
        if one.reason == "not-ours":
            lines += [
                "",
                f"  {path} was there before; what would be generated is in {path}.new. Choose one:",
                f"    take the new one     {again} --force",
                f"    keep yours           {again} --ours",
            ]
        elif one.reason == "marks":
            lines += ["", f"  Edit {path} until the marks <<<<<<< and >>>>>>> are gone, then run the command again."]
        else:
            lines += [
                "",
                f"  {path} stays as it is; what would be generated is in {path}.new. Choose one:",
                f"    take the new one     {again} --theirs",
                f"    keep yours           {again} --ours",
                *([f"    both, between marks  {again} --merge-markers"] if one.hunks else []),
                f"    or edit {path} where they differ, then: {again}",
            ]
    return lines


def news_of_tool(found: Survey, decisions: Sequence[Decision]) -> list[str]:
    """Which files change because the tool does, with what its CHANGELOG says about them."""
    lines = []
    for one in decisions:
        name = one.row.name
        since = found.state.entries[name].origin.tool if "tool" in causes(found, one) else __version__
        if since != __version__:
            lines.append(f"{name}: generated by ohif-setup {since} before, now by {__version__}")
            lines += [f"  {entry}" for entry in changelog.entries(name, since)]
    return lines


def broken(decisions: Sequence[Decision]) -> dict[str, str]:
    """The files that stay as somebody has edited them although they would not work then, by name, each with why."""
    found = {}
    for one in decisions:
        text = decoded(one.content) if one.word == "kept" and one.content is not None else None
        wrong = why_not(one.row.name, text) if text is not None else None
        if wrong:
            found[one.row.name] = wrong
    return found


def _remark(found: Survey, one: Decision) -> str:
    remark = REMARKS.get(one.reason, "")
    if one.note:
        remark = f"{remark}: {one.note}" if remark else one.note
    return remark
