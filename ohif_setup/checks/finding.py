"""What a check concludes: a finding, with its evidence, its cause and its fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Status = Literal["pass", "warn", "fail", "skipped"]
Evidence = Mapping[str, object]


@dataclass(frozen=True)
class Fix:
    """One way out. `where` names the place (`Portal`, `az`, `Answers`, ...), `text` is what to do or paste there."""

    where: str
    text: str


@dataclass(frozen=True)
class Finding:
    """The answer of a check about one subject.

    `check` is the check's ID, `subject` what was looked at (an origin, a request kind, a URL; may be empty), `title` one line.
    A failure says `symptom` (what a person sees in the browser), `cause` and `fix`. `evidence` holds JSON values: what was
    sent and seen, never a token. `aspect` is the part of the subject that the report shows beside the check's ID.

    `see` holds the IDs of the checks that name why this one was skipped.

    `unseen` names what the viewer needs and this finding could not show, with the reason: `the images: nobody signed in`. A run
    with such a finding proves nothing, whatever passed. It is empty where all was seen, and where the viewer does not need it.
    `run` fills it in for skipped findings, unless they are `needless`: the question does not arise at this site.
    """

    check: str
    subject: str
    status: Status
    title: str
    symptom: str = ""
    cause: str = ""
    fix: tuple[Fix, ...] = ()
    evidence: Evidence = field(default_factory=dict)
    aspect: str = ""
    see: tuple[str, ...] = ()
    unseen: str = ""
    needless: bool = False

    def aspect_of(self, aspect: str) -> Finding:
        """The same finding with that aspect."""
        return replace(self, aspect=aspect)

    def through(self, clean: Callable[[str], str]) -> Finding:
        """The same finding with every text in it as `clean` gives it back."""

        def cleaned(value: Any) -> Any:
            if isinstance(value, str):
                return clean(value)
            if isinstance(value, Mapping):
                return {clean(str(key)): cleaned(item) for key, item in value.items()}
            if isinstance(value, list | tuple):
                return [cleaned(item) for item in value]
            return value

        return replace(
            self,
            subject=clean(self.subject),
            title=clean(self.title),
            symptom=clean(self.symptom),
            cause=clean(self.cause),
            fix=tuple(Fix(fix.where, clean(fix.text)) for fix in self.fix),
            evidence=cleaned(self.evidence),
            unseen=clean(self.unseen),
        )


def skipped(
    check: str,
    subject: str,
    reason: str,
    *,
    see: tuple[str, ...] = (),
    note: str = "",
    evidence: Evidence | None = None,
    aspect: str = "",
    unseen: str = "",
    needless: bool = False,
    fix: tuple[Fix, ...] = (),
) -> Finding:
    """Nothing could be seen, for that reason. `see`, `unseen` and `needless` as in `Finding`; `note` ends the title; `fix` is what
    to type so that it can be seen."""
    title = f"skipped: {reason}"
    if see:
        title += f", see {' or '.join(see)}"
    return Finding(
        check,
        subject,
        "skipped",
        title + note,
        evidence=evidence or {},
        aspect=aspect,
        see=see,
        unseen=unseen,
        needless=needless,
        fix=fix,
    )
